"""How people use a point: what they come for, with whom, how it ends. Plausible figures, made up.

Orders of magnitude follow `docs/domaine.md`: about two requests a visit, the eleven families of
service-public.fr and PIMMS' own three.
"""

# Share of the requests by theme, then what a kind of point or a month changes.
THEMES = {
    "social": 24, "papiers": 13, "argent": 12, "energie": 9, "logement": 9, "numerique": 8, "famille": 6,
    "travail": 6, "etrangers": 5, "transports": 4, "courrier": 3, "justice": 2.5, "loisirs": 0.8,
    "associations": 0.7,
}  # fmt: skip
PROFILS: dict[str, dict[str, float]] = {
    "quartier": {"social": 1.1, "logement": 1.3, "etrangers": 1.3},
    "gare": {"transports": 3, "courrier": 1.5, "logement": 0.7},
    "centre": {"papiers": 1.3, "justice": 1.4, "associations": 1.5},
    "rural": {"numerique": 1.6, "papiers": 1.3, "energie": 1.2, "etrangers": 0.3},
}
SAISONS: dict[str, dict[int, float]] = {
    "argent": {4: 1.7, 5: 2.3, 6: 1.4, 9: 1.5, 10: 1.2},
    "energie": {1: 1.4, 2: 1.3, 3: 1.2, 4: 1.5, 7: 0.7, 8: 0.7, 11: 1.2, 12: 1.3},
    "famille": {6: 1.4, 7: 1.2, 8: 1.5, 9: 1.9},
    "transports": {7: 1.2, 8: 1.3, 9: 1.8},
    "travail": {1: 1.2, 9: 1.3},
    "loisirs": {6: 1.6, 9: 2.0},
}
# Partners by theme: a national one by name, a local one by kind (lower case), "" for none.
PARTENAIRES = {
    "social": {"CAF": 40, "CPAM": 32, "CNAV": 15, "MSA": 3, "ccas": 8, "": 4},
    "papiers": {"France Titres": 60, "mairie": 30, "": 10},
    "argent": {"DGFiP": 60, "La Poste": 15, "": 25},
    "energie": {"EDF": 40, "Engie": 24, "Veolia": 14, "Suez": 10, "Enedis": 6, "": 6},
    "logement": {"bailleur": 45, "CAF": 20, "ccas": 15, "": 20},
    "numerique": {"CAF": 15, "CPAM": 15, "France Travail": 15, "La Poste": 10, "": 45},
    "famille": {"CAF": 55, "mairie": 25, "": 20},
    "travail": {"France Travail": 60, "mission_locale": 20, "": 20},
    "etrangers": {"prefecture": 50, "France Titres": 40, "": 10},
    "transports": {"transport": 30, "SNCF": 25, "Keolis": 25, "": 20},
    "courrier": {"La Poste": 90, "": 10},
    "justice": {"Justice": 70, "": 30},
    "loisirs": {"mairie": 40, "": 60},
    "associations": {"mairie": 40, "": 60},
}
PARTENAIRES_PROFILS: dict[str, dict[str, float]] = {
    "rural": {"MSA": 6, "CAF": 0.7, "Keolis": 0},
    "gare": {"SNCF": 3},
}
# Operators that do not work overseas.
SEULEMENT_METROPOLE = frozenset({"Engie", "Enedis", "SNCF", "Keolis"})

ISSUES = {"resolu": 72, "oriente": 13, "a_suivre": 10, "non_abouti": 3.5, "hors_champ": 1.5}
ISSUES_THEMES: dict[str, dict[str, float]] = {
    "justice": {"resolu": 0.5, "oriente": 3, "hors_champ": 4},
    "etrangers": {"resolu": 0.7, "a_suivre": 2.5, "non_abouti": 2},
    "logement": {"resolu": 0.7, "a_suivre": 2, "oriente": 1.5},
    "courrier": {"resolu": 1.3, "a_suivre": 0.3},
    "numerique": {"resolu": 1.2, "oriente": 0.6},
    "energie": {"a_suivre": 1.8, "hors_champ": 2},
}
VERS = (
    "Assistante sociale de secteur",
    "Conciliateur de justice",
    "Délégué du Défenseur des droits",
    "Espace France Rénov’",
    "Point-justice",
    "Point conseil budget",
    "ADIL",
    "Permanence de l’écrivain public",
)
VERS_HORS_CHAMP = (
    "Médiateur national de l’énergie",
    "Médiateur de la consommation",
    "Service de médiation familiale",
    "Inspection du travail",
)
AIDES = {
    "": {"informer": 30, "faire_avec": 34, "faire_a_la_place": 8, "nulle": 28},
    "numerique": {"informer": 15, "faire_avec": 60, "faire_a_la_place": 3, "nulle": 22},
    "justice": {"informer": 60, "faire_avec": 12, "faire_a_la_place": 2, "nulle": 26},
}
# Registers by theme (0 for none): most requests at a desk document none.
REGISTRES = {
    "": {0: 66, 3: 22, 1: 6, 8: 3, 4: 2, 2: 1},
    "energie": {0: 55, 2: 20, 3: 18, 4: 4, 8: 3},
    "logement": {0: 55, 2: 18, 3: 20, 4: 5, 1: 2},
    "numerique": {0: 62, 8: 28, 3: 10},
    "justice": {0: 60, 3: 30, 2: 10},
}
REGISTRE_ORIENTATION = 0.5  # an orientation documents register 5 one time in two

NB_DEMANDES = {1: 38, 2: 35, 3: 17, 4: 7, 5: 2, 6: 1}
MEME_THEME = 0.3  # a further request of a visit is of the same theme
CANAUX: dict[str, float] = {
    "sur_place": 80,
    "telephone": 11,
    "a_distance": 5,
    "hors_les_murs": 2.5,
    "a_domicile": 1.5,
}
CANAUX_MOBILE: dict[str, float] = {"hors_les_murs": 88, "telephone": 8, "a_distance": 3, "sur_place": 1}
DUREES = {  # minutes, by number of requests (three and more together)
    1: {5: 34, 10: 30, 15: 22, 30: 11, 45: 2, 60: 1},
    2: {5: 8, 10: 22, 15: 28, 30: 30, 45: 8, 60: 3, 90: 1},
    3: {10: 5, 15: 15, 30: 40, 45: 22, 60: 13, 90: 5},
}
GENRES = {"femme": 57, "homme": 42, "autre": 0.3, "nc": 0.7}
AGES = {"0-11": 0.2, "12-17": 1.3, "18-24": 9, "25-39": 25, "40-59": 34, "60-69": 17, "70+": 13, "nc": 0.5}
SITUATIONS: dict[str, dict[str, float]] = {
    "0-11": {"scolarise": 1},
    "12-17": {"scolarise": 9, "sans_emploi": 1},
    "18-24": {"scolarise": 4, "sans_emploi": 4, "en_emploi": 3, "nc": 0.2},
    "25-39": {"sans_emploi": 5, "en_emploi": 6, "nc": 0.2},
    "40-59": {"sans_emploi": 5, "en_emploi": 6, "retraite": 0.2, "nc": 0.2},
    "60-69": {"retraite": 7, "sans_emploi": 2, "en_emploi": 2},
    "70+": {"retraite": 1},
    "nc": {"nc": 1},
}
PREMIERE_VISITE = 0.3

# Weekly, seasonal and hourly curves.
SEMAINE = (1.15, 1.05, 0.9, 1.0, 0.9, 0.8, 0.5)
MOIS = (1.1, 1.0, 1.02, 1.03, 0.95, 1.0, 0.82, 0.62, 1.2, 1.1, 1.02, 0.85)
HEURES = {8: 0.7, 9: 1.0, 10: 1.35, 11: 1.2, 12: 0.6, 13: 0.7, 14: 1.15, 15: 1.1, 16: 0.95, 17: 0.6}
HEURE_CREUSE = 0.4
CROISSANCE = 0.05  # a year
DEBUT_DE_MOIS = 1.12  # benefits are paid on the fifth
