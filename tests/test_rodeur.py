"""A stranger tries every id of the point; whoever is at home follows what their pages show. `make epreuves`
walks further (tests/epreuves/test_rodeur_complet.py)."""

from collections.abc import Iterator

import pytest

from pimms.pilotage.permissions import Droit, lire
from tests.distribution import Clients, Distribution, distribuer, repris
from tests.objets_de_table import arguments
from tests.rodeur import LaBas, Promenade, peupler_la_bas
from tests.serrures import (
    fautes_des_lignes,
    fautes_par_les_cles,
    fautes_par_les_filtres,
    fautes_par_les_listes,
)

DES_AUDITEURS = [ligne for ligne in lire().lignes if ligne.droits[5] != Droit.NON]
AILLEURS = ("mediateur", "responsable", "direction", "auditeur")


@pytest.fixture(scope="module")
def pose(django_db_setup, django_db_blocker) -> Iterator[tuple[Distribution, dict, LaBas, Clients]]:
    with django_db_blocker.unblock(), repris():
        cast = distribuer()
        ou, la_bas = arguments(cast), peupler_la_bas(cast)
        yield cast, ou, la_bas, clients_de(cast, la_bas)


def clients_de(cast: Distribution, la_bas: LaBas) -> Clients:
    """The cast's own people, and those of the other point."""
    siens = {role: getattr(cast, role) for role in ("proprietaire", "responsable", "direction")}
    autres = {f"{role} de là-bas": getattr(la_bas, role) for role in AILLEURS}
    return Clients(siens | autres)


@pytest.mark.parametrize(
    "role",
    [
        "responsable de là-bas",
        *(pytest.param(f"{r} de là-bas", marks=pytest.mark.epreuve) for r in ("mediateur", "direction")),
    ],
)
def test_what_is_another_point_s_is_answered_as_what_exists_nowhere(pose, db, role):
    _, ou, la_bas, clients = pose
    fautes = list(fautes_par_les_cles(clients, role, ou, la_bas.sien))
    assert not fautes, "\n".join(fautes)


def test_an_auditor_invited_elsewhere_opens_no_file_of_an_audit(pose, db):
    _, ou, la_bas, clients = pose
    fautes = list(fautes_par_les_cles(clients, "auditeur de là-bas", ou, la_bas.sien, DES_AUDITEURS))
    assert not fautes, "\n".join(fautes)


@pytest.mark.parametrize("role", AILLEURS)
def test_no_queryset_gives_a_row_of_another_point(pose, db, role):
    cast, _, la_bas, _ = pose
    assert list(fautes_des_lignes(getattr(la_bas, role), cast.point)) == []


@pytest.mark.parametrize("role", ["responsable de là-bas", "direction de là-bas", "auditeur de là-bas"])
def test_no_list_tells_a_word_of_another_point(pose, db, role):
    cast, _, _, clients = pose
    fautes = list(fautes_par_les_listes(clients, role, cast))
    assert not fautes, "\n".join(fautes)


def test_a_list_asked_for_another_point_tells_no_more_than_for_none(pose, db):
    cast, _, _, clients = pose
    fautes = list(fautes_par_les_filtres(clients, "responsable de là-bas", cast, ("point",)))
    assert not fautes, "\n".join(fautes)


def test_no_link_and_no_form_of_a_manager_leads_nowhere_or_elsewhere(pose, db):
    _, _, la_bas, clients = pose
    promenade = Promenade(clients, "responsable", la_bas, par_route=1)
    fautes = list(promenade.fautes())
    assert not fautes, "\n".join(fautes)
    assert promenade.pages > 60
    assert promenade.envois > 40
