"""The tests' own ground: roles, isolation, and the return to the state after the migrations."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection, transaction

from accueil.models import Theme
from pimms.socle.models import EntreeJournal


def _une_entree() -> EntreeJournal:
    return EntreeJournal.objects.create(requete="essai-1234", objet="visite", objet_id=1, acte="creer")


def test_tests_run_as_the_applications_role(db):
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_user, current_database()")
        role, base = curseur.fetchone()
    assert (role, base[:11]) == ("pimms_app", "test_pimms_")


@pytest.mark.parametrize(
    "requete",
    [
        "UPDATE socle_entreejournal SET acte = 'x'",
        "DELETE FROM socle_entreejournal",
        "TRUNCATE socle_entreejournal",
        "TRUNCATE accueil_visite",
        "ALTER TABLE socle_entreejournal DISABLE TRIGGER ALL",
        "CREATE TABLE de_trop (id int)",
    ],
)
def test_the_applications_role_is_refused_what_the_owner_may(db, requete):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(requete)


@pytest.mark.parametrize("tour", [1, 2])
def test_append_only_rows_are_gone_at_the_next_test(transactional_db, tour):
    assert not EntreeJournal.objects.filter(requete="essai-1234").exists()
    _une_entree()


@pytest.mark.parametrize("tour", [1, 2])
def test_changed_reference_rows_are_put_back(transactional_db, tour):
    themes = Theme.objects.order_by("pk")
    assert themes.count() == 14
    assert themes.first().nom != "Changé"
    Theme.objects.filter(pk=themes.first().pk).update(nom="Changé")
    themes.last().delete()


def test_content_types_outlive_the_emptying(transactional_db):
    assert ContentType.objects.filter(app_label="accueil").exists()


def test_the_guards_are_up_again_after_the_emptying(proprietaire_de_la_base):
    _une_entree()
    with proprietaire_de_la_base.cursor() as curseur, pytest.raises(Exception, match="que des ajouts"):
        curseur.execute("DELETE FROM socle_entreejournal")
