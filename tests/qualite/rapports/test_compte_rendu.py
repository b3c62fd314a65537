"""A partner's report: its own requests alone, nothing under ten, within what the asker looks after."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from qualite.models import Rapport
from qualite.rapports import demandes, instantane
from qualite.rapports.demandes import Demande, Sujet
from tests.fabrique import un_acces, un_partenaire, un_point, une_association, une_visite
from tests.qualite.fabrique_rapports import un_rapport


@pytest.fixture(autouse=True)
def sans_file(monkeypatch):
    monkeypatch.setattr("qualite.rapports.demandes.enfiler", lambda tache, pk: None)


@pytest.fixture
def caf(db):
    return un_partenaire("CAF")


@pytest.fixture
def compte_rendu(distribution, caf):
    """The report to CAF about the cast's point, over the last thirty days."""

    def lire():
        au = distribution.point.aujourdhui()
        sujet = {"point": distribution.point, "partenaire": caf, "du": au - timedelta(days=29), "au": au}
        rapport = un_rapport(distribution.responsable, genre="partenaire", **sujet)
        return instantane.construire(rapport, None, timezone.now())["compte_rendu"]

    return lire


def _visites(distribution, nombre: int, **champs) -> None:
    for _ in range(nombre):
        une_visite(distribution.point, distribution.proprietaire, **champs)


def _table(lu: dict, code: str) -> dict:
    table = next(t for t in lu["tables"] if t["code"] == code)
    return {ligne["nom"]: ligne["nombre"] for ligne in table["lignes"]}


def test_only_the_partner_s_requests_of_the_period_are_counted(distribution, caf, compte_rendu):
    _visites(distribution, 12, demandes=[{"partenaire": caf}, {}])
    _visites(distribution, 15, demandes=[{"partenaire": un_partenaire("EDF")}])
    _visites(distribution, 11, demandes=[{"partenaire": caf}], il_y_a=30)
    lu = compte_rendu()
    assert [c["valeur"] for c in lu["chiffres"]] == [12, 12, 12]
    assert _table(lu, "themes") == {"Énergie – Eau": 12}


def test_what_is_under_ten_is_masked_and_cannot_be_worked_out(distribution, caf, compte_rendu):
    for issue, n in (("resolu", 30), ("oriente", 9), ("a_suivre", 12)):
        _visites(distribution, n, demandes=[{"partenaire": caf, "issue": issue}])
    issues = _table(compte_rendu(), "issues")
    assert (issues["Résolu"], issues["Orienté"], issues["À suivre"]) == (30, None, None)


def test_when_all_is_small_nothing_is_told(distribution, caf, compte_rendu):
    _visites(distribution, 9, demandes=[{"partenaire": caf}])
    lu = compte_rendu()
    assert [c["valeur"] for c in lu["chiffres"]] == [None, None, None]
    assert {n for t in lu["tables"] for n in _table(lu, t["code"]).values()} == {None}


def _demander(distribution, role: str, a_qui, **champs) -> Rapport:
    au = distribution.point.aujourdhui()
    defauts = {"du": au - timedelta(days=365), "genre": "partenaire", "partenaire": a_qui}
    defauts |= {"sujet": Sujet(point=distribution.point)}
    demande = Demande(cle=uuid.uuid4(), au=au, **defauts | champs)
    return demandes.demander(getattr(distribution, role), demande)


def test_a_manager_reports_to_a_partner_about_the_point(distribution, caf):
    assert _demander(distribution, "responsable", caf).partenaire == caf


def test_a_report_about_chosen_points_counts_them_alone_without_any_age(distribution, caf):
    point = distribution.point
    vaise, autre = (un_point(point.association, code=f"LYO-{c}", nom=c) for c in ("VAI", "CRO"))
    for lieu in (point, vaise, autre):
        for _ in range(10):
            une_visite(lieu, distribution.proprietaire, demandes=[{"partenaire": caf}])
    rapport = _demander(distribution, "direction", caf, sujet=Sujet.parmi([vaise, point]))
    lu = instantane.construire(rapport, None, timezone.now())
    assert lu["compte_rendu"]["chiffres"][1]["valeur"] == 20
    assert "ages" not in [t["code"] for t in lu["compte_rendu"]["tables"]]
    assert {site["nom"] for site in lu["perimetre"]["sites"]} == {point.nom, "VAI"}
    assert rapport.sujet == f"2\xa0points choisis ({point.association})"


def test_a_manager_reads_a_report_about_points_that_are_all_theirs(distribution, caf):
    point = distribution.point
    vaise = un_point(point.association, code="LYO-VAI", nom="Vaise")
    with pytest.raises(ValidationError, match="ne pouvez pas"):
        _demander(distribution, "responsable", caf, sujet=Sujet.parmi([vaise, point]))
    rapport = _demander(distribution, "direction", caf, sujet=Sujet.parmi([vaise, point]))
    qui = distribution.responsable
    assert rapport not in Rapport.objects.visibles_par(qui)
    un_acces(qui, "responsable", vaise)
    assert rapport in Rapport.objects.visibles_par(qui)
    assert _demander(distribution, "responsable", caf, sujet=Sujet.parmi([vaise, point])).choisis


def test_another_association_s_partner_is_not_theirs(distribution):
    autre = un_partenaire("Ville voisine", association=une_association())
    with pytest.raises(ValidationError, match="vos partenaires"):
        _demander(distribution, "responsable", autre)


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"du": None}, "à partir de quel jour"),
        ({"du": date(2020, 1, 1)}, "24 mois au plus"),
        ({"du": date(2090, 1, 1)}, "après le dernier"),
        ({"partenaire": None}, "Choisissez le partenaire"),
    ],
)
def test_a_period_that_cannot_be_told_is_refused(distribution, caf, champs, message):
    with pytest.raises(ValidationError, match=message):
        _demander(distribution, "union", caf, **champs)


def test_the_form_asks_for_the_partner_and_both_days(distribution, caf):
    url, point = "/qualite/rapports/nouveau/", distribution.point
    client = distribution.client("responsable")
    page = client.get(f"{url}?genre=partenaire").content.decode()
    assert "Pour quel partenaire" in page
    donnees = {
        "cle": uuid.uuid4(),
        "genre": "partenaire",
        "sujet": f"point-{point.code}",
        "partenaire": caf.pk,
    }
    assert client.post(url, donnees).status_code == 422
    jours = {"du": point.aujourdhui() - timedelta(days=30), "au": point.aujourdhui()}
    assert client.post(url, donnees | jours).status_code == 302
    assert Rapport.objects.get().partenaire == caf


def test_the_database_wants_a_partner_and_a_period_for_this_kind_alone(distribution, caf):
    for champs in ({"genre": "partenaire", "partenaire": caf}, {"genre": "plan", "partenaire": caf}):
        with pytest.raises(IntegrityError), transaction.atomic():
            un_rapport(distribution.union, point=distribution.point, **champs)
