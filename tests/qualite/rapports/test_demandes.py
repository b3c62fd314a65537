"""Asking for a report: what the rules and the database refuse, what is printed of others."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from accueil.models import PointAccueil
from pimms.socle.models import EntreeJournal
from qualite.arrets import arreter
from qualite.evaluation import evaluer
from qualite.models import Evaluation, FichierRapport, InstantaneRapport, Rapport
from qualite.rapports import demandes, instantane
from qualite.rapports.demandes import Demande, Sujet
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_rapports import un_rapport, un_rapport_pret

pytestmark = pytest.mark.usefixtures("sans_file")


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
