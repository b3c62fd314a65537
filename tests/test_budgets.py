"""At most ten SQL statements for any page, however many rows it shows; fifteen for a dashboard."""

from collections import deque
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pimms.outils.bench.enonces import ENONCES_MAX, TABLEAUX
from qualite.evaluation import Cadre, evaluer
from tests.distribution import Distribution, distribuer, repris
from tests.fabrique import un_acces, un_point, une_personne, une_visite
from tests.objets_de_table import adresse, arguments
from tests.test_acces import ROLES, TABLE

PAGES = [
    (nom, role)
    for nom, methode, *statuts in TABLE
    if methode == "GET"
    for role in ("proprietaire", "responsable", "direction", "union")
    if statuts[1 + ROLES.index(role)] == "200"
]


# Dashboards as their filters make them read more: coarse hours, the public of a year, some points of many.
AN = date.today().year - 1
TABLEAUX_FILTRES = [
    (page, role, question)
    for page, roles, questions in (
        (
            "tableau_de_bord",
            ("proprietaire", "collegue", "responsable", "direction", "union"),
            ("compare=avant&pas=mois", "canal=sur_place&du=2020-01-01", "theme=energie&registre=2"),
        ),
        (
            "reseau",
            ("direction", "union"),
            (
                f"du={AN}-01-01&au={AN}-12-31",
                "departement=69&compare=avant",
                "canal=sur_place&du=2020-01-01",
            ),
        ),
    )
    for role in roles
    for question in questions
]


@pytest.fixture(scope="module")
def pose(django_db_setup, django_db_blocker) -> Iterator[tuple[Distribution, dict[str, dict]]]:
    """The cast with an object of each kind and many rows, written once for all pages."""
    with django_db_blocker.unblock(), repris():
        cast = distribuer()
        ou = arguments(cast)
        for n in range(12):
            un_acces(une_personne(nom=f"Nom {n}"), "mediateur", cast.point)
            une_visite(cast.point, cast.proprietaire, demandes=[{}, {"issue": "oriente"}])
            un_point(cast.point.association)
        evaluer()  # so that findings and their history are there to be shown
        Cadre.sans_textes(cast.point.aujourdhui())  # a version is read once a process
        yield cast, ou


@pytest.mark.parametrize(("nom", "role"), PAGES, ids=[f"{nom} {role}" for nom, role in PAGES])
def test_a_page_keeps_its_budget(pose, db, nom, role):
    cast, ou = pose
    client = cast.client(role)
    with CaptureQueriesContext(connection) as releve:
        reponse = client.get(adresse(nom, ou))
        if reponse.streaming:
            deque(reponse.streaming_content, maxlen=0)
    assert len(releve) <= TABLEAUX.get(nom, ENONCES_MAX), "\n".join(q["sql"][:160] for q in releve)


@pytest.mark.parametrize(("nom", "role", "question"), TABLEAUX_FILTRES)
def test_a_dashboard_keeps_its_budget_under_its_filters(pose, db, nom, role, question):
    cast, ou = pose
    client, page = cast.client(role), adresse(nom, ou)
    sans_filtre = client.get(page).context
    assert sans_filtre["dossiers"].actifs
    assert sans_filtre["avis"].nombre
    assert sans_filtre["tuiles"] if nom == "tableau_de_bord" else sans_filtre["conformite"].exigences
    with CaptureQueriesContext(connection) as releve:
        reponse = client.get(f"{page}{'&' if '?' in page else '?'}{question}")
    assert reponse.context["tableau"].total is not None
    assert len(releve) <= TABLEAUX[nom], "\n".join(q["sql"][:160] for q in releve)
