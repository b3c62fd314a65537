"""The team of a point: who is in post, away, leaving, invited; invitations and delegations."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil import absences, equipe, invitations
from accueil.acces import Requete, encadrants_seulement, point_courant
from accueil.forms.equipe import DelegationForm, InvitationForm, TempsForm
from accueil.models import Absence, Acces, PointAccueil
from accueil.models.personnes import ROLES_DE_POINT, Origine
from accueil.views.points import trouver_gere
from pimms.socle.pages import adresse_du_site, conduire, donnees, executer, suite_sure
from pimms.socle.typographie import de

DEPART_PROCHE = timedelta(days=30)
ANCIENS = timedelta(days=365)  # how long those who left stay listed


def _choisir_point(request: Requete, points: list[PointAccueil]) -> PointAccueil:
    """The point asked for, else the current one when one manages it, else the first."""
    code = request.GET.get("point")
    if code:
        point = next((p for p in points if p.code == code), None)
        if point is None:
            raise Http404
        return point
    courant = point_courant(request)
    return courant if courant in points else points[0]


@encadrants_seulement
@require_safe
def page(request: Requete) -> HttpResponse:
    """The team of one point; the union comes from a point's page."""
    portee = request.user.portee
    points = list(equipe.points_geres(portee).select_related("association"))
    if not points or (portee.reseau and not portee.points and "point" not in request.GET):
        return redirect("points")
    point = _choisir_point(request, points)
    jour = point.aujourdhui()
    acces = list(
        Acces.objects.filter(point=point, role__in=ROLES_DE_POINT)
        .exclude(fin__lt=jour - ANCIENS)
        .select_related("personne")
        .order_by("personne__nom_tri", "debut")
    )
    # Dates of those in post only: someone who left, or is yet to come, is no longer or not yet ours.
    prochaines = absences.prochaines({a.personne_id for a in acces if a.couvre(jour)}, jour)
    lignes = [_ligne(request, point, a, prochaines.get(a.personne_id), jour) for a in acces]
    return render(
        request,
        "accueil/equipe/page.html",
        {
            "point": point,
            "points": points,
            "jour": jour,
            "en_poste": [ligne for ligne in lignes if ligne["etat"] == "en_poste"],
            "a_venir": [ligne for ligne in lignes if ligne["etat"] == "a_venir"],
            "partis": [ligne for ligne in lignes if ligne["etat"] == "parti"],
            "peut_deleguer": any(ligne["etat"] == "en_poste" for ligne in lignes),
        },
    )


def _ligne(request: Requete, point: PointAccueil, acces: Acces, absence: Absence | None, jour) -> dict:
    """What the page says of one role: its state, an absence, what may be done."""
    acces.point = point
    etat = "en_poste" if acces.couvre(jour) else "a_venir" if acces.debut > jour else "parti"
    autre = acces.personne_id != request.user.pk
    return {
        "acces": acces,
        "personne": acces.personne,
        "etat": etat,
        "moi": not autre,
        "delegation": acces.origine == Origine.DELEGATION,
        "absent": bool(absence and absence.couvre(jour)),
        "absence": absence,
        "part": bool(acces.fin and acces.fin <= jour + DEPART_PROCHE) and acces.origine != Origine.DELEGATION,
        "en_attente": invitations.en_attente(acces.personne),
        "compte": acces.origine != Origine.DELEGATION and etat != "parti",
        "reglable": autre and etat != "parti" and equipe.peut_regler(request.user.portee, acces),
    }


def _page_de(point: PointAccueil) -> str:
    return f"{reverse('equipe')}?point={point.code}"


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def inviter(request: Requete, code: str) -> HttpResponse:
    point = trouver_gere(request, code)
    roles = equipe.roles_accordables(request.user.portee, point)
    form = InvitationForm(donnees(request), point=point, roles=roles)

    def ecrire() -> None:
        c = form.cleaned_data
        equipe.inviter(
            request.user,
            email=c["email"],
            prenom=c["prenom"],
            nom=c["nom"],
            acces=form.acces(),
            adresse=adresse_du_site(request),
        )

    def succes() -> str:
        # The same for someone who has an account: a manager need not know.
        email = form.cleaned_data["email"]
        return f"L’invitation part à {email}. Pour un premier accès, son lien vaut 7 jours."

    return conduire(
        request,
        form,
        ecrire,
        titre=f"Inviter quelqu’un à {point.nom}",
        bouton="Envoyer l’invitation",
        retour=_page_de(point),
        succes=succes,
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def deleguer(request: Requete, code: str) -> HttpResponse:
    point = trouver_gere(request, code)
    form = DelegationForm(donnees(request), point=point, acteur=request.user)
    return conduire(
        request,
        form,
        lambda: equipe.deleguer(request.user, form.acces(), adresse_du_site(request)),
        titre=f"Déléguer la responsabilité {de(point.nom)}",
        chapeau=(
            "Pendant ces jours, la personne fait au point tout ce que fait un responsable, "
            "sauf déléguer à son tour. Vous gardez votre rôle."
        ),
        bouton="Déléguer",
        retour=_page_de(point),
        succes="La délégation est enregistrée, et la personne prévenue.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def temps(request: Requete, pk: int) -> HttpResponse:
    """Say someone's working time at the point, that audit files add up."""
    lisibles = equipe.acces_visibles(request.user.portee).filter(role__in=ROLES_DE_POINT)
    acces = get_object_or_404(lisibles.exclude(origine=Origine.DELEGATION), pk=pk)
    if acces.point is None or not request.user.portee.gere(acces.point):
        raise Http404
    form = TempsForm(donnees(request), initial={"quotite": acces.quotite})
    return conduire(
        request,
        form,
        lambda: equipe.fixer_temps(request.user, acces, form.cleaned_data["quotite"]),
        titre=f"Temps de travail {de(str(acces.personne))}",
        chapeau="Le dossier d’audit donne la somme de l’équipe, en équivalents temps plein, sans nom.",
        retour=_page_de(acces.point),
        succes="Le temps de travail est noté.",
    )


@encadrants_seulement
@require_POST
def renvoyer(request: Requete, pk: int) -> HttpResponse:
    """Send the invitation again; the former link stops working."""
    personne = get_object_or_404(equipe.personnes_visibles(request.user.portee), pk=pk)
    return executer(
        request,
        lambda: invitations.renvoyer(request.user, personne, adresse_du_site(request)),
        f"Un nouveau lien part à {personne.email}. L’ancien ne sert plus.",
        suite_sure(request, reverse("personne", args=[pk])),
    )
