"""What a filter keeps, and how it is written: to the address, and in words."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.forms.journal import lire_filtre
from accueil.models.visites import Canal, Issue
from tests.fabrique import un_partenaire, un_theme, une_visite
from tests.filtres import filtre_de, options_de

pytestmark = pytest.mark.django_db


def test_conditions_on_requests_must_hold_for_one_same_request(distribution):
    un_et_l_autre = [{"theme": un_theme("energie"), "issue": "oriente"}]
    l_un_puis_l_autre = [
        {"theme": un_theme("energie"), "issue": "resolu"},
        {"theme": un_theme("justice"), "issue": "oriente"},
    ]
    trouvee = une_visite(distribution.point, distribution.proprietaire, demandes=un_et_l_autre)
    une_visite(distribution.point, distribution.proprietaire, demandes=l_un_puis_l_autre)
    filtre = filtre_de(distribution.proprietaire, "theme=energie&issue=oriente")
    assert list(filtre.visites()) == [trouvee]


def test_a_retired_theme_can_still_be_looked_for(distribution):
    theme = un_theme("loisirs")
    theme.retire_le = timezone.localdate()
    theme.save()
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=[{"theme": theme}])
    assert list(filtre_de(distribution.proprietaire, "theme=loisirs").visites()) == [visite]


def test_the_url_leaves_out_what_is_at_its_default(distribution):
    assert filtre_de(distribution.proprietaire, "theme=&canal=&periode=7_jours").url() == "periode=7_jours"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "du": st.dates(max_value=date(2026, 1, 1)).map(str),
            "theme": st.sampled_from(["energie", "justice"]),
            "registre": st.integers(1, 8).map(str),
            "issue": st.sampled_from(Issue.values),
            "canal": st.sampled_from(Canal.values),
            "auteur": st.just("moi"),
            "annulees": st.just("1"),
        },
    )
)
def test_a_filter_written_to_the_url_is_read_back_the_same(distribution, valeurs):
    parametres = QueryDict(mutable=True)
    parametres.update(valeurs)
    options = options_de(distribution.proprietaire)
    filtre, _ = lire_filtre(parametres, options)
    assert lire_filtre(QueryDict(filtre.url()), options)[0] == filtre


def test_the_filter_is_told_in_words(distribution):
    edf = un_partenaire("EDF")
    filtre = filtre_de(
        distribution.proprietaire, f"theme=energie&partenaire={edf.pk}&registre=2&issue=oriente&auteur=moi"
    )
    assert [f"{nom}={valeur}" for _, nom, valeur in filtre.mots()] == [
        "Thème=Énergie – Eau",
        "Partenaire=EDF",
        "Registre=2. Situations conflictuelles",
        "Résultat=Orienté",
        "Saisies de=vous",
    ]


def test_a_link_without_one_value_keeps_the_others(distribution):
    filtre = filtre_de(distribution.proprietaire, "theme=energie&canal=telephone")
    assert dict(parse_qsl(filtre.url("theme"))) == {"periode": "7_jours", "canal": "telephone"}
