"""Actions: planned, changed, reported, cancelled; through the write functions."""

import uuid
from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError

from mediation.actions import Plan, modifier, prevoir
from mediation.compte_rendu import CompteRendu, annuler, participants, rapporter, remettre
from mediation.cycle_de_vie import ModifieEntretemps
from mediation.models import Action
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_partenaire, un_point
from tests.mediation.fabrique_terrain import une_action, une_action_faite

NIR = "1 85 05 78 006 084 91"


@pytest.fixture
def point(distribution):
    return distribution.point


def _plan(point, dans=0, **champs):
    return Plan(**{"nature": "atelier", "jour": point.aujourdhui() + timedelta(days=dans)} | champs)


def _journal(action):
    return EntreeJournal.objects.filter(objet="action", objet_id=action.pk).order_by("pk")


def test_a_planned_action_takes_the_register_of_its_kind(moi, point):
    assert [une_action(moi, point, nature=n).registre for n in ("tournee", "concertation", "atelier")] == [
        1,
        6,
        8,
    ]


def test_an_action_without_a_title_bears_its_kind_s_name(moi, point):
    assert une_action(moi, point, nature="tournee").titre == "Tournée"


def test_the_same_sending_is_recorded_once(moi, point):
    cle, plan = uuid.uuid4(), _plan(point, titre="Lire sa facture", partenaires=[un_partenaire()])
    premiere, neuve = prevoir(moi, point, cle, plan)
    seconde, neuve_encore = prevoir(moi, point, cle, plan)
    assert (premiere.pk, neuve, neuve_encore) == (seconde.pk, True, False)
    assert Action.objects.count() == 1


def test_the_same_key_with_another_content_is_refused(moi, point):
    cle = uuid.uuid4()
    prevoir(moi, point, cle, _plan(point))
    with pytest.raises(ValidationError, match="déjà enregistrée"):
        prevoir(moi, point, cle, _plan(point, dans=1))


def test_two_people_may_send_the_same_key(distribution, point):
    cle = uuid.uuid4()
    prevoir(distribution.proprietaire, point, cle, _plan(point))
    assert prevoir(distribution.collegue, point, cle, _plan(point))[1]


def test_a_past_action_is_entered_within_seven_days(moi, point):
    une_action(moi, point, dans=-7)
    with pytest.raises(ValidationError, match="7 jours en arrière"):
        une_action(moi, point, dans=-8)


def test_an_action_is_not_planned_where_the_point_is_closed(moi, point):
    point.ferme_le = point.aujourdhui() + timedelta(days=3)
    point.save()
    with pytest.raises(ValidationError, match="n’est pas ouvert"):
        une_action(moi, point, dans=5)


def test_an_action_is_planned_two_years_ahead_at_most(moi, point):
    with pytest.raises(ValidationError, match="deux ans"):
        une_action(moi, point, dans=800)


def test_an_end_before_its_start_is_refused(moi, point):
    with pytest.raises(ValidationError, match="La fin précède le début"):
        une_action(moi, point, debut=time(16), fin=time(14))


@pytest.mark.parametrize("champ", ["titre", "lieu"])
def test_a_social_security_number_is_refused_in_a_plan(moi, point, champ):
    with pytest.raises(ValidationError, match="sécurité sociale"):
        une_action(moi, point, **{champ: f"Voir {NIR}"})


def test_the_journal_holds_no_text_of_an_action(moi, point):
    action = une_action_faite(
        moi, point, titre="Chez Mme Dupont", rendu=CompteRendu(observations="Mme Dupont est venue")
    )
    assert "Dupont" not in str(list(_journal(action).values("avant", "apres")))
    assert [e.acte for e in _journal(action)] == ["prevoir", "rapporter"]


def test_the_journal_holds_no_age_nor_genre(moi, point):
    action = une_action_faite(moi, point, rendu=CompteRendu(participations={("18-24", "femme"): 3}))
    apres = _journal(action).last().apres
    assert apres["participants"] == 3
    assert "18-24" not in str(apres)


def test_a_report_keeps_the_counts_by_age_and_genre(moi, point):
    rendu = CompteRendu(participations={("18-24", "femme"): 3, ("nc", "nc"): 4}, satisfaits={"tres": 5})
    action = une_action_faite(moi, point, rendu=rendu)
    assert participants(action) == 7
    assert action.satisfaits == {"tres": 5}
    assert action.etat == "faite"


def test_a_late_report_says_by_how_many_days(moi, point):
    assert une_action_faite(moi, point, dans=-3).retard == 3


def test_a_planned_action_is_reported_however_late(moi, point):
    action = une_action(moi, point)
    Action.objects.filter(pk=action.pk).update(jour=point.aujourdhui() - timedelta(days=40))
    assert rapporter(moi, action, 1, CompteRendu()).retard == 40


def test_a_corrected_report_replaces_the_counts_and_keeps_its_delay(moi, point):
    action = une_action_faite(moi, point, dans=-3)
    corrigee = rapporter(moi, action, action.version, CompteRendu(participations={("nc", "nc"): 2}))
    assert (participants(corrigee), corrigee.retard) == (2, 3)
    assert _journal(action).last().acte == "corriger"


def test_an_action_to_come_is_not_reported(moi, point):
    with pytest.raises(ValidationError, match="pas encore eu lieu"):
        une_action_faite(moi, point, dans=1)


def test_more_opinions_than_participants_are_refused(moi, point):
    rendu = CompteRendu(participations={("nc", "nc"): 2}, satisfaits={"tres": 3})
    with pytest.raises(ValidationError, match="plus d’avis que de participants"):
        une_action_faite(moi, point, rendu=rendu)


def test_a_refused_report_leaves_the_former_one_whole(moi, point):
    action = une_action_faite(moi, point)
    with pytest.raises(ValidationError):
        rapporter(moi, action, action.version, CompteRendu(observations=NIR))
    assert participants(action) == 12


def test_who_changes_second_learns_it(distribution, moi, point):
    action = une_action(moi, point)
    modifier(moi, action, 1, _plan(point, titre="Autre"))
    with pytest.raises(ModifieEntretemps):
        modifier(distribution.collegue, action, 1, _plan(point))


def test_a_done_action_is_not_moved_to_a_day_to_come(moi, point):
    action = une_action_faite(moi, point)
    with pytest.raises(ValidationError, match="pas encore venu"):
        modifier(moi, action, action.version, _plan(point, dans=2))


def test_moving_a_done_action_counts_its_delay_again(moi, point):
    action = une_action_faite(moi, point)
    assert modifier(moi, action, action.version, _plan(point, dans=-2)).retard == 2


def test_cancelling_needs_a_reason(moi, point):
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        annuler(moi, une_action(moi, point), 1, "  ")


def test_a_cancelled_action_can_be_put_back(moi, point):
    action = annuler(moi, une_action(moi, point), 1, "Pluie")
    assert (action.etat, action.motif_annulation) == ("annulee", "Pluie")
    assert remettre(moi, action, 2).etat == "prevue"


def test_an_action_reported_by_mistake_is_cancelled(moi, point):
    action = une_action_faite(moi, point)
    assert annuler(moi, action, action.version, "Erreur de saisie").rapportee_le is None


@pytest.mark.parametrize("role", ["etranger", "direction", "union", "auditeur"])
def test_who_does_not_work_there_changes_nothing(distribution, moi, point, role):
    action = une_action(moi, point)
    with pytest.raises(Action.DoesNotExist):
        annuler(getattr(distribution, role), action, 1, "Non")


def test_a_step_needs_a_project_of_its_point(moi, point):
    ailleurs = un_point(point.association)
    projet = une_action(moi, ailleurs, nature="projet")
    for autre in (None, projet, une_action(moi, point)):
        with pytest.raises(ValidationError, match="projet"):
            une_action(moi, point, nature="etape_projet", projet=autre)


def test_a_project_s_balance_waits_for_its_steps(moi, point):
    projet = une_action(moi, point, nature="projet")
    une_action(moi, point, nature="etape_projet", projet=projet)
    with pytest.raises(ValidationError, match="1 étape reste prévue"):
        rapporter(moi, projet, 1, CompteRendu(observations="Bien", jour_fin=point.aujourdhui()))


def test_a_project_with_steps_done_is_not_cancelled(moi, point):
    projet = une_action(moi, point, nature="projet")
    une_action_faite(moi, point, nature="etape_projet", projet=projet)
    with pytest.raises(ValidationError, match="faites plutôt le bilan"):
        annuler(moi, projet, 1, "Fini")


def test_a_project_that_is_over_takes_no_step(moi, point):
    projet = une_action(moi, point, nature="projet")
    rapporter(moi, projet, 1, CompteRendu(observations="Bien", jour_fin=point.aujourdhui()))
    with pytest.raises(ValidationError, match="terminé ou annulé"):
        une_action(moi, point, nature="etape_projet", projet=projet)


def test_the_journal_tells_that_a_project_ended_earlier(moi, point):
    fin = point.aujourdhui() + timedelta(days=30)
    projet = une_action(moi, point, nature="projet", jour_fin=fin)
    rapporter(moi, projet, 1, CompteRendu(observations="Bien", jour_fin=point.aujourdhui()))
    ligne = _journal(projet).last()
    assert (ligne.avant["jour_fin"], ligne.apres["jour_fin"]) == (str(fin), str(point.aujourdhui()))
