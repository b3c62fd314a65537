"""The eight registres d'intervention of XP X60-600, described once and used everywhere.

Labels come from the network's press release of 28 January 2020 (`docs/domaine.md`). Definitions and
examples are worded by us, « à valider avec le texte acheté ».
"""

from dataclasses import dataclass

RETAGAGE_TARDIF = 30  # days after the entry: another register is marked as late (network's rule)


@dataclass(frozen=True)
class Registre:
    """One register: number 1–8, official label, short label, definition, examples, icon.

    `compte` says what counts; `exemples` are two entries as they happen in a point; `note` tells of
    what differs from the source.
    """

    numero: int
    libelle: str
    court: str
    compte: str
    exemples: tuple[str, str]
    icone: str
    note: str = ""


REGISTRES = (
    Registre(
        1,
        "Assurer une présence active de proximité",
        "Présence active de proximité",
        "Être là, reconnu comme tiers\u202f: accueil, tournées, présence dans le tram ou le quartier,"
        " permanences.",
        (
            "Une tournée dans le tram à l’heure de la sortie des collèges.",
            "Une permanence du mardi à la mairie annexe.",
        ),
        "geo-alt",
    ),
    Registre(
        2,
        "Prévenir et gérer les situations conflictuelles",
        "Situations conflictuelles",
        "Un désaccord ou un risque de rupture entre des parties\u202f: impayés avant coupure, voisinage,"
        " incivilités\u202f; par navette ou en table ronde.",
        (
            "Un échéancier négocié avec le fournisseur avant une coupure d’électricité.",
            "Deux voisins entendus tour à tour à propos du bruit.",
        ),
        "shield-check",
    ),
    Registre(
        3,
        "Lever les incompréhensions entre les personnes et institutions",
        "Lever les incompréhensions",
        "Expliquer un courrier ou une décision, débloquer un dossier, reformuler dans les deux sens.",
        (
            "Un trop-perçu de la CAF expliqué, et la demande de remise préparée.",
            "Un dossier de retraite débloqué en appelant la caisse avec la personne.",
        ),
        "chat-left-text",
    ),
    Registre(
        4,
        "Participer à une veille sociale et technique du territoire",
        "Veille sociale et technique",
        "Une alerte sur un besoin, une panne, un changement, transmise à un partenaire, avec sa réponse.",
        (
            "L’éclairage d’une allée en panne, signalé au bailleur et réparé.",
            "Plusieurs personnes sans rendez-vous en préfecture depuis un mois, signalé à la préfecture.",
        ),
        "binoculars",
    ),
    Registre(
        5,
        "Mettre en relation avec un partenaire",
        "Mise en relation partenaire",
        "Une orientation vers un partenaire nommé, préparée avec la personne, et dont la suite est connue.",
        (
            "Un rendez-vous pris avec l’assistante sociale du secteur, et sa suite notée.",
            "Une personne présentée au point conseil budget, qui l’a reçue.",
        ),
        "arrow-left-right",
    ),
    Registre(
        6,
        "Favoriser la concertation entre les habitants et les institutions",
        "Concertation",
        "Des habitants et une institution réunis pour parler d’un sujet commun\u202f: réunion, consultation.",
        (
            "Une réunion entre locataires et bailleur sur les charges.",
            "Une consultation des usagers sur les horaires d’une ligne de bus.",
        ),
        "people",
        "Le communiqué de 2020 imprime «\u202fconcentration\u202f»\u202f: c’est une coquille, corrigée ici.",
    ),
    Registre(
        7,
        "Favoriser les projets collectifs, supports de médiations sociales",
        "Projets collectifs",
        "Un projet mené avec des habitants, sur plusieurs étapes, dont la médiation tire parti.",
        (
            "Un jardin partagé au pied d’un immeuble, monté avec six locataires.",
            "Une fête de quartier préparée avec des collégiens et des retraités.",
        ),
        "flower1",
    ),
    Registre(
        8,
        "Informer, sensibiliser, former",
        "Informer, sensibiliser, former",
        "Apprendre quelque chose à plusieurs, ou à une personne pour qu’elle fasse seule\u202f:"
        " ateliers (énergie, numérique, budget), campagnes.",
        (
            "Un atelier «\u202flire sa facture d’énergie\u202f» pour huit personnes.",
            "Une personne accompagnée jusqu’à refaire seule sa déclaration en ligne.",
        ),
        "megaphone",
    ),
)

PAR_NUMERO = {r.numero: r for r in REGISTRES}
CHOIX = [(r.numero, f"{r.numero}. {r.libelle}") for r in REGISTRES]
NUMEROS = [(str(r.numero), f"{r.numero}. {r.court}") for r in REGISTRES]  # as a filter offers them
