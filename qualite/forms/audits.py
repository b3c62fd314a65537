"""Forms of an audit: a finding, an interview or an observation, an answer."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone

from accueil.models import PointAccueil
from pimms.socle.formulaires import ChampDate, Formulaire, ligne
from qualite.audits import Constatation
from qualite.droits_campagnes import Audit
from qualite.forms.actions import AvecVersion
from qualite.forms.actions import texte as champ_texte
from qualite.forms.charte import ChampCle
from qualite.models import ConstatAudit, Exigence, Grade, NoteAudit

SANS_NOM = "Les faits, sans nommer personne\u202f: le point et l’union lisent ce texte."
CENTRALE = ""


class AvecLieu(Formulaire):
    """Where it is: a point that this person may look at, or the central function."""

    lieu = forms.ChoiceField(label="où", required=False)

    def __init__(self, *args, audit: Audit, **kwargs):
        super().__init__(*args, **kwargs)
        self.audit = audit
        champs: Any = self.fields
        centrale = [(CENTRALE, "Fonction centrale")] if audit.centrale else []
        champs["lieu"].choices = [*centrale, *((p.code, p.nom) for p in audit.points)]
        champs["lieu"].required = not audit.centrale
        champs["lieu"].label = "Où"

    def point(self) -> PointAccueil | None:
        """The place chosen; call it only when `is_valid()`."""
        return self.audit.point(self.cleaned_data["lieu"])


class ConstatForm(AvecLieu):
    """A finding, in the words of auditors."""

    exigence = forms.ChoiceField(label="exigence", required=False)
    grade = forms.ChoiceField(label="sorte de constat", choices=Grade.choices)
    texte = champ_texte("ce que vous constatez", SANS_NOM, required=True, rangs=5)

    def __init__(self, *args, exigences: Sequence[Exigence], **kwargs):
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        champs["exigence"].choices = [("", "Aucune en particulier"), *((e.code, str(e)) for e in exigences)]
        caches = [nom for nom in ("cle", "version") if nom in champs]
        self.helper.layout = Layout(*caches, ligne("lieu", "exigence"), "grade", "texte")

    def constatation(self) -> Constatation:
        """The finding as filled in; call it only when `is_valid()`."""
        c = self.cleaned_data
        return Constatation(c["grade"], c["texte"], self.point(), c["exigence"])


class NouveauConstatForm(ConstatForm):
    cle = ChampCle()


class CorrigerConstatForm(AvecVersion, ConstatForm):
    """A finding that exists."""


def initial_du_constat(constat: ConstatAudit) -> dict[str, Any]:
    """Values of the form that stand for a recorded finding."""
    noms = ("version", "exigence", "grade", "texte")
    return {n: getattr(constat, n) for n in noms} | {
        "lieu": constat.point.code if constat.point else CENTRALE
    }


class NoteForm(AvecLieu):
    """An interview, or an observation."""

    cle = ChampCle()
    nature = forms.ChoiceField(label="sorte", choices=NoteAudit.Nature.choices)
    jour = ChampDate(label="jour")
    fonction = champ_texte(
        "fonction rencontrée", "Pour un entretien\u202f: médiateur, responsable. Jamais un nom.", rangs=0,
        longueur=60,
    )  # fmt: skip
    texte = champ_texte("ce qui a été dit ou vu", SANS_NOM, required=True, rangs=5)

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"jour": timezone.localdate()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("cle", ligne("nature", "jour"), ligne("lieu", "fonction"), "texte")

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        entretien = donnees.get("nature") == NoteAudit.Nature.ENTRETIEN
        if entretien and not donnees.get("fonction") and "fonction" not in self.errors:
            self.add_error("fonction", "Dites la fonction de la personne rencontrée.")
        if donnees.get("nature") == NoteAudit.Nature.OBSERVATION:
            donnees["fonction"] = ""
        return donnees

    def note(self) -> NoteAudit:
        """The note as filled in; call it only when `is_valid()`."""
        c = self.cleaned_data
        champs = {n: c[n] for n in ("cle", "nature", "jour", "fonction", "texte")}
        return NoteAudit(point=self.point(), **champs)


class ReponseForm(Formulaire):
    """What the point answers to a finding."""

    texte = champ_texte("réponse du point", SANS_NOM, required=True, rangs=5)
