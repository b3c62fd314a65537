"""Counts of cases on dashboards equal a naive recount, each case on the day of its own point."""

import uuid
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediation.cycle_de_vie import ajouter, changer_etat
from mediation.models import Attente, Dossier, Etape
from pimms.pilotage.dossiers import ANCIENNETES, compter
from pimms.socle.periodes import finissant_le
from tests.distribution import repris
from tests.fabrique import un_acces, un_point
from tests.mediation.fabrique import un_dossier_ancien

pytestmark = pytest.mark.django_db
PRES_DE_60 = st.sampled_from([1, 20, 58, 59, 60, 61, 90, 200])
CAS = st.lists(
    st.fixed_dictionaries(
        {
            "ailleurs": st.booleans(),
            "ouvert": PRES_DE_60,
            "etape": st.none() | PRES_DE_60,
            "attente": st.none() | st.integers(-61, 5),  # days from today to the reminder
            "clos": st.booleans(),
        }
    ),
    max_size=6,
)


def _ecrire(qui, point, cas) -> Dossier:
    dossier = un_dossier_ancien(qui, point, jours=cas["ouvert"])
    jour = point.aujourdhui()
    if cas["etape"] is not None:
        le = jour - timedelta(days=min(cas["etape"], cas["ouvert"]))
        ajouter(Etape(dossier=dossier, cle=uuid.uuid4(), nature="entretien", jour=le, auteur=qui), {})
    if cas["attente"] is not None:
        relance = max(jour + timedelta(days=cas["attente"]), dossier.ouvert_le + timedelta(days=1))
        Attente.objects.create(
            dossier=dossier, point=point, de="tiers", debut=dossier.ouvert_le, relance_le=relance
        )
    if cas["clos"]:
        changer_etat(qui, dossier, "refuse", depuis="demande")
        changer_etat(qui, dossier, "clos", depuis="refuse")
    dossier.refresh_from_db()
    return dossier


def _a_revoir(dossier: Dossier) -> bool:
    limite = dossier.point.aujourdhui() - timedelta(days=60)
    recentes = [e for e in dossier.etapes.all() if e.jour > limite]
    attendues = [a for a in dossier.attentes.all() if (a.fin or a.relance_le) > limite]
    return dossier.etat != "clos" and dossier.ouvert_le <= limite and not recentes and not attendues


@given(cas=CAS, jours=st.sampled_from([1, 30, 365]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_of_cases_equal_a_naive_recount(distribution, cas, jours):
    with repris():
        qui = distribution.proprietaire
        cayenne = un_point(distribution.point.association, code="GUY-CAY", fuseau="America/Cayenne")
        un_acces(qui, "mediateur", cayenne)
        dossiers = [_ecrire(qui, cayenne if c["ailleurs"] else distribution.point, c) for c in cas]
        jour = distribution.point.aujourdhui()
        periode = finissant_le(jour, jours)
        lus = compter(distribution.union, None, jour, periode)
        ages = [(jour - d.ouvert_le).days for d in dossiers if d.etat != "clos"]
        bornes = [-1, *(borne for borne, _ in ANCIENNETES), 10_000]
        assert lus.ouverts == sum(periode.du <= d.ouvert_le <= periode.au for d in dossiers)
        assert lus.clos == sum(d.clos_le is not None and d.clos_le >= periode.du for d in dossiers)
        assert lus.actifs == len(ages)
        assert [n for _, n in lus.par_age] == [
            sum(bas < age <= haut for age in ages) for bas, haut in pairwise(bornes)
        ]
        assert lus.a_revoir == sum(map(_a_revoir, dossiers))
