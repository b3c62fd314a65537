"""The key of a form that comes back: the same visit, another one, or another person's."""

import uuid

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from accueil.correction import annuler, corriger
from accueil.models import Visite
from accueil.saisie import CleReprise, DemandeSaisie, VisiteSaisie, enregistrer
from tests.accueil.test_saisie import HTMX, URL, donnees, poster
from tests.fabrique import un_acces, un_partenaire, un_point, un_theme

DEJA = "a déjà été enregistrée à"
TOUT = {
    "rang": ["0", "1"],
    "d0-issue": "oriente",
    "d0-vers": "CCAS de Lyon",
    "d0-partenaire_autre": "Engie",
    "d1-theme": "",
    "d1-issue": "a_suivre",
    "duree_autre": "25",
    "personnes": "3",
    "genre": "femme",
    "premiere_visite": "non",
    "commune": "Lyon (69)",
    "note": "À relire\r\nvendredi",
}


@pytest.fixture
def bureau(distribution):
    return distribution.client("proprietaire")


@pytest.fixture
def envoi(distribution) -> dict:
    """A visit with something in every field, recorded once."""
    envoi = donnees(distribution.point, **TOUT | {"d1-theme": un_theme("logement").pk})
    assert distribution.client("proprietaire").post(URL, envoi, headers=HTMX).status_code == 200
    return envoi


def test_the_same_content_again_is_the_recorded_visit(bureau, envoi):
    reponse = bureau.post(URL, envoi, headers=HTMX)
    assertContains(reponse, f'id="visite-{Visite.objects.get().pk}"')


@pytest.mark.parametrize(
    "autre",
    [
        {"d0-issue": "resolu"},
        {"d1-vers": "", "rang": ["0"]},
        {"d0-vers": "Mairie"},
        {"duree_autre": "30"},
        {"personnes": "4"},
        {"genre": ""},
        {"commune": "Villeurbanne (69)"},
        {"note": "À relire"},
        {"d0-registre": "3"},
    ],
    ids=str,
)
def test_another_content_under_the_same_key_is_never_dropped(bureau, envoi, autre):
    reponse = bureau.post(URL, envoi | autre, headers=HTMX)
    assertContains(reponse, DEJA, status_code=422)
    assertNotContains(reponse, envoi["cle"], status_code=422)
    assert Visite.objects.count() == 1


def test_what_was_typed_is_kept_and_the_next_press_records_it(bureau, envoi):
    reponse = bureau.post(URL, envoi | {"note": "Une autre note"}, headers=HTMX)
    assertContains(reponse, "Une autre note", status_code=422)
    cle = reponse.context["saisie"].cle
    assert bureau.post(URL, envoi | {"note": "Une autre note", "cle": cle}, headers=HTMX).status_code == 200
    assert Visite.objects.count() == 2


def test_the_recorded_visit_comes_with_the_refusal(bureau, envoi):
    reponse = bureau.post(URL, envoi | {"personnes": "9"}, headers=HTMX)
    assertContains(reponse, f'id="visite-{Visite.objects.get().pk}"', status_code=422)
    assertContains(reponse, 'hx-swap-oob="true"', status_code=422)


def test_without_javascript_another_content_is_told_too(bureau, envoi):
    assertContains(bureau.post(URL, envoi | {"personnes": "9"}), DEJA, status_code=422)


def test_a_retry_after_a_correction_is_still_the_recorded_visit(bureau, distribution, envoi):
    visite = Visite.objects.get()
    corrigee = VisiteSaisie(
        cle=visite.cle, jour=visite.jour, demandes=[DemandeSaisie(theme=un_theme(), issue="resolu")]
    )
    annuler(distribution.responsable, visite)
    assert bureau.post(URL, envoi, headers=HTMX).status_code == 200
    Visite.objects.update(annulee_le=None)
    corriger(distribution.responsable, visite, corrigee, 2)
    assert bureau.post(URL, envoi, headers=HTMX).status_code == 200


def test_the_same_key_at_another_point_is_another_content(distribution):
    saisie = VisiteSaisie(
        cle=uuid.uuid4(),
        jour=distribution.point.aujourdhui(),
        demandes=[DemandeSaisie(theme=un_theme(), issue="resolu", partenaire=un_partenaire())],
    )
    enregistrer(distribution.proprietaire, distribution.point, saisie)
    with pytest.raises(CleReprise):
        enregistrer(distribution.proprietaire, distribution.ailleurs, saisie)


def test_the_key_is_never_filled_in_by_the_browser(bureau):
    assert 'autocomplete="off"' in bureau.get(URL).content.decode().split('name="cle"')[1][:80]


def test_who_takes_over_a_session_is_told_that_the_visit_is_recorded(distribution, envoi):
    reprise = envoi | {"auteur": distribution.proprietaire.pk}
    reponse = distribution.client("collegue").post(URL, reprise, headers=HTMX)
    assertContains(reponse, "Sonia Benali a déjà enregistré cette visite, à", status_code=422)
    assertContains(reponse, f'id="visite-{Visite.objects.get().pk}"', status_code=422)


def test_who_takes_over_a_session_before_anything_was_recorded_only_hears_whose_it_is(distribution):
    reponse = poster(distribution.client("collegue"), distribution.point, auteur=distribution.proprietaire.pk)
    assertContains(reponse, "Enregistrez de nouveau pour saisir à ce nom.", status_code=422)


def test_a_key_tells_nothing_of_a_point_where_one_has_no_role(distribution, envoi):
    reprise = envoi | {"auteur": distribution.proprietaire.pk, "point": distribution.ailleurs.code}
    reponse = distribution.client("etranger").post(URL, reprise, headers=HTMX)
    assertNotContains(reponse, "déjà enregistré", status_code=422)
    assertNotContains(reponse, "Benali", status_code=422)


@pytest.mark.parametrize("auteur", ["9" * 30, "-1", "x"])
def test_a_broken_author_is_no_error_page(bureau, distribution, auteur):
    assert poster(bureau, distribution.point, auteur=auteur).status_code == 422


def test_who_works_at_two_points_is_told_of_both(distribution, envoi):
    voisin = un_point(distribution.point.association)
    un_acces(distribution.collegue, "mediateur", voisin)
    reprise = envoi | {"auteur": distribution.proprietaire.pk, "point": voisin.code}
    reponse = distribution.client("collegue").post(URL, reprise, headers=HTMX)
    assertContains(reponse, "a déjà enregistré cette visite", status_code=422)
