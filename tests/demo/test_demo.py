"""The demo's own network: four people to log in as, and entries of today whatever the hour."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from accueil.models import Commune, JourneeMobile, PlageHoraire, PointAccueil
from pimms.demo.aujourdhui import ouvrir_une_permanence
from pimms.demo.lexique import lieux
from pimms.demo.parametres import Carnet, Parametres
from pimms.demo.reseau import Point


@pytest.fixture(scope="module")
def demo(vierge):
    with vierge("demo") as base:
        essai = base.manage("peupler", "--demo", "--points=5", "--visites=2000", PIMMS_DEMO="1")
        assert essai.returncode == 0, essai.stderr
        yield base


ROLES = """
SELECT a.role, p.code FROM accueil_utilisateur u JOIN accueil_acces a ON a.personne_id = u.id
LEFT JOIN accueil_pointaccueil p ON p.id = a.point_id WHERE u.email = %s AND a.fin IS NULL ORDER BY 1, 2
"""
AUJOURD_HUI = """
SELECT count(*) FROM accueil_visite v JOIN accueil_pointaccueil p ON p.id = v.point_id
WHERE p.code = 'LYO-GER' AND v.jour = (now() AT TIME ZONE 'Europe/Paris')::date
"""


def test_the_mediateur_works_at_two_points(demo):
    assert demo.lignes(ROLES, "mediateur@exemple.fr") == [("mediateur", "LYO-GER"), ("mediateur", "LYO-VAI")]


def test_the_manager_is_at_gerland(demo):
    assert demo.lignes(ROLES, "responsable@exemple.fr") == [("responsable", "LYO-GER")]


def test_the_union_sees_the_network(demo):
    assert demo.lignes(ROLES, "union@exemple.fr") == [("union", None)]


def test_the_auditor_has_an_access_of_a_campaign_for_a_month_and_no_other(demo):
    acces = """SELECT a.role, a.origine, a.fin - a.debut FROM accueil_acces a
        JOIN accueil_utilisateur u ON u.id = a.personne_id WHERE u.email = %s"""
    assert demo.lignes(acces, "auditeur@exemple.fr") == [("auditeur", "campagne", 30)]


def test_a_campaign_is_closed_and_another_one_in_preparation(demo):
    assert demo.lignes("SELECT etat FROM qualite_campagne ORDER BY id") == [("close",), ("preparation",)]
    signes = "SELECT count(DISTINCT par_id) FROM qualite_evenementcampagne WHERE nature = 'signature'"
    assert demo.valeur(signes) == 2
    assert demo.valeur("SELECT count(*) FROM qualite_constataudit") == 6
    assert demo.valeur("SELECT count(*) FROM qualite_suiteconstat") == 1


def test_each_step_of_the_closed_campaign_has_its_own_day(demo):
    jours = """SELECT DISTINCT e.le::date FROM qualite_evenementcampagne e
        JOIN qualite_campagne c ON c.id = e.campagne_id WHERE c.etat = 'close'"""
    assert len(demo.lignes(jours)) == 9


def test_its_file_holds_what_stood_on_the_day_of_its_freezing_and_so_do_its_reports(demo):
    dits = """SELECT DISTINCT e.jour - c.au, e.arretee_le::date - c.au, (e.instantane->>'au')::date - c.au,
        r.au - c.au, c.au < current_date - 60 FROM qualite_campagne c
        JOIN qualite_evaluation e ON e.id = c.evaluation_id
        JOIN qualite_rapport r ON r.evaluation_id = e.id"""
    assert demo.lignes(dits) == [(0, 0, 0, 0, True)]


def test_the_guards_are_up_again_once_the_days_are_given(demo):
    eteints = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'"
    assert demo.valeur(eteints) == 0


def test_the_public_password_opens_the_four_accounts(demo):
    code = (
        "from django.contrib.auth import authenticate as a;"
        "print([bool(a(None, email=f'{r}@exemple.fr', password='pimms-demo'))"
        " for r in ('mediateur', 'responsable', 'union', 'auditeur')])"
    )
    essai = demo.manage("shell", "-v0", "-c", code, PIMMS_DEMO="1")
    assert essai.stdout.strip() == "[True, True, True, True]", essai.stderr


def test_the_others_have_come_in_already_with_a_password_that_nobody_knows(demo):
    assert demo.valeur("SELECT count(*) FROM accueil_utilisateur WHERE password LIKE '!%'") == 0
    code = (
        "from accueil.models import Utilisateur as U;"
        "u = U.objects.exclude(email__endswith='@exemple.fr').first();"
        "print(u.has_usable_password(), u.check_password('pimms-demo'), u.check_password(''))"
    )
    essai = demo.manage("shell", "-v0", "-c", code, PIMMS_DEMO="1")
    assert essai.stdout.strip() == "True False False", essai.stderr


def test_gerland_has_entries_of_today_and_none_of_later(demo):
    assert demo.valeur(AUJOURD_HUI) > 0
    assert demo.valeur("SELECT count(*) FROM accueil_visite WHERE saisie_le > now()") == 0
    assert demo.valeur("SELECT count(*) FROM accueil_visite WHERE annulee_le > now()") == 0


def test_the_demo_adds_its_day_to_the_visits_asked_for(demo):
    avant = (
        "SELECT count(*) FROM accueil_visite WHERE jour + retard < (now() AT TIME ZONE 'Europe/Paris')::date"
    )
    assert demo.valeur(avant) == 2000


def _gerland() -> Point:
    """Open Monday to Friday, 8:30 to 12:30 and 13:30 to 17:30, in Lyon."""
    lieu = next(lieu for lieu in lieux() if lieu.code == "LYO-GER")
    commune = Commune(code="69123", departement_id="69")
    point = Point(PointAccueil(pk=1, code=lieu.code, commune=commune, ouvert_le=date(2010, 1, 1)), lieu)
    for jour in range(5):
        for ouvre, ferme in ((time(8, 30), time(12, 30)), (time(13, 30), time(17, 30))):
            point.plages.append(PlageHoraire(jour=jour, ouvre=ouvre, ferme=ferme, debut=date(2010, 1, 1)))
    return point


@pytest.mark.parametrize(
    ("instant", "attendue"),
    [
        (datetime(2026, 11, 22, 14, 10, tzinfo=UTC), ("12:00", "18:00")),  # Sunday, 15:10 in Lyon
        (datetime(2026, 11, 23, 23, 20, tzinfo=UTC), ("00:00", "03:00")),  # Tuesday, 00:20
        (datetime(2026, 11, 24, 7, 50, tzinfo=UTC), ("05:30", "08:30")),  # Tuesday, 08:50: 20 minutes open
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), None),  # Tuesday, 10:00: the day is under way
    ],
)
def test_an_extra_opening_makes_up_for_a_day_that_has_hardly_begun(instant, attendue):
    reference, point = (instant + timedelta(hours=1)).date(), _gerland()
    ouvrir_une_permanence(Parametres(1, 1, 1, 1, reference, instant), Carnet({JourneeMobile: 1}), [point])
    permanences = [(f"{j.ouvre:%H:%M}", f"{j.ferme:%H:%M}") for j in point.journees.get(reference, [])]
    assert permanences == ([attendue] if attendue else [])


def test_findings_are_there_at_once(demo):
    constats = "SELECT count(*) FROM qualite_constat c JOIN accueil_pointaccueil p ON p.id = c.point_id"
    assert demo.valeur(f"{constats} WHERE p.code = 'LYO-GER'") > 20


def test_so_are_decisions_and_a_closed_evaluation(demo):
    assert demo.valeur("SELECT count(*) FROM qualite_travail") == 4
    assert demo.lignes("SELECT verdict FROM qualite_constat WHERE phrase LIKE '%n’agit jamais%'") == [
        ("sans_objet",)
    ]
    assert (
        demo.valeur("SELECT count(*) FROM qualite_evaluation WHERE titre = 'Auto-évaluation de référence'")
        == 1
    )


def test_the_files_of_the_closed_campaign_and_each_other_kind_wait_for_the_worker(demo):
    echantillon = (
        "SELECT count(*) FROM qualite_pointcampagne p JOIN qualite_campagne c ON c.id = p.campagne_id"
        " WHERE c.etat = 'close'"
    )
    rapports = (
        "SELECT r.niveau, count(*) FROM qualite_rapport r JOIN qualite_campagne c USING (evaluation_id)"
        " WHERE r.etat = 'demande' AND c.etat = 'close' GROUP BY 1 ORDER BY 1"
    )
    assert demo.lignes(rapports) == [("association", 1), ("point", demo.valeur(echantillon)), ("reseau", 1)]
    autres = "SELECT DISTINCT genre FROM qualite_rapport WHERE genre <> 'dossier' ORDER BY 1"
    assert demo.lignes(autres) == [("attestations",), ("bilan",), ("partenaire",), ("plan",)]
