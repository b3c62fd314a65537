"""Where someone in post stands with what is asked of their path: pure functions, no query.

Looked at for one association, the employer, over the twelve months that end on a day. Network's rules
(« à valider »): hours of training are due in proportion of the days in post, long absences left out,
and rounded down; newcomers have the days of grace of the charter before anything is awaited of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from qualite.controles.resultat import Seuils
from qualite.etat_preuve import Version, etat_de_la_preuve
from qualite.faits_personnel import FaitsPersonnel
from qualite.models import Qualification
from qualite.validite import UN_JOUR, Intervalle, Regles, Situation, plus_mois, presences, situation

UN_AN = 12  # months
Dates = tuple[date, date | None]


@dataclass(frozen=True)
class Annee:
    """The day, the twelve months that it ends, and the numbers in force."""

    jour: date
    heures: int
    regles: Regles  # grace and long absence, the charter's
    analyses: int
    reunions: int

    @classmethod
    def du(cls, jour: date, seuils: Seuils) -> "Annee":
        return cls(
            jour,
            seuils["formation_heures"],
            Regles.lire(dict(seuils)),
            seuils["analyse_pratique"],
            seuils["reunions_equipe"],
        )

    @property
    def debut(self) -> date:
        """First day of the twelve months."""
        return plus_mois(self.jour, -UN_AN) + UN_JOUR


@dataclass
class Parcours:
    """What is known of a person, as one association may know it; `postes` are (point, first, last day)."""

    annee: Annee
    postes: list[tuple[int, date, date | None]] = field(default_factory=list)
    ailleurs: list[Dates] = field(default_factory=list)  # in post in another association
    absences: list[Dates] = field(default_factory=list)
    qualifications: list[tuple[str, date, date | None]] = field(default_factory=list)
    formations: list[tuple[date, Decimal]] = field(default_factory=list)  # confirmed: last day, hours
    tutorats: list[Dates] = field(default_factory=list)
    fiches: dict[int, list[Version]] = field(default_factory=dict)  # job descriptions, by proof
    attestations: list[tuple[date, date]] = field(default_factory=list)
    versions: Sequence[date] = ()  # of the charter

    def _presences(self) -> list[Intervalle]:
        postes = [(debut, fin) for _, debut, fin in self.postes]
        return presences(postes, self.absences, self.annee.jour, self.annee.regles.absence)

    def en_poste(self, point: int | None = None) -> bool:
        """Médiateur in post on the day (at that point, else at any of the association), not away for long."""
        jour = self.annee.jour
        tenu = any(debut <= jour <= (fin or date.max) for p, debut, fin in self.postes if point in (None, p))
        return tenu and any(debut <= jour <= fin for debut, fin in self._presences())

    @property
    def arrivee(self) -> date:
        """The first day as a médiateur of the association; later contracts are returns."""
        return min(debut for _, debut, _ in self.postes)

    @property
    def recent(self) -> bool:
        """Still within the days of grace of an arrival."""
        return (self.annee.jour - self.arrivee).days <= self.annee.regles.delai

    @property
    def qualification(self) -> tuple[str, date, date | None] | None:
        """What counts on the day: something held, else a path whose end has not passed."""
        jour = self.annee.jour
        valables = [q for q in self.qualifications if q[1] <= jour and (q[2] is None or jour <= q[2])]
        # What is held before what is under way.
        return min(valables, key=lambda q: q[0] == Qualification.Nature.PARCOURS, default=None)

    @property
    def heures_dues(self) -> int:
        """Whole hours due over the twelve months, in proportion of the days of presence."""
        du, au = self.annee.debut, self.annee.jour
        if self.recent:
            return 0
        bornes = ((max(debut, du), min(fin, au)) for debut, fin in self._presences())
        jours = sum((fin - debut).days + 1 for debut, fin in bornes if debut <= fin)
        return self.annee.heures * jours // ((au - du).days + 1)

    @property
    def heures_faites(self) -> Decimal:
        """Confirmed hours of the trainings that ended within the twelve months."""
        du, au = self.annee.debut, self.annee.jour
        return sum((heures for fin, heures in self.formations if du <= fin <= au), Decimal(0))

    @property
    def heures_suffisent(self) -> bool:
        return self.heures_faites >= self.heures_dues

    @property
    def arrive_dans_l_annee(self) -> bool:
        return self.arrivee >= self.annee.debut

    @property
    def tutorat(self) -> Dates | None:
        """The tutoring of the arrival: one that was not over before it and has begun, the latest."""
        jour = self.annee.jour
        suivis = [t for t in self.tutorats if t[0] <= jour and (t[1] is None or t[1] >= self.arrivee)]
        return max(suivis, key=lambda t: t[0], default=None)

    @property
    def fiche(self) -> int | None:
        """The proof of a job description in force, by key."""
        jour = self.annee.jour
        return next((k for k, v in self.fiches.items() if etat_de_la_preuve(v, jour)[0].vaut), None)

    @property
    def attestation(self) -> Situation:
        """Where the person stands with the charter, posts of other associations included."""
        return situation(
            self.annee.jour,
            postes=[*((debut, fin) for _, debut, fin in self.postes), *self.ailleurs],
            absences=self.absences,
            attestations=self.attestations,
            versions=self.versions,
            regles=self.annee.regles,
        )


def compter(parcours: Iterable[Parcours], reunions: int = 0, analyses: int = 0) -> FaitsPersonnel:
    """The figures of the people in post together: numbers, no one's own."""
    tous = list(parcours)
    sans_qualification = [p for p in tous if not p.qualification]
    arrives = [p for p in tous if p.arrive_dans_l_annee]
    sans_tutorat = [p for p in arrives if not p.tutorat]
    return FaitsPersonnel(
        en_poste=len(tous),
        fiches=sum(p.fiche is not None for p in tous),
        qualifies=len(tous) - len(sans_qualification),
        qualifications_en_retard=sum(not p.recent for p in sans_qualification),
        formes=sum(p.heures_suffisent for p in tous),
        arrives=len(arrives),
        tutores=len(arrives) - len(sans_tutorat),
        tutorats_en_retard=sum(not p.recent for p in sans_tutorat),
        reunions=reunions,
        analyses=analyses,
    )
