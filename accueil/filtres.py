"""The journal's filter: one object, read from the URL, serves the list, the totals and the export."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accueil.models import Demande, Partenaire, PointAccueil, Theme, Utilisateur, Visite
from accueil.models.personnes import ROLES_DE_POINT
from accueil.models.visites import Aide, Canal, Issue
from accueil.registres import PAR_NUMERO
from pimms.socle.periodes import PRESELECTIONS, Periode
from pimms.socle.typographie import FINE, JOURS

MOI = "moi"
SANS_AIDE = "aucune"  # requests where nobody noted the kind of help
SANS_PARTENAIRE = "aucun"  # … where none was noted
CHOISIS = "points"  # a set of points, by their codes
AIDES = (*Aide.choices, (SANS_AIDE, "Non demandé"))
PERIMETRES = {"region": "Région", "departement": "Département", "association": "Association"}

LIEUX = """
SELECT p.code, d.code, d.nom, r.code, r.nom, a.id, a.nom
FROM accueil_pointaccueil p JOIN accueil_commune c ON c.code = p.commune_id
  JOIN accueil_departement d ON d.code = c.departement_id JOIN accueil_region r ON r.code = d.region_id
  JOIN accueil_association a ON a.id = p.association_id
WHERE p.id = ANY(%s) ORDER BY p.nom_tri, p.id"""


class Lieu(NamedTuple):
    """Where a point is, and whose it is. Keys are texts, but the association's."""

    departement: str
    nom_departement: str
    region: str
    nom_region: str
    association: int
    nom_association: str

    def dans(self, sorte: str) -> tuple[str, str]:
        """Key and name of the région, département or association that holds it."""
        return str(getattr(self, sorte)), getattr(self, f"nom_{sorte}")


class Options:
    """What a person may choose from: points, themes, partners, team. Each is one statement, once."""

    def __init__(self, utilisateur: Utilisateur) -> None:
        self.utilisateur = utilisateur
        self.portee = utilisateur.portee

    @cached_property
    def points(self) -> dict[str, PointAccueil]:
        """Points whose entries may be read, by code, in French order."""
        if not self.portee.reseau and not self.portee.associations:
            return {p.code: p for p in self.portee.points}
        visibles = PointAccueil.objects.visibles_par(self.utilisateur)
        return {p.code: p for p in visibles}

    @cached_property
    def lieux(self) -> dict[str, Lieu]:
        """Where each of these points is and whose it is, by code."""
        with connection.cursor() as curseur:
            curseur.execute(LIEUX, [[p.pk for p in self.points.values()]])
            return {code: Lieu._make(lieu) for code, *lieu in curseur.fetchall()}

    @cached_property
    def themes(self) -> dict[str, Theme]:
        """All themes by code, retired ones last: old visits still bear them."""
        ordre = (F("retire_le").desc(nulls_first=True), "ordre", "id")
        return {t.code: t for t in Theme.objects.order_by(*ordre)}

    @cached_property
    def partenaires(self) -> dict[str, Partenaire]:
        """Partners by key as text, in French order, retired ones too."""
        visibles = Partenaire.objects.visibles_par(self.utilisateur)
        return {str(p.pk): p for p in visibles}

    @cached_property
    def equipe(self) -> dict[str, Utilisateur]:
        """People a manager may look at alone: all who ever worked at the points managed."""
        if not self.portee.points_de_responsable:
            return {}
        personnes = Utilisateur.objects.filter(
            acces__point__in=self.portee.points_de_responsable, acces__role__in=ROLES_DE_POINT
        ).distinct()
        return {str(p.pk): p for p in personnes if p.pk != self.utilisateur.pk}

    def aujourdhui(self, point: PointAccueil | None, points: frozenset[int] | None = None) -> date:
        """Today at the point; for several, the day that most of them are in; Paris's for the network.

        `points`: those chosen, by key; None for all that may be read.
        """
        if point:
            return point.aujourdhui()
        if points is None and self.portee.reseau:
            return timezone.localdate()
        choisis = (p for p in self.points.values() if points is None or p.pk in points)
        jours = Counter(p.aujourdhui() for p in choisis)
        return max(jours, key=lambda jour: (jours[jour], jour), default=timezone.localdate())


@dataclass(frozen=True)
class Filtre:
    """A checked filter. `points` None is the whole network; an empty set finds nothing.

    `point` is the only point looked at, when there is one. Conditions on requests (theme, partner,
    register, outcome, kind of help) must all hold for one same request of the visit. `semaine` is a weekday,
    1 for Monday; `heure` that of the visit.
    """

    periode: Periode
    points: frozenset[int] | None
    preselection: str = ""
    point: PointAccueil | None = None
    point_choisi: bool = False
    theme: Theme | None = None
    partenaire: Partenaire | None = None
    sans_partenaire: bool = False
    registre: int | None = None
    issue: str = ""
    aide: str = ""
    canal: str = ""
    semaine: int | None = None
    heure: int | None = None
    auteur: Utilisateur | None = None
    auteur_est_moi: bool = False
    annulees: bool = False
    # What several points were chosen by: URL key, its value, and that in words.
    perimetre: tuple[tuple[str, str, str], ...] = ()

    @property
    def sur_demandes(self) -> dict[str, Any]:
        """Conditions on one request, as look-ups of `Demande`."""
        conditions = {
            "theme": self.theme,
            "partenaire": self.partenaire,
            "registre": self.registre,
            "issue": self.issue,
        }
        aide = {"aide": "" if self.aide == SANS_AIDE else self.aide} if self.aide else {}
        sans = {"partenaire__isnull": True} if self.sans_partenaire else {}
        return {champ: valeur for champ, valeur in conditions.items() if valeur} | aide | sans

    @property
    def selectif(self) -> bool:
        """Whether rows may be passed over between two that are shown."""
        return bool(self.sur_demandes or self.canal or self.auteur or self.semaine or self.heure is not None)

    def condition(self, prefixe: str = "") -> Q:
        """Conditions on the visit's own columns, look-ups starting with `prefixe`."""
        periode = (self.periode.du, self.periode.au)
        conditions: dict[str, Any] = {"jour__range": periode}
        if self.points is not None:
            conditions["point__in"] = self.points
        if self.canal:
            conditions["canal"] = self.canal
        if self.auteur:
            conditions["auteur"] = self.auteur
        if self.semaine:
            conditions["jour__iso_week_day"] = self.semaine
        if self.heure is not None:
            conditions["heure"] = self.heure
        if not self.annulees:
            conditions["annulee_le__isnull"] = True
        return Q(**{prefixe + champ: valeur for champ, valeur in conditions.items()})

    def visites(self) -> QuerySet[Visite]:
        """Visits of the filter, unordered, cancelled ones only if it shows them."""
        visites = Visite.objects.order_by().filter(self.condition())
        if self.sur_demandes:
            demandes = Demande.objects.filter(visite=OuterRef("pk"), **self.sur_demandes)
            visites = visites.filter(Exists(demandes))
        return visites

    def demandes(self) -> QuerySet[Demande]:
        """Requests that match the filter, of visits that match it, unordered."""
        condition = self.condition("visite__")
        return Demande.objects.order_by().filter(condition, **self.sur_demandes)

    def parametres(self, *, fige: bool = False) -> dict[str, str]:
        """The filter as URL parameters, without those left at their default.

        `fige` writes a ready-made period as its two days, so that it means the same later.
        """
        if self.preselection and not fige:
            periode = {"periode": self.preselection}
        else:
            periode = {"du": self.periode.du.isoformat(), "au": self.periode.au.isoformat()}
        partenaire = str(self.partenaire.pk) if self.partenaire else ""
        auteur = MOI if self.auteur_est_moi else str(self.auteur.pk) if self.auteur else ""
        parametres = periode | {
            "point": self.point.code if self.point and self.point_choisi else "",
            "theme": self.theme.code if self.theme else "",
            "partenaire": SANS_PARTENAIRE if self.sans_partenaire else partenaire,
            "registre": str(self.registre or ""),
            "issue": self.issue,
            "aide": self.aide,
            "canal": self.canal,
            "semaine": str(self.semaine or ""),
            "heure": "" if self.heure is None else str(self.heure),
            "auteur": auteur,
            "annulees": "1" if self.annulees else "",
        }
        parametres |= {cle: valeur for cle, valeur, _ in self.perimetre}
        return {cle: valeur for cle, valeur in parametres.items() if valeur}

    def url(self, *sans: str, **autres: str) -> str:
        """Query string of this filter, some keys left out, others replaced."""
        parametres = {c: v for c, v in self.parametres().items() if c not in sans} | autres
        return urlencode(parametres)

    def mots(self) -> list[tuple[str, str, str]]:
        """The filter in words: URL key, label, value. The period and the point are told apart."""
        mots = [
            ("theme", "Thème", self.theme.nom if self.theme else ""),
            ("partenaire", "Partenaire", self._partenaire_en_mots()),
            ("registre", "Registre", self._registre_en_mots()),
            ("issue", "Résultat", Issue(self.issue).label if self.issue else ""),
            ("aide", "Type d’aide", dict(AIDES)[self.aide] if self.aide else ""),
            ("canal", "Canal", Canal(self.canal).label if self.canal else ""),
            ("semaine", "Jour", JOURS[self.semaine - 1] if self.semaine else ""),
            ("heure", "Heure", "" if self.heure is None else f"{self.heure}{FINE}h"),
            ("auteur", "Saisies de", self._auteur_en_mots()),
            ("annulees", "Visites annulées", "montrées" if self.annulees else ""),
            *((cle, PERIMETRES.get(cle, "Points"), mots) for cle, _, mots in self.perimetre),
        ]
        return [mot for mot in mots if mot[2]]

    def _partenaire_en_mots(self) -> str:
        return "aucun" if self.sans_partenaire else self.partenaire.nom if self.partenaire else ""

    def _registre_en_mots(self) -> str:
        return f"{self.registre}. {PAR_NUMERO[self.registre].court}" if self.registre else ""

    def _auteur_en_mots(self) -> str:
        return "vous" if self.auteur_est_moi else str(self.auteur or "")

    def reduit_a(self, points: frozenset[int]) -> "Filtre":
        """The same filter within fewer points."""
        return replace(self, points=points if self.points is None else self.points & points)

    @property
    def periode_en_mots(self) -> str:
        """« 7 jours : du 17 au 23 novembre 2026 », or the days alone."""
        return self.periode.en_mots()

    @property
    def preselections(self) -> list[dict[str, Any]]:
        """Links to the same filter over each ready-made period."""
        return [
            {"nom": nom, "url": self.url("du", "au", periode=code), "actif": code == self.preselection}
            for code, nom in PRESELECTIONS
        ]
