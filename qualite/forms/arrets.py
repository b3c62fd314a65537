"""The form that closes an evaluation."""

import uuid

from django import forms

from pimms.socle.formulaires import Formulaire
from pimms.socle.textes import refuser_nir


class ArretForm(Formulaire):
    """What the closed evaluation is called."""

    cle = forms.UUIDField(widget=forms.HiddenInput)
    titre = forms.CharField(
        max_length=120,
        validators=[refuser_nir],
        help_text="Par exemple\u202f: auto-évaluation avant l’audit de mi-cycle.",
    )

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("initial", {"cle": uuid.uuid4()})
        super().__init__(*args, **kwargs)
