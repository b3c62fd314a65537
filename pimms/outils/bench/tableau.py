"""Dashboards over a year, a point's and the network's: against the same page drawn from memory, and at ten
million visits."""

import random

from pimms.outils.bench.client import CHAUFFE, Ouvrier, comparer, ms
from pimms.outils.bench.journal import Lecteurs
from pimms.outils.bench.resultats import Ligne, Tableau

PAIRES = 40
MEMOIRE_MAX, TAILLE_MAX = 2.0, 1.3
BUDGET_CROISE = 5.0  # seconds: that of each statement
METHODE = """\
`/tableau-de-bord/` of LYO-GER and `/reseau/` of all points, over twelve months compared with the year before,
all figures, from the call of the WSGI application to the last byte. First against the same page drawn from
what a first call found, kept in memory, on {grand} visits; then against itself on {petit} visits, in two
processes. Addresses are asked in turn, in a drawn order. Crossed filters read the visits: their page has a
statement's budget."""
POINT, RESEAU = "/tableau-de-bord/?point=LYO-GER&", "/reseau/?"
# Who reads which page.
LECTURES = (
    ("responsable", "responsable", POINT),
    ("union", "union", POINT),
    ("union, the network", "union", RESEAU),
)
CROISES = "theme=logement&canal=telephone"


def mesurer(petit: Ouvrier, grand: Ouvrier) -> Tableau:
    """A line a page and reader for each comparison, and one for crossed filters."""
    lecteurs = [Lecteurs(petit), Lecteurs(grand)]
    lignes = [_contre_memoire(lecteurs[1], *lecture) for lecture in LECTURES]
    lignes += [_contre_petit(*lecteurs, *lecture) for lecture in LECTURES]
    session = lecteurs[1].sessions["responsable"]
    temps = [grand.obtenir(POINT + CROISES, session)["secondes"] for _ in range(CHAUFFE)]
    lignes.append(Ligne("manager, crossed filters", ms(temps) / 1000, BUDGET_CROISE, "s"))
    methode = METHODE.format(petit=f"{petit.base.visites:,}", grand=f"{grand.base.visites:,}")
    return Tableau("Dashboards", methode, tuple(lignes))


def _contre_memoire(lecteurs: Lecteurs, nom: str, role: str, chemin: str) -> Ligne:
    ouvrier, session = lecteurs.ouvrier, lecteurs.sessions[role]
    rapport, detail = comparer(
        lambda: ouvrier.obtenir(chemin, session)["secondes"],
        lambda: ouvrier.obtenir(f"/banc{chemin}", session)["secondes"],
        PAIRES,
    )
    return Ligne(f"{nom}, against memory", rapport, MEMOIRE_MAX, "×", detail)


def _contre_petit(petit: Lecteurs, grand: Lecteurs, nom: str, role: str, chemin: str) -> Ligne:
    temps: list[list[float]] = [[], []]
    for n in range(CHAUFFE + PAIRES):
        for rang, lecteurs in random.sample([*enumerate((petit, grand))], 2):
            secondes = lecteurs.ouvrier.obtenir(chemin, lecteurs.sessions[role])["secondes"]
            if n >= CHAUFFE:
                temps[rang].append(secondes)
    detail = f"{ms(temps[1]):.1f} ms against {ms(temps[0]):.1f} ms"
    return Ligne(f"{nom}, against the small base", ms(temps[1]) / ms(temps[0]), TAILLE_MAX, "×", detail)
