"""The life of a report: made, told, cancelled, tried again."""

import errno
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg2.errors import DiskFull

from pimms.pilotage.sante import etat_des_services
from pimms.socle import taches
from pimms.socle.models import Courriel
from pimms.socle.taches import Abandon, faire
from qualite.arrets import arreter
from qualite.evaluation import evaluer
from qualite.models import FichierRapport, InstantaneRapport, Rapport
from qualite.rapports import demandes, instantane, production, vie
from qualite.taches import produire_rapport, relancer_rapports
from tests import base_de_donnees
from tests.qualite.fabrique_rapports import un_rapport

pytestmark = pytest.mark.usefixtures("sans_file")


def test_a_report_is_made_once_however_often_the_task_runs(distribution, sans_pdf):
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    produire_rapport(rapport.pk)
    produire_rapport(rapport.pk)
    rapport.refresh_from_db()
    assert (rapport.etat, rapport.essais, FichierRapport.objects.count()) == ("pret", 1, 1)


def test_who_asked_is_told_by_mail(distribution, sans_pdf, settings):
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    produire_rapport(rapport.pk)
    courriel = Courriel.objects.get(destinataire=distribution.responsable.email)
    assert courriel.sujet == f"Le rapport {rapport.reference} est prêt"
    assert f"{settings.ADRESSE_SITE}{reverse('rapport', args=[rapport.pk])}\n" in courriel.corps


def test_all_the_files_of_an_evaluation_are_told_in_one_mail(distribution, sans_pdf, settings):
    evaluer()
    evaluation = arreter(distribution.union, "Avant l’audit", uuid.uuid4())
    *premiers, echoue, annule = demandes.demander_tous(distribution.union, evaluation, uuid.uuid4())
    courriels = Courriel.objects.filter(destinataire=distribution.union.email, sujet__contains="dossiers")
    for rapport in premiers:
        produire_rapport(rapport.pk)
    settings.DEMO = False
    produire_rapport(echoue.pk)
    assert not courriels.exists()
    demandes.annuler(distribution.union, annule)
    assert courriels.get().sujet == "Vos dossiers d’audit\u202f: 3\u00a0prêts, 1 en échec"


def test_when_the_others_of_an_evaluation_are_cancelled_the_one_that_is_ready_is_told(distribution, sans_pdf):
    evaluer()
    evaluation = arreter(distribution.union, "Avant l’audit", uuid.uuid4())
    pret, *autres = demandes.demander_tous(distribution.union, evaluation, uuid.uuid4())
    produire_rapport(pret.pk)
    for rapport in autres:
        demandes.annuler(distribution.union, rapport)
    courriels = Courriel.objects.filter(destinataire=distribution.union.email, sujet__contains="rapport")
    assert courriels.get().sujet == f"Le rapport {pret.reference} est prêt"


def test_a_report_without_any_entry_is_made_and_says_so(distribution):
    rapport = un_rapport(distribution.responsable, point=distribution.ailleurs)
    contenu = instantane.construire(rapport, None, timezone.now())
    assert contenu["saisie"]["interventions"] == 0
    assert {r["nombre"] for r in contenu["registres"]} == {0}


def test_a_cancelled_report_is_not_made(distribution, sans_pdf):
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    demandes.annuler(distribution.responsable, rapport)
    produire_rapport(rapport.pk)
    rapport.refresh_from_db()
    assert (rapport.etat, FichierRapport.objects.exists()) == ("annule", False)


def test_cancelling_in_the_middle_keeps_no_file(distribution, sans_pdf, monkeypatch):
    rapport = un_rapport(distribution.responsable, point=distribution.point)

    def annuler(*_):
        demandes.annuler(distribution.responsable, rapport)

    monkeypatch.setattr(production, "_examiner", annuler)
    produire_rapport(rapport.pk)
    rapport.refresh_from_db()
    assert (rapport.etat, FichierRapport.objects.exists()) == ("annule", False)


def test_without_a_key_nothing_is_signed_and_it_is_said(distribution, settings):
    settings.DEMO = False
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    produire_rapport(rapport.pk)
    rapport.refresh_from_db()
    assert rapport.etat == "echec"
    assert "n’est pas configurée" in rapport.erreur
    assert not InstantaneRapport.objects.exists()


def test_a_failed_report_is_made_after_a_retry(distribution, settings, sans_pdf, sans_file):
    settings.DEMO = False
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    produire_rapport(rapport.pk)
    settings.DEMO = True
    demandes.relancer(distribution.responsable, rapport)
    produire_rapport(rapport.pk)
    rapport.refresh_from_db()
    assert (rapport.etat, rapport.erreur) == ("pret", "")


def test_a_report_that_meets_an_error_waits_then_fails_at_the_third(distribution, monkeypatch):
    monkeypatch.setattr(instantane, "construire", lambda *_: 1 / 0)
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    etats = []
    for _ in range(3):
        produire_rapport(rapport.pk)
        rapport.refresh_from_db()
        etats.append(rapport.etat)
    assert etats == ["demande", "demande", "echec"]
    assert rapport.erreur == vie.INATTENDU


def test_one_that_fails_leaves_the_others_alone(distribution, sans_pdf, monkeypatch):
    bon = un_rapport(distribution.responsable, point=distribution.point)
    mauvais = un_rapport(distribution.responsable, point=distribution.ailleurs)
    InstantaneRapport.objects.create(
        rapport=mauvais, scelle=b"altere", empreinte="0" * 64, fait_le=timezone.now()
    )
    for rapport in (mauvais, bon):
        produire_rapport(rapport.pk)
        rapport.refresh_from_db()
    assert (bon.etat, mauvais.etat, mauvais.erreur) == ("pret", "echec", production.ALTERE)


def test_a_database_that_fails_costs_no_try_however_long_it_lasts(distribution, monkeypatch):
    rapport = un_rapport(distribution.responsable, point=distribution.point)

    def disque_plein(_):
        raise OperationalError("no space left") from DiskFull()

    monkeypatch.setattr(production, "produire", disque_plein)
    for _ in range(vie.ESSAIS_MAX + 2):
        produire_rapport(rapport.pk)
    rapport.refresh_from_db()
    assert (rapport.etat, rapport.essais, rapport.pris_le) == ("demande", 0, None)


def test_a_claim_is_given_back_once_a_lost_database_answers_again(
    transactional_db, distribution, monkeypatch
):
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    monkeypatch.setattr(taches, "REPRISES", [0.1] * 50)
    with base_de_donnees.a_couper(0.5) as couper:

        def perdre(_) -> None:
            couper()
            Rapport.objects.count()

        faire(rapport.pk, vie, perdre)
    rapport.refresh_from_db()
    assert (rapport.etat, rapport.essais, rapport.pris_le) == ("demande", 0, None)


def test_a_statement_stopped_by_the_database_counts_as_an_error_of_the_work(distribution, monkeypatch):
    rapport = un_rapport(distribution.responsable, point=distribution.point)

    def trop_long(_):
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)")

    monkeypatch.setattr(production, "produire", trop_long)
    for _ in range(vie.ESSAIS_MAX):
        produire_rapport(rapport.pk)
    rapport.refresh_from_db()
    assert (rapport.etat, rapport.erreur) == ("echec", vie.INATTENDU)


def test_a_lost_report_is_sent_again(distribution, sans_file):
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    relancer_rapports()
    assert sans_file == []  # just asked for: on its way by itself
    abandonne = un_rapport(
        distribution.responsable, point=distribution.point, demande_le=timezone.now() - timedelta(minutes=20)
    )
    Rapport.objects.filter(pk=abandonne.pk).update(
        etat="en_cours", essais=1, pris_le=timezone.now() - vie.SILENCE * 2
    )
    relancer_rapports()
    assert sans_file == [abandonne.pk]
    assert rapport.etat == "demande"


def test_a_worker_back_from_the_dead_leaves_nothing(distribution, sans_pdf):
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    ancien = vie.prendre(rapport.pk)
    Rapport.objects.update(pris_le=timezone.now() - vie.SILENCE * 2)
    produire_rapport(rapport.pk)
    with pytest.raises(Abandon):
        vie.avancer(ancien, 2)
    assert FichierRapport.objects.count() == 1


def test_a_report_that_is_made_is_a_sign_of_life_of_its_queue(distribution, sans_pdf):
    rapport = un_rapport(distribution.union, point=distribution.point)
    produire_rapport(rapport.pk)
    assert etat_des_services()["services"]["rapports"]["ok"]


def test_a_full_disk_costs_no_try(distribution):
    rapport = un_rapport(distribution.union, point=distribution.point)

    def plein(_) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    faire(rapport.pk, vie, plein)
    rapport.refresh_from_db()
    assert (rapport.etat, rapport.essais) == ("demande", 0)
