"""The yearly account: asked for, counted, masked; its figures are those of the year and of its subject."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accueil.models import PointAccueil
from pimms.socle.typographie import JOURS
from qualite.evaluation import evaluer
from qualite.models import Rapport
from qualite.rapports import demandes, instantane
from qualite.rapports.demandes import Demande, Sujet
from tests.fabrique import un_partenaire, un_point, une_visite
from tests.mediation.fabrique import un_dossier
from tests.qualite.fabrique_ecoute import des_avis, un_questionnaire
from tests.qualite.fabrique_rapports import un_rapport

ANNEE = timezone.localdate().year - 1
FIN = date(ANNEE, 12, 31)


@pytest.fixture(autouse=True)
def sans_file(monkeypatch):
    monkeypatch.setattr("qualite.rapports.demandes.enfiler", lambda tache, pk: None)


@pytest.fixture
def bilan(distribution):
    """The account of a subject, as the snapshot holds it."""

    def lire(**sujet):
        rapport = un_rapport(distribution.union, genre="bilan", au=FIN, **sujet)
        return instantane.construire(rapport, None, timezone.now())["bilan"]

    return lire


def _une_visite(distribution, jour=FIN, **champs):
    point = champs.pop("point", distribution.point)
    return une_visite(point, distribution.proprietaire, jour=jour, **champs)


def _chiffres(bilan: dict) -> dict:
    return {c["code"]: (c["valeur"], c["avant"]) for c in bilan["chiffres"]}


def test_a_year_is_counted_from_its_first_day_to_its_last_beside_the_year_before(distribution, bilan):
    for jour in (date(ANNEE - 1, 12, 31), date(ANNEE, 1, 1), FIN, date(ANNEE + 1, 1, 1)):
        _une_visite(distribution, jour, personnes=3, demandes=[{}, {"issue": "oriente"}])
    lu = bilan(point=distribution.point)
    chiffres = _chiffres(lu)
    assert chiffres["visites"] == (2, 1)
    assert chiffres["passages"] == (6, 3)
    assert chiffres["demandes"] == (4, 2)
    assert chiffres["resolues"] == (2, 1)
    assert chiffres["minutes"] == chiffres["estimees"] == (30, 15)
    assert [m["visites"] for m in lu["mois"]] == [1, *[0] * 10, 1]
    assert [m["visites_avant"] for m in lu["mois"]] == [*[0] * 11, 1]


def test_a_year_says_when_people_came_by_slots_that_old_visits_keep(distribution, bilan):
    jour = date(ANNEE, 6, 1)
    for heure in (9, 9, 14, None):
        _une_visite(distribution, jour, heure=heure)
    nom = JOURS[jour.weekday()]
    assert bilan(point=distribution.point)["semaine"] == [
        {"jour": nom, "heure": 8, "visites": 2},
        {"jour": nom, "heure": 12, "visites": 1},
    ]


def test_themes_partners_and_registers_are_told_with_their_names(distribution, bilan):
    demandes_faites = [{"partenaire": un_partenaire("CAF"), "registre": 3}, {}]
    _une_visite(distribution, demandes=demandes_faites)
    lu = bilan(point=distribution.point)
    assert lu["themes"] == [{"nom": "Énergie – Eau", "nombre": 2}]
    assert [p["nom"] for p in lu["partenaires"]] == ["CAF", "Sans partenaire"]
    assert [r["demande"] for r in lu["registres"]] == [0, 0, 1, 0, 0, 0, 0, 0]


def test_cases_and_answers_of_the_year_are_counted_and_a_rate_waits_for_thirty(distribution, bilan):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    type(dossier).objects.filter(pk=dossier.pk).update(ouvert_le=FIN)
    questionnaire = un_questionnaire(distribution.point)
    passe = (distribution.point.aujourdhui() - FIN).days
    des_avis(questionnaire, 29, il_y_a=passe)
    lu = bilan(point=distribution.point)
    assert _chiffres(lu)["dossiers_ouverts"] == (1, 0)
    assert lu["satisfaction"] == {"reponses": 29, "seuil": 30, "satisfaits": None}
    des_avis(questionnaire, 1, visage=1, il_y_a=passe)
    assert bilan(point=distribution.point)["satisfaction"]["satisfaits"] == 29


def _ages(bilan: dict) -> dict:
    ages = next(t for t in bilan["public"]["tables"] if t["code"] == "ages")
    return {ligne["nom"]: ligne["nombre"] for ligne in ages["lignes"]}


def test_what_one_account_masks_no_other_gives_back(distribution, bilan):
    voisin = un_point(distribution.point.association)
    for point, moins, plus in ((distribution.point, 3, 20), (voisin, 9, 30)):
        for tranche, n in (("0-11", moins), ("70+", plus)):
            for _ in range(n):
                _une_visite(distribution, point=point, tranche_age=tranche)
    jeunes = [
        _ages(bilan(**sujet))["Moins de 12 ans"]
        for sujet in ({"point": distribution.point}, {"point": voisin}, {"association": voisin.association})
    ]
    assert jeunes[0] is None  # three, under five
    assert jeunes.count(None) > 1  # else the two others would give it
    vieux = _ages(bilan(point=distribution.point))["70 ans et plus"]
    assert vieux is None  # twenty of twenty-three


def test_conformity_is_that_of_the_last_day_as_it_had_been_found(distribution, bilan):
    evaluer(jour=FIN)
    evaluer()
    lu = bilan(point=distribution.point)["conformite"]
    assert sum(lu["comptes"].values()) > 20
    assert "CAD-2" in [c["code"] for c in lu["appellent"]]
    assert lu["points"] is None
    assert sum(bilan()["conformite"]["points"].values()) > 20


def test_before_any_evaluation_there_is_no_conformity(distribution, bilan):
    evaluer()
    assert bilan(point=distribution.point)["conformite"] is None


def test_the_network_s_account_takes_as_many_statements_as_a_point_s(distribution, bilan):
    with CaptureQueriesContext(connection) as un:
        bilan(point=distribution.point)
    for _ in range(4):
        _une_visite(distribution, point=un_point())
    with CaptureQueriesContext(connection) as tous:
        bilan()
    assert len(tous) <= len(un) + 3


def _demander(acteur, sujet: Sujet, annee: int = ANNEE) -> Rapport:
    demande = Demande(uuid.uuid4(), sujet, date(annee, 12, 31), genre="bilan")
    return demandes.demander(acteur, demande)


def test_each_asks_for_what_they_look_after(distribution):
    point, association = Sujet(point=distribution.point), Sujet(distribution.point.association)
    assert _demander(distribution.responsable, point).niveau == "point"
    assert _demander(distribution.direction, association).niveau == "association"
    assert _demander(distribution.union, Sujet()).niveau == "reseau"
    with pytest.raises(ValidationError):
        _demander(distribution.responsable, association)


def test_a_year_that_has_not_ended_is_refused(distribution):
    with pytest.raises(ValidationError, match="pas finie"):
        _demander(distribution.union, Sujet(), ANNEE + 1)


def test_a_point_closed_within_the_year_has_its_account_and_none_of_the_next(distribution):
    PointAccueil.objects.filter(pk=distribution.point.pk).update(ferme_le=date(ANNEE, 1, 2))
    distribution.point.refresh_from_db()
    rapport = _demander(distribution.union, Sujet(point=distribution.point))
    assert instantane.construire(rapport, None, timezone.now())["bilan"]["annee"] == ANNEE
    PointAccueil.objects.filter(pk=distribution.point.pk).update(ferme_le=date(ANNEE, 1, 1))
    distribution.point.refresh_from_db()
    with pytest.raises(ValidationError, match="est fermé depuis"):
        _demander(distribution.union, Sujet(point=distribution.point))


def test_an_account_replaces_that_of_the_same_year_alone(distribution):
    demande = {"point": distribution.point, "genre": "bilan"}
    avant = un_rapport(distribution.union, **demande, au=date(ANNEE - 1, 12, 31))
    rapport = un_rapport(distribution.union, **demande, au=FIN)
    memes = set(instantane.meme_sujet(rapport))
    assert (rapport in memes, avant in memes) == (True, False)


def test_the_form_asks_for_the_year_and_nothing_else(distribution):
    page = distribution.client("responsable").get("/qualite/rapports/nouveau/?genre=bilan").content.decode()
    assert "De quelle année" in page
    assert "À quelle date" not in page
    donnees = {
        "cle": uuid.uuid4(),
        "genre": "bilan",
        "sujet": f"point-{distribution.point.code}",
        "annee": ANNEE,
    }
    reponse = distribution.client("responsable").post("/qualite/rapports/nouveau/", donnees)
    assert reponse.status_code == 302
    assert Rapport.objects.get().au == FIN
