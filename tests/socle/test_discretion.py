"""No log holds a one-time link, nor what people typed."""

import io
import logging
import re
import subprocess
import sys
import urllib.request

import psycopg2
import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client

from accueil.models import NoteVisite
from pimms.services import services_embarques
from pimms.services.lieux import RACINE
from pimms.services.noyau import port_libre
from pimms.socle import envois
from pimms.socle.discretion import epurer, masquer_liens
from pimms.socle.taches import envoyer_courriel, repondre
from tests.fabrique import une_visite
from tests.ouvrier import attendre
from tests.services.test_services import instance_neuve, sans_adresses  # noqa: F401 — fixtures

SECRET = "cx1abc-0123456789abcdef"
INVITATION = f"/accueil/invitation/MQ/{SECRET}/"
MOT_DE_PASSE = f"/mot-de-passe/nouveau/1-{SECRET}/"
NOTE = "Mme Ferrand\n\nThe above: 06 12 34 56 78"


@pytest.fixture
def journal(monkeypatch) -> io.StringIO:
    """What the application's own handler writes, with its filters and its format."""
    (console,) = [h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler]
    flux = io.StringIO()
    monkeypatch.setattr(console, "stream", flux)
    return flux


@pytest.fixture
def ligne_refusee(distribution):
    """Try to insert a note that the database refuses, which quotes it in its error."""
    visite = une_visite(distribution.point, distribution.proprietaire)

    def inserer(*_) -> None:
        with transaction.atomic():
            NoteVisite.objects.create(visite=visite, point_id=None, texte=NOTE)

    return inserer


@pytest.mark.parametrize("chemin", [INVITATION, MOT_DE_PASSE, MOT_DE_PASSE + "?suite=1"])
def test_what_makes_a_link_work_is_masked(chemin):
    assert SECRET not in masquer_liens(f"Not Found: {chemin} (404)")


@pytest.mark.parametrize("chemin", ["/accueil/invitations/", "/mot-de-passe/oublie/", "/accueil/saisie/"])
def test_other_addresses_stay_as_they_are(chemin):
    assert masquer_liens(chemin) == chemin


def test_an_address_logged_by_django_is_masked(db, journal):
    logging.getLogger("django.request").warning("Not Found: %s", INVITATION)
    assert "/accueil/invitation/…" in journal.getvalue()
    assert SECRET not in journal.getvalue()


def test_a_forged_form_on_a_link_leaves_no_link_in_the_log(db, journal):
    Client(enforce_csrf_checks=True).post(MOT_DE_PASSE, {})
    assert "Forbidden" in journal.getvalue()
    assert SECRET not in journal.getvalue()


def test_postgresql_does_quote_the_row_in_its_error(ligne_refusee):
    with pytest.raises(IntegrityError, match="Ferrand"):
        ligne_refusee()


def test_a_logged_error_tells_its_cause_without_the_row(ligne_refusee, journal):
    try:
        ligne_refusee()
    except IntegrityError as erreur:
        logging.getLogger("essai").exception("refusée: %s", erreur)
    texte = journal.getvalue()
    assert "Ferrand" not in texte
    assert "06 12" not in texte
    assert "Traceback" in texte
    assert "null value in column" in texte
    assert "SQLSTATE 23502, table accueil_notevisite, colonne point_id" in texte


def test_an_error_chained_behind_another_is_told_likewise(ligne_refusee, journal):
    try:
        try:
            ligne_refusee()
        except IntegrityError as erreur:
            raise RuntimeError("plus haut") from erreur
    except RuntimeError:
        logging.getLogger("essai").exception("refusée")
    assert "RuntimeError: plus haut" in journal.getvalue()
    assert "Ferrand" not in journal.getvalue()


def test_a_value_of_the_wrong_kind_is_not_quoted(db, journal):
    try:
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute("SELECT 'Mme Ferrand'::integer")
    except DataError:
        logging.getLogger("essai").exception("refusée")
    assert "valeur refusée (SQLSTATE 22P02)" in journal.getvalue()
    assert "Mme Ferrand" not in re.sub(r"curseur\.execute\(.*", "", journal.getvalue())


def test_a_failed_task_tells_its_cause_without_the_row(ligne_refusee, journal, monkeypatch):
    monkeypatch.setattr(envois, "prendre", ligne_refusee)
    envoyer_courriel.apply(args=[1])
    assert "raised unexpected" in journal.getvalue()
    assert "Ferrand" not in journal.getvalue()


def test_a_worker_s_log_goes_through_the_same_filter(ouvrier, transactional_db):
    repondre.delay("trop long" * 10, "2026-11-23T23:30:00+00:00")
    attendre(lambda: "raised unexpected" in ouvrier.read_text(encoding="utf-8"))
    assert "DataError: valeur refusée (SQLSTATE 22001)" in ouvrier.read_text(encoding="utf-8")


def test_a_text_whose_error_is_gone_loses_its_details():
    texte = f'null value in column "point_id"\nDETAIL:  Failing row contains ({NOTE}).\n'
    assert epurer(texte) == 'null value in column "point_id"\nDETAIL: …'


def test_a_broken_log_line_breaks_nothing(journal):
    logging.getLogger("essai").warning("%d visites", "deux")
    assert "ligne illisible de essai" in journal.getvalue()


def test_the_web_server_s_logs_hold_no_link(db, tmp_path):
    port, sortie = port_libre(), tmp_path / "web.log"
    with sortie.open("w") as flux:
        commande = ["-m", "gunicorn", "-c", "pimms/deploiement/gunicorn.conf.py", "-b", f"127.0.0.1:{port}"]
        web = subprocess.Popen(
            [sys.executable, *commande, "-w", "1", "pimms.wsgi:application"],
            cwd=RACINE,
            stdout=flux,
            stderr=flux,
        )
    try:
        for chemin in (INVITATION, MOT_DE_PASSE):
            attendre(lambda chemin=chemin: _ouvrir(f"http://127.0.0.1:{port}{chemin}"), 20)
        attendre(lambda: sortie.read_text(encoding="utf-8").count("nouveau/…"))
    finally:
        web.terminate()
        web.wait(10)
    assert '"GET /accueil/invitation/…"' in sortie.read_text(encoding="utf-8")
    assert SECRET not in sortie.read_text(encoding="utf-8")


def _ouvrir(adresse: str) -> bool:
    try:
        with urllib.request.urlopen(adresse, timeout=10):  # noqa: S310 — a fixed http address
            return True
    except OSError:
        return False


def test_the_proxy_s_logs_hold_neither_link_nor_query():
    caddyfile = (RACINE / "pimms/deploiement/Caddyfile").read_text(encoding="utf-8")
    filtres = re.findall(r"request>uri regexp (\S+) (\S+)", caddyfile)
    assert len(filtres) == caddyfile.count("format filter") == 2
    for motif, par in filtres:
        masques = [re.sub(motif, par.replace("$", "\\"), u) for u in (INVITATION, MOT_DE_PASSE, "/aide/?q=x")]
        assert masques == ["/accueil/invitation/…", "/mot-de-passe/nouveau/…", "/aide/?…"]


def test_postgresql_s_own_log_quotes_neither_row_nor_statement(instance_neuve):  # noqa: F811
    with services_embarques(instance_neuve) as env:
        lien = psycopg2.connect(env["DATABASE_URL_PROPRIETAIRE"])
        with lien.cursor() as curseur, pytest.raises(psycopg2.IntegrityError, match="Ferrand"):
            curseur.execute(
                "CREATE TABLE t (n text, p int NOT NULL); INSERT INTO t VALUES ('Mme Ferrand', NULL)"
            )
        lien.close()
    journal = (instance_neuve.journaux / "postgres.log").read_text(encoding="utf-8")
    assert "null value in column" in journal
    assert "Ferrand" not in journal


def test_the_production_server_is_set_likewise():
    compose = (RACINE / "docker-compose.yml").read_text(encoding="utf-8")
    for reglage in ("log_error_verbosity=terse", "log_min_error_statement=panic"):
        assert reglage in compose
