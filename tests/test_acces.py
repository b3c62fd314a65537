"""The table of every URL × every role (`table_des_acces.txt`); a URL that it doesn't list fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver

from tests.distribution import ROLES, Clients, Distribution, distribuer, repris
from tests.fabrique import une_visite
from tests.objets_de_table import adresse, arguments

TABLE = [
    ligne.split()
    for ligne in (Path(__file__).parent / "table_des_acces.txt").read_text(encoding="utf-8").splitlines()
    if ligne and not ligne.startswith("#")
]


def _noms(motifs) -> list[str]:
    """Names of all URL patterns; the administration is tested apart."""
    noms: list[str] = []
    for motif in motifs:
        if isinstance(motif, URLPattern):
            noms.append(motif.name or str(motif.pattern))
        elif motif.app_name != "admin":
            noms += _noms(motif.url_patterns)
    return noms


def test_the_table_lists_every_url():
    connus = set(_noms(get_resolver().url_patterns))
    assert {ligne[0] for ligne in TABLE} == connus


@pytest.fixture(scope="module")
def pose(django_db_setup, django_db_blocker) -> Iterator[tuple[Distribution, dict[str, dict], Clients]]:
    """The cast with an object of each kind, and a client a role, written once for the table."""
    with django_db_blocker.unblock(), repris():
        cast = distribuer()
        ou = arguments(cast)
        yield cast, ou, cast.clients()


@pytest.mark.parametrize("ligne", TABLE, ids=[f"{nom} {methode}" for nom, methode, *_ in TABLE])
def test_each_role_gets_what_the_table_says(pose, db, ligne):
    nom, methode, *attendus = ligne
    _, ou, clients = pose
    url = adresse(nom, ou)
    statuts = [str(clients.demander(role, methode, url).status_code) for role in (None, *ROLES)]
    obtenus = dict(zip(("anonyme", *ROLES), statuts, strict=True))
    assert obtenus == dict(zip(("anonyme", *ROLES), attendus, strict=True))


@pytest.mark.parametrize("role", [None, *ROLES])
def test_the_administration_is_for_the_union(pose, db, role):
    distribution, *_ = pose
    visite = une_visite(distribution.point, distribution.proprietaire)
    client = distribution.client(role)
    for url in ("/administration/", f"/administration/accueil/visite/{visite.pk}/delete/"):
        statut = client.get(url).status_code
        if role != "union":
            assert statut in (302, 404)
        else:
            assert statut in (200, 403, 404)


def test_the_administration_never_deletes_a_visit(pose, db):
    distribution, *_ = pose
    visite = une_visite(distribution.point, distribution.proprietaire)
    client = distribution.client("union")
    reponse = client.post(f"/administration/accueil/visite/{visite.pk}/delete/", {"post": "yes"})
    assert reponse.status_code in (403, 404)
