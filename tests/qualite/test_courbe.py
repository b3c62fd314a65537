"""The curve of verdicts: one column a month, told from the changes."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qualite.courbe import MOIS_MAX, courbe
from qualite.models import Calcul, Changement, Referentiel
from qualite.parametres import appliquer


@pytest.fixture
def changer(distribution):
    """Keep a change of verdict of the point, on a day; of the association with `niveau`."""
    calcul = Calcul.objects.create(complet=True, du=date(2020, 1, 1), au=date(2020, 1, 1))

    def ecrire(jour, code, apres, niveau="point", referentiel="xp-x60-600-2016"):
        sujet = {"point": distribution.point} if niveau == "point" else {}
        sujet = {"association": distribution.point.association} if niveau == "association" else sujet
        Changement.objects.create(
            referentiel=Referentiel.objects.get(code=referentiel),
            calcul=calcul,
            jour=jour,
            code=code,
            niveau=niveau,
            apres=apres,
            phrase="",
            **sujet,
        )

    return ecrire


def _aujourdhui(distribution):
    return distribution.point.aujourdhui()


def _premier_du_mois(jour, recul):
    rang = jour.year * 12 + jour.month - 1 - recul
    return date(rang // 12, rang % 12 + 1, 1)


def test_nothing_is_drawn_before_the_first_finding(distribution):
    assert courbe(distribution.point) == []


def test_each_month_keeps_the_verdict_of_its_last_day(distribution, changer):
    jour = _aujourdhui(distribution)
    changer(_premier_du_mois(jour, 2), "CAD-1", "a_traiter")
    changer(_premier_du_mois(jour, 1), "CAD-1", "atteint")
    changer(_premier_du_mois(jour, 1) - timedelta(days=1), "CAD-4", "preuve_manquante")
    moments = courbe(distribution.point)
    assert [dict(m.comptes) for m in moments] == [
        {"a_traiter": 1, "preuve_manquante": 1},
        {"atteint": 1, "preuve_manquante": 1},
        {"atteint": 1, "preuve_manquante": 1},
    ]
    assert moments[-1].jour == jour


def test_a_requirement_counts_once_by_its_most_particular_level(distribution, changer):
    jour = _aujourdhui(distribution)
    for niveau, verdict in (("reseau", "atteint"), ("association", "a_traiter"), ("point", "sans_objet")):
        changer(jour, "CAD-2", verdict, niveau)
    assert dict(courbe(distribution.point)[-1].comptes) == {"a_traiter": 1}


def test_it_goes_back_four_years_at_most(distribution, changer):
    changer(_premier_du_mois(_aujourdhui(distribution), 60), "CAD-1", "atteint")
    assert len(courbe(distribution.point)) == MOIS_MAX


def test_a_new_version_starts_from_its_own_findings(distribution, changer):
    jour = _aujourdhui(distribution)
    changer(_premier_du_mois(jour, 1), "CAD-1", "atteint")
    appliquer(distribution.union, Referentiel.objects.get(code="nf-x60-600"), jour)
    changer(jour, "CAD-1", "a_traiter", referentiel="nf-x60-600")
    assert [dict(m.comptes) for m in courbe(distribution.point)] == [{"atteint": 1}, {"a_traiter": 1}]


def test_the_page_draws_it_with_its_table_in_as_many_statements(distribution, changer):
    client = distribution.client("proprietaire")
    url = reverse("constats_evolution", args=["LYO-GER"])
    assert "Rien n’est encore calculé" in client.get(url).content.decode()
    for n in range(40):
        changer(_premier_du_mois(_aujourdhui(distribution), n), "CAD-1", "atteint" if n % 2 else "a_traiter")
    with CaptureQueriesContext(connection) as releve:
        page = client.get(url).content.decode()
    assert page.count('<svg focusable="false"') == 40
    assert len(releve) <= 10
