"""Logging in: what is refused, how often one may try, what an answer tells, where one is logged in."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accueil import sessions
from accueil.models import Acces, SessionOuverte, Utilisateur
from pimms.socle.models import EntreeJournal
from tests.accueil.test_saisie import URL
from tests.distribution import confirmer
from tests.exports import un_produit
from tests.fabrique import MOT_DE_PASSE

NOUVEAU = "parapluie-vert-42"


@pytest.fixture
def sonia(distribution):
    cache.clear()
    personne = distribution.proprietaire
    personne.set_password(MOT_DE_PASSE)
    personne.save()
    return personne


def entrer(adresse: str, mot_de_passe: str, client: Client | None = None):
    envoi = {"login": adresse, "password": mot_de_passe}
    return (client or Client()).post(reverse("account_login"), envoi)


def erreurs(reponse) -> list[str]:
    return [str(e) for liste in reponse.context["form"].errors.values() for e in liste]


@pytest.mark.parametrize(
    "mot_de_passe",
    ["court", "1234567890123", "password123", "Médiation2026!", "azertyuiop", "SoniaBenali"],
)
def test_a_weak_password_is_refused(mot_de_passe):
    with pytest.raises(ValidationError):
        validate_password(mot_de_passe, Utilisateur(prenom="Sonia", nom="Benali", email="sonia@exemple.fr"))


def test_five_failures_shut_an_account_for_a_while_even_to_the_right_password(sonia):
    for _ in range(5):
        entrer(sonia.email, "faux")
    assert Session.objects.count() == 0
    reponse = entrer(sonia.email, MOT_DE_PASSE)
    assert reponse.status_code == 200
    assert "Trop de" in " ".join(erreurs(reponse))


def test_an_address_that_tries_many_accounts_is_slowed_down(sonia):
    for n in range(10):
        entrer(f"inconnu.{n}@exemple.fr", "faux")
    assert "Trop de" in " ".join(erreurs(entrer(sonia.email, MOT_DE_PASSE)))


def test_an_answer_does_not_tell_whether_an_account_exists(sonia):
    connu, inconnu = entrer(sonia.email, "faux"), entrer("personne@exemple.fr", "faux")
    assert (connu.status_code, erreurs(connu)) == (inconnu.status_code, erreurs(inconnu))
    oubli = reverse("account_reset_password")
    connu, inconnu = (Client().post(oubli, {"email": e}) for e in (sonia.email, "personne@exemple.fr"))
    assert (connu.status_code, connu.url) == (inconnu.status_code, inconnu.url)


def test_the_end_of_a_role_ends_access_at_once(sonia, distribution):
    client = distribution.client("proprietaire")
    assert client.get(URL).status_code == 200
    Acces.objects.filter(personne=sonia).update(fin="2020-01-02")
    assert client.get(URL).status_code == 404
    sonia.is_active = False
    sonia.save()
    assert client.get(URL).status_code == 302


def test_one_sees_one_s_devices_and_closes_them(sonia, distribution):
    ici, ailleurs = distribution.client("proprietaire"), Client(headers={"user-agent": "Firefox Windows"})
    entrer(sonia.email, MOT_DE_PASSE, ailleurs)
    assertContains(ici.get(reverse("compte")), "Firefox, Windows")
    ligne = SessionOuverte.objects.get(appareil="Firefox, Windows")
    collegue = distribution.client("collegue")
    assert collegue.post(reverse("session_fermer", args=[ligne.pk])).status_code == 404
    ici.post(reverse("session_fermer", args=[ligne.pk]))
    assert ailleurs.get(URL).status_code == 302
    assert ici.get(URL).status_code == 200
    assert EntreeJournal.objects.filter(acte="fermer_session", acteur_id=sonia.pk).exists()


def test_a_new_password_closes_the_other_devices_and_keeps_this_one_listed(sonia, distribution):
    ici, ailleurs = Client(), distribution.client("proprietaire")
    entrer(sonia.email, MOT_DE_PASSE, ici)
    ici.post(
        reverse("account_change_password"),
        {"oldpassword": MOT_DE_PASSE, "password1": NOUVEAU, "password2": NOUVEAU},
    )
    assert ailleurs.get(URL).status_code == 302
    assert ici.get(URL).status_code == 200
    (ligne,) = sessions.vivantes().filter(personne=sonia)
    assert ligne.cle == ici.session.session_key


def test_logins_that_are_over_are_forgotten(sonia, distribution):
    distribution.client("proprietaire")
    SessionOuverte.objects.update(ouverte_le="2026-01-01T00:00:00Z")
    Session.objects.update(expire_date="2026-01-02T00:00:00Z")
    sessions.purger()
    assert not SessionOuverte.objects.exists()
    assert not Session.objects.exists()


def test_an_export_asks_who_is_there(sonia, distribution):
    client = distribution.client("proprietaire")
    reponse = client.post(reverse("exporter"), {"filtre": "", "format": "csv"})
    assert reponse.url.startswith(reverse("account_reauthenticate"))
    suite = {"password": MOT_DE_PASSE, "next": reverse("exporter")}
    assert "/accueil/exports/" in client.post(reverse("account_reauthenticate"), suite).url


def test_the_file_of_an_export_asks_again(sonia, distribution, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    export = un_produit(distribution)
    client, adresse = distribution.client("proprietaire"), reverse("export_telecharger", args=[export.pk])
    assert client.get(adresse).url.startswith(reverse("account_reauthenticate"))
    confirmer(client, sonia)
    assert b"".join(client.get(adresse).streaming_content)
    assert distribution.client("collegue").get(adresse).status_code == 404


@pytest.mark.parametrize(
    "adresse",
    ["/tableau-de-bord/chiffres.csv?point=LYO-GER", "/reseau/chiffres.xlsx", "/qualite/evaluations/arreter/"],
)
def test_files_of_figures_and_closing_an_evaluation_ask_who_is_there(distribution, adresse):
    distribution.union.set_password(MOT_DE_PASSE)
    distribution.union.save()
    client = distribution.client("union")
    assert client.get(adresse).url.startswith(reverse("account_reauthenticate"))
    confirmer(client, distribution.union)
    assert client.get(adresse).status_code == 200


def test_a_code_sent_too_late_is_kept_nowhere(sonia, distribution):
    client = distribution.client("proprietaire")
    reponse = client.post(reverse("code_verrou"), {"code": "258036"}, follow=True)
    assertContains(reponse, "refaites votre demande")
    assert "258036" not in str(dict(client.session))
