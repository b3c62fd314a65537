"""The mail that tells who asked for a report how it ended; for all those of an evaluation, one at the end."""

from collections import Counter

from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string

from pimms.socle.courriels import poster
from qualite.models import EtatRapport, Rapport

PAGE = "/qualite/rapports/"  # written here: `reverse` would load every view in the worker
VERROU = 61_000  # first half of the advisory locks: the second is the evaluation


def prevenir(rapport: Rapport, issue: str, raison: str = "") -> None:
    """Post the mail, in the transaction that ends the report.

    Of several that one person asked for on one evaluation, the last to end tells of all.
    """
    if rapport.evaluation_id is None or not _dire_le_lot(rapport):
        _dire_un(rapport, issue, raison)


def prevenir_du_reste(rapport: Rapport) -> None:
    """After one was cancelled, tell of the others if it was the last that was waited for."""
    if rapport.evaluation_id is None or _dire_le_lot(rapport):
        return
    seul = Rapport.objects.filter(
        evaluation=rapport.evaluation_id, demande_par=rapport.demande_par_id
    ).a_voir()
    for reste in seul:
        issue = "est prêt" if reste.etat == EtatRapport.PRET else "n’a pas abouti"
        _dire_un(reste, issue, reste.erreur)


def _dire_un(rapport: Rapport, issue: str, raison: str) -> None:
    _poster(rapport, "rapport", f"{PAGE}{rapport.pk}/", {"issue": issue, "raison": raison})


def _dire_le_lot(rapport: Rapport) -> bool:
    """Tell of all those of the evaluation that were not seen yet, once none waits; whether this one is told,
    or will be."""
    with connection.cursor() as curseur:  # two that end together: the second sees the first
        curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", [VERROU, rapport.evaluation_id])
    siens = Rapport.objects.filter(evaluation=rapport.evaluation_id, demande_par=rapport.demande_par_id)
    if siens.exclude(etat__in=Rapport.FINIS).exists():
        return True
    etats = Counter(siens.a_voir().values_list("etat", flat=True))
    if etats.total() < 2:
        return False
    nombres = {"prets": etats[EtatRapport.PRET], "echecs": etats[EtatRapport.ECHEC]}
    _poster(rapport, "rapports", PAGE, nombres)
    return True


def _poster(rapport: Rapport, gabarit: str, page: str, dit: dict) -> None:
    contexte = {
        "personne": rapport.demande_par,
        "rapport": rapport,
        "lien": f"{settings.ADRESSE_SITE}{page}",
    }
    texte = render_to_string(f"courriels/{gabarit}.txt", contexte | dit)
    sujet, _, corps = texte.strip().partition("\n")
    poster(rapport.demande_par.email, sujet, corps.strip() + "\n")
