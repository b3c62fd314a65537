"""At most ten SQL statements for any page, however many rows it shows; fifteen for a dashboard."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from pimms.outils.bench.enonces import ENONCES_MAX, TABLEAUX
from qualite.evaluation import evaluer
from tests.fabrique import un_acces, un_point, une_personne, une_visite
from tests.objets_de_table import arguments
from tests.test_acces import ROLES, TABLE

PAGES = [
    (nom, role)
    for nom, methode, *statuts in TABLE
    if methode == "GET"
    for role in ("proprietaire", "responsable", "direction", "union")
    if statuts[1 + ROLES.index(role)] == "200"
]


@pytest.mark.parametrize(("nom", "role"), PAGES, ids=[f"{nom} {role}" for nom, role in PAGES])
def test_a_page_keeps_its_budget(distribution, nom, role):
    url = reverse(nom, kwargs=arguments(distribution).get(nom, {}))
    for n in range(12):
        un_acces(une_personne(nom=f"Nom {n}"), "mediateur", distribution.point)
        une_visite(distribution.point, distribution.proprietaire, demandes=[{}, {"issue": "oriente"}])
        un_point(distribution.point.association)
    if resolve(url).func.__module__.startswith("qualite"):
        evaluer()  # so that findings and their history are there to be shown
    client = distribution.client(role)
    with CaptureQueriesContext(connection) as releve:
        client.get(url)
    assert len(releve) <= TABLEAUX.get(nom, ENONCES_MAX), "\n".join(q["sql"][:160] for q in releve)
