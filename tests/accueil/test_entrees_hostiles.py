"""Values that broke something once: each gets an answer, never a fault."""

import pytest

from tests.accueil.test_saisie import donnees

JOURS = ("9999-12-31", "0001-01-01")


@pytest.mark.parametrize("apres", ["nom~²", "~", "nom~" + "9" * 40, "\x00~1"])
def test_a_broken_position_in_the_list_of_people(distribution, apres):
    client = distribution.client("union")
    assert client.get("/accueil/personnes/", {"apres": apres}).status_code == 200


@pytest.mark.parametrize("valeur", ["9" * 5000, "9" * 40, "-1", "²", "1e9", "\x00"])
@pytest.mark.parametrize(
    "champ", ["d0-partenaire", "d0-theme", "duree", "personnes", "rang", "version", "jour"]
)
def test_a_broken_number_at_the_desk(distribution, champ, valeur):
    envoi = donnees(distribution.point, **{champ: valeur})
    reponse = distribution.client("proprietaire").post(
        "/accueil/saisie/", envoi, headers={"HX-Request": "true"}
    )
    assert reponse.status_code in (200, 422)


@pytest.mark.parametrize("jour", JOURS)
@pytest.mark.parametrize(
    ("chemin", "champs"),
    [
        (
            "tournee/nouvelle",
            {"jour": "JOUR", "jusqu_au": "JOUR", "lieu": "Place", "ouvre": "9:00", "ferme": "12:00"},
        ),
        ("horaires", {"debut": "JOUR", "fin": "JOUR", "du": "JOUR", "au": "JOUR"}),
        ("fermetures/nouvelle", {"debut": "JOUR", "fin": "JOUR", "motif": "Travaux"}),
    ],
)
def test_a_year_that_no_one_means(distribution, chemin, champs, jour):
    envoi = {c: v.replace("JOUR", jour) for c, v in champs.items()}
    reponse = distribution.client("responsable").post(f"/accueil/points/LYO-GER/{chemin}/", envoi)
    assert reponse.status_code == 422


@pytest.mark.parametrize(
    "ligne",
    [
        f"{'a' * 300}@exemple.fr;Jean;Petit;LYO-GER;médiateur",
        "x" * 140_000,
        f"a@b.fr;{'J' * 90};P;LYO-GER;médiateur",
    ],
)
def test_a_line_too_long_in_a_list_of_people(distribution, ligne):
    reponse = distribution.client("union").post("/accueil/personnes/importer/", {"texte": ligne})
    assert reponse.status_code in (200, 422)


@pytest.mark.parametrize(
    "suite", ["25:61", "saisie", "//ailleurs.fr/", "https://ailleurs.fr/", "javascript:x"]
)
def test_a_way_back_that_is_no_path_of_ours(distribution, suite):
    adresse = f"/accueil/personnes/{distribution.proprietaire.pk}/"
    reponse = distribution.client("responsable").post(f"{adresse}inviter/", {"next": suite})
    assert (reponse.status_code, reponse.url) == (302, adresse)
