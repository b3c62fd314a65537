"""Dashboards over a year, a point's and the network's: against the same page drawn from memory, at a hundred
thousand, a million and ten million visits."""

import math
import random

from pimms.outils.bench.bases import manage
from pimms.outils.bench.client import CHAUFFE, Ouvrier, comparer, ms
from pimms.outils.bench.journal import Lecteurs
from pimms.outils.bench.resultats import Ligne, Tableau

PAIRES = 40
MEMOIRE_MAX, TAILLE_MAX = 2.0, 1.3
BUDGET_CROISE = 5.0  # seconds
METHODE = """\
`/tableau-de-bord/` of LYO-GER and `/reseau/` of all points, over twelve months compared with the year before,
all figures, from the call of the WSGI application to the last byte; `/reseau/` also of a direction's points,
of those of a région, and of all points over the last calendar year, which shows the public (its masks are
worked out once a process, by the calls that come before the measure). First against the same page drawn from
what a first call found, kept in memory; then, on {grand} visits, against itself on {petit}, in two
processes. Addresses are asked in turn, in a drawn order. Filters on visits count the packed columns of each
month: a theme and a channel; the channel, the outcome of most visits; both. Their page has a budget. So have
the totals of the list behind a figure."""
METHODE_SEULE = """\
The same pages on {visites} visits of two years: against the same drawn from memory, then with filters on
visits; then the totals of the list behind a figure."""
POINT, RESEAU = "/tableau-de-bord/?point=LYO-GER&", "/reseau/?"
ANNEE_CIVILE = "du={annee}-01-01&au={annee}-12-31"  # the last one that has ended
# Who reads which page.
LECTURES = (
    ("responsable", "responsable", POINT),
    ("union", "union", POINT),
    ("union, the network", "union", RESEAU),
    ("union, the network over a calendar year", "union", RESEAU + ANNEE_CIVILE),
    ("union, a région", "union", RESEAU + "region=84"),
    ("direction, its points", "direction", RESEAU),
)
CROISES = "theme=logement&canal=telephone"
CROISEES = (
    ("manager, crossed filters", "responsable", POINT + CROISES),
    ("union, the network, crossed filters", "union", RESEAU + CROISES),
    ("union, the network, « sur place »", "union", RESEAU + "canal=sur_place"),
    ("union, the network, « résolu »", "union", RESEAU + "issue=resolu"),
    ("union, the network, « sur place » and « résolu »", "union", RESEAU + "canal=sur_place&issue=resolu"),
)
FIGURES = 'class="chiffres-cles"'
TOTAUX = "/accueil/journal/totaux/?periode=12_mois"
LISTES = (
    ("union, totals of the network's list", "union", TOTAUX),
    ("union, the same with cancelled visits", "union", f"{TOTAUX}&annulees=1"),
    ("union, the same, « résolu »", "union", f"{TOTAUX}&annulees=1&issue=resolu"),
)
TOTALISES = 'class="journal-compte"'


def mesurer(petit: Ouvrier, grand: Ouvrier) -> Tableau:
    """A line a page and reader for each comparison, then for filters on visits."""
    lecteurs = [_lecteurs(petit), _lecteurs(grand)]
    lignes = [_contre_memoire(taille, *lecture) for taille in lecteurs for lecture in LECTURES]
    lignes += [_contre_petit(*lecteurs, *lecture) for lecture in LECTURES]
    lignes += _sous_budget(lecteurs[1])
    methode = METHODE.format(petit=f"{petit.base.visites:,}", grand=f"{grand.base.visites:,}")
    return Tableau("Dashboards", methode, tuple(lignes))


def mesurer_seul(ouvrier: Ouvrier) -> Tableau:
    """One database by itself: what does not ask for another."""
    lecteurs, visites = _lecteurs(ouvrier), f"{ouvrier.base.visites:,}"
    lignes = [_contre_memoire(lecteurs, *lecture) for lecture in LECTURES]
    lignes += _sous_budget(lecteurs)
    return Tableau(f"Dashboards at {visites} visits", METHODE_SEULE.format(visites=visites), tuple(lignes))


def _lecteurs(ouvrier: Ouvrier) -> Lecteurs:
    """Who reads; the network is evaluated once before, for dashboards tell its findings."""
    if not ouvrier.base.lignes("SELECT FROM qualite_constat LIMIT 1"):
        manage(ouvrier.base.nom, "shell", "-v0", "-c", "from qualite.evaluation import evaluer; evaluer()")
    return Lecteurs(ouvrier)


def _date(lecteurs: Lecteurs, chemin: str) -> str:
    return chemin.format(annee=lecteurs.ouvrier.base.reference.year - 1)


def _contre_memoire(lecteurs: Lecteurs, nom: str, role: str, chemin: str) -> Ligne:
    ouvrier, session = lecteurs.ouvrier, lecteurs.sessions[role]
    chemin = _date(lecteurs, chemin)
    rapport, detail = comparer(
        lambda: ouvrier.obtenir(chemin, session)["secondes"],
        lambda: ouvrier.obtenir(f"/banc{chemin}", session)["secondes"],
        PAIRES,
    )
    visites = f"{ouvrier.base.visites:,}"
    return Ligne(f"{nom}, {visites} visits, against memory", rapport, MEMOIRE_MAX, "×", detail)


def _contre_petit(petit: Lecteurs, grand: Lecteurs, nom: str, role: str, chemin: str) -> Ligne:
    temps: list[list[float]] = [[], []]
    for n in range(CHAUFFE + PAIRES):
        for rang, lecteurs in random.sample([*enumerate((petit, grand))], 2):
            page = _date(lecteurs, chemin)
            secondes = lecteurs.ouvrier.obtenir(page, lecteurs.sessions[role])["secondes"]
            if n >= CHAUFFE:
                temps[rang].append(secondes)
    detail = f"{ms(temps[1]):.1f} ms against {ms(temps[0]):.1f} ms"
    return Ligne(f"{nom}, against the small base", ms(temps[1]) / ms(temps[0]), TAILLE_MAX, "×", detail)


def _sous_budget(lecteurs: Lecteurs) -> list[Ligne]:
    croisees = [_croises(lecteurs, *lecture, FIGURES) for lecture in CROISEES]
    return croisees + [_croises(lecteurs, *lecture, TOTALISES) for lecture in LISTES]


def _croises(lecteurs: Lecteurs, nom: str, role: str, chemin: str, figures: str) -> Ligne:
    """A page that says that its filters cover too much has no figures: that is a limit missed."""
    temps, montres = [], 0
    for _ in range(CHAUFFE):
        reponse = lecteurs.ouvrier.obtenir(chemin, lecteurs.sessions[role], trouver=figures)
        temps.append(reponse["secondes"])
        montres += reponse["trouves"]
    secondes = ms(temps) / 1000 if montres == CHAUFFE else math.inf
    return Ligne(nom, secondes, BUDGET_CROISE, "s")
