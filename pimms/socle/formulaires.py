"""What the forms of every app share: native dates, « facultatif », refusals beside their field."""

from datetime import date
from typing import ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BLANK_CHOICE_DASH
from django.utils.html import format_html
from django.utils.text import capfirst

INCONNU = "Ce choix n’existe pas ou n’existe plus : il n’est pas appliqué."
DATE_INVALIDE = "Cette date n’existe pas. Écrivez-la ainsi : 23/11/2026."
RENVERSEE = "La fin précède le début : la période n’est pas appliquée."


PREMIER_JOUR, DERNIER_JOUR = date(1990, 1, 1), date(2100, 1, 1)


def borner_jour(jour: date) -> None:
    """Refuse a day that no one means: a slip of the keyboard in the year."""
    if not PREMIER_JOUR <= jour < DERNIER_JOUR:
        raise ValidationError("L’année est à corriger.", code="annee")


class ChampDate(forms.DateField):
    """A day, by the browser's own date input."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "Écrivez la date comme 23/11/2026."


class ChampJour(forms.DateField):
    """A day typed in a date box, or in figures where the browser has none."""

    input_formats = ("%Y-%m-%d", "%d/%m/%Y")

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": DATE_INVALIDE},
            input_formats=self.input_formats,
            validators=[borner_jour],
        )


def ligne(*champs: str) -> Div:
    """Fields side by side where the screen is wide enough."""
    return Div(*champs, css_class="champs-ligne")


class Base(forms.BaseForm):
    """What ordinary forms share: native date and time inputs, « facultatif » said on optional fields.

    `periode` names the fields of a first and a last day, which are checked against each other.
    """

    periode: ClassVar[tuple[str, str] | None] = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the page's own form holds the token
        self.use_required_attribute = False  # the server's messages are in French, beside the field
        for champ in self.fields.values():
            _preparer(champ)

    def oter(self, *noms: str) -> None:
        """Take fields out of the form and of its layout, where they stand in it."""
        for nom in noms:
            del self.fields[nom]
            if nom in self.helper.layout.fields:
                self.helper.layout.fields.remove(nom)

    def clean(self):
        super().clean()
        if self.periode:
            debut, fin = (self.cleaned_data.get(champ) for champ in self.periode)
            if debut and fin and fin < debut:
                self.add_error(self.periode[1], "La fin précède le début.")
        return self.cleaned_data


def _preparer(champ: forms.Field) -> None:
    if isinstance(champ, forms.DateField) and borner_jour not in champ.validators:
        champ.validators.append(borner_jour)
    if isinstance(champ, forms.DateField) and not isinstance(champ, ChampDate):
        champ.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        champ.error_messages["invalid"] = "Écrivez la date comme 23/11/2026."
    elif isinstance(champ, forms.TimeField):
        champ.widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        champ.error_messages["invalid"] = "Écrivez l’heure comme 9:30."
    elif isinstance(champ, forms.EmailField):
        champ.error_messages["invalid"] = "Cette adresse électronique est à corriger."
    if (
        isinstance(champ, forms.ModelChoiceField)
        and champ.empty_label
        and champ.empty_label.startswith("---")
    ):
        champ.empty_label = "Choisir"
    elif isinstance(champ, forms.ChoiceField) and not isinstance(champ, forms.ModelChoiceField):
        champ.choices = [("", "Choisir") if c == BLANK_CHOICE_DASH[0] else c for c in champ.choices]  # type: ignore[misc,union-attr]
    if champ.label:
        champ.label = capfirst(champ.label)
    champ.error_messages.setdefault("unique", "C’est déjà pris\u202f: choisissez autre chose.")
    if "required" in champ.error_messages:
        champ.error_messages["required"] = "À remplir."
    if not champ.required and not isinstance(champ, forms.BooleanField) and champ.label:
        champ.label = format_html('{}<span class="facultatif">facultatif</span>', champ.label)


class Formulaire(Base, forms.Form):
    pass


class AvecVersion(Formulaire):
    """A form that changes: what this person saw of the row."""

    version = forms.IntegerField(
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Rechargez la page.", "invalid": "Rechargez la page."},
    )


class FormulaireModele(Base, forms.ModelForm):
    pass


def ajouter_erreurs(form: forms.BaseForm, erreur: ValidationError) -> None:
    """Put a write's refusal beside the field it names, or at the head of the form."""
    if not hasattr(erreur, "error_dict"):
        form.add_error(None, erreur)
        return
    for champ, erreurs in erreur.error_dict.items():
        form.add_error(champ if champ in form.fields else None, erreurs)
