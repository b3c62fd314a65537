"""The journal of changes: one row a change, in the same transaction, with coded values only."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from pimms.socle.contexte import requete_id
from pimms.socle.models import EntreeJournal

MODIFIE = "modifié"
# What is read, not changed: nothing that is counted or judged depends on it.
LIRE, CHERCHER, MOTIVER = "lire", "chercher", "motiver"
CONSULTATIONS = (LIRE, CHERCHER, MOTIVER, "telecharger", "imprimer")
CONSULTER = """
INSERT INTO socle_entreejournal (horodatage, acteur_id, requete, objet, acte, apres, objet_id, point_id)
SELECT %s, %s, %s, %s, %s, %s::jsonb, o.* FROM unnest(%s::bigint[], %s::bigint[]) o ON CONFLICT DO NOTHING
"""
_SIMPLE = (str, int, bool, float, type(None))


def taire(modele: object, valeurs: Mapping[str, Any]) -> dict[str, Any]:
    """These values, those that the model keeps to itself (`JOURNAL_TAIT`) told as « modifié » only: the row
    loses or coarsens them one day, the journal is never erased."""
    tues = getattr(modele, "JOURNAL_TAIT", ())
    return {c: MODIFIE if c in tues and v is not None else v for c, v in valeurs.items()}


def _coder(valeur: Any) -> Any:
    if isinstance(valeur, models.Model):
        return valeur.pk
    if isinstance(valeur, date | datetime | time | UUID):
        return str(valeur)
    if isinstance(valeur, list | tuple):
        return [_coder(v) for v in valeur]
    if isinstance(valeur, Mapping):
        return {c: _coder(v) for c, v in valeur.items()}
    return valeur if isinstance(valeur, _SIMPLE) else str(valeur)


def journaliser(
    acteur: models.Model | None,
    acte: str,
    objet: models.Model,
    *,
    point_id: int | None = None,
    avant: Mapping[str, Any] | None = None,
    apres: Mapping[str, Any] | None = None,
) -> EntreeJournal:
    """Append one entry; call it inside the transaction that makes the change.

    `acteur` is the person (None for the system), `acte` a short code (« creer », « corriger »…),
    `avant`/`apres` the changed coded values. Free text must be given as `MODIFIE`; what the model's
    `JOURNAL_TAIT` names is made so here.
    """
    return EntreeJournal.objects.create(
        acteur_id=acteur.pk if acteur else None,
        requete=requete_id.get(),
        point_id=point_id,
        objet=objet._meta.model_name or "",
        objet_id=objet.pk,
        acte=acte,
        avant=_coder(taire(objet, avant)) if avant is not None else None,
        apres=_coder(taire(objet, apres)) if apres is not None else None,
    )


def journaliser_consultation(
    acteur: models.Model,
    acte: str,
    objets: Sequence[tuple[models.Model, int]],
    apres: Mapping[str, Any] | None = None,
) -> None:
    """Append that a person looked at these objects, each with the key of its point; one statement.

    With the act LIRE and a `jour` in `apres`, an object read again the same day adds nothing.
    """
    nom = objets[0][0]._meta.model_name if objets else ""
    valeurs = [timezone.now(), acteur.pk, requete_id.get(), nom, acte]
    cles = [[objet.pk for objet, _ in objets], [point for _, point in objets]]
    coder = None if apres is None else json.dumps(_coder(apres), ensure_ascii=False)
    with connection.cursor() as curseur:  # bulk_create would open a transaction around it: two more trips
        curseur.execute(CONSULTER, [*valeurs, coder, *cles])


def differences(
    avant: Mapping[str, Any], apres: Mapping[str, Any], textes: frozenset[str] = frozenset()
) -> tuple[dict, dict]:
    """Keep the changed keys of two states; the keys in `textes` are told as « modifié » only."""
    cles = [c for c in apres if avant.get(c) != apres[c]]
    return (
        {c: MODIFIE if c in textes else avant.get(c) for c in cles},
        {c: MODIFIE if c in textes else apres[c] for c in cles},
    )
