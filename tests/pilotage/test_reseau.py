"""The network's dashboard: any set of points, no ranking, nothing that names anybody; files of figures."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest

from accueil.agregats import rattraper
from accueil.chiffres import Sommes
from accueil.models import Commune
from pimms.pilotage.carte import classes
from pimms.pilotage.etat_points import GROUPE_MIN, Etat, grouper
from qualite.evaluation import evaluer
from tests.accueil.recompte import totaux_recomptes
from tests.fabrique import un_acces, un_point, un_theme, une_association, une_personne, une_visite
from tests.filtres import filtre_de
from tests.mediation.fabrique import un_dossier, un_dossier_ancien
from tests.qualite.fabrique_ecoute import des_avis, un_questionnaire

pytestmark = pytest.mark.django_db
URL = "/reseau/"


@pytest.fixture
def rempli(distribution):
    """Visits at the cast's point and at one of another association, in Brest."""
    point, ailleurs = distribution.point, distribution.ailleurs
    ailleurs.commune = Commune.objects.get(pk="29019")
    ailleurs.save()
    for il_y_a in (0, 3, 40):
        une_visite(point, distribution.proprietaire, il_y_a=il_y_a, demandes=[{"theme": un_theme("justice")}])
    une_visite(ailleurs, distribution.etranger, il_y_a=20)
    rattraper()
    return distribution


def _lu(distribution, role: str, url: str = ""):
    return distribution.client(role).get(f"{URL}?{url}").context


def test_the_union_reads_every_point_and_a_direction_its_own(rempli):
    assert _lu(rempli, "union")["tableau"].total.visites == 4
    assert _lu(rempli, "direction")["tableau"].total.visites == 3
    noms = [ligne.point.code for ligne in _lu(rempli, "direction")["points"].lignes]
    assert rempli.ailleurs.code not in noms


@pytest.mark.parametrize(
    ("url", "visites"),
    [
        ("departement=29", 1),
        ("region=84", 3),
        ("points=LYO-GER", 3),
        ("region=84&departement=29", 0),
        ("theme=justice&departement=69", 3),
        ("departement=2Z&inconnu=1", 4),
        ("du=2026-02-29&region=moi", 4),
        ("du=2024-02-29&au=2024-02-29", 0),
        ("du=1826-01-01&au=2026-01-01", 4),
        ("du=9999-12-30&au=9999-12-31&compare=avant", 4),
    ],
)
def test_a_set_of_points_or_a_strange_address_gives_its_figures(rempli, url, visites):
    lu = _lu(rempli, "union", url)
    assert lu["tableau"].total.visites == visites
    assert sum(ligne.sommes.visites for ligne in lu["points"].lignes) == visites


def test_a_point_of_others_is_not_found(rempli):
    for cle in ("point", "points"):
        assert rempli.client("direction").get(f"{URL}?{cle}={rempli.ailleurs.code}").status_code == 404


def test_the_map_and_its_table_hold_each_departement_with_a_point(rempli):
    carte = _lu(rempli, "union")["points"].carte
    assert {code: d.visites for code, d in carte.lieux.items() if d.visites} == {"69": 3, "29": 1}
    assert len(carte.vides) + len(carte.pleins) == 96


def test_a_departement_of_the_map_opens_within_what_was_chosen(rempli):
    """The number of an association's visits leads to that association's, not to its neighbours' too."""
    voisin = un_point(une_association(), code="LYO-VOI", nom="Voisin")
    une_visite(voisin, rempli.proprietaire)
    rattraper()
    lieu = _lu(rempli, "union", f"association={rempli.point.association_id}")["points"].carte.lieux["69"]
    assert lieu.visites == 3
    assert _lu(rempli, "union", lieu.url.removeprefix("?"))["tableau"].total.visites == 3


def test_cases_satisfaction_and_findings_of_a_set_open_lists_with_their_totals(rempli):
    un_dossier(rempli.proprietaire, rempli.point)
    un_dossier_ancien(rempli.proprietaire, rempli.point, 90)
    un_dossier(rempli.etranger, rempli.ailleurs)
    des_avis(un_questionnaire(rempli.point))
    des_avis(un_questionnaire(rempli.ailleurs, jeton="autre2m4xrt9"))
    evaluer()
    client, lu = rempli.client("union"), _lu(rempli, "union", "departement=69")
    comptes, derriere = lu["dossiers"], lu["listes"]
    for n, url in (
        (comptes.ouverts, derriere.ouverts),
        (comptes.actifs, derriere.actifs),
        (comptes.a_revoir, derriere.a_revoir),
        *zip((n for _, n in comptes.par_age), derriere.par_age, strict=True),
    ):
        assert client.get(url).context["total"] == n, url
    assert (comptes.actifs, comptes.a_revoir) == (2, 1)
    assert client.get(lu["cartes"][1].url).context["total"] == lu["avis"].nombre == 1
    page = client.get(f"{URL}?departement=69").content.decode()
    lien = next(unescape(li) for li in re.findall(r'href="(/qualite/matrice/\?exigence=CAD-2[^"]*)"', page))
    assert [r.point for r in client.get(lien).context["rangees"]] == [rempli.point]


def test_classes_of_the_map_rise_and_hold_every_value():
    for valeurs in ([], [1], [3, 3, 3], [1, 50, 51, 52, 9000, 34000]):
        bornes = classes(valeurs)
        assert bornes == sorted(set(bornes))
        assert bornes[-1] >= max(valeurs, default=0)


def test_similar_points_are_compared_only_when_they_are_several(rempli):
    assert [groupe.quartiles for groupe, _ in _lu(rempli, "union")["points"].groupes] == [{}]
    autres = une_association()
    for n in range(GROUPE_MIN):
        point = un_point(autres, code=f"LYO-P{n}", nom=f"Lyon {n}")
        qui = une_personne(nom=f"Nom {n}")
        un_acces(qui, "mediateur", point)
        for _ in range(2 + n):
            une_visite(point, qui)
    lignes = _lu(rempli, "union")["points"].lignes
    places = {ligne.point.code: ligne.places.get("visites") for ligne in lignes}
    assert places[rempli.ailleurs.code] == "plus bas"
    assert places["LYO-P2"] == "habituel"
    noms = [ligne.point.nom_tri for ligne in lignes]
    assert noms == sorted(noms)
    (sienne,) = _lu(rempli, "direction")["points"].lignes
    assert sienne.places["visites"] == "habituel"


@pytest.mark.parametrize(
    ("points", "lus", "bornes"),
    [
        (4, 0, None),
        (5, 0, (2000, 3100, 4100)),
        (5, 5, (2000, 3100, 4100)),  # the union knows them all
        (8, 4, None),  # whoever knows four of eight would find the others' by taking theirs away
        (9, 4, (3100, 5100, 7100)),
    ],
)
def test_quartiles_are_told_rounded_and_of_five_unknown_points_at_least(points, lus, bornes):
    etat = Etat("fixe", date(2020, 1, 1), 3, None, False)
    sommes = {n: Sommes(visites=1017 * n, demandes=10 * n, minutes=10 * n) for n in range(1, points + 1)}
    (groupe,) = grouper(dict.fromkeys(sommes, etat), sommes, range(1, lus + 1)).values()
    visites = groupe.quartiles.get("visites")
    assert (visites and visites.montres) == bornes


def test_a_point_that_stopped_logging_is_named(rempli):
    muets = {ligne.point.code for ligne in _lu(rempli, "union")["points"].muets}
    assert rempli.ailleurs.code in muets
    assert rempli.point.code not in muets


def test_the_public_is_told_over_a_calendar_year_only_and_never_rarely(rempli):
    an = rempli.point.aujourdhui().year - 1
    for genre, n in (("femme", 9), ("homme", 8), ("autre", 1)):
        for _ in range(n):
            une_visite(rempli.point, rempli.proprietaire, jour=date(an, 3, 2), heure=None, genre=genre)
    annee = f"du={an}-01-01&au={an}-12-31"
    for ou in ("", f"&association={rempli.point.association_id}", "&points=LYO-GER"):
        genres = next(r for r in _lu(rempli, "union", annee + ou)["public"] if r.titre == "Genre")
        assert "Autre" not in [p.libelle for p in genres.parts]
        assert sum(p.valeur for p in genres.parts) < 17  # the total would give away a lone masked number
    deux = f"{annee}&points=LYO-GER.{rempli.ailleurs.code}"
    for autre in ("", f"du={an}-01-01&au={an}-11-30", deux, f"{annee}&canal=telephone"):
        assert not _lu(rempli, "union", autre)["public"]


def test_a_direction_of_one_point_reads_its_public_masked(rempli):
    an = rempli.point.aujourdhui().year - 1
    for genre, n in (("femme", 9), ("homme", 8), ("autre", 1)):
        for rang in range(n):
            publique = {"genre": genre, "premiere_visite": True if rang % 3 == 1 else None}
            une_visite(rempli.point, rempli.proprietaire, jour=date(an, 3, 2), heure=None, **publique)
    lien = _lu(rempli, "direction")["annee_civile"]
    public = {r.titre: r for r in _lu(rempli, "direction", lien.removeprefix("?"))["public"]}
    lus = {p.libelle: p.valeur for p in public["Genre"].parts}
    assert "Autre" not in lus
    assert len(lus) == 1
    assert {p.libelle: p.valeur for p in public["Première visite"].parts} == {
        "Première visite": 6,
        "Non renseigné": 12,
    }
    assert not _lu(rempli, "direction")["public"]


def test_each_figure_of_a_point_opens_its_list(rempli):
    une_visite(rempli.point, rempli.proprietaire, demandes=[{"issue": "oriente"}])
    une_visite(rempli.ailleurs, rempli.etranger, canal="telephone")

    def totaux(adresse: str):
        return totaux_recomptes(filtre_de(rempli.union, adresse.partition("?")[2]))

    for url in ("", "region=84", "canal=telephone", "du=2026-01-01"):
        lignes = _lu(rempli, "union", url)["points"].lignes
        assert lignes
        for ligne in lignes:
            lus, resolues = totaux(ligne.liste), totaux(f"{ligne.liste}&issue=resolu")
            assert (lus.visites, lus.demandes) == (ligne.sommes.visites, ligne.sommes.demandes)
            assert resolues.demandes == ligne.sommes.resolues
            assert totaux(ligne.du_jour).visites


def test_a_group_of_similar_points_opens_them_to_who_reads_them_all(rempli):
    for n in range(GROUPE_MIN):
        point = un_point(rempli.ailleurs.association, code=f"LYO-P{n}", nom=f"Lyon {n}")
        une_visite(point, rempli.etranger)
    ((groupe, lien),) = _lu(rempli, "union", "region=84")["points"].groupes
    assert groupe.points == 2 + GROUPE_MIN
    lignes = _lu(rempli, "union", lien.removeprefix("?"))["points"].lignes
    assert {ligne.point.pk for ligne in lignes} == groupe.membres
    assert [lien for _, lien in _lu(rempli, "direction")["points"].groupes] == [""]


def test_what_does_not_depend_on_visits_is_shown_without_any(rempli):
    un_dossier(rempli.proprietaire, rempli.point)
    evaluer()
    page = rempli.client("union").get(f"{URL}?du=2024-02-29&au=2024-02-29").content.decode()
    for titre in ("titre-dossiers", "titre-conformite", "titre-carte", "titre-points"):
        assert f'id="{titre}"' in page
    assert 'href="#titre-dossiers"' in page


@pytest.mark.parametrize("adresse", ["/reseau/chiffres.csv", "/tableau-de-bord/chiffres.csv?point=LYO-GER"])
def test_figures_leave_as_the_page_tells_them_with_who_when_and_what(rempli, adresse):
    reponse = rempli.client("union").get(adresse)
    lignes = list(csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    entete = dict(ligne for ligne in lignes if len(ligne) == 2)
    assert {"Demandé par", "Fait le", "Points", "Période", "Ce qui est compté"} <= entete.keys()
    valeurs = {(ligne[0], ligne[1]): ligne[3] for ligne in lignes if len(ligne) == 6}
    attendu = "4" if "reseau" in adresse else "3"
    assert valeurs["Chiffres de la période", "Visites"] == attendu
    assert sum(int(v) for (r, _), v in valeurs.items() if r.startswith("Visites par semaine")) == int(attendu)
    assert valeurs["Médiations", "En cours"] == "0"
    assert ("Satisfaction", "Réponses") in valeurs


def test_a_chart_leaves_as_an_image_that_says_its_values(rempli):
    for quoi in ("courbe", "chaleur", "themes", "carte"):
        reponse = rempli.client("union").get(f"/reseau/{quoi}.svg")
        texte = reponse.content.decode()
        assert reponse["Content-Type"] == "image/svg+xml"
        assert "<title>" in texte
        assert "style=" not in texte
    assert rempli.client("union").get("/reseau/chiffres.svg").status_code == 404
    assert rempli.client("union").get("/reseau/public.csv").status_code == 404


def test_a_person_of_one_point_has_no_network_page(rempli):
    for role in ("proprietaire", "responsable", "auditeur"):
        assert rempli.client(role).get(URL).status_code == 404


def test_an_association_chosen_by_the_union_is_its_points(rempli):
    autre = une_association()
    lu = _lu(rempli, "union", f"association={rempli.point.association_id}")
    assert lu["tableau"].total.visites == 3
    # An association without a point is none that can be chosen: told, not applied.
    assert _lu(rempli, "union", f"association={autre.pk}")["tableau"].total.visites == 4
