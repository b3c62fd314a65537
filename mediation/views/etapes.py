"""Steps of a case, and what became of the commitments."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accueil.acces import Requete, agents_seulement
from accueil.registres import PAR_NUMERO
from mediation import accords
from mediation import etapes as ecriture
from mediation.forms.etapes import EtapeForm, SuiteEngagementForm, initial_d_etape
from mediation.models import Engagement, Etape, Mandat, Partie, Presence
from mediation.views.cas import Cas, conduire_versionne, lire_cas
from pimms.socle.pages import conduire, donnees, executer

FORMULAIRE = "mediation/dossiers/etape.html"
PRESENTS = ArraySubquery(Presence.objects.filter(etape=OuterRef("pk")).values("partie_id"))


def _mandats(cas: Cas, etape: Etape | None = None) -> list[Mandat]:
    """Mandates that are signed and not revoked, and the one that the step names; its day decides."""
    offerts = Q(document__isnull=False, revoque_le__isnull=True)
    if etape:
        offerts |= Q(pk=etape.mandat_id)
    mandats = list(Mandat.objects.filter(offerts, dossier=cas.dossier))
    for mandat in mandats:
        mandat.dossier = cas.dossier
    return mandats


@agents_seulement
@require_http_methods(["GET", "POST"])
def nouvelle(request: Requete, reference: str) -> HttpResponse:
    cas = lire_cas(request, reference)
    initial = {"jour": cas.dossier.point.aujourdhui(), "nature": request.GET.get("nature", "")}
    form = EtapeForm(
        donnees(request),
        initial=initial,
        lecture=cas.lecture,
        parties=cas.parties,
        mandats=_mandats(cas),
    )
    return conduire(
        request,
        form,
        lambda: ecriture.noter_etape(request.user, cas.dossier, form.saisie()),
        gabarit=FORMULAIRE,
        dossier=cas.dossier,
        titre="Noter une étape",
        bouton="Enregistrer l’étape",
        retour=cas.page("etapes"),
        succes="L’étape est notée.",
    )


def _etape(cas: Cas, numero: int) -> Etape:
    return cas.trouver(Etape.objects.select_related("mandat").annotate(presents=PRESENTS), numero)


def _initial(cas: Cas, etape: Etape) -> dict:
    presents = [p for p in cas.parties if p.pk in etape.presents]  # type: ignore[attr-defined]
    return initial_d_etape(etape, cas.lecture, presents)


def _engages(cas: Cas, etape: Etape) -> list[dict]:
    """The commitments of the agreement, as its form shows them."""
    par_pk: dict[int, Partie] = {p.pk: p for p in cas.parties}
    return [
        cas.lecture.textes(e)
        | {"numero": e.numero, "echeance": e.echeance, "partie": str(par_pk[e.partie_id].numero)}
        for e in etape.engagements.order_by("numero")
    ]


def _url_du_registre(request: Requete, etape: Etape) -> str:
    """Where its author changes the step's register, or the manager proposes to; empty for others, and where
    the step has the case's own."""
    if not etape.registre:
        return ""
    gere = etape.point_id in request.user.portee.points_de_responsable
    sienne = etape.auteur_id == request.user.pk
    return reverse("registre_proposer", args=["etape", etape.pk]) if gere or sienne else ""


@agents_seulement
@require_http_methods(["GET", "POST"])
def modifier(request: Requete, reference: str, numero: int) -> HttpResponse:
    cas = lire_cas(request, reference)
    etape = _etape(cas, numero)
    form = EtapeForm(
        donnees(request),
        initial=_initial(cas, etape),
        lecture=cas.lecture,
        parties=cas.parties,
        mandats=_mandats(cas, etape),
        engages=_engages(cas, etape),
        etape=etape,
    )

    def actuel() -> dict:
        la = _etape(cas, numero)
        return _initial(cas, la) | {"engagements": _engages(cas, la)}

    return conduire_versionne(
        request,
        form,
        lambda: ecriture.corriger_etape(request.user, etape, form.saisie(), form.cleaned_data["version"]),
        actuel,
        gabarit=FORMULAIRE,
        registre=PAR_NUMERO.get(etape.registre or 0),
        registre_url=_url_du_registre(request, etape),
        dossier=cas.dossier,
        titre=f"Corriger\u202f: {etape.get_nature_display().lower()}",
        retour=cas.page("etapes"),
        succes="L’étape est corrigée.",
    )


@agents_seulement
@require_POST
def annuler(request: Requete, reference: str, numero: int) -> HttpResponse:
    cas = lire_cas(request, reference)
    etape = cas.trouver(Etape, numero)
    return executer(
        request,
        lambda: ecriture.annuler_etape(request.user, etape),
        "L’étape est annulée\u202f: elle ne compte plus, et reste lisible.",
        cas.page("etapes"),
    )


@agents_seulement
@require_http_methods(["GET", "POST"])
def suite(request: Requete, reference: str, numero: int) -> HttpResponse:
    """Whether a commitment was kept."""
    cas = lire_cas(request, reference)
    engagement = cas.trouver(Engagement, numero)
    partie = next(p for p in cas.parties if p.pk == engagement.partie_id)
    initial = {"vue": engagement.suite, "suite": engagement.suite, "jour": cas.dossier.point.aujourdhui()}
    form = SuiteEngagementForm(donnees(request), initial=initial)

    def ecrire() -> None:
        c = form.cleaned_data
        accords.constater(request.user, engagement, c["suite"], c["jour"], vue=c["vue"])

    def actuel() -> dict:
        la = cas.trouver(Engagement, numero)
        return {"vue": la.suite, "suite": la.suite, "jour": la.constate_le}

    return conduire_versionne(
        request,
        form,
        ecrire,
        actuel,
        dossier=cas.dossier,
        titre="Suite d’un engagement",
        chapeau=f"{cas.lecture.nom(partie)}\u202f: {cas.lecture.textes(engagement).get('texte', '')}",
        retour=cas.page("engagements"),
        succes="La suite de l’engagement est notée.",
    )
