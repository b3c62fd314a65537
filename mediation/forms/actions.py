"""Forms of actions: one short plan a kind, its report, its cancelling."""

import uuid
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from accueil.champs import ChampCommune
from accueil.models import Partenaire, PointAccueil, Utilisateur
from mediation.actions import ETALEES, Nature, Plan
from mediation.calendrier import projets_en_cours
from mediation.equipe import en_poste
from mediation.forms.mise_en_page import Puces, Volet, ligne, paires, volets
from mediation.models import Action
from mediation.textes import refuser_secret
from pimms.socle.formulaires import AvecVersion, ChampDate, Formulaire
from pimms.socle.textes import refuser_nir
from pimms.socle.versions import remplacer

EXEMPLES = {
    Nature.TOURNEE: "Tournée du marché",
    Nature.PRESENCE: "Tram T2, sortie d’école",
    Nature.PERMANENCE: "Permanence à la mairie",
    Nature.CONCERTATION: "Réunion sur les travaux de la place",
    Nature.PROJET: "Jardin partagé",
    Nature.ETAPE_PROJET: "Réunion de lancement",
    Nature.ATELIER: "Lire sa facture d’énergie",
    Nature.FORMATION: "Premiers pas au numérique",
    Nature.CAMPAGNE: "Chèque énergie",
}


def texte(label: str, longueur: int, aide: str = "", **options) -> forms.CharField:
    """Free text of an action or an alert; what none may hold is refused by its field."""
    return forms.CharField(
        label=label,
        max_length=longueur,
        required=options.pop("required", False),
        help_text=aide,
        validators=[refuser_nir, refuser_secret],
        error_messages={"max_length": f"{longueur} caractères au plus (ici %(show_value)d)."},
        **options,
    )


class ChampCle(forms.UUIDField):
    """The browser's identifier of one entry: sent twice, it is recorded once."""

    def __init__(self) -> None:
        super().__init__(
            initial=uuid.uuid4,
            widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
            error_messages={
                "required": "L’identifiant de saisie manque\u202f: enregistrez de nouveau.",
                "invalid": "L’identifiant de saisie est abîmé\u202f: enregistrez de nouveau.",
            },
        )


class AvecCle(Formulaire):
    """A form that creates: its key, replaced for the next try when it is missing or broken; the code of
    its point, so that a change of point in another window moves nothing."""

    cle = ChampCle()
    point = forms.CharField(
        required=False, max_length=12, widget=forms.HiddenInput(attrs={"autocomplete": "off"})
    )

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        if "cle" in self.errors:
            self.add_error(None, self.errors["cle"].data)
            remplacer(self, "cle", str(uuid.uuid4()))
        return donnees


class PlanForm(Formulaire):
    """What is planned of an action of one kind; everything but the day is optional."""

    titre = texte("intitulé", 120, "Sans nom de personne.")
    jour = ChampDate(label="jour")
    jour_fin = ChampDate(label="jusqu’au", required=False)
    debut = forms.TimeField(label="de", required=False)
    fin = forms.TimeField(label="à", required=False)
    lieu = texte("lieu", 120)
    commune = ChampCommune(required=False)
    projet = forms.ModelChoiceField(Action.objects.none(), label="projet")
    partenaires = forms.ModelMultipleChoiceField(
        Partenaire.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    equipe = forms.ModelMultipleChoiceField(
        Utilisateur.objects.none(), label="qui y va", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, nature: str, point: PointAccueil, action: Action | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.nature, self.point_accueil = Nature(nature), point
        self._restreindre(action)
        if self.nature != Nature.ETAPE_PROJET:
            del self.fields["projet"]
        if self.nature not in ETALEES:
            del self.fields["jour_fin"]
        else:
            self.fields["jour"].label = "Du"
        self.fields["titre"].widget.attrs["placeholder"] = f"Par exemple\u202f: {EXEMPLES[self.nature]}"
        self.fields["partenaires"].label, self.fields["equipe"].label = "Partenaires", "Qui y va"
        avec_partenaire = self.nature in (Nature.PERMANENCE, Nature.CONCERTATION)
        jours = ligne("jour", "jour_fin") if self.nature in ETALEES else "jour"
        haut = ["projet"] if self.nature == Nature.ETAPE_PROJET else []
        self.helper.layout = Layout(
            *haut,
            "titre",
            jours,
            paires("debut", "fin"),
            "lieu",
            volets(
                Volet("Partenaires", Puces("partenaires"), icone="diagram-3", ouvert=avec_partenaire),
                Volet("Équipe", Puces("equipe"), icone="people", discret=True),
                Volet("Commune", "commune", icone="geo-alt"),
            ),
        )

    def _restreindre(self, action: Action | None) -> None:
        """Choices of this point; those that a recorded action already has stay among them."""
        champs: dict[str, Any] = self.fields
        partenaires = Partenaire.objects.utilisables(self.point_accueil.association_id)
        equipe, projets = en_poste(self.point_accueil), projets_en_cours(self.point_accueil)
        if action:
            partenaires |= Partenaire.objects.filter(actions=action)
            equipe |= Utilisateur.objects.filter(actions=action)
            projets |= Action.objects.filter(etapes=action)
        champs["partenaires"].queryset = partenaires.distinct()
        champs["equipe"].queryset = equipe.distinct()
        champs["projet"].queryset = projets.distinct()
        if self.nature == Nature.ETAPE_PROJET and not action:
            champs["projet"].help_text = "Un projet se prévoit d’abord, ses étapes ensuite."

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if debut and fin and fin <= debut:
            self.add_error("fin", "La fin précède le début.")
        jour, jour_fin = donnees.get("jour"), donnees.get("jour_fin")
        if jour and jour_fin and jour_fin < jour:
            self.add_error("jour_fin", "La fin précède le début.")
        return donnees

    def plan(self) -> Plan:
        """The checked plan; call it only when `is_valid()`."""
        donnees = {c: v for c, v in self.cleaned_data.items() if c not in ("cle", "point", "version")}
        return Plan(nature=self.nature, **donnees)


class PrevoirForm(AvecCle, PlanForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout.fields += ["cle", "point"]


class ModifierForm(AvecVersion, PlanForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout.append("version")


def initial_du_plan(action: Action) -> dict:
    """Values of the form that stand for a recorded action."""
    return {
        "titre": "" if action.titre == action.get_nature_display() else action.titre,
        "jour": action.jour,
        "jour_fin": action.jour_fin,
        "debut": action.debut,
        "fin": action.fin,
        "lieu": action.lieu,
        "commune": action.commune,
        "projet": action.projet_id,
        "partenaires": [p.pk for p in action.partenaires.all()],
        "equipe": [p.pk for p in action.equipe.all()],
        "version": action.version,
    }


class AnnulationForm(AvecVersion):
    motif = texte(
        "pourquoi", 200, "Mauvais temps, salle fermée, personne absente… Sans nom de personne.", required=True
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("motif", "version")
