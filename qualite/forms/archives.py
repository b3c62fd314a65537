"""Asking for the archive of everything an association owns."""

from django import forms

from accueil.models import Association, Utilisateur
from pimms.socle.formulaires import Formulaire
from qualite.models import MotifArchive


class ArchiveForm(Formulaire):
    """Which association, and why: both are told to those who look after its points."""

    association = forms.ModelChoiceField(queryset=Association.objects.none(), empty_label=None)
    motif = forms.ChoiceField(label="Pourquoi", choices=[("", "Choisir"), *MotifArchive.choices])

    def __init__(self, *args, utilisateur: Utilisateur, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        siennes = Association.objects.filter(pk__in=utilisateur.portee.associations).order_by("nom_tri")
        self.fields["association"].queryset = siennes  # type: ignore[attr-defined]
