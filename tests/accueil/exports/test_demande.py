"""Asking for an export: what is recorded, what is refused."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from accueil import exports
from accueil.demandes_export import EN_MEME_TEMPS
from accueil.models import Export
from pimms.socle.models import EntreeJournal
from tests.exports import demander, un_export

pytestmark = pytest.mark.django_db


def test_asking_records_the_filter_with_its_days_and_its_points(distribution):
    demander(distribution.client("proprietaire"), "theme=energie&periode=aujourd_hui")
    filtre = QueryDict(Export.objects.get().filtre)
    jour = distribution.point.aujourdhui().isoformat()
    assert (filtre["du"], filtre["au"], filtre["theme"]) == (jour, jour, "energie")
    assert filtre["perimetre"] == str(distribution.point.pk)


def test_asking_leads_to_the_page_of_the_export(distribution):
    reponse = demander(distribution.client("proprietaire"))
    assert reponse.url == f"/accueil/exports/{Export.objects.get().pk}/"


def test_asking_is_journaled(distribution):
    demander(distribution.client("proprietaire"), format_fichier="xlsx")
    entree = EntreeJournal.objects.get(objet="export")
    assert (entree.acte, entree.acteur_id, entree.point_id) == (
        "exporter",
        distribution.proprietaire.pk,
        distribution.point.pk,
    )
    assert entree.apres["format"] == "xlsx"


def test_a_double_click_makes_one_export(distribution):
    client = distribution.client("proprietaire")
    assert demander(client).url == demander(client).url
    assert Export.objects.count() == 1


def test_too_many_at_once_are_refused_with_a_word(distribution):
    client = distribution.client("proprietaire")
    for n in range(EN_MEME_TEMPS + 1):
        reponse = client.post(
            "/accueil/journal/exporter/", {"filtre": f"du=2026-03-{n + 1:02d}", "format": "csv"}, follow=True
        )
    assert Export.objects.count() == EN_MEME_TEMPS
    assert "déjà en préparation" in reponse.content.decode()


@pytest.mark.parametrize(
    ("filtre", "format_fichier"), [("theme=x", "csv"), ("", "pdf"), ("", ""), ("du=2026-02-30", "xlsx")]
)
def test_a_bad_filter_or_format_makes_no_export(distribution, filtre, format_fichier):
    reponse = demander(distribution.client("proprietaire"), filtre, format_fichier)
    assert reponse.status_code == 302
    assert not Export.objects.exists()


def test_asking_for_someone_else_s_point_gets_404(distribution):
    filtre = f"point={distribution.ailleurs.code}"
    assert demander(distribution.client("proprietaire"), filtre).status_code == 404


def test_an_auditor_cannot_ask(distribution):
    assert demander(distribution.client("auditeur")).status_code == 404


def test_the_address_of_asking_answers_posts_only(distribution):
    assert distribution.client("proprietaire").get("/accueil/journal/exporter/").status_code == 405


def test_the_points_whose_public_attributes_it_shows_are_written_down(distribution):
    demander(distribution.client("proprietaire"))
    demander(distribution.client("union"))
    vus = [QueryDict(e.filtre)["public"] for e in Export.objects.order_by("pk")]
    assert vus == [str(distribution.point.pk), ""]


def _vieux(distribution, nombre: int) -> list[Export]:
    for n in range(nombre):
        (exports.dossier() / f"{n}.csv").touch()
    return [
        un_export(distribution, etat="pret", fichier=f"{n}.csv", fini_le=timezone.now())
        for n in range(nombre)
    ]


def test_the_oldest_goes_with_its_file_when_twenty_are_kept(distribution, django_capture_on_commit_callbacks):
    vieux = _vieux(distribution, exports.GARDES)
    with django_capture_on_commit_callbacks(execute=True):
        demander(distribution.client("proprietaire"))
    restants = set(Export.objects.values_list("pk", flat=True))
    assert len(restants) == exports.GARDES
    assert vieux[0].pk not in restants
    assert not (exports.dossier() / vieux[0].fichier).exists()
    assert (exports.dossier() / vieux[1].fichier).exists()


def test_what_is_in_the_making_and_what_is_someone_else_s_stay(distribution):
    en_cours = un_export(distribution, etat="en_cours")
    autre = un_export(distribution, "collegue")
    _vieux(distribution, exports.GARDES)
    demander(distribution.client("proprietaire"))
    assert {en_cours.pk, autre.pk} <= set(Export.objects.values_list("pk", flat=True))
