"""The journal: one row a change, coded values, append-only in the database itself."""

import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction

from pimms.socle.journal import differences, journaliser
from pimms.socle.models import EntreeJournal
from tests.accueil.test_saisie import donnees
from tests.fabrique import un_point


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE socle_entreejournal SET acte = 'rien'",
        "DELETE FROM socle_entreejournal",
        "TRUNCATE socle_entreejournal",
    ],
)
def test_the_application_can_only_add(distribution, ordre):
    journaliser(distribution.union, "creer", distribution.point)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(ordre)


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE socle_entreejournal SET acte = 'rien'",
        "DELETE FROM socle_entreejournal",
        "TRUNCATE socle_entreejournal",
    ],
)
def test_even_the_owner_is_told(proprietaire_de_la_base, distribution, ordre):
    journaliser(distribution.union, "creer", distribution.point)
    with (
        pytest.raises(psycopg2.errors.InsufficientPrivilege, match="que des ajouts"),
        proprietaire_de_la_base.cursor() as curseur,
    ):
        curseur.execute(ordre)


@pytest.mark.django_db
def test_values_are_coded():
    point = un_point()
    journaliser(None, "creer", point, apres={"point": point, "ouvert_le": point.ouvert_le, "codes": (1, 2)})
    entree = EntreeJournal.objects.get(objet="pointaccueil")
    assert entree.apres == {"point": point.pk, "ouvert_le": "2020-01-01", "codes": [1, 2]}
    assert entree.acteur_id is None


def test_only_what_changed_is_told_and_free_text_is_not():
    avant, apres = differences(
        {"duree": 5, "canal": "telephone", "note": "secret"},
        {"duree": 15, "canal": "telephone", "note": "autre secret"},
        textes=frozenset({"note"}),
    )
    assert (avant, apres) == ({"duree": 5, "note": "modifié"}, {"duree": 15, "note": "modifié"})


def test_an_entry_carries_the_id_of_its_request(distribution):
    client = distribution.client("proprietaire")
    reponse = client.post(
        "/accueil/saisie/", donnees(distribution.point), headers={"X-Request-ID": "abcdef12-34"}
    )
    assert reponse["X-Request-ID"] == EntreeJournal.objects.get(objet="visite").requete == "abcdef12-34"


def test_a_malformed_request_id_is_replaced(client, db):
    assert client.get("/connexion/", headers={"X-Request-ID": "a b;c"})["X-Request-ID"].isalnum()
