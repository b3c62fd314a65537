"""The outbox when the mail server is ill: tried again with growing waits, then given up, told, wiped."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from pimms.socle import envois
from pimms.socle.courriels import poster
from pimms.socle.models import Courriel
from pimms.socle.taches import envoyer_courriel, relancer

pytestmark = pytest.mark.django_db

LIEN = "https://exemple.fr/accueil/invitation/MQ/jeton/"


@pytest.fixture(autouse=True)
def _en_production(settings):
    settings.DEMO = False


@pytest.fixture
def panne(monkeypatch):
    """Let each sending end in the exception that the test chooses."""
    choix: dict[str, Exception] = {"erreur": ConnectionRefusedError()}

    def refuser(*_, **__):
        raise choix["erreur"]

    monkeypatch.setattr(envois, "send_mail", refuser)
    return choix


def un_courriel(**champs) -> Courriel:
    return Courriel.objects.create(destinataire="a@exemple.fr", sujet="Essai", corps=LIEN, **champs)


def essayer(courriel: Courriel) -> Courriel:
    """One try, as if its time had come."""
    Courriel.objects.filter(pk=courriel.pk).update(prochain_essai_le=timezone.now())
    envoyer_courriel(courriel.pk)
    courriel.refresh_from_db()
    return courriel


def refus(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"a@exemple.fr": (code, b"")})


def test_a_sent_mail_keeps_no_body():
    courriel = essayer(un_courriel())
    assert mail.outbox[0].body == LIEN
    assert (bool(courriel.envoye_le), courriel.corps) == (True, "")


def test_mails_of_long_ago_are_forgotten_and_those_that_wait_are_not():
    *partis, attend = (poster("a@exemple.fr", "Un mot", "Bonjour") for _ in range(3))
    for mail_parti, jours in zip(partis, (91, 89), strict=True):
        Courriel.objects.filter(pk=mail_parti.pk).update(envoye_le=timezone.now() - timedelta(days=jours))
    assert envois.purger() == 1
    assert set(Courriel.objects.values_list("pk", flat=True)) == {partis[1].pk, attend.pk}


def test_the_demo_keeps_the_body_to_show_it(settings):
    settings.DEMO = True
    assert essayer(un_courriel()).corps == LIEN


def test_waits_grow_to_a_day_and_a_half(panne):
    courriel = un_courriel()
    attentes = []
    for _ in range(envois.ESSAIS_MAX - 1):
        avant = timezone.now()
        attentes.append(essayer(courriel).prochain_essai_le - avant)
        assert courriel.abandonne_le is None
    arrondies = [round(a.total_seconds() / 60) for a in attentes]
    assert arrondies == [1, 5, 15, 60, 180, 360, 720, 720]
    assert timedelta(days=1) < sum(attentes, timedelta()) < timedelta(days=2)


def test_the_last_failure_gives_up_and_wipes_the_body(panne):
    courriel = essayer(un_courriel(essais=envois.ESSAIS_MAX - 1))
    assert courriel.abandonne_le
    assert (courriel.corps, courriel.erreur) == ("", "ConnectionRefusedError")


def test_a_mail_is_not_tried_before_its_time(panne):
    courriel = essayer(un_courriel())
    envoyer_courriel(courriel.pk)
    courriel.refresh_from_db()
    assert courriel.essais == 1


def test_a_server_that_comes_back_gets_the_mail(panne, monkeypatch):
    courriel = essayer(un_courriel())
    monkeypatch.setattr(envois, "send_mail", mail.send_mail)
    courriel = essayer(courriel)
    assert (bool(courriel.envoye_le), courriel.erreur, len(mail.outbox)) == (True, "", 1)


def test_no_try_is_planned_beyond_the_life_of_the_link(panne):
    courriel = essayer(un_courriel(essais=3, expire_le=timezone.now() + timedelta(minutes=59)))
    assert courriel.abandonne_le
    assert courriel.corps == ""


def test_a_mail_whose_link_has_ended_is_given_up_unsent():
    courriel = un_courriel(expire_le=timezone.now() - timedelta(seconds=1))
    envoyer_courriel(courriel.pk)
    relancer()
    courriel.refresh_from_db()
    assert mail.outbox == []
    assert (bool(courriel.abandonne_le), courriel.corps, courriel.erreur) == (True, "", envois.EXPIRE)


def test_a_mailbox_that_does_not_exist_is_given_up_at_once(panne):
    panne["erreur"] = refus(550)
    assert essayer(un_courriel()).abandonne_le


def test_a_mailbox_that_asks_for_patience_is_tried_again(panne):
    panne["erreur"] = refus(450)
    assert essayer(un_courriel()).abandonne_le is None


def test_a_text_that_no_mail_may_bear_is_given_up_not_retried_for_ever(panne):
    panne["erreur"] = mail.BadHeaderError("sujet")
    assert essayer(un_courriel()).abandonne_le


def test_a_living_claim_is_left_alone():
    courriel = essayer(un_courriel(pris_le=timezone.now(), essais=1))
    assert (mail.outbox, courriel.essais) == ([], 1)


def test_a_dead_worker_s_claim_is_taken_over():
    courriel = essayer(un_courriel(pris_le=timezone.now() - envois.DELAI_REPRISE * 2, essais=1))
    assert (len(mail.outbox), courriel.essais) == (1, 2)


def test_a_worker_that_was_overtaken_leaves_the_row_alone(panne):
    courriel = un_courriel(essais=1)
    depasse = envois.prendre(courriel.pk)
    Courriel.objects.update(essais=3, erreur="celle d’un autre")
    envois.envoyer(depasse)
    courriel.refresh_from_db()
    assert (courriel.essais, courriel.erreur) == (3, "celle d’un autre")


def test_workers_that_died_at_every_try_end_in_a_mail_given_up():
    courriel = un_courriel(essais=envois.ESSAIS_MAX, pris_le=timezone.now() - envois.DELAI_REPRISE * 2)
    relancer()
    courriel.refresh_from_db()
    assert (courriel.erreur, courriel.corps) == (envois.INTERROMPU, "")


def test_what_is_due_is_sent_to_its_queue_and_nothing_else(monkeypatch):
    envoyes: list[int] = []
    monkeypatch.setattr("pimms.socle.taches.enfiler", lambda _, pk: envoyes.append(pk))
    passe, futur = timezone.now() - timedelta(minutes=2), timezone.now() + timedelta(hours=1)
    du = un_courriel(prochain_essai_le=passe)
    un_courriel()
    un_courriel(prochain_essai_le=futur)
    un_courriel(prochain_essai_le=passe, envoye_le=passe)
    un_courriel(prochain_essai_le=passe, abandonne_le=passe)
    relancer()
    assert envoyes == [du.pk]


def test_a_mail_says_how_long_its_link_lives():
    courriel = poster("a@exemple.fr", "Sujet", LIEN, valable=timedelta(hours=2))
    assert courriel.expire_le - courriel.cree_le < timedelta(hours=2, seconds=5)


def test_the_database_refuses_a_mail_both_sent_and_given_up():
    with pytest.raises(IntegrityError, match="courriel_envoye_ou_abandonne"):
        un_courriel(envoye_le=timezone.now(), abandonne_le=timezone.now())


def test_health_counts_what_waits_fails_and_was_given_up(client):
    maintenant = timezone.now()
    un_courriel()
    un_courriel(erreur="TimeoutError", essais=2)
    un_courriel(abandonne_le=maintenant)
    un_courriel(abandonne_le=maintenant - timedelta(days=8))
    un_courriel(envoye_le=maintenant)
    assert client.get("/sante/").json()["courriels"] == {"en_attente": 2, "en_echec": 1, "abandonnes": 1}


def test_the_demo_s_page_tells_a_mail_given_up(distribution, settings):
    settings.DEMO = True
    un_courriel(abandonne_le=timezone.now(), erreur="TimeoutError")
    page = distribution.client("union").get("/courriels/").content.decode()
    assert "Abandonné" in page
    assert "TimeoutError" in page
