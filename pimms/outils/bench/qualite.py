"""An evaluation of the whole network against the bare aggregate queries that it needs."""

from pimms.outils.bench.client import Ouvrier, comparer
from pimms.outils.bench.resultats import Ligne, Tableau

PAIRES, EVALUATION_MAX = 15, 1.5  # calls of each, and what is allowed over the floor
METHODE = """\
One process, two URLs asked in turn (which comes first is drawn): `qualite.evaluation.evaluer` on the
whole network, every requirement, rules and findings included; and the statements with a GROUP BY that
it sends, run alone with the same values, read and thrown away. Findings stand as they were after the first
run, as on most nights. {visites:,} visits in the database."""


def mesurer(ouvrier: Ouvrier) -> Tableau:
    """One row; the evaluation writes findings, so the database must be a copy or about to go."""
    ((union,),) = ouvrier.base.lignes(
        "SELECT personne_id FROM accueil_acces WHERE role = 'union' AND fin IS NULL ORDER BY id LIMIT 1"
    )
    session = ouvrier.session(union)
    rapport, detail = comparer(
        lambda: ouvrier.obtenir("/banc/evaluation/", session)["secondes"],
        lambda: ouvrier.obtenir("/banc/agregats/", session)["secondes"],
        PAIRES,
    )
    ((constats,),) = ouvrier.base.lignes("SELECT count(*) FROM qualite_constat")
    detail = f"{detail}, {constats:,} findings"
    ligne = Ligne("the network, all requirements", rapport, EVALUATION_MAX, "×", detail)
    return Tableau("Evaluating the network", METHODE.format(visites=ouvrier.base.visites), (ligne,))
