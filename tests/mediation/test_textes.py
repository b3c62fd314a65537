"""No free text of a case holds a social security number or a password; other numbers pass."""

import pytest
from django.core.exceptions import ValidationError

from mediation.forms.champs import ChampTexte
from mediation.textes import refuser_secret


@pytest.mark.parametrize(
    "texte",
    [
        "son mot de passe est Soleil12",
        "MDP : abc",
        "code secret = 1234",
        "Le code d’accès: 44B",
        "password: x",
    ],
)
def test_a_password_is_refused(texte):
    with pytest.raises(ValidationError, match="Aucun ne doit être conservé"):
        refuser_secret(texte)


@pytest.mark.parametrize(
    "texte", ["Elle a perdu son mot de passe.", "Le code postal est 69007", "Code du travail : voir", ""]
)
def test_speaking_of_one_is_not_giving_it(texte):
    refuser_secret(texte)


def test_a_social_security_number_is_refused_in_any_text_of_a_case():
    with pytest.raises(ValidationError, match="sécurité sociale"):
        ChampTexte().clean("Son numéro : 2 69 05 49 588 157 80")
    assert ChampTexte().clean("PDL 12345678901234") == "PDL 12345678901234"
