"""The page of an export, the list, the file: who sees them, and in which state."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accueil import exports
from accueil.models import Acces, Export
from accueil.taches import produire_export
from tests.exports import demander, un_export, un_produit
from tests.fabrique import un_acces

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["collegue", "responsable", "etranger", "direction", "union", "auditeur"])
@pytest.mark.parametrize("suite", ["", "telecharger/"])
def test_an_export_is_its_owner_s_alone(distribution, role, suite):
    export = un_produit(distribution)
    assert distribution.client(role).get(f"/accueil/exports/{export.pk}/{suite}").status_code == 404


@pytest.mark.parametrize(
    ("champs", "texte"),
    [
        ({}, "L’export va commencer"),
        ({"etat": "en_cours", "lignes": 4000, "lignes_total": 12000}, "4\u202f000 lignes écrites"),
        (
            {"etat": "pret", "fichier": "x.csv", "fini_le": timezone.now(), "lignes": 3},
            "Télécharger le fichier",
        ),
        ({"etat": "pret", "fichier": "x.csv", "fini_le": timezone.now() - Export.VIE}, "a expiré"),
        ({"etat": "echec", "erreur": exports.PLUS_DE_PLACE, "fini_le": timezone.now()}, "plus de place"),
    ],
)
def test_the_page_says_where_the_export_stands(distribution, champs, texte):
    export = un_export(distribution, **champs)
    page = distribution.client("proprietaire").get(f"/accueil/exports/{export.pk}/").content.decode()
    assert texte in page


def test_the_page_asks_again_by_itself_until_it_is_done(distribution):
    export = un_export(distribution)
    client = distribution.client("proprietaire")
    adresse = f"/accueil/exports/{export.pk}/"
    assert 'hx-trigger="every 1s"' in client.get(adresse, headers={"HX-Request": "true"}).content.decode()
    produire_export(export.pk)
    assert "hx-trigger" not in client.get(adresse, headers={"HX-Request": "true"}).content.decode()


def test_without_javascript_a_link_asks_where_it_stands(distribution):
    adresse = f"/accueil/exports/{un_export(distribution).pk}/"
    page = distribution.client("proprietaire").get(adresse).content.decode()
    assert re.search(rf'<noscript>.*href="{adresse}".*</noscript>', page)


def test_a_failed_export_can_be_asked_again(distribution):
    export = un_export(distribution, etat="echec", erreur="x", fini_le=timezone.now())
    client = distribution.client("proprietaire")
    page = client.get(f"/accueil/exports/{export.pk}/").content.decode()
    filtre = re.search(r'name="filtre" value="([^"]+)"', page)[1].replace("&amp;", "&")
    demander(client, filtre)
    assert Export.objects.filter(etat="demande", filtre=export.filtre).count() == 1


def test_the_list_shows_one_s_own_exports_in_words(distribution):
    un_produit(distribution, url="theme=energie&du=2026-03-01&au=2026-03-31")
    page = distribution.client("proprietaire").get("/accueil/exports/").content.decode()
    assert "du 1er au 31 mars 2026" in page
    assert "Thème\u202f: Énergie – Eau" in page


def test_the_list_of_someone_without_exports_says_how_to_begin(distribution):
    un_export(distribution)
    assert "Aucun export" in distribution.client("collegue").get("/accueil/exports/").content.decode()


def test_a_long_list_takes_at_most_ten_statements(distribution, django_assert_max_num_queries):
    for n in range(30):
        un_export(distribution, "union", url=f"theme=energie&registre={n % 8 + 1}")
    client = distribution.client("union")
    with django_assert_max_num_queries(10):
        client.get("/accueil/exports/")


def test_the_file_is_named_after_its_point_and_day(distribution):
    export = un_produit(distribution, format="xlsx")
    reponse = distribution.client("proprietaire").get(f"/accueil/exports/{export.pk}/telecharger/")
    jour = distribution.point.aujourdhui().isoformat()
    assert reponse["Content-Disposition"] == f'attachment; filename="journal-LYO-GER-{jour}.xlsx"'
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in reponse["Cache-Control"]
    reponse.close()


@pytest.mark.parametrize(
    "champs",
    [
        {},
        {"etat": "en_cours"},
        {"etat": "pret", "fichier": "parti.csv", "fini_le": timezone.now()},
        {"etat": "pret", "fichier": "vieux.csv", "fini_le": timezone.now() - Export.VIE},
    ],
)
def test_a_file_that_is_not_there_gets_404(distribution, champs):
    export = un_export(distribution, **champs)
    url = f"/accueil/exports/{export.pk}/telecharger/"
    assert distribution.client("proprietaire").get(url).status_code == 404


def test_who_has_left_the_point_no_longer_downloads_its_export(distribution):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    export = un_produit(distribution)
    hier = timezone.localdate() - timedelta(days=1)
    Acces.objects.filter(personne=distribution.proprietaire, point=distribution.point).update(fin=hier)
    url = f"/accueil/exports/{export.pk}/telecharger/"
    assert distribution.client("proprietaire").get(url).status_code == 404


def _quitter_le_point(distribution, role: str, apres: str, **champs) -> None:
    """End this person's role at the point, and give them another one that still reads its visits."""
    qui = getattr(distribution, role)
    hier = timezone.localdate() - timedelta(days=1)
    Acces.objects.filter(personne=qui, point=distribution.point).update(fin=hier)
    un_acces(qui, apres, **champs)


@pytest.mark.parametrize("apres", ["direction", "union"])
def test_who_left_the_point_but_reads_it_from_above_loses_its_public_attributes(distribution, visite, apres):
    export = un_produit(distribution)
    champs = {"association": distribution.point.association} if apres == "direction" else {}
    _quitter_le_point(distribution, "proprietaire", apres, **champs)
    client = distribution.client("proprietaire")
    assert client.get(f"/accueil/exports/{export.pk}/telecharger/").status_code == 404
    assert "plus accessibles" in client.get("/accueil/exports/").content.decode()


def test_an_export_without_public_attributes_stays_with_its_union(distribution, visite):
    export = un_produit(distribution, "union")
    reponse = distribution.client("union").get(f"/accueil/exports/{export.pk}/telecharger/")
    assert reponse.status_code == 200
    reponse.close()


def test_the_list_says_how_many_are_kept(distribution):
    page = distribution.client("proprietaire").get("/accueil/exports/").content.decode()
    assert f"les {exports.GARDES} derniers au plus" in page
