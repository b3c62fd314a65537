"""Counts of cases on dashboards equal a naive recount, each case on the day of its own point."""

import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediation.cycle_de_vie import ajouter, changer_etat
from mediation.models import Attente, Dossier, Engagement, Etape
from mediation.transferts import transferer
from pimms.pilotage.dossiers import ANCIENNETES, Comptes, DeQui, compter
from pimms.socle.periodes import Periode, finissant_le
from tests.distribution import repris
from tests.fabrique import un_acces, un_point
from tests.mediation.fabrique import un_dossier_ancien, une_partie

pytestmark = pytest.mark.django_db
# In Lyon 11 p.m. and 3 a.m. of the same day: already tomorrow in Saint-Denis, still yesterday in Cayenne.
INSTANTS = {
    "Indian/Reunion": datetime(2026, 3, 10, 22, 0, tzinfo=UTC),
    "America/Cayenne": datetime(2026, 3, 10, 2, 0, tzinfo=UTC),
}
PRES_DE_60 = st.sampled_from([0, 1, 20, 58, 59, 60, 61, 90, 200])
CAS = st.lists(
    st.fixed_dictionaries(
        {
            "ailleurs": st.booleans(),
            "d_un_autre": st.booleans(),
            "urgence": st.sampled_from(["normale", "immediate"]),
            "ouvert": PRES_DE_60,
            "etape": st.none() | PRES_DE_60,
            "attente": st.none() | st.integers(-61, 5),  # days from today to the reminder
            "engagement": st.none() | st.integers(-5, 5),  # … to the day of a commitment
            "fin": st.sampled_from(["", "", "clos", "transfert"]),
        }
    ),
    max_size=6,
)


def _ecrire(qui, mediateur, point, vers, cas) -> None:
    dossier = un_dossier_ancien(qui, point, jours=cas["ouvert"], mediateur=mediateur, urgence=cas["urgence"])
    jour = point.aujourdhui()
    if cas["etape"] is not None:
        _etape(dossier, jour - timedelta(days=min(cas["etape"], cas["ouvert"])))
    if cas["engagement"] is not None and not cas["fin"]:  # nothing ends before its outcome is known
        echeance = jour + timedelta(days=cas["engagement"])
        etape = _etape(dossier, dossier.ouvert_le)
        ajouter(Engagement(dossier=dossier, etape=etape, partie=une_partie(dossier), echeance=echeance), {})
    if cas["attente"] is not None:
        relance = max(jour + timedelta(days=cas["attente"]), dossier.ouvert_le + timedelta(days=1))
        Attente.objects.create(
            dossier=dossier, point=point, de="tiers", debut=dossier.ouvert_le, relance_le=relance
        )
    if cas["fin"] == "clos":
        changer_etat(qui, dossier, "refuse", depuis="demande")
        changer_etat(qui, dossier, "clos", depuis="refuse")
    elif cas["fin"] == "transfert":
        transferer(qui, dossier, vers, "Déménagement", depuis="demande", avec_identites=False)


def _etape(dossier: Dossier, jour: date) -> Etape:
    etape = Etape(dossier=dossier, cle=uuid.uuid4(), nature="entretien", jour=jour, auteur=dossier.mediateur)
    ajouter(etape, {})
    return etape


def _a_revoir(dossier: Dossier) -> bool:
    limite = dossier.point.aujourdhui() - timedelta(days=60)
    recentes = [e for e in dossier.etapes.all() if e.jour > limite]
    attendues = [a for a in dossier.attentes.all() if (a.fin or a.relance_le) > limite]
    return dossier.etat != "clos" and dossier.ouvert_le <= limite and not recentes and not attendues


def _dus(dossier: Dossier, jour: date) -> set[str]:
    """What is due of a case on a day, that of the points looked at."""
    relances = [a.relance_le for a in dossier.attentes.all() if a.fin is None]
    echus = [e for e in dossier.engagements.all() if not e.suite and e.echeance <= jour]
    dus = {"a_revoir"} if _a_revoir(dossier) else set()
    if relances and relances[0] <= jour:
        dus.add("a_relancer")
    if echus and not (relances and relances[0] > jour):
        dus.add("echus")
    if dossier.urgence == "immediate" and dossier.etat == "demande" and not relances:
        dus.add("urgents")
    return dus


def _recompter(dossiers: list[Dossier], jour: date, periode: Periode, siens: list[Dossier]) -> Comptes:
    actifs = [d for d in dossiers if d.etat != "clos"]
    ages = [(jour - d.ouvert_le).days for d in actifs]
    classes = pairwise([-10, *(borne for borne, _ in ANCIENNETES), 10_000])
    noms = [*(nom for _, nom in ANCIENNETES), "plus de six mois"]
    return Comptes(
        ouverts=sum(d.predecesseur is None and periode.du <= d.ouvert_le <= periode.au for d in dossiers),
        clos=sum(
            d.clos_le is not None and d.issue != "transfert" and periode.du <= d.clos_le <= periode.au
            for d in dossiers
        ),
        actifs=len(actifs),
        a_revoir=sum(map(_a_revoir, dossiers)),
        par_age=[
            (nom, sum(bas < age <= haut for age in ages))
            for nom, (bas, haut) in zip(noms, classes, strict=True)
        ],
        dus={
            quoi: sum(quoi in _dus(d, jour) for d in siens)
            for quoi in ("urgents", "a_relancer", "echus", "a_revoir")
        },
    )


@given(cas=CAS, jours=st.sampled_from([1, 30, 365]), fuseau=st.sampled_from(list(INSTANTS)))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_of_cases_equal_a_naive_recount(distribution, cas, jours, fuseau):
    with repris(), patch("django.utils.timezone.now", lambda: INSTANTS[fuseau]):
        qui, autre, ici = distribution.proprietaire, distribution.collegue, distribution.point
        la_bas = un_point(ici.association, fuseau=fuseau)
        for personne in (qui, autre):
            un_acces(personne, "mediateur", la_bas)
        for c in cas:
            point, vers = (la_bas, ici) if c["ailleurs"] else (ici, la_bas)
            _ecrire(qui, autre if c["d_un_autre"] else qui, point, vers, c)
        dossiers = list(Dossier.objects.all())
        for points, jour in (
            (None, ici.aujourdhui()),
            ([ici], ici.aujourdhui()),
            ([la_bas], la_bas.aujourdhui()),
        ):
            periode = finissant_le(jour, jours)
            vus = [d for d in dossiers if points is None or d.point in points]
            miens = [d for d in vus if d.mediateur_id == qui.pk]
            tous = compter(distribution.union, points, jour, periode, DeQui.TOUS)
            assert tous == _recompter(vus, jour, periode, vus)
            siens = compter(qui, points, jour, periode, DeQui.LECTEUR)
            assert siens == _recompter(vus, jour, periode, miens)
