"""Who may do what with a campaign's audit: said here, and nowhere else.

The union conducts campaigns. An auditor is invited by one, between two dates, for a scope (a point, an
association, the network): from the freezing on they read the file of the sample's points within it, and
while the audit lasts they write what they find. Who looks after a point answers for it; the union answers for
the central function.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from accueil.acces import Portee
from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import Role
from qualite.etats_campagne import FIGEES, EtatCampagne
from qualite.models import Campagne, ConstatAudit, Niveau, PointCampagne


@dataclass(frozen=True)
class Audit:
    """What one person may look at of a campaign: these points of its sample, and the central function.

    `associations`: those to the whole of which one is invited; with the central function, to all.
    """

    campagne: Campagne
    lignes: tuple[PointCampagne, ...]
    centrale: bool
    auditeur: bool
    associations: frozenset[int] = frozenset()

    @property
    def points(self) -> tuple[PointAccueil, ...]:
        return tuple(ligne.point for ligne in self.lignes)

    @property
    def cles(self) -> Collection[int]:
        return {p.pk for p in self.points}

    @property
    def lisible(self) -> bool:
        """There is a file from the freezing on."""
        return self.campagne.etat in FIGEES

    @property
    def ecrit(self) -> bool:
        """Whether this person writes findings: an auditor, or the union from a certifier's report."""
        return self.campagne.etat == EtatCampagne.AUDIT and (self.auditeur or self.campagne.afnor)

    @property
    def note(self) -> bool:
        """Interviews and observations are the auditors' own."""
        return self.campagne.etat == EtatCampagne.AUDIT and self.auditeur

    def couvre(self, point: PointAccueil | None) -> bool:
        return self.centrale if point is None else point.pk in self.cles

    def couvre_niveau(self, niveau: str, point: PointAccueil | None) -> bool:
        """Whether all that a finding of this level counts, read at a point, is within the invitation."""
        if self.centrale or niveau in (Niveau.POINT, Niveau.PERSONNE):
            return True
        return (
            niveau == Niveau.ASSOCIATION and point is not None and point.association_id in self.associations
        )

    def point(self, code: str) -> PointAccueil | None:
        return next((p for p in self.points if p.code == code), None)

    def ligne(self, point: PointAccueil | None) -> PointCampagne | None:
        """Why a point is in the sample, and its self-evaluation as handed in."""
        return next((ligne for ligne in self.lignes if ligne.point == point), None)


def invitations_du_jour(personne: Utilisateur, campagne: Campagne) -> list[Acces]:
    """The rows that this campaign wrote for someone and that open something today, each at its own place."""
    siens = Acces.objects.filter(
        personne=personne, role=Role.AUDITEUR, campagne_auditee__campagne=campagne
    ).select_related("point")
    jour = timezone.localdate()
    return [a for a in siens.order_by() if a.couvre(a.point.aujourdhui() if a.point else jour)]


def audit_de(personne: Utilisateur, campagne: Campagne) -> Audit | None:
    """What someone may look at of a campaign's audit; None for whom it isn't. Two statements at most.

    The union reads all of it. Being in post somewhere opens nothing here.
    """
    ouverte = est_auditeur(personne.portee) and campagne.etat != EtatCampagne.ANNULEE
    invitations = invitations_du_jour(personne, campagne) if ouverte else []
    if not (invitations or personne.portee.reseau):
        return None
    lignes = PointCampagne.objects.filter(campagne=campagne).select_related(
        "point__association", "remise_par"
    )
    centrale = personne.portee.reseau or any(not (a.point_id or a.association_id) for a in invitations)
    associations = frozenset(a.association_id for a in invitations if a.association_id)
    if not centrale:
        lignes = lignes.filter(
            Q(point__in=[a.point_id for a in invitations if a.point_id])
            | Q(point__association__in=associations)
        )
    tenues = sorted(lignes, key=lambda ligne: (ligne.point.nom_tri, ligne.point_id))
    return Audit(campagne, tuple(tenues), centrale, bool(invitations), associations)


def est_auditeur(portee: Portee) -> bool:
    """Whether some row of auditor is in force today; a campaign says what it opens."""
    return Role.AUDITEUR in portee.roles


def repond(portee: Portee, constat: ConstatAudit) -> bool:
    """Who answers a finding: who looks after its point; the union for the central function."""
    return portee.gere(constat.point) if constat.point else portee.reseau
