"""Satisfaction on dashboards equals a naive recount of the answers, of each point and of several."""

import uuid
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pimms.pilotage.views_reseau import _ensemble
from pimms.socle.periodes import Periode
from qualite.lecture_satisfaction import Resultats, resultats
from qualite.models import Avis
from tests.distribution import repris
from tests.fabrique import un_point
from tests.qualite.fabrique_ecoute import un_questionnaire

pytestmark = pytest.mark.django_db
PERIODE = Periode(date(2024, 2, 29), date(2025, 2, 28))
BORDS = [PERIODE.du - timedelta(days=1), PERIODE.du, PERIODE.au, PERIODE.au + timedelta(days=1)]
JOURS = st.one_of(st.sampled_from(BORDS), st.dates(PERIODE.du, PERIODE.au))
AVIS = st.lists(st.tuples(st.integers(0, 2), JOURS, st.integers(1, 4)), max_size=40)


def _recompte(visages: list[int], lu: Resultats, seuil: int) -> None:
    assert lu.par_visage == Counter(visages)
    assert (lu.nombre, lu.suffit) == (len(visages), len(visages) >= seuil)
    assert lu.taux == (sum(v >= 3 for v in visages) / len(visages) if len(visages) >= seuil else None)
    parts = [ligne["part"] for ligne in lu.lignes]
    assert sum(parts) == 100 if lu.suffit else parts == [None] * 4


@given(avis=AVIS, seuil=st.sampled_from([1, 5, 30]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_satisfaction_equals_a_naive_recount(db, avis, seuil):
    with repris():
        points = [un_point() for _ in range(3)]
        questionnaires = [un_questionnaire(p, f"k7qd2m4xrt9{n}") for n, p in enumerate(points)]
        Avis.objects.bulk_create(
            Avis(
                point=points[rang],
                questionnaire=questionnaires[rang],
                cle=uuid.uuid4(),
                jour=jour,
                heure=10,
                visage=visage,
            )
            for rang, jour, visage in avis
        )
        comptes = [(rang, visage) for rang, jour, visage in avis if PERIODE.du <= jour <= PERIODE.au]
        lus = resultats([p.pk for p in points], PERIODE, seuil)
        for rang, point in enumerate(points):
            _recompte([v for r, v in comptes if r == rang], lus[point.pk], seuil)
        deux = [points[0].pk, points[2].pk]
        ensemble = _ensemble(resultats(deux, PERIODE, seuil).values(), seuil)
        _recompte([v for r, v in comptes if r != 1], ensemble, seuil)
