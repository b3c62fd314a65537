"""The life of a case: one table of transitions, in Python and in the database."""

from django.db import connection

from mediation.etats import TRANSITIONS, Etat


def test_the_database_holds_the_same_transitions(db):
    with connection.cursor() as curseur:
        curseur.execute("SELECT de, vers, motif, transfert FROM mediation_transition")
        assert set(curseur.fetchall()) == {
            (t.de.value, t.vers.value, t.motif, t.transfert) for t in TRANSITIONS
        }


def test_every_state_can_be_reached_and_leads_to_the_end():
    suites = {e: {t.vers for t in TRANSITIONS if t.de == e} for e in Etat}
    atteints, a_voir = {Etat.DEMANDE}, [Etat.DEMANDE]
    while a_voir:
        for suite in suites[a_voir.pop()] - atteints:
            atteints.add(suite)
            a_voir.append(suite)
    assert atteints == set(Etat)
