"""Opening a corrective action, changing what it says, handing it over, moving its due date."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from pimms.socle.models import Courriel, EntreeJournal
from pimms.socle.versions import ModifieEntretemps
from qualite.actions import Fiche, confier, modifier, ouvrir
from qualite.models import ActionCorrective, Constat, Exigence
from qualite.preuves import Objet
from qualite.suites_action import reporter
from tests.qualite.fabrique_actions import amener, une_corrective, une_ouverture


@pytest.fixture
def action(distribution):
    """An action of the cast's point, opened thirty days ago, owned by Sonia."""
    return une_corrective(distribution.responsable, distribution.proprietaire, point=distribution.point)


def _du_point(distribution, **champs):
    return une_ouverture(distribution.proprietaire, objet=Objet(point=distribution.point), **champs)


# Opening


def test_a_manager_opens_an_action_for_the_point(distribution):
    action = ouvrir(distribution.responsable, _du_point(distribution))
    assert (action.etat, action.point, action.echeance_initiale) == (
        "a_faire",
        distribution.point,
        action.echeance,
    )
    assert [e.nature for e in action.evenements.all()] == ["ouverture"]


def test_the_owner_is_told_by_a_mail_that_says_nothing_of_it(distribution):
    ouvrir(distribution.responsable, _du_point(distribution))
    courriel = Courriel.objects.get()
    assert courriel.destinataire == distribution.proprietaire.email
    assert "Tracer" not in courriel.sujet + courriel.corps


@pytest.mark.parametrize("qui", ["proprietaire", "collegue", "etranger"])
def test_only_who_looks_after_the_point_opens(distribution, qui):
    with pytest.raises(ValidationError):
        ouvrir(getattr(distribution, qui), _du_point(distribution))


@pytest.mark.parametrize("qui", ["direction", "union"])
def test_direction_and_union_open_for_any_of_their_points(distribution, qui):
    assert ouvrir(getattr(distribution, qui), _du_point(distribution)).creee_par == getattr(distribution, qui)


def test_the_owner_is_in_post_there(distribution):
    with pytest.raises(ValidationError) as refus:
        ouvrir(distribution.union, replace(_du_point(distribution), pilote=distribution.etranger))
    assert list(refus.value.error_dict) == ["pilote"]


def test_an_action_of_the_network_is_owned_by_the_union(distribution):
    voulue = une_ouverture(distribution.proprietaire, objet=Objet())
    with pytest.raises(ValidationError):
        ouvrir(distribution.union, voulue)
    assert ouvrir(distribution.union, replace(voulue, pilote=distribution.union)).niveau == "reseau"


def test_the_same_form_twice_opens_one_action(distribution):
    ouverture = _du_point(distribution)
    un, deux = (ouvrir(distribution.responsable, ouverture) for _ in range(2))
    assert un == deux
    assert Courriel.objects.count() == 1


def test_another_content_under_the_same_key_is_refused(distribution):
    ouverture = _du_point(distribution)
    ouvrir(distribution.responsable, ouverture)
    autre = replace(ouverture, fiche=Fiche("Autre chose", "Autre."))
    with pytest.raises(ValidationError, match="autre contenu"):
        ouvrir(distribution.responsable, autre)


def test_a_finding_needs_its_requirement(distribution):
    with pytest.raises(ValidationError) as refus:
        ouvrir(distribution.responsable, _du_point(distribution, provenance="constat"))
    assert list(refus.value.error_dict) == ["exigence"]


def test_the_words_of_the_finding_are_kept(distribution):
    exigence = Exigence.objects.get(code="MEO-2", referentiel__code="xp-x60-600-2016")
    Constat.objects.create(
        referentiel=exigence.referentiel,
        code="MEO-2",
        niveau="point",
        point=distribution.point,
        phrase="3 sur 4 à temps",
        verdict="a_traiter",
        qui="equipe",
        depuis=distribution.point.aujourdhui(),
    )
    ouverture = _du_point(distribution, provenance="constat", exigence=exigence)
    action = ouvrir(distribution.responsable, ouverture)
    assert (action.exigence, action.verdict, action.phrase) == ("MEO-2", "a_traiter", "3 sur 4 à temps")


@pytest.mark.parametrize("champ", ["titre", "description", "cause", "correction", "mesure"])
def test_no_social_security_number_is_kept(distribution, champ):
    fiche = replace(Fiche("Titre", "Des faits."), **{champ: "Voir 1 84 12 76 451 089 46"})
    with pytest.raises(ValidationError) as refus:
        ouvrir(distribution.responsable, _du_point(distribution, fiche=fiche))
    assert list(refus.value.error_dict) == [champ]


@pytest.mark.parametrize("dans", [-1, 732])
def test_the_due_date_is_ahead_within_two_years(distribution, dans):
    with pytest.raises(ValidationError) as refus:
        ouvrir(distribution.responsable, _du_point(distribution, dans=dans))
    assert list(refus.value.error_dict) == ["echeance"]


# Changing


def test_the_owner_writes_the_cause(distribution, action):
    fiche = Fiche("Tracer le jour même", "Des visites sont saisies tard.", "Personne n’est libre.")
    modifier(distribution.proprietaire, action, 1, fiche)
    action.refresh_from_db()
    assert (action.cause, action.version) == ("Personne n’est libre.", 2)


def test_a_colleague_writes_nothing(distribution, action):
    with pytest.raises(ValidationError):
        modifier(distribution.collegue, action, 1, Fiche("Autre", "Autre."))


def test_a_stranger_finds_nothing(distribution, action):
    with pytest.raises(ActionCorrective.DoesNotExist):
        modifier(distribution.etranger, action, 1, Fiche("Autre", "Autre."))


def test_the_second_of_two_at_once_is_told(distribution, action):
    modifier(distribution.proprietaire, action, 1, Fiche("Un", "Un."))
    with pytest.raises(ModifieEntretemps):
        modifier(distribution.responsable, action, 1, Fiche("Deux", "Deux."))


def test_the_journal_says_texts_were_modified_and_no_more(distribution, action):
    modifier(distribution.proprietaire, action, 1, Fiche("Autre titre", "Autre chose."))
    entree = EntreeJournal.objects.filter(objet="actioncorrective").first()
    assert entree.apres == dict.fromkeys(("titre", "description", "cause", "mesure"), "modifié")


def test_an_action_changes_hands_before_it_is_done(distribution, action):
    confier(distribution.responsable, action, 1, distribution.collegue)
    action.refresh_from_db()
    assert action.pilote == distribution.collegue
    assert Courriel.objects.get().destinataire == distribution.collegue.email


def test_the_owner_does_not_change_once_it_is_done(distribution, action):
    action = amener(action, "realisee", tient=distribution.responsable, verifie=distribution.collegue)
    with pytest.raises(ValidationError) as refus:
        confier(distribution.responsable, action, action.version, distribution.collegue)
    assert list(refus.value.error_dict) == ["pilote"]


def test_the_due_date_moves_with_a_reason_and_leaves_a_trace(distribution, action):
    avant, apres = action.echeance, action.echeance + timedelta(days=15)
    reporter(distribution.responsable, action, 1, apres, "Le matériel arrive plus tard.")
    action.refresh_from_db()
    evenement = action.evenements.get(nature="report")
    assert (action.echeance, action.echeance_initiale) == (apres, avant)
    assert (evenement.avant, evenement.echeance, evenement.motif) == (
        avant,
        apres,
        "Le matériel arrive plus tard.",
    )


def test_the_due_date_does_not_move_without_a_reason(distribution, action):
    with pytest.raises(ValidationError) as refus:
        reporter(distribution.responsable, action, 1, action.echeance + timedelta(days=15), " ")
    assert list(refus.value.error_dict) == ["motif"]


def test_the_owner_does_not_move_the_due_date(distribution, action):
    with pytest.raises(ValidationError):
        reporter(distribution.proprietaire, action, 1, action.echeance + timedelta(days=15), "Plus tard.")


def test_a_key_is_that_of_its_author(distribution):
    cle = uuid.uuid4()
    un = ouvrir(distribution.responsable, _du_point(distribution, cle=cle))
    autre = ouvrir(distribution.direction, _du_point(distribution, cle=cle))
    assert un != autre
