"""Small factories: `une_visite(point, auteur, **overrides)` and the like, with sensible defaults."""

import itertools
import uuid
from datetime import date, timedelta

from accueil.models import (
    Acces,
    Association,
    Demande,
    Partenaire,
    PointAccueil,
    Theme,
    Utilisateur,
    Visite,
)

MOT_DE_PASSE = "un-mot-de-passe-solide"
LONGTEMPS = date(2020, 1, 1)
_numeros = itertools.count(1)


def une_personne(prenom: str = "Camille", nom: str = "Durand", **champs) -> Utilisateur:
    n = next(_numeros)
    champs.setdefault("email", f"{prenom.lower()}.{n}@exemple.fr")
    personne = Utilisateur(prenom=prenom, nom=nom, **champs)
    # Hashing costs 0.2 s: only the tests that log in through the form set a true password.
    personne.password = "!"
    personne.save()
    return personne


def une_association(**champs) -> Association:
    champs.setdefault("nom", f"PIMMS d’essai {next(_numeros)}")
    return Association.objects.create(**{"commune_id": "69123"} | champs)


def un_point(association: Association | None = None, **champs) -> PointAccueil:
    n = next(_numeros)
    defauts = {
        "association": association or une_association(),
        "code": f"ESS-{n:04d}",
        "nom": f"Point {n}",
        "code_postal": "69007",
        "commune_id": "69123",
        "ouvert_le": LONGTEMPS,
    }
    return PointAccueil.objects.create(**defauts | champs)


def un_acces(personne: Utilisateur, role: str, point=None, association=None, **champs) -> Acces:
    defauts = {"debut": LONGTEMPS, "origine": "systeme"}
    personne.__dict__.pop("portee", None)
    return Acces.objects.create(
        personne=personne, role=role, point=point, association=association, **defauts | champs
    )


def un_partenaire(nom: str = "EDF", **champs) -> Partenaire:
    if not champs:
        return Partenaire.objects.get(nom=nom)
    return Partenaire.objects.create(nom=nom, **{"nature": "autre"} | champs)


def un_theme(code: str = "energie") -> Theme:
    return Theme.objects.get(code=code)


def une_visite(
    point: PointAccueil, auteur: Utilisateur, *, il_y_a: int = 0, demandes=None, **champs
) -> Visite:
    """A visit `il_y_a` days ago, with `demandes` given as dicts (one « résolu » by default)."""
    demandes = demandes or [{}]
    defauts = {
        "jour": point.aujourdhui() - timedelta(days=il_y_a),
        "heure": 10,
        "cle": uuid.uuid4(),
        "nb_demandes": len(demandes),
    }
    visite = Visite.objects.create(point=point, auteur=auteur, **defauts | champs)
    for rang, demande in enumerate(demandes):
        base = {"theme": un_theme(), "issue": "resolu"}
        Demande.objects.create(visite=visite, point=point, rang=rang, **base | demande)
    return visite
