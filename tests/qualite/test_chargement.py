"""Facts loaded from what was logged: each count, the exact days, whole network in as many statements."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accueil.models import (
    Absence,
    Acces,
    ChangementRegistre,
    ContratFranchise,
    Convention,
    Fermeture,
    LabelFranceServices,
    PlageHoraire,
    PointAccueil,
    Visite,
)
from mediation.consentements import retirer_partie
from mediation.etapes import EtapeSaisie, noter_etape
from mediation.models import Alerte, ConflitInteret, Consentement, Partie, Transmission
from mediation.passations import declarer_conflit, justifier_conflit
from mediation.propositions import proposer
from pimms.socle.journal import journaliser
from qualite.chargement import charger, periode_de
from qualite.models import Referentiel, valeurs_au
from qualite.preuves import noter
from tests.fabrique import un_acces, un_partenaire, un_point, une_personne, une_visite
from tests.mediation.fabrique import (
    un_consentement,
    un_dossier,
    un_dossier_ancien,
    un_dossier_engage,
    une_partie,
)
from tests.mediation.fabrique_terrain import une_alerte, une_transmission
from tests.qualite.fabrique import une_preuve


@pytest.fixture
def seuils(db):
    return valeurs_au(Referentiel.objects.get(code="xp-x60-600-2016"), date.today())


@pytest.fixture
def faits_du_point(distribution, seuils):
    """Load the facts of the cast's point, today or on another day."""

    def lire(jour=None, **options):
        points = list(PointAccueil.objects.select_related("commune"))
        faits = charger(points, jour or distribution.point.aujourdhui(), seuils, **options)
        return faits.points[distribution.point.pk]

    return lire


def test_requests_out_of_scope_are_counted_with_their_contact(distribution, faits_du_point):
    demandes = [{"issue": "hors_champ", "vers_texte": "Maison de la justice"}, {"issue": "hors_champ"}]
    une_visite(distribution.point, distribution.proprietaire, demandes=demandes)
    faits = faits_du_point()
    assert (faits.hors_champ, faits.hors_champ_nommes) == (2, 1)


def test_kinds_of_help_are_counted(distribution, faits_du_point):
    demandes = [{"aide": "faire_avec"}] * 3 + [{"aide": "informer"}, {"aide": "faire_a_la_place"}, {}]
    une_visite(distribution.point, distribution.proprietaire, demandes=demandes)
    faits = faits_du_point()
    assert (faits.faire_avec, faits.informer, faits.faire_a_la_place) == (3, 1, 1)


def test_an_orientation_is_due_once_its_delay_has_run_out(distribution, faits_du_point):
    for il_y_a in (89, 90, 91):
        une_visite(
            distribution.point,
            distribution.proprietaire,
            il_y_a=il_y_a,
            demandes=[{"issue": "oriente", "registre": 5, "vers_texte": "CCAS"}],
        )
    faits = faits_du_point()
    assert (faits.relations, faits.relations_suivies) == (2, 0)


def test_late_corrected_and_estimated_entries_are_counted(distribution, faits_du_point):
    une_visite(distribution.point, distribution.proprietaire, retard=8, version=2)
    une_visite(distribution.point, distribution.proprietaire, retard=7, duree_estimee=False)
    faits = faits_du_point()
    assert (faits.interventions, faits.tardives, faits.corrigees, faits.estimees) == (2, 1, 1, 1)


def test_registers_changed_afterwards_are_counted_whatever_they_are_on(distribution, faits_du_point):
    point, moi = distribution.point, distribution.proprietaire
    proposer(moi, un_dossier(moi, point), 3, "erreur")
    visite = une_visite(point, moi, il_y_a=3, demandes=[{"registre": 3}])
    ChangementRegistre.objects.create(
        visite=visite, point=point, registre_de=3, registre_vers=7, par=moi, tardif=False
    )
    assert faits_du_point().retaguees == 2


def test_an_exchange_needs_each_party_s_word(distribution, faits_du_point):
    dossier, une, autre = un_dossier_engage(distribution.proprietaire, distribution.point)
    jour = distribution.point.aujourdhui()
    saisie = EtapeSaisie(nature="navette", jour=jour, parties=[une, autre], textes={})
    noter_etape(distribution.proprietaire, dossier, saisie)
    faits = faits_du_point()
    assert (faits.accords_dus, faits.accords_donnes) == (2, 2)
    Consentement.objects.create(
        partie=autre,
        point=dossier.point,
        etat="retire",
        jour=jour - timedelta(days=1),
        saisi_par=distribution.proprietaire,
    )
    assert faits_du_point().accords_donnes == 1


def test_a_word_that_carries_no_agreement_is_none(distribution, faits_du_point):
    moi, jour = distribution.proprietaire, distribution.point.aujourdhui()
    dossier, une, autre = un_dossier_engage(moi, distribution.point)
    saisie = EtapeSaisie(nature="navette", jour=jour, parties=[une, autre], textes={})
    noter_etape(moi, dossier, saisie)
    Partie.objects.filter(pk=autre.pk).update(protection="mineur")
    assert faits_du_point().accords_donnes == 1  # the minor's own word
    mere = une_partie(dossier, "Ana", "representant", represente=autre)
    un_consentement(autre, moi, donne_par=mere, jour=jour - timedelta(days=1))
    assert faits_du_point().accords_donnes == 2
    retirer_partie(moi, mere, jour)
    assert faits_du_point().accords_donnes == 2  # left on the very day


@pytest.mark.parametrize(("presents", "dus"), [(1, 0), (2, 2)])
def test_two_parties_at_an_interview_are_an_exchange_and_one_alone_is_none(
    distribution, faits_du_point, presents, dus
):
    dossier, *parties = un_dossier_engage(distribution.proprietaire, distribution.point)
    jour = distribution.point.aujourdhui()
    saisie = EtapeSaisie(nature="entretien", jour=jour, parties=parties[:presents], textes={})
    noter_etape(distribution.proprietaire, dossier, saisie)
    faits = faits_du_point()
    assert (faits.accords_dus, faits.accords_donnes) == (dus, dus)


@pytest.mark.parametrize(("jours", "a_revoir"), [(59, 0), (60, 1)])
def test_a_case_left_for_sixty_days_is_to_review(distribution, faits_du_point, jours, a_revoir):
    un_dossier_ancien(distribution.proprietaire, distribution.point, jours)
    faits = faits_du_point()
    assert (faits.dossiers, faits.dossiers_a_revoir) == (1, a_revoir)


def test_an_alert_kept_to_oneself_is_told_after_the_delay(distribution, faits_du_point):
    aujourdhui = distribution.point.aujourdhui()
    transmission = une_transmission(
        une_alerte(distribution.proprietaire, distribution.point), distribution.proprietaire
    )
    Transmission.objects.filter(pk=transmission.pk).update(
        transmise_le=aujourdhui - timedelta(days=30), relance_le=aujourdhui
    )
    for il_y_a in (29, 30):
        alerte = une_alerte(distribution.proprietaire, distribution.point)
        Alerte.objects.filter(pk=alerte.pk).update(jour=aujourdhui - timedelta(days=il_y_a))
    faits = faits_du_point()
    assert (faits.alertes, faits.alertes_gardees) == (3, 1)
    assert (faits.transmissions, faits.transmissions_muettes) == (1, 1)


def test_the_team_leaves_long_absences_out(distribution, faits_du_point):
    aujourdhui = distribution.point.aujourdhui()
    assert (faits_du_point().agents, faits_du_point().encadrants) == (3, 1)
    Absence.objects.create(personne=distribution.collegue, debut=aujourdhui, fin=aujourdhui)
    assert faits_du_point().agents == 3
    Absence.objects.create(personne=distribution.responsable, debut=aujourdhui - timedelta(days=40))
    assert (faits_du_point().agents, faits_du_point().encadrants) == (2, 0)


def test_an_open_day_without_entry_is_told_unless_closed(distribution, faits_du_point, monkeypatch):
    monkeypatch.setattr("accueil.horaires.ferie", lambda *_: "")  # whatever today is
    point, aujourdhui = distribution.point, distribution.point.aujourdhui()
    assert faits_du_point().ouvertures is None
    debut = aujourdhui - timedelta(days=7)
    for jour in range(7):
        PlageHoraire.objects.create(point=point, jour=jour, ouvre=time(9), ferme=time(12), debut=debut)
    une_visite(point, distribution.proprietaire, il_y_a=3)
    Fermeture.objects.create(
        point=point,
        debut=aujourdhui - timedelta(days=2),
        fin=aujourdhui - timedelta(days=2),
        motif="Panne",
        annoncee_le=aujourdhui,
    )
    faits = faits_du_point()
    muettes = set(faits.ouvertures_muettes)
    assert muettes <= {aujourdhui - timedelta(days=n) for n in (1, 4, 5, 6, 7)}
    assert faits.ouvertures == len(muettes) + 1
    assert (faits.fermetures, faits.fermetures_tues) == (1, 0)


def test_contracts_conventions_and_labels_are_those_of_the_day(distribution, seuils):
    point, aujourdhui = distribution.point, distribution.point.aujourdhui()
    hier = aujourdhui - timedelta(days=1)
    ContratFranchise.objects.create(association=point.association, debut=date(2020, 1, 1), fin=hier)
    LabelFranceServices.objects.create(point=point, debut=hier)
    echue = {"debut": date(2020, 1, 1), "fin": hier}
    Convention.objects.create(partenaire=un_partenaire("EDF"), **echue)
    Convention.objects.create(partenaire=un_partenaire("CAF"), tacite=True, **echue)
    Convention.objects.create(
        partenaire=un_partenaire("CPAM"), association=point.association, debut=aujourdhui
    )
    faits = charger([point], aujourdhui, seuils)
    association = faits.associations[point.association_id]
    assert faits.points[point.pk].france_services
    assert (association.contrats, association.contrats_en_vigueur) == (1, 0)
    assert (association.conventions, association.conventions_echues) == (1, 0)
    assert (faits.reseau.conventions, faits.reseau.conventions_echues) == (1, 1)


@pytest.mark.parametrize("fuseau", ["Europe/Paris", "Pacific/Tahiti", "Pacific/Noumea"])
def test_registers_are_counted_on_the_exact_days_of_the_period(distribution, seuils, fuseau):
    point = un_point(fuseau=fuseau)
    un_acces(distribution.proprietaire, "mediateur", point)
    jour = point.aujourdhui()
    premier = periode_de(jour, seuils).du
    for registre in range(1, 6):
        une_visite(point, distribution.proprietaire, demandes=[{"registre": registre}] * 3)
    comptes = []
    for limite in (jour, premier, premier - timedelta(days=1)):
        Visite.objects.filter(point=point).update(jour=limite)
        comptes.append(charger([point], jour, seuils).points[point.pk].registres)
    assert comptes == [(3,) * 5 + (0,) * 3] * 2 + [(0,) * 8]


@pytest.mark.parametrize(
    ("jour", "du"),
    [
        (date(2026, 11, 24), date(2025, 11, 25)),
        (date(2028, 2, 29), date(2027, 3, 1)),
        (date(2027, 2, 28), date(2026, 3, 1)),
    ],
)
def test_twelve_months_go_back_to_the_day_after(seuils, jour, du):
    assert periode_de(jour, seuils).du == du


def test_sixty_eight_points_take_as_many_statements_as_one(distribution, seuils):
    def enonces(points):
        with CaptureQueriesContext(connection) as releve:
            charger(points, distribution.point.aujourdhui(), seuils)
        return len(releve)

    un = enonces([distribution.point])
    points = [un_point() for _ in range(67)]
    for point in points:
        une_visite(point, distribution.proprietaire, demandes=[{"registre": 1}])
    points = list(PointAccueil.objects.select_related("commune"))
    assert enonces(points) == un <= 14


def test_a_person_with_two_roles_is_one_agent(distribution, faits_du_point):
    personne = une_personne()
    un_acces(personne, "mediateur", distribution.point)
    un_acces(personne, "responsable", distribution.point)
    assert (faits_du_point().agents, faits_du_point().encadrants) == (4, 2)


def test_a_document_speaks_for_its_level_and_those_below(distribution, seuils):
    cast = distribution
    une_preuve(cast.responsable, ["CAD-4"], point=cast.point)
    une_preuve(cast.direction, ["CAD-3"], association=cast.point.association)
    une_preuve(cast.union, ["SUI-1", "SUI-6"])
    points = list(PointAccueil.objects.select_related("commune"))
    faits = charger(points, cast.point.aujourdhui(), seuils)
    assert set(faits.points[cast.point.pk].preuves) == {"CAD-4", "CAD-3", "SUI-1", "SUI-6"}
    assert set(faits.points[cast.ailleurs.pk].preuves) == {"SUI-1", "SUI-6"}
    assert set(faits.associations[cast.point.association_id].preuves) == {"CAD-3", "SUI-1", "SUI-6"}
    assert set(faits.reseau.preuves) == {"SUI-1", "SUI-6"}


def test_what_was_decided_about_a_document_comes_with_it(distribution, seuils):
    preuve = une_preuve(distribution.responsable, ["CAD-4"], point=distribution.point)
    noter(distribution.union, preuve.versions.get(), "refus", "Photo illisible")
    faits = charger([distribution.point], distribution.point.aujourdhui(), seuils)
    (lue,) = faits.points[distribution.point.pk].preuves["CAD-4"]
    assert lue.versions[0].evenements == ("refus",)


def test_conflicts_of_interest_are_counted_once_settled_or_not(distribution, seuils):
    point, sonia = distribution.point, distribution.proprietaire
    for _ in range(2):
        declarer_conflit(sonia, un_dossier(sonia, point), "Un cousin")
    settled = ConflitInteret.objects.order_by("pk").select_related("dossier__cle_donnees")[0]
    justifier_conflit(distribution.responsable, settled.dossier, settled.numero, "Cousin éloigné")
    faits = charger([point], point.aujourdhui(), seuils).associations[point.association_id]
    assert (faits.conflits, faits.conflits_traites) == (2, 1)


def test_a_conflict_of_long_ago_counts_while_it_is_open(distribution, seuils):
    point, sonia = distribution.point, distribution.proprietaire
    conflit = declarer_conflit(sonia, un_dossier(sonia, point), "")
    ancien = point.aujourdhui() - timedelta(days=500)
    ConflitInteret.objects.filter(pk=conflit.pk).update(declare_le=ancien)
    faits = charger([point], point.aujourdhui(), seuils).associations[point.association_id]
    assert (faits.conflits, faits.conflits_traites) == (1, 0)


def test_an_access_to_identities_is_told_by_who_was_in_post(distribution, faits_du_point):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    for qui in (distribution.proprietaire, distribution.responsable, distribution.etranger):
        journaliser(qui, "telecharger", dossier, point_id=distribution.point.pk)
    journaliser(distribution.etranger, "modifier", dossier, point_id=distribution.point.pk)
    faits = faits_du_point()
    assert (faits.acces_identites, faits.acces_en_poste) == (3, 2)


def test_who_had_left_the_point_had_no_reason_to_read(distribution, faits_du_point):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    journaliser(distribution.proprietaire, "imprimer", dossier, point_id=distribution.point.pk)
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    Acces.objects.filter(personne=distribution.proprietaire).update(fin=hier)
    assert faits_du_point().acces_en_poste == 0
