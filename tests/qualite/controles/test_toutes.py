"""What holds of every rule, whichever it is: a table a rule, nothing noted never passes, first months."""

from pathlib import Path

import pytest

from qualite.controles import REGLES, juger
from qualite.faits import FaitsAssociation, FaitsPoint, FaitsReseau
from qualite.models import Referentiel
from tests.qualite.controles.table import EN_SERVICE, JOUR, NOUVEAU, SEUILS

ICI = Path(__file__).parent
NON_DEMONTRE = {"a_traiter", "preuve_manquante", "sans_objet", "non_evalue"}
# In test_associations.py, test_saisines.py and test_sur_preuve.py.
A_PART = {"MEO-5", "ORG-7", "MEO-6", "DEO-4", "ORG-8", "SUI-7"}


@pytest.fixture
def exigences(db):
    return list(Referentiel.objects.get(code="xp-x60-600-2016").exigences.all())


def _faits(niveau: str, depuis):
    if niveau == "reseau":
        return FaitsReseau(JOUR)
    return FaitsAssociation(JOUR) if niveau == "association" else FaitsPoint(JOUR, depuis)


@pytest.mark.parametrize("code", sorted(set(REGLES) - A_PART))
def test_each_rule_has_its_table(code):
    texte = (ICI / f"test_{code.lower().replace('-', '_')}.py").read_text()
    assert "pytest.mark.parametrize" in texte


def test_nothing_noted_never_passes(exigences):
    for exigence in exigences:
        for niveau in exigence.niveaux:
            resultat = juger(exigence, _faits(niveau, EN_SERVICE), SEUILS)
            assert resultat.verdict in NON_DEMONTRE, (exigence.code, niveau)
            assert resultat.phrase


def test_no_rule_gives_a_verdict_on_a_point_of_the_first_months(exigences):
    for exigence in exigences:
        if "point" in exigence.niveaux and not exigence.sans_verdict:
            assert juger(exigence, _faits("point", NOUVEAU), SEUILS).verdict == "non_evalue", exigence.code
