"""Two people at one row: a form that holds the version its reader saw, and shows what changed since."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pimms.socle.journal import differences
from pimms.socle.pages import conduire


class ModifieEntretemps(Exception):
    """Someone changed the row (or its part) since this person opened it."""


def ecrire_version(
    ligne: Any, valeurs: Mapping[str, Any], textes: frozenset[str] = frozenset()
) -> tuple[dict, dict]:
    """Save these columns of a row that is held, as its next version; returns what the journal says of it."""
    avant = {c: getattr(ligne, c) for c in valeurs}
    for colonne, valeur in valeurs.items():
        setattr(ligne, colonne, valeur)
    ligne.version += 1
    ligne.save(update_fields=[*valeurs, "version"])
    return differences(avant, valeurs, textes)


def remplacer(form: forms.BaseForm, nom: str, valeur: object) -> None:
    """Put another value in the place of what was posted, for the next try."""
    envoi: Any = form.data.copy()  # type: ignore[attr-defined]
    envoi[nom] = valeur
    form.data = envoi


def relire(
    form: Any, ecrire: Callable[[int], object], version: Callable[[], int], message: str
) -> Callable[[], None]:
    """Carry out with the version that this person saw; when it is past, say so and let them try again.

    For a gesture that replaces nothing which was typed; `version` gives the present one.
    """

    def agir() -> None:
        try:
            ecrire(form.cleaned_data["version"])
        except ModifieEntretemps as erreur:
            remplacer(form, "version", version())
            raise ValidationError(message) from erreur

    return agir


def conduire_version(
    request: HttpRequest,
    form: forms.BaseForm,
    ecrire: Callable[[], object],
    actuel: Callable[[], Mapping[str, Any]],
    *,
    dit: Callable[[], list[tuple[str, str]]] = list,
    gabarit: str = "composants/formulaire.html",
    **contexte,
) -> HttpResponse:
    """Like `conduire`, for a form that holds the `version` that this person saw.

    When someone changed the row meanwhile the page comes back (409) with what is recorded now where
    it differs from what was typed; `actuel` gives the form's values as recorded, version included; `dit`,
    called before the version is replaced, what else changed, in words. Recording again replaces it.
    """
    try:
        return conduire(request, form, ecrire, gabarit=gabarit, **contexte)
    except ModifieEntretemps:
        enregistre, changes = actuel(), dit()
        remplacer(form, "version", enregistre["version"])
        contexte |= {"form": form, "entretemps": [*changes, *_differences(form, enregistre)]}
        return render(request, gabarit, contexte, status=409)


def _differences(form: forms.BaseForm, enregistre: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and recorded value of each field that differs from what the person typed; nothing where only
    the version is recorded."""
    ecarts: list[tuple[str, str]] = []
    if enregistre.keys() == {"version"}:
        return ecarts
    for nom, champ in form.fields.items():
        if nom != "version" and champ.has_changed(enregistre.get(nom), form[nom].data):
            ecarts.append((str(champ.label), _en_mots(champ, enregistre.get(nom))))
    return ecarts


def _en_mots(champ: Any, valeur: Any) -> str:
    if valeur in (None, "", []):
        return "vide"
    lignes = getattr(champ, "queryset", None)
    if lignes is not None:
        cles = valeur if isinstance(valeur, list) else [valeur]
        return ", ".join(str(ligne) for ligne in lignes.filter(pk__in=cles))
    if isinstance(champ, forms.ChoiceField):
        choix: Any = champ.choices
        return str(dict(choix).get(valeur, valeur))
    return str(champ.widget.format_value(champ.prepare_value(valeur)))
