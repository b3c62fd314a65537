"""The totals of a filter equal a recount, and the figure of the dashboard that opens its list."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.agregats import rattraper
from accueil.chiffres import lire
from accueil.indicateurs import Totaux, totaliser
from accueil.models import AgregatJour, AgregatMois
from tests.accueil.recompte import recompter_totaux
from tests.accueil.saisies_tirees import BORNES, GESTES, jouer, periode_de
from tests.fabrique import un_partenaire, une_visite
from tests.filtres import filtre_de

pytestmark = pytest.mark.django_db

CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "theme": st.sampled_from(["energie", "justice"]),
        "issue": st.sampled_from(["resolu", "oriente"]),
        "partenaire": st.sampled_from(["EDF", "aucun"]),
        "registre": st.sampled_from(["2", "5"]),
        "aide": st.sampled_from(["informer", "aucune"]),
        "canal": st.sampled_from(["sur_place", "telephone"]),
        "semaine": st.sampled_from(["1", "4"]),
        "heure": st.just("10"),
        "auteur": st.just("moi"),
    },
)
# One point by its mediateur, an association's by its direction, all of them, those of a département.
LECTEURS = st.sampled_from(
    [("proprietaire", ""), ("direction", ""), ("union", ""), ("union", "departement=69&")]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    gestes=GESTES,
    conditions=st.one_of(st.just({}), CONDITIONS),
    annulees=st.booleans(),
    lecteur=LECTEURS,
    bornes=BORNES,
)
def test_totals_equal_a_recount_after_any_sequence_of_acts(
    distribution, gestes, conditions, annulees, lecteur, bornes
):
    for geste in gestes:
        jouer(distribution, *geste)
    if conditions.get("partenaire") == "EDF":
        conditions |= {"partenaire": un_partenaire("EDF").pk}
    qui, ou = lecteur
    url = ou + urlencode(conditions | {"annulees": "1" if annulees else ""})
    filtre = replace(filtre_de(getattr(distribution, qui), url), periode=periode_de(distribution, bornes))
    assert totaliser(filtre) == recompter_totaux(filtre)


def test_totals_of_nothing_are_zeros(distribution):
    assert totaliser(filtre_de(distribution.union)) == Totaux(0, 0, 0, 0, 0)
    assert totaliser(replace(filtre_de(distribution.union), points=frozenset())) == Totaux(0, 0, 0, 0, 0)


@pytest.mark.parametrize("url", ["", "point=LYO-GER", "departement=69"])
def test_a_list_and_its_figure_read_the_same_source_even_where_it_is_wrong(distribution, url):
    """An aggregate that is wrong is for `verifier_agregats` to find: two pages that disagree tell nobody."""
    une_visite(distribution.point, distribution.proprietaire)
    rattraper()
    for modele in (AgregatJour, AgregatMois):
        modele.objects.update(visites=7)
    filtre = filtre_de(distribution.union, url)
    assert totaliser(filtre).visites == lire(filtre)[0].visites
