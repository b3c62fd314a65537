"""What the demo's cases, actions and alerts tell: made-up stories, in the words of the trade."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recit:
    """A case: register, theme's code, subject, the other party (a national partner, or someone)."""

    registre: int
    theme: str
    objet: str
    partenaire: str = ""
    second: int | None = None  # a register that one of its steps adds
    engagements: tuple[str, ...] = ("Se rappeler dans un mois.",)


RECITS = (
    Recit(
        2,
        "energie",
        "Impayé de 640 €, coupure annoncée",
        "EDF",
        5,
        ("Verser 40 € par mois pendant seize mois.", "Suspendre la coupure."),
    ),
    Recit(
        2,
        "energie",
        "Facture d’eau triplée, fuite contestée",
        "Veolia",
        3,
        ("Faire relever le compteur.", "Étaler le solde sur dix mois."),
    ),
    Recit(
        2,
        "logement",
        "Bruit la nuit entre deux paliers",
        "",
        1,
        ("Baisser le son après 22 heures.", "Prévenir avant de sonner."),
    ),
    Recit(
        2,
        "logement",
        "Dette de loyer après un arrêt de travail",
        "",
        5,
        ("Reprendre le loyer courant.", "Geler les pénalités six mois."),
    ),
    Recit(2, "transports", "Série d’amendes contestée", "SNCF", 3, ("Payer le principal en quatre fois.",)),
    Recit(
        2,
        "transports",
        "Altercation dans un bus",
        "Keolis",
        6,
        ("Présenter des excuses.", "Lever l’exclusion temporaire."),
    ),
    Recit(
        3,
        "social",
        "Trop-perçu de prime d’activité incompris",
        "CAF",
        5,
        ("Étudier la remise de dette.", "Déclarer chaque mois avec le point."),
    ),
    Recit(3, "social", "Droits suspendus faute de pièce", "CPAM", None, ("Rouvrir les droits.",)),
    Recit(
        3,
        "travail",
        "Radiation après un rendez-vous manqué",
        "France Travail",
        5,
        ("Réexaminer la radiation.", "Répondre aux convocations."),
    ),
    Recit(
        3,
        "argent",
        "Mise en demeure pour un impôt déjà payé",
        "DGFiP",
        None,
        ("Envoyer la preuve du paiement.", "Annuler la relance."),
    ),
    Recit(
        3, "social", "Retraite sans nouvelles depuis cinq mois", "CNAV", 5, ("Donner une date de réponse.",)
    ),
    Recit(5, "justice", "Hébergée chez un tiers, sans adresse", "", 3, ("Accompagner la domiciliation.",)),
    Recit(
        5,
        "courrier",
        "Colis perdus, quartier mal desservi",
        "La Poste",
        4,
        ("Remettre la tournée du matin.",),
    ),
    Recit(
        3,
        "etrangers",
        "Titre de séjour expiré pendant l’instruction",
        "",
        5,
        ("Délivrer une attestation de prolongation.",),
    ),
)
ENTRETIENS = (
    ("La situation a été posée ensemble, pièces en main.", "Très inquiet au début, soulagé en partant."),
    ("Les attentes de chacun sont claires.", "Prévoir un temps plus long la prochaine fois."),
    ("Les dates et les montants ont été vérifiés.", ""),
)
APPELS = (
    ("Le service a confirmé l’état du dossier.", "Rappeler le matin, avant dix heures."),
    ("Message laissé, rappel demandé.", ""),
)
ECHANGES = (
    ("Chaque position a été portée à l’autre, sans jugement.", "Rester très attentif au ton."),
    ("Une solution provisoire est proposée des deux côtés.", ""),
)
RETRAITS = ("Je connais l’une des parties hors du travail.", "Un collègue prend le relais.")
PASSATION = "Départ du médiateur\u202f: le dossier reste suivi par l’équipe."
TRANSFERT = "La personne a déménagé\u202f: l’autre point est plus près de chez elle."
REDIRIGES = (
    ("travail", "Inspection du travail"),
    ("consommation", "Médiateur de la consommation"),
    ("familiale", "Service de médiation familiale"),
    ("penale", "Maison de justice et du droit"),
)

# Kind, titles, share of the actions, partner sought with it (a kind of local partner, or a name).
ACTIONS: tuple[tuple[str, tuple[str, ...], float, str], ...] = (
    ("tournee", ("Tournée du quartier", "Tournée des halls", "Tournée du marché"), 30, "bailleur"),
    (
        "presence",
        ("Présence dans le tram", "Sortie des collèges", "Présence au pôle d’échanges"),
        18,
        "transport",
    ),
    ("permanence", ("Permanence à la mairie annexe", "Permanence au CCAS"), 20, "mairie"),
    (
        "atelier",
        ("Lire sa facture d’énergie", "Premiers pas avec l’ordinateur", "Budget du mois", "Écogestes"),
        18,
        "EDF",
    ),
    ("formation", ("Formation des relais d’immeuble",), 2, "bailleur"),
    ("campagne", ("Campagne chèque énergie", "Campagne contre les faux démarcheurs"), 3, "EDF"),
    ("concertation", ("Réunion locataires et bailleur", "Consultation sur la ligne de bus"), 5, "bailleur"),
    ("projet", ("Jardin au pied de l’immeuble", "Fête de quartier"), 1.5, "mairie"),
)
ETAPES_DE_PROJET = (
    "Réunion de lancement",
    "Chantier participatif",
    "Point avec les partenaires",
    "Bilan à mi-parcours",
)
LIEUX = (
    "Place du marché",
    "Allée des Peupliers",
    "Résidence des Lilas",
    "Maison de quartier",
    "Arrêt Mairie",
    "Salle polyvalente",
    "Parvis de la gare",
)
OBSERVATIONS = (
    "",
    "",
    "Bonne écoute, plusieurs personnes repassent au point.",
    "Beaucoup de questions sur les charges.",
    "Peu de monde, pluie.",
)
MOTIFS_ANNULATION = ("Pluie", "Salle indisponible", "Équipe incomplète")
# Nature, what is seen, partner sought.
ALERTES = (
    ("panne", "L’éclairage de l’allée ne fonctionne plus.", "bailleur"),
    ("panne", "L’ascenseur est arrêté depuis quatre jours.", "bailleur"),
    ("panne", "Des encombrants bloquent l’entrée du parking.", "mairie"),
    ("service", "Plus aucun rendez-vous en ligne avant deux mois.", "prefecture"),
    ("service", "Le serveur vocal raccroche sans réponse.", "CAF"),
    ("besoin", "Plusieurs personnes âgées ne vont plus faire leurs courses.", "ccas"),
    ("besoin", "Des familles demandent une aide aux devoirs.", "mission_locale"),
    ("changement", "Le distributeur de billets du quartier est fermé.", "La Poste"),
    ("changement", "L’arrêt de bus est déplacé de 400 mètres.", "transport"),
    ("tension", "Incivilités répétées à l’arrêt, en soirée.", "transport"),
)
