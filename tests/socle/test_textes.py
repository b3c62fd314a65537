"""Social security numbers are refused, other numbers pass; French names sort without accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pimms.socle.textes import cle_tri, contient_nir


def nir(sexe=1, annee=84, mois=5, departement="69", commune=123, ordre=456, espaces=False) -> str:
    """A NIR with its key, computed as INSEE says (2A as 19, 2B as 18)."""
    corps = f"{sexe}{annee:02}{mois:02}{departement}{commune:03}{ordre:03}"
    cle = 97 - int(corps.replace("2A", "19").replace("2B", "18")) % 97
    if espaces:
        corps = f"{sexe} {annee:02} {mois:02} {departement} {commune:03} {ordre:03}"
        return f"{corps} {cle:02}"
    return f"{corps}{cle:02}"


corps_valides = {
    "sexe": st.sampled_from([1, 2]),
    "annee": st.integers(0, 99),
    "mois": st.integers(1, 12),
    "departement": st.sampled_from(["01", "13", "69", "75", "95", "97", "99", "2A", "2B"]),
    "commune": st.integers(1, 999),
    "ordre": st.integers(1, 999),
    "espaces": st.booleans(),
}


@given(**corps_valides)
def test_every_nir_with_its_key_is_seen(**parties):
    assert contient_nir(f"Madame dit : {nir(**parties)}, merci")


@given(st.integers(1, 96), st.builds(nir, **{c: s for c, s in corps_valides.items() if c != "espaces"}))
def test_fifteen_digits_with_a_wrong_key_pass(ecart, numero):
    cle = (int(numero[-2:]) + ecart - 1) % 97 + 1
    if cle != int(numero[-2:]):
        assert not contient_nir(f"{numero[:-2]}{cle:02}")


@pytest.mark.parametrize(
    "texte",
    ["PDL 19384756201938", "SIRET 12345678901234", "06 12 34 56 78", "dossier 2026-11-23", "", "1 84 05"],
)
def test_other_numbers_pass(texte):
    assert not contient_nir(texte)


def test_corsica_counts_in_both_cases():
    assert contient_nir(nir(departement="2A"))
    assert contient_nir(nir(departement="2B").lower())


def test_thirteen_digits_without_the_key_are_seen():
    assert contient_nir("1 84 05 69 123 456")


@given(st.text())
def test_the_check_never_fails_on_any_text(texte):
    contient_nir(texte)


@pytest.mark.parametrize(
    ("nom", "cle"),
    [("Éléonore", "eleonore"), ("Cœur d’Île", "coeur d ile"), ("  SAINT-Étienne ", "saint etienne")],
)
def test_names_sort_without_accents_or_case(nom, cle):
    assert cle_tri(nom) == cle
