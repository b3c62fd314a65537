"""What waits for someone in the cases: partners to remind, commitments due, cases to review (MEO-3)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accueil.models import Utilisateur
from mediation.etats import Etat
from mediation.lecture import Lecture
from mediation.models import Attente, Dossier, Engagement, Etape
from mediation.models.dossiers import A_REVOIR_APRES
from pimms.socle.typographie import compte, date_courte

URGENTS, A_RELANCER, ECHUS = "urgents", "a_relancer", "echus"  # what else may be due of a case today
RAPPELS_MAX = 30  # shown at once, the oldest first; how many wait in all is told


def _premier(lignes: QuerySet, champ: str) -> Subquery:
    return Subquery(
        lignes.filter(dossier=OuterRef("pk")).order_by().values("dossier").annotate(j=Min(champ)).values("j")
    )


def avec_echeances(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Add the days by which a case is followed: those of activity, and `echeance`, of the first commitment
    without outcome."""
    suivis: Any = _avec_activite(dossiers)
    return suivis.annotate(echeance=_premier(Engagement.objects.filter(suite=""), "echeance"))


def _avec_activite(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Add `derniere_activite` (last step, end of the last wait, or opening) and `relance_le` of a running
    wait."""
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
    )


# As text: the ORM took longer to write it than the database to answer. Old cases alone are looked into, each
# against a day that is written down: where it had to be found from the case's point, the network's sixteen
# thousand cases took three times as long. A closed case has its day (a constraint): comparing the ten other
# states as texts, case by case, took a tenth of the time.
_SANS_ACTIVITE = """mediation_dossier.ouvert_le <= %s AND NOT EXISTS (
    SELECT FROM mediation_etape e
    WHERE e.dossier_id = mediation_dossier.id AND e.annulee_le IS NULL AND e.jour > %s
  ) AND NOT EXISTS (
    SELECT FROM mediation_attente w
    WHERE w.dossier_id = mediation_dossier.id AND coalesce(w.fin, w.relance_le) > %s
  )"""
_OU_LE_JOUR_EST = """mediation_dossier.point_id = ANY (ARRAY (
    SELECT p.id FROM accueil_pointaccueil p WHERE (%s AT TIME ZONE p.fuseau)::date {} %s
  ))"""
_TERMINE = "mediation_dossier.clos_le IS NOT NULL OR mediation_dossier.anonymise_le IS NOT NULL"
_A_REVOIR_LE = f"CASE WHEN {_TERMINE} THEN false ELSE {_SANS_ACTIVITE} END"
_A_REVOIR = f"""CASE
  WHEN {_TERMINE} THEN false
  WHEN {_OU_LE_JOUR_EST.format("<")} THEN {_SANS_ACTIVITE}
  WHEN {_OU_LE_JOUR_EST.format(">")} THEN {_SANS_ACTIVITE}
  ELSE {_SANS_ACTIVITE} END"""


def a_revoir(commun: date | None = None) -> RawSQL:
    """Whether a case is active and without a step for 60 days, on today's day at its point, as a column of
    its queryset; a wait suspends the delay up to its day.

    `commun`: that day, where it is known to be the same at all points of the queryset.
    """
    if commun:
        limites = [commun - timedelta(days=A_REVOIR_APRES)] * 3
        return RawSQL(_A_REVOIR_LE, limites, output_field=BooleanField())  # noqa: S611 — a constant
    maintenant, jour = timezone.now(), timezone.localdate()
    parametres: list[Any] = []
    for decalage in (-1, 1, 0):  # no place is more than a day away from here
        limite = jour + timedelta(days=decalage - A_REVOIR_APRES)
        parametres += [maintenant, jour] if decalage else []
        parametres += [limite] * 3
    return RawSQL(_A_REVOIR, parametres, output_field=BooleanField())  # noqa: S611 — a constant


def _parmi(table: str, condition: str) -> str:
    """Cases with a row of that table whose day compares with another."""
    return f"""mediation_dossier.id IN (
    SELECT w.dossier_id FROM {table} w WHERE {{lieu}} AND {condition} %s
  )"""  # noqa: S608 — texts of this module


# Looked for from what is due, not case by case: of a point's thousand cases few have something. A wait
# suspends all of it up to its day; from then on, it is what is due.
_DUS = {
    URGENTS: f"""mediation_dossier.urgence = '{Dossier.Urgence.IMMEDIATE}'
  AND mediation_dossier.etat = '{Etat.DEMANDE}' AND NOT EXISTS (
    SELECT FROM mediation_attente w WHERE w.dossier_id = mediation_dossier.id AND w.fin IS NULL
  )""",
    A_RELANCER: _parmi("mediation_attente", "w.fin IS NULL AND w.relance_le <="),
    ECHUS: f"""{_parmi("mediation_engagement", "w.suite = '' AND w.echeance <=")}
  AND NOT {_parmi("mediation_attente", "w.fin IS NULL AND w.relance_le >")}""",
}


def est_du(quoi: str, jour: date, points: Collection[int] | None = None) -> RawSQL:
    """Whether that is due on a day of a case in course, as a column of its queryset; see `_rappels`.

    `points`: keys of those whose cases the queryset holds, if they are known.
    """
    texte = _DUS[quoi].format(lieu="true" if points is None else "w.point_id = ANY(%s)")
    valeurs = [jour] if points is None else [sorted(points), jour]
    parametres = valeurs * _DUS[quoi].count("{lieu}")
    return RawSQL(texte, parametres, output_field=BooleanField())  # noqa: S611 — texts of this module


@dataclass(frozen=True)
class Rappel:
    """One thing to do in a case. `ton` is that of a pill; `quand` its day, the oldest come first."""

    dossier: Dossier
    pastille: str
    ton: str
    phrase: str
    quand: date
    titre: str = ""


def _rappels(dossier: Dossier) -> Iterable[Rappel]:
    """What is due in this case today; the subject is opened later, where it is shown. Until its day a wait
    suspends all of it."""
    aujourdhui = dossier.point.aujourdhui()
    relance, echeance = dossier.relance_le, dossier.echeance  # type: ignore[attr-defined]
    activite = dossier.derniere_activite  # type: ignore[attr-defined]
    if relance and relance > aujourdhui:
        return
    if relance:
        phrase = f"réponse attendue, relance prévue le {date_courte(relance)}"
        yield Rappel(dossier, "À relancer", "ocre", phrase, relance)
    if echeance and echeance <= aujourdhui:
        phrase = f"un engagement arrivait à échéance le {date_courte(echeance)}"
        yield Rappel(dossier, "Engagement échu", "ocre", phrase, echeance)
    jours = (aujourdhui - activite).days
    if relance is None and jours >= A_REVOIR_APRES:
        phrase = f"aucune étape depuis {compte(jours, 'jour')}"
        yield Rappel(dossier, "À revoir", "rouge", phrase, activite)
    if relance is None and dossier.urgence == Dossier.Urgence.IMMEDIATE and dossier.etat == "demande":
        yield Rappel(dossier, "Aujourd’hui", "rouge", "à traiter aujourd’hui", dossier.ouvert_le)


@dataclass(frozen=True)
class MesRappels:
    """The oldest reminders of a person, and how many wait in all."""

    rappels: list[Rappel]
    nombre: int


def _en_attente(dossiers: QuerySet[Dossier], jour: date) -> QuerySet[Dossier]:
    """Active cases where something may be due by that day."""
    lignes: Any = avec_echeances(dossiers.actifs())  # type: ignore[attr-defined]
    limite = jour - timedelta(days=A_REVOIR_APRES)
    urgents = Q(urgence=Dossier.Urgence.IMMEDIATE, etat=Etat.DEMANDE)
    suspendus = Q(relance_le__isnull=False, relance_le__gt=jour)
    return lignes.exclude(suspendus).filter(
        Q(relance_le__lte=jour) | Q(echeance__lte=jour) | Q(derniere_activite__lte=limite) | urgents
    )


def mes_rappels(utilisateur: Utilisateur) -> MesRappels:
    """What waits for this person in the cases that they are in charge of, the oldest first; one statement.

    Cases of a point where they no longer work are left out.
    """
    portee = utilisateur.portee
    miens = Dossier.objects.filter(mediateur=utilisateur, point__in=portee.points_de_role)
    jour = max((p.aujourdhui() for p in portee.points), default=timezone.localdate())
    lignes = _en_attente(miens, jour).select_related("point", "cle_donnees")
    dus = sorted(((r, d) for d in lignes for r in _rappels(d)), key=lambda du: du[0].quand)
    ouverts = [replace(r, titre=titre_de(utilisateur, d, complete=True)) for r, d in dus[:RAPPELS_MAX]]
    return MesRappels(ouverts, len(dus))


def titre_de(utilisateur: Utilisateur, dossier: Dossier, complete: bool) -> str:
    """The subject of a case, or its reference for who reads pseudonyms."""
    objet = Lecture(utilisateur, dossier, complete).textes(dossier).get("objet")
    return objet or f"Médiation {dossier.reference}"
