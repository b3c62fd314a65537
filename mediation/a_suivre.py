"""What waits for someone in the cases: partners to remind, commitments due, cases to review (MEO-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from accueil.models import Utilisateur
from mediation.etats import ACTIFS
from mediation.lecture import Lecture
from mediation.models import Attente, Dossier, Engagement, Etape
from mediation.models.dossiers import A_REVOIR_APRES
from pimms.socle.typographie import compte, date_courte

MES_DOSSIERS_MAX = 300  # active cases of one person that are looked at


def _premier(lignes: QuerySet, champ: str) -> Subquery:
    return Subquery(
        lignes.filter(dossier=OuterRef("pk")).order_by().values("dossier").annotate(j=Min(champ)).values("j")
    )


def avec_echeances(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Add the days by which a case is followed: `derniere_activite` (last step, end of the last wait, or
    opening), `relance_le` of a running wait, `echeance` of the first commitment without outcome."""
    etapes = Etape.objects.filter(dossier=OuterRef("pk"), annulee_le__isnull=True).order_by("-jour")
    attentes = Attente.objects.filter(dossier=OuterRef("pk"), fin__isnull=False).order_by("-fin")
    return dossiers.annotate(
        derniere_etape=Subquery(etapes.values("jour")[:1]),
        derniere_activite=Greatest(
            F("ouvert_le"),
            Coalesce(F("derniere_etape"), F("ouvert_le")),
            Coalesce(Subquery(attentes.values("fin")[:1]), F("ouvert_le")),
        ),
        relance_le=_premier(Attente.objects.filter(fin__isnull=True), "relance_le"),
        echeance=_premier(Engagement.objects.filter(suite=""), "echeance"),
    )


def a_revoir(dossiers: QuerySet[Dossier], jour: date) -> QuerySet[Dossier]:
    """Active cases without a step for 60 days on that day; a running wait suspends the delay."""
    limite = jour - timedelta(days=A_REVOIR_APRES)
    # A case opened since cannot be late: the index on the opening spares the look-ups.
    actifs = dossiers.filter(etat__in=ACTIFS, ouvert_le__lte=limite)
    anciens: Any = avec_echeances(actifs)
    return anciens.filter(derniere_activite__lte=limite, relance_le__isnull=True)


@dataclass(frozen=True)
class Rappel:
    """One thing to do in a case. `ton` is that of a pill; `quand` its day, the oldest come first."""

    dossier: Dossier
    titre: str
    pastille: str
    ton: str
    phrase: str
    quand: date


def _rappels(dossier: Dossier, titre: str) -> Iterable[Rappel]:
    aujourdhui = dossier.point.aujourdhui()
    relance, echeance = dossier.relance_le, dossier.echeance  # type: ignore[attr-defined]
    activite = dossier.derniere_activite  # type: ignore[attr-defined]
    if relance and relance <= aujourdhui:
        phrase = f"réponse attendue, relance prévue le {date_courte(relance)}"
        yield Rappel(dossier, titre, "À relancer", "ocre", phrase, relance)
    if echeance and echeance <= aujourdhui:
        phrase = f"un engagement arrivait à échéance le {date_courte(echeance)}"
        yield Rappel(dossier, titre, "Engagement échu", "ocre", phrase, echeance)
    jours = (aujourdhui - activite).days
    if relance is None and jours >= A_REVOIR_APRES:
        phrase = f"aucune étape depuis {compte(jours, 'jour')}"
        yield Rappel(dossier, titre, "À revoir", "rouge", phrase, activite)
    if relance is None and dossier.urgence == Dossier.Urgence.IMMEDIATE and dossier.etat == "demande":
        yield Rappel(dossier, titre, "Aujourd’hui", "rouge", "à traiter aujourd’hui", dossier.ouvert_le)


def mes_rappels(utilisateur: Utilisateur) -> list[Rappel]:
    """What waits for this person in the cases that they are in charge of, the oldest first; one statement.

    Cases of a point where they no longer work are left out.
    """
    miens = Dossier.objects.filter(mediateur=utilisateur, point__in=utilisateur.portee.points_de_role)
    lignes = avec_echeances(miens.actifs()).select_related("point", "cle_donnees")[:MES_DOSSIERS_MAX]
    rappels = [r for d in lignes for r in _rappels(d, titre_de(utilisateur, d, complete=True))]
    return sorted(rappels, key=lambda r: r.quand)


def titre_de(utilisateur: Utilisateur, dossier: Dossier, complete: bool) -> str:
    """The subject of a case, or its reference for who reads pseudonyms."""
    objet = Lecture(utilisateur, dossier, complete).textes(dossier).get("objet")
    return objet or f"Médiation {dossier.reference}"
