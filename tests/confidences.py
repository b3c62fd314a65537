"""Words that must not leave the point, as the factories write them."""

# What people wrote, or who they are, among the objects of the table.
CONFIDENCES = (
    "Confidence de la visite",
    "Bruit la nuit",
    "Fatou Martin",
    "M. Voisin",
    "Chacun comprend les horaires",
    "Très tendu au début",
    "Écrire au bailleur",
    "Lampadaire cassé",
    "12 rue des Lilas",
    "Une heure d’attente sans un mot",
    "Madame Roux",
    "Monsieur Blanc",
    "Tout ce qui me concerne",
    "Un homme a menacé",
    "Merci à toute l’équipe",
)
