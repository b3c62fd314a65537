"""SUI-7, by table: a dated document stands for what is not recorded here."""

from datetime import date, timedelta

import pytest

from qualite.controles import juger
from qualite.etat_preuve import Version
from qualite.faits import FaitsReseau, PreuveLue
from qualite.models import Exigence
from tests.qualite.controles.table import JOUR, SEUILS

UN_JOUR = timedelta(days=1)


def _preuve(debut, fin=None, *natures, niveau="association"):
    return (PreuveLue(niveau, (Version(1, debut, fin, natures),)),)


def _sui_7(preuves, audits=0):
    demandee = Exigence(code="SUI-7", verification=["auto"])
    faits = FaitsReseau(JOUR, audits_internes=audits, preuves={"SUI-7": preuves})
    return juger(demandee, faits, SEUILS)


@pytest.mark.parametrize(
    ("preuves", "attendu"),
    [
        (_preuve(date(2026, 1, 1), JOUR, niveau="reseau"), "atteint"),
        (_preuve(date(2026, 1, 1), JOUR - UN_JOUR, niveau="reseau"), "preuve_manquante"),
        (_preuve(JOUR + UN_JOUR, niveau="reseau"), "preuve_manquante"),
        ((), "preuve_manquante"),
    ],
)
def test_an_internal_audit_is_proved_by_a_document_in_force(preuves, attendu):
    assert _sui_7(preuves).verdict == attendu


@pytest.mark.parametrize("preuves", [(), _preuve(date(2026, 1, 1), niveau="reseau")])
def test_an_audit_closed_here_needs_no_document(preuves):
    resultat = _sui_7(preuves, audits=2)
    assert (resultat.verdict, resultat.phrase) == ("atteint", "2\xa0audits blancs clos sur la période")


def test_a_new_version_s_code_keeps_it():
    nouvelle = Exigence(code="9.1", ancien_code="SUI-7", verification=["auto"])
    faits = FaitsReseau(JOUR, preuves={"9.1": _preuve(date(2026, 1, 1), niveau="reseau")})
    assert juger(nouvelle, faits, SEUILS).verdict == "atteint"
