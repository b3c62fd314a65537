"""The form of a good practice."""

from collections.abc import Sequence
from typing import Any

from django import forms

from pimms.socle.formulaires import Formulaire
from qualite.forms.actions import texte
from qualite.forms.charte import ChampCle
from qualite.models import Exigence
from qualite.pratiques import Texte


class PratiqueForm(Formulaire):
    """What every point will read."""

    cle = ChampCle()
    titre = texte("intitulé", required=True, rangs=0, longueur=120)
    texte = texte(
        "ce qui a marché",
        "Court\u202f: la situation, ce qui a été fait, l’effet. Tous les points le liront\u202f: aucun nom.",
        required=True,
        rangs=6,
    )
    exigence = forms.ChoiceField(label="exigence", required=False)

    field_order = ("cle", "titre", "texte", "exigence")

    def __init__(self, *args, exigences: Sequence[Exigence], **kwargs):
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        champs["exigence"].choices = [("", "Aucune en particulier"), *((e.code, str(e)) for e in exigences)]

    def contenu(self) -> Texte:
        """The checked text; call it only when `is_valid()`."""
        c = self.cleaned_data
        return Texte(c["titre"], c["texte"], c["exigence"])
