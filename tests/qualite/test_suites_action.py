"""A corrective action on its way: carried out, verified by someone else, closed, begun again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accueil.models import Acces
from pimms.socle.models import Courriel
from pimms.socle.versions import ModifieEntretemps
from qualite import droits_actions
from qualite.actions import Fiche, confier, modifier
from qualite.models import ActionCorrective, EvenementAction
from qualite.suites_action import avancer
from tests.fabrique import un_acces, un_point, une_personne
from tests.qualite.fabrique_actions import amener, une_corrective


@pytest.fixture
def action(distribution):
    """An action of the cast's point, opened thirty days ago, owned by Sonia."""
    return une_corrective(distribution.responsable, distribution.proprietaire, point=distribution.point)


@pytest.fixture
def menee(distribution, action):
    """`menee(etat)`: that action in a state; its colleague verified it."""
    return lambda etat: amener(action, etat, tient=distribution.responsable, verifie=distribution.collegue)


def _hier(action):
    return action.aujourdhui() - timedelta(days=1)


def test_an_action_is_carried_out_verified_by_another_and_closed(distribution, menee):
    action = menee("close")
    assert (action.verifiee_par, action.close_le) == (distribution.collegue, action.aujourdhui())
    assert list(action.evenements.filter(nature="etat").values_list("vers", flat=True)) == [
        "en_cours",
        "realisee",
        "efficace",
        "close",
    ]


def test_nothing_is_closed_before_it_was_verified(distribution, menee):
    action = menee("realisee")
    with pytest.raises(ValidationError, match="ne passe pas"):
        avancer(distribution.responsable, action, action.version, "close")


def test_it_is_not_done_before_its_cause_is_known(distribution):
    action = une_corrective(
        distribution.responsable, distribution.proprietaire, point=distribution.point, cause=""
    )
    action = avancer(distribution.proprietaire, action, 1, "en_cours")
    with pytest.raises(ValidationError, match="cause"):
        avancer(distribution.proprietaire, action, 2, "realisee", jour=_hier(action))


@pytest.mark.parametrize("qui", ["proprietaire", "etranger"])
def test_neither_its_owner_nor_a_stranger_verifies(distribution, menee, qui):
    action = menee("realisee")
    with pytest.raises((ValidationError, ActionCorrective.DoesNotExist)):
        avancer(
            getattr(distribution, qui), action, action.version, "efficace", motif="Oui.", jour=_hier(action)
        )


def test_who_said_it_was_done_does_not_verify_it(distribution, action):
    action = avancer(distribution.proprietaire, action, 1, "en_cours")
    action = avancer(distribution.responsable, action, 2, "realisee", jour=action.ouverte_le)
    with pytest.raises(ValidationError):
        avancer(distribution.responsable, action, 3, "efficace", motif="Oui.", jour=_hier(action))


def test_it_is_verified_on_a_later_day(distribution, menee):
    action = menee("realisee")
    with pytest.raises(ValidationError) as refus:
        avancer(
            distribution.collegue, action, action.version, "efficace", motif="Oui.", jour=action.realisee_le
        )
    assert list(refus.value.error_dict) == ["jour"]


def test_a_verification_says_what_was_found(distribution, menee):
    action = menee("realisee")
    with pytest.raises(ValidationError) as refus:
        avancer(distribution.collegue, action, action.version, "efficace", jour=_hier(action))
    assert list(refus.value.error_dict) == ["motif"]


def test_in_a_team_of_two_someone_from_elsewhere_verifies(distribution):
    point = un_point(distribution.point.association)
    pilote, tient, voisin = une_personne(), une_personne(), distribution.collegue
    un_acces(pilote, "mediateur", point)
    un_acces(tient, "responsable", point)
    action = amener(une_corrective(tient, pilote, point=point), "realisee", tient=tient, verifie=tient)
    constat = {"motif": "Oui.", "jour": _hier(action)}
    with pytest.raises(ValidationError):
        avancer(tient, action, action.version, "efficace", **constat)
    action = confier(tient, action, action.version, pilote, voisin)
    action = avancer(voisin, action, action.version, "efficace", **constat)
    assert action.verifiee_par == voisin


@pytest.mark.parametrize("qui", ["direction", "union"])
def test_direction_and_union_verify_in_a_small_team(distribution, qui):
    point = un_point(distribution.point.association)
    pilote = une_personne()
    un_acces(pilote, "responsable", point)
    action = amener(une_corrective(pilote, pilote, point=point), "realisee", tient=pilote, verifie=pilote)
    verifiee = avancer(
        getattr(distribution, qui), action, action.version, "inefficace", motif="Non.", jour=_hier(action)
    )
    assert verifiee.etat == "inefficace"


def test_an_association_s_action_is_verified_by_who_is_asked_to(distribution):
    action = une_corrective(
        distribution.direction, distribution.direction, association=distribution.point.association
    )
    action = amener(action, "realisee", tient=distribution.direction, verifie=distribution.collegue)
    constat = {"motif": "Oui.", "jour": _hier(action)}
    with pytest.raises(ValidationError):
        avancer(distribution.collegue, action, action.version, "efficace", **constat)
    action = confier(
        distribution.direction, action, action.version, distribution.direction, distribution.collegue
    )
    action = avancer(distribution.collegue, action, action.version, "efficace", **constat)
    assert action.verifiee_par == distribution.collegue


def test_the_network_s_action_is_verified_by_the_union(distribution):
    autre = une_personne()
    un_acces(autre, "union")
    action = amener(
        une_corrective(distribution.union, distribution.union),
        "realisee",
        tient=distribution.union,
        verifie=autre,
    )
    constat = {"motif": "Oui.", "jour": _hier(action)}
    with pytest.raises(ValidationError):
        avancer(distribution.direction, action, action.version, "efficace", **constat)
    assert avancer(autre, action, action.version, "efficace", **constat).verifiee_par == autre


def test_who_is_asked_to_verify_from_another_point_reads_that_action_only(distribution, action):
    voisin = une_personne()
    un_acces(voisin, "mediateur", un_point(distribution.point.association))
    assert not ActionCorrective.objects.visibles_par(voisin)
    confier(distribution.responsable, action, 1, distribution.proprietaire, voisin)
    assert list(ActionCorrective.objects.visibles_par(voisin)) == [action]


def test_who_left_the_association_reads_it_no_more(distribution, action):
    voisin = une_personne()
    acces = un_acces(voisin, "mediateur", un_point(distribution.point.association))
    confier(distribution.responsable, action, 1, distribution.proprietaire, voisin)
    Acces.objects.filter(pk=acces.pk).update(fin=distribution.point.aujourdhui() - timedelta(days=1))
    voisin.__dict__.pop("portee", None)
    assert not ActionCorrective.objects.visibles_par(voisin)


def test_an_action_without_effect_begins_again_with_its_verification_forgotten(distribution, menee):
    action = menee("inefficace")
    action = avancer(distribution.responsable, action, action.version, "en_cours", motif="Autre mesure.")
    assert (action.etat, action.realisee_le, action.verifiee_par) == ("en_cours", None, None)
    assert action.evenements.filter(vers="inefficace", motif="Constaté sur place.").exists()


def test_a_closed_action_is_reopened_with_another_due_date_when_its_own_has_passed(distribution):
    action = une_corrective(
        distribution.responsable, distribution.proprietaire, point=distribution.point, dans=-1
    )
    action = amener(action, "close", tient=distribution.responsable, verifie=distribution.collegue)
    with pytest.raises(ValidationError) as refus:
        avancer(distribution.responsable, action, action.version, "en_cours", motif="C’est revenu.")
    assert list(refus.value.error_dict) == ["echeance"]
    action.refresh_from_db()
    suite = action.aujourdhui() + timedelta(days=30)
    action = avancer(
        distribution.responsable, action, action.version, "en_cours", motif="C’est revenu.", echeance=suite
    )
    assert (action.echeance, action.close_le) == (suite, None)


def test_a_cancelled_action_says_why(distribution, action):
    with pytest.raises(ValidationError) as refus:
        avancer(distribution.responsable, action, 1, "annulee")
    assert list(refus.value.error_dict) == ["motif"]


def test_a_finished_action_keeps_its_texts(distribution, menee):
    action = menee("close")
    with pytest.raises(ValidationError, match="rouvrez"):
        modifier(distribution.responsable, action, action.version, Fiche("Autre", "Autre."))


def test_the_one_asked_to_verify_is_told_when_it_is_done(distribution, action):
    action = confier(distribution.responsable, action, 1, distribution.proprietaire, distribution.collegue)
    amener(action, "realisee", tient=distribution.responsable, verifie=distribution.collegue)
    assert Courriel.objects.get().destinataire == distribution.collegue.email


def test_two_moves_at_once_are_one(distribution, action):
    avancer(distribution.proprietaire, action, 1, "en_cours")
    with pytest.raises(ModifieEntretemps):
        avancer(distribution.responsable, action, 1, "en_cours")
    assert EvenementAction.objects.filter(action=action, vers="en_cours").count() == 1


def test_a_former_owner_does_not_verify(distribution):
    """Léa hands the action over, Karim does it: Léa judges it no more than Karim does."""
    action = une_corrective(distribution.responsable, distribution.proprietaire, point=distribution.point)
    action = confier(distribution.responsable, action, 1, distribution.responsable)
    action = amener(action, "realisee", tient=distribution.responsable, verifie=distribution.collegue)
    constat = {"motif": "Oui.", "jour": _hier(action)}
    with pytest.raises(ValidationError):
        avancer(distribution.proprietaire, action, action.version, "efficace", **constat)
    jour = action.aujourdhui()
    assert distribution.proprietaire not in droits_actions.verificateurs_possibles(action, jour)


def test_the_database_refuses_a_former_owner(distribution):
    action = une_corrective(distribution.responsable, distribution.proprietaire, point=distribution.point)
    action = confier(distribution.responsable, action, 1, distribution.responsable)
    action = amener(action, "realisee", tient=distribution.responsable, verifie=distribution.collegue)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionCorrective.objects.filter(pk=action.pk).update(
            etat="efficace", verifiee_le=_hier(action), verifiee_par=distribution.proprietaire
        )


def test_who_said_a_first_time_that_it_was_done_does_not_verify(distribution, action):
    """Léa says it is done for Sonia, then it is taken up again and Sonia says so herself: Léa stays out."""
    responsable, pilote = distribution.responsable, distribution.proprietaire
    action = avancer(pilote, action, 1, "en_cours")
    jour = action.aujourdhui() - timedelta(days=10)
    action = avancer(responsable, action, action.version, "realisee", jour=jour)
    action = avancer(responsable, action, action.version, "en_cours", motif="À refaire.")
    action = avancer(pilote, action, action.version, "realisee", jour=jour)
    with pytest.raises(ValidationError):
        avancer(responsable, action, action.version, "efficace", motif="Oui.", jour=_hier(action))
    possibles = droits_actions.verificateurs_possibles(action, action.aujourdhui())
    assert responsable not in possibles
    assert distribution.collegue in possibles


def test_in_a_team_of_two_nobody_verifies_whatever_else_they_are(distribution, action):
    """The direction who is in post at a two-person point is of that team."""
    Acces.objects.filter(personne__in=[distribution.collegue, distribution.responsable]).delete()
    un_acces(distribution.direction, "responsable", distribution.point)
    amenee = amener(action, "realisee", tient=distribution.direction, verifie=distribution.direction)
    assert not droits_actions.peut_verifier(distribution.direction, amenee)
    assert droits_actions.peut_verifier(distribution.union, amenee)
