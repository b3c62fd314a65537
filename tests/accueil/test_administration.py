"""Django's admin: for the union only, through the application's login, journaled, nothing precious."""

from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.urls import reverse

from accueil.models import Acces, Convention, Theme, Utilisateur, Visite
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_partenaire


def test_a_stranger_is_led_to_the_application_s_own_login(client, db):
    reponse = client.get("/administration/", follow=True)
    assert reponse.redirect_chain[-1][0].startswith("/connexion/")


@pytest.mark.parametrize("role", ["proprietaire", "responsable", "direction", "auditeur"])
def test_others_than_the_union_get_404(distribution, role):
    client = distribution.client(role)
    assert client.get("/administration/").status_code == 404
    assert client.get("/administration/login/", follow=True).status_code == 404


def test_staff_and_superuser_flags_open_nothing(distribution):
    Utilisateur.objects.filter(pk=distribution.collegue.pk).update(is_staff=True, is_superuser=True)
    assert distribution.client("collegue").get("/administration/").status_code == 404


def test_the_union_opens_it(distribution):
    assert distribution.client("union").get("/administration/").status_code == 200


def test_each_list_and_each_page_answers(distribution):
    client = distribution.client("union")
    for modele in admin.site._registry:
        nom = f"admin:{modele._meta.app_label}_{modele._meta.model_name}_changelist"
        assert client.get(reverse(nom)).status_code == 200, nom


def test_models_and_columns_have_french_names():
    noms = {str(m._meta.verbose_name_plural) for m in admin.site._registry}
    assert {"points d’accueil", "plages d’ouverture", "labels France services"} <= noms
    assert {"contrats de franchise sociale", "thèmes", "entrées du journal", "personnes"} <= noms
    colonnes = {
        label_for_field(colonne, modele, page)
        for modele, page in admin.site._registry.items()
        for colonne in page.list_display
    }
    assert not {"cree le", "accorde par", "departement", "envoye le", "emis le", "objet id"} & colonnes


def test_visits_are_not_there():
    assert Visite not in admin.site._registry


@pytest.mark.parametrize("modele", [Utilisateur, Acces, EntreeJournal, Theme])
def test_what_must_last_cannot_be_deleted_there(distribution, modele):
    noms = {m._meta.model_name: a for m, a in admin.site._registry.items()}
    requete = type("R", (), {"user": distribution.union})()
    assert not noms[modele._meta.model_name].has_delete_permission(requete)


@pytest.mark.parametrize("modele", [Utilisateur, Acces, EntreeJournal])
def test_roles_accounts_and_the_journal_are_read_only(distribution, modele):
    requete = type("R", (), {"user": distribution.union})()
    page = admin.site._registry[modele]
    assert not page.has_change_permission(requete)
    assert not page.has_add_permission(requete)


def test_a_deletion_there_is_journaled(distribution):
    objet = Convention.objects.create(partenaire=un_partenaire("EDF"), debut=date(2026, 1, 1))
    url = reverse("admin:accueil_convention_delete", args=[objet.pk])
    distribution.client("union").post(url, {"post": "yes"})
    assert EntreeJournal.objects.get(objet="convention").acte == "supprimer"
