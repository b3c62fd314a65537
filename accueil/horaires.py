"""Is it open? Weekly hours, public holidays, exceptional closures and a bus's days, in local time.

The facts of any number of points are loaded in three statements; the rest is computed without query.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from django.db.models import Q
from django.utils import timezone

from accueil.models import Fermeture, JourneeMobile, PlageHoraire, PointAccueil
from pimms.socle.typographie import date_longue, heure

# Départements whose public holidays differ (Code du travail, art. L3134-13 for Alsace and Moselle,
# L3422-2 for overseas), as the package `holidays` names them.
SUBDIVISIONS = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "977": "BL",
    "978": "MF",
    "984": "TF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
SANS_OUVERTURE = "pas d’ouverture ce jour"
RECHERCHE_MAX = 14  # days looked ahead for the next opening


@lru_cache(maxsize=256)
def _feries(departement: str, annee: int) -> dict[date, str]:
    jours = holidays.country_holidays("FR", subdiv=SUBDIVISIONS.get(departement), years=annee, language="fr")
    return dict(jours.items())


def ferie(departement: str, jour: date) -> str:
    """Name of the public holiday on that day in that département, or an empty string."""
    return _feries(departement, jour.year).get(jour, "")


@dataclass(frozen=True)
class Creneau:
    """An opening of one day: from, to (local time), and where when it isn't the usual place."""

    ouvre: time
    ferme: time
    lieu: str = ""

    def __str__(self) -> str:
        horaire = f"{heure(self.ouvre)} – {heure(self.ferme)}"
        return f"{horaire}, {self.lieu}" if self.lieu else horaire


@dataclass(frozen=True)
class Journee:
    """What a day holds at a point: its openings, or why there are none."""

    jour: date
    creneaux: tuple[Creneau, ...] = ()
    raison: str = ""

    @property
    def ouverte(self) -> bool:
        return bool(self.creneaux)

    def en_cours(self, instant: time) -> Creneau | None:
        return next((c for c in self.creneaux if c.ouvre <= instant < c.ferme), None)

    def suivant(self, instant: time) -> Creneau | None:
        return next((c for c in self.creneaux if c.ouvre > instant), None)


@dataclass(frozen=True)
class Etat:
    """State at an instant, in words: « Ouvert jusqu’à 12 h », « Fermé, rouvre à 14 h »."""

    ouvert: bool
    phrase: str


@dataclass
class Calendrier:
    """Dated facts of some points over a span of local days, both ends included."""

    du: date
    au: date
    plages: dict[int, list[PlageHoraire]] = field(default_factory=lambda: defaultdict(list))
    fermetures: dict[int, list[Fermeture]] = field(default_factory=lambda: defaultdict(list))
    journees: dict[int, list[JourneeMobile]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def charger(cls, points: Iterable[PointAccueil], du: date, au: date) -> "Calendrier":
        """Three statements, whatever the number of points."""
        cles = [p.pk for p in points]
        calendrier = cls(du, au)
        touche = Q(fin__isnull=True) | Q(fin__gte=du)
        for plage in PlageHoraire.objects.filter(touche, point__in=cles, debut__lte=au):
            calendrier.plages[plage.point_id].append(plage)
        for fermeture in Fermeture.objects.filter(touche, point__in=cles, debut__lte=au):
            calendrier.fermetures[fermeture.point_id].append(fermeture)
        for journee in JourneeMobile.objects.filter(point__in=cles, jour__range=(du, au)):
            calendrier.journees[journee.point_id].append(journee)
        return calendrier

    @classmethod
    def autour_d_aujourdhui(cls, points: list[PointAccueil]) -> "Calendrier":
        """Enough days for `maintenant` at each point, whatever its time zone."""
        jours = [p.aujourdhui() for p in points] or [timezone.localdate()]
        return cls.charger(points, min(jours), max(jours) + timedelta(days=RECHERCHE_MAX))

    def le(self, point: PointAccueil, jour: date) -> Journee:
        """The day of a point. A closure closes everything; a holiday, the weekly hours only:

        a bus's day entered for a holiday is there on purpose.
        """
        if not point.est_ouvert_le(jour):
            return Journee(jour, raison="le point n’est pas en service")
        fermeture = next((f for f in self.fermetures[point.pk] if f.couvre(jour)), None)
        if fermeture:
            return Journee(jour, raison=f"fermeture exceptionnelle ({fermeture.motif})")
        tournees = [j for j in self.journees[point.pk] if j.jour == jour]
        creneaux = [Creneau(j.ouvre, j.ferme, j.lieu) for j in tournees if not j.annulee]
        nom_du_ferie = ferie(point.commune.departement_id, jour)
        if not nom_du_ferie:
            creneaux += [
                Creneau(p.ouvre, p.ferme)
                for p in self.plages[point.pk]
                if p.jour == jour.weekday() and p.couvre(jour)
            ]
        if creneaux:
            return Journee(jour, tuple(sorted(creneaux, key=lambda c: (c.ouvre, c.ferme))))
        if nom_du_ferie:
            return Journee(jour, raison=f"jour férié ({nom_du_ferie})")
        annulee = any(j.annulee for j in tournees)
        return Journee(jour, raison="tournée annulée" if annulee else SANS_OUVERTURE)

    def maintenant(self, point: PointAccueil, instant: datetime | None = None) -> Etat:
        """State at `instant` (now by default), a datetime in the point's own time zone."""
        instant = instant or point.maintenant()
        journee = self.le(point, instant.date())
        creneau = journee.en_cours(instant.time())
        if creneau:
            lieu = f", {creneau.lieu}" if creneau.lieu else ""
            return Etat(True, f"Ouvert jusqu’à {heure(creneau.ferme)}{lieu}")
        if not point.est_ouvert_le(instant.date()):
            return Etat(False, "Pas en service")
        suivant = journee.suivant(instant.time())
        if suivant:
            return Etat(False, f"Fermé, ouvre à {heure(suivant.ouvre)}")
        pourquoi = "" if journee.ouverte else self._pourquoi(journee)
        return Etat(False, f"Fermé{pourquoi}{self._reprise(point, instant.date())}")

    @staticmethod
    def _pourquoi(journee: Journee) -> str:
        return "" if journee.raison == SANS_OUVERTURE else f"\u202f: {journee.raison}"

    def hors_ouverture(self, point: PointAccueil, jour: date, instant: time | None = None) -> str:
        """Words for an entry on a day, or at that instant of it, when the point is not open; else empty.

        Nothing is said of a point whose hours nobody has entered.
        """
        connus = self.plages[point.pk] or self.fermetures[point.pk] or self.journees[point.pk]
        if not connus and point.nature != PointAccueil.Nature.MOBILE:
            return ""
        journee = self.le(point, jour)
        if journee.ouverte and (instant is None or journee.en_cours(instant)):
            return ""
        pourquoi = self._pourquoi(journee) if not journee.ouverte else ""
        return f"Hors des heures d’ouverture{pourquoi}"

    def _reprise(self, point: PointAccueil, jour: date) -> str:
        dernier = min(self.au, jour + timedelta(days=RECHERCHE_MAX))
        while (jour := jour + timedelta(days=1)) <= dernier:
            prochaine = self.le(point, jour)
            if prochaine.ouverte:
                return f", ouvre {date_longue(jour)} à {heure(prochaine.creneaux[0].ouvre)}"
        return ""
