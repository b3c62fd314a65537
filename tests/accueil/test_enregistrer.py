"""Logging, correcting, cancelling: the functions behind the desk."""

import threading
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from accueil.correction import ModifieeEntretemps, annuler, corriger, retablir
from accueil.models import Demande, Visite, VisiteVersion
from accueil.saisie import DemandeSaisie, VisiteSaisie, enregistrer, verifier_jour
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_acces, un_partenaire, un_point, un_theme, une_personne, une_visite


def une_saisie(point, **champs) -> VisiteSaisie:
    defauts = {
        "cle": uuid.uuid4(),
        "jour": point.aujourdhui(),
        "demandes": [DemandeSaisie(theme=un_theme(), issue="resolu")],
    }
    return VisiteSaisie(**defauts | champs)


def test_a_visit_keeps_the_local_day_and_hour_of_its_point(distribution):
    reunion = un_point(fuseau="Indian/Reunion")
    visite, _ = enregistrer(distribution.proprietaire, reunion, une_saisie(reunion))
    local = timezone.now().astimezone(reunion.tz)
    assert (visite.jour, visite.heure) == (local.date(), local.hour)


def test_an_entry_for_an_earlier_day_has_no_hour_and_says_its_delay(distribution):
    point = distribution.point
    veille = point.aujourdhui() - timedelta(days=2)
    visite, _ = enregistrer(distribution.proprietaire, point, une_saisie(point, jour=veille))
    assert (visite.jour, visite.heure, visite.retard) == (veille, None, 2)


def test_a_duration_nobody_chose_is_estimated(distribution):
    visite, _ = enregistrer(distribution.proprietaire, distribution.point, une_saisie(distribution.point))
    assert (visite.duree, visite.duree_estimee) == (15, True)


def test_the_same_key_records_one_visit(distribution):
    saisie = une_saisie(distribution.point)
    premiere, neuve = enregistrer(distribution.proprietaire, distribution.point, saisie)
    seconde, encore = enregistrer(distribution.proprietaire, distribution.point, saisie)
    assert (premiere.pk, neuve, encore) == (seconde.pk, True, False)
    assert Visite.objects.count() == 1


def test_the_same_key_of_another_person_is_another_visit(distribution):
    saisie = une_saisie(distribution.point)
    enregistrer(distribution.proprietaire, distribution.point, saisie)
    _, neuve = enregistrer(distribution.collegue, distribution.point, saisie)
    assert neuve


@pytest.mark.django_db(transaction=True)
def test_a_race_of_two_with_one_key_records_one_visit(distribution):
    saisie = une_saisie(distribution.point)
    depart, resultats = threading.Barrier(2), []

    def courir():
        depart.wait()
        resultats.append(enregistrer(distribution.proprietaire, distribution.point, saisie))
        connections.close_all()

    fils = [threading.Thread(target=courir) for _ in range(2)]
    [f.start() for f in fils]
    [f.join() for f in fils]
    assert sorted(neuve for _, neuve in resultats) == [False, True]
    assert Visite.objects.count() == 1
    assert Demande.objects.count() == 1


def test_a_visit_is_journaled_with_coded_values_only(distribution):
    saisie = une_saisie(distribution.point, note="Une confidence")
    visite, _ = enregistrer(distribution.proprietaire, distribution.point, saisie)
    entree = EntreeJournal.objects.get(objet="visite", objet_id=visite.pk)
    assert (entree.acte, entree.acteur_id) == ("creer", distribution.proprietaire.pk)
    assert entree.apres["note"] is True
    assert "confidence" not in str(entree.apres)


@pytest.mark.parametrize(("recul", "permis"), [(0, True), (7, True), (8, False)])
def test_a_mediateur_logs_up_to_seven_days_back(distribution, recul, permis):
    jour = distribution.point.aujourdhui() - timedelta(days=recul)
    if permis:
        verifier_jour(distribution.proprietaire, distribution.point, jour)
    else:
        with pytest.raises(ValidationError, match="7 jours"):
            verifier_jour(distribution.proprietaire, distribution.point, jour)


@pytest.mark.parametrize(("recul", "permis"), [(60, True), (61, False)])
def test_a_manager_logs_up_to_sixty_days_back(distribution, recul, permis):
    jour = distribution.point.aujourdhui() - timedelta(days=recul)
    if permis:
        verifier_jour(distribution.responsable, distribution.point, jour)
    else:
        with pytest.raises(ValidationError, match="60 jours"):
            verifier_jour(distribution.responsable, distribution.point, jour)


def test_a_future_day_is_refused(distribution):
    demain = distribution.point.aujourdhui() + timedelta(days=1)
    with pytest.raises(ValidationError, match="pas encore venu"):
        verifier_jour(distribution.responsable, distribution.point, demain)


def test_a_closed_point_takes_no_entry(distribution):
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    point = un_point(ferme_le=hier)
    un_acces(distribution.proprietaire, "mediateur", point)
    verifier_jour(distribution.proprietaire, point, hier - timedelta(days=1))
    with pytest.raises(ValidationError, match="fermé depuis"):
        verifier_jour(distribution.proprietaire, point, hier)


def test_a_day_before_opening_is_refused(distribution):
    point = un_point(ouvert_le=date.today() - timedelta(days=1))
    with pytest.raises(ValidationError, match="n’ouvre que le"):
        verifier_jour(distribution.proprietaire, point, date.today() - timedelta(days=3))


def test_a_correction_keeps_the_earlier_state(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire, duree=30)
    saisie = une_saisie(
        distribution.point,
        duree=45,
        demandes=[DemandeSaisie(theme=un_theme("logement"), issue="a_suivre", partenaire=un_partenaire())],
    )
    corriger(distribution.proprietaire, visite, saisie, version=1)
    version = VisiteVersion.objects.get(visite=visite)
    assert version.etat["duree"] == 30
    assert version.etat["demandes"][0][0] == "energie"
    assert visite.demandes.get().theme.code == "logement"


def test_a_correction_can_take_away_and_add_requests(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=[{}, {}, {}])
    saisie = une_saisie(distribution.point)
    corriger(distribution.proprietaire, visite, saisie, version=1)
    visite.refresh_from_db()
    assert (visite.nb_demandes, visite.demandes.count()) == (1, 1)


def test_the_second_of_two_corrections_is_told(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    corriger(distribution.proprietaire, visite, une_saisie(distribution.point), version=1)
    with pytest.raises(ModifieeEntretemps):
        corriger(distribution.responsable, visite, une_saisie(distribution.point), version=1)


def test_an_old_visit_is_no_longer_corrected_by_its_author(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire, il_y_a=8)
    with pytest.raises(ValidationError, match="ne se modifie plus"):
        corriger(distribution.proprietaire, visite, une_saisie(distribution.point), version=1)


def test_a_cancelled_visit_stays_and_can_be_restored(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    annuler(distribution.proprietaire, visite)
    assert Visite.objects.get().annulee_le is not None
    retablir(distribution.proprietaire, visite)
    assert Visite.objects.get().annulee_le is None
    actes = EntreeJournal.objects.filter(objet="visite").order_by("id").values_list("acte", flat=True)
    assert list(actes) == ["annuler", "retablir"]


def test_cancelling_twice_writes_once(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    annuler(distribution.proprietaire, visite)
    annuler(distribution.proprietaire, visite)
    assert EntreeJournal.objects.filter(acte="annuler").count() == 1


def test_the_application_cannot_delete_a_visit(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        visite.delete()
    assert Visite.objects.filter(pk=visite.pk).exists()


def test_the_point_of_a_visit_never_changes(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    with pytest.raises(IntegrityError, match="ne change jamais"), transaction.atomic():
        Visite.objects.filter(pk=visite.pk).update(point=distribution.ailleurs)


def test_a_request_belongs_to_the_point_of_its_visit(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    Demande.objects.create(
        visite=visite, point=distribution.ailleurs, rang=5, theme=un_theme(), issue="resolu"
    )
    with pytest.raises(IntegrityError):
        connection.check_constraints()


@pytest.mark.parametrize(
    "faute",
    [
        {"duree": 0},
        {"duree": 601},
        {"personnes": 0},
        {"canal": "fax"},
        {"heure": 24},
        {"nb_demandes": 0},
        {"retard": 61},
        {"jour": date(2100, 1, 1)},
        {"genre": "x"},
        {"tranche_age": "x"},
        {"situation": "x"},
    ],
)
def test_the_database_refuses_what_the_form_refuses(distribution, faute):
    with pytest.raises(IntegrityError), transaction.atomic():
        une_visite(distribution.point, distribution.proprietaire, **faute)


@pytest.mark.parametrize("faute", [{"registre": 9}, {"issue": "x"}, {"aide": "x"}, {"vers_texte": "CCAS"}])
def test_the_database_refuses_a_broken_request(distribution, faute):
    with pytest.raises(IntegrityError), transaction.atomic():
        une_visite(distribution.point, distribution.proprietaire, demandes=[faute])


def test_a_manager_may_change_a_colleagues_visit_a_colleague_may_not(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    modifiables = {
        role: Visite.objects.modifiables_par(getattr(distribution, role)).filter(pk=visite.pk).exists()
        for role in ("proprietaire", "collegue", "responsable", "etranger", "direction", "union", "auditeur")
    }
    assert modifiables == {
        "proprietaire": True,
        "collegue": False,
        "responsable": True,
        "etranger": False,
        "direction": False,
        "union": False,
        "auditeur": False,
    }


def test_a_person_without_access_any_more_changes_nothing(distribution):
    partie = une_personne()
    un_acces(partie, "mediateur", distribution.point, fin=date(2021, 1, 1))
    visite = une_visite(distribution.point, partie)
    assert not Visite.objects.modifiables_par(partie).filter(pk=visite.pk).exists()


def test_an_earlier_state_is_never_rewritten(distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    annuler(distribution.proprietaire, visite)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        VisiteVersion.objects.update(etat={})
