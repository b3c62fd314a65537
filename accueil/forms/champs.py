"""Form fields of the reception app."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from accueil.models import Commune
from pimms.socle.textes import cle_tri

_CODE = re.compile(r"\((\d[0-9AB]\d{3}|\d{2,3}|2[AB])\)\s*$")


class ChampCommune(forms.CharField):
    """A commune typed by name: « Lyon (69) », an INSEE code, or a name that only one commune has.

    35,000 communes make no list: the browser is fed suggestions from `/accueil/communes/`.
    Cleans to a `Commune` or None; one statement, none when empty.
    """

    default_error_messages = {
        "inconnue": "Aucune commune de ce nom. Choisissez dans la liste proposée.",
        "plusieurs": "Plusieurs communes portent ce nom. Choisissez dans la liste proposée.",
    }

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={
                    "list": "liste-communes",
                    "autocomplete": "off",
                    "class": "form-control",
                    "hx-get": reverse_lazy("communes"),
                    "hx-trigger": "input changed delay:200ms",
                    "hx-target": "#liste-communes",
                }
            ),
        )
        super().__init__(max_length=100, **kwargs)

    def prepare_value(self, value):
        if isinstance(value, str) and re.fullmatch(r"\d[0-9AB]\d{3}", value):
            value = Commune.objects.filter(pk=value).first() or value
        return str(value) if value else ""

    def clean(self, value):
        texte = super().clean(value)
        return self._trouver(texte) if texte else None

    def _trouver(self, texte: str) -> Commune:
        if re.fullmatch(r"\d[0-9AB]\d{3}", texte):
            communes = Commune.objects.filter(pk=texte)
        else:
            code = _CODE.search(texte)
            communes = Commune.objects.filter(nom_tri=cle_tri(_CODE.sub("", texte)))
            if code:
                communes = communes.filter(departement_id=code[1]) | communes.filter(pk=code[1])
        trouvees = list(communes[:2])
        if len(trouvees) != 1:
            cle = "plusieurs" if trouvees else "inconnue"
            raise ValidationError(self.error_messages[cle], code=cle)
        return trouvees[0]
