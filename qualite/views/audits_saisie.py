"""What is written of an audit: findings, interviews and observations, answers, actions from a finding."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accueil.acces import Requete, encadrants_seulement
from pimms.socle.pages import conduire, donnees
from pimms.socle.versions import conduire_version
from qualite import audits as ecriture
from qualite import droits_actions
from qualite.droits_campagnes import repond
from qualite.etats_campagne import EtatCampagne
from qualite.forms.actions import OuvrirForm
from qualite.forms.audits import (
    CorrigerConstatForm,
    NoteForm,
    NouveauConstatForm,
    ReponseForm,
    initial_du_constat,
)
from qualite.models import ActionCorrective, Campagne, ConstatAudit, Exigence, Provenance
from qualite.pages_actions import code_de
from qualite.preuves import Objet
from qualite.views.audits import lecteurs_d_audit, trouver_audit


@lecteurs_d_audit
@require_http_methods(["GET", "HEAD", "POST"])
def constat_audit_nouveau(request: Requete, pk: int) -> HttpResponse:
    """Write a finding; `lieu` and `exigence` in the address choose for who comes from the file."""
    audit = trouver_audit(request, pk)
    if not audit.ecrit:
        raise Http404
    initial = {"lieu": request.GET.get("lieu", ""), "exigence": request.GET.get("exigence", "")}
    form = NouveauConstatForm(
        donnees(request), audit=audit, exigences=_exigences(audit.campagne), initial=initial
    )
    return conduire(
        request,
        form,
        lambda: ecriture.constater(
            request.user, audit.campagne, form.cleaned_data["cle"], form.constatation()
        ),
        titre="Écrire un constat",
        chapeau="Le point y répondra. Un constat se corrige tant que l’audit dure.",
        bouton="Enregistrer le constat",
        retour=reverse("dossier_audit", args=[pk]),
        succes="Le constat est écrit.",
    )


def _exigences(campagne: Campagne) -> list[Exigence]:
    return list(Exigence.objects.filter(referentiel=campagne.referentiel_id))


@lecteurs_d_audit
@require_http_methods(["GET", "HEAD", "POST"])
def constat_audit_corriger(request: Requete, pk: int, numero: int) -> HttpResponse:
    """Change a finding while the audit lasts: who wrote it."""
    audit = trouver_audit(request, pk)
    constats = ConstatAudit.objects.select_related("campagne", "point")
    constat = get_object_or_404(constats, campagne=audit.campagne, numero=numero)
    if not audit.ecrit or constat.auteur_id != request.user.pk or not audit.couvre(constat.point):
        raise Http404
    form = CorrigerConstatForm(
        donnees(request),
        audit=audit,
        exigences=_exigences(audit.campagne),
        initial=initial_du_constat(constat),
    )
    return conduire_version(
        request,
        form,
        lambda: ecriture.corriger(request.user, constat, form.cleaned_data["version"], form.constatation()),
        lambda: initial_du_constat(constats.get(pk=constat.pk)),
        titre=f"Corriger le constat {numero}",
        retour=reverse("dossier_audit", args=[pk]),
        succes="Le constat est corrigé.",
    )


@lecteurs_d_audit
@require_http_methods(["GET", "HEAD", "POST"])
def note_audit_nouvelle(request: Requete, pk: int) -> HttpResponse:
    """Keep an interview or an observation: auditors only."""
    audit = trouver_audit(request, pk)
    if not audit.note:
        raise Http404
    form = NoteForm(donnees(request), audit=audit, initial={"lieu": request.GET.get("lieu", "")})
    return conduire(
        request,
        form,
        lambda: ecriture.noter(request.user, audit.campagne, form.note()),
        titre="Noter un entretien ou une observation",
        chapeau="Ce qui est noté ne se change plus\u202f: ajoutez une autre note s’il le faut.",
        bouton="Enregistrer la note",
        retour=reverse("dossier_audit", args=[pk]),
        succes="La note est gardée.",
    )


def _trouver_constat(request: Requete, pk: int, numero: int) -> ConstatAudit:
    """A finding that this person answers for, else 404."""
    constats = ConstatAudit.objects.select_related("campagne__referentiel", "point__association")
    constats = constats.filter(campagne__in=Campagne.objects.visibles_par(request.user))
    constat = get_object_or_404(constats, campagne=pk, numero=numero)
    if not repond(request.user.portee, constat):
        raise Http404
    return constat


@encadrants_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def constat_audit_repondre(request: Requete, pk: int, numero: int) -> HttpResponse:
    """Answer a finding: who looks after its point; the union for the central function."""
    constat = _trouver_constat(request, pk, numero)
    if constat.campagne.etat != EtatCampagne.REPONSE:
        raise Http404
    form = ReponseForm(donnees(request))
    return conduire(
        request,
        form,
        lambda: ecriture.repondre(request.user, constat, form.cleaned_data["texte"]),
        titre=f"Répondre au constat {numero}",
        chapeau=f"{constat.get_grade_display()}, {constat.lieu}\u202f: {constat.texte}",
        bouton="Enregistrer la réponse",
        retour=reverse("campagne", args=[pk]),
        succes="La réponse est enregistrée.",
    )


@encadrants_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def constat_audit_agir(request: Requete, pk: int, numero: int) -> HttpResponse:
    """Open a corrective action from a finding."""
    constat = _trouver_constat(request, pk, numero)
    if constat.campagne.etat == EtatCampagne.AUDIT or not constat.appelle_reponse:
        raise Http404
    objet = Objet(point=constat.point)
    jour = ActionCorrective(point=objet.point).aujourdhui()
    initial = {
        "objet": code_de(objet),
        "exigence": constat.exigence,
        "provenance": Provenance.AUDIT,
        "pilote": request.user.pk,
        "description": constat.texte,
    }
    form = OuvrirForm(
        donnees(request),
        initial=initial,
        objet=objet,
        pilotes=droits_actions.pilotes_possibles(objet, jour),
        exigences=_exigences(constat.campagne),
    )
    faites: list[ActionCorrective] = []
    return conduire(
        request,
        form,
        lambda: faites.append(ecriture.agir(request.user, constat, form.ouverture())),
        titre="Ouvrir une action",
        chapeau=f"Pour {constat.point or 'le réseau'}, d’après le constat {numero} de l’audit.",
        bouton="Ouvrir l’action",
        retour=reverse("campagne", args=[pk]),
        suite=lambda: reverse("corrective", args=[faites[0].pk]),
        succes="L’action est ouverte.",
    )
