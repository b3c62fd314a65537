"""SQL statements of every page, as each role reaches it, on a network of full size."""

from collections import Counter, deque

from pimms.outils.bench.client import Ouvrier, exiger
from pimms.outils.bench.resultats import Ligne, Tableau

ENONCES_MAX = 10
# Pages that put many figures together, and their files.
PAGES = ("tableau_de_bord", "reseau", "compte_partenaires")
TABLEAUX = dict.fromkeys((*PAGES, *(f"{page}_fichier" for page in PAGES)), 15)
ROLES = ("mediateur", "responsable", "direction", "union")
PAR_PAGE = 2  # addresses asked for under one name: two cases need not offer the same links
DEPART = ("aide", "/aide/")
PERSONNES = """
SELECT DISTINCT ON (a.role) a.role, a.personne_id
FROM accueil_acces a CROSS JOIN (SELECT * FROM accueil_pointaccueil WHERE code = 'LYO-GER') p
WHERE a.fin IS NULL AND (a.role = 'union' OR a.point_id = p.id OR a.association_id = p.association_id)
ORDER BY a.role, a.id
"""


def _sessions(ouvrier: Ouvrier) -> dict[str, str]:
    """A session of one person a role, at the same point or its association."""
    personnes = ouvrier.base.lignes(PERSONNES)
    return {role: ouvrier.session(cle) for role, cle in personnes if role in ROLES}


def _parcourir(ouvrier: Ouvrier, session: str) -> dict[str, int]:
    """Follow every link, from the guides on (the menu is there): most statements of each page, by name."""
    vues: Counter[str] = Counter()
    enonces: dict[str, int] = {}
    exiger(ouvrier.demander(methode="GET", chemin=DEPART[1], session=session), DEPART[1])
    file, connus = deque([DEPART]), {DEPART[1]}
    while file:
        nom, chemin = file.popleft()
        if vues[nom] == PAR_PAGE:
            continue
        requete = {"methode": "GET", "chemin": chemin, "session": session}
        liens = ouvrier.demander(**requete, liens=True)["liens"]  # what is done once a process is not counted
        reponse = ouvrier.demander(**requete, compter=True)
        if reponse["statut"] == 200:
            vues[nom] += 1
            enonces[nom] = max(enonces.get(nom, 0), len(reponse["enonces"]))
        for suivant in liens:
            if suivant[1] not in connus:
                connus.add(suivant[1])
                file.append(tuple(suivant))
    return enonces


def mesurer(ouvrier: Ouvrier) -> Tableau:
    """The five pages nearest to their limit of all that the four roles reach by links."""
    mesurees = [
        Ligne(f"{nom} ({role})", n, TABLEAUX.get(nom, ENONCES_MAX), "statements")
        for role, session in _sessions(ouvrier).items()
        for nom, n in _parcourir(ouvrier, session).items()
    ]
    mesurees.sort(key=lambda ligne: (ligne.limite - ligne.valeur, ligne.nom))
    pages = len({ligne.nom.split()[0] for ligne in mesurees})
    return Tableau(
        "SQL statements of a page",
        f"{pages} pages, found by following links as each of {len(ROLES)} roles ({len(mesurees)} in all),"
        f" on {ouvrier.base.visites:,} visits; the five nearest to their limit. Session included.",
        tuple(mesurees[:5]),
    )
