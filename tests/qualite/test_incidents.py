"""Safety incidents: three fields, who reads, what was done, what the database refuses."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from pimms.socle.models import EntreeJournal
from qualite import incidents
from qualite.models import Incident
from tests.fabrique import un_acces, un_point
from tests.qualite.fabrique_ecoute import un_incident

TEXTE = "Un homme a menacé Karim à la porte."


def _visible(cast, role, incident) -> str:
    reponse = cast.client(role).get(reverse("incident", args=[incident.pk]))
    if reponse.status_code == 404:
        return "rien"
    return "tout" if TEXTE in reponse.content.decode() else "codes"


def test_a_mediateur_reports_one_in_three_fields(distribution):
    client, url = distribution.client("proprietaire"), reverse("incident_nouveau")
    envoi = {
        "cle": uuid.uuid4(),
        "nature": "menace",
        "texte": TEXTE,
        "gravite": 2,
        "lieu": "accueil",
        "jour": distribution.point.aujourdhui(),
    }
    assert "L’incident est signalé." in client.post(url, envoi, follow=True).content.decode()
    client.post(url, envoi)
    incident = Incident.objects.get()
    assert (incident.point, incident.nature) == (distribution.point, "menace")
    assert b"Karim" not in bytes(incident.scelle)
    assert EntreeJournal.objects.get(objet="incident").apres["texte"] == "modifié"


def test_who_reads_an_incident(distribution):
    incident = un_incident(distribution.proprietaire, distribution.point)
    roles = ("proprietaire", "collegue", "responsable", "direction", "union", "etranger")
    lus = {role: _visible(distribution, role, incident) for role in roles}
    assert lus == {
        "proprietaire": "tout",
        "collegue": "rien",
        "responsable": "tout",
        "direction": "tout",
        "union": "codes",
        "etranger": "rien",
    }


def test_who_has_several_points_says_which(distribution):
    autre = un_point(distribution.point.association, nom="Bron")
    un_acces(distribution.proprietaire, "mediateur", autre)
    page = distribution.client("proprietaire").get(reverse("incident_nouveau")).content.decode()
    assert 'name="point"' in page
    assert "Bron" in page


def test_the_manager_says_what_was_done(distribution):
    incident = un_incident(distribution.proprietaire, distribution.point, il_y_a=2)
    url = reverse("incident_suite", args=[incident.pk])
    jour = distribution.point.aujourdhui()
    envoi = {
        "version": 1,
        "suites": ["ecoute", "equipe"],
        "mesures": "Une sonnette est posée.",
        "suivi_le": jour,
    }
    page = distribution.client("responsable").post(url, envoi, follow=True).content.decode()
    assert "La personne a été écoutée" in page
    assert "Une sonnette est posée." in page
    incident.refresh_from_db()
    assert (incident.suivi_par, incident.suivi_le) == (distribution.responsable, jour)


def test_the_follow_up_comes_after_and_says_something(distribution):
    incident = un_incident(distribution.proprietaire, distribution.point, il_y_a=2)
    jour = distribution.point.aujourdhui()
    with pytest.raises(ValidationError):
        incidents.suivre(distribution.responsable, incident, 1, jour - timedelta(days=3), ["ecoute"], "")
    with pytest.raises(ValidationError):
        incidents.suivre(distribution.responsable, incident, 1, jour, [], "Rien")
    with pytest.raises(ValidationError):
        incidents.suivre(distribution.proprietaire, incident, 1, jour, ["ecoute"], "")


def test_the_list_begins_with_what_waits(distribution):
    un_incident(distribution.proprietaire, distribution.point)
    suivi = un_incident(distribution.proprietaire, distribution.point, il_y_a=3, gravite=3)
    jour = distribution.point.aujourdhui()
    incidents.suivre(distribution.responsable, suivi, 1, jour, ["ecoute"], "")
    page = distribution.client("union").get(reverse("incidents"))
    assert page.context["chiffres"] == {"a_suivre": 1, "nombre": 2, "graves": 1}
    assert len(page.context["lignes"]) == 1


def test_the_database_wants_a_follow_up_that_says_something(distribution):
    with pytest.raises(IntegrityError), transaction.atomic():
        un_incident(distribution.proprietaire, distribution.point, suivi_le=distribution.point.aujourdhui())


def test_the_database_lets_no_day_be_moved(distribution):
    un_incident(distribution.proprietaire, distribution.point)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Incident.objects.update(jour=distribution.point.aujourdhui() - timedelta(days=1))
