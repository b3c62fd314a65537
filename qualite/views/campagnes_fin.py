"""The end of a campaign: its decision, the signatures that close it, cancelling, reopening."""

import uuid

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accueil.acces import Requete, union_seulement
from pimms.socle.pages import conduire, donnees, executer
from pimms.socle.versions import ModifieEntretemps, relire
from qualite import cloture
from qualite.etats_campagne import ANNULER, PAR_PAIRE, EtatCampagne, annulable
from qualite.forms.campagnes import DeciderForm, PasForm, RouvrirForm
from qualite.models import Campagne
from qualite.views.campagnes import trouver
from qualite.views.campagnes_saisie import ENTRETEMPS


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_decider(request: Requete, pk: int) -> HttpResponse:
    campagne = trouver(request, pk)
    if campagne.etat != EtatCampagne.DECISION:
        raise Http404
    noms = ("version", "decision", "motif_decision")
    form = DeciderForm(donnees(request), initial={n: getattr(campagne, n) for n in noms})

    def ecrire(version: int) -> None:
        c = form.cleaned_data
        cloture.decider(request.user, campagne, version, c["decision"], c["motif_decision"])

    return conduire(
        request,
        form,
        relire(form, ecrire, lambda: trouver(request, pk).version, ENTRETEMPS),
        titre="Écrire la décision",
        chapeau="Deux personnes de l’union la signeront\u202f; elle ne changera plus.",
        bouton="Enregistrer la décision",
        retour=reverse("campagne", args=[pk]),
        succes="La décision est écrite\u202f: deux personnes la signent pour clore.",
    )


@union_seulement
@require_POST
@reauthentication_required
def campagne_signer(request: Requete, pk: int) -> HttpResponse:
    """Sign the closing; the second signature closes."""
    campagne = trouver(request, pk)
    version = request.POST.get("version", "")

    def signer() -> None:
        try:
            cloture.signer(request.user, campagne, int(version) if version.isdecimal() else -1)
        except ModifieEntretemps as erreur:
            raise ValidationError(ENTRETEMPS) from erreur

    retour = reverse("campagne", args=[pk])
    return executer(request, signer, "Votre signature est enregistrée.", retour)


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_annuler(request: Requete, pk: int) -> HttpResponse:
    """Cancel a campaign opened by mistake, with a reason."""
    campagne = trouver(request, pk)
    if not annulable(campagne.etat):
        raise Http404
    transition = PAR_PAIRE[campagne.etat, EtatCampagne.ANNULEE]
    form = PasForm(donnees(request), initial={"version": campagne.version}, transition=transition)
    ecrire = lambda version: cloture.annuler(  # noqa: E731
        request.user, campagne, version, form.cleaned_data["motif"]
    )
    return conduire(
        request,
        form,
        relire(form, ecrire, lambda: trouver(request, pk).version, ENTRETEMPS),
        titre=f"{ANNULER}\u202f: {campagne.titre}",
        chapeau="Elle reste à lire avec sa raison, et ne se reprend plus. Les auditeurs invités perdent leur "
        "accès\u202f; les points déjà sollicités sont prévenus.",
        bouton=ANNULER,
        retour=reverse("campagne", args=[pk]),
        succes="La campagne est annulée.",
    )


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_rouvrir(request: Requete, pk: int) -> HttpResponse:
    """Open the successor of a closed campaign, with a reason."""
    campagne = trouver(request, pk)
    if not campagne.close or campagne.successeur:
        raise Http404
    form = RouvrirForm(donnees(request), initial={"cle": uuid.uuid4()})
    faites: list[Campagne] = []

    def ecrire() -> None:
        c = form.cleaned_data
        faites.append(cloture.rouvrir(request.user, campagne, c["motif"], c["cle"]))

    return conduire(
        request,
        form,
        ecrire,
        titre="Rouvrir par une autre campagne",
        chapeau="Celle qui est close reste telle quelle. Une nouvelle la remplace, avec le même échantillon.",
        bouton="Ouvrir la campagne qui la remplace",
        retour=reverse("campagne", args=[pk]),
        suite=lambda: reverse("campagne", args=[faites[0].pk]),
        succes="La campagne qui la remplace est ouverte.",
    )
