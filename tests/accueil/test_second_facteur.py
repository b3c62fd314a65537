"""A second factor, where it is demanded: nothing opens without it, and it is kept as identities are."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accueil.second_facteur import FAIT, Adaptateur, oublier
from pimms.socle.models import CleDonnees, Courriel, EntreeJournal
from tests.accueil.test_saisie import HTMX, URL, donnees
from tests.distribution import confirmer
from tests.fabrique import MOT_DE_PASSE


@pytest.fixture
def exige(settings):
    settings.SECOND_FACTEUR = "exige"


@pytest.fixture
def sonia(distribution):
    """The owner, with a password."""
    personne = distribution.proprietaire
    personne.set_password(MOT_DE_PASSE)
    personne.save()
    return personne


def code(secret: str, pas: int = 0) -> str:
    """What the telephone shows; `pas` steps of 30 s later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + pas))


def entrer(client: Client, personne):
    return client.post(reverse("account_login"), {"login": personne.email, "password": MOT_DE_PASSE})


def ajouter_application(client: Client) -> str:
    """Set one up, after the password; its secret."""
    page = reverse("mfa_activate_totp")
    client.post(reverse("account_reauthenticate"), {"password": MOT_DE_PASSE, "next": page})
    secret = client.get(page).context["form"].secret
    client.post(page, {"code": code(secret)})
    return secret


@pytest.fixture
def protegee(exige, sonia, django_capture_on_commit_callbacks):
    """A person who set up an application, and its secret."""
    client = Client()
    entrer(client, sonia)
    with django_capture_on_commit_callbacks(execute=True):
        secret = ajouter_application(client)
    session = client.session
    session[FAIT] = True  # written after the answer here: the true commit comes before it
    session.save()
    return sonia, secret, client


@pytest.mark.parametrize("role", ["proprietaire", "responsable", "direction", "union", "auditeur"])
def test_every_role_is_led_to_set_one_up(exige, distribution, role):
    client = distribution.client(role)
    assertRedirects(client.get("/"), reverse("compte"), fetch_redirect_response=False)
    assertContains(client.get(reverse("compte")), "Choisissez une deuxième vérification")


def test_a_form_sent_in_place_goes_nowhere_without_it(exige, distribution):
    reponse = distribution.client("proprietaire").post(URL, donnees(distribution.point), headers=HTMX)
    assert (reponse.status_code, reponse["HX-Redirect"]) == (204, reverse("compte"))


def test_it_is_asked_at_the_next_login(protegee):
    sonia, secret, _ = protegee
    autre = Client()
    assertRedirects(entrer(autre, sonia), reverse("mfa_authenticate"))
    assert autre.get(URL).status_code == 302
    assertContains(autre.post(reverse("mfa_authenticate"), {"code": "000000"}), "Code incorrect")
    autre.post(reverse("mfa_authenticate"), {"code": code(secret, 1)})
    assert autre.get(URL).status_code == 200


def test_recovery_codes_are_shown_once_and_serve_once(protegee):
    sonia, _, client = protegee
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    assertNotContains(client.get(reverse("mfa_view_recovery_codes")), codes[0])
    for attendu in (200, 302):
        autre = Client()
        entrer(autre, sonia)
        autre.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert autre.get(URL).status_code == attendu


@pytest.mark.parametrize("reponse", ["9" * 5000, "[" * 19_000, '"' + "a" * 20_000 + '"', "[]", "NaN"])
def test_an_access_key_s_answer_that_is_no_answer_is_refused(protegee, reponse):
    _, _, client = protegee
    page = client.post(reverse("mfa_add_webauthn"), {"name": "clé bleue", "credential": reponse})
    assert page.status_code == 200
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


def test_a_session_from_before_must_prove_it_too(protegee):
    sonia, secret, _ = protegee
    autre = Client()
    autre.force_login(sonia)
    reponse = autre.get(URL)
    assert reponse.url.startswith(reverse("mfa_reauthenticate"))
    autre.post(reponse.url, {"code": code(secret, 1), "next": URL})
    assert autre.get(URL).status_code == 200


@pytest.mark.parametrize("page", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"])
def test_a_session_from_before_with_the_password_adds_no_other_one(protegee, page):
    sonia, _, _ = protegee
    autre = Client()
    autre.force_login(sonia)
    confirmer(autre, sonia)
    assert autre.get(reverse(page)).url.startswith(reverse("mfa_reauthenticate"))


def test_the_first_one_ends_the_sessions_that_had_none(transactional_db, exige, sonia):
    """Committed for true: the session that set it up goes on, at once."""
    ancien, client = Client(), Client()
    for chacun in (ancien, client):
        entrer(chacun, sonia)
    ajouter_application(client)
    assert client.get(URL).status_code == 200
    assert ancien.get(reverse("compte")).url.startswith(reverse("account_login"))


def test_an_expired_session_asks_password_then_code_and_loses_nothing(protegee):
    sonia, secret, _ = protegee
    client = Client()
    reponse = client.post(reverse("reprise"), {"login": sonia.email, "password": MOT_DE_PASSE}, headers=HTMX)
    assertContains(reponse, "Deuxième vérification", status_code=401)
    assert reponse["HX-Retarget"] == "#dialogue-session"
    reponse = client.post(reverse("reprise"), {"code": "123456"}, headers=HTMX)
    assertContains(reponse, "Code incorrect", status_code=401)
    reponse = client.post(reverse("reprise"), {"code": code(secret, 1)}, headers=HTMX)
    assert "reconnecte" in reponse["HX-Trigger"]
    assert client.get(URL).status_code == 200


def test_its_secret_is_sealed_and_goes_with_its_key(protegee):
    sonia, secret, _ = protegee
    moyen = Authenticator.objects.get(user=sonia, type="totp")
    assert secret not in str(moyen.data)
    assert Adaptateur().decrypt(moyen.data["secret"]) == secret
    assert CleDonnees.objects.count() == 2  # with that of the recovery codes
    Authenticator.objects.filter(user=sonia).delete()
    assert not CleDonnees.objects.exists()


def test_a_change_is_journaled_and_told_to_its_owner(protegee):
    sonia, secret, _ = protegee
    actes = EntreeJournal.objects.filter(acte="ajouter_second_facteur", objet_id=sonia.pk)
    assert {e.apres["type"] for e in actes} == {"totp", "recovery_codes"}
    assert Courriel.objects.filter(sujet__contains="Une application protège votre compte").exists()
    assert secret not in str(list(EntreeJournal.objects.values_list("apres", flat=True)))


def test_the_union_takes_away_a_lost_one_and_nobody_else(protegee, distribution):
    sonia, _, client = protegee
    for autre in (distribution.responsable, distribution.direction, sonia):
        with pytest.raises(ValidationError):
            oublier(autre, sonia)
    oublier(distribution.union, sonia)
    assert not Authenticator.objects.filter(user=sonia).exists()
    assert client.get(URL).status_code == 302  # the lost telephone is out
    assert "est retirée" in Courriel.objects.latest("pk").sujet


def test_where_it_is_free_nothing_is_asked(distribution):
    assert distribution.client("union").get(reverse("points")).status_code == 200


@pytest.mark.parametrize("page", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_a_session_left_open_sets_up_no_first_factor_for_who_has_no_password(exige, distribution, page):
    client = distribution.client("proprietaire")
    assert client.get(reverse(page)).url.startswith(reverse("account_login"))
    assert client.get(URL).url.startswith(reverse("account_login"))  # it is over
    client = distribution.client("proprietaire")
    confirmer(client, distribution.proprietaire)
    assert client.get(reverse(page)).status_code == 200
