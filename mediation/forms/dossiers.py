"""Forms that open, sort out and change a case."""

import uuid
from functools import cache
from typing import Any

from crispy_forms.layout import HTML
from django import forms

from accueil.models import Demande, Partenaire, PointAccueil, Theme, Utilisateur
from accueil.registres import CHOIX as REGISTRES
from mediation.dossiers import Ouverture
from mediation.equipe import en_poste
from mediation.forms.champs import ChampCle, ChampLigne, ChampVersion
from mediation.models import Dossier, Redirection
from mediation.redirections import Reorientation
from pimms.socle.formulaires import Formulaire, ligne

OBJET_MAX = 200  # characters
QUESTION = (
    "Une médiation pénale, familiale, de la consommation ou du travail est-elle engagée ou demandée\u202f?"
)

# Beside the list of registers: what each covers, with examples.
AIDE_REGISTRES = HTML("{% load registres %}{% aide_registres %}")


class ChampForm(Formulaire):
    """The scope question, asked before anything else."""

    champ = forms.ChoiceField(
        label=QUESTION,
        choices=[("dans", "Non"), ("hors", "Oui")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["champ"].error_messages["required"] = "Répondez d’abord à cette question."


def choix_partenaire(champ: Any, point: PointAccueil, garde: int | None = None) -> None:
    """Offer the partners that the point may choose, and the one that the case already names."""
    choix = Partenaire.objects.utilisables(point.association_id)
    champ.queryset = choix | Partenaire.objects.filter(pk=garde) if garde else choix


def lire_une_fois(*champs: Any) -> None:
    """Fields that offer the same rows read them once in all, each under its own empty label.

    A single one too: Django reads a list that begins with a row twice, to know whether it is empty.
    """
    source = champs[0].choices
    lignes = cache(lambda: [choix for choix in source if choix[0]])
    for champ in champs:
        vide = [("", champ.empty_label)] if champ.empty_label else []
        champ.choices = lambda vide=vide: [*vide, *lignes()]


class DossierForm(Formulaire):
    """What a case is about. The register is chosen once: retagging has a page of its own."""

    objet = ChampLigne(
        label="de quoi s’agit-il", max_length=OBJET_MAX, help_text="Lu par l’équipe du point seulement."
    )
    registre = forms.TypedChoiceField(
        label="registre d’intervention", choices=[("", "Choisir"), *REGISTRES], coerce=int
    )
    theme = forms.ModelChoiceField(Theme.objects.none(), label="thème")
    partenaire = forms.ModelChoiceField(
        Partenaire.objects.none(), required=False, label="partenaire concerné", empty_label="Aucun"
    )
    institution = ChampLigne(
        required=False,
        label="autre institution concernée",
        help_text="Si elle n’est pas dans la liste des partenaires.",
    )
    urgence = forms.ChoiceField(choices=Dossier.Urgence.choices, initial=Dossier.Urgence.NORMALE)
    origine = forms.ChoiceField(
        label="qui le demande", choices=Dossier.Origine.choices, initial=Dossier.Origine.PERSONNE
    )
    mediateur = forms.ModelChoiceField(Utilisateur.objects.none(), label="médiateur chargé du dossier")

    def __init__(self, *args, point: PointAccueil, dossier: Dossier | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        jour = point.aujourdhui()
        champs["theme"].queryset = Theme.objects.utilisables(jour)
        choix_partenaire(champs["partenaire"], point, dossier.partenaire_id if dossier else None)
        if dossier:
            champs["theme"].queryset |= Theme.objects.filter(pk=dossier.theme_id)
            del champs["mediateur"], champs["registre"]
        else:
            champs["mediateur"].queryset = en_poste(point)
            champs["mediateur"].empty_label = None
            lire_une_fois(champs["mediateur"])
        presents = [c for c in ("registre", "theme") if c in champs]
        qui = [c for c in ("origine", "mediateur") if c in champs]
        self.helper.layout.fields[:] = [
            "objet",
            *([ligne(*presents), AIDE_REGISTRES] if len(presents) > 1 else presents),
            ligne("partenaire", "institution"),
            ligne("urgence", *qui),
        ]

    def ouverture(self, cle: uuid.UUID, demande: Demande | None) -> Ouverture:
        c = self.cleaned_data
        return Ouverture(cle=cle, demande=demande, **c)


class ModifierForm(DossierForm):
    """The same case, changed: `version` is the one that this person saw."""

    version = ChampVersion()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout.fields.append("version")


class ReorientationForm(Formulaire):
    """Towards whom someone goes whose request is out of scope."""

    domaine = forms.ChoiceField(label="de quelle médiation s’agit-il", choices=[])
    partenaire = forms.ModelChoiceField(
        Partenaire.objects.none(), required=False, label="vers un partenaire", empty_label="Aucun de la liste"
    )
    vers = ChampLigne(
        required=False,
        label="ou vers quel interlocuteur",
        help_text="Un service ou une fonction, jamais un particulier\u202f: "
        "« Maison de justice et du droit », « Médiateur de l’énergie ».",
    )

    def __init__(self, *args, point: PointAccueil, **kwargs):
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        champs["domaine"].choices = [("", "Choisir"), *Redirection.Domaine.choices]
        choix_partenaire(champs["partenaire"], point)
        self.helper.layout.fields[:] = ["domaine", ligne("partenaire", "vers")]

    def clean(self):
        super().clean()
        c = self.cleaned_data
        if "vers" not in self.errors and not (c.get("partenaire") or c.get("vers")):
            self.add_error("vers", "Dites vers qui la personne est réorientée.")
        return c

    def reorientation(self, cle: uuid.UUID, demande: Demande | None = None) -> Reorientation:
        c = self.cleaned_data
        return Reorientation(cle, c["domaine"], c["partenaire"], c["vers"], demande)


class CleForm(forms.Form):
    """The key of one sending, and the request that it is about."""

    cle = ChampCle()
    demande = forms.IntegerField(required=False, widget=forms.HiddenInput)
