"""What a campaign prepares: the draw, points by hand, the audit plan, who is invited to audit."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accueil.acces import Requete, union_seulement
from accueil.models import PointAccueil
from pimms.socle.pages import adresse_du_site, conduire, donnees, executer
from pimms.socle.versions import relire
from qualite import audits, echantillonnage
from qualite.etats_campagne import MODIFIABLES, TIREES, EtatCampagne
from qualite.forms.campagnes import AjouterPointForm, InvitationForm, JourneeForm, TirageForm
from qualite.models import PointCampagne
from qualite.views.campagnes import trouver
from qualite.views.campagnes_saisie import ENTRETEMPS


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_tirer(request: Requete, pk: int) -> HttpResponse:
    """Draw the sample by a published seed."""
    campagne = trouver(request, pk)
    if campagne.etat != EtatCampagne.PREPARATION or campagne.nature not in TIREES:
        raise Http404
    form = TirageForm(donnees(request), initial={"version": campagne.version})

    def ecrire(version: int) -> None:
        echantillonnage.tirer(request.user, campagne, version, form.cleaned_data["graine"])

    return conduire(
        request,
        form,
        relire(form, ecrire, lambda: trouver(request, pk).version, ENTRETEMPS),
        titre="Tirer l’échantillon",
        chapeau="Un quart au moins vient du sort, par la graine\u202f; les autres, des points à risque ou "
        "pas vus depuis longtemps. Chaque choix est expliqué. Le tirage peut se refaire\u202f; celui d’avant "
        "reste visible.",
        bouton="Tirer l’échantillon",
        retour=reverse("campagne", args=[pk]),
        suite=lambda: reverse("campagne_tirage", args=[pk]),
        succes="L’échantillon est tiré.",
    )


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_point_nouveau(request: Requete, pk: int) -> HttpResponse:
    """Add a point by hand: the certifier's choice, the union's, or an extension on the spot."""
    campagne = trouver(request, pk)
    if campagne.etat not in (EtatCampagne.PREPARATION, EtatCampagne.AUDIT):
        raise Http404
    pris = PointCampagne.objects.filter(campagne=campagne).values("point")
    form = AjouterPointForm(
        donnees(request), points=echantillonnage.points_possibles(campagne).exclude(pk__in=pris)
    )

    def ecrire() -> None:
        c = form.cleaned_data
        echantillonnage.ajouter_point(request.user, campagne, c["point"], c["explication"])

    origine = PointCampagne.Origine(echantillonnage.origine_de(campagne)).label
    return conduire(
        request,
        form,
        ecrire,
        titre="Ajouter un point",
        chapeau=f"Il sera noté «\u202f{origine}\u202f».",
        bouton="Ajouter ce point",
        retour=reverse("campagne", args=[pk]),
        succes="Le point est dans l’échantillon.",
    )


@union_seulement
@require_POST
def campagne_point_retirer(request: Requete, pk: int, code: str) -> HttpResponse:
    campagne = trouver(request, pk)
    point = get_object_or_404(PointAccueil, code=code)
    retour = reverse("campagne", args=[pk])
    return executer(
        request,
        lambda: echantillonnage.retirer_point(request.user, campagne, point),
        "Le point n’est plus dans l’échantillon.",
        retour,
    )


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_journee_nouvelle(request: Requete, pk: int) -> HttpResponse:
    """Add a day to the audit plan."""
    campagne = trouver(request, pk)
    if campagne.etat not in MODIFIABLES:
        raise Http404
    points = PointAccueil.objects.filter(
        pk__in=PointCampagne.objects.filter(campagne=campagne).values("point")
    )
    form = JourneeForm(donnees(request), points=points, initial={"jour": campagne.debut_audit})
    return conduire(
        request,
        form,
        lambda: echantillonnage.prevoir_journee(request.user, campagne, form.journee()),
        titre="Ajouter au plan d’audit",
        chapeau="Un jour, un site, ce qui est regardé, qui est rencontré.",
        bouton="Ajouter au plan",
        retour=reverse("campagne", args=[pk]),
        succes="Le plan d’audit est à jour.",
    )


@union_seulement
@require_POST
def campagne_journee_retirer(request: Requete, pk: int, journee: int) -> HttpResponse:
    campagne = trouver(request, pk)
    retour = reverse("campagne", args=[pk])
    return executer(
        request,
        lambda: echantillonnage.retirer_journee(request.user, campagne, journee),
        "Ce jour n’est plus au plan.",
        retour,
    )


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_inviter(request: Requete, pk: int) -> HttpResponse:
    """Invite an auditor, between two dates, for a scope."""
    campagne = trouver(request, pk)
    if campagne.finie:
        raise Http404
    lignes = PointCampagne.objects.filter(campagne=campagne).select_related("point__association")
    points = sorted((ligne.point for ligne in lignes), key=lambda p: p.nom_tri)
    form = InvitationForm(donnees(request), campagne=campagne, points=points)

    def ecrire() -> None:
        c = form.cleaned_data
        noms = ("email", "prenom", "nom", "debut", "fin")
        invitation = audits.Invitation(**{n: c[n] for n in noms}, **form.portee())
        audits.inviter(request.user, campagne, invitation, adresse_du_site(request))

    return conduire(
        request,
        form,
        ecrire,
        titre="Inviter un auditeur",
        chapeau="Il lit le dossier gelé, les preuves et des entrées au hasard, sans nom ni texte "
        "libre\u202f; rien d’autre, et rien hors de ces dates.",
        bouton="Inviter",
        retour=reverse("campagne", args=[pk]),
        succes="L’invitation est partie.",
    )


@union_seulement
@require_POST
def campagne_acces_fin(request: Requete, pk: int, acces: int) -> HttpResponse:
    """End an auditor's access."""
    campagne = trouver(request, pk)
    retour = reverse("campagne", args=[pk])
    return executer(
        request,
        lambda: audits.terminer(request.user, campagne, acces),
        "L’accès de cet auditeur est terminé.",
        retour,
    )
