"""Close an evaluation: a sealed picture of all findings, that nothing changes afterwards."""

import hashlib
import json
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accueil.models import Utilisateur
from pimms.socle.journal import journaliser
from qualite.evaluation import Cadre
from qualite.models import Calcul, Constat, Evaluation

CHAMPS = (
    "code", "niveau", "association_id", "point_id", "verdict", "phrase", "valeur", "seuil", "sur", "depuis",
)  # fmt: skip


def empreinte(instantane: dict[str, Any]) -> str:
    """The sha256 of a picture, whatever the order in which the database gives back its keys."""
    texte = json.dumps(instantane, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(texte.encode()).hexdigest()


def arreter(acteur: Utilisateur, titre: str, cle: uuid.UUID) -> Evaluation:
    """Seal the findings as they stand, with version, numbers and names; the same form twice is one.

    Raises ValidationError when the person is not the union's, or when nothing was evaluated yet.
    """
    if not acteur.portee.reseau:
        raise ValidationError("Seule l’union nationale arrête une évaluation.")
    with transaction.atomic():
        deja = Evaluation.objects.filter(arretee_par=acteur, cle=cle).first()
        if deja:
            return deja
        calcul = Calcul.objects.filter(complet=True).first()
        if calcul is None:
            raise ValidationError("Rien n’est encore calculé\u202f: réessayez dans quelques minutes.")
        cadre = Cadre.du(calcul.au)
        instantane = _instantane(cadre, calcul)
        evaluation = Evaluation.objects.create(
            referentiel=cadre.referentiel,
            titre=titre,
            jour=calcul.au,
            arretee_par=acteur,
            instantane=instantane,
            empreinte=empreinte(instantane),
            cle=cle,
        )
        apres = {"jour": evaluation.jour, "empreinte": evaluation.empreinte}
        journaliser(acteur, "arreter", evaluation, apres=apres)
    return evaluation


def _instantane(cadre: Cadre, calcul: Calcul) -> dict[str, Any]:
    constats = Constat.objects.filter(referentiel=cadre.referentiel).select_related("point", "association")
    lignes = []
    for constat in constats.order_by("niveau", "association", "point", "code"):
        ligne = {champ: getattr(constat, champ) for champ in CHAMPS}
        sujet = constat.point or constat.association
        lignes.append(ligne | {"depuis": constat.depuis.isoformat(), "sujet": str(sujet or "le réseau")})
    return {
        "referentiel": cadre.referentiel.code,
        "empreinte_du_referentiel": cadre.referentiel.empreinte,
        "seuils": dict(cadre.seuils),
        "du": calcul.du.isoformat(),
        "au": calcul.au.isoformat(),
        "constats": lignes,
    }


def intacte(evaluation: Evaluation) -> bool:
    """Whether the picture is still the one that was sealed."""
    return empreinte(evaluation.instantane) == evaluation.empreinte
