"""Fields that the forms of a case share: free text that will be sealed, parties, the sending's key."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django import forms
from django.utils.text import Truncator

from mediation.lecture import Lecture
from mediation.models import Mandat, Partie
from mediation.models.bases import SCELLE_MAX
from mediation.textes import refuser_secret
from pimms.socle.textes import refuser_nir

T = TypeVar("T")


class ChampLigne(forms.CharField):
    """One line of private text: no browser proposes it to the next person on this computer."""

    def __init__(self, *, max_length: int = 120, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(max_length=max_length, **kwargs)
        self.validators += [refuser_nir, refuser_secret]
        self.error_messages["max_length"] = f"{max_length} caractères au plus (ici %(show_value)d)."


class ChampTexte(ChampLigne):
    """Private text of several lines."""

    def __init__(self, *, rows: int = 4, max_length: int = SCELLE_MAX, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}))
        super().__init__(max_length=max_length, **kwargs)


class ChampCle(forms.UUIDField):
    """The browser's key of a form that creates: sent twice, it creates once."""

    def __init__(self):
        super().__init__(
            widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
            initial=uuid.uuid4,
            error_messages={
                "required": "L’identifiant de saisie manque\u202f: enregistrez de nouveau.",
                "invalid": "L’identifiant de saisie est abîmé\u202f: enregistrez de nouveau.",
            },
        )


class ChampVersion(forms.IntegerField):
    """The version that this person saw when opening the form."""

    def __init__(self):
        super().__init__(
            required=False,
            min_value=0,
            max_value=2**31 - 1,
            widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
        )

    def clean(self, value):
        return super().clean(value) or 0


def nommer(lecture: Lecture, partie: Partie) -> str:
    """How a party is offered in a list to who reads the case: « Partie A, Fatou Martin »."""
    nom = lecture.nom(partie)
    return nom if nom == partie.pseudonyme else f"{partie.pseudonyme}, {nom}"


def parmi(objets: Mapping[str, T]) -> Callable[[Any], T]:
    """A field's `coerce` that finds an object by its number; ValueError, which fields expect, else."""

    def trouver(numero: Any) -> T:
        try:
            return objets[str(numero)]
        except KeyError as erreur:
            raise ValueError(numero) from erreur

    return trouver


class ChoixDeParties:
    """Choices among parties already loaded, by their number in the case; no query."""

    def __init__(self, lecture: Lecture, parties: Sequence[Partie]) -> None:
        self.par_numero = {str(p.numero): p for p in parties}
        self.choix = [(numero, nommer(lecture, p)) for numero, p in self.par_numero.items()]

    def offrir(self, champ: forms.Field) -> None:
        """Fill a ChampPartie or a ChampParties; it cleans to a Partie, or to a list of them."""
        vide = [] if isinstance(champ, ChampParties) else [("", "Choisir")]
        champ.choices = [*vide, *self.choix]  # type: ignore[attr-defined]
        champ.coerce = parmi(self.par_numero)  # type: ignore[attr-defined]


class ChampPartie(forms.TypedChoiceField):
    """One party of the case (ChoixDeParties fills it), or None."""

    def __init__(self, **kwargs):
        super().__init__(empty_value=None, **kwargs)


class ChampParties(forms.TypedMultipleChoiceField):
    """Several parties of the case, as boxes to tick."""

    def __init__(self, **kwargs):
        super().__init__(empty_value=[], widget=forms.CheckboxSelectMultiple, **kwargs)


class ChampMandat(forms.TypedChoiceField):
    """One mandate of the case, by its number, or None."""

    def __init__(self, **kwargs):
        super().__init__(empty_value=None, **kwargs)

    def offrir(self, mandats: Sequence[Mandat], lecture: Lecture, vide: str, libelle: str = "{}") -> None:
        """Offer these mandates by what they allow; cleans to a Mandat."""
        par_numero = {str(m.numero): m for m in mandats}
        self.choices = [
            ("", vide),
            *(
                (numero, libelle.format(Truncator(lecture.textes(m).get("objet", "")).chars(70)))
                for numero, m in par_numero.items()
            ),
        ]
        self.coerce = parmi(par_numero)
