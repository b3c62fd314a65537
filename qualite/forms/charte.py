"""Forms of the charter: attesting it, publishing a version."""

import uuid

from django import forms
from django.utils import timezone

from pimms.socle.formulaires import ChampDate, Formulaire
from pimms.socle.textes import refuser_nir


class ChampCle(forms.UUIDField):
    """The browser's key of a form that creates: sent twice, it creates once."""

    def __init__(self):
        super().__init__(
            widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
            initial=uuid.uuid4,
            error_messages={
                "required": "L’identifiant de saisie manque : enregistrez de nouveau.",
                "invalid": "L’identifiant de saisie est abîmé : enregistrez de nouveau.",
            },
        )


class AttestationForm(Formulaire):
    """« J’ai lu », with the hash of the text that was on the page."""

    cle = ChampCle()
    empreinte = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput())
    lu = forms.BooleanField(label="J’ai lu la charte et je m’engage à la respecter")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lu"].error_messages["required"] = "Cochez cette case pour attester."


class CharteForm(Formulaire):
    """A version to publish."""

    cle = ChampCle()
    texte = forms.CharField(
        label="Texte",
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 24}),
        validators=[refuser_nir],
        help_text="« # » en début de ligne fait un titre, « ## » un sous-titre, « - » un point de liste.",
    )
    changements = forms.CharField(
        label="Ce qui change",
        required=False,
        max_length=300,
        validators=[refuser_nir],
        help_text="En une phrase : les médiateurs la liront avant le texte.",
    )
    en_vigueur_le = ChampDate(label="En vigueur à partir du")

    def __init__(self, *args, delai: int, **kwargs):
        kwargs.setdefault("initial", {}).setdefault("en_vigueur_le", timezone.localdate())
        super().__init__(*args, **kwargs)
        self.fields[
            "en_vigueur_le"
        ].help_text = f"Chacun aura {delai} jours à partir de ce jour pour l’attester."
