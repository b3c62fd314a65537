"""Searching what is held about a person, setting it right, and choosing what is erased of it."""

from django import forms

from mediation.forms.champs import ChampLigne, ChampTexte, ChampVersion
from mediation.forms.parties import TEXTES
from pimms.socle.formulaires import Base, Formulaire, ligne


class NomForm(Base, forms.Form):
    """The exact name, sent by POST: a name is written in no address and in no log."""

    nom = forms.CharField(
        label="Nom exact de la personne",
        max_length=120,
        help_text="Majuscules, accents et ordre des mots ne comptent pas.",
        error_messages={"required": "Écrivez un nom."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class RectifierForm(Formulaire):
    """Who a party is and how to reach them, nothing else of the case."""

    version = ChampVersion()
    nom = ChampLigne(label="Nom", error_messages={"required": "Dites qui est cette partie."})
    telephone = ChampLigne(label="Téléphone", required=False, max_length=40)
    courriel = ChampLigne(label="Adresse électronique", required=False, max_length=200)
    adresse = ChampLigne(label="Adresse", required=False, max_length=200)
    remarque = ChampTexte(label="Remarque", required=False, rows=2, max_length=500)

    def __init__(self, *args, nomme: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nom"].required = nomme
        self.helper.layout.fields[:] = [
            "version",
            "nom",
            ligne("telephone", "courriel"),
            "adresse",
            "remarque",
        ]

    def textes(self) -> dict[str, str]:
        return {nom: self.cleaned_data[nom] for nom in TEXTES}


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
