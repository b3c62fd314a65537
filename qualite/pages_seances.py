"""What the list of sessions shows: how many were there, never their names but one's own presence."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import Role
from pimms.socle.typographie import accorder
from qualite.models import PointSeance, SeanceCollective
from qualite.parametres import valeurs_du_jour
from qualite.parcours import Annee
from qualite.personnel import encadre

PAR_PAGE = 50
Nature = SeanceCollective.Nature


@dataclass(frozen=True)
class Lieu:
    """A point that took part: how many were noted, whether this person may note them."""

    point: PointAccueil
    presents: int
    ouvert: bool


@dataclass(frozen=True)
class Ligne:
    seance: SeanceCollective
    lieux: list[Lieu]
    modifiable: bool
    moi: bool

    @property
    def presents(self) -> int:
        return sum(lieu.presents for lieu in self.lieux)

    @property
    def a_completer(self) -> list[Lieu]:
        """Points of one's own where nobody was noted yet."""
        return [lieu for lieu in self.lieux if lieu.ouvert and not lieu.presents]


def habiller(seances: Sequence[SeanceCollective], lecteur: Utilisateur, visibles: set[int]) -> list[Ligne]:
    """Sessions with their points and numbers; of a point out of sight, its name only. One statement."""
    lieux: dict[int, list[PointSeance]] = defaultdict(list)
    for lieu in (
        PointSeance.objects.filter(seance__in=[s.pk for s in seances])
        .select_related("point")
        .annotate(nombre=Count("presences"), moi=Count("presences", filter=Q(presences__personne=lecteur)))
    ):
        lieux[lieu.seance_id].append(lieu)
    portee = lecteur.portee
    lignes = []
    for seance in seances:
        siens = lieux[seance.pk]
        vus = [
            Lieu(x.point, x.nombre if x.point_id in visibles else 0, encadre(portee, x.point))  # type: ignore[attr-defined]
            for x in siens
        ]
        modifiable = any(x.ouvert and x.point.pk == seance.point_id for x in vus)
        moi = any(x.moi for x in siens)  # type: ignore[attr-defined]
        lignes.append(Ligne(seance, vus, modifiable, moi))
    return lignes


def chiffres(point: PointAccueil) -> dict[str, Any]:
    """Sessions of the twelve months that count at a point, beside what is awaited; two statements."""
    jour = point.aujourdhui()
    annee = Annee.du(jour, valeurs_du_jour(jour))
    mediateurs = Acces.objects.filter(
        Q(fin__isnull=True) | Q(fin__gte=OuterRef("seance__jour")),
        personne=OuterRef("presences__personne"),
        point=point,
        role=Role.MEDIATEUR,
        debut__lte=OuterRef("seance__jour"),
    )
    tenues = (
        PointSeance.objects.filter(
            ~Q(seance__nature=Nature.ANALYSE) | Q(Exists(mediateurs)),
            point=point,
            seance__jour__range=(annee.debut, jour),
            presences__isnull=False,
        )
        .order_by()
        .values_list("seance__nature")
        .annotate(n=Count("seance", distinct=True))
    )
    par_nature = dict(tenues)
    return {
        "annee": annee,
        "analyses": par_nature.get(Nature.ANALYSE, 0),
        "reunions": par_nature.get(Nature.REUNION, 0),
        "libelles": {
            "analyses": f"analyses de la pratique, {annee.analyses} attendue{accorder(annee.analyses)}",
            "reunions": f"réunions d’équipe, {annee.reunions} attendue{accorder(annee.reunions)}",
        },
    }
