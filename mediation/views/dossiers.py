"""Cases: the list, the opening, the case as one page."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accueil.acces import Requete, agents_seulement, lecteurs_seulement
from accueil.models import Demande, PointAccueil, Utilisateur
from accueil.models.visites import Issue
from mediation import fil, pages
from mediation.a_suivre import mes_rappels
from mediation.attentes import vue_de
from mediation.consultations import MotifLecture, lecteurs_de, motif_attendu, noter_recherche
from mediation.dossiers import dossiers_de, ouvrir, redirections_de
from mediation.fiche import Fiche
from mediation.forms.dossiers import (
    QUESTION,
    ChampForm,
    CleForm,
    DossierForm,
    ReorientationForm,
    lire_une_fois,
)
from mediation.forms.listes import RechercheForm, lire_filtre
from mediation.listes import HORS_ONGLETS, MIENS, chercher, compter, lignes, lire_page, onglets
from mediation.redirections import reorienter, visibles_par
from mediation.suite import suite
from mediation.views.commun import fiche_visible
from mediation.views.saisie import point_de_saisie
from pimms.socle.curseurs import Curseur, CurseurIllisible
from pimms.socle.formulaires import ajouter_erreurs
from pimms.socle.pages import donnees

TROUVES_MAX = 50
HORS = "hors"  # both forms of the opening are sent together: the second one's names are its own


@lecteurs_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """Cases of the filter, newest first, and what waits for this person."""
    filtre, formulaire = lire_filtre(request.GET, request.user)
    try:
        curseur = Curseur.lire(request.GET["curseur"]) if request.GET.get("curseur") else None
    except CurseurIllisible:
        curseur = None
        messages.warning(
            request, "L’adresse de cette page est incomplète\u202f: voici les dossiers les plus récents."
        )
    page = lire_page(request.user, filtre.lignes(request.user), curseur)
    comptes = compter(request.user)
    vues = onglets(request.user)
    if filtre.vue in HORS_ONGLETS:
        vues.append((filtre.vue, HORS_ONGLETS[filtre.vue]))
    contexte = {
        "filtre": filtre,
        "form": formulaire,
        "page": page,
        "total": filtre.choisir(request.user).count(),
        "onglets": [(code, nom, comptes.get(code)) for code, nom in vues],
        "precedent": page.precedent and f"?{filtre.url(curseur=page.precedent)}",
        "suivant": page.suivant and f"?{filtre.url(curseur=page.suivant)}",
        "a_suivre": mes_rappels(request.user) if filtre.vue == MIENS and curseur is None else None,
        "recherche": RechercheForm(),
    } | _colonnes(request)
    return render(request, "mediation/dossiers/liste.html", contexte)


@agents_seulement
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recherche(request: Requete) -> HttpResponse:
    """Cases where a party bears an exact name. The name is in no address."""
    form = RechercheForm(donnees(request))
    trouves = None
    if form.is_bound and form.is_valid():
        noter_recherche(request.user)
        dossiers = chercher(request.user, form.cleaned_data["nom"])
        dossiers = dossiers.select_related("point", "cle_donnees", "mediateur", "theme")[:TROUVES_MAX]
        trouves = lignes(request.user, list(dossiers))
    statut = 422 if form.errors else 200
    contexte = {"form": form, "lignes": trouves} | _colonnes(request)
    return render(request, "mediation/dossiers/recherche.html", contexte, status=statut)


def _colonnes(request: Requete) -> dict:
    """Which columns a table of cases has for this person."""
    portee = request.user.portee
    return {
        "plusieurs_points": portee.reseau or bool(portee.associations) or len(portee.points) > 1,
        "montre_mediateur": bool(portee.points),
        "travaille_a": portee.points_de_role,
    }


@lecteurs_seulement
@require_safe
def page(request: Requete, reference: str) -> HttpResponse:
    """One case: where it stands, what may be done, its parts and its time line."""
    vue = fiche_visible(request, reference)
    portee, dossier = request.user.portee, vue.dossier
    responsable = dossier.point_id in portee.points_de_responsable
    contexte = {
        "fiche": vue,
        "dossier": dossier,
        "suite": suite(vue),
        "attente_vue": vue_de(vue.attente),
        "fil": fil.lignes(vue, request.user),
        "travaille_a": portee.points_de_role,
        "peut_passer": dossier.actif and (vue.lecture.complete or responsable),
        "motifs": MotifLecture.choices if vue.lecture.complete and _motif_du(request, vue) else None,
        "lecteurs_du_dossier": lecteurs_de(dossier) if responsable else None,
        "peut_declarer": dossier.actif and not vue.conflit and vue.associe(request.user),
        "peut_justifier": responsable and vue.conflit and vue.conflit.declare_par_id != request.user.pk,
    }
    return render(request, "mediation/dossiers/page.html", contexte)


def _motif_du(request: Requete, vue: Fiche) -> bool:
    return motif_attendu(request.user, vue.dossier, {lecteur.personne_id for lecteur in vue.lecteurs})


def _demande(request: Requete, cle: str | None) -> Demande | None:
    """The request that a case is opened from: one of the points where this person works, else 404."""
    if not cle:
        return None
    demandes = Demande.objects.filter(point__in=request.user.portee.points_de_saisie)
    if not cle.isdecimal() or len(cle) > 16:
        raise Http404
    return get_object_or_404(
        demandes.select_related("visite", "theme", "partenaire", "point__association"), pk=cle
    )


def _initial(request: Requete, demande: Demande | None) -> dict:
    initial: dict = {"mediateur": request.user.pk}
    if demande:
        # Nothing that the visit already says is typed again.
        objet = demande.theme.nom + (f", {demande.partenaire.nom}" if demande.partenaire else "")
        initial |= {
            "objet": objet,
            "theme": demande.theme_id,
            "partenaire": demande.partenaire_id,
            "registre": demande.registre,
        }
    return initial


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    """First the scope question; then a case, or a redirection to a named contact."""
    envoi = donnees(request)
    demande = _demande(request, (envoi or request.GET).get("demande"))
    point = demande.point if demande else point_de_saisie(request)
    deja = _deja(request, demande)
    if deja and envoi is None:
        return deja
    cle = CleForm(envoi, initial={"cle": uuid.uuid4(), "demande": demande.pk if demande else None})
    champ = ChampForm(envoi)
    hors = champ.is_bound and champ.is_valid() and champ.cleaned_data["champ"] == "hors"
    initial = _initial(request, demande)
    if hors:
        form = DossierForm(initial=initial, point=point)
        sortie = ReorientationForm(envoi, point=point, prefix=HORS)
        reponse = _reorienter(request, point, demande, cle, sortie)
    else:
        form = DossierForm(envoi, initial=initial, point=point)
        sortie = ReorientationForm(initial=_sortie_initiale(demande), point=point, prefix=HORS)
        reponse = _ouvrir(request, point, demande, cle, form) if champ.is_bound and champ.is_valid() else None
    if reponse:
        return reponse
    lire_une_fois(form.fields["partenaire"], sortie.fields["partenaire"])
    donnee = champ["champ"].value()
    contexte = {
        "cle": cle,
        "champ": champ,
        "question": QUESTION,
        "reponses": [(v, nom, v == donnee) for v, nom in champ.fields["champ"].choices],  # type: ignore[attr-defined]
        "form": form,
        "sortie": sortie,
        "demande": demande,
        "voisines": _voisines(request.user, demande),
        "point": point,
    }
    statut = 200 if envoi is None else 422
    return render(request, "mediation/dossiers/nouveau.html", contexte, status=statut)


def _voisines(utilisateur: Utilisateur, demande: Demande | None) -> list[Demande]:
    """The requests of the same visit for which a case may be opened."""
    if demande is None:
        return []
    demandes = demande.visite.demandes.exclude(issue=Issue.HORS_CHAMP)
    demandes = demandes.exclude(pk__in=dossiers_de(utilisateur, demandes).values("demande"))
    return list(demandes.select_related("theme", "partenaire"))


def _sortie_initiale(demande: Demande | None) -> dict:
    if demande is None:
        return {}
    return {"partenaire": demande.vers_partenaire_id, "vers": demande.vers_texte}


def _deja(request: Requete, demande: Demande | None) -> HttpResponse | None:
    """Where to go when the request already has its case or its redirection."""
    if demande is None:
        return None
    dossier = dossiers_de(request.user, [demande]).first()
    if dossier:
        messages.info(request, "Cette demande a déjà son dossier\u202f: le voici.")
        return redirect("dossier", reference=dossier.reference)
    if redirections_de(request.user, demande).exists():
        messages.info(request, "Cette demande a déjà été réorientée.")
        return redirect("redirections")
    return None


def _ouvrir(request: Requete, point: PointAccueil, demande: Demande | None, cle: CleForm, form: DossierForm):
    if not (cle.is_valid() and form.is_valid()):
        return None
    try:
        dossier, neuf = ouvrir(request.user, point, form.ouverture(cle.cleaned_data["cle"], demande))
    except ValidationError as erreur:
        ajouter_erreurs(form, erreur)
        return None
    if neuf:
        messages.success(request, f"Le dossier {dossier.reference} est ouvert.")
    return redirect("dossier", reference=dossier.reference)


def _reorienter(
    request: Requete, point: PointAccueil, demande: Demande | None, cle: CleForm, form: ReorientationForm
):
    if not (cle.is_valid() and form.is_valid()):
        return None
    try:
        redirection, _ = reorienter(request.user, point, form.reorientation(cle.cleaned_data["cle"], demande))
    except ValidationError as erreur:
        ajouter_erreurs(form, erreur)
        return None
    vers = redirection.partenaire or redirection.vers
    messages.success(request, f"La réorientation vers {vers} est enregistrée.")
    return redirect("redirections")


@lecteurs_seulement
@require_safe
def redirections(request: Requete) -> HttpResponse:
    """Requests out of scope and towards whom they went, newest first."""
    page = pages.lire_page(visibles_par(request.user), pages.curseur_de(request))
    for ligne in page.lignes:
        ligne.contact_lu = ligne.contact() if ligne.point_id in request.user.portee.points_de_role else ""
    contexte = {
        "page": page,
        "precedent": page.precedent and f"?curseur={page.precedent}",
        "suivant": page.suivant and f"?curseur={page.suivant}",
    }
    return render(request, "mediation/dossiers/redirections.html", contexte | _colonnes(request))
