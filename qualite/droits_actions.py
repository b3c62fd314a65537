"""Who may do what with a corrective action: said here, and nowhere else.

Read: `ActionCorrectiveQuerySet.visibles_par`. Open, move, close: who looks after the point, its direction,
the union (`tient`). Work on it: its owner as well. Verify: nobody who owns or owned it, nor who said once
that it was done; where the team is two or fewer, nobody of it, whatever else they are: someone of another
point, the direction or the union.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accueil.acces import Portee
from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT, ROLES_DU_RESEAU, Role
from qualite.etats_action import EN_TRAVAIL, EtatAction, Qui, Transition, depuis
from qualite.models import ActionCorrective, EvenementAction, Niveau
from qualite.preuves import Objet, peut_deposer

PETITE_EQUIPE = 2  # people: with so few, nobody of the team judges another's work


def objet_de(action: ActionCorrective) -> Objet:
    return Objet(association=action.association, point=action.point)


def peut_ouvrir(portee: Portee, objet: Objet) -> bool:
    """Who opens an action: whoever may add a proof for the same subject."""
    return peut_deposer(portee, objet)


def tient(portee: Portee, action: ActionCorrective) -> bool:
    """Who holds an action, whoever its owner is: may move its due date, hand it over, close it."""
    return peut_ouvrir(portee, objet_de(action))


def peut_travailler(personne: Utilisateur, action: ActionCorrective) -> bool:
    """Its owner and who holds it write its cause and its measures, begin it and say that it is done."""
    return action.pilote_id == personne.pk or tient(personne.portee, action)


@dataclass(frozen=True)
class Regard:
    """How someone stands to an action: whether they had a hand in it, at any time (owned it, or said it was
    done), and whether its point's team is so small that nobody there judges it."""

    mele: bool
    petite: bool


def regarder(personne: Utilisateur, action: ActionCorrective) -> Regard:
    """One statement."""
    en_poste = Acces.objects.filter(point=OuterRef("point"), role__in=ROLES_DE_POINT)
    en_poste = en_poste.filter(personne__is_active=True).en_vigueur(action.aujourdhui())
    nombre = en_poste.order_by().values("point").annotate(n=Count("personne", distinct=True)).values("n")
    lignes = ActionCorrective.objects.filter(pk=action.pk).values_list(
        Exists(EvenementAction.objects.filter(_main(personne), action=OuterRef("pk"))),
        Coalesce(Subquery(nombre), 0),
    )
    mele, equipe = lignes.get()
    return Regard(mele, action.point is not None and equipe <= PETITE_EQUIPE)


def peut_verifier(personne: Utilisateur, action: ActionCorrective, regard: Regard | None = None) -> bool:
    """Whether this person may say that it worked: the point's team unless it is small, the direction, the
    union, and who is asked to, from elsewhere in the association. One statement, unless `regard` is given."""
    if personne.pk in (action.pilote_id, action.realisee_par_id):
        return False
    vu, portee = regard or regarder(personne, action), personne.portee
    if vu.mele:
        return False
    if action.point and action.point.pk in portee.points_de_role:
        return not vu.petite  # of a small team, whatever else they are
    if portee.reseau or _association(action) in portee.associations:
        return True
    return action.niveau != Niveau.RESEAU and action.verificateur_id == personne.pk


def _main(qui: Any) -> Q:
    """Events by which these people had a hand in an action: owners from its opening on, and who said it was
    done, even if the work was taken up again since."""
    return Q(pilote=qui) | Q(par=qui, vers=EtatAction.REALISEE)


def petite_equipe(point: PointAccueil) -> bool:
    """Whether the team in post is two or fewer, managers included."""
    postes = Acces.objects.filter(point=point, role__in=ROLES_DE_POINT, personne__is_active=True)
    presents = postes.en_vigueur(point.aujourdhui()).values("personne").distinct()
    return presents.count() <= PETITE_EQUIPE


def _association(action: ActionCorrective) -> int | None:
    return action.point.association_id if action.point else action.association_id


def permises(
    personne: Utilisateur, action: ActionCorrective, regard: Regard | None = None
) -> list[Transition]:
    """Moves that this person may make of the action as it stands."""
    suites = depuis(action.etat)
    droits = {
        Qui.PILOTE: lambda: peut_travailler(personne, action),
        Qui.TENANT: lambda: tient(personne.portee, action),
        Qui.VERIFICATEUR: lambda: peut_verifier(personne, action, regard),
    }
    ouverts = {qui for qui in {t.qui for t in suites} if droits[qui]()}
    return [t for t in suites if t.qui in ouverts]


def change_de_pilote(action: ActionCorrective) -> bool:
    """The owner changes only before the work is said done: else who did it could verify it."""
    return action.etat in EN_TRAVAIL


def pilotes_possibles(objet: Objet, jour: date) -> QuerySet[Utilisateur]:
    """Who may own an action: in post at the point (the association's points), the direction, the union."""
    return _en_poste(jour, _du_sujet(objet) | Q(role__in=ROLES_DU_RESEAU))


def verificateurs_possibles(action: ActionCorrective, jour: date) -> QuerySet[Utilisateur]:
    """Who may be asked to verify: the team unless it is small, the association's other points, its
    direction, the union; never who owns or owned it, nor who said, now or before, that it was done."""
    association = action.point.association if action.point else action.association
    qui = _du_sujet(Objet(association=association)) | Q(role__in=ROLES_DU_RESEAU)
    personnes = _en_poste(jour, qui).exclude(pk__in=[action.pilote_id, action.realisee_par_id or 0])
    evenements = EvenementAction.objects.filter(_main(OuterRef("pk")), action=action)
    personnes = personnes.exclude(Exists(evenements))
    if action.point and petite_equipe(action.point):
        sur_place = Acces.objects.filter(point=action.point, role__in=ROLES_DE_POINT).en_vigueur(jour)
        personnes = personnes.exclude(pk__in=sur_place.values("personne"))
    return personnes


def _du_sujet(objet: Objet) -> Q:
    if objet.point:
        association = objet.point.association_id
        return Q(role__in=ROLES_DE_POINT, point=objet.point) | Q(role=Role.DIRECTION, association=association)
    if objet.association:
        return Q(role__in=ROLES_DE_POINT, point__association=objet.association) | Q(
            role=Role.DIRECTION, association=objet.association
        )
    return Q(pk__in=[])


def _en_poste(jour: date, qui: Q) -> QuerySet[Utilisateur]:
    acces = Acces.objects.filter(qui).en_vigueur(jour)
    return Utilisateur.objects.filter(pk__in=acces.values("personne"), is_active=True)
