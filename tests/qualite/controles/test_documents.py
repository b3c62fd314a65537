"""« Doc » requirements, by table: in force, lapsed, refused, altered, proved by a level above."""

from datetime import date, timedelta

import pytest

from qualite.controles import juger
from qualite.etat_preuve import Version
from qualite.faits import FaitsAssociation, FaitsPoint, PreuveLue
from qualite.faits_personnel import FaitsPersonnel
from qualite.models import Exigence
from tests.qualite.controles.table import EN_SERVICE, JOUR, NOUVEAU, SEUILS

UN_JOUR = timedelta(days=1)
ANCIEN = date(2020, 1, 1)


def _exigence(*verifications, code="CAD-4", periodicite=None):
    return Exigence(code=code, verification=list(verifications or ["doc"]), periodicite=periodicite)


def _preuve(fin=None, *natures, niveau="point", debut=ANCIEN):
    return PreuveLue(niveau, (Version(1, debut, fin, natures),))


def _juger(*preuves, exigence=None, depuis=EN_SERVICE, **faits):
    exigence = exigence or _exigence()
    return juger(exigence, FaitsPoint(JOUR, depuis, preuves={exigence.code: preuves}, **faits), SEUILS)


@pytest.mark.parametrize(
    ("preuves", "attendu", "dit"),
    [
        ([_preuve()], "atteint", "document en vigueur"),
        ([_preuve(JOUR)], "atteint", "jusqu’au 24/11/2026"),
        ([_preuve(JOUR - UN_JOUR)], "preuve_manquante", "plus en vigueur"),
        ([_preuve(debut=JOUR + UN_JOUR)], "preuve_manquante", "pas encore"),
        ([_preuve(None, "refus")], "preuve_manquante", "refusé"),
        ([_preuve(None, "refus", "levee")], "atteint", "en vigueur"),
        ([_preuve(None, "alteration")], "preuve_manquante", "altéré"),
        ([_preuve(None, "effacement")], "preuve_manquante", "effacé"),
        ([_preuve(JOUR - UN_JOUR), _preuve()], "atteint", "en vigueur"),
        ([_preuve(niveau="association")], "atteint", "prouvé par l’association"),
        ([], "preuve_manquante", "aucun document"),
    ],
)
def test_a_document_in_force_is_the_proof(preuves, attendu, dit):
    resultat = _juger(*preuves)
    assert resultat.verdict == attendu
    assert dit in resultat.phrase


@pytest.mark.parametrize(
    ("debut", "attendu"),
    [(date(2025, 11, 25), "atteint"), (date(2025, 11, 24), "preuve_manquante")],
)
def test_a_yearly_document_is_worth_twelve_months(debut, attendu):
    resultat = _juger(_preuve(debut=debut), exigence=_exigence(periodicite=12))
    assert resultat.verdict == attendu


def test_a_new_point_has_no_verdict_yet():
    assert _juger(depuis=NOUVEAU).verdict == "non_evalue"


@pytest.mark.parametrize(
    ("gestes", "preuves", "attendu"),
    [
        ((4, 4), [_preuve()], "atteint"),
        ((4, 3), [_preuve()], "a_traiter"),
        ((4, 4), [], "preuve_manquante"),
        ((0, 0), [_preuve()], "atteint"),
        ((0, 0), [], "preuve_manquante"),
    ],
)
def test_both_the_figures_and_the_document_are_due(gestes, preuves, attendu):
    exigence = _exigence("auto", "doc", code="DEO-7")
    faits = {"gestes_sous_mandat": gestes[0], "gestes_mandat_valable": gestes[1]}
    assert _juger(*preuves, exigence=exigence, **faits).verdict == attendu


def test_a_document_does_not_stand_for_figures_that_no_rule_computes():
    assert _juger(_preuve(), exigence=_exigence("auto", "doc", code="XYZ-1")).verdict == "non_evalue"


def test_one_document_does_not_prove_what_is_due_for_each_person():
    exigence = _exigence(code="ORG-1")
    faits = FaitsAssociation(JOUR, preuves={"ORG-1": (_preuve(),)}, personnel=FaitsPersonnel(en_poste=2))
    assert juger(exigence, faits, SEUILS).verdict == "preuve_manquante"
