"""The life of a corrective action: one table of moves, in Python and in the database."""

from django.db import connection

from qualite.etats_action import TRANSITIONS, EtatAction


def test_the_database_holds_the_same_moves(db):
    with connection.cursor() as curseur:
        curseur.execute("SELECT de, vers, motif, jour FROM qualite_transitionaction")
        assert set(curseur.fetchall()) == {(t.de.value, t.vers.value, t.motif, t.jour) for t in TRANSITIONS}


def test_every_state_can_be_reached():
    suites = {e: {t.vers for t in TRANSITIONS if t.de == e} for e in EtatAction}
    atteints, a_voir = {EtatAction.A_FAIRE}, [EtatAction.A_FAIRE]
    while a_voir:
        for suite in suites[a_voir.pop()] - atteints:
            atteints.add(suite)
            a_voir.append(suite)
    assert atteints == set(EtatAction)


def test_closing_comes_after_a_verification_only():
    assert [t.de for t in TRANSITIONS if t.vers == EtatAction.CLOSE] == [EtatAction.EFFICACE]
