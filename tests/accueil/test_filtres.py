"""The journal's filter: read from the URL, told in words, the same for list, totals and export."""

from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from django.http import Http404, QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.filtres import Options
from accueil.forms.journal import lire_filtre
from accueil.indicateurs import Totaux, totaliser
from accueil.models import Demande, Utilisateur, Visite
from accueil.models.visites import Canal, Issue
from pimms.socle.periodes import Periode
from tests.fabrique import un_acces, un_partenaire, un_point, un_theme, une_personne, une_visite

pytestmark = pytest.mark.django_db


def _options(personne: Utilisateur) -> Options:
    """As a new request would see this person."""
    return Options(Utilisateur.objects.get(pk=personne.pk))


def _lire(personne: Utilisateur, url: str = ""):
    return lire_filtre(QueryDict(url), _options(personne))


def _filtre(personne: Utilisateur, url: str = ""):
    return _lire(personne, url)[0]


def _erreurs(personne: Utilisateur, url: str) -> set[str]:
    return set(_lire(personne, url)[1].errors)


def test_without_a_word_the_filter_is_the_last_seven_days(distribution):
    aujourdhui = distribution.point.aujourdhui()
    periode = _filtre(distribution.proprietaire).periode
    assert periode == Periode(aujourdhui - timedelta(days=6), aujourdhui)


def test_two_dates_make_the_period(distribution):
    filtre = _filtre(distribution.proprietaire, "du=2026-03-01&au=2026-03-31")
    assert filtre.periode == Periode(date(2026, 3, 1), date(2026, 3, 31))


def test_dates_may_be_typed_in_figures(distribution):
    filtre = _filtre(distribution.proprietaire, "du=01/03/2026&au=31/03/2026")
    assert filtre.periode == Periode(date(2026, 3, 1), date(2026, 3, 31))


def test_dates_win_over_a_ready_made_period(distribution):
    filtre = _filtre(distribution.proprietaire, "du=2026-03-01&au=2026-03-31&periode=mois")
    assert (filtre.periode.du, filtre.preselection) == (date(2026, 3, 1), "")


def test_a_beginning_alone_goes_to_today(distribution):
    periode = _filtre(distribution.proprietaire, "du=2026-03-01").periode
    assert periode.au == distribution.point.aujourdhui()


def test_an_end_alone_takes_the_seven_days_before(distribution):
    periode = _filtre(distribution.proprietaire, "au=2026-03-10").periode
    assert periode == Periode(date(2026, 3, 4), date(2026, 3, 10))


def test_the_day_is_that_of_the_point_not_of_paris(distribution):
    noumea = un_point(fuseau="Pacific/Noumea")
    personne = une_personne()
    un_acces(personne, "mediateur", noumea)
    assert _filtre(personne, "periode=aujourd_hui").periode.au == noumea.aujourdhui()


@pytest.mark.parametrize(
    ("url", "champ"),
    [
        ("du=2026-03-31&au=2026-03-01", "au"),
        ("du=2027-02-29", "du"),
        ("au=2026-13-01", "au"),
        ("du=0000-01-01", "du"),
        ("du=demain", "du"),
        ("du=2999-01-01", "du"),
        ("du=%00", "du"),
        ("periode=siecle", "periode"),
        ("theme=inconnu", "theme"),
        ("partenaire=999999", "partenaire"),
        ("partenaire=x", "partenaire"),
        ("registre=9", "registre"),
        ("issue=gagne", "issue"),
        ("canal=pigeon", "canal"),
        ("auteur=1", "auteur"),
        ("auteur=%00", "auteur"),
    ],
)
def test_a_bad_value_is_told_beside_its_field(distribution, url, champ):
    assert _erreurs(distribution.proprietaire, url) == {champ}


def test_a_bad_value_is_not_applied(distribution):
    sans, avec = (_filtre(distribution.proprietaire, u) for u in ("", "theme=inconnu&canal=x&du=hier"))
    assert avec == sans


def test_the_other_values_still_apply_beside_a_bad_one(distribution):
    assert _filtre(distribution.proprietaire, "theme=inconnu&canal=telephone").canal == "telephone"


def test_a_period_of_two_hundred_years_is_read(distribution):
    filtre, formulaire = _lire(distribution.proprietaire, "du=1826-01-01&au=2026-01-01")
    assert not formulaire.errors
    assert filtre.periode.jours == 73050


def test_the_first_day_of_the_calendar_is_read(distribution):
    assert _filtre(distribution.proprietaire, "au=0001-01-02").periode.jours == 2


def test_unknown_keys_are_ignored(distribution):
    assert not _erreurs(distribution.proprietaire, "utm_source=x&page=3&curseur=zz")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "du",
                    "au",
                    "periode",
                    "theme",
                    "partenaire",
                    "registre",
                    "issue",
                    "canal",
                    "auteur",
                    "annulees",
                ]
            ),
            st.text(max_size=12) | st.dates().map(str) | st.integers().map(str),
        ),
        max_size=6,
    )
)
def test_any_text_gives_a_filter_that_can_be_run(distribution, couples):
    parametres = QueryDict(mutable=True)
    for cle, valeur in couples:
        parametres.appendlist(cle, valeur)
    filtre, _ = lire_filtre(parametres, _options(distribution.proprietaire))
    assert list(filtre.visites()) == []


def test_someone_else_s_point_does_not_exist(distribution):
    with pytest.raises(Http404):
        _filtre(distribution.proprietaire, f"point={distribution.ailleurs.code}")


def test_an_unknown_point_answers_as_a_foreign_one(distribution):
    with pytest.raises(Http404):
        _filtre(distribution.proprietaire, "point=XXX-000")


def test_the_union_looks_at_the_whole_network_by_default(distribution):
    assert _filtre(distribution.union).points is None


def test_the_direction_looks_at_the_points_of_its_association(distribution):
    autre = un_point(distribution.point.association)
    assert _filtre(distribution.direction).points == {distribution.point.pk, autre.pk}


def test_who_has_one_point_is_not_asked_which(distribution):
    filtre, formulaire = _lire(distribution.proprietaire)
    assert filtre.point == distribution.point
    assert "point" not in formulaire.fields


def test_anyone_may_look_at_their_own_entries(distribution):
    assert _filtre(distribution.proprietaire, "auteur=moi").auteur == distribution.proprietaire


def test_a_mediateur_may_not_look_at_a_colleague_alone(distribution):
    url = f"auteur={distribution.collegue.pk}"
    assert _erreurs(distribution.proprietaire, url) == {"auteur"}
    assert _filtre(distribution.proprietaire, url).auteur is None


def test_a_manager_may_look_at_someone_of_the_team(distribution):
    filtre = _filtre(distribution.responsable, f"auteur={distribution.collegue.pk}")
    assert filtre.auteur == distribution.collegue


def test_a_manager_looks_at_a_person_only_where_they_manage(distribution):
    distribution.ailleurs.association = distribution.point.association
    distribution.ailleurs.save()
    un_acces(distribution.responsable, "mediateur", distribution.ailleurs)
    un_acces(distribution.collegue, "mediateur", distribution.ailleurs)
    filtre = _filtre(distribution.responsable, f"auteur={distribution.collegue.pk}")
    assert filtre.points == {distribution.point.pk}


def test_a_manager_may_not_look_at_someone_of_another_point(distribution):
    assert _erreurs(distribution.responsable, f"auteur={distribution.etranger.pk}") == {"auteur"}


@pytest.mark.parametrize("role", ["direction", "union"])
def test_neither_direction_nor_union_filter_by_person(distribution, role):
    filtre, formulaire = _lire(getattr(distribution, role), f"auteur={distribution.proprietaire.pk}")
    assert filtre.auteur is None
    assert "auteur" not in formulaire.fields


def test_conditions_on_requests_must_hold_for_one_same_request(distribution):
    un_et_l_autre = [{"theme": un_theme("energie"), "issue": "oriente"}]
    l_un_puis_l_autre = [
        {"theme": un_theme("energie"), "issue": "resolu"},
        {"theme": un_theme("justice"), "issue": "oriente"},
    ]
    trouvee = une_visite(distribution.point, distribution.proprietaire, demandes=un_et_l_autre)
    une_visite(distribution.point, distribution.proprietaire, demandes=l_un_puis_l_autre)
    filtre = _filtre(distribution.proprietaire, "theme=energie&issue=oriente")
    assert list(filtre.visites()) == [trouvee]


def test_a_retired_theme_can_still_be_looked_for(distribution):
    theme = un_theme("loisirs")
    theme.retire_le = timezone.localdate()
    theme.save()
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=[{"theme": theme}])
    assert list(_filtre(distribution.proprietaire, "theme=loisirs").visites()) == [visite]


def test_the_url_leaves_out_what_is_at_its_default(distribution):
    assert _filtre(distribution.proprietaire, "theme=&canal=&periode=7_jours").url() == "periode=7_jours"


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
    options = _options(distribution.proprietaire)
    filtre, _ = lire_filtre(parametres, options)
    assert lire_filtre(QueryDict(filtre.url()), options)[0] == filtre


def test_the_filter_is_told_in_words(distribution):
    edf = un_partenaire("EDF")
    filtre = _filtre(
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
    filtre = _filtre(distribution.proprietaire, "theme=energie&canal=telephone")
    assert dict(parse_qsl(filtre.url("theme"))) == {"periode": "7_jours", "canal": "telephone"}


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
    filtre, _ = lire_filtre(parametres, _options(distribution.proprietaire))
    assert totaliser(filtre) == _recompter(filtre)


def test_totals_of_nothing_are_zeros(distribution):
    assert totaliser(_filtre(distribution.union)) == Totaux(0, 0, 0, 0, 0)
