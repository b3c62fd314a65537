"""The eight registres d'intervention of XP X60-600, described once and used everywhere.

Labels come from the network's press release of 28 January 2020 (`docs/domaine.md`). It prints
« concentration » for register 6, a misprint for « concertation », corrected here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Registre:
    """One register: number 1–8, official label, short label, what counts, icon."""

    numero: int
    libelle: str
    court: str
    compte: str
    icone: str


REGISTRES = (
    Registre(
        1,
        "Assurer une présence active de proximité",
        "Présence active de proximité",
        "Accueil comme tiers identifié, tournées, présence dans le tram ou le quartier, permanences.",
        "geo-alt",
    ),
    Registre(
        2,
        "Prévenir et gérer les situations conflictuelles",
        "Situations conflictuelles",
        "Impayés avant coupure, voisinage, incivilités ; navette ou table ronde.",
        "shield-check",
    ),
    Registre(
        3,
        "Lever les incompréhensions entre les personnes et institutions",
        "Lever les incompréhensions",
        "Expliquer un courrier ou une décision, débloquer un dossier, reformuler.",
        "chat-left-text",
    ),
    Registre(
        4,
        "Participer à une veille sociale et technique du territoire",
        "Veille sociale et technique",
        "Alertes sur des besoins, des pannes, des changements, transmises aux partenaires.",
        "binoculars",
    ),
    Registre(
        5,
        "Mettre en relation avec un partenaire",
        "Mise en relation partenaire",
        "Une orientation vers un partenaire nommé, avec sa suite.",
        "arrow-left-right",
    ),
    Registre(
        6,
        "Favoriser la concertation entre les habitants et les institutions",
        "Concertation",
        "Réunions, consultations.",
        "people",
    ),
    Registre(
        7,
        "Favoriser les projets collectifs, supports de médiations sociales",
        "Projets collectifs",
        "Projets menés avec les habitants.",
        "flower1",
    ),
    Registre(
        8,
        "Informer, sensibiliser, former",
        "Informer, sensibiliser, former",
        "Ateliers (énergie, numérique, budget), campagnes.",
        "megaphone",
    ),
)

PAR_NUMERO = {r.numero: r for r in REGISTRES}
CHOIX = [(r.numero, f"{r.numero}. {r.libelle}") for r in REGISTRES]
