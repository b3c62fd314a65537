"""SQL statements of every page, as each role sees it, on a network of full size."""

from outils.bench.bases import Base
from outils.bench.client import Ouvrier
from outils.bench.resultats import Ligne, Tableau

ENONCES_MAX = 10
ROLES = ("mediateur", "responsable", "direction", "union")
# Where the argument `pk` of a URL is taken from: the longest start of its name that is here wins.
CLES = {
    "association": "SELECT %(association)s",
    "contrat_nouveau": "SELECT %(association)s",
    "contrat": "SELECT id FROM accueil_contratfranchise WHERE association_id = %(association)s LIMIT 1",
    "personne": "SELECT %(personne)s",
    "acces_nouveau": "SELECT %(personne)s",
    "acces_fin": "SELECT id FROM accueil_acces WHERE personne_id = %(personne)s AND fin IS NULL LIMIT 1",
    "absence_nouvelle": "SELECT %(personne)s",
    "absence": "SELECT id FROM accueil_absence WHERE personne_id = %(personne)s ORDER BY debut DESC LIMIT 1",
    "partenaire": "SELECT id FROM accueil_partenaire WHERE association_id = %(association)s LIMIT 1",
    "convention_nouvelle": "SELECT id FROM accueil_partenaire WHERE association_id = %(association)s LIMIT 1",
    "convention": "SELECT id FROM accueil_convention WHERE association_id = %(association)s LIMIT 1",
    "theme": "SELECT id FROM accueil_theme ORDER BY ordre LIMIT 1",
    "fermeture": "SELECT id FROM accueil_fermeture WHERE point_id = %(point)s ORDER BY debut DESC LIMIT 1",
    "label": "SELECT id FROM accueil_labelfranceservices WHERE point_id = %(point)s LIMIT 1",
    "visite": "SELECT id FROM accueil_visite WHERE point_id = %(point)s ORDER BY id DESC LIMIT 1",
    "suite": "SELECT id FROM accueil_demande WHERE point_id = %(point)s AND issue = 'a_suivre'"
    " ORDER BY id DESC LIMIT 1",
}
LIEU = """
SELECT p.id AS point, p.association_id AS association, a.personne_id AS personne
FROM accueil_pointaccueil p JOIN accueil_acces a ON a.point_id = p.id
WHERE p.code = 'LYO-GER' AND a.role = 'mediateur' AND a.fin IS NULL ORDER BY a.id LIMIT 1
"""


def _sessions(ouvrier: Ouvrier, lieu: dict[str, int]) -> dict[str, str]:
    personnes = ouvrier.base.lignes(
        "SELECT DISTINCT ON (role) role, personne_id FROM accueil_acces WHERE fin IS NULL AND (role = 'union'"
        " OR point_id = %(point)s OR association_id = %(association)s) ORDER BY role, id",
        lieu,
    )
    return {role: ouvrier.session(cle) for role, cle in personnes if role in ROLES}


def _cle(base: Base, nom: str, lieu: dict[str, int]) -> int | None:
    debuts = [d for d in CLES if nom.startswith(d)]
    lignes = base.lignes(CLES[max(debuts, key=len)], lieu) if debuts else []
    return lignes[0][0] if lignes else None


def _chemins(ouvrier: Ouvrier, lieu: dict[str, int]) -> dict[str, str]:
    """Every URL of the product that can be asked for, by name."""
    chemins = {}
    for nom, arguments in ouvrier.demander(urls=True)["urls"].items():
        valeurs: dict[str, object] = {"code": "LYO-GER"}
        if "pk" in arguments:
            cle = _cle(ouvrier.base, nom, lieu)
            valeurs |= {"pk": cle} if cle else {}
        if set(arguments) <= valeurs.keys():
            kwargs = {a: valeurs[a] for a in arguments}
            chemins[nom] = ouvrier.demander(inverser=nom, kwargs=kwargs)["chemin"]
    return chemins


def mesurer(ouvrier: Ouvrier) -> Tableau:
    """The five costliest pages; those that a role may not see are left out."""
    lieu = dict(zip(("point", "association", "personne"), ouvrier.base.lignes(LIEU)[0], strict=True))
    sessions, mesurees = _sessions(ouvrier, lieu), []
    for nom, chemin in _chemins(ouvrier, lieu).items():
        for role, session in sessions.items():
            requete = {"methode": "GET", "chemin": chemin, "session": session}
            ouvrier.demander(**requete)  # what is done once a process is not counted
            reponse = ouvrier.demander(**requete, compter=True)
            if reponse["statut"] == 200:
                mesurees.append((len(reponse["enonces"]), nom, role))
    mesurees.sort(reverse=True)
    lignes = tuple(Ligne(f"{nom} ({role})", n, ENONCES_MAX, "statements") for n, nom, role in mesurees[:5])
    pages = len({nom for _, nom, _ in mesurees})
    return Tableau(
        "SQL statements of a page",
        f"{pages} pages × {len(sessions)} roles, {len(mesurees)} answers, on {ouvrier.base.visites:,} visits;"
        " the five that send most. Session included.",
        lignes,
    )
