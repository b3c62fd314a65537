"""Reports on the true stack: a real worker, real commits, a process killed in the middle."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from qualite.models import FichierRapport, InstantaneRapport, Rapport
from qualite.rapports import demandes, vie
from qualite.rapports.verification import Etat, verifier
from qualite.taches import relancer_rapports
from tests.ouvrier import attendre
from tests.qualite.fabrique_rapports import un_rapport

MOURIR = """
import os, django; django.setup()
from qualite.rapports import production
from qualite.taches import produire_rapport
def tuer(*_): os.kill(os.getpid(), 9)
production.{ou} = tuer
produire_rapport({pk})
"""


@pytest.fixture
def rapport(transactional_db, distribution) -> Rapport:
    il_y_a_longtemps = timezone.now() - timedelta(hours=1)
    return un_rapport(distribution.responsable, point=distribution.point, demande_le=il_y_a_longtemps)


def _mourir(rapport: Rapport, ou: str) -> None:
    """Make the report in a process of its own that is killed when it comes to that step."""
    code = MOURIR.format(ou=ou, pk=rapport.pk)
    mort = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=settings.BASE_DIR, env=os.environ.copy()
    )
    assert mort.returncode == -signal.SIGKILL
    rapport.refresh_from_db()
    assert rapport.etat == "en_cours"


def _fini(rapport: Rapport) -> Rapport:
    attendre(lambda: Rapport.objects.get(pk=rapport.pk).fini, 120, 0.5)
    return Rapport.objects.get(pk=rapport.pk)


def _une_seule_fois(rapport: Rapport) -> None:
    assert (rapport.etat, rapport.erreur) == ("pret", "")
    assert FichierRapport.objects.filter(rapport=rapport).count() == 1
    octets = demandes.ouvrir(FichierRapport.objects.get(rapport=rapport))
    assert verifier(octets).etat == Etat.AUTHENTIQUE


def _le_temps_passe() -> None:
    Rapport.objects.filter(etat="en_cours").update(pris_le=timezone.now() - vie.SILENCE * 2)


def test_a_worker_killed_while_it_lays_out_leaves_the_report_to_another(ouvrier, rapport):
    _mourir(rapport, "mettre_en_page")
    empreinte = InstantaneRapport.objects.get(rapport=rapport).empreinte
    relancer_rapports()
    assert Rapport.objects.get(pk=rapport.pk).essais == 1  # the claim is young: nobody touches it
    _le_temps_passe()
    relancer_rapports()
    fini = _fini(rapport)
    _une_seule_fois(fini)
    assert fini.essais == 2
    assert InstantaneRapport.objects.get(rapport=rapport).empreinte == empreinte


@pytest.mark.epreuve
@pytest.mark.parametrize("ou", ["_document", "_examiner", "_signer"])
def test_killed_at_any_step_the_report_is_there_once(ouvrier, rapport, ou):
    _mourir(rapport, ou)
    _le_temps_passe()
    relancer_rapports()
    _une_seule_fois(_fini(rapport))


@pytest.mark.epreuve
def test_a_queue_emptied_loses_no_report(ouvrier, rapport):
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
    relancer_rapports()
    _une_seule_fois(_fini(rapport))


@pytest.mark.epreuve
def test_asked_for_ten_times_over_it_is_made_once(ouvrier, rapport):
    for _ in range(10):
        relancer_rapports()
    fini = _fini(rapport)
    _une_seule_fois(fini)
    assert fini.essais == 1
