"""Forms of satisfaction: a face, a few words, the days looked at."""

from datetime import date

from django import forms

from pimms.socle.formulaires import RENVERSEE, ChampJour
from pimms.socle.periodes import Periode, preselection
from qualite.models import Visage
from qualite.satisfaction import COMMENTAIRE_MAX


class VisageForm(forms.Form):
    """One touch: the face, with the key of that answer."""

    cle = forms.UUIDField()
    visage = forms.TypedChoiceField(choices=Visage.choices, coerce=int)


class MotForm(forms.Form):
    """A few words; what they may not hold is said by `commenter`."""

    texte = forms.CharField(
        label="Qu’est-ce qui s’est bien passé, ou mal passé\u202f?",
        max_length=COMMENTAIRE_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": COMMENTAIRE_MAX}),
        error_messages={"max_length": f"{COMMENTAIRE_MAX} caractères au plus."},
    )


class PeriodeForm(forms.Form):
    """The days looked at: the last twelve months unless others are chosen."""

    du, au = ChampJour("Du"), ChampJour("Au")

    def __init__(self, data, *, aujourdhui: date) -> None:
        self.defaut = preselection("12_mois", aujourdhui)
        super().__init__(data or None, initial={"du": self.defaut.du, "au": self.defaut.au})

    def clean(self):
        du, au = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if du and au and au < du:
            self.add_error("au", RENVERSEE)
        return self.cleaned_data

    def periode(self) -> Periode:
        """The period asked for; the default for what is missing or makes no sense."""
        if not self.is_bound or not self.is_valid():
            return self.defaut
        du, au = self.cleaned_data["du"] or self.defaut.du, self.cleaned_data["au"] or self.defaut.au
        return Periode(du, au) if du <= au else self.defaut
