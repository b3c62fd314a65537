"""Alerts: reported, passed on, reminded, answered, closed; through the write functions and the board."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from mediation.cycle_de_vie import ModifieEntretemps
from mediation.models import Alerte
from mediation.tableau_veille import FiltreAlertes, Situation, situees, tableau
from mediation.veille import (
    Signalement,
    annuler,
    clore,
    corriger,
    relancer,
    repondre,
    rouvrir,
    signaler,
    transmettre,
    vue_de,
)
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_partenaire
from tests.mediation.fabrique_terrain import une_alerte, une_transmission

NIR = "1 85 05 78 006 084 91"


@pytest.fixture
def point(distribution):
    return distribution.point


def _signalement(point, **champs):
    defauts = {"jour": point.aujourdhui(), "nature": "panne", "gravite": 2, "quoi": "Panne", "lieu": "Place"}
    return Signalement(**defauts | champs)


def _situation(alerte):
    return situees(Alerte.objects.filter(pk=alerte.pk), alerte.point.aujourdhui()).get().situation


def test_an_alert_waits_to_be_passed_on(moi, point):
    assert _situation(une_alerte(moi, point)) == Situation.A_TRANSMETTRE


def test_an_alert_can_be_passed_on_at_once(moi, point):
    alerte, _ = signaler(moi, point, uuid.uuid4(), _signalement(point), un_partenaire())
    assert _situation(alerte) == Situation.TRANSMISE
    assert alerte.transmissions.get().relance_le == point.aujourdhui() + timedelta(days=15)


def test_the_same_alert_sent_twice_is_recorded_once(moi, point):
    cle = uuid.uuid4()
    premiere, _ = signaler(moi, point, cle, _signalement(point), un_partenaire())
    seconde, neuve = signaler(moi, point, cle, _signalement(point), un_partenaire())
    assert (premiere.pk, neuve, Alerte.objects.count()) == (seconde.pk, False, 1)


@pytest.mark.parametrize("change", [{"quoi": "Autre"}, {"gravite": 3}])
def test_the_same_key_with_another_content_is_refused(moi, point, change):
    cle = uuid.uuid4()
    signaler(moi, point, cle, _signalement(point))
    with pytest.raises(ValidationError, match="déjà enregistrée"):
        signaler(moi, point, cle, _signalement(point, **change))


@pytest.mark.parametrize("champ", ["quoi", "lieu"])
def test_a_social_security_number_is_refused_in_an_alert(moi, point, champ):
    with pytest.raises(ValidationError, match="sécurité sociale"):
        une_alerte(moi, point, **{champ: NIR})


def test_a_social_security_number_is_refused_in_an_answer(moi, point):
    envoi = une_transmission(une_alerte(moi, point), moi)
    with pytest.raises(ValidationError, match="sécurité sociale"):
        repondre(moi, envoi, "resolue", point.aujourdhui(), NIR)


def test_an_alert_of_tomorrow_is_refused(moi, point):
    with pytest.raises(ValidationError, match="pas encore venu"):
        une_alerte(moi, point, il_y_a=-1)


def test_a_reminder_falls_due_on_its_day(moi, point):
    alerte = une_alerte(moi, point, il_y_a=5)
    une_transmission(alerte, moi, relance_dans=5)
    assert _situation(alerte) == Situation.A_RELANCER


def test_a_reminder_puts_the_next_one_off(moi, point):
    alerte = une_alerte(moi, point, il_y_a=5)
    envoi = relancer(moi, une_transmission(alerte, moi, relance_dans=5), point.aujourdhui())
    assert envoi.relance_le == point.aujourdhui() + timedelta(days=15)
    assert _situation(alerte) == Situation.TRANSMISE


def test_an_alert_is_answered_when_all_its_partners_have(moi, point):
    alerte = une_alerte(moi, point)
    premiere = une_transmission(alerte, moi)
    seconde = une_transmission(alerte, moi, partenaire=un_partenaire("CAF"))
    repondre(moi, premiere, "prise_en_charge", point.aujourdhui())
    assert _situation(alerte) == Situation.TRANSMISE
    repondre(moi, seconde, "refusee", point.aujourdhui())
    assert _situation(alerte) == Situation.REPONDUE


def test_no_answer_is_noted_only_after_a_reminder(moi, point):
    envoi = une_transmission(une_alerte(moi, point), moi)
    with pytest.raises(ValidationError, match="Relancez d’abord"):
        repondre(moi, envoi, "sans_reponse", point.aujourdhui())
    relancer(moi, envoi, point.aujourdhui())
    assert repondre(moi, envoi, "sans_reponse", point.aujourdhui()).reponse == "sans_reponse"


def test_an_answer_before_the_passing_on_is_refused(moi, point):
    alerte = une_alerte(moi, point, il_y_a=2)
    with pytest.raises(ValidationError, match="La réponse suit la transmission"):
        repondre(moi, une_transmission(alerte, moi), "resolue", alerte.jour - timedelta(days=1))


def test_a_partner_who_answered_is_not_reminded(moi, point):
    envoi = une_transmission(une_alerte(moi, point), moi)
    repondre(moi, envoi, "resolue", point.aujourdhui())
    with pytest.raises(ValidationError, match="déjà répondu"):
        relancer(moi, envoi, point.aujourdhui())


def test_the_same_passing_on_sent_twice_is_one(moi, point):
    alerte = une_alerte(moi, point)
    assert une_transmission(alerte, moi).pk == une_transmission(alerte, moi).pk
    with pytest.raises(ValidationError, match="Déjà transmise"):
        transmettre(moi, alerte, un_partenaire(), alerte.jour, alerte.jour + timedelta(days=3))


def test_an_alert_whose_partner_has_not_answered_is_not_closed(moi, point):
    alerte = une_alerte(moi, point)
    une_transmission(alerte, moi)
    with pytest.raises(ValidationError, match="attend sa réponse"):
        clore(moi, alerte, 1)


def test_a_closed_alert_is_changed_only_once_opened_again(moi, point):
    alerte = clore(moi, une_alerte(moi, point), 1)
    with pytest.raises(ValidationError, match="rouvrez-la"):
        une_transmission(alerte, moi)
    rouvrir(moi, alerte, alerte.version)
    une_transmission(alerte, moi)


def test_an_alert_passed_on_is_not_taken_back(moi, point):
    alerte = une_alerte(moi, point)
    une_transmission(alerte, moi)
    with pytest.raises(ValidationError, match="transmise"):
        annuler(moi, alerte, 1)


def test_who_changes_second_learns_it(distribution, moi, point):
    alerte = une_alerte(moi, point)
    corriger(moi, alerte, 1, _signalement(point, quoi="Autre"))
    with pytest.raises(ModifieEntretemps):
        corriger(distribution.collegue, alerte, 1, _signalement(point))


@pytest.mark.parametrize("role", ["etranger", "direction", "union", "auditeur"])
def test_who_does_not_work_there_changes_nothing(distribution, moi, point, role):
    alerte = une_alerte(moi, point)
    with pytest.raises(Alerte.DoesNotExist):
        clore(getattr(distribution, role), alerte, 1)


def test_the_journal_holds_no_text_of_an_alert(moi, point):
    envoi = une_transmission(une_alerte(moi, point, quoi="Chez Mme Dupont", lieu="Rue Dupont"), moi)
    repondre(moi, envoi, "resolue", point.aujourdhui(), "Vu avec Mme Dupont")
    entrees = EntreeJournal.objects.filter(objet__in=("alerte", "transmission"))
    assert entrees.count() == 3
    assert "Dupont" not in str(list(entrees.values("avant", "apres")))


def test_the_board_shows_the_most_serious_first_and_counts_the_rest(moi, point):
    for n in range(30):
        une_alerte(moi, point, gravite=1 + n % 3)
    clore(moi, une_alerte(moi, point), 1)
    filtre = FiltreAlertes(point.aujourdhui(), frozenset({point.pk}), point)
    colonne = tableau(moi, filtre)[0]
    assert (colonne.nombre, len(colonne.alertes), colonne.de_trop) == (30, 25, 5)
    assert [a.gravite for a in colonne.alertes[:11]] == [3] * 10 + [2]


def test_the_board_is_read_in_three_statements(distribution, moi, point, django_assert_num_queries):
    for n in range(8):
        alerte = une_alerte(moi, point, il_y_a=n % 3)
        une_transmission(alerte, moi, relance_dans=1 + n)
    filtre = FiltreAlertes(aujourdhui=point.aujourdhui(), points=frozenset({point.pk}))
    assert moi.portee
    with django_assert_num_queries(3):
        tableau(moi, filtre)


def test_the_board_of_several_points_shows_fewer_of_each(moi, point):
    for _ in range(10):
        une_alerte(moi, point)
    colonne = tableau(moi, FiltreAlertes(aujourdhui=point.aujourdhui(), points=None))[0]
    assert (colonne.nombre, len(colonne.alertes)) == (10, 8)


def test_an_answer_noted_meanwhile_is_not_overwritten(distribution, moi, point):
    envoi = une_transmission(une_alerte(moi, point), moi)
    repondre(distribution.collegue, envoi, "prise_en_charge", point.aujourdhui(), "Équipe prévenue")
    with pytest.raises(ModifieEntretemps):
        repondre(moi, envoi, "refusee", point.aujourdhui())
    envoi.refresh_from_db()
    assert (envoi.reponse, envoi.reponse_texte) == ("prise_en_charge", "Équipe prévenue")


def test_an_answer_is_corrected_by_who_saw_it(moi, point):
    envoi = une_transmission(une_alerte(moi, point), moi)
    repondue = repondre(moi, envoi, "prise_en_charge", point.aujourdhui())
    assert repondre(moi, envoi, "resolue", point.aujourdhui(), vue=vue_de(repondue)).reponse == "resolue"


def test_the_same_answer_sent_twice_is_one(moi, point):
    envoi = une_transmission(une_alerte(moi, point), moi)
    for _ in range(2):
        repondre(moi, envoi, "resolue", point.aujourdhui(), "Réparé")
    assert EntreeJournal.objects.filter(acte="repondre").count() == 1


def test_a_second_answer_is_shown_the_first_and_chooses(distribution, moi, point):
    envoi = une_transmission(une_alerte(moi, point), moi)
    repondre(distribution.collegue, envoi, "prise_en_charge", point.aujourdhui(), "Équipe prévenue")
    client, url = distribution.client("proprietaire"), reverse("transmission_repondre", args=[envoi.pk])
    donnees = {"reponse": "refusee", "reponse_le": str(point.aujourdhui()), "vue": ""}
    reponse = client.post(url, donnees)
    assert reponse.status_code == 409
    assert "Équipe prévenue" in reponse.content.decode()
    vue = reponse.context["form"].data["vue"]
    assert client.post(url, donnees | {"vue": vue}).status_code == 302
    envoi.refresh_from_db()
    assert envoi.reponse == "refusee"
