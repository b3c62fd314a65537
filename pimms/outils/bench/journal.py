"""The journal's page at ten million visits, against the same page at a hundred thousand."""

import random
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from pimms.outils.bench.bases import RESEAU, Base
from pimms.outils.bench.client import Ouvrier, ms
from pimms.outils.bench.resultats import Ligne, Tableau
from pimms.socle.curseurs import Curseur

PAIRES, CHAUFFE = 60, 6
RAPPORT_MAX = 1.3
VISITE_MONTREE = 'id="visite-'
METHODE = """\
Two databases made by `peupler` with the same seed: same points, people, partners and years, {petit}
and {grand} visits. Two processes, asked in turn for the same URL; the period covers all the years.
Warm cache. Medians of {n} each."""


@dataclass(frozen=True)
class Cas:
    """A page as someone asks for it. `milieu`: the page halfway through the years, by its cursor."""

    nom: str
    role: str
    filtre: tuple[tuple[str, str], ...] = ()
    milieu: bool = False


CAS = (
    Cas("médiateur, no filter", "mediateur"),
    Cas("médiateur, halfway", "mediateur", milieu=True),
    Cas("médiateur, a common theme", "mediateur", (("theme", "social"),)),
    Cas("médiateur, theme and outcome", "mediateur", (("theme", "logement"), ("issue", "a_suivre"))),
    Cas("médiateur, a partner", "mediateur", (("partenaire", "EDF"),)),
    Cas("médiateur, a channel", "mediateur", (("canal", "telephone"),)),
    Cas("médiateur, a register", "mediateur", (("registre", "2"),)),
    Cas("médiateur, one's own entries", "mediateur", (("auteur", "moi"),)),
    Cas("manager, one person's entries", "responsable", (("auteur", "equipier"),)),
    Cas("union, no filter", "union"),
    Cas("union, halfway", "union", milieu=True),
    Cas("union, one point", "union", (("point", "LYO-GER"),)),
    Cas("union, a common theme", "union", (("theme", "energie"),)),
    Cas("union, a partner and an outcome", "union", (("partenaire", "EDF"), ("issue", "oriente"))),
    Cas("union, a rare search", "union", (("theme", "associations"), ("issue", "hors_champ"))),
)


class Lecteurs:
    """The people who read, on one database: their sessions, and keys that filters name."""

    def __init__(self, ouvrier: Ouvrier) -> None:
        self.ouvrier, base = ouvrier, ouvrier.base
        personnes = base.lignes(
            "SELECT DISTINCT ON (role) role, personne_id FROM accueil_acces a"
            " LEFT JOIN accueil_pointaccueil p ON p.id = a.point_id"
            " WHERE fin IS NULL AND (p.code = 'LYO-GER' OR role = 'union' OR a.association_id ="
            " (SELECT association_id FROM accueil_pointaccueil WHERE code = 'LYO-GER')) ORDER BY role, a.id"
        )
        self.personnes = dict(personnes)
        self.sessions = {role: ouvrier.session(cle) for role, cle in personnes}
        ((self.edf,),) = base.lignes("SELECT id FROM accueil_partenaire WHERE nom = 'EDF'")

    def chemin(self, cas: Cas) -> str:
        """The URL of a case on this database."""
        base = self.ouvrier.base
        debut = base.reference - timedelta(days=366 * RESEAU["annees"])
        cles = {"EDF": str(self.edf), "equipier": str(self.personnes["mediateur"])}
        champs = {"du": str(debut), "au": str(base.reference)}
        champs |= {nom: cles.get(valeur, valeur) for nom, valeur in cas.filtre}
        if cas.milieu:
            champs["curseur"] = str(_milieu(base, au_point=cas.role != "union"))
        return f"/accueil/journal/?{urlencode(champs)}"


def _milieu(base: Base, *, au_point: bool) -> Curseur:
    """The position in the middle of the years."""
    jour = base.reference - timedelta(days=366 * RESEAU["annees"] // 2)
    ((jour, cle),) = base.lignes(
        "SELECT jour, id FROM accueil_visite WHERE jour <= %s AND (NOT %s OR point_id ="
        " (SELECT id FROM accueil_pointaccueil WHERE code = 'LYO-GER')) ORDER BY jour DESC, id DESC LIMIT 1",
        [jour, au_point],
    )
    return Curseur(jour, cle)


def mesurer(petit: Ouvrier, grand: Ouvrier) -> Tableau:
    """One line a case: ratio of the medians, and the visits that each page shows."""
    lecteurs = [Lecteurs(petit), Lecteurs(grand)]
    lignes = tuple(_ligne(cas, *lecteurs) for cas in CAS)
    methode = METHODE.format(petit=f"{petit.base.visites:,}", grand=f"{grand.base.visites:,}", n=PAIRES)
    return Tableau("A page of the journal", methode, lignes)


def _ligne(cas: Cas, petit: Lecteurs, grand: Lecteurs) -> Ligne:
    pages = [(lecteurs, lecteurs.chemin(cas), []) for lecteurs in (petit, grand)]
    montrees = []
    for lecteurs, chemin, _ in pages:
        for _ in range(CHAUFFE):
            reponse = lecteurs.ouvrier.obtenir(chemin, lecteurs.sessions[cas.role], trouver=VISITE_MONTREE)
        montrees.append(reponse["trouves"])
    for _ in range(PAIRES):
        for lecteurs, chemin, temps in random.sample(pages, 2):
            reponse = lecteurs.ouvrier.obtenir(chemin, lecteurs.sessions[cas.role])
            temps.append(reponse["secondes"])
    t_petit, t_grand = (ms(temps) for _, _, temps in pages)
    detail = f"{t_grand:.1f} ms against {t_petit:.1f} ms; {montrees[1]} and {montrees[0]} visits shown"
    return Ligne(cas.nom, t_grand / t_petit, RAPPORT_MAX, "×", detail)
