"""One's own account: second factor, short code, devices. And for the union, a lost second factor."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil import resumes, second_facteur, sessions, verrous
from accueil.acces import Requete, union_seulement
from accueil.confirmation import confirmee
from accueil.forms.compte import CodeForm
from accueil.models import AbonnementResume, CodeVerrou
from accueil.views.personnes import trouver
from pimms.socle.pages import conduire, donnees, executer

SESSIONS_MAX = 50  # shown; « tout fermer » closes the others too


@login_required
@require_safe
def page(request: Requete) -> HttpResponse:
    """How one's account is protected, and where it is open."""
    moyens = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    par_type = {m.type: m for m in moyens}
    codes = par_type.get(Authenticator.Type.RECOVERY_CODES)
    contexte = {
        "totp": par_type.get(Authenticator.Type.TOTP),
        "cles": [m for m in moyens if m.type == Authenticator.Type.WEBAUTHN],
        "codes": codes,
        "exige": settings.SECOND_FACTEUR == "exige",
        "protege": any(m.type in second_facteur.VRAIS for m in moyens),
        "code": CodeVerrou.objects.filter(personne=request.user).first(),
        "sessions": sessions.vivantes().filter(personne=request.user)[:SESSIONS_MAX],
        "sienne": request.session.get(sessions.CLE),
        "minutes": settings.VERROU_MINUTES,
        "abonne": AbonnementResume.objects.filter(personne=request.user).exists(),
        "gere_un_point": bool(request.user.portee.points_de_responsable),
        "mot_de_passe": request.user.has_usable_password(),
    }
    return render(request, "accueil/compte/page.html", contexte)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@confirmee
def code(request: Requete) -> HttpResponse:
    """Choose one's short code."""
    form = CodeForm(donnees(request))
    return conduire(
        request,
        form,
        lambda: verrous.choisir_code(request.user, form.cleaned_data["code"]),
        titre="Choisir un code court",
        chapeau="Il rouvre votre écran verrouillé, sur les postes où vous êtes connecté. Après "
        "cinq erreurs, le mot de passe est demandé.",
        retour=reverse("compte"),
        succes="Votre code est enregistré.",
    )


@login_required
@require_POST
def code_retirer(request: Requete) -> HttpResponse:
    return executer(
        request, lambda: verrous.retirer_code(request.user), "Votre code est retiré.", reverse("compte")
    )


@login_required
@require_POST
def resume(request: Requete) -> HttpResponse:
    """Ask for the weekly digest, or give it up: what the button says, however often it is pressed."""
    if request.POST.get("veut") == "1":
        ecrire, succes = resumes.abonner, "Le résumé vous parviendra chaque lundi matin."
    else:
        ecrire, succes = resumes.desabonner, "Le résumé ne vous sera plus envoyé."
    return executer(request, lambda: ecrire(request.user), succes, reverse("compte"))


@login_required
@require_POST
def session_fermer(request: Requete, pk: int) -> HttpResponse:
    """Close one of one's own sessions elsewhere."""
    if not sessions.fermer(request.user, pk):
        raise Http404
    if pk == request.session.get(sessions.CLE):
        request.session.flush()
        return redirect("account_login")
    messages.success(request, "Cet appareil est déconnecté.")
    return redirect("compte")


@login_required
@require_POST
def sessions_fermer(request: Requete) -> HttpResponse:
    sessions.fermer_les_autres(request.user, request.session.get(sessions.CLE))
    messages.success(request, "Vos autres appareils sont déconnectés.")
    return redirect("compte")


@union_seulement
@require_POST
def second_facteur_oublier(request: Requete, pk: int) -> HttpResponse:
    """Someone lost telephone and codes: they will set up another factor."""
    personne = trouver(request, pk)
    return executer(
        request,
        lambda: second_facteur.oublier(request.user, personne),
        "La deuxième vérification est retirée. La personne en choisira une autre à sa prochaine connexion.",
        reverse("personne", args=[pk]),
    )
