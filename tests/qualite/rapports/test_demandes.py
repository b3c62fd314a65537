"""Asking for a report, its life, what the rules and the database refuse."""

import errno
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg2.errors import DiskFull

from accueil.models import PointAccueil
from pimms.pilotage.sante import etat_des_services
from pimms.socle.models import Courriel, EntreeJournal
from pimms.socle.taches import Abandon, faire
from qualite.arrets import arreter
from qualite.evaluation import evaluer
from qualite.models import Evaluation, FichierRapport, InstantaneRapport, Rapport
from qualite.rapports import demandes, instantane, production, vie
from qualite.rapports.atelier import CACHET
from qualite.rapports.demandes import Demande, Sujet
from qualite.taches import produire_rapport, relancer_rapports
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_rapports import un_rapport, un_rapport_pret


@pytest.fixture(autouse=True)
def sans_file(monkeypatch):
    """Nothing is sent to a queue: each test calls the task itself."""
    envoyees = []
    monkeypatch.setattr("qualite.rapports.demandes.enfiler", lambda tache, pk: envoyees.append(pk))
    monkeypatch.setattr("pimms.socle.taches.enfiler", lambda tache, pk: envoyees.append(pk))
    return envoyees


@pytest.fixture
def sans_pdf(monkeypatch):
    """The PDF's making left out: what is tested is what happens around it."""
    monkeypatch.setattr(production, "mettre_en_page", lambda document: (b"%PDF-1.7 nu", 1))
    monkeypatch.setattr(production, "_examiner", lambda *_: None)

    def apposer(fonction: str, pdf: bytes, *autres) -> bytes | bool:
        return fonction == "signature_entiere" or pdf + autres[-1].encode()  # its reason: whose file it is

    monkeypatch.setattr(CACHET, "appeler", apposer)


def _demande(point, **champs) -> Demande:
    defauts = {"cle": uuid.uuid4(), "sujet": Sujet(point=point), "au": point.aujourdhui()}
    return Demande(**defauts | champs)


def test_a_manager_asks_for_the_file_of_the_point(
    distribution, django_capture_on_commit_callbacks, sans_file
):
    with django_capture_on_commit_callbacks(execute=True):
        rapport = demandes.demander(distribution.responsable, _demande(distribution.point))
    assert (rapport.etat, rapport.niveau, rapport.reference[-3:]) == ("demande", "point", "001")
    assert sans_file == [rapport.pk]


def test_the_same_form_twice_asks_once(distribution):
    demande = _demande(distribution.point)
    assert demandes.demander(distribution.union, demande) == demandes.demander(distribution.union, demande)
    assert Rapport.objects.count() == 1


def test_the_same_key_with_another_day_is_refused(distribution):
    demande = _demande(distribution.point)
    demandes.demander(distribution.union, demande)
    autre = Demande(demande.cle, demande.sujet, demande.au - timedelta(days=1))
    with pytest.raises(ValidationError, match="déjà été enregistré"):
        demandes.demander(distribution.union, autre)


def test_numbers_follow_each_other(distribution):
    numeros = [demandes.demander(distribution.union, _demande(distribution.point)).numero for _ in range(3)]
    assert numeros == [1, 2, 3]


@pytest.mark.parametrize("role", ["proprietaire", "etranger", "auditeur"])
def test_who_does_not_look_after_the_point_asks_for_nothing(distribution, role):
    with pytest.raises(ValidationError):
        demandes.demander(getattr(distribution, role), _demande(distribution.point))


def test_a_manager_does_not_ask_for_the_network(distribution):
    with pytest.raises(ValidationError):
        demandes.demander(distribution.responsable, _demande(distribution.point, sujet=Sujet()))


def test_a_day_to_come_is_refused(distribution):
    demain = distribution.point.aujourdhui() + timedelta(days=1)
    with pytest.raises(ValidationError, match="pas encore venu"):
        demandes.demander(distribution.union, _demande(distribution.point, au=demain))


def test_a_day_when_the_point_was_closed_is_refused(distribution):
    ferme = distribution.point.aujourdhui() - timedelta(days=10)
    PointAccueil.objects.filter(pk=distribution.point.pk).update(ferme_le=ferme)
    distribution.point.refresh_from_db()
    with pytest.raises(ValidationError, match="est fermé depuis"):
        demandes.demander(distribution.union, _demande(distribution.point))
    veille = _demande(distribution.point, au=ferme - timedelta(days=1))
    assert demandes.demander(distribution.union, veille).etat == "demande"


@pytest.mark.parametrize("genre", ["dossier", "plan", "attestations", "bilan"])
def test_an_association_without_a_point_in_service_has_nothing_to_be_told(distribution, genre):
    association = distribution.point.association
    ferme = date(distribution.point.aujourdhui().year - 1, 1, 1)
    PointAccueil.objects.filter(association=association).update(ferme_le=ferme)
    au = date(ferme.year, 12, 31) if genre == "bilan" else distribution.point.aujourdhui()
    demande = _demande(distribution.point, sujet=Sujet(association), genre=genre, au=au)
    with pytest.raises(ValidationError, match="aucun point en service"):
        demandes.demander(distribution.union, demande)


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


def test_the_previous_report_is_printed_in_the_next(distribution):
    premier = un_rapport_pret(distribution.responsable, point=distribution.point)
    second = un_rapport(distribution.responsable, point=distribution.point)
    pris = instantane.prendre(second)
    second.refresh_from_db()
    assert second.precedent == premier
    assert premier.instantane.empreinte in instantane.ouvrir(pris).decode()


def test_what_was_asked_for_never_changes(distribution):
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    for colonnes in ({"point": distribution.ailleurs}, {"numero": 9}, {"au": rapport.au - timedelta(days=3)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rapport.objects.filter(pk=rapport.pk).update(**colonnes)


@pytest.mark.parametrize("vers", ["demande", "en_cours", "echec", "annule"])
def test_a_ready_report_is_final_for_raw_sql_too(distribution, vers):
    pret = un_rapport_pret(distribution.responsable, point=distribution.point)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rapport.objects.filter(pk=pret.pk).update(etat=vers, erreur="x")


def test_a_report_is_never_ready_without_its_file(distribution):
    rapport = un_rapport(distribution.responsable, point=distribution.point)
    Rapport.objects.filter(pk=rapport.pk).update(etat="en_cours")
    with pytest.raises(IntegrityError), transaction.atomic():
        Rapport.objects.filter(pk=rapport.pk).update(etat="pret")


@pytest.mark.parametrize("modele", [InstantaneRapport, FichierRapport])
def test_snapshot_and_file_are_only_added_to(distribution, modele):
    un_rapport_pret(distribution.responsable, point=distribution.point)
    with pytest.raises(ProgrammingError), transaction.atomic():
        modele.objects.update(empreinte="1" * 64)
    with pytest.raises(ProgrammingError), transaction.atomic():
        modele.objects.all()._raw_delete("default")


def test_an_altered_file_is_not_given_out(distribution, monkeypatch):
    pret = un_rapport_pret(distribution.responsable, point=distribution.point)
    fichier = FichierRapport.objects.select_related("rapport__coffre").get(rapport=pret)
    fichier.scelle = bytes(fichier.scelle)[:-1] + b"x"
    with pytest.raises(demandes.FichierAltere):
        demandes.ouvrir(fichier)


def test_a_download_is_told_in_the_journal(distribution):
    pret = un_rapport_pret(distribution.responsable, point=distribution.point)
    distribution.client("union").get(f"/qualite/rapports/{pret.pk}/fichier/")
    entree = EntreeJournal.objects.get(acte="telecharger", objet="rapport")
    assert (entree.acteur_id, entree.objet_id) == (distribution.union.pk, pret.pk)


def test_a_closed_evaluation_is_for_an_audit_file_alone(distribution):
    evaluation = Evaluation(jour=distribution.point.aujourdhui())
    demande = _demande(distribution.point, genre="plan", evaluation=evaluation)
    with pytest.raises(ValidationError, match="ne concerne que le dossier"):
        demandes.demander(distribution.union, demande)


def test_a_closed_verdict_is_printed_and_what_changed_since_stands_beside(distribution):
    evaluer()
    evaluation = arreter(distribution.union, "Avant l’audit", uuid.uuid4())
    une_preuve(distribution.responsable, point=distribution.point)  # CAD-4
    rapport = un_rapport(
        distribution.union, point=distribution.point, evaluation=evaluation, au=evaluation.jour
    )
    contenu = instantane.construire(rapport, None, timezone.now())
    constat = next(c for c in contenu["constats"] if c["code"] == "CAD-4")
    assert (constat["verdict"], constat["recalcule"]["verdict"]) == ("preuve_manquante", "atteint")
    assert sum("recalcule" in c for c in contenu["constats"]) == 1


def test_a_consolidated_file_holds_the_closed_verdicts_of_its_points(distribution):
    evaluer()
    evaluation = arreter(distribution.union, "Avant l’audit", uuid.uuid4())
    une_preuve(distribution.responsable, point=distribution.point)  # CAD-4
    rapport = un_rapport(distribution.union, evaluation=evaluation, au=evaluation.jour)
    contenu = instantane.construire(rapport, None, timezone.now())
    point = next(p for p in contenu["points"] if p["code"] == distribution.point.code)
    assert (point["verdicts"]["CAD-4"], point["recalcule"]) == ("preuve_manquante", {"CAD-4": "atteint"})


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
