"""Who may see and do what today: read once a request from the dated `Acces` rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from accueil import nouvelles
from accueil.models.personnes import ROLES_DE_POINT, ROLES_DU_RESEAU, Acces, Role, Utilisateur
from accueil.models.points import PointAccueil


class Requete(HttpRequest):
    """A request as the decorated views receive it: someone is logged in, htmx is known."""

    user: Utilisateur
    htmx: HtmxDetails


@dataclass(frozen=True)
class Portee:
    """The scope of a person today. Identifiers are primary keys.

    An auditor's rows open nothing here: a campaign reads them.
    """

    reseau: bool = False
    roles: frozenset[str] = frozenset()
    associations: frozenset[int] = frozenset()
    points_de_saisie: frozenset[int] = frozenset()
    points_de_responsable: frozenset[int] = frozenset()
    points: tuple[PointAccueil, ...] = field(default=(), compare=False)
    nouvelles: Mapping[str, int] = field(default_factory=dict, compare=False)  # by what `nouvelles` counts

    @classmethod
    def de(cls, personne: Utilisateur) -> "Portee":
        """Load the rows in force, each at the local day of its own point, in one statement."""
        jour = timezone.localdate()
        # A person's rows are few: dates are compared here, where each point has its own today.
        acces = Acces.objects.filter(personne=personne).annotate(**nouvelles.colonnes())
        lignes = [
            a
            for a in acces.select_related("point").order_by()
            if a.couvre(a.point.aujourdhui() if a.point else jour)
        ]
        points = {a.point.pk: a.point for a in lignes if a.point and a.role in ROLES_DE_POINT}
        return cls(
            reseau=any(a.role in ROLES_DU_RESEAU for a in lignes),
            roles=frozenset(a.role for a in lignes),
            associations=frozenset(
                a.association_id for a in lignes if a.role == Role.DIRECTION and a.association_id
            ),
            points_de_saisie=frozenset(points),
            points_de_responsable=frozenset(
                a.point.pk for a in lignes if a.point and a.role == Role.RESPONSABLE
            ),
            points=tuple(sorted(points.values(), key=lambda p: (p.nom_tri, p.pk))),
            nouvelles=nouvelles.relever(lignes),
        )

    @property
    def points_de_role(self) -> frozenset[int]:
        """Points where this person holds a role of their own."""
        return self.points_de_saisie

    @property
    def lecteur(self) -> bool:
        """Whether any point's entries may be read."""
        return self.reseau or bool(self.points or self.associations)

    def point(self, code: str | None) -> PointAccueil | None:
        return next((p for p in self.points if p.code == code), None)

    def points_visibles(self) -> frozenset[int] | QuerySet:
        """Keys of the points whose entries may be read; a set where no query is needed."""
        if not self.reseau and not self.associations:
            return self.points_de_role
        points = PointAccueil.objects.all()
        if not self.reseau:
            points = points.filter(Q(pk__in=self.points_de_role) | Q(association__in=self.associations))
        return points.values("pk")

    def lit_l_association(self, association_id: int) -> bool:
        """Whether every point of that association may be read, not some of them only."""
        return self.reseau or association_id in self.associations

    def lit_les_notes(self, point_id: int) -> bool:
        """Free text is for those who work at that very point."""
        return point_id in self.points_de_role

    def gere(self, point: PointAccueil) -> bool:
        """Whether this person looks after the point's team and hours."""
        return (
            self.reseau or point.pk in self.points_de_responsable or point.association_id in self.associations
        )


def en_poste(portee: Portee) -> dict[int, set[int]]:
    """Keys of the people in post today (the point's own day) in the teams looked after, by association.

    A role is given by address, without the person's word: alone it opens nothing of what another
    employer was given, hence the association. None for the union, whose scope is no team. One statement
    at most.
    """
    equipes: dict[int, set[int]] = {}
    if portee.reseau or not (portee.points_de_responsable or portee.associations):
        return equipes
    acces = Acces.objects.filter(
        Q(point__in=portee.points_de_responsable) | Q(point__association__in=portee.associations),
        role__in=ROLES_DE_POINT,
    )
    for ligne in acces.select_related("point").order_by():
        if ligne.point and ligne.couvre(ligne.point.aujourdhui()):
            equipes.setdefault(ligne.point.association_id, set()).add(ligne.personne_id)
    return equipes


def reserve_a(test: Callable[[Portee], bool]):
    """Let a view be seen only by people whose scope passes `test`; others get 404."""

    def decorer(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(vue)
        @login_required
        def enveloppe(request: Requete, *args, **kwargs) -> HttpResponse:
            if not test(request.user.portee):
                raise Http404
            return vue(request, *args, **kwargs)

        enveloppe.reservee = test  # type: ignore[attr-defined]
        return enveloppe

    return decorer


def ouvre(portee: Portee, vue: Callable) -> bool:
    """Whether a person of that scope would be let into the view; a link elsewhere would lead to a 404."""
    return getattr(vue, "reservee", lambda _: True)(portee)


union_seulement = reserve_a(lambda p: p.reseau)
lecteurs_seulement = reserve_a(lambda p: p.lecteur)
agents_seulement = reserve_a(lambda p: bool(p.points))
encadrants_seulement = reserve_a(lambda p: p.reseau or bool(p.points_de_responsable or p.associations))


def point_courant(request: HttpRequest) -> PointAccueil | None:
    """The point one works at now: the one chosen in this session, else the first of one's points."""
    if not request.user.is_authenticated:
        return None
    portee = request.user.portee
    choisi = portee.point(request.session.get("point"))
    return choisi or (portee.points[0] if portee.points else None)
