"""Fifty desks at once on the demo's own server: no error, no lost visit, none twice."""

import time
from collections import Counter

import pytest

from tests.epreuves.clients import Client
from tests.epreuves.demo_a_part import ARRET_MAX, demo_a_part

CLIENTS, DUREE = 50, 60  # clients, seconds
ENREGISTREES = """
SELECT v.auteur_id, v.cle::text, v.nb_demandes,
  (SELECT count(*) FROM accueil_demande d WHERE d.visite_id = v.id),
  (SELECT count(*) FROM socle_entreejournal j
   WHERE j.objet = 'visite' AND j.objet_id = v.id AND j.acte = 'creer')
FROM accueil_visite v WHERE v.id > %s
"""


@pytest.fixture(scope="module")
def charge(tmp_path_factory):
    """The load, once: the demo still running, its clients, and what it holds that it did not before."""
    with demo_a_part(tmp_path_factory.mktemp("charge") / "var") as demo:
        ((derniere,),) = demo.lignes("SELECT max(id) FROM accueil_visite")
        themes = [t for (t,) in demo.lignes("SELECT id FROM accueil_theme ORDER BY ordre LIMIT 2")]
        ((partenaire,),) = demo.lignes("SELECT id FROM accueil_partenaire WHERE nom = 'EDF'")
        sessions = demo.sessions(CLIENTS)
        fin = time.monotonic() + DUREE
        clients = [Client(demo.port, *session, themes, partenaire, fin) for session in sessions]
        for client in clients:
            client.start()
        for client in clients:
            client.join(DUREE + 60)
        yield demo, clients, demo.lignes(ENREGISTREES, [derniere])


@pytest.mark.epreuve
def test_no_client_meets_an_error(charge):
    _, clients, _ = charge
    assert len(clients) == CLIENTS
    assert not any(client.is_alive() for client in clients)
    assert [e for client in clients for e in client.erreurs] == []
    assert set(sum((client.statuts for client in clients), Counter())) == {200}


@pytest.mark.epreuve
def test_no_visit_is_lost_and_none_is_there_twice(charge):
    _, clients, enregistrees = charge
    envoyees = Counter((client.personne, cle) for client in clients for cle in client.cles)
    assert Counter((auteur, cle) for auteur, cle, *_ in enregistrees) == envoyees
    assert sum(client.rejouees for client in clients) > 0


@pytest.mark.epreuve
def test_each_visit_has_its_requests_and_one_line_in_the_journal(charge):
    _, _, enregistrees = charge
    assert {tuple(comptes) for _, _, *comptes in enregistrees} == {(2, 2, 1)}


@pytest.mark.epreuve
def test_the_server_is_well_afterwards_and_stops_in_time(charge, capsys):
    demo, clients, enregistrees = charge
    with capsys.disabled():
        print(_resume(clients, len(enregistrees)))  # noqa: T201 — what this test is run for
    assert demo.sante()["ok"]
    code, secondes = demo.arreter()
    assert code == 0
    assert secondes < ARRET_MAX


def _resume(clients: list[Client], visites: int) -> str:
    temps = sorted(s * 1000 for client in clients for s in client.secondes)
    mediane, p95 = temps[len(temps) // 2], temps[int(len(temps) * 0.95)]
    rejouees = sum(client.rejouees for client in clients)
    return (
        f"\n{CLIENTS} clients, {DUREE} s: {visites} visits, {visites / DUREE:.0f} a second,"
        f" {rejouees} sent twice; p50 {mediane:.0f} ms, p95 {p95:.0f} ms, longest {temps[-1]:.0f} ms"
    )
