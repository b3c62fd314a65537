"""SUI-3, by table: the account of the last ended year, signed within its delay, or a dated document."""

from datetime import date

import pytest

from qualite.controles import juger
from qualite.etat_preuve import Version
from qualite.faits import FaitsAssociation, PreuveLue
from qualite.models import Exigence
from tests.qualite.controles.table import JOUR, SEUILS

DERNIER, LENDEMAIN = date(2026, 6, 30), date(2026, 7, 1)  # of the delay, and the day after it


def _juger(jour=JOUR, preuve=None, **faits):
    exigence = Exigence(code="SUI-3", verification=["auto", "doc"], periodicite=12)
    preuves = {"SUI-3": (PreuveLue("association", (preuve,)),)} if preuve else {}
    champs = {"points_annee": 1, "points_avant": 1} | faits
    return juger(exigence, FaitsAssociation(jour, preuves=preuves, **champs), SEUILS)


@pytest.mark.parametrize(
    ("jour", "faits", "attendu"),
    [
        (JOUR, {"bilan_annee": 2025}, "atteint"),
        (DERNIER, {"bilan_annee": 2024}, "atteint"),
        (LENDEMAIN, {"bilan_annee": 2024}, "preuve_manquante"),
        (DERNIER, {"bilan_annee": 2023}, "preuve_manquante"),
        (JOUR, {}, "preuve_manquante"),
        # No point was there yet: one that begins has nothing to tell.
        (JOUR, {"points_annee": 0, "points_avant": 0}, "sans_objet"),
        (DERNIER, {"points_avant": 0}, "sans_objet"),
        (LENDEMAIN, {"points_avant": 0}, "preuve_manquante"),
        # What was closed before a year, and is open again, has nothing to tell of it.
        (LENDEMAIN, {"points_annee": 0}, "sans_objet"),
        (DERNIER, {"points_avant": 0, "bilan_annee": 2025}, "atteint"),
    ],
)
def test_the_account_of_the_last_ended_year_is_signed_within_its_delay(jour, faits, attendu):
    assert _juger(jour, **faits).verdict == attendu


@pytest.mark.parametrize(
    ("preuve", "attendu"),
    [
        (Version(1, date(2025, 11, 25), None, ()), "atteint"),
        (Version(1, date(2025, 11, 24), None, ()), "preuve_manquante"),
        (Version(1, date(2026, 1, 1), None, ("refus",)), "preuve_manquante"),
    ],
)
def test_a_dated_document_stands_for_one_made_elsewhere_for_twelve_months(preuve, attendu):
    assert _juger(preuve=preuve).verdict == attendu


def test_the_way_in_is_the_very_account():
    lien = _juger(bilan_annee=2025, bilan=7).lien
    assert (lien.nom, lien.texte, lien.cle) == ("rapport", "bilan 2025", 7)


def test_what_is_missing_and_until_when_is_said():
    assert _juger().phrase == "aucun bilan d’activité 2025 signé, aucun document en vigueur"
    attente = "bilan d’activité 2024 signé, celui de 2025 est attendu le 30/06/2026"
    assert _juger(DERNIER, bilan_annee=2024).phrase == attente
