"""The bench must not rot between two runs: its floor, its form, its page."""

from datetime import date

import pytest
from django.db import connection

from accueil.models import Partenaire, Theme
from pimms.outils.bench import rapport
from pimms.outils.bench.resultats import Ligne, Tableau
from pimms.outils.bench.saisie import MEMES_LIGNES, formulaire


@pytest.fixture
def poster(distribution, settings):
    """Send one same form to a URL of the bench's own table, as the owner of the cast."""
    settings.ROOT_URLCONF = "pimms.outils.bench.urls"
    themes = list(Theme.objects.values_list("id", "code")[:2])
    champs = formulaire(
        distribution.point.code, [cle for cle, _ in themes], Partenaire.objects.get(nom="EDF").pk
    )
    champs |= {
        "plancher-point": distribution.point.pk,
        "plancher-jour": str(distribution.point.aujourdhui()),
        **{f"plancher-theme-{rang}": code for rang, (_, code) in enumerate(themes)},
    }
    client = distribution.client("proprietaire")

    def envoyer(chemin: str, **autres) -> int:
        return client.post(chemin, champs | autres, headers={"HX-Request": "true"}).status_code

    return envoyer


def test_the_floor_inserts_the_rows_that_the_desk_inserts(poster):
    assert poster("/accueil/saisie/") == 200
    assert poster("/banc/plancher/", cle="7d0f1c9e-0000-4000-8000-000000000001") == 200
    with connection.cursor() as curseur:
        curseur.execute(MEMES_LIGNES)
        plancher, produit = curseur.fetchall()
    assert plancher == produit


def test_the_floor_stands_behind_the_same_login(client, settings):
    settings.ROOT_URLCONF = "pimms.outils.bench.urls"
    assert client.post("/banc/plancher/", {}).status_code in (302, 401)


def test_the_floor_of_an_evaluation_runs_its_aggregates(distribution, settings):
    settings.ROOT_URLCONF = "pimms.outils.bench.urls"
    client = distribution.client("union")
    constats = int(client.get("/banc/evaluation/").content)
    ordres, _lignes = map(int, client.get("/banc/agregats/").content.split())
    assert constats > 0
    assert ordres >= 3


@pytest.mark.parametrize(("valeur", "verdict"), [(2.0, "held"), (2.01, "**missed**")])
def test_a_limit_is_held_up_to_its_value(valeur, verdict):
    tableau = Tableau("Titre", "Méthode.", (Ligne("saisie", valeur, 2.0, "×"),))
    assert f"| saisie | {valeur:.2f}\u00a0× | ≤ 2.00\u00a0× | {verdict} |" in rapport.texte(tableau)


def test_the_page_tells_the_machine_and_the_day(tmp_path, monkeypatch):
    monkeypatch.setattr(rapport, "serveur", lambda base: "PostgreSQL 18, fsync on")
    page = tmp_path / "performance.md"
    rapport.ecrire([Tableau("Titre", "Méthode.", ())], None, page)
    texte = page.read_text(encoding="utf-8")
    assert str(date.today()) in texte
    assert "cores" in texte
    assert "fsync on" in texte


def test_the_dashboard_drawn_from_memory_is_the_product_s(distribution, settings):
    settings.ROOT_URLCONF = "pimms.outils.bench.urls"
    client = distribution.client("responsable")
    produit = client.get("/tableau-de-bord/?point=LYO-GER")
    plancher = client.get("/banc/tableau-de-bord/?point=LYO-GER")
    encore = client.get("/banc/tableau-de-bord/?point=LYO-GER")
    assert produit.status_code == plancher.status_code == encore.status_code == 200
    assert len(plancher.content) == len(encore.content)
    assert [g.name for g in plancher.templates] == [g.name for g in produit.templates]
