"""Forms of campaigns: what one plans, its sample, its moves and its end, the certification cycle."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone

from accueil.models import Association, PointAccueil, Utilisateur
from pimms.socle.formulaires import ChampDate, Formulaire, ligne
from qualite.campagnes import Projet
from qualite.etats_campagne import NatureCampagne, Transition
from qualite.forms.actions import SANS_NOM, AvecVersion, PersonneField, texte
from qualite.forms.charte import ChampCle
from qualite.models import Campagne, Echeance, JourneeAudit, Referentiel
from qualite.models.campagnes import MOTIF_MAX

RESTE = "Ce texte reste dans l’histoire de la campagne\u202f: n’y nommez personne."
ENTRETIENS_MAX = 12


class ProjetForm(Formulaire):
    """What a campaign plans."""

    periode = ("du", "au")

    titre = texte(
        "intitulé", "Par exemple\u202f: audit blanc avant le mi-cycle.", required=True, rangs=0, longueur=120
    )
    nature = forms.ChoiceField(label="sorte", choices=NatureCampagne.choices)
    referentiel = forms.ModelChoiceField(Referentiel.objects.all(), label="grille", empty_label=None)
    association = forms.ModelChoiceField(
        Association.objects.all(), label="périmètre", required=False, empty_label="Tout le réseau"
    )
    echeance = forms.ModelChoiceField(
        Echeance.objects.all(), label="échéance du cycle", required=False, empty_label="Aucune"
    )
    pilote = PersonneField("pilote", help_text="Qui la conduit, à l’union.")
    du = ChampDate(label="période prévue, du")
    au = ChampDate(
        label="au (inclus)", help_text="Le dossier regardera les mois qui finissent le jour du gel."
    )
    debut_audit = ChampDate(label="premier jour de l’audit", required=False)
    fin_audit = ChampDate(label="dernier jour de l’audit", required=False)

    def __init__(self, *args, pilotes: Iterable[Utilisateur], **kwargs):
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        champs["pilote"].queryset = pilotes
        caches = [nom for nom in ("cle", "version") if nom in champs]
        self.helper.layout = Layout(
            *caches,
            "titre",
            ligne("nature", "referentiel"),
            ligne("association", "echeance"),
            ligne("du", "au"),
            ligne("debut_audit", "fin_audit"),
            "pilote",
        )

    def projet(self) -> Projet:
        """The plan as filled in; call it only when `is_valid()`."""
        return Projet(**{c: self.cleaned_data[c] for c in Projet.__dataclass_fields__})


class NouvelleForm(ProjetForm):
    cle = ChampCle()


class ModifierForm(AvecVersion, ProjetForm):
    """The plan of a campaign that exists: what its state has fixed can be read, not changed."""

    def __init__(self, *args, fige: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if fige:
            for nom in ("nature", "referentiel", "association", "du", "au"):
                self.fields[nom].disabled = True


def initial_de(campagne: Campagne) -> dict[str, Any]:
    """Values of the form that stand for a recorded campaign."""
    valeurs = {c: getattr(campagne, c) for c in Projet.__dataclass_fields__}
    cles = {c: getattr(v, "pk", v) for c, v in valeurs.items()}
    return cles | {"version": campagne.version}


class TirageForm(AvecVersion):
    """The seed of a draw."""

    graine = texte(
        "graine publiée",
        "Un nombre que personne ne choisit et que chacun peut vérifier, annoncé avant de le connaître. "
        "Par exemple\u202f: « Loto du 25 novembre 2026\u202f: 3 12 23 34 45 ».",
        required=True,
        rangs=0,
        longueur=120,
    )


class AjouterPointForm(Formulaire):
    """A point added to the sample by hand."""

    point = forms.ModelChoiceField(PointAccueil.objects.none(), label="point")
    explication = texte(
        "pourquoi ce point", "Chaque choix est expliqué à l’auditeur.", required=True, rangs=2, longueur=300
    )

    def __init__(self, *args, points: Iterable[PointAccueil], **kwargs):
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        champs["point"].queryset = points


class PasForm(AvecVersion):
    """A move, with its reason where one is due."""

    motif = texte("pourquoi", RESTE, required=True, rangs=2, longueur=MOTIF_MAX)

    def __init__(self, *args, transition: Transition, **kwargs):
        super().__init__(*args, **kwargs)
        if not transition.motif:
            self.oter("motif")


class DeciderForm(AvecVersion):
    """What is decided once everything was heard."""

    decision = forms.ChoiceField(label="décision", choices=Campagne.Decision.choices)
    motif_decision = texte("ce qui la fonde", SANS_NOM)


class RouvrirForm(Formulaire):
    """Why a closed campaign has a successor."""

    cle = ChampCle()
    motif = texte("pourquoi", RESTE, required=True, rangs=2, longueur=MOTIF_MAX)


class RemettreForm(Formulaire):
    """What a point says with its self-evaluation."""

    remarque = texte("ce que le point veut dire", SANS_NOM)


class JourneeForm(Formulaire):
    """A day of the audit plan."""

    jour = ChampDate(label="jour")
    point = forms.ModelChoiceField(
        PointAccueil.objects.none(), label="site", required=False, empty_label="Fonction centrale"
    )
    objet = texte("ce qui est regardé", required=True, rangs=0, longueur=200)
    entretiens = texte(
        "entretiens",
        "Des fonctions, séparées par des virgules, sans nom\u202f: responsable, médiateur.",
        rangs=0,
        longueur=400,
    )

    def __init__(self, *args, points: Iterable[PointAccueil], **kwargs):
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        champs["point"].queryset = points

    def clean_entretiens(self) -> list[str]:
        fonctions = [f.strip() for f in self.cleaned_data["entretiens"].split(",") if f.strip()]
        if len(fonctions) > ENTRETIENS_MAX or any(len(f) > 60 for f in fonctions):
            raise forms.ValidationError("Douze fonctions au plus, de 60 caractères chacune.")
        return fonctions

    def journee(self) -> JourneeAudit:
        """The day as filled in; call it only when `is_valid()`."""
        c = self.cleaned_data
        return JourneeAudit(jour=c["jour"], point=c["point"], objet=c["objet"], entretiens=c["entretiens"])


class EcheanceForm(Formulaire):
    """A date of the certification cycle."""

    nature = forms.ChoiceField(label="audit", choices=Echeance.Nature.choices)
    jour = ChampDate(label="jour")
    confirmee = forms.BooleanField(label="Cette date est confirmée par le certificateur", required=False)


class EcheanceModifierForm(AvecVersion, EcheanceForm):
    """A date that exists."""


class InvitationForm(Formulaire):
    """An auditor, between two dates, for a scope."""

    periode = ("debut", "fin")

    email = forms.EmailField(label="adresse électronique", max_length=254)
    prenom = forms.CharField(label="prénom", max_length=60)
    nom = forms.CharField(label="nom", max_length=60)
    perimetre = forms.ChoiceField(label="ce qu’il peut lire")
    debut = ChampDate(label="accès du")
    fin = ChampDate(label="au (inclus)", help_text="Rien avant, rien après.")

    def __init__(self, *args, campagne: Campagne, points: list[PointAccueil], **kwargs):
        jour = timezone.localdate()
        debut = max(campagne.debut_audit or jour, jour)
        fin = max(campagne.fin_audit or debut, debut)
        kwargs["initial"] = {"debut": debut, "fin": fin} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        associations = {p.association_id: p.association for p in points}
        tries = sorted(associations.values(), key=lambda a: a.nom_tri)
        self.points = {f"point-{p.code}": p for p in points}
        self.associations = {f"association-{a.pk}": a for a in tries}
        champs: Any = self.fields
        champs["perimetre"].choices = [
            ("reseau", "Tout l’échantillon et la fonction centrale"),
            *((code, f"Les points de {a}") for code, a in self.associations.items()),
            *((code, f"Le point {p}") for code, p in self.points.items()),
        ]
        self.helper.layout = Layout("email", ligne("prenom", "nom"), "perimetre", ligne("debut", "fin"))

    def portee(self) -> dict[str, Any]:
        """Point or association chosen; call it only when `is_valid()`."""
        code = self.cleaned_data["perimetre"]
        return {"point": self.points.get(code), "association": self.associations.get(code)}
