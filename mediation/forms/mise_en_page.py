"""Pieces of a form's layout: something optional that opens, choices as chips or tiles."""

from crispy_forms.layout import Div, LayoutObject
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


def ligne(*champs: str) -> Div:
    """Fields side by side where the screen is wide enough."""
    return Div(*champs, css_class="champs-ligne")


def paires(*champs: str) -> Div:
    """Short fields two by two, even on a phone."""
    return Div(*champs, css_class="champs-paires")


def volets(*volets) -> Div:
    """Optional parts, their chips in a row."""
    return Div(*volets, css_class="volets")


class Volet(LayoutObject):
    """Optional fields behind a dashed chip, open when they hold something or `ouvert`.

    With `discret`, what is filled in beforehand does not open it.
    """

    def __init__(
        self, libelle: str, *champs, icone: str = "plus", ouvert: bool = False, discret: bool = False
    ) -> None:
        self.libelle, self.fields, self.icone = libelle, list(champs), icone
        self.ouvert, self.discret = ouvert, discret

    def render(self, form, context, template_pack="bootstrap5", **kwargs) -> SafeString:
        noms = [pointeur.name for pointeur in self.get_field_names()]
        rempli = any(form[nom].errors for nom in noms)
        if not self.discret:
            rempli = rempli or any(form[nom].value() not in (None, "", [], False) for nom in noms)
        contenu = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(
            "composants/volet.html",
            {
                "contenu": mark_safe(contenu),  # noqa: S308 — rendered fields
                "libelle": self.libelle,
                "icone": self.icone,
                "ouvert": self.ouvert or rempli,
            },
        )


class Puces(LayoutObject):
    """A choice (one or several) as chips, or tiles where there are few: `tuiles`."""

    def __init__(self, nom: str, tuiles: bool = False, icones: dict | None = None) -> None:
        self.nom, self.tuiles, self.icones, self.fields = nom, tuiles, icones or {}, [nom]

    def render(self, form, context, template_pack="bootstrap5", **kwargs) -> SafeString:
        champ = form[self.nom]
        form.rendered_fields.add(self.nom)
        choisis = {str(v) for v in _liste(champ.value())}
        options = [
            {
                "valeur": str(valeur),
                "libelle": libelle,
                "coche": str(valeur) in choisis,
                "icone": self.icones.get(valeur, ""),
            }
            for valeur, libelle in champ.field.choices
            if valeur not in ("", None)
        ]
        plusieurs = getattr(champ.field.widget, "allow_multiple_selected", False)
        return render_to_string(
            "mediation/champs/puces.html",
            {
                "champ": champ,
                "options": options,
                "type": "checkbox" if plusieurs else "radio",
                "tuiles": self.tuiles,
            },
        )


def _liste(valeur) -> list:
    if valeur is None:
        return []
    return list(valeur) if isinstance(valeur, list | tuple | set | QuerySet) else [valeur]
