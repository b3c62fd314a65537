"""What counts in a register, and what counts once only."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accueil.agregats import recalculer
from accueil.models import Visite
from mediation.interventions import Compte, Sorte, entrees, interventions_par_registre
from mediation.models import Action, Alerte, Dossier, Etape
from pimms.socle.periodes import Periode, preselection
from tests.fabrique import un_acces, un_point, une_visite
from tests.mediation.fabrique import hors_du_champ, un_dossier


@pytest.fixture
def periode(distribution):
    return preselection("12_mois", distribution.point.aujourdhui())


@pytest.fixture
def compter(distribution, periode):
    """Entries of a register at the cast's point: `compter(2)` → {kind: number}."""

    def compter(registre):
        releves = interventions_par_registre(None, periode).du_point(distribution.point.pk)
        return {sorte: c.nombre for sorte, c in releves[registre - 1].par_sorte.items()}

    return compter


def une_etape(dossier, **champs) -> Etape:
    numero = dossier.etapes.count() + 1
    defauts = {"nature": "entretien", "jour": dossier.ouvert_le, "auteur": dossier.mediateur}
    return Etape.objects.create(
        dossier=dossier, point=dossier.point, numero=numero, cle=uuid.uuid4(), **defauts | champs
    )


def une_action(cast, **champs) -> Action:
    defauts = {"nature": "atelier", "registre": 8, "etat": "faite", "rapportee_le": timezone.now()}
    defauts |= {"jour": cast.point.aujourdhui(), "titre": "Atelier", "auteur": cast.proprietaire}
    return Action.objects.create(point=cast.point, cle=uuid.uuid4(), **defauts | champs)


def test_a_request_counts_for_its_register(distribution, compter):
    une_visite(distribution.point, distribution.proprietaire, demandes=[{"registre": 3}, {}])
    assert compter(3) == {Sorte.DEMANDE: 1}


def test_a_request_that_opened_a_case_counts_as_the_case(distribution, compter):
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=[{"registre": 2}])
    un_dossier(distribution.proprietaire, distribution.point, demande=visite.demandes.get())
    assert compter(2) == {Sorte.DOSSIER: 1}


def test_a_request_of_a_cancelled_visit_does_not_count(distribution, compter):
    une_visite(
        distribution.point,
        distribution.proprietaire,
        demandes=[{"registre": 3}],
        annulee_le=timezone.now() + timedelta(minutes=1),
    )
    assert compter(3) == {}


def test_a_day_counts_as_its_visits_say_whether_its_aggregate_is_up_to_date_or_not(distribution, periode):
    cast, aujourdhui = distribution, distribution.point.aujourdhui()
    jours = [(aujourdhui - timedelta(days=62)).replace(day=jour) for jour in (10, 20)]
    _, visite = (
        une_visite(
            cast.point, cast.proprietaire, il_y_a=(aujourdhui - jour).days, demandes=[{"registre": 3}] * 2
        )
        for jour in jours
    )

    def lire():
        tout = interventions_par_registre(None, periode).du_point(cast.point.pk)[2].tout
        return tout.nombre, tout.mois, tout.dernier

    recalculer([cast.point.pk], jours)
    assert lire() == (4, 1, jours[1])
    Visite.objects.filter(pk=visite.pk).update(annulee_le=timezone.now() + timedelta(minutes=1))
    assert lire() == (2, 1, jours[0])
    recalculer([cast.point.pk], jours)
    assert lire() == (2, 1, jours[0])


def test_a_case_stands_at_the_point_of_its_request(distribution):
    visite = une_visite(distribution.ailleurs, distribution.etranger, demandes=[{"registre": 2}])
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    with pytest.raises(IntegrityError, match="autre point"):
        Dossier.objects.filter(pk=dossier.pk).update(demande=visite.demandes.get())


def test_a_case_out_of_scope_does_not_count_nor_do_its_steps(distribution, compter):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    une_etape(dossier, registre=5)
    hors_du_champ(distribution.proprietaire, dossier)
    assert (compter(2), compter(5)) == ({}, {})


def test_a_secondary_register_counts_through_its_step_only(distribution, compter):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    une_etape(dossier, registre=5)
    une_etape(dossier)
    assert (compter(2), compter(5)) == ({Sorte.DOSSIER: 1}, {Sorte.ETAPE: 1})


def test_a_step_of_the_cases_own_register_adds_nothing(distribution, compter):
    une_etape(un_dossier(distribution.proprietaire, distribution.point), registre=2)
    assert compter(2) == {Sorte.DOSSIER: 1}


def test_a_transferred_case_counts_once_where_it_began(distribution, periode, compter):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    un_dossier(distribution.etranger, distribution.ailleurs, predecesseur=dossier)
    la_bas = interventions_par_registre(None, periode).du_point(distribution.ailleurs.pk)
    assert compter(2) == {Sorte.DOSSIER: 1}
    assert la_bas[1].par_sorte == {}


def test_a_mediateur_who_left_and_came_back_changes_no_figure(distribution, compter):
    cast = distribution
    un_dossier(cast.proprietaire, cast.point)
    un_acces(
        cast.proprietaire,
        "mediateur",
        cast.ailleurs,
        debut=cast.point.aujourdhui() - timedelta(days=900),
        fin=cast.point.aujourdhui() - timedelta(days=800),
    )
    assert compter(2) == {Sorte.DOSSIER: 1}


@pytest.mark.parametrize(
    "champs",
    [
        {"etat": "prevue", "rapportee_le": None},
        {"etat": "annulee", "rapportee_le": None, "motif_annulation": "Pluie"},
    ],
)
def test_only_an_action_that_took_place_counts(distribution, compter, champs):
    une_action(distribution)
    une_action(distribution, **champs)
    assert compter(8) == {Sorte.ACTION: 1}


def test_a_project_counts_by_the_steps_that_were_done(distribution, compter):
    projet = une_action(distribution, nature="projet", registre=7)
    assert compter(7) == {Sorte.ACTION: 1}
    une_action(distribution, nature="etape_projet", registre=7, projet=projet)
    une_action(distribution, nature="etape_projet", registre=7, projet=projet)
    assert compter(7) == {Sorte.ACTION: 2}


def test_an_alert_counts_in_register_4_unless_cancelled(distribution, compter):
    for annulee_le in (None, timezone.now()):
        Alerte.objects.create(
            point=distribution.point,
            cle=uuid.uuid4(),
            auteur=distribution.proprietaire,
            jour=distribution.point.aujourdhui(),
            nature="panne",
            quoi="Plus d’éclairage",
            lieu="Allée des Peupliers",
            annulee_le=annulee_le,
        )
    assert compter(4) == {Sorte.ALERTE: 1}


def test_kinds_are_told_apart_and_their_sum_keeps_the_last_day(distribution, periode):
    cast = distribution
    une_visite(cast.point, cast.proprietaire, il_y_a=40, demandes=[{"registre": 8}])
    action = une_action(cast)
    releve = interventions_par_registre({cast.point.pk}, periode).ensemble()[7]
    assert {s: c.nombre for s, c in releve.par_sorte.items()} == {Sorte.DEMANDE: 1, Sorte.ACTION: 1}
    assert (releve.tout.nombre, releve.tout.mois, releve.tout.dernier) == (2, 2, action.jour)


def test_the_count_takes_one_statement_for_one_point_and_for_sixty_eight(distribution, periode):
    def enonces(perimetre):
        with CaptureQueriesContext(connection) as releve:
            interventions_par_registre(perimetre, periode)
        return len(releve)

    for _ in range(66):
        une_visite(un_point(), distribution.proprietaire, demandes=[{"registre": 1}])
    assert enonces({distribution.point.pk}) == enonces(None) == 1


def test_a_figure_leads_to_its_entries_newest_first(distribution, periode):
    cast = distribution
    dossiers = [un_dossier(cast.proprietaire, cast.point) for _ in range(3)]
    Dossier.objects.filter(pk=dossiers[2].pk).update(ouvert_le=cast.point.aujourdhui() - timedelta(days=3))
    cles = [dossiers[1].pk, dossiers[0].pk, dossiers[2].pk]
    lues = entrees(Sorte.DOSSIER, [cast.point.pk], 2, periode, None, 50)
    assert [cle for _, cle, _ in lues] == cles
    suite = entrees(Sorte.DOSSIER, [cast.point.pk], 2, periode, lues[0][:2], 50)
    assert [cle for _, cle, _ in suite] == cles[1:]


def test_a_period_of_more_than_sixty_months_is_refused(distribution):
    jour = distribution.point.aujourdhui()
    with pytest.raises(ValueError, match="60 mois"):
        interventions_par_registre(None, Periode(jour - timedelta(days=2000), jour))


def test_months_are_counted_across_points_once():
    assert (Compte(1, 0b011) + Compte(4, 0b110)).mois == 3
