"""Where someone stands with their path: pure functions."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualite.etat_preuve import Version
from qualite.parcours import Annee, Parcours, compter
from qualite.validite import Etat
from tests.qualite.controles.table import SEUILS

JOUR = date(2026, 11, 24)
NOMBRES = SEUILS | {"attestation_duree": 12, "attestation_delai": 30}
ANNEE = Annee.du(JOUR, NOMBRES)
ICI, LA_BAS = 1, 2
ANCIEN = date(2020, 1, 1)


def un_parcours(*postes, **champs) -> Parcours:
    return Parcours(ANNEE, postes=list(postes or [(ICI, ANCIEN, None)]), **champs)


def il_y_a(jours: int) -> date:
    return JOUR - timedelta(days=jours)


def test_twelve_months_end_on_the_day():
    assert (ANNEE.debut, ANNEE.jour) == (date(2025, 11, 25), JOUR)
    assert replace(ANNEE, jour=date(2028, 2, 29)).debut == date(2027, 3, 1)


def test_someone_there_all_year_owes_all_the_hours():
    assert un_parcours().heures_dues == 21


@pytest.mark.parametrize(
    ("arrivee", "dues"),
    [(il_y_a(364), 21), (il_y_a(363), 20), (il_y_a(182), 10), (il_y_a(31), 1), (il_y_a(30), 0)],
)
def test_hours_are_due_in_proportion_of_the_presence_and_rounded_down(arrivee, dues):
    assert un_parcours((ICI, arrivee, None)).heures_dues == dues


def test_a_long_absence_lowers_what_is_due_and_a_short_one_does_not():
    longue = un_parcours(absences=[(il_y_a(200), il_y_a(18))])  # 183 days
    courte = un_parcours(absences=[(il_y_a(46), il_y_a(18))])  # 29 days
    assert (longue.heures_dues, courte.heures_dues) == (10, 21)


def test_two_points_of_the_association_are_one_presence():
    assert un_parcours((ICI, ANCIEN, None), (LA_BAS, il_y_a(100), None)).heures_dues == 21


def test_hours_count_by_the_last_day_of_the_training():
    formations = [(ANNEE.debut, Decimal("3.5")), (JOUR, Decimal(7)), (il_y_a(365), Decimal(14))]
    parcours = un_parcours(formations=formations)
    assert parcours.heures_faites == Decimal("10.5")
    assert not parcours.heures_suffisent
    assert un_parcours(formations=[(JOUR, Decimal(21))]).heures_suffisent


@pytest.mark.parametrize(
    ("qualification", "attendue"),
    [
        (("diplome", date(2001, 7, 1), None), "diplome"),
        (("parcours", il_y_a(10), JOUR), "parcours"),
        (("parcours", il_y_a(100), il_y_a(1)), None),  # its end has passed
        (("parcours", JOUR + timedelta(days=1), date(2027, 6, 1)), None),  # not begun
    ],
)
def test_a_path_counts_until_its_end(qualification, attendue):
    trouvee = un_parcours(qualifications=[qualification]).qualification
    assert (trouvee and trouvee[0]) == attendue


def test_what_is_held_comes_before_what_is_under_way():
    titre = ("titre", date(2015, 1, 1), None)
    assert un_parcours(qualifications=[("parcours", il_y_a(9), JOUR), titre]).qualification == titre


def test_the_long_absent_is_not_in_post():
    assert not un_parcours(absences=[(il_y_a(40), None)]).en_poste()
    assert un_parcours(absences=[(il_y_a(10), None)]).en_poste(ICI)
    assert not un_parcours().en_poste(LA_BAS)


@pytest.mark.parametrize(
    ("tutorat", "attendu"),
    [
        ((il_y_a(100), il_y_a(40)), True),
        ((il_y_a(20), None), True),  # late, yet held
        ((il_y_a(200), il_y_a(101)), False),  # over before the arrival
        ((JOUR + timedelta(days=1), None), False),
    ],
)
def test_the_tutoring_of_an_arrival_is_one_that_was_not_over_before_it(tutorat, attendu):
    assert bool(un_parcours((ICI, il_y_a(100), None), tutorats=[tutorat]).tutorat) == attendu


def test_a_return_is_no_arrival():
    retour = un_parcours((ICI, ANCIEN, date(2024, 1, 1)), (ICI, il_y_a(60), None))
    assert not retour.arrive_dans_l_annee
    assert un_parcours((ICI, ANNEE.debut, None)).arrive_dans_l_annee


def test_a_job_description_counts_while_it_is_in_force():
    assert un_parcours(fiches={7: [Version(1, ANCIEN, None)]}).fiche == 7
    assert un_parcours(fiches={7: [Version(1, ANCIEN, il_y_a(1))]}).fiche is None
    assert un_parcours(fiches={7: [Version(1, ANCIEN, None, ("refus",))]}).fiche is None


def test_the_charter_is_judged_as_everywhere():
    parcours = un_parcours(versions=[ANCIEN], attestations=[(il_y_a(10), ANCIEN)])
    assert parcours.attestation.etat == Etat.A_JOUR


def test_a_team_is_counted_without_anyone_s_figure():
    bien = un_parcours(
        qualifications=[("titre", ANCIEN, None)],
        formations=[(JOUR, Decimal(21))],
        fiches={7: [Version(1, ANCIEN, None)]},
    )
    nouveau = un_parcours((ICI, il_y_a(10), None))
    tard = un_parcours((ICI, il_y_a(90), None))
    faits = compter([bien, nouveau, tard], reunions=2, analyses=1)
    assert (faits.en_poste, faits.fiches, faits.qualifies, faits.qualifications_en_retard) == (3, 1, 1, 1)
    assert (faits.formes, faits.arrives, faits.tutores, faits.tutorats_en_retard) == (2, 2, 0, 1)
    assert (faits.reunions, faits.analyses) == (2, 1)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 20)), max_size=8), st.integers(0, 400))
def test_one_more_training_never_makes_it_worse(formations, il_y_en_a):
    deja = [(il_y_a(n), Decimal(h)) for n, h in formations]
    avant = un_parcours(formations=deja)
    apres = un_parcours(formations=[*deja, (il_y_a(il_y_en_a), Decimal(3))])
    assert apres.heures_suffisent or not avant.heures_suffisent
