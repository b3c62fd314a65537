"""The point's dashboard: figures that equal the lists behind them, and who sees what."""

import re
from datetime import date
from html import unescape

import pytest
from django.http import Http404, QueryDict

from accueil.filtres import Options
from accueil.forms.journal import lire_filtre
from accueil.models import Utilisateur
from pimms.pilotage.champ import lire_champ, pas_de, periode_comparee
from pimms.pilotage.tableau import lire_tableau
from pimms.socle.periodes import Periode
from tests.accueil.recompte import totaux_recomptes
from tests.fabrique import un_acces, un_partenaire, un_point, un_theme, une_association, une_visite
from tests.mediation.fabrique import un_dossier, un_dossier_ancien

pytestmark = pytest.mark.django_db
URL = "/tableau-de-bord/"


def _options(personne) -> Options:
    return Options(Utilisateur.objects.get(pk=personne.pk))


def _champ(personne, url: str = "", point=None):
    return lire_champ(QueryDict(url), _options(personne), point)[0]


def _tableau(personne, point, url: str = ""):
    return lire_tableau(_champ(personne, url, point), _options(personne), avec_public=True)


@pytest.fixture
def rempli(distribution):
    """Visits of two years at the cast's point, by two people, and one elsewhere."""
    point = distribution.point
    oriente = {"issue": "oriente", "theme": un_theme("justice"), "registre": 2}
    edf = {"partenaire": un_partenaire()}
    for il_y_a in (0, 1, 40, 300, 400):
        une_visite(point, distribution.proprietaire, il_y_a=il_y_a, demandes=[oriente, edf])
        une_visite(
            point, distribution.collegue, il_y_a=il_y_a, canal="telephone", personnes=3, tranche_age="25-39"
        )
    une_visite(distribution.ailleurs, distribution.etranger)
    return distribution


def _liens(page: str) -> list[str]:
    return [unescape(lien) for lien in re.findall(r'href="(/accueil/journal/\?[^"]*)"', page)]


@pytest.mark.parametrize(
    "filtre",
    ["", "canal=telephone", "theme=justice", "auteur=moi", "periode=mois", "registre=2", "partenaire=aucun"],
)
def test_each_list_behind_a_share_has_its_total(rempli, filtre):
    tableau = _tableau(rempli.proprietaire, rempli.point, filtre)
    vus = 0
    for cle in ("themes", "partenaires", "issues", "canaux", "aides"):
        repartition = tableau.repartitions[cle]
        lignes = [(part.valeur, part.url) for part in repartition.parts]
        if repartition.note:  # « 3 demandes sans partenaire »
            lignes.append((int(repartition.note.split()[0]), repartition.note_url))
        for valeur, url in lignes:
            liste, _ = lire_filtre(QueryDict(url.partition("?")[2]), _options(rempli.proprietaire))
            totaux = totaux_recomptes(liste)
            attendu = totaux.visites if repartition.unite == "visites" else totaux.demandes
            assert valeur == attendu, url
            vus += 1
    assert vus


def test_the_other_partners_are_opened_one_by_one_but_one_that_the_team_may_not_know(rempli):
    """The point was of another association before: its local partners are no choice of this team's filter."""
    ancien = un_partenaire("Ville voisine", association=une_association())
    for nom in ("CAF", "CNAV", "CPAM", "MSA", "La Poste", "DGFiP", "Justice", "Engie"):
        une_visite(rempli.point, rempli.proprietaire, demandes=[{"partenaire": un_partenaire(nom)}])
    une_visite(rempli.point, rempli.proprietaire, demandes=[{"partenaire": ancien}])
    partenaires = _tableau(rempli.proprietaire, rempli.point).repartitions["partenaires"]
    autres = partenaires.parts[-1]
    assert autres.valeur == sum(n for _, n, _ in autres.dont)
    lignes = {p.libelle: p.url for p in partenaires.parts[:-1]} | {nom: url for nom, _, url in autres.dont}
    assert [nom for nom, url in lignes.items() if not url] == ["Autre partenaire"]


def test_what_was_resolved_has_the_share_of_the_chart(rempli):
    tableau = _tableau(rempli.proprietaire, rempli.point)
    part = next(p for p in tableau.repartitions["issues"].parts if p.libelle == "Résolu")
    assert tableau.chiffres[2].valeur == f"{part.part}\u202f%"


@pytest.mark.parametrize(
    "filtre", ["", "canal=telephone", "theme=justice", "periode=mois&heure=10", "semaine=1"]
)
def test_each_step_of_the_curve_and_each_hour_open_their_list(rempli, filtre):
    une_visite(rempli.point, rempli.proprietaire, il_y_a=40, heure=0)
    tableau = _tableau(rempli.proprietaire, rempli.point, filtre)
    liens = [(m.valeur, m.url) for m in tableau.courbe.moments if m.valeur]
    if tableau.chaleur:
        liens += [c for _, cellules in tableau.chaleur.cellules for c in cellules if c[0]]
    for valeur, url in liens:
        liste, formulaire = lire_filtre(QueryDict(url.partition("?")[2]), _options(rempli.proprietaire))
        assert not formulaire.errors
        assert totaux_recomptes(liste).visites == valeur, url


def test_each_count_of_cases_opens_its_list(rempli):
    for il_y_a in (0, 30, 31, 100, 200, 400):
        un_dossier_ancien(rempli.responsable, rempli.point, jours=il_y_a)
    client = rempli.client("responsable")
    contexte = client.get(URL).context
    attendus = [(contexte["dossiers"].ouverts, contexte["listes"].ouverts), (0, contexte["listes"].clos)]
    attendus += [(n, url) for _, n, url in contexte["ages"]]
    assert [n for n, _ in attendus] == [5, 0, 2, 1, 1, 2]
    for nombre, url in attendus:
        lu = client.get(url).context
        assert len(lu["page"].lignes) == lu["total"] == nombre, url
    assert contexte["cartes"][0].url == contexte["listes"].ouverts


def test_satisfaction_opens_over_the_same_days(rempli):
    client = rempli.client("responsable")
    contexte = client.get(f"{URL}?periode=mois_dernier").context
    assert client.get(contexte["cartes"][1].url).context["periode"] == contexte["champ"].filtre.periode


def test_the_key_figures_are_those_of_the_journal(rempli):
    tableau = _tableau(rempli.proprietaire, rempli.point)
    liste, _ = lire_filtre(
        QueryDict(tableau.chiffres[0].url.partition("?")[2]), _options(rempli.proprietaire)
    )
    totaux = totaux_recomptes(liste)
    assert (totaux.visites, totaux.demandes) == (8, 12)
    assert (tableau.total.visites, tableau.total.demandes) == (8, 12)
    assert (tableau.total.passages, tableau.total.minutes) == (totaux.passages, totaux.minutes)


def test_the_curve_adds_up_to_the_visits_and_holds_the_year_before(rempli):
    courbe = _tableau(rempli.proprietaire, rempli.point).courbe
    assert sum(m.valeur for m in courbe.moments) == 8
    assert sum(m.avant or 0 for m in courbe.moments) == 2


def test_the_page_links_every_figure_to_its_list(rempli):
    page = rempli.client("responsable").get(URL).content.decode()
    liens = _liens(page)
    assert len(liens) > 10
    assert all("point=LYO-GER" in lien for lien in liens)


@pytest.mark.parametrize("role", ["union", "direction"])
def test_the_public_stays_with_those_who_work_there(rempli, role):
    page = rempli.client(role).get(f"{URL}?point=LYO-GER").content.decode()
    assert "25–39 ans" not in page
    assert "25–39 ans" in rempli.client("collegue").get(URL).content.decode()


def test_the_public_has_no_list_behind_it(rempli):
    assert not any(p.url for r in _tableau(rempli.proprietaire, rempli.point).public for p in r.parts)


def test_one_s_own_figures_are_seen_by_oneself_and_the_manager_alone(rempli):
    collegue = rempli.collegue.pk
    page = rempli.client("responsable").get(f"{URL}?auteur={collegue}").content.decode()
    assert "Saisies de" in page
    assert _tableau(rempli.responsable, rempli.point, f"auteur={collegue}").total.visites == 4
    # A colleague's choice is refused beside the field: the figures stay those of the whole point.
    assert _tableau(rempli.proprietaire, rempli.point, f"auteur={collegue}").total.visites == 8


def test_a_point_of_others_is_not_found(rempli):
    assert rempli.client("proprietaire").get(f"{URL}?point={rempli.ailleurs.code}").status_code == 404
    with pytest.raises(Http404):
        _champ(rempli.proprietaire, f"point={rempli.ailleurs.code}")


def test_who_works_at_no_point_chooses_one_first(rempli):
    page = rempli.client("union").get(URL).content.decode()
    assert f"?point={rempli.ailleurs.code}" in page
    assert _champ(rempli.direction).point == rempli.point  # theirs has but one


@pytest.mark.parametrize(
    "url",
    [
        "du=2026-03-02&au=2026-03-01",
        "du=1826-01-01&au=2026-01-01",
        "du=2026-02-29",
        "du=0001-01-01&au=0001-01-05",
        "periode=siecle",
        "compare=hier&pas=minute&inconnu=1",
        "theme=inconnu&partenaire=x&registre=12&canal=pigeon",
        "du=2024-02-29&au=2024-02-29&compare=an",
        "du=2026-03-28&au=2026-03-30&pas=jour",
        "periode=12_mois&pas=jour&compare=avant",
        "du=9999-12-30&au=9999-12-31",
    ],
)
def test_a_strange_address_gives_a_page(rempli, url):
    assert rempli.client("responsable").get(f"{URL}?{url}").status_code == 200


def test_a_reversed_or_endless_period_is_told_and_not_applied(rempli):
    for url, mot in (
        ("du=2026-03-02&au=2026-03-01", "la période n’est pas appliquée"),
        ("du=2000-01-01&au=2026-01-01", "la période n’est pas appliquée"),
        ("du=1826-01-01&au=2026-01-01", "L’année est à corriger."),
    ):
        assert mot in rempli.client("responsable").get(f"{URL}?{url}").content.decode()


def test_the_29th_of_february_is_compared_with_the_28th():
    jour = date(2024, 2, 29)
    assert periode_comparee(Periode(jour, jour), "an") == Periode(date(2023, 2, 28), date(2023, 2, 28))
    assert periode_comparee(Periode(date.min, date.min), "an") is None


def test_a_step_too_fine_for_the_period_is_not_used():
    longue = Periode(date(2020, 1, 1), date(2026, 1, 1))
    assert pas_de(longue, "jour") == "mois"
    assert pas_de(longue, "semaine") == "semaine"


def test_a_person_of_two_points_reads_the_one_they_work_at_now(rempli):
    second = un_point(code="LYO-VAI", nom="Lyon – Vaise")
    un_acces(rempli.proprietaire, "mediateur", second)
    assert _champ(rempli.proprietaire, "", second).point == second
    assert _champ(rempli.proprietaire, "point=LYO-GER", second).point == rempli.point


def test_a_case_reserved_to_others_is_not_counted(rempli):
    dossier = un_dossier(rempli.responsable, rempli.point)
    dossier.restreint = True
    dossier.save()
    for role, ouverts in (("collegue", 0), ("responsable", 1)):
        contexte = rempli.client(role).get(URL).context
        assert contexte["dossiers"].ouverts == ouverts


def test_a_filter_on_visits_leaves_out_what_it_does_not_narrow(rempli):
    contexte = rempli.client("responsable").get(f"{URL}?theme=justice").context
    assert "cartes" not in contexte
    assert contexte["tableau"].maintenant == []


def test_a_late_entry_is_counted_at_once(rempli):
    avant = _tableau(rempli.proprietaire, rempli.point).total.visites
    une_visite(rempli.point, rempli.proprietaire, il_y_a=5)
    assert _tableau(rempli.proprietaire, rempli.point).total.visites == avant + 1


def test_a_mediateur_finds_their_own_entries_beside_the_point(rempli):
    page = rempli.client("proprietaire").get(URL).content.decode()
    assert "Mes saisies" in page
    assert "Mes saisies" not in rempli.client("union").get(f"{URL}?point=LYO-GER").content.decode()
