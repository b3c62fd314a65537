"""Entries and acts drawn at random, by hypothesis or from a seed, done through the doors that pages use."""

import random
import uuid
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from accueil.agregats import rattraper
from accueil.correction import annuler, corriger, retablir
from accueil.models import Commune, Visite
from accueil.saisie import DemandeSaisie, VisiteSaisie, enregistrer
from pimms.socle.periodes import Periode
from tests.fabrique import un_partenaire, un_theme, une_visite

DEMANDE: dict[str, list] = {
    "theme": ["energie", "justice", "papiers"],
    "issue": ["resolu", "oriente", "non_abouti"],
    "partenaire": [None, "EDF", "CAF"],
    "registre": [None, 2, 5],
    "aide": ["", "informer", "faire_avec"],
}
VISITE: dict[str, list] = {
    "canal": ["sur_place", "telephone"],
    "duree": [None, 5, 90],
    "personnes": [1, 1, 12],
    "genre": ["", "femme", "nc"],
    "tranche_age": ["", "25-39", "70+"],
    "situation": ["", "retraite"],
    "commune": [None, "69123", "69266"],
    "premiere_visite": [None, True, False],
}
MODIFIABLES = 6  # days: older visits can't be changed


def _parmi(valeurs: dict[str, list]) -> dict[str, st.SearchStrategy]:
    return {champ: st.sampled_from(choix) for champ, choix in valeurs.items()}


DEMANDES = st.lists(st.fixed_dictionaries(_parmi(DEMANDE)), min_size=1, max_size=3)
SAISIES = st.fixed_dictionaries(
    {"il_y_a": st.integers(0, MODIFIABLES), "demandes": DEMANDES} | _parmi(VISITE)
)
RANGS = st.integers(0, 30)
GESTES = st.lists(
    st.one_of(
        st.tuples(st.just("saisir"), RANGS, SAISIES),
        st.tuples(st.just("corriger"), RANGS, SAISIES),
        st.tuples(st.just("jadis"), RANGS, st.integers(7, 75)),
        st.tuples(st.sampled_from(["annuler", "retablir", "rattraper"]), RANGS, st.none()),
    ),
    max_size=10,
)
# Periods that hold little or most of a month, whole ones or none, ending today or before.
BORNES = st.tuples(st.integers(0, 75), st.integers(0, 75))


def periode_de(distribution, bornes: tuple[int, int]) -> Periode:
    """The period between days that long ago at the cast's point."""
    au, du = (distribution.point.aujourdhui() - timedelta(days=n) for n in sorted(bornes))
    return Periode(du, au)


def tirer(hasard: random.Random, jours: int) -> dict[str, Any]:
    """An entry of one of the last days, as `SAISIES` draws them."""

    def parmi(valeurs: dict[str, list]) -> dict[str, Any]:
        return {champ: hasard.choice(choix) for champ, choix in valeurs.items()}

    demandes = [parmi(DEMANDE) for _ in range(hasard.randint(1, 3))]
    return {"il_y_a": hasard.randrange(jours), "demandes": demandes} | parmi(VISITE)


def saisie_de(point, valeurs: dict[str, Any]) -> VisiteSaisie:
    """What the form of the desk makes of a drawn entry."""
    demandes = [
        DemandeSaisie(
            **d
            | {
                "theme": un_theme(d["theme"]),
                "partenaire": d["partenaire"] and un_partenaire(d["partenaire"]),
            }
        )
        for d in valeurs["demandes"]
    ]
    autres = {c: v for c, v in valeurs.items() if c not in ("il_y_a", "demandes", "commune")}
    commune = valeurs["commune"] and Commune.objects.get(pk=valeurs["commune"])
    jour: date = point.aujourdhui() - timedelta(days=valeurs["il_y_a"])
    return VisiteSaisie(cle=uuid.uuid4(), jour=jour, demandes=demandes, commune=commune, **autres)


def jouer(distribution, geste: str, rang: int, valeurs) -> None:
    """One act of `GESTES`, of one of three people at one of two points."""
    points = {"proprietaire": distribution.point, "collegue": distribution.point}
    points["etranger"] = distribution.ailleurs
    if geste == "saisir":
        qui = list(points)[rang % 3]
        enregistrer(getattr(distribution, qui), points[qui], saisie_de(points[qui], valeurs))
        return
    if geste == "jadis":
        une_visite(distribution.point, distribution.collegue, il_y_a=valeurs, demandes=[{}, {"registre": 2}])
        return
    if geste == "rattraper":
        rattraper(1 if rang % 2 else None)
        return
    recentes = distribution.point.aujourdhui() - timedelta(days=MODIFIABLES)
    visites = list(Visite.objects.filter(jour__gte=recentes).select_related("point").order_by("pk"))
    if visites:
        changer(visites[rang % len(visites)], geste, valeurs)


def changer(visite: Visite, geste: str, valeurs) -> None:
    """Correct, cancel or restore a visit, by its author; a cancelled one is not corrected."""
    if geste != "corriger":
        {"annuler": annuler, "retablir": retablir}[geste](visite.auteur, visite)
    elif visite.annulee_le is None:
        corriger(visite.auteur, visite, saisie_de(visite.point, valeurs), visite.version)
