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
from mediation.etats import PAR_PAIRE, TRANSFERT, Etat
from mediation.lecture import Lecture
from mediation.models import Dossier, Evenement, Partie
from mediation.models.bases import DuDossier
from mediation.views.commun import dossier_lisible
from pimms.socle.pages import conduire
from pimms.socle.typographie import date_courte, heure

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
    dit: Callable[[], list[tuple[str, str]]] = list,
    gabarit: str = GABARIT,
    **page,
) -> HttpResponse:
    """As `conduire`; when someone else changed the same thing, show what it says now and let choose (409).

    `actuel` gives the form's values as they stand, hidden ones (`version`, `depuis`…) included; `dit`
    what else changed, in words.
    """
    try:
        return conduire(request, form, ecrire, gabarit=gabarit, **page)
    except ModifieEntretemps:
        valeurs = actuel()
        form.data = form.data.copy()  # type: ignore[attr-defined]
        for cachee in form.hidden_fields():
            if cachee.name in valeurs:
                form.data[cachee.name] = valeurs[cachee.name]  # type: ignore[index]
        contexte = page | {"form": form, "entretemps": [*dit(), *ecarts(form, valeurs)]}
        return render(request, gabarit, contexte, status=409)


def ecarts(form: forms.BaseForm, actuel: dict) -> list[tuple[str, str]]:
    """Label and recorded value of each field that differs from what was typed; nothing where only hidden
    values are recorded."""
    visibles = form.visible_fields()
    if not any(liee.name in actuel for liee in visibles):
        return []
    lignes = form.ecarts_des_lignes(actuel) if hasattr(form, "ecarts_des_lignes") else []
    return [
        (str(liee.label).partition("<")[0], _montrer(liee.field, actuel.get(liee.name)))
        for liee in visibles
        if liee.field.has_changed(actuel.get(liee.name), liee.data)
    ] + lignes


def _reste_possible(dossier: Dossier, vers: str) -> bool:
    return (dossier.etat, vers) in PAR_PAIRE and dossier.issue != TRANSFERT


def etat_actuel(request: Requete, reference: str, vers: str) -> dict:
    """The state that a form should now start from; the one it knows where its move is possible no more."""
    dossier = dossier_lisible(request, reference)
    return {"depuis": dossier.etat} if _reste_possible(dossier, vers) else {}


def dernier_passage(request: Requete, reference: str, vers: str) -> list[tuple[str, str]]:
    """Where the case stands now, who moved it there and when, and whether it may still go to `vers`."""
    dossier = dossier_lisible(request, reference)
    mots = dossier.get_etat_display()
    if dossier.etat == Etat.CLOS:
        mots += f" ({dossier.get_issue_display().lower()})"
    lignes = [("État du dossier", dernier(dossier, Evenement.Nature.TRANSITION, mots))]
    if not _reste_possible(dossier, vers):
        lignes.append(("Ce que vous demandez", "n’est plus possible depuis cet état"))
    return lignes


def dernier(dossier: Dossier, nature: str, mots: str) -> str:
    """These words, with who brought about the last event of that kind, and when."""
    evenement = dossier.evenements.filter(nature=nature).select_related("par").last()
    if evenement is None:
        return mots
    le = evenement.le.astimezone(dossier.point.tz)
    return f"{mots}, par {evenement.par} le {date_courte(le.date())} à {heure(le)}"


def _montrer(champ: forms.Field, valeur: Any) -> str:
    if valeur in (None, "", []):
        return "rien"
    if isinstance(champ, forms.ChoiceField):
        libelles = {str(c): str(libelle) for c, libelle in champ.choices}  # type: ignore[misc,union-attr]
        valeurs = valeur if isinstance(valeur, list) else [valeur]
        return ", ".join(libelles.get(str(v), str(v)) for v in valeurs)
    return date_courte(valeur) if isinstance(valeur, date) else str(valeur)
