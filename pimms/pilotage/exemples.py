"""What `/composants/` shows: a form in each state and a few figures. No database."""

from datetime import date, datetime, time

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms


class FormulaireExemple(forms.Form):
    """Each kind of field, as crispy-bootstrap5 draws it."""

    nom = forms.CharField(label="Nom du point", help_text="Tel que le public le connaît.")
    ouverture = forms.DateField(label="Ouvert depuis le", widget=forms.DateInput(attrs={"type": "date"}))
    genre = forms.ChoiceField(
        label="Type de point",
        choices=[("", "Choisir"), ("fixe", "Fixe"), ("mobile", "Mobile"), ("antenne", "Antenne")],
    )
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="Facultatif."
    )
    joint = forms.FileField(label="Liste de personnes", required=False)
    canaux = forms.MultipleChoiceField(
        label="Canaux",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("sur_place", "Sur place"), ("telephone", "Téléphone")],
    )
    suite = forms.ChoiceField(
        label="Suite", widget=forms.RadioSelect, choices=[("connue", "Connue"), ("inconnue", "Inconnue")]
    )
    accord = forms.BooleanField(label="Le point porte le label France services", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.attrs = {"novalidate": True}
        self.helper.add_input(Submit("envoyer", "Enregistrer"))


def exemples() -> dict:
    """Context of the page: forms empty, filled and refused, and data for the drawn pieces."""
    refuse = FormulaireExemple(
        {"nom": "", "ouverture": "2099-13-45", "genre": "bateau", "suite": ""}, prefix="refuse"
    )
    return {
        "formulaire": FormulaireExemple(prefix="vide", initial={"nom": "Lyon Métropole – Gerland"}),
        "formulaire_refuse": refuse,
        "heures": [(f"{h} h", v) for h, v in zip(range(8, 17), (5, 12, 19, 0, 0, 0, 0, 0, 0), strict=True)],
        "jour": date(2026, 11, 23),
        "instant": datetime(2026, 11, 23, 8, 10),
        "midi": time(12, 0),
        "points": [
            ("LYO-GER", "Lyon Métropole – Gerland", 14212, 0.81),
            ("MRS-NOR", "Marseille Nord", 9820, 0.76),
        ],
    }
