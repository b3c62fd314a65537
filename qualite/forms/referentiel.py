"""Forms of the référentiel: a number decided, a version applied."""

from typing import Any

from django import forms
from django.utils import timezone

from pimms.socle.formulaires import ChampDate, Formulaire
from pimms.socle.textes import refuser_nir
from qualite.models import Parametre, Referentiel


class ValeurForm(Formulaire):
    """A decision about a parameter: value, first day, reason."""

    valeur = forms.IntegerField()
    debut = ChampDate(label="à partir du")
    motif = forms.CharField(
        max_length=300,
        validators=[refuser_nir],
        help_text="Pourquoi ce changement : les rapports le citeront.",
    )

    def __init__(self, *args, parametre: Parametre, **kwargs):
        kwargs.setdefault("initial", {"debut": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.fields["valeur"].label = f"nouvelle valeur, en {parametre.unite}"
        self.fields["valeur"].help_text = f"Entre {parametre.minimum} et {parametre.maximum}."


class ApplicationForm(Formulaire):
    """Which version applies from which day on."""

    referentiel = forms.ModelChoiceField(Referentiel.objects.none(), label="version", empty_label="Choisir")
    debut = ChampDate(label="à partir du")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["referentiel"]
        champ.queryset = Referentiel.objects.all()
