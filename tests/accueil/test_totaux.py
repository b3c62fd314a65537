"""The totals of a filter equal a recount."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.forms.journal import lire_filtre
from accueil.indicateurs import Totaux, totaliser
from accueil.models import Demande, Visite
from tests.fabrique import un_theme, une_visite
from tests.filtres import filtre_de, options_de

pytestmark = pytest.mark.django_db


def _recompter(filtre) -> Totaux:
    """The totals, counted one row after the other in Python."""
    visites = [
        v
        for v in Visite.objects.prefetch_related("demandes")
        if filtre.periode.du <= v.jour <= filtre.periode.au
        and (filtre.points is None or v.point_id in filtre.points)
        and (not filtre.canal or v.canal == filtre.canal)
        and (not filtre.auteur or v.auteur_id == filtre.auteur.pk)
    ]

    def repond(d: Demande) -> bool:
        return (
            (not filtre.theme or d.theme_id == filtre.theme.pk)
            and (not filtre.issue or d.issue == filtre.issue)
            and (not filtre.registre or d.registre == filtre.registre)
        )

    trouvees = [v for v in visites if any(repond(d) for d in v.demandes.all())]
    comptees = [v for v in trouvees if v.annulee_le is None]
    return Totaux(
        visites=len(comptees),
        passages=sum(v.personnes for v in comptees),
        demandes=sum(1 for v in comptees for d in v.demandes.all() if repond(d)),
        minutes=sum(v.duree for v in comptees),
        minutes_estimees=sum(v.duree for v in comptees if v.duree_estimee),
        annulees=len(trouvees) - len(comptees) if filtre.annulees else 0,
    )


une_demande = st.fixed_dictionaries(
    {
        "theme": st.sampled_from(["energie", "justice", "papiers"]),
        "issue": st.sampled_from(["resolu", "oriente"]),
        "registre": st.sampled_from([None, 2, 5]),
    }
)
des_visites = st.lists(
    st.tuples(
        st.sampled_from(["proprietaire", "collegue"]),
        st.integers(0, 12),
        st.lists(une_demande, min_size=1, max_size=3),
        st.booleans(),
        st.integers(1, 4),
        st.integers(1, 90),
        st.sampled_from(["sur_place", "telephone"]),
    ),
    max_size=6,
)
des_filtres = st.fixed_dictionaries(
    {},
    optional={
        "periode": st.sampled_from(["aujourd_hui", "12_mois"]),
        "theme": st.sampled_from(["energie", "justice"]),
        "issue": st.sampled_from(["resolu", "oriente"]),
        "registre": st.sampled_from(["2", "5"]),
        "canal": st.sampled_from(["sur_place", "telephone"]),
        "auteur": st.just("moi"),
        "annulees": st.just("1"),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(visites=des_visites, valeurs=des_filtres)
def test_totals_equal_a_recount_row_by_row(distribution, visites, valeurs):
    # Each example brings visits of its own, which no person may delete: they add up.
    for qui, il_y_a, demandes, annulee, personnes, duree, canal in visites:
        une_visite(
            distribution.point,
            getattr(distribution, qui),
            il_y_a=il_y_a,
            demandes=[d | {"theme": un_theme(d["theme"])} for d in demandes],
            personnes=personnes,
            duree=duree,
            duree_estimee=duree % 2 == 0,
            canal=canal,
            annulee_le=timezone.now() + timedelta(minutes=1) if annulee else None,
        )
    parametres = QueryDict(mutable=True)
    parametres.update(valeurs)
    filtre, _ = lire_filtre(parametres, options_de(distribution.proprietaire))
    assert totaliser(filtre) == _recompter(filtre)


def test_totals_of_nothing_are_zeros(distribution):
    assert totaliser(filtre_de(distribution.union)) == Totaux(0, 0, 0, 0, 0)
