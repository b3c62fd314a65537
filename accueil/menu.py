"""What this app offers to the menu. `pimms.pilotage.menu` composes what all apps offer."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from accueil.acces import Portee


class Rubrique(StrEnum):
    """Where an entry stands; the order here is that of the menu."""

    QUOTIDIEN = ""  # no group: each entry is seen at once
    MEDIATION = "Médiation"
    QUALITE = "Qualité"
    GESTION = "Gestion"
    RESEAU = "Réseau"
    REGLAGES = "Réglages"


@dataclass(frozen=True)
class Entree:
    """One link of the menu. `ailleurs`: beginnings of addresses that also belong to it; `compte`: how much
    is there that this person has not seen."""

    libelle: str
    nom: str  # of the URL
    icone: str
    rubrique: Rubrique = Rubrique.QUOTIDIEN
    ailleurs: tuple[str, ...] = ()
    compte: int = 0


def entrees(portee: Portee) -> Iterator[Entree]:
    """Entries of the pages that this person may open, the daily ones first."""
    encadre = bool(portee.points_de_responsable or portee.associations)
    if portee.points:
        yield Entree("Accueil du public", "saisie", "person-plus")
    if portee.lecteur:
        yield Entree("Journal", "journal", "journal-text", ailleurs=("/accueil/exports/",))
    if portee.reseau or portee.associations:
        yield Entree("Points", "points", "shop")
    elif portee.points:
        yield Entree("Mon point", "mon_point", "shop", ailleurs=("/accueil/points/",))
    if encadre:
        yield Entree("Équipe", "equipe", "people", Rubrique.GESTION)
    if portee.reseau:
        yield Entree("Associations", "associations", "building", Rubrique.RESEAU)
        yield Entree("Personnes", "personnes", "people", Rubrique.RESEAU)
    if portee.reseau or encadre:
        ou = Rubrique.RESEAU if portee.reseau else Rubrique.GESTION
        yield Entree("Partenaires", "partenaires", "diagram-3", ou)
    if portee.reseau:
        yield Entree("Thèmes", "themes", "tags", Rubrique.REGLAGES)
        yield Entree("Journal des actes", "actes", "shield-check", Rubrique.REGLAGES)
        yield Entree("Administration", "admin:index", "gear", Rubrique.REGLAGES)
