"""Logging a visit, against the floor: same session, same middleware, same rows, taken in turn."""

import random
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pimms.outils.bench.bases import Base
from pimms.outils.bench.client import Ouvrier, exiger, ms, p95
from pimms.outils.bench.resultats import Ligne, Tableau

PAIRES, CHAUFFE = 400, 40
RAPPORT_MAX, ENONCES_MAX = 2.0, 12
METHODE = """\
One process, one session, two URLs in turn (which comes first is drawn), the same form sent to both:
the product's `POST /accueil/saisie/` through htmx, and a bare view that checks nothing and inserts
the same four rows (visit, two requests, journal; compared column by column) in one transaction.
Same login, same middleware, same CSRF check, commits flushed to disk. The clock runs from the call
of the WSGI application to the last byte of the answer; the rows are counted afterwards."""


MEDIATEUR = """
SELECT p.id, p.code, a.personne_id FROM accueil_acces a JOIN accueil_pointaccueil p ON p.id = a.point_id
WHERE p.code = 'LYO-GER' AND a.role = 'mediateur' AND a.fin IS NULL ORDER BY a.id LIMIT 1
"""


def formulaire(code: str, themes: Sequence[int], partenaire: int) -> dict[str, Any]:
    """What the browser sends for a visit of two requests, its empty fields too."""
    vides = "duree_autre genre tranche_age situation premiere_visite commune note jour"
    champs: dict[str, Any] = dict.fromkeys(vides.split(), "")
    champs |= {"point": code, "cle": str(uuid.uuid4()), "rang": ["0", "1"], "personnes": "1"}
    champs |= {"canal": "sur_place", "duree": "15"}
    for rang, issue in ((0, "resolu"), (1, "a_suivre")):
        prefixe = f"d{rang}-"
        champs |= dict.fromkeys(
            (f"{prefixe}{c}" for c in ("partenaire_autre", "vers", "registre", "aide")), ""
        )
        champs |= {
            f"{prefixe}theme": themes[rang],
            f"{prefixe}issue": issue,
            f"{prefixe}partenaire": partenaire,
        }
    return champs


class Bureau:
    """A médiateur's desk on a database: sends visits to the product and to the floor."""

    def __init__(self, ouvrier: Ouvrier) -> None:
        self.ouvrier, base = ouvrier, ouvrier.base
        ((self.point_id, self.code, personne),) = base.lignes(MEDIATEUR)
        themes = base.lignes("SELECT id, code FROM accueil_theme ORDER BY ordre LIMIT 2")
        self.themes, self.codes = zip(*themes, strict=True)
        ((self.partenaire,),) = base.lignes("SELECT id FROM accueil_partenaire WHERE nom = 'EDF'")
        self.session = ouvrier.session(personne, self.code)

    def produit(self, **options: Any) -> dict[str, Any]:
        return self._poster("/accueil/saisie/", **options)

    def plancher(self, **options: Any) -> dict[str, Any]:
        return self._poster("/banc/plancher/", **options)

    def _poster(self, chemin: str, **options: Any) -> dict[str, Any]:
        """Both are sent the same form; what the floor can't know without a query comes along."""
        donnees = formulaire(self.code, self.themes, self.partenaire)
        donnees |= {"plancher-point": self.point_id, "plancher-jour": str(_aujourdhui())}
        donnees |= {f"plancher-theme-{rang}": code for rang, code in enumerate(self.codes)}
        reponse = self.ouvrier.demander(
            methode="POST", chemin=chemin, session=self.session, donnees=donnees, htmx=True, **options
        )
        return exiger(reponse, chemin)


def _aujourdhui() -> date:
    """Today at the measured point."""
    return datetime.now(ZoneInfo("Europe/Paris")).date()


# What may differ between two entries of the same form: keys and instants.
MEMES_LIGNES = """
SELECT to_jsonb(v) - ARRAY['id', 'cle', 'saisie_le', 'heure'],
  (SELECT jsonb_agg(to_jsonb(d) - ARRAY['id', 'visite_id'] ORDER BY rang) FROM accueil_demande d
   WHERE d.visite_id = v.id),
  (SELECT jsonb_agg(to_jsonb(j) - ARRAY['id', 'objet_id', 'horodatage', 'requete']) FROM socle_entreejournal j
   WHERE j.objet = 'visite' AND j.objet_id = v.id)
FROM accueil_visite v ORDER BY v.id DESC LIMIT 2
"""


def exiger_memes_lignes(bureau: Bureau) -> None:
    """The floor must insert what the product inserts, or the ratio says nothing."""
    bureau.produit()
    bureau.plancher()
    plancher, produit = bureau.ouvrier.base.lignes(MEMES_LIGNES)
    if plancher != produit:
        raise RuntimeError(f"le plancher n’insère pas les mêmes lignes :\n{plancher}\n{produit}")


def mesurer(ouvrier: Ouvrier) -> tuple[Tableau, Tableau]:
    """The ratio of the two medians, and the statements of one entry."""
    bureau, base = Bureau(ouvrier), ouvrier.base
    exiger_memes_lignes(bureau)
    avant = _compter(base)
    for _ in range(CHAUFFE):
        bureau.produit()
        bureau.plancher()
    nous: list[float] = []
    plancher: list[float] = []
    for _ in range(PAIRES):
        tour = [(bureau.produit, nous), (bureau.plancher, plancher)]
        random.shuffle(tour)
        for poster, temps in tour:
            temps.append(poster()["secondes"])
    attendues = 2 * (PAIRES + CHAUFFE)
    if _compter(base) - avant != attendues:
        raise RuntimeError(f"{attendues} visites envoyées, {_compter(base) - avant} enregistrées")
    rapport = ms(nous) / ms(plancher)
    detail = f"{ms(nous):.2f} ms against {ms(plancher):.2f} ms (p95 {p95(nous):.2f} and {p95(plancher):.2f})"
    enonces = bureau.produit(compter=True)["enonces"]
    return (
        Tableau(
            "Logging a visit of two requests",
            METHODE,
            (Ligne("POST, to the committed rows and the answer", rapport, RAPPORT_MAX, "×", detail),),
        ),
        Tableau(
            "SQL statements to log a visit",
            "All that Django sends during the request, session, BEGIN and COMMIT included.",
            (Ligne("POST /accueil/saisie/", len(enonces), ENONCES_MAX, "statements", ""),),
        ),
    )


def _compter(base: Base) -> int:
    return base.lignes("SELECT count(*) FROM accueil_visite")[0][0]
