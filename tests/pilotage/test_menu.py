"""The menu: what each role finds in it, at once or behind one word."""

import pytest
from django.urls import reverse

from accueil.menu import entrees
from accueil.models import Utilisateur
from pimms.pilotage.menu import composer
from tests.distribution import ROLES
from tests.fabrique import un_acces

pytestmark = pytest.mark.django_db


def _menu(personne: Utilisateur, chemin: str = "/") -> dict[str, list[str]]:
    portee = Utilisateur.objects.get(pk=personne.pk).portee
    return {g.libelle: [lien.libelle for lien in g.liens] for g in composer(portee, chemin)}


def test_a_mediateur_sees_each_daily_entry_at_once(distribution):
    assert list(_menu(distribution.proprietaire))[:3] == ["Accueil du public", "Journal", "Mon point"]


def test_a_manager_finds_team_and_partners_behind_one_word(distribution):
    assert _menu(distribution.responsable)["Gestion"] == ["Équipe", "Partenaires", "Rendre compte"]


def test_the_union_has_the_network_behind_one_word(distribution):
    menu = _menu(distribution.union)
    assert list(menu)[:2] == ["Journal", "Points"]
    assert menu["Réseau"] == ["Associations", "Personnes", "Partenaires", "Rendre compte"]


def test_an_auditor_has_the_audits_alone(distribution):
    assert _menu(distribution.auditeur) == {"Mes audits": ["Mes audits"]}


def test_a_group_of_one_entry_shows_that_entry(distribution):
    un_acces(distribution.responsable, "union")
    gestion = next(
        g
        for g in composer(Utilisateur.objects.get(pk=distribution.responsable.pk).portee, "/")
        if g.libelle == "Gestion"
    )
    assert gestion.seul
    assert gestion.seul.libelle == "Équipe"


@pytest.mark.parametrize(
    ("chemin", "actif"),
    [
        ("/accueil/partenaires/3/", "Réseau"),
        ("/accueil/exports/", "Journal"),
        ("/accueil/points/X/", "Points"),
    ],
)
def test_the_group_of_the_page_is_marked(distribution, chemin, actif):
    portee = Utilisateur.objects.get(pk=distribution.union.pk).portee
    assert [g.libelle for g in composer(portee, chemin) if g.actif] == [actif]


@pytest.mark.parametrize("role", ROLES)
def test_each_entry_opens_for_whom_it_is_offered(distribution, role):
    personne = Utilisateur.objects.get(pk=getattr(distribution, role).pk)
    client = distribution.client(role)
    statuts = {e.nom: client.get(reverse(e.nom), follow=True).status_code for e in entrees(personne.portee)}
    assert set(statuts.values()) <= {200}


def test_a_group_opens_without_javascript(distribution):
    page = distribution.client("union").get("/accueil/points/").content.decode()
    assert '<details class="deroulant">\n' in page
    assert page.index("<summary", page.index("entete-menu")) < page.index("Associations")
