"""What journal and encryption cost together: each act against itself in a process that has neither."""

import uuid
from typing import Any

from pimms.outils.bench.bases import Base
from pimms.outils.bench.client import Ouvrier, comparer
from pimms.outils.bench.mediation import Bureau as BureauDeMediation
from pimms.outils.bench.resultats import Ligne, Tableau
from pimms.outils.bench.saisie import Bureau

PAIRES, RAPPORT_MAX = 300, 1.4
SANS_PROTECTION = "pimms.outils.bench.sans_protection"
METHODE = """\
Two processes of the product on one database, asked in turn (which comes first is drawn). In the second one
`journaliser` does nothing, nothing is sealed and no key is made (`sans_protection`); the rest, pages
included, is the same. A case is read that each process has opened itself. Commits flushed to disk."""


def _entrees(base: Base) -> int:
    return base.lignes("SELECT count(*) FROM socle_entreejournal")[0][0]


def _exiger_nu(base: Base, bureau: Bureau, mediation: BureauDeMediation) -> None:
    """The second process must write visits and cases, and nothing of the journal."""
    avant = _entrees(base)
    bureau.produit()
    mediation.ouvrir("/mediation/dossiers/nouveau/")
    if _entrees(base) != avant:
        raise RuntimeError("le processus sans protection écrit au journal")


def _reference(base: Base, mediation: BureauDeMediation) -> str:
    """A case that this process opens now."""
    cle = str(uuid.uuid4())
    mediation.ouvrir("/mediation/dossiers/nouveau/", cle=cle)
    return base.lignes("SELECT reference FROM mediation_dossier WHERE cle = %s", [cle])[0][0]


def mesurer(arme: Ouvrier, nu: Ouvrier) -> Tableau:
    """The three ratios; writes into the database, which must be a copy."""
    bureaux = Bureau(arme), Bureau(nu)
    mediation = BureauDeMediation(arme), BureauDeMediation(nu)
    base = arme.base
    _exiger_nu(base, bureaux[1], mediation[1])
    pages = [f"/mediation/dossiers/{_reference(base, m)}/" for m in mediation]

    def comparees(nom: str, produit: Any, plancher: Any) -> Ligne:
        rapport, detail = comparer(produit, plancher, PAIRES)
        return Ligne(nom, rapport, RAPPORT_MAX, "×", detail)

    lignes = (
        comparees(
            "logging a visit of two requests",
            lambda: bureaux[0].produit()["secondes"],
            lambda: bureaux[1].produit()["secondes"],
        ),
        comparees(
            "opening a case",
            lambda: mediation[0].ouvrir("/mediation/dossiers/nouveau/"),
            lambda: mediation[1].ouvrir("/mediation/dossiers/nouveau/"),
        ),
        comparees(
            "reading a case",
            lambda: mediation[0].lire(pages[0], mediation[0].session),
            lambda: mediation[1].lire(pages[1], mediation[1].session),
        ),
    )
    return Tableau("Journal and encryption together", METHODE, lignes)
