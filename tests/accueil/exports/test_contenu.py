"""What the file of an export holds, and for whom."""

import csv
import io
import re
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from django.http import QueryDict
from django.utils import timezone

from accueil.export_visites import ExportVisites, commune_groupee
from accueil.filtres import Options
from accueil.forms.journal import lire_filtre
from accueil.indicateurs import totaliser
from accueil.models import Commune, Suivi, Visite
from tests.exports import contenu, personne, telecharge, un_produit
from tests.fabrique import un_acces, un_partenaire, un_point, une_visite

pytestmark = pytest.mark.django_db

PUBLIC = ["genre", "âge", "situation", "commune", "première visite"]


def test_each_request_is_a_line_that_bears_the_number_of_its_visit(distribution, visite):
    _, lignes = contenu(distribution, "proprietaire")
    assert [(ligne["visite"], ligne["rang"]) for ligne in lignes] == [(visite.pk, 1), (visite.pk, 2)]


def test_a_line_has_typed_cells(distribution, visite):
    _, (ligne, _) = contenu(distribution, "proprietaire")
    assert ligne == {
        "visite": visite.pk,
        "1re ligne de la visite": 1,
        "point": "Lyon – Gerland (LYO-GER)",
        "jour": visite.jour,
        "heure": 10,
        "saisie après (jours)": 0,
        "canal": "Sur place",
        "durée (min)": 30,
        "durée estimée": False,
        "passages": 2,
        "genre": "Femme",
        "âge": "25–39 ans",
        "situation": "",
        "commune": "Lyon (69)",
        "première visite": True,
        "rang": 1,
        "thème": "Énergie – Eau",
        "partenaire": "EDF",
        "registre": "",
        "aide": "",
        "issue": "Orienté",
        "orienté vers": "CAF",
        "suite": "",
        "visite annulée": False,
    }


def test_first_lines_add_up_to_the_number_of_visits(distribution, visite):
    une_visite(distribution.point, distribution.collegue)
    _, lignes = contenu(distribution, "proprietaire")
    assert sum(ligne["1re ligne de la visite"] for ligne in lignes) == 2


@pytest.mark.parametrize("url", ["", "theme=energie", "issue=oriente&registre=3", "annulees=1", "auteur=moi"])
def test_lines_agree_with_the_totals_of_the_same_filter(distribution, visite, url):
    une_visite(distribution.point, distribution.collegue, annulee_le=timezone.now() + timedelta(minutes=1))
    _, lignes = contenu(distribution, "proprietaire", url)
    totaux = totaliser(lire_filtre(QueryDict(url), Options(personne(distribution, "proprietaire")))[0])
    comptees = [ligne for ligne in lignes if not ligne["visite annulée"]]
    assert len(comptees) == totaux.demandes
    premieres = [ligne for ligne in comptees if ligne["1re ligne de la visite"]]
    assert (len(premieres), sum(p["passages"] for p in premieres)) == (totaux.visites, totaux.passages)


def test_only_the_requests_of_the_filter_are_there_and_the_heading_says_so(distribution, visite):
    _, lignes = contenu(distribution, "proprietaire", "theme=justice")
    assert [ligne["thème"] for ligne in lignes] == ["Justice"]


def test_the_follow_up_is_there_once_known(distribution, visite):
    demande = visite.demandes.first()
    Suivi.objects.create(demande=demande, point=visite.point, suite="abouti", suite_le=visite.jour)
    assert contenu(distribution, "union")[1][0]["suite"] == "A abouti"


@pytest.mark.parametrize("role", ["proprietaire", "responsable", "union"])
def test_no_free_text_and_no_author_ever_leave(distribution, visite, role):
    visite.demandes.update(vers_texte="Chez Mme Ferrand", issue="hors_champ")
    texte = repr(contenu(distribution, role)[1])
    assert "exporter" not in texte
    assert "Ferrand" not in texte
    assert "Benali" not in texte


@pytest.mark.parametrize("role", ["direction", "union"])
def test_public_attributes_are_left_out_for_who_does_not_work_there_and_the_heading_says_so(
    distribution, visite, role
):
    entete, (ligne, _) = contenu(distribution, role)
    assert not set(PUBLIC) & set(ligne)
    assert "n’est montré qu’aux personnes qui travaillent" in entete[""]


def test_public_attributes_of_a_neighbouring_point_are_blank(distribution, visite):
    voisin = un_point(distribution.point.association)
    un_acces(distribution.direction, "mediateur", voisin)
    une_visite(voisin, distribution.direction, genre="homme")
    entete, lignes = contenu(distribution, "direction")
    assert sorted(ligne["genre"] for ligne in lignes) == ["", "", "Homme"]
    assert "points où vous travaillez" in entete[""]


@pytest.mark.parametrize(
    ("population", "attendu"),
    [
        (1999, "commune de moins de 2\u202f000 habitants (69)"),
        (0, "commune de moins de 2\u202f000 habitants (69)"),
        (2000, "Affoux (69)"),
    ],
)
def test_small_communes_are_grouped(population, attendu):
    assert commune_groupee("Affoux", population, "69") == attendu


def test_a_small_commune_is_not_named_in_the_lines(distribution, visite):
    petite = Commune.objects.filter(departement_id="69", population__range=(1, 1999)).first()
    Visite.objects.update(commune=petite)
    assert contenu(distribution, "proprietaire")[1][0]["commune"] == commune_groupee("x", 1, "69")


def test_the_heading_says_who_when_and_which_filters(distribution, visite):
    entete, _ = contenu(distribution, "proprietaire", "theme=energie&du=2026-03-01&au=2026-03-31")
    assert entete["Demandé par"] == "Sonia Benali"
    assert re.fullmatch(r"\w+ \w+ \w+ \d{4} à \d+.h(.\d\d)? \(heure du point\)", entete["Le"])
    assert entete["Points"] == "Lyon – Gerland (LYO-GER)"
    assert entete["Période"] == "du 1er au 31 mars 2026"
    assert entete["Thème"] == "Énergie – Eau"
    assert "Une ligne par demande" in entete["Ce qui est compté"]


def test_the_hour_of_the_heading_is_that_of_the_point(distribution):
    noumea = un_point(fuseau="Pacific/Noumea")
    un_acces(distribution.collegue, "mediateur", noumea)
    options = Options(personne(distribution, "collegue"))
    filtre, _ = lire_filtre(QueryDict(f"point={noumea.code}"), options)
    minuit = datetime.fromisoformat("2026-11-23T23:30:00+00:00")
    entete = dict(ExportVisites(filtre, options, frozenset()).entete(options.utilisateur, minuit))
    assert entete["Le"].startswith("mardi 24 novembre 2026 à 10\u202fh\u202f30")


def test_both_formats_hold_the_same_lines(distribution, visite):
    en_csv = telecharge(distribution, un_produit(distribution)).decode("utf-8-sig")
    lignes = list(csv.reader(io.StringIO(en_csv, newline=""), delimiter=";"))
    octets = telecharge(distribution, un_produit(distribution, format="xlsx"))
    feuille = openpyxl.load_workbook(io.BytesIO(octets)).active
    debut = lignes.index([]) + 1
    assert [c.value for c in feuille[debut + 1]] == lignes[debut]
    assert [[r[0].value, r[3].value.date()] for r in feuille.iter_rows(min_row=debut + 2)] == [
        [int(ligne[0]), date(*map(int, reversed(ligne[3].split("/"))))] for ligne in lignes[debut + 1 :]
    ]


def test_a_partner_s_name_cannot_start_a_formula(distribution, visite):
    malin = un_partenaire('=HYPERLINK("http://exemple.fr")', association=distribution.point.association)
    visite.demandes.update(partenaire=malin)
    assert "\"'=HYPERLINK" in telecharge(distribution, un_produit(distribution)).decode("utf-8-sig")
