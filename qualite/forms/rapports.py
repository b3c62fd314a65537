"""The form that asks for a report."""

import uuid

from django import forms

from accueil.acces import Portee
from accueil.models import Association, PointAccueil
from pimms.socle.formulaires import ChampDate, Formulaire
from qualite.models import Evaluation, Rapport
from qualite.rapports.demandes import Demande, Sujet

RESEAU = "reseau"


class RapportForm(Formulaire):
    """About what, as of which day. A closed evaluation fixes the day, and takes « projet » away."""

    cle = forms.UUIDField(widget=forms.HiddenInput)
    genre = forms.ChoiceField(label="Quel rapport", choices=Rapport.Genre, initial=Rapport.Genre.DOSSIER)
    sujet = forms.ChoiceField(label="Sur quoi")
    au = ChampDate(
        label="À quelle date",
        required=False,
        help_text="Les douze mois qui finissent ce jour-là\u202f; aujourd’hui si rien n’est dit.",
    )
    evaluation = forms.ModelChoiceField(
        Evaluation.objects.none(),
        label="Évaluation arrêtée",
        required=False,
        empty_label="Aucune\u202f: le dossier portera la mention «\u202fprojet\u202f»",
    )

    def __init__(self, *args, portee: Portee, sujet: str = "", **kwargs):
        kwargs.setdefault("initial", {"cle": uuid.uuid4(), "sujet": sujet})
        super().__init__(*args, **kwargs)
        points, associations = _lisibles(portee)
        self._points = {f"point-{p.code}": p for p in points}
        self._associations = {f"association-{a.pk}": a for a in associations}
        choix = [(RESEAU, "Le réseau, avec la fonction centrale")] if portee.reseau else []
        choix += [(cle, f"{a.nom} (association)") for cle, a in self._associations.items()]
        choix += [(cle, p.nom) for cle, p in self._points.items()]
        self.fields["sujet"].choices = choix  # type: ignore[attr-defined]
        self.fields["evaluation"].queryset = Evaluation.objects.defer("instantane")  # type: ignore[attr-defined]

    def clean_sujet(self) -> Sujet:
        cle = self.cleaned_data["sujet"]
        if cle in self._points:
            return Sujet(point=self._points[cle])
        return Sujet(association=self._associations[cle]) if cle in self._associations else Sujet()

    def clean(self):
        super().clean()
        evaluation = self.cleaned_data.get("evaluation")
        if evaluation and not self.cleaned_data.get("au"):
            self.cleaned_data["au"] = evaluation.jour
        return self.cleaned_data

    def demande(self) -> Demande:
        """What is asked for, once the form is right."""
        lu = self.cleaned_data
        return Demande(
            lu["cle"], lu["sujet"], lu["au"] or lu["sujet"].aujourdhui(), lu["evaluation"], lu["genre"]
        )


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
