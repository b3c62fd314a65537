"""The filters of findings' pages, read from the URL."""

from collections.abc import Sequence
from datetime import date, timedelta

from django import forms

from accueil.models import PointAccueil
from pimms.socle.formulaires import ChampDate
from qualite.matrice import Rangee
from qualite.models import Exigence
from qualite.verdicts import Verdict

HORIZON = timedelta(days=180)
HORIZON_MAX = timedelta(days=731)


class EtSiForm(forms.Form):
    """The day to come at which one looks."""

    le = ChampDate(label="Et si rien n’est fait d’ici au")

    def __init__(self, data, *, aujourdhui: date) -> None:
        self.aujourdhui = aujourdhui
        self.defaut = aujourdhui + HORIZON
        super().__init__(data, initial={"le": self.defaut})

    def clean_le(self) -> date:
        jour = self.cleaned_data["le"]
        if not self.aujourdhui < jour <= self.aujourdhui + HORIZON_MAX:
            raise forms.ValidationError("Choisissez un jour à venir, dans les deux ans.")
        return jour

    def jour(self) -> date:
        """The day asked for, or six months ahead when there is none or it makes no sense."""
        return self.cleaned_data["le"] if self.is_bound and self.is_valid() else self.defaut


class MatriceForm(forms.Form):
    """What the matrix is narrowed to: a block or a requirement, an association, points with a verdict."""

    bloc = forms.ChoiceField(label="Bloc", required=False)
    exigence = forms.ChoiceField(label="Exigence", required=False)
    association = forms.ChoiceField(label="Association", required=False)
    verdict = forms.ChoiceField(
        label="Points où un constat est",
        required=False,
        choices=[("", "peu importe"), *((v.value, v.label.lower()) for v in Verdict if v != Verdict.MONTRE)],
    )

    def __init__(self, data, *, exigences: Sequence[Exigence], points: Sequence[PointAccueil]) -> None:
        super().__init__(data)
        champs: dict = self.fields
        champs["bloc"].choices = [("", "Tous"), *exigences[0].referentiel.blocs.items()]
        champs["exigence"].choices = [("", "Toutes"), *((e.code, e.code) for e in exigences)]
        noms = {p.association_id: p.association for p in points}
        ordre = sorted(noms.values(), key=lambda a: a.nom_tri)
        if len(ordre) > 1:
            choix = [("", "Toutes"), *((str(a.pk), a.nom) for a in ordre)]
            champs["association"].choices = choix
        else:
            del self.fields["association"]
        self.is_valid()

    def exigences(self, exigences: Sequence[Exigence]) -> list[Exigence]:
        bloc, code = self.cleaned_data.get("bloc"), self.cleaned_data.get("exigence")
        return [e for e in exigences if (not bloc or e.bloc == bloc) and (not code or e.code == code)]

    def points(self, points: Sequence[PointAccueil]) -> list[PointAccueil]:
        association = self.cleaned_data.get("association")
        return [p for p in points if not association or str(p.association_id) == association]

    def rangees(self, rangees: Sequence[Rangee]) -> list[Rangee]:
        verdict = self.cleaned_data.get("verdict")
        return [r for r in rangees if not verdict or r.a(verdict)]
