"""The form that takes a requirement away from a subject."""

from django import forms

from pimms.socle.formulaires import Formulaire
from pimms.socle.textes import refuser_nir


class SansObjetForm(Formulaire):
    """Why a requirement has no object here."""

    motif = forms.CharField(
        label="Pourquoi",
        max_length=200,
        validators=[refuser_nir],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Qui lit ce point le lira, et les évaluations le garderont\u202f: n’y nommez personne.",
    )
