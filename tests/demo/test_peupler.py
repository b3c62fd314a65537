"""`peupler`: the same seed gives the same rows, and it never touches an installation in use."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from psycopg2 import sql

from tests.bases_a_part import peupler
from tests.fabrique import un_point

EMPREINTE = sql.SQL("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {} t")
TABLES = (
    "accueil_utilisateur", "accueil_association", "accueil_pointaccueil", "accueil_plagehoraire",
    "accueil_acces", "accueil_absence", "accueil_convention", "accueil_visite", "accueil_demande",
    "accueil_notevisite", "accueil_suivi", "accueil_visiteversion", "accueil_agregatjour",
    "qualite_charte", "qualite_attestation",
    "qualite_avis",
    "qualite_actioncorrective", "qualite_evenementaction", "qualite_bonnepratique",
    "qualite_preuve", "qualite_qualification", "qualite_formationsuivie", "qualite_tutorat",
    "qualite_seancecollective", "qualite_pointseance", "qualite_presenceseance",
)  # fmt: skip
PETIT = {"points": "3", "visites": "500", "annees": "1", "jusqu_au": "2026-06-17"}


def _empreintes(base) -> dict:
    return {table: base.lignes(EMPREINTE.format(sql.Identifier(table))) for table in TABLES}


def test_the_same_seed_and_day_give_the_same_rows(vierge, reseau):
    with vierge("jumeau") as jumeau:
        assert peupler(jumeau).returncode == 0
        assert _empreintes(jumeau) == _empreintes(reseau)


@pytest.fixture(scope="module")
def petit(vierge):
    """Three points and a bare handful of visits, up to a Tuesday."""
    with vierge("petit") as base:
        assert peupler(base, **PETIT).returncode == 0
        yield base


def test_another_seed_gives_other_visits(vierge, petit):
    with vierge("autre") as autre:
        assert peupler(autre, **PETIT | {"graine": "4"}).returncode == 0
        assert _empreintes(autre)["accueil_visite"] != _empreintes(petit)["accueil_visite"]


def test_visits_stop_the_day_before_the_day_of_reference(petit):
    assert petit.valeur("SELECT max(jour) FROM accueil_visite") == date(2026, 6, 16)


def test_the_number_of_visits_is_the_one_asked_for(reseau):
    assert reseau.valeur("SELECT count(*) FROM accueil_visite") == 3000
    assert reseau.valeur("SELECT count(*) FROM accueil_pointaccueil") == 22


def test_a_bare_handful_of_visits_fits_three_points(petit):
    assert petit.valeur("SELECT count(*) FROM accueil_visite") == 500


def test_it_refuses_a_base_it_has_already_filled(reseau):
    essai = peupler(reseau)
    assert essai.returncode == 1
    assert "contient déjà des points ou des visites" in essai.stderr


def test_one_journal_entry_tells_of_the_whole(reseau):
    ((acte, apres),) = reseau.lignes("SELECT acte, apres FROM socle_entreejournal WHERE objet = 'reseau'")
    assert acte == "peupler"
    assert apres["visites"] == 3000
    assert apres["lignes"]["accueil_visite"] == 3000


def test_sequences_go_on_after_the_last_key(reseau):
    for table in (
        "accueil_visite",
        "accueil_demande",
        "accueil_suivi",
        "accueil_utilisateur",
        "accueil_acces",
    ):
        derniere = sql.SQL("SELECT max(id) FROM {}").format(sql.Identifier(table))
        suivante = reseau.valeur("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", table)
        assert suivante > reseau.valeur(derniere)


@pytest.fixture(scope="module")
def migree(vierge):
    """A database as the migrations leave it."""
    with vierge("migree") as base:
        yield base


def test_keys_and_indexes_are_those_of_the_migrations(migree, reseau):
    definitions = """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        ORDER BY 1, 2, 3
    """
    assert reseau.lignes(definitions) == migree.lignes(definitions)


def test_the_application_role_keeps_its_rights_and_no_more(migree, reseau):
    droits = "SELECT relname, relacl::text FROM pg_class WHERE relname LIKE 'accueil%' ORDER BY 1"
    assert reseau.lignes(droits) == migree.lignes(droits)


def test_it_ends_with_visible_pages_so_that_indexes_answer_alone(reseau):
    assert reseau.valeur("SELECT relallvisible > 0 FROM pg_class WHERE relname = 'accueil_visite'")


def test_the_desks_have_their_order_of_tiles(reseau):
    assert reseau.valeur("SELECT count(*) FROM accueil_ordrefrequent") > 20


def test_points_beyond_the_catalogue_are_large_communes(vierge):
    with vierge("grand") as grand:
        assert peupler(grand, points="75", visites="200", annees="1").returncode == 0
        assert grand.valeur("SELECT count(DISTINCT code) FROM accueil_pointaccueil") == 75


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"points": 0}, "--points"),
        ({"visites": 0}, "--visites"),
        ({"jusqu_au": date(2999, 1, 1)}, "pas encore venu"),
        ({"demo": True, "jusqu_au": date(2026, 1, 1)}, "n’indiquez pas --jusqu-au"),
    ],
)
def test_impossible_options_are_refused_in_french(options, message):
    with pytest.raises(CommandError, match=message):
        call_command("peupler", verbosity=0, **options)


def test_the_demo_logins_exist_in_the_demo_only(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="réservé à PIMMS_DEMO=1"):
        call_command("peupler", demo=True, verbosity=0)


def test_without_the_owners_address_it_says_what_is_missing(settings):
    settings.DATABASE_URL_PROPRIETAIRE = ""
    with pytest.raises(CommandError, match="DATABASE_URL_PROPRIETAIRE manque"):
        call_command("peupler", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_a_network_with_points_and_no_visit_yet_is_left_alone():
    un_point()
    with pytest.raises(CommandError, match="déjà des points"):
        call_command("peupler", points=3, visites=10, verbosity=0)
