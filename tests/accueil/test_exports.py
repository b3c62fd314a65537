"""Exports of the journal: asking, what the file holds, who may download it, each state."""

import csv
import io
import os
import re
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from django.http import QueryDict
from django.utils import timezone

from accueil import exports
from accueil.demandes_export import EN_MEME_TEMPS
from accueil.export_visites import ExportVisites, commune_groupee
from accueil.filtres import Options
from accueil.forms.journal import lire_filtre
from accueil.indicateurs import totaliser
from accueil.models import Acces, Commune, Export, NoteVisite, Suivi, Utilisateur, Visite
from accueil.taches import produire_export, purger_exports, relancer_exports
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_acces, un_partenaire, un_point, un_theme, une_visite

pytestmark = pytest.mark.django_db

PUBLIC = ["genre", "âge", "situation", "commune", "première visite"]


@pytest.fixture(autouse=True)
def _fichiers(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def visite(distribution) -> Visite:
    visite = une_visite(
        distribution.point,
        distribution.proprietaire,
        demandes=[
            {"issue": "oriente", "vers_partenaire": un_partenaire("CAF"), "partenaire": un_partenaire("EDF")},
            {"theme": un_theme("justice"), "registre": 3, "aide": "informer"},
        ],
        personnes=2,
        duree=30,
        duree_estimee=False,
        genre="femme",
        tranche_age="25-39",
        commune_id="69123",
        premiere_visite=True,
    )
    NoteVisite.objects.create(visite=visite, point=distribution.point, texte="À ne jamais exporter")
    return visite


def _personne(distribution, role: str) -> Utilisateur:
    return Utilisateur.objects.get(pk=getattr(distribution, role).pk)


def _contenu(distribution, role: str, url: str = "") -> tuple[dict, list[dict]]:
    """Heading and lines (by column) that this role's export of that filter holds."""
    personne = _personne(distribution, role)
    options = Options(personne)
    filtre, _ = lire_filtre(QueryDict(url), options)
    tableau = ExportVisites(filtre, options).tableau(personne, timezone.now())
    colonnes = [c.titre for c in tableau.colonnes]
    return dict(tableau.entete), [dict(zip(colonnes, ligne, strict=True)) for ligne in tableau.lignes]


def _demander(client, filtre: str = "", format_fichier: str = "csv"):
    return client.post("/accueil/journal/exporter/", {"filtre": filtre, "format": format_fichier})


def _export(distribution, role: str = "proprietaire", **champs) -> Export:
    personne = _personne(distribution, role)
    filtre, _ = lire_filtre(QueryDict(champs.pop("url", "")), Options(personne))
    defauts = {"format": "csv", "filtre": exports.figer(filtre), "point": filtre.point}
    return Export.objects.create(demande_par=personne, **defauts | champs)


def _produit(distribution, role: str = "proprietaire", **champs) -> Export:
    export = _export(distribution, role, **champs)
    produire_export(export.pk)
    export.refresh_from_db()
    return export


def _telecharge(distribution, export: Export, role: str = "proprietaire") -> bytes:
    reponse = distribution.client(role).get(f"/accueil/exports/{export.pk}/telecharger/")
    assert reponse.status_code == 200
    return b"".join(reponse.streaming_content)


# --- What the file holds ------------------------------------------------------------------------


def test_each_request_is_a_line_that_bears_the_number_of_its_visit(distribution, visite):
    _, lignes = _contenu(distribution, "proprietaire")
    assert [(ligne["visite"], ligne["rang"]) for ligne in lignes] == [(visite.pk, 1), (visite.pk, 2)]


def test_a_line_has_typed_cells(distribution, visite):
    _, (ligne, _) = _contenu(distribution, "proprietaire")
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
    _, lignes = _contenu(distribution, "proprietaire")
    assert sum(ligne["1re ligne de la visite"] for ligne in lignes) == 2


@pytest.mark.parametrize("url", ["", "theme=energie", "issue=oriente&registre=3", "annulees=1", "auteur=moi"])
def test_lines_agree_with_the_totals_of_the_same_filter(distribution, visite, url):
    une_visite(distribution.point, distribution.collegue, annulee_le=timezone.now() + timedelta(minutes=1))
    _, lignes = _contenu(distribution, "proprietaire", url)
    totaux = totaliser(lire_filtre(QueryDict(url), Options(_personne(distribution, "proprietaire")))[0])
    comptees = [ligne for ligne in lignes if not ligne["visite annulée"]]
    assert len(comptees) == totaux.demandes
    premieres = [ligne for ligne in comptees if ligne["1re ligne de la visite"]]
    assert (len(premieres), sum(p["passages"] for p in premieres)) == (totaux.visites, totaux.passages)


def test_only_the_requests_of_the_filter_are_there_and_the_heading_says_so(distribution, visite):
    _, lignes = _contenu(distribution, "proprietaire", "theme=justice")
    assert [ligne["thème"] for ligne in lignes] == ["Justice"]


def test_the_follow_up_is_there_once_known(distribution, visite):
    demande = visite.demandes.first()
    Suivi.objects.create(demande=demande, point=visite.point, suite="abouti", suite_le=visite.jour)
    assert _contenu(distribution, "union")[1][0]["suite"] == "A abouti"


@pytest.mark.parametrize("role", ["proprietaire", "responsable", "union"])
def test_no_free_text_and_no_author_ever_leave(distribution, visite, role):
    visite.demandes.update(vers_texte="Chez Mme Ferrand", issue="hors_champ")
    texte = repr(_contenu(distribution, role)[1])
    assert "exporter" not in texte
    assert "Ferrand" not in texte
    assert "Benali" not in texte


@pytest.mark.parametrize("role", ["direction", "union"])
def test_public_attributes_are_left_out_for_who_does_not_work_there_and_the_heading_says_so(
    distribution, visite, role
):
    entete, (ligne, _) = _contenu(distribution, role)
    assert not set(PUBLIC) & set(ligne)
    assert "n’est montré qu’aux personnes qui travaillent" in entete[""]


def test_public_attributes_of_a_neighbouring_point_are_blank(distribution, visite):
    voisin = un_point(distribution.point.association)
    un_acces(distribution.direction, "mediateur", voisin)
    une_visite(voisin, distribution.direction, genre="homme")
    entete, lignes = _contenu(distribution, "direction")
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
    assert _contenu(distribution, "proprietaire")[1][0]["commune"] == commune_groupee("x", 1, "69")


def test_the_heading_says_who_when_and_which_filters(distribution, visite):
    entete, _ = _contenu(distribution, "proprietaire", "theme=energie&du=2026-03-01&au=2026-03-31")
    assert entete["Demandé par"] == "Sonia Benali"
    assert re.fullmatch(r"\w+ \w+ \w+ \d{4} à \d+.h(.\d\d)? \(heure du point\)", entete["Le"])
    assert entete["Points"] == "Lyon – Gerland (LYO-GER)"
    assert entete["Période"] == "du 1er au 31 mars 2026"
    assert entete["Thème"] == "Énergie – Eau"
    assert "Une ligne par demande" in entete["Ce qui est compté"]


def test_the_hour_of_the_heading_is_that_of_the_point(distribution):
    noumea = un_point(fuseau="Pacific/Noumea")
    un_acces(distribution.collegue, "mediateur", noumea)
    options = Options(_personne(distribution, "collegue"))
    filtre, _ = lire_filtre(QueryDict(f"point={noumea.code}"), options)
    minuit = datetime.fromisoformat("2026-11-23T23:30:00+00:00")
    entete = dict(ExportVisites(filtre, options).entete(options.utilisateur, minuit))
    assert entete["Le"].startswith("mardi 24 novembre 2026 à 10\u202fh\u202f30")


def test_both_formats_hold_the_same_lines(distribution, visite):
    en_csv = _telecharge(distribution, _produit(distribution)).decode("utf-8-sig")
    lignes = list(csv.reader(io.StringIO(en_csv, newline=""), delimiter=";"))
    octets = _telecharge(distribution, _produit(distribution, format="xlsx"))
    feuille = openpyxl.load_workbook(io.BytesIO(octets)).active
    debut = lignes.index([]) + 1
    assert [c.value for c in feuille[debut + 1]] == lignes[debut]
    assert [[r[0].value, r[3].value.date()] for r in feuille.iter_rows(min_row=debut + 2)] == [
        [int(ligne[0]), date(*map(int, reversed(ligne[3].split("/"))))] for ligne in lignes[debut + 1 :]
    ]


def test_a_partner_s_name_cannot_start_a_formula(distribution, visite):
    malin = un_partenaire('=HYPERLINK("http://exemple.fr")', association=distribution.point.association)
    visite.demandes.update(partenaire=malin)
    assert "\"'=HYPERLINK" in _telecharge(distribution, _produit(distribution)).decode("utf-8-sig")


# --- Asking -------------------------------------------------------------------------------------


def test_asking_records_the_filter_with_its_days_and_its_points(distribution):
    _demander(distribution.client("proprietaire"), "theme=energie&periode=aujourd_hui")
    filtre = QueryDict(Export.objects.get().filtre)
    jour = distribution.point.aujourdhui().isoformat()
    assert (filtre["du"], filtre["au"], filtre["theme"]) == (jour, jour, "energie")
    assert filtre["perimetre"] == str(distribution.point.pk)


def test_asking_leads_to_the_page_of_the_export(distribution):
    reponse = _demander(distribution.client("proprietaire"))
    assert reponse.url == f"/accueil/exports/{Export.objects.get().pk}/"


def test_asking_is_journaled(distribution):
    _demander(distribution.client("proprietaire"), format_fichier="xlsx")
    entree = EntreeJournal.objects.get(objet="export")
    assert (entree.acte, entree.acteur_id, entree.point_id) == (
        "exporter",
        distribution.proprietaire.pk,
        distribution.point.pk,
    )
    assert entree.apres["format"] == "xlsx"


def test_a_double_click_makes_one_export(distribution):
    client = distribution.client("proprietaire")
    assert _demander(client).url == _demander(client).url
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
    reponse = _demander(distribution.client("proprietaire"), filtre, format_fichier)
    assert reponse.status_code == 302
    assert not Export.objects.exists()


def test_asking_for_someone_else_s_point_gets_404(distribution):
    filtre = f"point={distribution.ailleurs.code}"
    assert _demander(distribution.client("proprietaire"), filtre).status_code == 404


def test_an_auditor_cannot_ask(distribution):
    assert _demander(distribution.client("auditeur")).status_code == 404


def test_the_address_of_asking_answers_posts_only(distribution):
    assert distribution.client("proprietaire").get("/accueil/journal/exporter/").status_code == 405


# --- Its page, its list, its file ---------------------------------------------------------------


@pytest.mark.parametrize("role", ["collegue", "responsable", "etranger", "direction", "union", "auditeur"])
@pytest.mark.parametrize("suite", ["", "telecharger/"])
def test_an_export_is_its_owner_s_alone(distribution, role, suite):
    export = _produit(distribution)
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
    export = _export(distribution, **champs)
    page = distribution.client("proprietaire").get(f"/accueil/exports/{export.pk}/").content.decode()
    assert texte in page


def test_the_page_asks_again_by_itself_until_it_is_done(distribution):
    export = _export(distribution)
    client = distribution.client("proprietaire")
    adresse = f"/accueil/exports/{export.pk}/"
    assert 'hx-trigger="every 1s"' in client.get(adresse, headers={"HX-Request": "true"}).content.decode()
    produire_export(export.pk)
    assert "hx-trigger" not in client.get(adresse, headers={"HX-Request": "true"}).content.decode()


def test_without_javascript_a_link_asks_where_it_stands(distribution):
    adresse = f"/accueil/exports/{_export(distribution).pk}/"
    page = distribution.client("proprietaire").get(adresse).content.decode()
    assert re.search(rf'<noscript>.*href="{adresse}".*</noscript>', page)


def test_a_failed_export_can_be_asked_again(distribution):
    export = _export(distribution, etat="echec", erreur="x", fini_le=timezone.now())
    client = distribution.client("proprietaire")
    page = client.get(f"/accueil/exports/{export.pk}/").content.decode()
    filtre = re.search(r'name="filtre" value="([^"]+)"', page)[1].replace("&amp;", "&")
    _demander(client, filtre)
    assert Export.objects.filter(etat="demande", filtre=export.filtre).count() == 1


def test_the_list_shows_one_s_own_exports_in_words(distribution):
    _produit(distribution, url="theme=energie&du=2026-03-01&au=2026-03-31")
    page = distribution.client("proprietaire").get("/accueil/exports/").content.decode()
    assert "du 1er au 31 mars 2026" in page
    assert "Thème\u202f: Énergie – Eau" in page


def test_the_list_of_someone_without_exports_says_how_to_begin(distribution):
    _export(distribution)
    assert "Aucun export" in distribution.client("collegue").get("/accueil/exports/").content.decode()


def test_a_long_list_takes_at_most_ten_statements(distribution, django_assert_max_num_queries):
    for n in range(30):
        _export(distribution, "union", url=f"theme=energie&registre={n % 8 + 1}")
    client = distribution.client("union")
    with django_assert_max_num_queries(10):
        client.get("/accueil/exports/")


def test_the_file_is_named_after_its_point_and_day(distribution):
    export = _produit(distribution, format="xlsx")
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
    export = _export(distribution, **champs)
    url = f"/accueil/exports/{export.pk}/telecharger/"
    assert distribution.client("proprietaire").get(url).status_code == 404


def test_who_has_left_the_point_no_longer_downloads_its_export(distribution):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    export = _produit(distribution)
    hier = timezone.localdate() - timedelta(days=1)
    Acces.objects.filter(personne=distribution.proprietaire, point=distribution.point).update(fin=hier)
    url = f"/accueil/exports/{export.pk}/telecharger/"
    assert distribution.client("proprietaire").get(url).status_code == 404


# --- Making it ----------------------------------------------------------------------------------


def test_making_it_twice_makes_one_file(distribution, visite):
    export = _produit(distribution)
    produire_export(export.pk)
    assert [f.name for f in exports.dossier().iterdir()] == [export.fichier]
    assert (export.etat, export.essais, export.lignes) == ("pret", 1, 2)


def test_who_lost_the_point_meanwhile_gets_no_file(distribution, visite):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    export = _export(distribution, url="point=LYO-GER")
    Acces.objects.filter(personne=distribution.proprietaire, point=distribution.point).delete()
    produire_export(export.pk)
    export.refresh_from_db()
    assert (export.etat, export.erreur) == ("echec", exports.ACCES_PERDU)


def test_who_left_the_union_meanwhile_does_not_get_the_network(distribution, visite):
    export = _export(distribution, "union")
    un_acces(distribution.union, "mediateur", distribution.ailleurs)
    Acces.objects.filter(personne=distribution.union, role="union").delete()
    produire_export(export.pk)
    export.refresh_from_db()
    assert export.erreur == exports.ACCES_PERDU


def test_a_closed_account_gets_no_file(distribution, visite):
    export = _export(distribution)
    Utilisateur.objects.filter(pk=distribution.proprietaire.pk).update(is_active=False)
    produire_export(export.pk)
    export.refresh_from_db()
    assert export.etat == "echec"


def test_more_lines_than_excel_opens_fail_with_the_way_out(distribution, visite, monkeypatch):
    monkeypatch.setattr(exports, "LIGNES_EXCEL", exports.MARGE_EXCEL + 1)
    export = _produit(distribution, format="xlsx")
    assert "Choisissez le format CSV" in export.erreur


def test_an_unexpected_error_is_tried_three_times_then_told(distribution, monkeypatch):
    def casser(*_):
        raise RuntimeError("panne")

    monkeypatch.setattr(exports, "_ecrire", casser)
    export = _produit(distribution)
    assert (export.etat, export.essais) == ("demande", 1)
    produire_export(export.pk)
    produire_export(export.pk)
    export.refresh_from_db()
    assert (export.etat, export.erreur) == ("echec", exports.INATTENDU)


def test_a_worker_whose_claim_was_taken_over_leaves_the_row_and_no_file(distribution, visite, monkeypatch):
    ecrire = exports._ecrire

    def doubler(export, *reste):
        Export.objects.filter(pk=export.pk).update(essais=2)
        return ecrire(export, *reste)

    monkeypatch.setattr(exports, "_ecrire", doubler)
    export = _produit(distribution)
    assert (export.etat, export.essais) == ("en_cours", 2)
    assert list(exports.dossier().iterdir()) == []


def test_a_living_claim_is_not_taken_over(distribution):
    export = _export(distribution, etat="en_cours", essais=1, pris_le=timezone.now())
    assert exports.prendre(export.pk) is None


def test_a_silent_claim_is_taken_over(distribution):
    export = _export(distribution, etat="en_cours", essais=1, pris_le=timezone.now() - exports.SILENCE * 2)
    produire_export(export.pk)
    export.refresh_from_db()
    assert (export.etat, export.essais) == ("pret", 2)


def test_three_dead_workers_make_a_failure(distribution):
    export = _export(distribution, etat="en_cours", essais=3, pris_le=timezone.now() - exports.SILENCE * 2)
    relancer_exports()
    export.refresh_from_db()
    assert (export.etat, export.erreur) == ("echec", exports.INTERROMPU)


def test_what_waits_is_sent_again_and_what_is_done_is_not(distribution, monkeypatch):
    envoyes = []
    monkeypatch.setattr("accueil.taches.enfiler", lambda _, pk: envoyes.append(pk))
    vieux = {"demande_le": timezone.now() - timedelta(minutes=2)}
    attend = _export(distribution, **vieux)
    silencieux = _export(
        distribution, etat="en_cours", essais=1, pris_le=timezone.now() - exports.SILENCE * 2, **vieux
    )
    _export(distribution, etat="en_cours", essais=1, pris_le=timezone.now(), **vieux)
    _export(distribution, etat="echec", **vieux)
    _export(distribution)
    relancer_exports()
    assert envoyes == [attend.pk, silencieux.pk]


def _vieillir(nom: str, jours: float) -> None:
    instant = (timezone.now() - timedelta(days=jours)).timestamp()
    os.utime(exports.dossier() / nom, (instant, instant))


def test_files_are_kept_seven_days(distribution):
    export = _produit(distribution)
    _vieillir(export.fichier, 6.9)
    Export.objects.update(fini_le=timezone.now() - timedelta(days=6.9))
    purger_exports()
    assert (exports.dossier() / export.fichier).exists()


def test_files_are_deleted_after_seven_days(distribution):
    export = _produit(distribution)
    _vieillir(export.fichier, 7.1)
    Export.objects.update(fini_le=timezone.now() - timedelta(days=7.1))
    purger_exports()
    assert not (exports.dossier() / export.fichier).exists()


def test_what_a_dead_worker_left_is_deleted_after_a_day(distribution):
    (exports.dossier() / "9-1.partiel").touch()
    (exports.dossier() / "9-1.partiel-x").mkdir()
    _vieillir("9-1.partiel", 1.1)
    _vieillir("9-1.partiel-x", 1.1)
    purger_exports()
    assert list(exports.dossier().iterdir()) == []


def test_what_is_being_written_is_left_alone(distribution):
    (exports.dossier() / "9-1.partiel").touch()
    purger_exports()
    assert (exports.dossier() / "9-1.partiel").exists()
