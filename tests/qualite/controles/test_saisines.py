"""MEO-6, DEO-4 and ORG-8, which look at what associations were told, by table."""

import pytest

from qualite.controles import juger
from qualite.etat_preuve import Version
from qualite.faits import FaitsAssociation, PreuveLue
from qualite.models import Exigence
from tests.qualite.controles.table import EN_SERVICE, JOUR, SEUILS

DOCUMENT = PreuveLue("association", (Version(1, EN_SERVICE, None),))


def _juger(code, verifications, document=False, **faits):
    preuves = {code: (DOCUMENT,)} if document else {}
    exigence = Exigence(code=code, verification=list(verifications), niveaux=["association"])
    return juger(exigence, FaitsAssociation(JOUR, preuves=preuves, **faits), SEUILS)


@pytest.mark.parametrize(
    ("recues", "en_retard", "attendu", "dite"),
    [
        (4, 0, "atteint", "4 sur 4\xa0réclamations dans le délai"),
        (4, 1, "a_traiter", "3 sur 4\xa0réclamations dans le délai"),
        (1, 1, "a_traiter", "0 sur 1\xa0réclamation dans le délai"),
        (0, 0, "sans_objet", "Aucune réclamation sur la période."),
    ],
)
def test_complaints_are_answered_in_time(recues, en_retard, attendu, dite):
    resultat = _juger("MEO-6", ["auto"], reclamations=recues, reclamations_en_retard=en_retard)
    assert (resultat.verdict, resultat.phrase) == (attendu, dite)


@pytest.mark.parametrize(
    ("recues", "en_retard", "document", "attendu"),
    [
        (3, 0, True, "atteint"),
        (3, 1, True, "a_traiter"),
        (3, 0, False, "preuve_manquante"),
        (3, 1, False, "a_traiter"),
        (0, 0, True, "atteint"),
        (0, 0, False, "preuve_manquante"),
    ],
)
def test_persons_are_informed_by_a_document_and_answered_in_time(recues, en_retard, document, attendu):
    faits = {"demandes_droits": recues, "demandes_droits_en_retard": en_retard}
    assert _juger("DEO-4", ["auto", "doc"], document, **faits).verdict == attendu


@pytest.mark.parametrize(
    ("incidents", "sans_suite", "document", "attendu"),
    [
        (5, 0, True, "atteint"),
        (5, 1, True, "a_traiter"),
        (5, 0, False, "preuve_manquante"),
        (0, 0, True, "atteint"),
        (0, 0, False, "preuve_manquante"),
    ],
)
def test_safety_is_organised_by_a_document_and_incidents_are_seen_to(
    incidents, sans_suite, document, attendu
):
    faits = {"incidents": incidents, "incidents_sans_suite": sans_suite}
    assert _juger("ORG-8", ["auto", "doc"], document, **faits).verdict == attendu


def test_what_waits_is_what_the_link_shows():
    resultat = _juger("ORG-8", ["auto"], incidents=5, incidents_sans_suite=2)
    assert resultat.phrase == "2 sur 5\xa0incidents sans suite"
    assert resultat.lien.filtre == (("vue", "a_suivre"),)
