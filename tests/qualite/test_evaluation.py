"""Findings kept: first run, changes, other days, one run at a time, what the database refuses."""

from datetime import date, timedelta

import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accueil.models import ContratFranchise, PointAccueil, Visite
from pimms.socle.journal import LIRE, journaliser, journaliser_consultation
from pimms.socle.models import EntreeJournal
from qualite import controles, evaluation
from qualite.chargement import periode_de
from qualite.evaluation import Cadre, evaluer
from qualite.models import Calcul, Changement, Constat, Exigence, Parametre, Referentiel, valeurs_au
from qualite.parametres import decider_valeur
from qualite.reevaluation import evaluer_ce_qui_est_du
from qualite.taches import controler_preuves
from tests.fabrique import LONGTEMPS, un_acces, un_point, une_visite
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_rapports import un_rapport_pret

TOUT = [{"registre": n} for n in range(1, 6)] * 2


def _constat(point, code="CAD-2"):
    return Constat.objects.get(code=code, point=point)


def test_each_requirement_has_a_finding_at_each_of_its_levels(distribution):
    calcul = evaluer()
    assert calcul.complet
    for exigence in Exigence.objects.filter(referentiel__code="xp-x60-600-2016"):
        niveaux = set(Constat.objects.filter(code=exigence.code).values_list("niveau", flat=True))
        assert niveaux == set(exigence.niveaux)
    assert Changement.objects.filter(avant="").count() == calcul.constats == Constat.objects.count()


def test_a_verdict_that_turns_is_kept_with_the_day(distribution):
    evaluer()
    assert _constat(distribution.point).verdict == "a_traiter"
    for _ in range(2):
        une_visite(distribution.point, distribution.proprietaire, demandes=TOUT)
    evaluer()
    constat = _constat(distribution.point)
    changement = Changement.objects.filter(point=distribution.point, code="CAD-2").last()
    assert (constat.verdict, constat.valeur, constat.detail) == ("atteint", 5, [4] * 5 + [0] * 3)
    assert (changement.avant, changement.apres) == ("a_traiter", "atteint")


def test_a_second_run_without_news_writes_nothing(distribution):
    evaluer()
    with CaptureQueriesContext(connection) as releve:
        calcul = evaluer()
    ecrits = [q["sql"] for q in releve if "INSERT INTO" in q["sql"] and "qualite_calcul" not in q["sql"]]
    assert (calcul.changements, ecrits) == (0, [])


def test_a_measure_that_moves_within_its_verdict_is_no_change_but_is_shown(distribution):
    evaluer()
    une_visite(distribution.point, distribution.proprietaire, demandes=[{"registre": 1}] * 3)
    evaluer()
    assert _constat(distribution.point).valeur == 1
    assert Changement.objects.filter(point=distribution.point, code="CAD-2").count() == 1


def test_what_concerns_one_point_leaves_the_others_alone(distribution):
    evaluer()
    for _ in range(2):
        une_visite(distribution.point, distribution.proprietaire, demandes=TOUT)
        une_visite(distribution.ailleurs, distribution.etranger, demandes=TOUT)
    calcul = evaluer({distribution.point.pk})
    assert not calcul.complet
    assert _constat(distribution.point).verdict == "atteint"
    assert _constat(distribution.ailleurs).verdict == "a_traiter"
    association = Constat.objects.get(code="CAD-2", association=distribution.point.association)
    assert association.verdict == "atteint"


def test_a_rule_that_raises_stops_none_of_the_others(distribution, monkeypatch):
    monkeypatch.setitem(controles.REGLES, "CAD-1", lambda faits, seuils: 1 // 0)
    evaluer()
    assert _constat(distribution.point, "CAD-1").phrase == controles.EN_PANNE
    assert _constat(distribution.point, "CAD-2").verdict == "a_traiter"


def test_a_point_of_the_first_months_has_no_verdict(distribution):
    jeune = un_point(ouvert_le=date.today() - timedelta(days=20))
    evaluer()
    assert _constat(jeune).verdict == "non_evalue"


def test_an_overseas_point_is_judged_on_its_own_day(distribution):
    loin = un_point(fuseau="Pacific/Tahiti")
    ContratFranchise.objects.create(
        association=loin.association, debut=date(2020, 1, 1), fin=loin.aujourdhui()
    )
    evaluer()
    assert Constat.objects.get(code="ORG-7", association=loin.association).verdict == "atteint"


def test_the_night_s_run_is_made_once_a_day(distribution):
    assert evaluer_ce_qui_est_du().complet
    assert evaluer_ce_qui_est_du() is None
    matin = timezone.localtime(timezone.now() + timedelta(days=1)).replace(hour=4, minute=5)
    assert evaluer_ce_qui_est_du(matin).complet


def test_a_change_in_the_journal_has_its_point_evaluated_again(distribution):
    evaluer_ce_qui_est_du()
    # What the database was made with may be some seconds old.
    Calcul.objects.update(journal=EntreeJournal.objects.first().pk)
    journaliser(None, "creer", distribution.point, point_id=distribution.point.pk)
    assert evaluer_ce_qui_est_du() is None  # its transaction may not be over yet
    plus_tard = timezone.now() + timedelta(seconds=20)
    assert evaluer_ce_qui_est_du(plus_tard).complet is False


def test_a_reading_has_nothing_evaluated_again(distribution):
    evaluer_ce_qui_est_du()
    Calcul.objects.update(journal=EntreeJournal.objects.first().pk)
    point = distribution.point
    journaliser_consultation(distribution.collegue, LIRE, [(point, point.pk)])
    journaliser(distribution.collegue, "telecharger", point, point_id=point.pk)
    assert evaluer_ce_qui_est_du(timezone.now() + timedelta(seconds=20)) is None


def test_a_contract_has_everything_evaluated_again(distribution):
    evaluer_ce_qui_est_du()
    contrat = ContratFranchise.objects.create(
        association=distribution.point.association, debut=date(2020, 1, 1)
    )
    journaliser(None, "creer", contrat)
    calcul = evaluer_ce_qui_est_du(timezone.now() + timedelta(seconds=20))
    assert calcul.complet


def test_two_evaluations_never_run_at_once(distribution, proprietaire_de_la_base):
    with proprietaire_de_la_base.cursor() as autre:
        autre.execute("SELECT pg_advisory_lock(%s)", [evaluation.VERROU])
        assert evaluer() is None
        autre.execute("SELECT pg_advisory_unlock(%s)", [evaluation.VERROU])
    assert Calcul.objects.count() == 0


@pytest.mark.parametrize(
    "ordre", ["UPDATE qualite_changement SET apres = 'atteint'", "DELETE FROM qualite_changement"]
)
def test_a_change_is_never_rewritten(distribution, ordre):
    evaluer()
    with pytest.raises(ProgrammingError) as erreur, transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)
    assert isinstance(erreur.value.__cause__, psycopg2.errors.InsufficientPrivilege)


@pytest.fixture
def loin(distribution):
    """The network is one association with one point, on the other side of the date line."""
    PointAccueil.objects.update(ferme_le=LONGTEMPS)
    point = un_point(fuseau="Pacific/Tahiti")
    un_acces(distribution.proprietaire, "mediateur", point)
    return point


def _verdicts(point, jour) -> list[str]:
    evaluer(jour=jour)
    cad_2 = Constat.objects.filter(code="CAD-2")
    return [
        cad_2.get(point=point).verdict,
        cad_2.get(association=point.association_id).verdict,
        cad_2.get(niveau="reseau").verdict,
    ]


@pytest.mark.parametrize(("registres", "attendu"), [(5, "atteint"), (4, "a_traiter")])
def test_five_registers_pass_and_four_fail_at_the_three_levels_overseas(
    distribution, loin, registres, attendu
):
    jour, seuils = (
        loin.aujourdhui(),
        valeurs_au(Referentiel.objects.get(code="xp-x60-600-2016"), date.today()),
    )
    premier = periode_de(jour, seuils).du
    for registre in range(1, registres + 1):
        une_visite(loin, distribution.proprietaire, demandes=[{"registre": registre}] * 3)
    for limite in (jour, premier):
        Visite.objects.update(jour=limite)
        assert _verdicts(loin, jour) == [attendu] * 3
    Visite.objects.update(jour=premier - timedelta(days=1))
    assert _verdicts(loin, jour) == ["a_traiter"] * 3


def test_an_entry_of_the_last_local_day_counts_though_paris_is_ahead(distribution, loin):
    """Today there may be yesterday in Paris: the point is judged on its own day."""
    for registre in range(1, 6):
        une_visite(loin, distribution.proprietaire, demandes=[{"registre": registre}] * 3)
    evaluer()
    assert Constat.objects.get(code="CAD-2", point=loin).verdict == "atteint"


def test_a_file_altered_on_disk_counts_as_a_missing_proof(distribution, proprietaire_de_la_base):
    preuve = une_preuve(distribution.responsable, ["CAD-4"], point=distribution.point)
    evaluer()
    assert _constat(distribution.point, "CAD-4").verdict == "atteint"
    with proprietaire_de_la_base.cursor() as curseur:
        curseur.execute("ALTER TABLE qualite_fichierpreuve DISABLE TRIGGER USER")
        curseur.execute("UPDATE qualite_fichierpreuve SET octets = overlay(octets placing 'zzz' from 20)")
        curseur.execute("ALTER TABLE qualite_fichierpreuve ENABLE TRIGGER USER")
    controler_preuves()
    evaluer()
    constat = _constat(distribution.point, "CAD-4")
    assert (constat.verdict, constat.phrase) == ("preuve_manquante", "le fichier du document est altéré")
    page = distribution.client("responsable").get(reverse("preuve", args=[preuve.pk])).content.decode()
    assert "Fichier altéré" in page


def test_a_yearly_account_altered_on_disk_proves_nothing_any_more(distribution, proprietaire_de_la_base):
    annee, association = distribution.point.aujourdhui().year - 1, distribution.point.association
    un_rapport_pret(distribution.direction, association=association, genre="bilan", au=date(annee, 12, 31))
    evaluer()
    constats = Constat.objects.filter(code="SUI-3", association=association, point=None)
    assert constats.get().verdict == "atteint"
    with proprietaire_de_la_base.cursor() as curseur:
        curseur.execute("ALTER TABLE qualite_fichierrapport DISABLE TRIGGER USER")
        curseur.execute("UPDATE qualite_fichierrapport SET scelle = overlay(scelle placing 'zzz' from 40)")
        curseur.execute("ALTER TABLE qualite_fichierrapport ENABLE TRIGGER USER")
    controler_preuves()
    evaluer()
    assert constats.get().verdict == "preuve_manquante"


def test_the_whole_network_takes_as_many_statements_as_one_point(distribution):
    def enonces() -> int:
        with CaptureQueriesContext(connection) as releve:
            evaluer()
        return len(releve)

    evaluer()
    un = enonces()
    for _ in range(66):
        point = un_point()
        une_visite(point, distribution.proprietaire, demandes=[{"registre": 1}])
        une_preuve(distribution.responsable, ["CAD-4"], point=point)
    evaluer()
    assert enonces() == un


def test_the_numbers_read_beside_requirements_are_those_of_the_parameters(distribution):
    """Written as SQL for speed, and as a queryset for pages: they may not disagree."""
    jour = date.today()
    seuil = Parametre.objects.get(referentiel__code="xp-x60-600-2016", code="registres_seuil")
    decider_valeur(distribution.union, seuil, 6, jour, "Exigence relevée")
    for quand in (jour, jour - timedelta(days=1)):
        cadre = Cadre.du(quand)
        assert cadre.seuils == valeurs_au(cadre.referentiel, quand)
    assert Cadre.du(jour).seuils["registres_seuil"] == 6
