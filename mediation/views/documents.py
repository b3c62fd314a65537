"""Documents and mandates of a case."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.acces import Requete, agents_seulement
from mediation import documents as ecriture
from mediation import mandats
from mediation.forms.documents import DocumentForm, JourForm, MandatForm
from mediation.models import Document, Mandat
from mediation.views.cas import GABARIT, Cas, lire_cas
from pimms.socle.pages import conduire, donnees, executer
from pimms.socle.televersement import trop_lourds

AVERTISSEMENT = "N’ajoutez ni pièce d’identité, ni carte Vitale, ni courrier médical."


def _a_signer(cas: Cas) -> list[Mandat]:
    attendent = list(
        Mandat.objects.filter(dossier=cas.dossier, document__isnull=True, revoque_le__isnull=True)
    )
    for mandat in attendent:
        mandat.dossier = cas.dossier
    return attendent


@agents_seulement
@require_http_methods(["GET", "POST"])
def nouveau(request: Requete, reference: str) -> HttpResponse:
    cas = lire_cas(request, reference)
    fichiers = request.FILES if request.method == "POST" else None
    form = DocumentForm(
        donnees(request),
        fichiers,
        initial={"nature": request.GET.get("nature", Document.Nature.PIECE)},
        lecture=cas.lecture,
        parties=cas.parties,
        mandats=_a_signer(cas),
    )
    if "fichier" in trop_lourds(request):
        form.fields["fichier"].error_messages["required"] = ecriture.TROP_LOURD
    return conduire(
        request,
        form,
        lambda: ecriture.deposer(request.user, cas.dossier, form.depot()),
        gabarit=GABARIT,
        dossier=cas.dossier,
        avertissement=AVERTISSEMENT,
        titre="Ajouter un document",
        chapeau="Le fichier est vérifié, débarrassé de ses informations cachées, puis gardé chiffré.",
        bouton="Ajouter le document",
        retour=cas.page("documents"),
        succes="Le document est ajouté au dossier.",
    )


@agents_seulement
@require_safe
def telecharger(request: Requete, reference: str, numero: int) -> HttpResponse:
    """Decrypt a document for who reads its case; never shown inside a page of ours."""
    cas = lire_cas(request, reference)
    document = cas.trouver(Document, numero, retire_le__isnull=True)
    try:
        nom, octets = ecriture.lire(request.user, document)
    except Document.DoesNotExist as absent:
        raise Http404 from absent
    reponse = HttpResponse(octets, content_type=ecriture.TYPES[document.format])
    reponse["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=nom)
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reponse["Cache-Control"] = "no-store"
    return reponse


@agents_seulement
@require_POST
def retirer(request: Requete, reference: str, numero: int) -> HttpResponse:
    cas = lire_cas(request, reference)
    document = cas.trouver(Document, numero)
    return executer(
        request,
        lambda: ecriture.retirer(request.user, document),
        "Le document est effacé\u202f; sa mention reste au dossier.",
        cas.page("documents"),
    )


@agents_seulement
@require_http_methods(["GET", "POST"])
def mandat_nouveau(request: Requete, reference: str) -> HttpResponse:
    cas = lire_cas(request, reference)
    form = MandatForm(
        donnees(request),
        initial={"debut": cas.dossier.point.aujourdhui()},
        lecture=cas.lecture,
        parties=cas.parties,
    )
    return conduire(
        request,
        form,
        lambda: mandats.donner_mandat(request.user, cas.dossier, form.saisi()),
        gabarit=GABARIT,
        dossier=cas.dossier,
        titre="Préparer un mandat",
        chapeau="Pour faire une démarche à la place de quelqu’un. Écrit, limité, révocable.",
        bouton="Enregistrer le mandat",
        retour=cas.page("mandats"),
        succes="Le mandat est prêt\u202f: imprimez-le, faites-le signer, puis ajoutez le document signé.",
    )


@agents_seulement
@require_http_methods(["GET", "POST"])
def mandat_revoquer(request: Requete, reference: str, numero: int) -> HttpResponse:
    cas = lire_cas(request, reference)
    mandat = cas.trouver(Mandat, numero)
    form = JourForm(donnees(request), initial={"jour": cas.dossier.point.aujourdhui()})
    return conduire(
        request,
        form,
        lambda: mandats.revoquer(request.user, mandat, form.cleaned_data["jour"]),
        gabarit=GABARIT,
        dossier=cas.dossier,
        titre="Révoquer un mandat",
        chapeau=cas.lecture.textes(mandat).get("objet", ""),
        bouton="Révoquer le mandat",
        retour=cas.page("mandats"),
        succes="Le mandat est révoqué\u202f: plus rien ne se fait sous lui.",
    )
