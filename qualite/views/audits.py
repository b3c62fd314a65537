"""What an auditor reads: one's audits, the frozen file, a place of it, a proof, entries behind a figure."""

from collections import Counter
from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accueil.acces import Portee, Requete, reserve_a
from accueil.models import PointAccueil
from mediation.documents import TYPES
from pimms.socle.budgets import BudgetDepasse, budget
from pimms.socle.typographie import compte
from qualite import dossier_audit as dossiers
from qualite import pages_campagnes as pages
from qualite import preuves as ecriture
from qualite.droits_campagnes import Audit, audit_de, est_auditeur
from qualite.echantillonnage import tirages_de
from qualite.lecture_preuves import valeurs_de
from qualite.models import (
    Campagne,
    ConstatAudit,
    FichierPreuve,
    JourneeAudit,
    Niveau,
    NoteAudit,
    PreuveArretee,
)
from qualite.pages_constats import MOTS
from qualite.sondage import Sujet, derriere, sonder
from qualite.verdicts import Verdict

LIMITE = 5_000  # ms for each statement of the network's sample


def _lit_des_audits(portee: Portee) -> bool:
    return portee.reseau or est_auditeur(portee)


auditeurs_seulement = reserve_a(est_auditeur)
lecteurs_d_audit = reserve_a(_lit_des_audits)


def trouver_audit(request: Requete, pk: int, *, lisible: bool = True) -> Audit:
    """A campaign's audit as this person has it today, else 404; with `lisible`, once its file is frozen."""
    liens = ("evaluation", "referentiel", "pilote")
    campagne = get_object_or_404(Campagne.objects.select_related(*liens), pk=pk)
    audit = audit_de(request.user, campagne)
    if audit is None or (lisible and not audit.lisible):
        raise Http404
    return audit


def trouver_lieu(audit: Audit, code: str) -> PointAccueil | None:
    """A place of the audit by its code; « centrale » is the central function."""
    point = None if code == "centrale" else audit.point(code)
    if (code == "centrale" and not audit.centrale) or (code != "centrale" and point is None):
        raise Http404
    return point


@auditeurs_seulement
@require_safe
def mes_audits(request: Requete) -> HttpResponse:
    """The campaigns to which one is invited today."""
    return render(request, "qualite/audits/liste.html", {"campagnes": pages.mes_audits(request.user)})


@lecteurs_d_audit
@require_safe
def dossier(request: Requete, pk: int) -> HttpResponse:
    """The file of a campaign: its places, the plan, findings, interviews and observations."""
    audit = trouver_audit(request, pk, lisible=False)
    campagne = audit.campagne
    constats = ConstatAudit.objects.filter(campagne=campagne).order_by("numero")
    notes = NoteAudit.objects.filter(campagne=campagne).select_related("point", "auteur")
    journees = JourneeAudit.objects.filter(campagne=campagne).select_related("point")
    if not audit.centrale:
        constats = constats.filter(point__in=audit.cles)
        notes, journees = notes.filter(point__in=audit.cles), journees.filter(point__in=audit.cles)
    vus = dossiers.voir(constats)
    contexte: dict[str, Any] = {
        "audit": audit,
        "campagne": campagne,
        "ton": pages.TONS[Campagne.Etat(campagne.etat)],
        "lieux": _lieux(audit, vus),
        "tire": audit.lisible and bool(tirages_de(campagne)),
        "constats": vus,
        "par_grade": pages.par_grade(vus),
        "notes": notes[:200],
        "journees": journees,
        "reseau": request.user.portee.reseau,
    }
    return render(request, "qualite/audits/dossier.html", contexte)


def _lieux(audit: Audit, constats: list[dossiers.ConstatVu]) -> list[tuple[str, str, str, Any, int]]:
    """Code, name, why it is there, verdicts and number of findings of each place, from the freezing on."""
    if not audit.lisible:
        return []
    comptes = dossiers.repartition_par_lieu(audit.campagne, audit.points)
    lignes = [
        (
            ligne.point.code,
            ligne.point.nom,
            f"{ligne.get_origine_display().capitalize()}. {ligne.explication}",
            _mots(comptes[ligne.point_id]),
            sum(v.constat.point_id == ligne.point_id for v in constats),
        )
        for ligne in audit.lignes
    ]
    if audit.centrale:
        au_reseau = sum(v.constat.point_id is None for v in constats)
        lignes.insert(0, ("centrale", "Fonction centrale", "", "", au_reseau))
    return lignes


def _mots(comptes: Counter) -> str:
    return ", ".join(compte(comptes[v], MOTS[v]) for v in Verdict if comptes[v])


@lecteurs_d_audit
@require_safe
def dossier_lieu(request: Requete, pk: int, code: str) -> HttpResponse:
    """One place against the référentiel, as frozen: verdicts, proofs, what earlier audits found."""
    audit = trouver_audit(request, pk)
    point = trouver_lieu(audit, code)
    lignes = dossiers.lignes_gelees(audit, point)
    constats = ConstatAudit.objects.filter(campagne=audit.campagne, point=point).order_by("numero")
    contexte = {
        "audit": audit,
        "campagne": audit.campagne,
        "code": code,
        "lieu": str(point or "Fonction centrale"),
        "ligne": audit.ligne(point),
        "blocs": dossiers.en_blocs(lignes, audit.campagne.referentiel.blocs),
        "constats": dossiers.voir(constats),
        "anterieurs": dossiers.voir(dossiers.anterieurs(audit, point)),
    }
    return render(request, "qualite/audits/lieu.html", contexte)


def _trouver_preuve(request: Requete, pk: int, preuve: int) -> tuple[Audit, PreuveArretee]:
    audit = trouver_audit(request, pk)
    arretee = dossiers.preuve_de_l_audit(audit, preuve)
    if arretee is None:
        raise Http404
    return audit, arretee


@lecteurs_d_audit
@require_safe
def dossier_preuve(request: Requete, pk: int, preuve: int) -> HttpResponse:
    """A proof of the file: what it is, its hash; reading it is told in the journal."""
    audit, arretee = _trouver_preuve(request, pk, preuve)
    version = arretee.version
    dossiers.noter_lecture(request.user, version, audit.campagne)
    contexte = {
        "campagne": audit.campagne,
        "arretee": arretee,
        "version": version,
        "valeurs": valeurs_de(version),
    }
    return render(request, "qualite/audits/preuve.html", contexte)


@lecteurs_d_audit
@require_safe
def dossier_fichier(request: Requete, pk: int, preuve: int) -> HttpResponse:
    """Download a proof's file, after its hash was computed again; told in the journal each time."""
    _, arretee = _trouver_preuve(request, pk, preuve)
    try:
        nom, octets = ecriture.lire(request.user, arretee.version)
    except FichierPreuve.DoesNotExist as absent:
        raise Http404 from absent
    except ecriture.FichierAltere:
        messages.error(
            request, "Ce fichier a été modifié ou perdu depuis son dépôt\u202f: il n’est pas donné."
        )
        return redirect("dossier_preuve", pk=pk, preuve=preuve)
    reponse = HttpResponse(octets, content_type=TYPES[arretee.version.format])
    reponse["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=nom)
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reponse["Cache-Control"] = "no-store"
    return reponse


@lecteurs_d_audit
@require_safe
def dossier_entrees(request: Requete, pk: int, code: str, exigence: str) -> HttpResponse:
    """Some of the entries behind a figure, drawn by the campaign's own seed: coded values, no name."""
    audit = trouver_audit(request, pk)
    point = trouver_lieu(audit, code)
    ligne = dossiers.ligne_gelee(audit, point, exigence)
    if ligne is None:
        raise Http404
    contexte: dict[str, Any] = {
        "campagne": audit.campagne,
        "lieu": str(point or "Fonction centrale"),
        "code": code,
        "ligne": ligne,
    }
    if not ligne.sans_entrees:
        contexte |= _sonder(audit.campagne, point, ligne, request.GET.get("sorte", ""))
    return render(request, "qualite/audits/entrees.html", contexte)


def _sonder(
    campagne: Campagne, point: PointAccueil | None, ligne: dossiers.LigneGelee, voulue: str
) -> dict[str, Any]:
    """The sample of the kind that was asked for, and what the frozen file counted."""
    quoi, evaluation = derriere(ligne.exigence), campagne.evaluation
    if quoi is None or evaluation is None:
        raise Http404
    rang = int(voulue) if voulue.isdecimal() and int(voulue) < len(quoi.sondes) else 0
    graine = f"campagne {campagne.pk} {ligne.exigence.code}"
    try:
        # What a whole network logged is read within a limit of time.
        with budget(LIMITE) if ligne.niveau == Niveau.RESEAU else nullcontext():
            sondage = sonder(evaluation, Sujet(ligne.niveau, point), rang, quoi, graine)
    except BudgetDepasse:
        return {"trop_long": True}
    gele = ligne.nombres.get(quoi.total)
    return {
        "sondage": sondage,
        "sortes": [(n, s.mots, nombre, n == rang) for n, (s, nombre, _) in enumerate(sondage.nombres)],
        "gele": gele,
        "change": gele is not None and gele != sondage.tout,
    }
