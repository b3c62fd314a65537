"""Parties of a case: added, changed, taken out; their word on the mediation; their departure."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accueil.acces import Requete, agents_seulement
from mediation import consentements
from mediation import parties as ecriture
from mediation.cycle_de_vie import ModifieEntretemps
from mediation.forms.parties import ParoleForm, PartieForm, RetraitForm, initial_de_partie
from mediation.models import Partie
from mediation.views.cas import GABARIT, conduire_versionne, lire_cas
from pimms.socle.pages import conduire, donnees, executer


@agents_seulement
@require_http_methods(["GET", "POST"])
def nouvelle(request: Requete, reference: str) -> HttpResponse:
    cas = lire_cas(request, reference)
    premiere = not cas.principales
    initial = {"role": Partie.Role.DEMANDEUR if premiere else Partie.Role.AUTRE_PARTIE}
    form = PartieForm(donnees(request), initial=initial, lecture=cas.lecture, parties=cas.parties)
    return conduire(
        request,
        form,
        lambda: ecriture.ajouter_partie(request.user, cas.dossier, form.saisie()),
        gabarit=GABARIT,
        dossier=cas.dossier,
        titre="Ajouter une partie",
        bouton="Ajouter la partie",
        retour=cas.page("parties"),
        succes="La partie est ajoutée. Notez son accord quand elle l’a donné.",
    )


@agents_seulement
@require_http_methods(["GET", "POST"])
def modifier(request: Requete, reference: str, numero: int) -> HttpResponse:
    cas = lire_cas(request, reference)
    partie = cas.partie(numero)
    form = PartieForm(
        donnees(request),
        initial=initial_de_partie(partie, cas.lecture),
        lecture=cas.lecture,
        parties=cas.parties,
        soi=partie,
    )
    return conduire_versionne(
        request,
        form,
        lambda: ecriture.modifier_partie(request.user, partie, form.saisie(), form.cleaned_data["version"]),
        lambda: initial_de_partie(cas.partie(numero), cas.lecture),
        dossier=cas.dossier,
        titre=f"Modifier {partie.pseudonyme}",
        retour=cas.page("parties"),
        succes="La partie est enregistrée.",
        suppression=reverse("partie_supprimer", args=[reference, numero]),
        version=partie.version,
        question=f"Supprimer {partie.pseudonyme} de ce dossier\u202f?",
    )


@agents_seulement
@require_POST
def supprimer(request: Requete, reference: str, numero: int) -> HttpResponse:
    cas = lire_cas(request, reference)
    partie = cas.partie(numero)
    vue = request.POST.get("version", "")
    version = int(vue) if vue.isdecimal() and len(vue) < 10 else 0
    try:
        return executer(
            request,
            lambda: ecriture.supprimer_partie(request.user, partie, version),
            f"{partie.pseudonyme} est supprimée du dossier.",
            cas.page("parties"),
        )
    except ModifieEntretemps:
        messages.error(
            request, f"{partie.pseudonyme} a été modifiée depuis\u202f: relisez-la avant de la supprimer."
        )
        return redirect("partie_modifier", reference, numero)


@agents_seulement
@require_http_methods(["GET", "POST"])
def parole(request: Requete, reference: str, numero: int) -> HttpResponse:
    """What a party says of the mediation: asked, given, refused, withdrawn."""
    cas = lire_cas(request, reference)
    partie = cas.partie(numero)
    representants = [p for p in cas.parties if p.represente_id == partie.pk and not p.retiree_le]
    form = ParoleForm(
        donnees(request),
        initial={"jour": cas.dossier.point.aujourdhui()},
        lecture=cas.lecture,
        partie=partie,
        representants=representants,
    )
    return conduire(
        request,
        form,
        lambda: consentements.noter_parole(request.user, partie, form.saisie()),
        gabarit=GABARIT,
        dossier=cas.dossier,
        titre=f"Accord à la médiation\u202f: {partie.pseudonyme}, {cas.lecture.nom(partie)}",
        onglet=f"Accord à la médiation\u202f: {partie.pseudonyme}",
        chapeau=(
            "L’accord porte sur la médiation elle-même. Il est libre, et se retire à tout moment. "
            "Ce qui est noté ici n’est plus modifié\u202f: une nouvelle parole s’ajoute."
        ),
        retour=cas.page("parties"),
        succes="La parole de la partie est notée.",
    )


@agents_seulement
@require_http_methods(["GET", "POST"])
def retrait(request: Requete, reference: str, numero: int) -> HttpResponse:
    """A party leaves, without having to say why."""
    cas = lire_cas(request, reference)
    partie = cas.partie(numero)
    form = RetraitForm(donnees(request), initial={"jour": cas.dossier.point.aujourdhui()})

    def ecrire() -> None:
        c = form.cleaned_data
        consentements.retirer_partie(request.user, partie, c["jour"], c["cle"])

    return conduire(
        request,
        form,
        ecrire,
        gabarit=GABARIT,
        dossier=cas.dossier,
        titre=f"{partie.pseudonyme}, {cas.lecture.nom(partie)}, se retire",
        onglet=f"{partie.pseudonyme} se retire",
        chapeau="Aucun motif n’est demandé. Notez d’abord les étapes qui ont eu lieu avant ce retrait.",
        bouton="Noter le retrait",
        retour=cas.page("parties"),
        succes="Le retrait est noté. Si la médiation ne peut pas continuer, changez l’état du dossier.",
    )
