"""Forms of corrective actions: opening, changing, handing over, a due date, a move; the board's filter."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q, QuerySet

from accueil.models import PointAccueil, Utilisateur
from mediation.textes import refuser_secret
from pimms.socle.formulaires import AvecVersion, ChampDate, Formulaire, ligne
from pimms.socle.textes import refuser_nir
from pimms.socle.versions import remplacer
from qualite.actions import Fiche, Ouverture
from qualite.etats_action import EtatAction, Transition
from qualite.forms.charte import ChampCle
from qualite.models import ActionCorrective, Exigence, Niveau, Provenance
from qualite.models.actions import MOTIF_MAX, TEXTE_MAX
from qualite.pages_actions import Rang, les_miennes
from qualite.preuves import Objet

SANS_NOM = "N’y nommez aucune personne reçue\u202f: l’union lit ce texte."
RESTE = "Ce texte reste tel quel\u202f: n’y nommez personne."


def texte(label: str, aide: str = "", *, required: bool = False, rangs: int = 3, longueur: int = TEXTE_MAX):
    """Free text of an action; what none may hold is refused by its field."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=longueur,
        help_text=aide,
        validators=[refuser_nir, refuser_secret],
        widget=forms.Textarea(attrs={"rows": rangs}) if rangs else forms.TextInput(),
        error_messages={"max_length": f"{longueur} caractères au plus (ici %(show_value)d)."},
    )


class PersonneField(forms.ModelChoiceField):
    """A person of the team, the direction or the union."""

    def __init__(self, label: str, **options):
        super().__init__(Utilisateur.objects.none(), label=label, **options)


class FicheForm(Formulaire):
    """What is written of an action."""

    titre = texte("intitulé", "Court, sans nom de personne.", required=True, rangs=0, longueur=120)
    description = texte("ce qui ne va pas", f"Les faits. {SANS_NOM}", required=True)
    cause = texte("cause", "Pourquoi c’est arrivé. À dire avant de réaliser l’action.")
    correction = texte("correction", "Ce qui a été fait tout de suite.", rangs=2)
    mesure = texte(
        "action corrective", "Ce qui est fait pour que cela ne revienne pas. À dire avant de la réaliser."
    )

    def fiche(self) -> Fiche:
        """The checked texts; call it only when `is_valid()`."""
        c = self.cleaned_data
        return Fiche(c["titre"], c["description"], c["cause"], c["correction"], c["mesure"])


class OuvrirForm(FicheForm):
    """A new action for a subject already chosen."""

    cle = ChampCle()
    objet = forms.CharField(widget=forms.HiddenInput())
    provenance = forms.ChoiceField(label="D’où elle vient", choices=Provenance.choices)
    exigence = forms.ChoiceField(label="exigence", required=False)
    pilote = PersonneField("pilote", help_text="Qui la mène. Quelqu’un d’autre en vérifiera l’effet.")
    echeance = ChampDate(label="échéance", help_text="Le jour où elle doit être close, effet vérifié.")

    def __init__(
        self, *args, objet: Objet, pilotes: QuerySet[Utilisateur], exigences: Sequence[Exigence], **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.pour, self.exigences = objet, {e.code: e for e in exigences}
        champs: Any = self.fields
        champs["pilote"].queryset = pilotes
        champs["exigence"].choices = [("", "Aucune en particulier"), *((e.code, str(e)) for e in exigences)]
        self.helper.layout = Layout(
            "cle",
            "objet",
            ligne("provenance", "exigence"),
            "titre",
            "description",
            ligne("pilote", "echeance"),
            "correction",
            "cause",
            "mesure",
        )

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        if "cle" in self.errors:
            self.add_error(None, self.errors["cle"].data)
            remplacer(self, "cle", str(uuid.uuid4()))
        return donnees

    def ouverture(self) -> Ouverture:
        """The action as filled in; call it only when `is_valid()`."""
        c = self.cleaned_data
        return Ouverture(
            cle=c["cle"],
            objet=self.pour,
            provenance=c["provenance"],
            fiche=self.fiche(),
            pilote=c["pilote"],
            echeance=c["echeance"],
            exigence=self.exigences.get(c["exigence"]),
        )


class ModifierForm(AvecVersion, FicheForm):
    """The texts of an action that exists."""


def initial_de(action: ActionCorrective) -> dict[str, Any]:
    """Values of the form that stand for a recorded action."""
    noms = ("titre", "description", "cause", "correction", "mesure", "version")
    return {nom: getattr(action, nom) for nom in noms}


class ConfierForm(AvecVersion):
    """Who owns the action, who is asked to verify it."""

    pilote = PersonneField("pilote")
    verificateur = PersonneField(
        "vérification demandée à",
        required=False,
        empty_label="Qui le peut",
        help_text="Cette personne sera prévenue quand l’action sera réalisée.",
    )

    def __init__(
        self,
        *args,
        pilotes: QuerySet[Utilisateur],
        verificateurs: QuerySet[Utilisateur],
        fige: bool,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        champs["pilote"].queryset, champs["verificateur"].queryset = pilotes, verificateurs
        if fige:
            champs["pilote"].disabled = True
            champs["pilote"].help_text = "Le pilote ne change plus une fois l’action réalisée."


class ReporterForm(AvecVersion):
    """Another due date, and why."""

    echeance = ChampDate(label="nouvelle échéance")
    motif = texte("pourquoi", RESTE, required=True, rangs=2, longueur=MOTIF_MAX)


JOURS = {EtatAction.REALISEE: "réalisée le"}
MOTIFS = {
    EtatAction.EFFICACE: ("ce que vous constatez", f"Ce que vous avez regardé, ce qui a changé. {RESTE}"),
    EtatAction.INEFFICACE: ("ce que vous constatez", f"Ce que vous avez regardé, ce qui manque. {RESTE}"),
}


class EtatForm(AvecVersion):
    """What is due for one move: a day, words, another due date."""

    jour = ChampDate()
    motif = texte("pourquoi", RESTE, required=True, longueur=MOTIF_MAX)
    echeance = ChampDate(label="nouvelle échéance")

    def __init__(self, *args, transition: Transition, action: ActionCorrective, **kwargs):
        aujourdhui = action.aujourdhui()
        kwargs["initial"] = {"version": action.version, "jour": aujourdhui}
        super().__init__(*args, **kwargs)
        vers = transition.vers
        if transition.jour:
            self.fields["jour"].label = JOURS.get(vers, "vérifiée le").capitalize()
        else:
            del self.fields["jour"]
        if not transition.motif:
            del self.fields["motif"]
        elif vers in MOTIFS:
            self.fields["motif"].label, self.fields["motif"].help_text = MOTIFS[vers]
            self.fields["motif"].label = self.fields["motif"].label.capitalize()
        if not (transition.revient and action.echeance < aujourdhui):
            del self.fields["echeance"]
        self.helper.layout = Layout(*self.fields)


class FiltreForm(forms.Form):
    """What the board and the list are narrowed to. Unknown values are left aside."""

    vue = forms.ChoiceField(
        label="Actions",
        required=False,
        choices=[
            ("", "Toutes"),
            ("miennes", "Les miennes"),
            (Niveau.POINT.value, "Des points"),
            (Niveau.ASSOCIATION.value, "Des associations"),
            (Niveau.RESEAU.value, "Du réseau"),
        ],
    )
    association = forms.ChoiceField(label="Association", required=False)
    point = forms.ChoiceField(label="Point", required=False)
    rang = forms.ChoiceField(
        label="Où elles en sont", required=False, choices=[("", "Toutes"), *Rang.choices]
    )

    def __init__(self, data: Mapping, *, points: Sequence[PointAccueil], rangs: bool) -> None:
        super().__init__(data)
        champs: Any = self.fields
        associations = {p.association_id: p.association for p in points}
        if len(associations) > 1:
            ordre = sorted(associations.values(), key=lambda a: a.nom_tri)
            champs["association"].choices = [("", "Toutes"), *((str(a.pk), a.nom) for a in ordre)]
        else:
            del champs["association"]
        champs["point"].choices = [("", "Tous"), *((p.code, p.nom) for p in points)]
        if len(points) < 2:  # a finding's link names it all the same
            champs["point"].widget = forms.HiddenInput()
        if not rangs:
            del champs["rang"]
        self.is_valid()

    @property
    def rang_choisi(self) -> str:
        return self.cleaned_data.get("rang", "")

    @property
    def filtre(self) -> bool:
        return any(self.cleaned_data.values())

    def parametres(self) -> dict[str, str]:
        """What the address says of this filter."""
        return {c: v for c, v in self.cleaned_data.items() if v}

    def restreindre(self, actions: QuerySet[Any], utilisateur: Utilisateur) -> QuerySet[Any]:
        c = self.cleaned_data
        if c.get("vue") == "miennes":
            actions = actions.filter(les_miennes(utilisateur))
        elif c.get("vue"):
            actions = actions.filter(niveau=c["vue"])
        if c.get("association"):
            actions = actions.filter(Q(association=c["association"]) | Q(point__association=c["association"]))
        if c.get("point"):
            actions = actions.filter(point__code=c["point"])
        return actions.filter(rang=self.rang_choisi) if self.rang_choisi else actions
