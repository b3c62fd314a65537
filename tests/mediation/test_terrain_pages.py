"""Pages of the actions and of the veille over HTTP: what is sent back, refused, filtered, hidden."""

import re
import uuid
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediation.compte_rendu import CompteRendu
from mediation.models import Action, Alerte
from tests.fabrique import un_acces, un_partenaire, un_point
from tests.mediation.fabrique_terrain import une_action, une_action_faite, une_alerte, une_transmission

NIR = "1 85 05 78 006 084 91"


@pytest.fixture
def client(distribution):
    return distribution.client("proprietaire")


def _action(**champs):
    return {"cle": str(uuid.uuid4()), "jour": "2026-01-01", "titre": "Tournée"} | champs


def _alerte(point, **champs):
    return {
        "cle": str(uuid.uuid4()),
        "nature": "panne",
        "quoi": "Lampadaire cassé",
        "lieu": "Place",
        "gravite": "2",
        "jour": point.aujourdhui().isoformat(),
    } | champs


def test_an_action_sent_twice_is_one(distribution, client):
    envoi = _action(jour=distribution.point.aujourdhui().isoformat())
    url = reverse("action_prevoir", args=["tournee"])
    adresses = {client.post(url, envoi)["Location"] for _ in range(2)}
    assert adresses == {reverse("action", args=[Action.objects.get().pk])}


def test_another_action_under_the_same_key_is_refused_in_words(distribution, client):
    envoi = _action(jour=distribution.point.aujourdhui().isoformat())
    url = reverse("action_prevoir", args=["tournee"])
    client.post(url, envoi)
    reponse = client.post(url, envoi | {"titre": "Autre tournée"})
    assert reponse.status_code == 422
    assert "déjà enregistrée, avec un autre contenu" in reponse.content.decode()


def test_a_broken_key_is_said_and_replaced(distribution, client):
    envoi = _action(jour=distribution.point.aujourdhui().isoformat(), cle="abîmée")
    reponse = client.post(reverse("action_prevoir", args=["tournee"]), envoi)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "identifiant de saisie est abîmé" in page
    neuve = re.search(r'name="cle" value="([^"]+)"', page)[1]
    assert client.post(reverse("action_prevoir", args=["tournee"]), envoi | {"cle": neuve}).status_code == 302


def test_an_action_of_a_past_day_goes_on_to_its_report(distribution, client):
    jour = distribution.point.aujourdhui() - timedelta(days=2)
    reponse = client.post(reverse("action_prevoir", args=["tournee"]), _action(jour=jour.isoformat()))
    assert reponse["Location"] == reverse("action_rapport", args=[Action.objects.get().pk])


def test_an_unknown_kind_is_not_found(client):
    assert client.get(reverse("action_prevoir", args=["inconnue"])).status_code == 404


def test_a_number_beyond_measure_is_refused_beside_its_field(distribution, client):
    action = une_action(distribution.proprietaire, distribution.point, nature="tournee")
    reponse = client.post(
        reverse("action_rapport", args=[action.pk]), {"version": 1, "passages": "99999999999999999999"}
    )
    assert reponse.status_code == 422
    assert "Entre 0 et 10000." in reponse.content.decode()


def test_a_report_with_a_social_security_number_keeps_what_was_typed(distribution, client):
    action = une_action(distribution.proprietaire, distribution.point, nature="tournee")
    reponse = client.post(
        reverse("action_rapport", args=[action.pk]),
        {"version": 1, "passages": "8", "observations": f"Son numéro : {NIR}"},
    )
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "numéro de sécurité sociale" in page
    assert 'value="8"' in page


def test_a_cancelled_action_is_not_reported(distribution, client):
    action = une_action(distribution.proprietaire, distribution.point)
    client.post(reverse("action_annuler", args=[action.pk]), {"version": 1, "motif": "Pluie"})
    reponse = client.get(reverse("action_rapport", args=[action.pk]))
    assert reponse["Location"] == reverse("action", args=[action.pk])


def test_a_cancelled_action_shows_its_reason_to_the_team_alone(distribution, client):
    action = une_action(distribution.proprietaire, distribution.point)
    client.post(reverse("action_annuler", args=[action.pk]), {"version": 1, "motif": "Salle inondée"})
    url = reverse("action", args=[action.pk])
    assert "Salle inondée" in client.get(url).content.decode()
    assert "Salle inondée" not in distribution.client("union").get(url).content.decode()


def test_ages_and_genres_stay_at_the_point(distribution, client):
    rendu = CompteRendu(participations={("70+", "autre"): 1, ("nc", "nc"): 3})
    action = une_action_faite(distribution.proprietaire, distribution.point, rendu=rendu)
    url = reverse("action", args=[action.pk])
    assert "70 ans et plus" in client.get(url).content.decode()
    page = distribution.client("direction").get(url).content.decode()
    assert "70 ans et plus" not in page
    assert '<dd class="chiffre-valeur">4</dd>' in page


def test_the_list_goes_through_all_its_pages(distribution, client):
    for n in range(120):
        une_action(distribution.proprietaire, distribution.point, dans=n % 7)
    vues, adresse = [], reverse("actions") + "?vue=liste"
    while adresse:
        page = client.get(adresse)
        vues += [a.pk for a in page.context["page"].lignes]
        adresse = page.context["suivant"] and reverse("actions") + page.context["suivant"]
    assert len(vues) == len(set(vues)) == 120


def test_going_back_shows_the_page_one_came_from(distribution, client):
    for _ in range(60):
        une_action(distribution.proprietaire, distribution.point)
    premiere = client.get(reverse("actions") + "?vue=liste")
    seconde = client.get(reverse("actions") + premiere.context["suivant"])
    retour = client.get(reverse("actions") + seconde.context["precedent"])
    assert [a.pk for a in retour.context["page"].lignes] == [a.pk for a in premiere.context["page"].lignes]


@pytest.mark.parametrize(
    "parametres",
    [
        "vue=autre",
        "vue=mois&jour=9999-12-31",
        "vue=semaine&jour=0001-01-01",
        "jour=hier",
        "vue=liste&curseur=abc",
        "vue=liste&nature=x&registre=99&etat=y&du=32/13/2026",
        "vue=liste&du=2026-05-01&au=2026-01-01",
        "moi=1",
    ],
)
def test_a_broken_address_still_shows_the_actions(client, parametres):
    assert client.get(f"{reverse('actions')}?{parametres}").status_code == 200


@pytest.mark.parametrize(
    "parametres", ["curseur=abc", "gravite=9", "situation=x", "partenaire=abc", "du=x&au=y"]
)
def test_a_broken_address_still_shows_the_alerts(client, parametres):
    assert client.get(f"{reverse('alertes')}?{parametres}").status_code == 200


@pytest.mark.parametrize("nom", ["actions", "veille", "alertes"])
def test_another_s_point_is_not_told(distribution, client, nom):
    assert client.get(f"{reverse(nom)}?point={distribution.ailleurs.code}").status_code == 404


def test_the_filter_shows_one_kind_one_register_one_state(distribution, client):
    moi, point = distribution.proprietaire, distribution.point
    voulue = une_action_faite(moi, point, nature="atelier")
    une_action(moi, point, nature="atelier")
    une_action_faite(moi, point, nature="concertation")
    reponse = client.get(reverse("actions") + "?vue=liste&registre=8&etat=faite&nature=atelier")
    assert [a.pk for a in reponse.context["page"].lignes] == [voulue.pk]


def test_mine_are_those_i_planned_or_go_to(distribution, client):
    moi, autre, point = distribution.proprietaire, distribution.collegue, distribution.point
    miennes = {une_action(moi, point).pk, une_action(autre, point, equipe=[moi, autre]).pk}
    une_action(autre, point)
    reponse = client.get(reverse("actions") + "?vue=liste&moi=1")
    assert {a.pk for a in reponse.context["page"].lignes} == miennes


def test_the_calendar_is_that_of_the_current_point(distribution, client):
    autre = un_point(distribution.point.association)
    un_acces(distribution.proprietaire, "mediateur", autre)
    une_action(distribution.proprietaire, autre, titre="Ailleurs")
    une_action(distribution.proprietaire, distribution.point, titre="Ici")
    client.post(reverse("choisir_point", args=[autre.code]))
    page = client.get(reverse("actions")).content.decode()
    assert "Ailleurs" in page
    assert "Ici" not in page


def test_a_project_of_several_months_stands_above_the_days(distribution, client):
    point = distribution.point
    projet = une_action(
        distribution.proprietaire,
        point,
        nature="projet",
        jour_fin=point.aujourdhui() + timedelta(days=90),
    )
    apres = (point.aujourdhui() + timedelta(days=60)).isoformat()
    calendrier = client.get(f"{reverse('actions')}?jour={apres}").context["calendrier"]
    assert [a.pk for a in calendrier.longues] == [projet.pk]


def test_many_rows_cost_no_more_statements(distribution):
    moi, point = distribution.proprietaire, distribution.point
    for n in range(30):
        une_action_faite(moi, point, dans=-(n % 5), partenaires=[un_partenaire(), un_partenaire("CAF")])
        une_transmission(une_alerte(moi, point), moi)
    for role, adresse in product(
        ("proprietaire", "union"),
        ("actions", "actions?vue=mois", "actions?vue=liste", "veille", "alertes"),
    ):
        nom, _, parametres = adresse.partition("?")
        client = distribution.client(role)
        with CaptureQueriesContext(connection) as releve:
            assert client.get(f"{reverse(nom)}?{parametres}").status_code == 200
        assert len(releve) <= 10, (role, adresse)


def test_an_alert_sent_twice_is_one(distribution, client):
    envoi = _alerte(distribution.point)
    for _ in range(2):
        reponse = client.post(reverse("alerte_nouvelle"), envoi)
    assert reponse["Location"] == reverse("alerte", args=[Alerte.objects.get().pk])


def test_an_alert_goes_to_its_partner_at_once(distribution, client):
    client.post(reverse("alerte_nouvelle"), _alerte(distribution.point, partenaire=un_partenaire().pk))
    assert Alerte.objects.get().transmissions.get().partenaire == un_partenaire()


def test_a_partner_of_another_association_is_refused(distribution, client):
    etranger = un_partenaire("Bailleur", association=distribution.ailleurs.association)
    reponse = client.post(reverse("alerte_nouvelle"), _alerte(distribution.point, partenaire=etranger.pk))
    assert reponse.status_code == 422
    assert not Alerte.objects.exists()


def test_the_alerts_of_a_partner_are_found(distribution, client):
    moi, point = distribution.proprietaire, distribution.point
    voulue = une_alerte(moi, point)
    une_transmission(voulue, moi, partenaire=un_partenaire("CAF"))
    une_alerte(moi, point)
    reponse = client.get(f"{reverse('alertes')}?partenaire={un_partenaire('CAF').pk}")
    assert [a.pk for a in reponse.context["page"].lignes] == [voulue.pk]


def test_an_answer_of_a_partner_stays_at_the_point(distribution, client):
    moi = distribution.proprietaire
    envoi = une_transmission(une_alerte(moi, distribution.point), moi)
    client.post(
        reverse("transmission_repondre", args=[envoi.pk]),
        {
            "reponse": "resolue",
            "reponse_le": distribution.point.aujourdhui().isoformat(),
            "reponse_texte": "Vu avec M. Roux",
        },
    )
    url = reverse("alerte", args=[envoi.alerte_id])
    assert "Vu avec M. Roux" in client.get(url).content.decode()
    page = distribution.client("union").get(url).content.decode()
    assert "Roux" not in page
    assert "Résolue" in page


def test_what_waits_for_the_team_comes_first(distribution, client):
    moi, point = distribution.proprietaire, distribution.point
    une_action(moi, point, nature="tournee")
    une_alerte(moi, point)
    une_transmission(une_alerte(moi, point, il_y_a=5), moi, relance_dans=5)
    page = client.get(reverse("actions")).content.decode()
    assert "À faire" in page
    assert "1\u00a0alerte à relancer, 1\u00a0alerte à transmettre" in page


def test_a_manager_of_the_network_has_nothing_to_report(distribution):
    une_action(distribution.proprietaire, distribution.point)
    assert "À faire" not in distribution.client("union").get(reverse("actions")).content.decode()


def test_a_password_is_refused_in_an_alert(distribution, client):
    reponse = client.post(
        reverse("alerte_nouvelle"), _alerte(distribution.point, quoi="Son mot de passe : soleil")
    )
    assert reponse.status_code == 422
    assert "Aucun ne doit être conservé ici" in reponse.content.decode()


def test_changing_point_in_another_window_moves_no_entry(distribution, client):
    autre = un_point(distribution.point.association)
    un_acces(distribution.proprietaire, "mediateur", autre)
    page = client.get(reverse("alerte_nouvelle")).content.decode()
    code = re.search(r'name="point" value="([^"]+)"', page)[1]
    client.post(reverse("choisir_point", args=[autre.code]))
    client.post(reverse("alerte_nouvelle"), _alerte(distribution.point) | {"point": code})
    assert Alerte.objects.get().point == distribution.point


@pytest.mark.parametrize("nom", ["alerte_nouvelle", "action_prevoir"])
def test_another_s_point_in_the_form_is_not_found(distribution, client, nom):
    url = reverse(nom, args=["tournee"] if nom == "action_prevoir" else [])
    assert client.post(url, {"point": distribution.ailleurs.code}).status_code == 404


def test_a_project_that_ends_early_is_offered_today_as_its_end(distribution, client):
    point = distribution.point
    fin = point.aujourdhui() + timedelta(days=30)
    projet = une_action(distribution.proprietaire, point, nature="projet", jour_fin=fin)
    page = client.get(reverse("action_rapport", args=[projet.pk])).content.decode()
    assert f'name="jour_fin" value="{point.aujourdhui().isoformat()}"' in page


def test_today_s_actions_wait_first_and_older_ones_behind_a_link(distribution, client):
    moi, point = distribution.proprietaire, distribution.point
    for n in range(7):
        une_action(moi, point, dans=-n, titre=f"Il y a {n}")
    reponse = client.get(reverse("actions"))
    assert [a.titre for a in reponse.context["attendent"]] == [f"Il y a {n}" for n in range(5)]
    assert "Celles d’avant" in reponse.content.decode()


def test_without_a_point_there_is_no_calendar_to_choose(distribution):
    client = distribution.client("union")
    assert [nom for nom, *_ in client.get(reverse("actions")).context["vues"]] == ["Liste"]
    choisi = client.get(f"{reverse('actions')}?point={distribution.point.code}")
    assert [nom for nom, *_ in choisi.context["vues"]] == ["Semaine", "Mois", "Liste"]
