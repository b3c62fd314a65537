"""Exports on the true stack: a real worker, real commits, a killed process, a full disk."""

import resource
import signal
import subprocess
import sys
import uuid
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accueil import exports
from accueil.models import Demande, Export, Visite
from accueil.taches import produire_export, relancer_exports
from pimms.celery import app
from tests.fabrique import un_theme
from tests.ouvrier import attendre

LIGNES = 6_000  # more than one lot of the server-side cursor


@pytest.fixture
def beaucoup(transactional_db, distribution):
    """As many visits of one request each as it takes to see progress."""
    visites = Visite.objects.bulk_create(
        Visite(
            point=distribution.point,
            auteur=distribution.proprietaire,
            cle=uuid.uuid4(),
            jour=distribution.point.aujourdhui(),
        )
        for _ in range(LIGNES)
    )
    theme = un_theme()
    Demande.objects.bulk_create(
        Demande(visite=v, point=distribution.point, rang=0, theme=theme, issue="resolu") for v in visites
    )
    return distribution


def _demander(distribution, format_fichier: str = "csv") -> Export:
    client = distribution.client("proprietaire")
    client.post("/accueil/journal/exporter/", {"filtre": "", "format": format_fichier})
    return Export.objects.latest("pk")


def _fini(export: Export) -> Export:
    attendre(lambda: Export.objects.get(pk=export.pk).fini, 30)
    return Export.objects.get(pk=export.pk)


@contextmanager
def _fichiers_d_au_plus(octets: int):
    """No file of this process may grow past that size: the write fails as on a full disk."""
    avant = resource.getrlimit(resource.RLIMIT_FSIZE)
    ancien = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, avant[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, avant)
        signal.signal(signal.SIGXFSZ, ancien)


@pytest.mark.parametrize("format_fichier", ["csv", "xlsx"])
def test_the_worker_makes_the_file_that_was_asked_for(ouvrier, beaucoup, format_fichier):
    export = _fini(_demander(beaucoup, format_fichier))
    assert (export.etat, export.lignes, export.lignes_total) == ("pret", LIGNES, LIGNES)
    reponse = beaucoup.client("proprietaire").get(f"/accueil/exports/{export.pk}/telecharger/")
    assert len(b"".join(reponse.streaming_content)) == (exports.dossier() / export.fichier).stat().st_size


def test_progress_is_seen_from_outside_while_the_file_is_written(beaucoup, monkeypatch):
    vues = []
    avancer = exports._avancer

    def regarder(export, **champs):
        avancer(export, **champs)
        vues.append(Export.objects.get(pk=export.pk).lignes)

    monkeypatch.setattr(exports, "_avancer", regarder)
    monkeypatch.setattr("accueil.demandes_export.enfiler", lambda *_: True)
    export = _demander(beaucoup)
    produire_export(export.pk)
    assert vues == [0, 2_000, 4_000, 6_000, 6_000]


def test_an_export_lost_by_the_queue_is_found_again(ouvrier, beaucoup, monkeypatch):
    monkeypatch.setattr("accueil.demandes_export.enfiler", lambda *_: False)
    export = _demander(beaucoup)
    Export.objects.update(demande_le=timezone.now() - timedelta(minutes=2))
    relancer_exports()
    assert _fini(export).etat == "pret"


def test_an_export_whose_worker_was_killed_is_finished_by_another(ouvrier, beaucoup, monkeypatch):
    monkeypatch.setattr("accueil.demandes_export.enfiler", lambda *_: True)
    export = _demander(beaucoup)
    mourir = (
        "import os, django; django.setup()\n"
        "from accueil import exports\n"
        "import accueil.taches as t\n"
        "avancer = exports._avancer\n"
        "def tuer(export, **champs):\n"
        "    avancer(export, **champs)\n"
        "    if champs.get('lignes'): os.kill(os.getpid(), 9)\n"
        "exports._avancer = tuer\n"
        f"t.produire_export({export.pk})\n"
    )
    mort = subprocess.run([sys.executable, "-c", mourir], check=False, cwd=settings.BASE_DIR)
    assert mort.returncode == -signal.SIGKILL
    export.refresh_from_db()
    assert (export.etat, export.lignes) == ("en_cours", 2_000)
    il_y_a_longtemps = timezone.now() - exports.SILENCE * 2
    Export.objects.update(pris_le=il_y_a_longtemps, demande_le=il_y_a_longtemps)
    relancer_exports()
    assert (_fini(export).etat, _fini(export).essais) == ("pret", 2)


@pytest.mark.parametrize("format_fichier", ["csv", "xlsx"])
def test_a_full_disk_ends_in_a_clear_state_and_leaves_nothing(beaucoup, monkeypatch, format_fichier):
    monkeypatch.setattr("accueil.demandes_export.enfiler", lambda *_: True)
    export = _demander(beaucoup, format_fichier)
    avant = set(exports.dossier().iterdir())
    with _fichiers_d_au_plus(50_000):
        produire_export(export.pk)
    export.refresh_from_db()
    assert (export.etat, export.erreur) == ("echec", exports.PLUS_DE_PLACE)
    assert set(exports.dossier().iterdir()) == avant


def test_every_task_of_the_timetable_exists():
    app.loader.import_default_modules()
    prevues = {ligne["task"] for ligne in settings.CELERY_BEAT_SCHEDULE.values()}
    assert prevues <= set(app.tasks)
