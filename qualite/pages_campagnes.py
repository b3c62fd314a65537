"""Campaigns as their pages show them: the cycle, the list, one campaign for the union or for a point."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateField, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from accueil.models import Utilisateur
from pimms.socle.periodes import Periode
from qualite import droits_campagnes
from qualite.campagnes import ce_qui_manque
from qualite.chargement import periode_de
from qualite.dossier_audit import ConstatVu, voir
from qualite.etats_campagne import EtatCampagne, Transition, depuis, etapes
from qualite.evaluation import Cadre
from qualite.models import (
    Campagne,
    ConstatAudit,
    Echeance,
    EvenementCampagne,
    Grade,
    PointCampagne,
    Tirage,
)

LISTE_MAX = 100  # campaigns: a few a year
TONS = {
    EtatCampagne.PREPARATION: "",
    EtatCampagne.AUTO_EVALUATION: "bleu",
    EtatCampagne.REVUE: "bleu",
    EtatCampagne.GEL: "pin",
    EtatCampagne.AUDIT: "ocre",
    EtatCampagne.REPONSE: "ocre",
    EtatCampagne.DECISION: "ocre",
    EtatCampagne.CLOSE: "vert",
    EtatCampagne.ANNULEE: "",
}


@dataclass(frozen=True)
class Jalon:
    """A date of the cycle on its line: past, next, or to come."""

    echeance: Echeance
    passe: bool
    prochain: bool
    campagnes: list[Campagne]


def cycle(jour: date) -> list[Jalon]:
    """The certification cycle as a time line, with the campaign of each date; two statements."""
    echeances = list(Echeance.objects.prefetch_related("campagnes"))
    prochaine = next((e.pk for e in echeances if e.jour >= jour), None)
    return [Jalon(e, e.jour < jour, e.pk == prochaine, _menees(e)) for e in echeances]


def _menees(echeance: Echeance) -> list[Campagne]:
    return [c for c in echeance.campagnes.all() if c.etat != EtatCampagne.ANNULEE]


def _avec_periode(campagnes: QuerySet[Campagne]) -> QuerySet[Any]:
    """With the days that the frozen file looks at (`gele_du`, `gele_au`), None before it: the plan's are no
    more than a plan, for rules look at the months that end on the day of the freezing."""
    bornes = {
        f"gele_{b}": Cast(KeyTextTransform(b, "evaluation__instantane"), DateField()) for b in ("du", "au")
    }
    return campagnes.annotate(**bornes)


def annonce_du_gel(campagne: Campagne) -> str:
    """Which months the file would hold if it were frozen today, and whether the plan said others."""
    jour = timezone.localdate()
    periode = periode_de(jour, Cadre.sans_textes(jour).seuils)
    phrase = f"Le dossier regarde la période {periode.en_mots()}, qui finit le jour du gel"
    if (periode.du, periode.au) == (campagne.du, campagne.au):
        return f"{phrase}."
    return f"{phrase}, et non la période prévue, {Periode(campagne.du, campagne.au).en_mots()}."


def liste(campagnes: QuerySet[Campagne]) -> list[Any]:
    """Campaigns with their numbers of points and of handed-in self-evaluations; one statement."""
    lignes = (
        _avec_periode(campagnes)
        .select_related("association", "pilote")
        .annotate(
            nombre=Count("points", distinct=True),
            remises=Count("points", filter=Q(points__remise_le__isnull=False), distinct=True),
        )
    )
    lues: list[Any] = list(lignes.order_by("-du", "-id")[:LISTE_MAX])
    for campagne in lues:
        campagne.ton = TONS[EtatCampagne(campagne.etat)]
    return lues


def une_campagne(campagnes: QuerySet[Campagne], pk: int) -> Any:
    """One campaign with what its page names, the frozen picture left aside; None when it isn't there."""
    tirages = Tirage.objects.filter(campagne=OuterRef("pk")).order_by("-id")
    liens = ("pilote", "referentiel", "association", "echeance", "evaluation", "predecesseur")
    lignes = _avec_periode(campagnes).select_related(*liens).defer("evaluation__instantane")
    campagne: Any = lignes.annotate(graine=Subquery(tirages.values("graine")[:1])).filter(pk=pk).first()
    if campagne:
        campagne.ton = TONS[EtatCampagne(campagne.etat)]
    return campagne


@dataclass(frozen=True)
class Pas:
    """One state on the campaign's way."""

    libelle: str
    fait: bool
    courant: bool


def chemin(campagne: Campagne) -> list[Pas]:
    """The states on its way; none for a campaign that was cancelled."""
    if campagne.etat == EtatCampagne.ANNULEE:
        return []
    etats = etapes(campagne.nature)
    ici = etats.index(EtatCampagne(campagne.etat))
    return [Pas(e.label, n < ici or campagne.close, n == ici) for n, e in enumerate(etats)]


@dataclass(frozen=True)
class Geste:
    """A move that may be made; `manque`: what it still waits for."""

    transition: Transition
    manque: str


def gestes(campagne: Campagne) -> list[Geste]:
    """Moves from here, the usual one with what it waits for; one statement at most."""
    return [
        Geste(t, "" if t.motif else ce_qui_manque(campagne, t))
        for t in depuis(campagne.etat, campagne.nature)
    ]


def evenements(campagne: Campagne) -> list[EvenementCampagne]:
    return list(EvenementCampagne.objects.filter(campagne=campagne).select_related("par").order_by("-id"))


def signatures(evenements_: Sequence[EvenementCampagne]) -> list[EvenementCampagne]:
    """Those who signed since the latest change of state (events come the latest first)."""
    signes = []
    for evenement in evenements_:
        if evenement.vers and evenement.vers != EtatCampagne.CLOSE:
            break
        if evenement.nature == EvenementCampagne.Nature.SIGNATURE:
            signes.append(evenement)
    return signes[::-1]


def points_de(campagne: Campagne, utilisateur: Utilisateur) -> list[Any]:
    """Points of the sample that this person may see here: all for the union, one's own else."""
    portee = utilisateur.portee
    lignes = PointCampagne.objects.filter(campagne=campagne).select_related("point", "remise_par")
    if not portee.reseau:
        lignes = lignes.filter(
            Q(point__in=portee.points_de_responsable) | Q(point__association__in=portee.associations)
        )
    return list(lignes.order_by("id"))


def constats_de(campagne: Campagne, utilisateur: Utilisateur, points: Iterable[Any]) -> list[ConstatVu]:
    """Findings shown on the campaign's page, once the audit is over: a point waits for them."""
    constats = ConstatAudit.objects.filter(campagne=campagne).order_by("numero")
    if not utilisateur.portee.reseau:
        if campagne.etat == EtatCampagne.AUDIT:
            return []
        constats = constats.filter(point__in=[ligne.point_id for ligne in points])
    vus = voir(constats)
    for vu in vus:
        vu.constat.a_repondre = (
            campagne.etat == EtatCampagne.REPONSE
            and vu.constat.appelle_reponse
            and droits_campagnes.repond(utilisateur.portee, vu.constat)
        )
        vu.constat.a_agir = campagne.etat != EtatCampagne.AUDIT and vu.constat.appelle_reponse
        vu.constat.a_agir &= droits_campagnes.repond(utilisateur.portee, vu.constat)
    return vus


def par_grade(constats: Iterable[ConstatVu]) -> list[tuple[str, int]]:
    """How many findings of each grade, in order, the empty ones left out."""
    comptes = Counter(vu.constat.grade for vu in constats)
    return [(grade.label, comptes[grade]) for grade in Grade if comptes[grade]]


def mes_audits(utilisateur: Utilisateur) -> list[Any]:
    """Campaigns to which this person is invited today, with the last day of each; three statements."""
    campagnes: list[Any] = list(
        _avec_periode(Campagne.objects.auditees_par(utilisateur)).order_by("-du", "-id")[:LISTE_MAX]
    )
    jour = timezone.localdate()
    fins = dict(
        Campagne.objects.filter(pk__in=[c.pk for c in campagnes])
        .filter(invitations__acces__personne=utilisateur, invitations__acces__fin__gte=jour)
        .values_list("pk", "invitations__acces__fin")
    )
    for campagne in campagnes:
        campagne.jusqu_au, campagne.ton = fins.get(campagne.pk), TONS[EtatCampagne(campagne.etat)]
    return campagnes
