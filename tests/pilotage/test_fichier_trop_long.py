"""A file whose filters pass the budget says so, and leads back to the page with the same filters."""

import pytest

from pimms.socle.budgets import BudgetDepasse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "page", "question"),
    [
        ("responsable", "tableau-de-bord", "point=LYO-GER&canal=telephone"),
        ("union", "reseau", "canal=telephone"),
    ],
)
def test_it_is_told_and_not_taken_for_a_missing_page(distribution, monkeypatch, role, page, question):
    def trop(*_, **__):
        raise BudgetDepasse

    client = distribution.client(role)
    assert client.get(f"/{page}/courbe.csv?{question}").status_code == 200
    monkeypatch.setattr("pimms.pilotage.tableau.lire", trop)
    for fichier in ("chiffres.xlsx", "courbe.svg"):
        reponse = client.get(f"/{page}/{fichier}?{question}")
        assert reponse.status_code == 503
        assert "Ces filtres croisés demandent trop de calcul." in reponse.content.decode()
        retour = client.get(reponse.context["retour"])
        assert retour.context["champ"].filtre.canal == "telephone"
        assert retour.context["trop_long"]
