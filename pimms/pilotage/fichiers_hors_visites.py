"""What a dashboard tells beside visits, as rows of its file: cases, satisfaction, registers, findings,
lapses, similar points. Each is there where the page shows it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pimms.pilotage.etat_points import Groupe
from pimms.socle.exports import Cellule, Pourcentage
from qualite.models import Visage
from qualite.verdicts import Verdict

Rangee = tuple[Cellule, ...]
# Of each measure of similar points, how it is written: a count, a number with a decimal, a percentage.
MESURES: dict[str, tuple[str, Callable[[float], Cellule]]] = {
    "visites": ("visites", round),
    "par_visite": ("demandes par visite", lambda v: round(v, 1)),
    "resolues": ("% de demandes résolues", lambda v: Pourcentage(round(100 * v))),
    "duree": ("minutes par visite", round),
}
QUARTILES = ("premier quart", "médiane", "troisième quart")


def hors_visites(lu: Mapping[str, Any]) -> Iterator[Rangee]:
    """The rows of what this page shows."""
    if "dossiers" in lu:
        yield from _dossiers(lu["dossiers"])
        yield from _satisfaction(lu["avis"])
    for tuile in lu.get("tuiles", ()):
        yield _rangee("Registres d’intervention", tuile.registre.court, "interventions", tuile.nombre)
    if "conformite" in lu:
        yield from _conformite(lu["conformite"])
    for e in lu.get("echeances") or ():
        mots = e.mots.split(",")[e.nombre > 1]
        yield _rangee("Attestations et formations", mots, "personnes", e.nombre)
    for groupe, _ in lu["points"].groupes if "points" in lu else ():
        yield from _semblables(groupe)


def _rangee(rubrique: str, ligne: str, unite: str, valeur: Cellule, part: int | None = None) -> Rangee:
    return rubrique, ligne, unite, valeur, None if part is None else Pourcentage(part), None


def _dossiers(comptes: Any) -> Iterator[Rangee]:
    for nom, n in (
        ("Ouverts pendant la période", comptes.ouverts),
        ("Clos pendant la période", comptes.clos),
        ("En cours", comptes.actifs),
        ("À revoir", comptes.a_revoir),
        *((f"En cours, {age}", n) for age, n in comptes.par_age),
    ):
        yield _rangee("Médiations", nom, "dossiers", n)


def _satisfaction(avis: Any) -> Iterator[Rangee]:
    yield _rangee("Satisfaction", "Réponses", "réponses", avis.nombre)
    for visage, ligne in zip(Visage, avis.lignes, strict=True):
        yield _rangee("Satisfaction", str(visage.label), "réponses", ligne["nombre"], ligne["part"])


def _conformite(conformite: Any) -> Iterator[Rangee]:
    for ligne in conformite.registres:
        nom = ligne.registre.court
        yield _rangee("Registres d’intervention", nom, "interventions", ligne.interventions)
        yield _rangee("Registres d’intervention", nom, "points au repère", len(ligne.points))
    for exigence, comptes, _ in conformite.exigences:
        for verdict, n in comptes:
            yield _rangee("Conformité", f"{exigence.code} {Verdict(verdict).label.lower()}", "points", n)


def _semblables(groupe: Groupe) -> Iterator[Rangee]:
    rubrique = f"Points semblables\u202f: {groupe.nom}"
    yield _rangee(rubrique, "Points", "points", groupe.points)
    for nom, quartiles in groupe.quartiles.items():
        unite, ecrire = MESURES[nom]
        for quoi, valeur in zip(QUARTILES, quartiles.montres, strict=True):
            yield _rangee(rubrique, quoi, unite, ecrire(valeur))
