"""DEO-3, by table: who read identities, and the document."""

import pytest

from qualite.etat_preuve import Version
from qualite.faits import PreuveLue
from tests.qualite.controles.table import EN_SERVICE, NOUVEAU, phrase, verdict

DOCUMENT = {"DEO-3": (PreuveLue("point", (Version(1, EN_SERVICE, None),)),)}


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"acces_identites": 40, "acces_en_poste": 40}, "atteint"),
        ({"acces_identites": 40, "acces_en_poste": 39}, "a_traiter"),
        ({}, "sans_objet"),
    ],
)
def test_the_verdict_follows_the_facts(faits, attendu):
    assert verdict("DEO-3", **faits) == attendu


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        ({"acces_identites": 1, "acces_en_poste": 1}, "preuve_manquante"),
        ({"acces_identites": 1, "acces_en_poste": 1, "preuves": DOCUMENT}, "atteint"),
        ({"acces_identites": 1, "preuves": DOCUMENT}, "a_traiter"),
        ({"preuves": DOCUMENT}, "atteint"),
        ({}, "preuve_manquante"),
    ],
)
def test_the_document_is_due_too(faits, attendu):
    assert verdict("DEO-3", "auto", "doc", **faits) == attendu


def test_a_new_point_keeps_its_figures_without_a_verdict():
    faits = {"depuis": NOUVEAU, "acces_identites": 1}
    assert verdict("DEO-3", **faits) == "non_evalue"
    assert phrase("DEO-3", **faits).startswith("en démarrage jusqu’au 01/03/2027")


def test_it_says_how_many_accesses_were_by_people_in_post():
    assert phrase("DEO-3", acces_identites=40, acces_en_poste=39).startswith("39 sur 40\xa0accès")
