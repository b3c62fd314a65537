"""Another register for an entry: propose, decide, read what was changed."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil import retagages
from accueil.acces import Requete, agents_seulement, lecteurs_seulement
from accueil.models import ChangementRegistre, Demande, PointAccueil, Visite
from accueil.registres import PAR_NUMERO
from mediation.forms.propositions import PropositionForm
from mediation.models import Action, Dossier, Etape, PropositionRegistre
from mediation.propositions import (
    Decision,
    Objet,
    auteur_de,
    decider,
    objet_de,
    peut_decider,
    proposer,
    sans_reponse,
    tardive,
)
from pimms.socle.pages import conduire, donnees, executer

RECENTES = 50
LIES = (
    "point", "par", "decide_par", "dossier__mediateur", "dossier__point", "etape__auteur",
    "etape__dossier__mediateur", "etape__point", "action__auteur", "action__point",
    "demande__point", "demande__visite__auteur",
)  # fmt: skip


def _objet(request: Requete, genre: str, pk: int) -> Objet:
    """An entry whose register this person may change or propose to change; else 404."""
    lisibles = Dossier.objects.lisibles_par(request.user)
    if genre == "dossier":
        objet = get_object_or_404(lisibles.select_related("point", "mediateur"), pk=pk)
    elif genre == "etape":
        etapes = Etape.objects.filter(
            dossier__in=lisibles.values("pk"), annulee_le__isnull=True, registre__isnull=False
        )
        objet = get_object_or_404(etapes.select_related("point", "auteur", "dossier__point"), pk=pk)
    elif genre == "action":
        actions = Action.objects.modifiables_par(request.user).exclude(etat=Action.Etat.ANNULEE)
        objet = get_object_or_404(actions.select_related("point", "auteur"), pk=pk)
    elif genre == "demande":
        visites = Visite.objects.modifiables_par(request.user).actives()
        demandes = Demande.objects.filter(visite__in=visites).select_related("point", "visite__auteur")
        objet = get_object_or_404(demandes, pk=pk)
    else:
        raise Http404
    gere = objet.point_id in request.user.portee.points_de_responsable
    if not gere and (genre == "demande" or auteur_de(objet).pk != request.user.pk):
        raise Http404
    return objet


def _page(objet: Objet) -> str:
    if isinstance(objet, Action):
        return reverse("action", args=[objet.pk])
    if isinstance(objet, Demande):
        return _au_journal(objet.visite, objet.point)
    dossier = objet if isinstance(objet, Dossier) else objet.dossier
    return reverse("dossier", args=[dossier.reference])


def _au_journal(visite: Visite, point: PointAccueil) -> str:
    """A visit's line in the journal."""
    jour = visite.jour.isoformat()
    ou = urlencode({"point": point.code, "du": jour, "au": jour})
    return f"{reverse('journal')}?{ou}#visite-{visite.pk}"


def _nom(objet: Objet) -> str:
    if isinstance(objet, Dossier):
        return f"dossier {objet.reference}"
    if isinstance(objet, Etape):
        return f"{objet.get_nature_display().lower()} du dossier {objet.dossier.reference}"
    if isinstance(objet, Demande):
        return f"demande du {objet.visite.jour:%d/%m/%Y}"
    return f"{objet.get_nature_display().lower()} du {objet.jour:%d/%m/%Y}"


@agents_seulement
@require_http_methods(["GET", "POST"])
def nouvelle(request: Requete, objet: str, pk: int) -> HttpResponse:
    """Propose another register, or change that of one's own entry."""
    entree = _objet(request, objet, pk)
    sienne = auteur_de(entree).pk == request.user.pk
    sans_auteur = not sienne and bool(sans_reponse([entree]))
    de_suite = sienne or sans_auteur
    form = PropositionForm(donnees(request), actuel=entree.registre)
    ecrites: list[PropositionRegistre] = []

    def ecrire() -> None:
        ecrites.append(proposer(request.user, entree, form.cleaned_data["vers"], form.cleaned_data["motif"]))

    return conduire(
        request,
        form,
        ecrire,
        titre="Changer de registre" if de_suite else "Proposer un autre registre",
        chapeau=_chapeau(entree, sienne, sans_auteur),
        bouton="Changer le registre" if de_suite else "Proposer",
        retour=_page(entree),
        succes=lambda: (
            "Le registre est changé." if ecrites[0].decision else "Votre proposition est enregistrée."
        ),
        gabarit="mediation/registres/proposer.html",
    )


def _chapeau(objet: Objet, sienne: bool, sans_auteur: bool) -> str:
    registre = (
        f"{objet.registre}. {PAR_NUMERO[objet.registre].libelle}" if objet.registre else "aucun registre"
    )
    phrase = f"{_nom(objet).capitalize()}\u202f: {registre}."
    if sans_auteur:
        phrase += f" {auteur_de(objet)} ne peut plus répondre\u202f: le changement se fait tout de suite."
    elif not sienne:
        phrase += f" {auteur_de(objet)} décidera."
    if isinstance(objet, Dossier) and objet.predecesseur_id:
        phrase += (
            " Ce dossier vient d’un autre point et compte là-bas, avec le registre qu’il y porte\u202f: "
            "changer le registre ici ne change pas les chiffres."
        )
    if tardive(objet):
        phrase += " Plus de 30 jours après la saisie, le changement est marqué comme tardif."
    return phrase


@lecteurs_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """What waits for a decision, what was decided lately, and what corrections of visits changed, at the
    points this person reads."""
    portee = request.user.portee
    visibles = PropositionRegistre.objects.select_related(*LIES)
    if not portee.reseau:
        visibles = visibles.filter(point__in=portee.points_visibles())
    cachees = Dossier.objects.exclude(pk__in=Dossier.objects.visibles_par(request.user).values("pk"))
    visibles = visibles.exclude(
        Q(dossier__in=cachees.values("pk")) | Q(etape__dossier__in=cachees.values("pk"))
    )
    visibles = visibles.exclude(decision="", demande__visite__annulee_le__isnull=False)
    attendent = visibles.filter(decision="")
    montrees = list(attendent[:RECENTES])
    contexte = {
        "en_attente": _lignes_en_attente(request, montrees),
        "nombre": attendent.count() if len(montrees) == RECENTES else len(montrees),
        "decidees": [_ligne(p) for p in visibles.exclude(decision="")[:RECENTES]],
        "accueil": [_ligne_de_l_accueil(c) for c in retagages.visibles_par(request.user)[:RECENTES]],
        "recentes": RECENTES,
    }
    return render(request, "mediation/registres/propositions.html", contexte)


def _ligne(proposition: PropositionRegistre) -> dict:
    objet = objet_de(proposition)
    return {
        "p": proposition,
        "nom": _nom(objet),
        "url": _page(objet),
        "de": PAR_NUMERO[proposition.registre_de] if proposition.registre_de else None,
        "vers": PAR_NUMERO[proposition.registre_vers],
    }


def _ligne_de_l_accueil(changement: ChangementRegistre) -> dict:
    """A request's register changed by a correction: it leads to its visit in the journal."""
    return {
        "c": changement,
        "url": _au_journal(changement.visite, changement.point),
        "de": PAR_NUMERO.get(changement.registre_de or 0),
        "vers": PAR_NUMERO.get(changement.registre_vers or 0),
    }


def _lignes_en_attente(request: Requete, propositions: Sequence[PropositionRegistre]) -> list[dict]:
    """What waits, with what this person may answer; a manager knows of cases that they don't read."""
    objets = [objet_de(p) for p in propositions]
    orphelines = sans_reponse(objets) if objets else set()
    dossiers = {_dossier(o) for o in objets} - {None}
    lus = Dossier.objects.lisibles_par(request.user).filter(pk__in=[d.pk for d in dossiers if d])
    lisibles = {None, *lus} if dossiers else {None}
    lignes = []
    for proposition, objet in zip(propositions, objets, strict=True):
        ici = objet.point_id in request.user.portee.points_de_saisie and _dossier(objet) in lisibles
        sans_auteur = objet in orphelines
        accepter, refuser = (
            ici and peut_decider(request.user, objet, d, sans_auteur=sans_auteur)
            for d in (Decision.ACCEPTEE, Decision.REFUSEE)
        )
        suite = {
            "qui_decide": _qui_decide(objet, sans_auteur),
            "accepter": accepter,
            "refuser": refuser,
        }
        lignes.append(_ligne(proposition) | suite)
    return lignes


def _qui_decide(objet: Objet, sans_auteur: bool) -> str:
    """Who answers a proposal that waits, in plain words."""
    auteur, dossier = auteur_de(objet), _dossier(objet)
    if not sans_auteur:
        return f"{auteur} décide"
    decide = "le responsable du point décide"
    if isinstance(objet, Etape):
        decide = f"{objet.dossier.mediateur}, chargé du dossier, décide, ou le responsable du point"
    if dossier and dossier.restreint:
        decide += ", s’il peut lire ce dossier réservé"
    return f"{decide}\u202f: {auteur} ne peut plus répondre"


def _dossier(objet: Objet) -> Dossier | None:
    """The case of an entry; none for an action or a request."""
    if isinstance(objet, Dossier):
        return objet
    return objet.dossier if isinstance(objet, Etape) else None


@agents_seulement
@require_POST
def trancher(request: Requete, pk: int) -> HttpResponse:
    """Accept or refuse a proposal, or withdraw it as the point's manager."""
    points = request.user.portee.points_de_saisie
    propositions = PropositionRegistre.objects.select_related(*LIES).filter(point__in=points)
    proposition = get_object_or_404(propositions, pk=pk)
    decision = Decision.ACCEPTEE if request.POST.get("decision") == Decision.ACCEPTEE else Decision.REFUSEE
    accepte = decision == Decision.ACCEPTEE
    succes = "Le registre est changé." if accepte else "La proposition est refusée\u202f: rien ne change."
    return executer(
        request, lambda: decider(request.user, proposition, decision), succes, reverse("propositions")
    )
