"""A party's word on the mediation: asked, given, refused, withdrawn, in order (DEO-1, DEO-5)."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from mediation.consentements import Parole, noter_parole, retirer_partie
from mediation.models import Consentement, Partie
from tests.mediation.fabrique import un_consentement, un_dossier_ancien, une_partie


@pytest.fixture
def dossier(distribution):
    return un_dossier_ancien(distribution.proprietaire, distribution.point, jours=30)


def test_an_agreement_says_how_it_was_given(distribution, dossier, jour):
    partie = une_partie(dossier)
    with pytest.raises(ValidationError, match="à l’oral ou par écrit"):
        noter_parole(distribution.proprietaire, partie, Parole("donne", jour))
    noter_parole(distribution.proprietaire, partie, Parole("donne", jour, "oral"))
    assert partie.consentements.get().forme == "oral"


def test_a_form_sent_twice_notes_one_word(distribution, dossier, jour):
    partie, cle = une_partie(dossier), uuid.uuid4()
    for _ in range(2):
        noter_parole(distribution.proprietaire, partie, Parole("donne", jour, "oral", cle=cle))
    assert Consentement.objects.count() == 1
    with pytest.raises(ValidationError, match="déjà été enregistré"):
        noter_parole(distribution.proprietaire, partie, Parole("refuse", jour, cle=cle))


def test_words_follow_one_another_in_time(distribution, dossier, jour):
    partie = une_partie(dossier)
    un_consentement(partie, distribution.proprietaire, jour=jour - timedelta(days=2))
    with pytest.raises(ValidationError, match="La dernière parole"):
        noter_parole(distribution.proprietaire, partie, Parole("retire", jour - timedelta(days=3)))


@pytest.mark.parametrize(
    ("avant", "apres"), [("demande", "retire"), ("donne", "demande"), ("refuse", "retire")]
)
def test_a_word_that_does_not_follow_is_refused(distribution, dossier, jour, avant, apres):
    partie = une_partie(dossier)
    un_consentement(partie, distribution.proprietaire, avant)
    with pytest.raises(ValidationError, match="ne suit pas"):
        noter_parole(distribution.proprietaire, partie, Parole(apres, jour))


def test_a_day_to_come_or_before_the_case_is_refused(distribution, dossier, jour):
    partie = une_partie(dossier)
    for ecart, message in ((1, "pas encore venu"), (-31, "n’est ouvert que depuis")):
        with pytest.raises(ValidationError, match=message):
            noter_parole(
                distribution.proprietaire, partie, Parole("donne", jour + timedelta(days=ecart), "oral")
            )


def test_a_minor_s_agreement_is_given_by_the_representative(distribution, dossier, jour):
    enfant = une_partie(dossier, "Lou", protection="mineur")
    with pytest.raises(ValidationError, match="le représentant donne l’accord"):
        noter_parole(distribution.proprietaire, enfant, Parole("donne", jour, "oral"))
    mere = une_partie(dossier, "Ana", "representant", represente=enfant)
    noter_parole(distribution.proprietaire, enfant, Parole("donne", jour, "oral", mere))
    assert enfant.consentements.get().donne_par == mere


def test_nobody_speaks_for_a_party_without_representing_it(distribution, dossier, jour):
    partie, autre = une_partie(dossier), une_partie(dossier, "Autre", "autre_partie")
    with pytest.raises(ValidationError, match="ne représente pas"):
        noter_parole(distribution.proprietaire, partie, Parole("donne", jour, "oral", autre))


def test_an_interpreter_gives_no_agreement(distribution, dossier, jour):
    interprete = une_partie(dossier, "Lina", "interprete")
    with pytest.raises(ValidationError, match="un interprète n’en donne pas"):
        noter_parole(distribution.proprietaire, interprete, Parole("donne", jour, "oral"))


def test_a_party_leaves_without_a_reason_and_may_come_back(distribution, dossier, jour):
    partie = une_partie(dossier)
    un_consentement(partie, distribution.proprietaire)
    retirer_partie(distribution.proprietaire, partie, jour)
    partie.refresh_from_db()
    assert (partie.retiree_le, partie.consentements.last().etat) == (jour, "retire")
    noter_parole(distribution.proprietaire, Partie.objects.get(pk=partie.pk), Parole("donne", jour, "ecrit"))
    partie.refresh_from_db()
    assert partie.retiree_le is None


def test_a_party_that_never_agreed_leaves_by_a_refusal(distribution, dossier, jour):
    partie = une_partie(dossier)
    retirer_partie(distribution.proprietaire, partie, jour)
    partie.refresh_from_db()
    assert (partie.retiree_le, partie.consentements.get().etat) == (jour, "refuse")


def test_a_withdrawal_sent_twice_is_one(distribution, dossier, jour):
    partie, cle = une_partie(dossier), uuid.uuid4()
    un_consentement(partie, distribution.proprietaire)
    for _ in range(2):
        retirer_partie(distribution.proprietaire, partie, jour, cle)
    assert partie.consentements.count() == 2
