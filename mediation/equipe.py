"""Who works at a point today: those to whom a case may be entrusted."""

from django.db.models import Q, QuerySet

from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT, Role


def en_poste(point: PointAccueil) -> QuerySet[Utilisateur]:
    """People with a role of their own at the point on its local day, in French order."""
    roles = Acces.objects.filter(point=point, role__in=ROLES_DE_POINT).en_vigueur(point.aujourdhui())
    return Utilisateur.objects.filter(Q(pk__in=roles.values("personne")), is_active=True)


def accueillant(point: PointAccueil) -> Utilisateur | None:
    """Who receives a case sent from another point: its manager, else someone of its team."""
    roles = Acces.objects.filter(point=point, role__in=ROLES_DE_POINT, personne__is_active=True)
    en_vigueur = list(roles.en_vigueur(point.aujourdhui()).select_related("personne"))
    en_vigueur.sort(key=lambda a: (a.role != Role.RESPONSABLE, a.debut, a.pk))
    return en_vigueur[0].personne if en_vigueur else None
