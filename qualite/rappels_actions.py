"""Reminders before an action's due date: 30, 7 and 1 day before, each once, to whom it waits for."""

from datetime import timedelta

from django.utils import timezone

from accueil.models import Acces, Utilisateur
from accueil.models.personnes import ROLES_DU_RESEAU, Role
from qualite import courriels_actions, droits_actions
from qualite.etats_action import EN_TRAVAIL, EtatAction
from qualite.models import ActionCorrective, RappelAction
from qualite.relances import PALIERS, palier_du, rappeler


def envoyer_rappels() -> int:
    """Send what is due, each on the local day of its point; returns how many reminders were claimed."""
    ici = timezone.localdate()
    proches = (ici - timedelta(days=1), ici + timedelta(days=max(PALIERS) + 1))
    lignes = ActionCorrective.objects.ouvertes().filter(echeance__range=proches)
    actions = list(lignes.select_related("point__association", "association", "pilote", "verificateur"))
    faits: dict[tuple, int] = {}
    rappels = RappelAction.objects.filter(action__in=[a.pk for a in actions])
    for pk, echeance, fait in rappels.values_list("action", "echeance", "palier"):
        faits[pk, echeance] = min(faits.get((pk, echeance), fait), fait)
    envoyes = 0
    for action in actions:
        palier = _palier(action)
        if palier and faits.get((action.pk, action.echeance), palier + 1) > palier:
            envoyes += _rappeler(action, palier)
    return envoyes


def _palier(action: ActionCorrective) -> int | None:
    """The reminder that is due today; none for a delay that the action never had before it."""
    palier = palier_du((action.echeance - action.aujourdhui()).days)
    accorde = (action.echeance - action.ouverte_le).days
    return palier if palier and accorde >= palier else None


def attendus(action: ActionCorrective) -> list[Utilisateur]:
    """Whom an action waits for: its owner, who is asked to verify it, else those who hold it."""
    if action.etat in EN_TRAVAIL:
        permis = droits_actions.pilotes_possibles(droits_actions.objet_de(action), action.aujourdhui())
        if permis.filter(pk=action.pilote_id).exists():
            return [action.pilote]
    if action.etat == EtatAction.REALISEE and action.verificateur_id:
        roles = Acces.objects.en_vigueur(action.aujourdhui()).filter(personne=action.verificateur_id)
        actifs = Utilisateur.objects.filter(pk__in=roles.values("personne"), is_active=True)
        return list(actifs) or tenants(action)
    return tenants(action)


def tenants(action: ActionCorrective) -> list[Utilisateur]:
    """Managers of the point, the association's direction, or the union."""
    acces = Acces.objects.en_vigueur(action.aujourdhui())
    if action.point:
        acces = acces.filter(role=Role.RESPONSABLE, point=action.point)
    elif action.association:
        acces = acces.filter(role=Role.DIRECTION, association=action.association)
    else:
        acces = acces.filter(role__in=ROLES_DU_RESEAU)
    return list(Utilisateur.objects.filter(pk__in=acces.values("personne"), is_active=True))


def _rappeler(action: ActionCorrective, palier: int) -> bool:
    def ecrire() -> None:
        for personne in attendus(action):
            courriels_actions.ecrire(personne, action, "rappel")

    return rappeler(RappelAction(action=action, echeance=action.echeance, palier=palier), ecrire)
