"""What lapses in a team: each figure opens as many people, and is shown to those who may open it."""

from datetime import timedelta

import pytest

from qualite.echeances import DES_ATTESTATIONS, DES_PARCOURS, lire_echeances
from qualite.evaluation import Cadre
from tests.fabrique import LONGTEMPS, un_acces, une_personne
from tests.qualite.fabrique import une_attestation, une_charte
from tests.qualite.fabrique_parcours import une_formation, une_qualification

pytestmark = pytest.mark.django_db
URL = "/tableau-de-bord/?point=LYO-GER"


def _comptes(point, jour) -> dict[str, int]:
    lues = lire_echeances(point, jour, Cadre.du(jour).seuils)
    return {e.url.rpartition("=")[2]: e.nombre for e in lues}


@pytest.fixture
def equipe(distribution):
    """Something of each kind: signed long ago or never, hours that will be too old, a path that ends."""
    cast, charte = distribution, une_charte()
    jour = cast.point.aujourdhui()
    une_attestation(cast.proprietaire, charte, jour - timedelta(days=330))
    une_formation(cast.proprietaire, cast.point, cast.responsable, il_y_a=340, heures=30)
    fin = jour + timedelta(days=20)
    parcours = {"nature": "parcours", "fin_prevue": fin}
    une_qualification(cast.collegue, cast.point, cast.responsable, **parcours)
    troisieme = une_personne(nom="Nguyen")
    un_acces(troisieme, "mediateur", cast.point, debut=LONGTEMPS)
    return cast


def test_it_is_counted_kind_by_kind_as_time_goes(distribution):
    point, jour = distribution.point, distribution.point.aujourdhui()
    charte = une_charte()
    assert _comptes(point, jour)["attendue"] == 2
    une_attestation(distribution.proprietaire, charte, jour)
    assert _comptes(point, jour)["attendue"] == 1
    assert _comptes(point, jour + timedelta(days=310))["expire"] == 1


@pytest.mark.parametrize("role", ["responsable", "direction"])
def test_each_figure_opens_as_many_people(equipe, role):
    client = equipe.client(role)
    echeances = client.get(URL).context["echeances"]
    comptes = {e.url.rpartition("=")[2]: e.nombre for e in echeances}
    assert comptes == {"attendue": 2, "expire": 1, "heures": 2, "heures_bientot": 1, "qualification": 1}
    for echeance in echeances:
        page = client.get(echeance.url)
        lignes = page.context["lignes"] if "lignes" in page.context else page.context["equipe"].lignes
        assert len(lignes) == echeance.nombre, echeance.url
        assert "Toute l’équipe" in page.content.decode()


def test_a_kind_that_lapses_for_nobody_any_more_says_so(distribution):
    client = distribution.client("responsable")
    page = client.get("/qualite/parcours/?point=LYO-GER&echeance=qualification").content.decode()
    assert "0\xa0qualification" in page
    assert "Aucun médiateur en poste" not in page


def test_an_unknown_kind_shows_everyone(equipe):
    client = equipe.client("responsable")
    for page in ("parcours", "attestations"):
        assert "Nguyen" in client.get(f"/qualite/{page}/?point=LYO-GER&echeance=demain").content.decode()


def test_who_may_open_no_team_is_told_nothing_of_one(equipe):
    for role in ("proprietaire", "collegue"):
        reponse = equipe.client(role).get(URL)
        assert reponse.context["echeances"] is None
        assert "titre-echeances" not in reponse.content.decode()
        fichier = equipe.client(role).get("/tableau-de-bord/chiffres.csv?point=LYO-GER").content.decode()
        assert "Médiations" in fichier
        assert "heures de formation" not in fichier


def test_the_union_is_told_of_attestations_which_it_reads_by_name_and_of_no_hours(equipe):
    client = equipe.client("union")
    echeances = client.get(URL).context["echeances"]
    assert {e.url.rpartition("=")[2] for e in echeances} == set(DES_ATTESTATIONS)
    for echeance in echeances:
        assert len(client.get(echeance.url).context["equipe"].lignes) == echeance.nombre
    for code in DES_PARCOURS:
        page = client.get(f"/qualite/parcours/?point=LYO-GER&echeance={code}")
        assert "Nguyen" not in page.content.decode()


def test_a_point_that_closed_has_no_team_to_open(equipe):
    equipe.point.ferme_le = equipe.point.aujourdhui()
    equipe.point.save()
    assert equipe.client("responsable").get(URL).context["echeances"] is None
