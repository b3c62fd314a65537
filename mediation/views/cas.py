"""What the pages inside a case share: the case read in clear or 404, forms, two people at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accueil.acces import Requete
from mediation.cycle_de_vie import ModifieEntretemps
from mediation.lecture import Lecture
from mediation.models import Dossier, Partie
from mediation.models.bases import DuDossier
from mediation.views.commun import dossier_lisible
from pimms.socle.pages import conduire
from pimms.socle.typographie import date_courte

GABARIT = "mediation/dossiers/formulaire.html"


@dataclass(frozen=True)
class Cas:
    """A case that this person reads in clear, with its parties."""

    dossier: Dossier
    lecture: Lecture
    parties: list[Partie]

    @property
    def principales(self) -> list[Partie]:
        return [p for p in self.parties if p.principale]

    def page(self, ancre: str = "") -> str:
        """Address of the case, at one of its sections."""
        url = reverse("dossier", args=[self.dossier.reference])
        return f"{url}#{ancre}" if ancre else url

    def partie(self, numero: int) -> Partie:
        return self._rattacher(get_object_or_404(Partie, dossier=self.dossier, numero=numero))

    def trouver(self, modele: Any, numero: int, **conditions) -> Any:
        """One part of the case (of a model or a queryset) by its number, or 404."""
        return self._rattacher(get_object_or_404(modele, dossier=self.dossier, numero=numero, **conditions))

    def _rattacher(self, ligne: DuDossier) -> Any:
        ligne.dossier = self.dossier  # its key and its point are loaded there
        return ligne


def lire_cas(request: Requete, reference: str) -> Cas:
    """The case, for someone who reads its identities; 404 for everyone else."""
    dossier = dossier_lisible(request, reference)
    parties = list(Partie.objects.filter(dossier=dossier).select_related("partenaire"))
    for partie in parties:
        partie.dossier = dossier
    return Cas(dossier, Lecture(request.user, dossier, complete=True), parties)


def conduire_versionne(
    request: Requete,
    form: forms.BaseForm,
    ecrire: Callable[[], object],
    actuel: Callable[[], dict],
    *,
    gabarit: str = GABARIT,
    **page,
) -> HttpResponse:
    """As `conduire`; when someone else changed the same thing, show what it says now and let choose (409).

    `actuel` gives the form's values as they stand, with the new `version`.
    """
    try:
        return conduire(request, form, ecrire, gabarit=gabarit, **page)
    except ModifieEntretemps:
        valeurs = actuel()
        form.data = form.data.copy()  # type: ignore[attr-defined]
        for cle in ("version", "vue"):
            if cle in valeurs:
                form.data[cle] = valeurs[cle]  # type: ignore[index]
        contexte = page | {"form": form, "entretemps": ecarts(form, valeurs)}
        return render(request, gabarit, contexte, status=409)


def ecarts(form: forms.BaseForm, actuel: dict) -> list[tuple[str, str]]:
    """Label and recorded value of each field that differs from what was typed."""
    lignes = form.ecarts_des_lignes(actuel) if hasattr(form, "ecarts_des_lignes") else []
    return [
        (str(liee.label).partition("<")[0], _montrer(liee.field, actuel.get(liee.name)))
        for liee in form.visible_fields()
        if liee.field.has_changed(actuel.get(liee.name), liee.data)
    ] + lignes


def _montrer(champ: forms.Field, valeur: Any) -> str:
    if valeur in (None, "", []):
        return "rien"
    if isinstance(champ, forms.ChoiceField):
        libelles = {str(c): str(libelle) for c, libelle in champ.choices}  # type: ignore[misc,union-attr]
        valeurs = valeur if isinstance(valeur, list) else [valeur]
        return ", ".join(libelles.get(str(v), str(v)) for v in valeurs)
    return date_courte(valeur) if isinstance(valeur, date) else str(valeur)
