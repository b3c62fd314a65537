"""The registers' panel: a point's eight tiles and what they lack, or all points in one table."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from accueil.models import Association, Demande, PointAccueil
from accueil.regle_registres import Regle
from mediation.interventions import Compte, Interventions, Releve, interventions_par_registre
from pimms.socle.budgets import budget
from pimms.socle.periodes import Periode

BUDGET = 5_000  # milliseconds: the network over a year, up to some millions of visits

# Where the interventions of a register are logged: what one would do, and the page's URL name.
OU_NOTER = {
    1: ("Notez vos tournées, présences et permanences dans Actions.", "actions"),
    2: ("Ouvrez un dossier de médiation dès qu’un conflit ou une coupure menace.", "dossiers"),
    3: ("À l’accueil, choisissez ce registre quand vous expliquez un courrier ou débloquez un dossier.", ""),
    4: ("Notez une alerte dans Veille, puis transmettez-la à un partenaire.", "veille"),
    5: ("À l’accueil, choisissez ce registre pour une orientation préparée vers un partenaire nommé.", ""),
    6: ("Notez les réunions entre habitants et institutions dans Actions.", "actions"),
    7: ("Notez un projet mené avec des habitants, puis ses étapes, dans Actions.", "actions"),
    8: ("Notez vos ateliers, formations et campagnes dans Actions.", "actions"),
}


@dataclass(frozen=True)
class Manque:
    """A register below the landmark: how many entries are short, what to do about it."""

    releve: Releve
    reste: int
    conseil: str
    ou: str


@dataclass(frozen=True)
class Panneau:
    """The eight registers of a scope, in order, by the rule in force; `du_point`: by that of a point."""

    releves: list[Releve]
    regle: Regle
    du_point: bool = False

    def deploye(self, releve: Releve) -> bool:
        return releve.tout.nombre >= self.regle.repere

    @property
    def tuiles(self) -> list[tuple[Releve, bool]]:
        """Each register, and whether it is deployed."""
        return [(r, self.deploye(r)) for r in self.releves]

    @cached_property
    def deployes(self) -> int:
        return sum(self.deploye(r) for r in self.releves)

    @property
    def seuil(self) -> int:
        return self.regle.seuil_point if self.du_point else self.regle.seuil

    @property
    def atteint(self) -> bool:
        return self.deployes >= self.seuil

    @cached_property
    def tout(self) -> Compte:
        """All registers together, for their months and their last day."""
        return sum((r.tout for r in self.releves), Compte())

    @property
    def vide(self) -> bool:
        return not any(r.par_sorte for r in self.releves)

    def manques(self) -> list[Manque]:
        """Registers below the landmark, those with nothing last."""
        manques = [
            Manque(r, self.regle.repere - r.tout.nombre, *OU_NOTER[r.registre.numero])
            for r in self.releves
            if not self.deploye(r)
        ]
        return sorted(manques, key=lambda m: m.reste)


@dataclass(frozen=True)
class Rangee:
    """One line of the table of all points (`code`), or of all associations (their `cle`)."""

    nom: str
    panneau: Panneau
    code: str = ""
    cle: int | None = None


def compter(perimetre: Iterable[int] | None, periode: Periode) -> Interventions:
    """The count within a time budget. Raises `pimms.socle.budgets.BudgetDepasse` past it."""
    with budget(BUDGET):
        return interventions_par_registre(perimetre, periode)


def sans_registre(point: PointAccueil, periode: Periode) -> tuple[int, int]:
    """Requests of a point that bear no register, and all of them, cancelled visits left out."""
    demandes = Demande.objects.order_by().filter(
        visite__point=point, visite__jour__range=(periode.du, periode.au), visite__annulee_le__isnull=True
    )
    registres = list(demandes.values_list("registre", flat=True))
    return registres.count(None), len(registres)


def tableau(compte: Interventions, points: Iterable[PointAccueil], regle: Regle) -> list[Rangee]:
    """One line a point, in their order."""
    return [Rangee(p.nom, Panneau(compte.du_point(p.pk), regle, du_point=True), p.code) for p in points]


def tableau_des_associations(
    compte: Interventions,
    points: Iterable[PointAccueil],
    regle: Regle,
    nommer: Callable[[Association], str],
) -> list[Rangee]:
    """One line an association of these points, in French order, under the name that `nommer` gives."""
    cles = {p.association_id for p in points}
    associations = Association.objects.filter(pk__in=cles).order_by("nom_tri", "pk")
    return [Rangee(nommer(a), Panneau(compte.de_l_association(a.pk), regle), cle=a.pk) for a in associations]
