"""The real worker and the real browser that tests lean on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pimms.celery import app
from pimms.socle.models import Battement, Courriel
from pimms.socle.taches import envoyer_courriel, relancer
from tests.ouvrier import attendre


def _un_courriel(**champs) -> Courriel:
    return Courriel.objects.create(destinataire="a@exemple.fr", sujet="Essai", corps="Bonjour", **champs)


def test_a_task_is_carried_out_by_another_process(ouvrier, transactional_db):
    courriel = _un_courriel()
    envoyer_courriel.delay(courriel.pk)
    assert attendre(lambda: Courriel.objects.get(pk=courriel.pk).envoye_le)


def test_a_mail_whose_message_was_lost_is_sent_all_the_same(ouvrier, transactional_db):
    courriel = _un_courriel(prochain_essai_le=timezone.now() - timedelta(minutes=1))
    relancer.delay()
    assert attendre(lambda: Courriel.objects.get(pk=courriel.pk).envoye_le)


def test_beat_and_all_queues_give_a_sign_of_life_at_once(batteur):
    noms = {"beat", "courant", "exports", "rapports"}
    assert attendre(lambda: set(Battement.objects.values_list("nom", flat=True)) >= noms)


def test_each_task_that_is_routed_or_sent_by_the_clock_exists(settings):
    app.loader.import_default_modules()
    envoyees = {entree["task"] for entree in settings.CELERY_BEAT_SCHEDULE.values()}
    assert (envoyees | set(settings.CELERY_TASK_ROUTES)) - set(app.tasks) == set()


@pytest.mark.navigateur
def test_the_browser_is_a_french_one_in_paris(page):
    lu = page.evaluate("[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]")
    assert lu == ["fr-FR", "Europe/Paris"]


@pytest.mark.navigateur
def test_axe_finds_an_image_without_text(page, verifier_acces):
    page.set_content('<html lang="fr"><title>Essai</title><main><img src="data:,"></main></html>')
    with pytest.raises(AssertionError, match="image-alt"):
        verifier_acces(page)
