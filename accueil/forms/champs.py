"""Form fields of the reception app, and the base of its ordinary forms."""

import re
from datetime import date
from typing import ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BLANK_CHOICE_DASH, Q
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.text import capfirst

from accueil.models import Commune
from pimms.socle.textes import cle_tri

_CODE_INSEE = re.compile(r"\d[0-9AB]\d{3}")
_ENTRE_PARENTHESES = re.compile(r"\(\s*(\d[0-9AB]\d{0,3})\s*\)\s*$")


def libelle_commune(commune: Commune) -> str:
    """How a commune is offered and read back: « Lyon (69123) »."""
    return f"{commune.nom} ({commune.pk})"


class SaisieCommune(forms.TextInput):
    """A text input whose suggestions come from `/accueil/communes/` while one types."""

    template_name = "accueil/widgets/commune.html"

    def __init__(self, attrs=None):
        fixes = {
            "autocomplete": "off",
            "class": "form-control",
            "hx-get": reverse_lazy("communes"),
            "hx-trigger": "input changed delay:200ms",
        }
        super().__init__(fixes | (attrs or {}))

    def get_context(self, name, value, attrs):
        contexte = super().get_context(name, value, attrs)
        liste = f"{contexte['widget']['attrs'].get('id') or name}-liste"
        contexte["widget"]["attrs"] |= {"list": liste, "hx-target": f"#{liste}"}
        contexte["liste"] = liste
        return contexte


class ChampCommune(forms.CharField):
    """A commune: « Lyon (69123) », « Lyon (69) », an INSEE code, or a name that only one commune has.

    35,000 communes make no list. Cleans to a `Commune` or None; one statement, none when empty.
    """

    default_error_messages = {
        "inconnue": "Aucune commune de ce nom. Choisissez dans la liste proposée.",
        "plusieurs": "Plusieurs communes répondent à ce nom ou à ce code. Choisissez dans la liste proposée.",
    }
    widget = SaisieCommune

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", "Tapez le début du nom ou le code postal.")
        super().__init__(max_length=100, **kwargs)

    def prepare_value(self, value):
        if isinstance(value, str) and _CODE_INSEE.fullmatch(value):
            value = Commune.objects.filter(pk=value).first() or value
        if isinstance(value, Commune):
            return libelle_commune(value)
        return value or ""

    def clean(self, value):
        if isinstance(value, Commune):
            return value
        texte = super().clean(value)
        return self._trouver(texte) if texte else None

    def _trouver(self, texte: str) -> Commune:
        # Five digits alone may be a postcode as well as an INSEE code: only one commune may answer.
        if _CODE_INSEE.fullmatch(texte):
            communes = Commune.objects.filter(Q(pk=texte) | Q(codes_postaux__contains=texte))
        else:
            code = _ENTRE_PARENTHESES.search(texte)
            communes = Commune.objects.filter(nom_tri=cle_tri(_ENTRE_PARENTHESES.sub("", texte)))
            if code:
                communes = communes.filter(Q(departement=code[1]) | Q(pk=code[1]))
        trouvees = list(communes[:2])
        if len(trouvees) != 1:
            cle = "plusieurs" if trouvees else "inconnue"
            raise ValidationError(self.error_messages[cle], code=cle)
        return trouvees[0]


class ChampDate(forms.DateField):
    """A day, by the browser's own date input."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "Écrivez la date comme 23/11/2026."


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

    def clean(self):
        super().clean()
        if self.periode:
            debut, fin = (self.cleaned_data.get(champ) for champ in self.periode)
            if debut and fin and fin < debut:
                self.add_error(self.periode[1], "La fin précède le début.")
        return self.cleaned_data


PREMIER_JOUR, DERNIER_JOUR = date(1990, 1, 1), date(2100, 1, 1)


def borner_jour(jour: date) -> None:
    """Refuse a day that no one means: a slip of the keyboard in the year."""
    if not PREMIER_JOUR <= jour < DERNIER_JOUR:
        raise ValidationError("L’année est à corriger.", code="annee")


def _preparer(champ: forms.Field) -> None:
    if isinstance(champ, forms.DateField):
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


class FormulaireModele(Base, forms.ModelForm):
    pass


def ajouter_erreurs(form: forms.BaseForm, erreur: ValidationError) -> None:
    """Put a write's refusal beside the field it names, or at the head of the form."""
    if not hasattr(erreur, "error_dict"):
        form.add_error(None, erreur)
        return
    for champ, erreurs in erreur.error_dict.items():
        form.add_error(champ if champ in form.fields else None, erreurs)
