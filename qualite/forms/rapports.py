"""The form that asks for a report: what it asks depends on the kind, which the address says."""

import uuid
from collections.abc import Mapping
from datetime import date

from django import forms

from accueil.acces import Portee
from accueil.models import Association, Partenaire, PointAccueil, Utilisateur
from pimms.socle.formulaires import ChampDate, Formulaire
from qualite.models import Evaluation, Rapport
from qualite.rapports.commande import Demande, Genre, Sujet, derniere_annee

RESEAU, CHOISIS = "reseau", "points-"  # the second is followed by the codes of several points
ANNEES = 8  # that an account may be asked of: those of two certification cycles
# What a kind asks for beside its subject.
CHAMPS: dict[str, tuple[str, ...]] = {
    Genre.DOSSIER: ("sujet", "au", "evaluation"),
    Genre.PLAN: ("sujet", "au"),
    Genre.ATTESTATIONS: ("sujet", "au"),
    Genre.BILAN: ("sujet", "annee"),
    Genre.PARTENAIRE: ("partenaire", "sujet", "du", "au"),
}
AIDES: dict[str, str] = {
    Genre.DOSSIER: "Les douze mois qui finissent ce jour-là\u202f; aujourd’hui si rien n’est dit.",
    Genre.PLAN: "Aujourd’hui si rien n’est dit.",
    Genre.ATTESTATIONS: "Aujourd’hui si rien n’est dit.",
}


class RapportForm(Formulaire):
    """About what, of when. A closed evaluation fixes the day, and takes « projet » away.

    `depart`: what the page that leads here has chosen already, by field.
    """

    cle = forms.UUIDField(widget=forms.HiddenInput)
    genre = forms.ChoiceField(choices=Rapport.Genre, widget=forms.HiddenInput)
    partenaire = forms.ModelChoiceField(
        Partenaire.objects.none(), label="Pour quel partenaire", empty_label="Choisir…"
    )
    sujet = forms.ChoiceField(label="Sur quoi")
    du = ChampDate(label="Du")
    au = ChampDate(label="À quelle date", required=False)
    annee = forms.TypedChoiceField(label="De quelle année", coerce=int)
    evaluation = forms.ModelChoiceField(
        Evaluation.objects.none(),
        label="Évaluation arrêtée",
        required=False,
        empty_label="Aucune\u202f: le dossier portera la mention «\u202fprojet\u202f»",
    )

    def __init__(self, *args, utilisateur: Utilisateur, genre: str, depart: Mapping[str, str], **kwargs):
        kwargs.setdefault("initial", {**depart, "cle": uuid.uuid4(), "genre": genre})
        super().__init__(*args, **kwargs)
        points, associations = _lisibles(utilisateur.portee)
        self._points = {f"point-{p.code}": p for p in points}
        self._associations = {f"association-{a.pk}": a for a in associations}
        choix = [(RESEAU, "Le réseau, avec la fonction centrale")] if utilisateur.portee.reseau else []
        choix += [(cle, f"{a.nom} (association)") for cle, a in self._associations.items()]
        choix += [(cle, p.nom) for cle, p in self._points.items()]
        choix += self._choisis(self.data.get("sujet") or depart["sujet"]) if "du" in CHAMPS[genre] else []
        self.oter(*(set(self.fields) - {"cle", "genre", *CHAMPS[genre]}))
        champs: dict = self.fields
        champs["sujet"].choices = choix
        if "au" in champs:
            champs["au"].help_text = AIDES.get(genre, "")
        if "evaluation" in champs:
            champs["evaluation"].queryset = Evaluation.objects.defer("instantane")
        if "partenaire" in champs:
            champs["au"].label, champs["au"].required = "Au", True
            champs["partenaire"].queryset = Partenaire.objects.visibles_par(utilisateur)
        if "annee" in champs:
            derniere = derniere_annee()
            champs["annee"].choices = [(n, n) for n in range(derniere, derniere - ANNEES, -1)]

    def _choisis(self, cle: str) -> list[tuple[str, str]]:
        """The choice of several points, which the page that shows them together leads here with."""
        codes = sorted(set(cle.removeprefix(CHOISIS).split("."))) if cle.startswith(CHOISIS) else []
        points = [self._points[f"point-{code}"] for code in codes if f"point-{code}" in self._points]
        return [(cle, ", ".join(p.nom for p in points))] if len(points) == len(codes) > 1 else []

    def clean_sujet(self) -> Sujet:
        cle = self.cleaned_data["sujet"]
        if cle.startswith(CHOISIS):
            codes = cle.removeprefix(CHOISIS).split(".")
            return Sujet.parmi({self._points[f"point-{code}"] for code in codes})
        if cle in self._points:
            return Sujet(point=self._points[cle])
        return Sujet(association=self._associations[cle]) if cle in self._associations else Sujet()

    def demande(self) -> Demande:
        """What is asked for, once the form is right."""
        lu, sujet, genre = self.cleaned_data, self.cleaned_data["sujet"], self.cleaned_data["genre"]
        evaluation = lu.get("evaluation")
        au = date(lu["annee"], 12, 31) if "annee" in lu else lu["au"]
        au = au or (evaluation.jour if evaluation else sujet.aujourdhui())
        return Demande(lu["cle"], sujet, au, evaluation, genre, lu.get("partenaire"), lu.get("du"))


def _lisibles(portee: Portee) -> tuple[list[PointAccueil], list[Association]]:
    """Points and associations that this person may ask about; two statements at most."""
    points, associations = PointAccueil.objects.all(), Association.objects.all()
    if portee.reseau:
        return list(points), list(associations)
    if not portee.associations:
        return [p for p in portee.points if p.pk in portee.points_de_responsable], []
    siennes = associations.filter(pk__in=portee.associations)
    du_role = points.filter(pk__in=portee.points_de_responsable)
    return list(points.filter(association__in=portee.associations) | du_role), list(siennes)
