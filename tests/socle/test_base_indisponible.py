"""PostgreSQL gone, whatever was reading it: a clear page that may be asked for again."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("nom", ["saisie", "account_login"])
def test_a_lost_database_is_said_and_nothing_is_called_a_fault(distribution, nom):
    """The desk reads its session in a middleware; the login form reads in its view."""
    client = distribution.client("proprietaire") if nom == "saisie" else Client()
    client.raise_request_exception = False
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_backend_pid()")
        processus = curseur.fetchone()
    autre = connection.copy()
    with autre.cursor() as curseur:
        curseur.execute("SELECT pg_terminate_backend(%s)", processus)
    autre.close()
    try:
        reponse = client.post(reverse(nom), {"login": "sonia@exemple.fr", "password": "x"})
    finally:
        connection.close()
    assertContains(reponse, "ne répond pas", status_code=503)
    assert reponse["Retry-After"] == "10"
