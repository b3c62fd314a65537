"""The public script says what the application's rules say, on facts of all sorts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as reglages
from hypothesis import strategies as st

from qualite.controles import REGLES, juger
from qualite.etat_preuve import Version
from qualite.faits import FaitsAssociation, FaitsPoint, FaitsReseau, PreuveLue
from qualite.faits_personnel import FaitsPersonnel
from qualite.models import Exigence, valeurs_au
from qualite.models.referentiel import Referentiel
from qualite.rapports.constats import decrire, en_json
from tests.scripts import script

JOUR = date(2026, 11, 20)
DANS_LE_DELAI = date(2026, 6, 30)  # of the yearly account


SCRIPT = script("refaire_les_constats")
petit = st.integers(0, 5)
EVENEMENTS = ["refus", "levee", "alteration", "integrite", "retrait", "effacement"]
versions = st.builds(
    Version,
    numero=st.integers(1, 3),
    debut=st.dates(JOUR - timedelta(days=800), JOUR + timedelta(days=20)),
    fin=st.none() | st.dates(JOUR - timedelta(days=20), JOUR + timedelta(days=20)),
    evenements=st.lists(st.sampled_from(EVENEMENTS), max_size=2).map(tuple),
)
preuves = st.dictionaries(
    st.sampled_from(["CAD-3", "CAD-4", "DEO-2", "DEO-4", "ORG-8", "SUI-1", "SUI-3"]),
    st.builds(PreuveLue, st.just("association"), st.lists(versions, min_size=1, max_size=2).map(tuple)).map(
        lambda p: (p,)
    ),
)
ANNEES = st.sampled_from([0, 2024, 2025, 2026])
REGISTRES = st.tuples(*[petit] * 8)
PERSONNEL = st.builds(FaitsPersonnel, **dict.fromkeys(FaitsPersonnel.__dataclass_fields__, petit))


def _faits(classe, **autres):
    """Facts of a kind whose every number is drawn."""
    champs = {
        nom: st.booleans() if champ.type is bool else petit
        for nom, champ in classe.__dataclass_fields__.items()
        if champ.type in (int, bool)
    }
    jours = st.sampled_from([JOUR, DANS_LE_DELAI])
    return st.builds(classe, jour=jours, registres=REGISTRES, preuves=preuves, **champs | autres)


FAITS = {
    "point": _faits(
        FaitsPoint,
        depuis=st.none() | st.dates(JOUR - timedelta(days=400), JOUR),
        ouvertures=st.none() | petit,
        ouvertures_muettes=st.lists(st.just(JOUR), max_size=3).map(tuple),
        personnel=PERSONNEL,
    ),
    "association": _faits(FaitsAssociation, personnel=PERSONNEL, bilan_annee=ANNEES),
    "reseau": _faits(FaitsReseau),
}


@pytest.fixture
def exigences(db) -> tuple[list[Exigence], dict[str, int]]:
    referentiel = Referentiel.objects.get(code="xp-x60-600-2016")
    return list(Exigence.objects.filter(referentiel=referentiel)), valeurs_au(referentiel, JOUR)


@pytest.fixture
def verifier(exigences):
    """Compare both for each requirement of a level."""
    lignes, seuils = exigences

    def comparer(niveau: str, faits) -> None:
        for exigence in lignes:
            for demande in exigence.niveaux:
                if niveau != ("point" if demande == "personne" else demande):
                    continue
                resultat = juger(exigence, faits, seuils)
                constat = decrire(exigence, demande, resultat)
                refait = SCRIPT.refaire(constat, {niveau: en_json(faits)}, seuils)
                assert refait == str(resultat.verdict), (exigence.code, resultat.phrase)

    return comparer


@pytest.mark.parametrize("niveau", FAITS)
def test_the_script_and_the_rules_agree(verifier, niveau):
    @reglages(max_examples=60, deadline=None, derandomize=True)
    @given(FAITS[niveau])
    def jouer(faits):
        verifier(niveau, faits)

    jouer()


def test_the_script_knows_every_rule():
    assert set(SCRIPT.REGLES) == set(REGLES)
