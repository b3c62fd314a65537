"""What PostgreSQL refuses of corrective actions, whoever writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accueil.models import Acces
from qualite.models import ActionCorrective, BonnePratique, EvenementAction, RappelAction
from tests.fabrique import un_acces
from tests.qualite.fabrique_actions import amener, une_corrective


@pytest.fixture
def action(distribution):
    return une_corrective(distribution.responsable, distribution.proprietaire, point=distribution.point)


@pytest.fixture
def menee(distribution, action):
    return lambda etat: amener(action, etat, tient=distribution.responsable, verifie=distribution.collegue)


def _refuse(action: ActionCorrective, **colonnes) -> None:
    """An UPDATE that goes round the named functions is refused, at once or at the end."""
    with pytest.raises(DatabaseError):
        _jusqu_au_bout(lambda: ActionCorrective.objects.filter(pk=action.pk).update(**colonnes))


def _jusqu_au_bout(ecrire: Callable[[], object]) -> None:
    """Write, and let the constraints that wait for the end speak."""
    with transaction.atomic():
        ecrire()
        with connection.cursor() as curseur:
            curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_move_outside_the_table(distribution, action):
    _refuse(action, etat="close")
    _refuse(action, etat="realisee", realisee_le=action.ouverte_le, realisee_par=distribution.proprietaire)


def test_no_state_without_its_event(action):
    _refuse(action, etat="en_cours")


def test_no_due_date_moves_without_its_event(action):
    _refuse(action, echeance=action.echeance + timedelta(days=9))


def test_no_owner_changes_without_an_event(distribution, action):
    _refuse(action, pilote=distribution.collegue)


def test_the_owner_never_verifies(distribution, menee):
    action = menee("realisee")
    jour = action.aujourdhui()
    _refuse(action, etat="efficace", verifiee_le=jour, verifiee_par=distribution.proprietaire)


def test_no_verification_on_the_day_of_the_work(distribution, menee):
    action = menee("realisee")
    _refuse(action, etat="efficace", verifiee_le=action.realisee_le, verifiee_par=distribution.collegue)


def test_nothing_is_done_without_its_cause(distribution, menee):
    action, jour = menee("en_cours"), distribution.point.aujourdhui()
    par = distribution.proprietaire
    pas = {"nature": "etat", "de": "en_cours", "vers": "realisee", "jour": jour, "par": par}
    fait = {"etat": "realisee", "realisee_le": jour, "realisee_par": par, "cause": ""}

    def realiser() -> None:
        EvenementAction.objects.create(action=action, **pas)
        ActionCorrective.objects.filter(pk=action.pk).update(**fait)

    with pytest.raises(DatabaseError, match="corrective_realisee_avec_sa_cause"):
        _jusqu_au_bout(realiser)


def _verifier(action: ActionCorrective, par) -> None:
    """Say in SQL, with its event, that this person found the action to have worked."""
    jour = action.realisee_le + timedelta(days=1)
    pas = {"nature": "etat", "de": "realisee", "vers": "efficace", "jour": jour, "motif": "Vu"}
    EvenementAction.objects.create(action=action, par=par, **pas)
    ActionCorrective.objects.filter(pk=action.pk).update(etat="efficace", verifiee_le=jour, verifiee_par=par)


def test_who_said_it_was_done_in_an_earlier_round_never_verifies(distribution, menee):
    action = menee("realisee")
    pas = {"nature": "etat", "de": "en_cours", "vers": "realisee", "jour": action.realisee_le}
    EvenementAction.objects.create(action=action, par=distribution.direction, **pas)
    with pytest.raises(DatabaseError, match="dit qu'elle était faite"):
        _jusqu_au_bout(lambda: _verifier(action, distribution.direction))


@pytest.mark.parametrize("fin", [0, -1])
def test_the_direction_in_post_at_a_point_of_two_never_verifies(distribution, menee, fin):
    action, jour = menee("realisee"), distribution.point.aujourdhui()
    Acces.objects.filter(point=distribution.point).exclude(personne=distribution.proprietaire).delete()
    un_acces(
        distribution.direction,
        "mediateur",
        distribution.point,
        debut=jour - timedelta(days=9),
        fin=jour + timedelta(days=fin),
    )
    if fin:  # gone since yesterday: the direction again, and nothing more
        _jusqu_au_bout(lambda: _verifier(action, distribution.direction))
        return
    with pytest.raises(DatabaseError, match="équipe de deux"):
        _jusqu_au_bout(lambda: _verifier(action, distribution.direction))


def test_what_an_action_comes_from_never_changes(distribution, action):
    _refuse(action, point=distribution.ailleurs)
    _refuse(action, echeance_initiale=action.echeance_initiale + timedelta(days=1))
    _refuse(action, ouverte_le=action.ouverte_le - timedelta(days=1))


def test_a_finished_action_never_changes(menee):
    _refuse(menee("close"), titre="Autre")


def test_no_action_is_born_done(distribution, action):
    with pytest.raises(DatabaseError), transaction.atomic():
        une_corrective(
            distribution.responsable, distribution.proprietaire, point=distribution.point, etat="en_cours"
        )


def test_no_action_is_without_its_opening(distribution, action):
    action.pk, action.cle, action._state.adding = None, "0" * 32, True
    with pytest.raises(DatabaseError):
        _jusqu_au_bout(action.save)


@pytest.mark.parametrize("modele", [ActionCorrective, EvenementAction])
def test_nothing_is_deleted(action, modele):
    with pytest.raises(DatabaseError), transaction.atomic():
        modele.objects.all()._raw_delete(using="default")


def test_events_and_reminders_are_only_added_to(action):
    RappelAction.objects.create(action=action, echeance=action.echeance, palier=7)
    for lignes in (EvenementAction.objects.all(), RappelAction.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            lignes.update(le=timezone.now())


def test_a_good_practice_comes_from_a_closed_action_and_never_changes(distribution, menee):
    action = menee("efficace")
    champs = {"titre": "Titre", "texte": "Texte", "publiee_par": distribution.union, "action": action}
    with pytest.raises(DatabaseError), transaction.atomic():
        BonnePratique.objects.create(cle="1" * 32, **champs)
    pratique = BonnePratique.objects.create(cle="1" * 32, **champs | {"action": None})
    with pytest.raises(DatabaseError), transaction.atomic():
        BonnePratique.objects.filter(pk=pratique.pk).update(texte="Autre")
