"""Searching what is held about a person, and choosing what is erased of it."""

from django import forms

from pimms.socle.formulaires import Base


class NomForm(Base, forms.Form):
    """The exact name, sent by POST: a name is written in no address and in no log."""

    nom = forms.CharField(
        label="Nom exact de la personne",
        max_length=120,
        help_text="Majuscules, accents et ordre des mots ne comptent pas.",
        error_messages={"required": "Écrivez un nom."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class OublierForm(Base, forms.Form):
    """How far the erasure goes."""

    PERSONNE, DOSSIER = "personne", "dossier"

    etendue = forms.ChoiceField(
        label="Ce qui est effacé",
        choices=[
            (PERSONNE, "La personne\u202f: son nom, ses coordonnées, ses engagements, ses documents"),
            (DOSSIER, "Le dossier entier\u202f: il est anonymisé, pour toutes les parties"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites ce qui est effacé."},
    )
