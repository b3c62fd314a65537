"""The form field of a commune, for every app."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse_lazy

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
