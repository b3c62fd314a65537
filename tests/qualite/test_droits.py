"""Persons' requests about their data: the month of the law, two more if told, who reads who asks."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from pimms.socle.models import EntreeJournal
from qualite import droits, saisines
from qualite.droits import Demande
from qualite.models import DemandeDroits
from qualite.validite import plus_mois
from tests.qualite.fabrique_ecoute import une_demande_droits

QUI = "Monsieur Blanc, 06 00 00 00 00"


def _noter(cast, qui="responsable", **champs) -> DemandeDroits:
    defauts = {
        "cle": uuid.uuid4(),
        "recue_le": cast.point.aujourdhui(),
        "droit": "effacement",
        "personne": QUI,
    }
    return droits.noter(getattr(cast, qui), cast.point, Demande(**defauts | champs))


def test_the_answer_is_due_a_month_after_reception(distribution):
    jour = distribution.point.aujourdhui()
    assert _noter(distribution).echeance == plus_mois(jour, 1)


def test_a_month_ends_with_the_month(distribution):
    # 31 January + one month is the last of February: no day is invented.
    assert plus_mois(date(2026, 1, 31), 1) == date(2026, 2, 28)


def test_a_mediateur_notes_none(distribution):
    with pytest.raises(ValidationError):
        _noter(distribution, "proprietaire")
    assert distribution.client("proprietaire").get(reverse("demandes_droits")).status_code == 404


@pytest.mark.parametrize(("role", "lit"), [("responsable", True), ("direction", True), ("union", False)])
def test_who_asks_is_read_by_the_manager_and_the_direction(distribution, role, lit):
    demande = _noter(distribution)
    page = distribution.client(role).get(reverse("demande_droits", args=[demande.pk])).content.decode()
    assert (QUI in page) is lit
    liste = distribution.client(role).get(reverse("demandes_droits")).content.decode()
    assert "Blanc" not in liste
    assert "Effacement" in liste


def test_who_asks_is_sealed_and_out_of_the_journal(distribution):
    demande = _noter(distribution)
    assert b"Blanc" not in bytes(demande.scelle)
    assert EntreeJournal.objects.get(objet="demandedroits").apres["personne"] == "modifié"


def test_the_month_is_prolonged_by_two_at_most_if_the_person_knows(distribution):
    demande = _noter(distribution)
    jour = distribution.point.aujourdhui()
    limite = plus_mois(demande.echeance, 2)
    assert saisines.prolongation_max(demande) == limite
    with pytest.raises(ValidationError):
        saisines.prolonger(distribution.responsable, demande, 1, jour, limite + timedelta(days=1), "Complexe")
    assert saisines.prolonger(distribution.responsable, demande, 1, jour, limite, "Complexe").terme == limite


def test_a_request_answered_says_how(distribution):
    demande = une_demande_droits(distribution.responsable, distribution.point, il_y_a=5)
    url = reverse("demande_droits_repondre", args=[demande.pk])
    jour = distribution.point.aujourdhui()
    envoi = {"version": 1, "issue": "rien", "repondue_le": jour, "reponse": "Aucun dossier à ce nom."}
    page = distribution.client("direction").post(url, envoi, follow=True).content.decode()
    assert "traitée dans le délai" in page
    assert "Rien n’était conservé" in page


def test_an_answer_before_the_request_is_refused_beside_it(distribution):
    demande = une_demande_droits(distribution.responsable, distribution.point, il_y_a=5)
    url = reverse("demande_droits_repondre", args=[demande.pk])
    jour = distribution.point.aujourdhui() - timedelta(days=6)
    envoi = {"version": 1, "issue": "rien", "repondue_le": jour, "reponse": "Aucun dossier."}
    reponse = distribution.client("direction").post(url, envoi)
    assert reponse.status_code == 422
    assert "La réponse suit la réception." in reponse.content.decode()
