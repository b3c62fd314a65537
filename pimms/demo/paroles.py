"""What the demo's public and teams say: made-up comments, complaints, requests and incidents."""

# By face, from the best to the worst.
COMMENTAIRES = {
    4: (
        "Très bien reçue, on a pris le temps de m’expliquer.",
        "Merci, j’ai enfin compris ma facture.",
        "Accueil chaleureux, je recommande.",
        "On m’a aidé à faire mon dossier jusqu’au bout.",
        "Personnel patient et souriant.",
        "Sans vous je n’aurais pas su par où commencer.",
    ),
    3: (
        "Bien, mais un peu d’attente.",
        "Aide utile, il faudrait plus de chaises.",
        "J’ai eu ma réponse, merci.",
        "Bien reçu, le local est un peu bruyant.",
    ),
    2: (
        "Trop d’attente ce matin.",
        "Je dois revenir, il manquait un papier.",
        "On entend tout ce que disent les autres.",
    ),
    1: (
        "Fermé alors que c’était écrit ouvert.",
        "Une heure d’attente et pas de réponse.",
    ),
}
# About what, by which channel, what is said, what was answered.
RECLAMATIONS = (
    (
        "accueil",
        "sur_place",
        "J’ai attendu une heure, deux personnes arrivées après moi sont passées avant.",
        "Excuses présentées. Un ticket d’ordre d’arrivée est remis à l’entrée depuis ce jour.",
    ),
    (
        "service",
        "courriel",
        "Le formulaire envoyé d’ici a été refusé, il manquait une page.",
        "Le formulaire a été refait avec la personne et accepté la semaine suivante.",
    ),
    (
        "service",
        "telephone",
        "J’ai appelé quatre fois, personne ne répond.",
        "Les heures où l’on répond au téléphone sont affichées et dites par le répondeur.",
    ),
    (
        "accueil",
        "sur_place",
        "On parle de mes dettes devant tout le monde.",
        "Un bureau fermé est proposé d’office pour tout ce qui touche à l’argent.",
    ),
    (
        "mediateur",
        "courrier",
        "Le médiateur a pris le parti de mon voisin.",
        "Les deux parties ont été reçues à nouveau, par un autre médiateur.",
    ),
    (
        "decision",
        "partenaire",
        "On a refusé de m’aider parce que je ne suis pas du quartier.",
        "La règle a été rappelée à l’équipe : tout le monde est reçu.",
    ),
    (
        "responsable",
        "courrier",
        "Le responsable m’a demandé de sortir sans m’écouter.",
        "La direction a reçu la personne, puis le responsable. Des excuses ont été faites.",
    ),
)
# What is asked, its details, how it ended, what was answered.
DEMANDES = (
    ("acces", "Tout ce que vous avez sur moi.", "satisfaite", "Copie du dossier remise en main propre."),
    ("acces", "Savoir qui a lu mon dossier.", "satisfaite", "La liste des lectures a été remise."),
    ("rectification", "Mon nom est mal écrit.", "satisfaite", "Le nom est corrigé."),
    ("effacement", "Je ne veux plus de dossier chez vous.", "satisfaite", "Le dossier est effacé."),
    ("effacement", "Effacez mes passages.", "rien", "Les visites sont anonymes : rien n’est à effacer."),
    ("opposition", "Ne transmettez plus rien à mon bailleur.", "satisfaite", "Noté, et dit au bailleur."),
)
# Where, what, how serious, what happened, what was done, in words.
INCIDENTS = (
    (
        "accueil",
        "incivilite",
        1,
        "Une personne a insulté l’équipe parce que l’imprimante était en panne.",
        ("ecoute",),
        "L’affichette « imprimante en panne » est mise dès le matin.",
    ),
    (
        "accueil",
        "menace",
        2,
        "Un homme a menacé de revenir « régler ça » après un refus.",
        ("ecoute", "equipe", "plainte"),
        "Personne ne reste seul à l’accueil après 17 heures.",
    ),
    (
        "terrain",
        "agression",
        3,
        "Bousculade pendant une tournée, lunettes cassées.",
        ("ecoute", "declaration", "plainte"),
        "Les tournées du soir se font à deux.",
    ),
    (
        "transport",
        "accident",
        2,
        "Chute dans le tram pendant une présence.",
        ("declaration",),
        "Arrêt de trois jours, retour sans suite.",
    ),
    (
        "abords",
        "degradation",
        1,
        "Vitrine rayée pendant la nuit.",
        ("plainte", "prevention"),
        "L’éclairage de la rue a été signalé à la mairie.",
    ),
    (
        "distance",
        "incivilite",
        1,
        "Appel injurieux, raccroché après un avertissement.",
        ("ecoute", "equipe"),
        "",
    ),
)
