"""The lock of a shared desk: locked, it gives nothing; a short code opens it, each under their own name."""

import json
import time

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accueil import verrous
from accueil.models import CodeVerrou, SessionOuverte, Visite
from tests.accueil.test_saisie import HTMX, URL, donnees
from tests.fabrique import MOT_DE_PASSE

CODE, AUTRE = "2580", "7391"
SEULE = 11 * 60  # seconds: past the ten minutes


@pytest.fixture
def poste(distribution):
    """The owner's browser, at the desk; owner and colleague have a password and a code."""
    for personne, choisi in ((distribution.proprietaire, CODE), (distribution.collegue, AUTRE)):
        personne.set_password(MOT_DE_PASSE)
        personne.save()
        verrous.choisir_code(personne, choisi)
    return distribution.client("proprietaire")


@pytest.fixture
def plus_tard(monkeypatch):
    """`plus_tard(secondes)`: that much later, for the lock."""
    vraie = time.time

    def avancer(secondes: int) -> None:
        monkeypatch.setattr(verrous.time, "time", lambda: vraie() + secondes)

    return avancer


def verrouiller(client):
    return client.post(reverse("verrou"), headers=HTMX)


def ouvrir(client, code, qui=None, **champs):
    qui = qui or client.session["ouverte"]
    return client.post(reverse("verrou_ouvrir"), {"qui": qui, "code": code} | champs, headers=HTMX)


@pytest.mark.parametrize("nom", ["saisie", "journal", "dossiers", "exports", "compte", "verrou_presence"])
def test_a_locked_session_gives_nothing_of_a_page(poste, distribution, nom):
    verrouiller(poste)
    reponse = poste.get(reverse(nom))
    assertContains(reponse, "Écran verrouillé", status_code=401)
    assertNotContains(reponse, distribution.point.nom, status_code=401)
    assert poste.get(reverse(nom), headers=HTMX)["HX-Retarget"] == "#dialogue-session"


def test_one_may_leave_a_locked_session_but_not_look_at_who_is_there(poste):
    verrouiller(poste)
    assertContains(poste.get(reverse("account_logout")), "Écran verrouillé", status_code=401)
    assert poste.post(reverse("account_logout")).url == reverse("account_login")


def test_the_code_opens_it(poste, distribution):
    verrouiller(poste)
    assertContains(ouvrir(poste, "9999"), "pas le bon code", status_code=401)
    reponse = ouvrir(poste, CODE)
    assert json.loads(reponse["HX-Trigger"]) == {"reconnecte": {"personne": distribution.proprietaire.pk}}
    assert poste.get(URL).status_code == 200


def test_five_wrong_codes_leave_the_password_alone(poste, distribution):
    verrouiller(poste)
    for _ in range(5):
        reponse = ouvrir(poste, "9999")
    assertContains(reponse, "Mot de passe", status_code=401)
    assertContains(ouvrir(poste, CODE), "Mot de passe", status_code=401)
    envoi = {"login": distribution.proprietaire.email, "password": MOT_DE_PASSE}
    assert poste.post(reverse("reprise"), envoi, headers=HTMX).status_code == 204
    assert poste.get(URL).status_code == 200
    assert CodeVerrou.objects.get(personne=distribution.proprietaire).essais == 0


def test_a_session_left_alone_locks_itself(poste, plus_tard):
    plus_tard(SEULE)
    assert poste.get(URL).status_code == 401
    plus_tard(0)
    assert poste.get(URL).status_code == 401  # and stays so


def test_one_in_use_does_not(poste, plus_tard):
    for minutes in (8, 16, 24):
        plus_tard(minutes * 60)
        assert poste.get(reverse("verrou_presence")).status_code == 204
    plus_tard(24 * 60 + SEULE)
    assert poste.get(URL).status_code == 401


def test_what_the_page_asks_by_itself_is_not_use(poste, plus_tard):
    plus_tard(8 * 60)
    poste.get(reverse("saisie_resume"), headers=HTMX | {"X-Discret": "1"})
    plus_tard(SEULE)
    assert poste.get(URL).status_code == 401


def test_the_note_of_another_session_keeps_nothing_open(poste, distribution, plus_tard):
    collegue = distribution.client("collegue")
    plus_tard(8 * 60)
    collegue.get(URL)
    poste.cookies[verrous.COOKIE_ACTIF] = collegue.cookies[verrous.COOKIE_ACTIF].value
    plus_tard(SEULE)
    assert poste.get(URL).status_code == 401


def test_after_half_a_day_the_code_is_not_enough(poste, plus_tard):
    plus_tard(verrous.CODE_SUFFIT + SEULE)
    assertContains(poste.get(URL), "Adresse électronique", status_code=401)
    assertContains(ouvrir(poste, CODE), "Adresse électronique", status_code=401)


def test_what_was_sent_to_a_locked_session_waits_in_the_page(poste, distribution):
    verrouiller(poste)
    reponse = poste.post(URL, donnees(distribution.point, note="Rappeler jeudi"))
    assertContains(reponse, "Rappeler jeudi", status_code=401)
    assert not Visite.objects.exists()
    champs = dict(reponse.context["champs"]) | {"_suite": URL, "qui": poste.session["ouverte"], "code": CODE}
    reponse = poste.post(reverse("verrou_ouvrir"), champs)
    assertContains(reponse, "Rappeler jeudi")
    assertContains(reponse, f'action="{URL}"')


def autre_arrive(poste, personne):
    """Somebody else logs in over the locked screen."""
    verrouiller(poste)
    envoi = {"login": personne.email, "password": MOT_DE_PASSE}
    assert poste.post(reverse("reprise"), envoi, headers=HTMX).status_code == 204


def test_two_people_take_turns_each_under_their_own_name(poste, distribution):
    sienne = poste.session["ouverte"]
    autre_arrive(poste, distribution.collegue)
    du_collegue = poste.session["ouverte"]
    poste.post(URL, donnees(distribution.point, auteur=distribution.collegue.pk))
    assertContains(verrouiller(poste), "Sonia Benali")
    assert ouvrir(poste, AUTRE, qui=sienne).status_code == 401  # the other's code
    assert ouvrir(poste, CODE, qui=sienne).status_code == 204
    poste.post(URL, donnees(distribution.point, auteur=distribution.proprietaire.pk))
    verrouiller(poste)
    assert ouvrir(poste, AUTRE, qui=du_collegue).status_code == 204
    assert list(Visite.objects.order_by("pk").values_list("auteur", flat=True)) == [
        distribution.collegue.pk,
        distribution.proprietaire.pk,
    ]


def test_the_one_left_aside_stays_locked_until_its_own_code(poste, distribution):
    sienne = SessionOuverte.objects.get(pk=poste.session["ouverte"])
    autre_arrive(poste, distribution.collegue)
    session = Session.objects.get(session_key=sienne.cle).get_decoded()
    assert session[verrous.VERROU]
    espion = Client()  # who copied the cookie of the session left aside
    espion.cookies["sessionid"] = sienne.cle
    assert espion.get(URL).status_code == 401


def test_another_browser_can_not_open_a_session_that_it_does_not_keep(poste, distribution):
    verrouiller(poste)
    ailleurs = distribution.client("collegue")
    verrouiller(ailleurs)
    assert ouvrir(ailleurs, CODE, qui=poste.session["ouverte"]).status_code == 401
    assert ailleurs.get(URL).status_code == 401


def test_a_wrong_password_over_the_lock_changes_nothing(poste, distribution):
    verrouiller(poste)
    envoi = {"login": distribution.collegue.email, "password": "faux"}
    assert poste.post(reverse("reprise"), envoi, headers=HTMX).status_code == 401
    assert ouvrir(poste, CODE).status_code == 204


@pytest.mark.parametrize("code", ["0000", "1234", "9876", "123", "123456789", "12a4", "²²²²"])
def test_a_code_that_anyone_would_try_is_refused(distribution, code):
    with pytest.raises(ValidationError):
        verrous.choisir_code(distribution.proprietaire, code)


def test_the_code_is_nowhere_in_clear(distribution):
    long = "25803691"  # a short one may stand in the digits of a fingerprint by chance
    verrous.choisir_code(distribution.proprietaire, long)
    assert long not in CodeVerrou.objects.get(personne=distribution.proprietaire).empreinte


def test_what_was_to_be_told_to_one_is_not_told_to_the_next(poste, distribution):
    poste.post(reverse("code_verrou_retirer"))
    verrouiller(poste)
    assertNotContains(poste.get(URL), "Votre code est retiré", status_code=401)
    autre_arrive(poste, distribution.collegue)
    assertNotContains(poste.get(URL), "Votre code est retiré")


def test_a_browser_forgets_after_a_day_who_took_turns(poste, rf, plus_tard):
    demande = rf.get("/")
    demande.session = poste.session
    reponse = HttpResponse()
    verrous.garder(demande, reponse, [41, 42])
    demande.COOKIES[verrous.COOKIE_POSTE] = reponse.cookies[verrous.COOKIE_POSTE].value
    assert verrous.voisins(demande) == [41, 42]
    plus_tard(verrous.POSTE_VAUT + 60)
    assert verrous.voisins(demande) == []
