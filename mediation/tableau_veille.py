"""Read the alerts: the board by what is to be done, and the list.

What an alert says and where exactly is for those with a role at the very point; others read the
kind, how serious, the commune, the partners and the days.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, QuerySet, Value, When

from accueil.acces import Portee
from accueil.models import Partenaire, PointAccueil, Utilisateur
from mediation.models import Alerte, Transmission
from mediation.models.veille import GraviteAlerte, NatureAlerte
from mediation.pages import Page, lire_page
from pimms.socle.curseurs import Curseur

PAR_COLONNE, PAR_COLONNE_DU_RESEAU = 25, 8  # alerts shown of one point, of several

ICONES = {
    NatureAlerte.BESOIN: "person-raised-hand",
    NatureAlerte.PANNE: "tools",
    NatureAlerte.SERVICE: "telephone",
    NatureAlerte.CHANGEMENT: "signpost-2",
    NatureAlerte.TENSION: "exclamation-triangle",
}
TONS_GRAVITE = {GraviteAlerte.FAIBLE: "", GraviteAlerte.MOYENNE: "ocre", GraviteAlerte.FORTE: "rouge"}


class Situation(models.TextChoices):
    """Where an alert stands; told from its transmissions, never stored."""

    A_TRANSMETTRE = "a_transmettre", "À transmettre"
    TRANSMISE = "transmise", "Transmise"
    A_RELANCER = "a_relancer", "À relancer"
    REPONDUE = "repondue", "Répondue"
    CLOSE = "close", "Close"
    ANNULEE = "annulee", "Annulée"


COLONNES = (Situation.A_TRANSMETTRE, Situation.TRANSMISE, Situation.A_RELANCER, Situation.REPONDUE)
TONS = {
    Situation.A_TRANSMETTRE: "ocre",
    Situation.TRANSMISE: "bleu",
    Situation.A_RELANCER: "rouge",
    Situation.REPONDUE: "vert",
}
A_QUOI_SERT = {
    Situation.A_TRANSMETTRE: "Signalées, encore dites à personne.",
    Situation.TRANSMISE: "Un partenaire est prévenu, on attend sa réponse.",
    Situation.A_RELANCER: "La réponse se fait attendre.",
    Situation.REPONDUE: "Réponse connue\u202f: à fermer quand c’est réglé.",
}


@dataclass(frozen=True)
class FiltreAlertes:
    """Checked filter. `points` None is the whole network; `aujourdhui` tells which reminders are due."""

    aujourdhui: date
    points: frozenset[int] | None
    point: PointAccueil | None = None
    point_choisi: bool = False
    situation: str = ""
    nature: str = ""
    gravite: int | None = None
    partenaire: Partenaire | None = None
    du: date | None = None
    au: date | None = None

    def url(self, *sans: str, **autres: str) -> str:
        """Query string of this filter, some keys left out, others replaced."""
        parametres = {
            "point": self.point.code if self.point and self.point_choisi else "",
            "situation": self.situation,
            "nature": self.nature,
            "gravite": str(self.gravite or ""),
            "partenaire": str(self.partenaire.pk) if self.partenaire else "",
            "du": self.du.isoformat() if self.du else "",
            "au": self.au.isoformat() if self.au else "",
        }
        return "?" + urlencode({c: v for c, v in parametres.items() if v and c not in sans} | autres)

    def alertes(self, utilisateur: Utilisateur) -> QuerySet[Any]:
        """Alerts of the filter that this person may look at, each with its `situation`."""
        alertes = situees(Alerte.objects.visibles_par(utilisateur), self.aujourdhui)
        conditions: dict[str, Any] = {
            "point__in": self.points,
            "situation": self.situation,
            "nature": self.nature,
            "gravite": self.gravite,
            "jour__gte": self.du,
            "jour__lte": self.au,
        }
        gardees = {c: v for c, v in conditions.items() if v not in (None, "")}
        alertes = alertes.filter(**gardees)
        if self.situation in COLONNES:  # said again, for the index of the open ones
            alertes = alertes.filter(close_le__isnull=True, annulee_le__isnull=True)
        if self.partenaire:
            envois = Transmission.objects.filter(alerte=OuterRef("pk"), partenaire=self.partenaire)
            alertes = alertes.filter(Exists(envois))
        return alertes


def situees(alertes: QuerySet[Alerte], aujourdhui: date) -> QuerySet[Any]:
    """Add `situation`, as of that day."""
    envois = Transmission.objects.filter(alerte=OuterRef("pk")).order_by()
    en_attente = envois.filter(reponse="")
    return alertes.annotate(
        situation=Case(
            When(annulee_le__isnull=False, then=Value(Situation.ANNULEE.value)),
            When(close_le__isnull=False, then=Value(Situation.CLOSE.value)),
            When(~Exists(envois), then=Value(Situation.A_TRANSMETTRE.value)),
            When(
                Exists(en_attente.filter(relance_le__lte=aujourdhui)),
                then=Value(Situation.A_RELANCER.value),
            ),
            When(Exists(en_attente), then=Value(Situation.TRANSMISE.value)),
            default=Value(Situation.REPONDUE.value),
        )
    )


def _envois() -> Prefetch:
    return Prefetch("transmissions", queryset=Transmission.objects.select_related("partenaire"))


def montrer(alertes: Iterable[Alerte], portee: Portee, aujourdhui: date) -> list[Any]:
    """The alerts as this person may read them: `lisible`, `icone`, tones and words of the state."""
    montrees = list[Any](alertes)
    for alerte in montrees:
        alerte.lisible = portee.lit_les_notes(alerte.point_id)
        alerte.icone = ICONES[NatureAlerte(alerte.nature)]
        alerte.ton_gravite = TONS_GRAVITE[GraviteAlerte(alerte.gravite)]
        alerte.situation_mot = Situation(alerte.situation).label
        alerte.ton = TONS.get(Situation(alerte.situation), "")
        alerte.envois = list(alerte.transmissions.all())
        for envoi in alerte.envois:
            envoi.due = not envoi.reponse and envoi.relance_le <= aujourdhui
    return montrees


@dataclass
class Colonne:
    """One column of the board. `nombre` counts all, `alertes` holds those shown."""

    situation: Situation
    alertes: list[Any] = field(default_factory=list)
    nombre: int = 0

    @property
    def explication(self) -> str:
        return A_QUOI_SERT[self.situation]

    @property
    def de_trop(self) -> int:
        return self.nombre - len(self.alertes)


def tableau(utilisateur: Utilisateur, filtre: FiltreAlertes) -> list[Colonne]:
    """The four columns of the open alerts, the most serious then the oldest first, in three statements."""
    ouvertes = filtre.alertes(utilisateur).filter(close_le__isnull=True, annulee_le__isnull=True)
    par_situation = ouvertes.order_by().values("situation").annotate(n=models.Count("pk"))
    nombres = {ligne["situation"]: ligne["n"] for ligne in par_situation}
    rang = models.Window(
        models.functions.RowNumber(),
        partition_by="situation",
        order_by=[models.F("gravite").desc(), models.F("jour").asc(), models.F("pk").asc()],
    )
    lignes = (
        ouvertes.annotate(rang=rang)
        .filter(rang__lte=PAR_COLONNE if filtre.point else PAR_COLONNE_DU_RESEAU)
        .select_related("point", "commune")
        .prefetch_related(_envois())
        .order_by("rang")
    )
    colonnes = {s: Colonne(s, nombre=nombres.get(s.value, 0)) for s in COLONNES}
    for alerte in montrer(lignes, utilisateur.portee, filtre.aujourdhui):
        colonnes[Situation(alerte.situation)].alertes.append(alerte)
    return list(colonnes.values())


def lire_liste(utilisateur: Utilisateur, filtre: FiltreAlertes, curseur: Curseur | None) -> Page:
    """Fifty alerts of the filter, the latest first, in three statements."""
    lignes = filtre.alertes(utilisateur).select_related("point", "commune").prefetch_related(_envois())
    page = lire_page(lignes, curseur)
    montrer(page.lignes, utilisateur.portee, filtre.aujourdhui)
    return page


def une_alerte(utilisateur: Utilisateur, pk: int) -> Any:
    """One alert as this person may read it, with its transmissions; None when they may not."""
    alertes = Alerte.objects.visibles_par(utilisateur).filter(pk=pk).select_related("point", "commune")
    # The day is that of the alert's own point.
    point = PointAccueil.objects.filter(pk__in=alertes.values("point")).first()
    if point is None:
        return None
    jour = point.aujourdhui()
    return montrer(situees(alertes, jour).prefetch_related(_envois()), utilisateur.portee, jour)[0]


def nombre_a_traiter(utilisateur: Utilisateur, point: PointAccueil) -> dict[str, int]:
    """Alerts of a point that wait for the team, by situation: to pass on, to remind."""
    ouvertes = Alerte.objects.visibles_par(utilisateur).filter(
        point=point, close_le__isnull=True, annulee_le__isnull=True
    )
    attendent = situees(ouvertes, point.aujourdhui()).order_by().values("situation")
    nombres = {ligne["situation"]: ligne["n"] for ligne in attendent.annotate(n=models.Count("pk"))}
    return {s.value: nombres.get(s.value, 0) for s in (Situation.A_TRANSMETTRE, Situation.A_RELANCER)}
