"""What complaints and persons' requests do alike: prolonging and answering, each under its own addresses."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accueil.acces import Requete
from pimms.socle.pages import donnees
from pimms.socle.versions import conduire_version
from qualite import saisines
from qualite.forms.saisines import ProlongerForm, RepondreForm
from qualite.models import DemandeDroits, Reclamation
from qualite.views.ecrits import textes_de, trouver

Due = Reclamation | DemandeDroits


def exiger_traitant(request: Requete, saisine: Due) -> None:
    if not saisines.traite(request.user.portee, request.user, saisine):
        raise Http404


def montrer(request: Requete, saisine: Due, gabarit: str, **contexte) -> HttpResponse:
    """One page: what came in, by when, what was answered, and what may be done."""
    traite = saisines.traite(request.user.portee, request.user, saisine)
    jour = saisine.point.aujourdhui()
    contexte |= {
        "saisine": saisine,
        "textes": textes_de(saisine),
        "etat": saisine.etat(jour),
        "traite": traite,
        "tient": saisines.tient(request.user.portee, saisine),
        "prolonge": traite and not (saisine.repondue_le or saisine.prolongee_au) and jour <= saisine.echeance,
    }
    return render(request, gabarit, contexte)


def prolonger(request: Requete, saisine: Due, page: str) -> HttpResponse:
    """Prolong the delay, once."""
    exiger_traitant(request, saisine)
    limite = saisines.prolongation_max(saisine)

    def lue(ligne: Due) -> dict[str, Any]:
        return {
            "version": ligne.version,
            "annoncee_le": ligne.prolongee_le or ligne.point.aujourdhui(),
            "jusqu_au": ligne.prolongee_au or limite,
            "motif": textes_de(ligne).get("motif", ""),
        }

    form = ProlongerForm(donnees(request), initial=lue(saisine), limite=limite)

    def ecrire() -> None:
        c = form.cleaned_data
        saisines.prolonger(request.user, saisine, c["version"], c["annoncee_le"], c["jusqu_au"], c["motif"])

    return conduire_version(
        request,
        form,
        ecrire,
        lambda: lue(trouver(request, type(saisine), saisine.pk)),
        titre="Prolonger le délai",
        chapeau=f"Réponse due le {saisine.echeance:%d/%m/%Y}. La personne doit le savoir avant ce jour.",
        bouton="Prolonger",
        retour=reverse(page, args=[saisine.pk]),
        succes="Le délai est prolongé.",
    )


def _reponse(saisine: Due) -> dict[str, Any]:
    """The answer as recorded."""
    return {
        "version": saisine.version,
        "issue": saisine.issue,
        "repondue_le": saisine.repondue_le or saisine.point.aujourdhui(),
        "reponse": textes_de(saisine).get("reponse", ""),
    }


def repondre(request: Requete, saisine: Due, page: str, succes: Callable[[], str] | str) -> HttpResponse:
    """Note the answer, or correct what was noted of it."""
    exiger_traitant(request, saisine)
    form = RepondreForm(donnees(request), initial=_reponse(saisine), issues=saisine.Issue.choices)

    def ecrire() -> None:
        c = form.cleaned_data
        saisines.repondre(request.user, saisine, c["version"], c["repondue_le"], c["issue"], c["reponse"])

    return conduire_version(
        request,
        form,
        ecrire,
        lambda: _reponse(trouver(request, type(saisine), saisine.pk)),
        titre="Corriger la réponse" if saisine.repondue_le else "Noter la réponse",
        bouton="Enregistrer la réponse",
        retour=reverse(page, args=[saisine.pk]),
        succes=succes,
    )
