"""Conformity on the network's page: each number is that of the matrix or of the registers behind it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.models import Commune
from qualite.decisions import declarer_sans_objet
from qualite.evaluation import evaluer
from qualite.models import Constat, Exigence, Referentiel
from qualite.parametres import appliquer
from qualite.verdicts import Verdict
from tests.distribution import repris
from tests.fabrique import un_point, une_visite
from tests.mediation.fabrique import un_dossier
from tests.mediation.fabrique_terrain import une_action_faite

pytestmark = pytest.mark.django_db
URL = "/reseau/"


@pytest.fixture
def rempli(distribution):
    """Entries of three registers at the cast's point and one beside it, fewer at one in Brest."""
    point, ailleurs = distribution.point, distribution.ailleurs
    ailleurs.commune = Commune.objects.get(pk="29019")
    ailleurs.save()
    voisin = un_point(point.association, code="LYO-VAI", nom="Vaise")
    for lieu, n in ((point, 4), (voisin, 3), (ailleurs, 2)):
        for _ in range(n):
            une_visite(lieu, distribution.proprietaire, demandes=[{"registre": 2}, {"registre": 3}])
    un_dossier(distribution.proprietaire, point)
    une_action_faite(distribution.proprietaire, point)
    return distribution


def _lu(distribution, role: str, url: str = ""):
    return distribution.client(role).get(f"{URL}?{url}").context


def _interventions(distribution, role: str, adresse: str) -> dict[int, int]:
    tuiles = distribution.client(role).get(adresse.partition("#")[0]).context["panneau"].tuiles
    return {releve.registre.numero: releve.tout.nombre for releve, _ in tuiles}


def _points(distribution, role: str, adresse: str) -> list[str]:
    """Those of the table of registers, or the only one whose panel is shown instead."""
    lu = distribution.client(role).get(adresse).context
    return [lu["champ"].point.code] if lu["champ"].point else [r.code for r, _ in lu["rangees"]]


@pytest.mark.parametrize(
    ("role", "url"),
    [
        ("union", ""),
        ("union", "region=84"),
        ("union", "departement=29"),
        ("union", "points=LYO-GER.LYO-VAI"),
        ("union", "point=LYO-GER"),
        ("union", "association={association}"),
        ("union", "association={association}&points=LYO-VAI"),
        ("direction", ""),
        ("direction", "points=LYO-VAI"),
    ],
)
def test_each_register_opens_its_interventions_and_the_points_that_deploy_it(rempli, role, url):
    evaluer()
    lu = _lu(rempli, role, url.format(association=rempli.point.association_id))
    codes = {ligne.point.pk: ligne.point.code for ligne in lu["points"].lignes}
    assert len(lu["registres"]) == 8
    for ligne, interventions, points in lu["registres"]:
        assert _interventions(rempli, role, interventions)[ligne.registre.numero] == ligne.interventions
        if ligne.points:
            deployes = sorted(codes[cle] for cle in ligne.points)
            assert sorted(_points(rempli, role, points)) == deployes


def test_a_point_that_closed_this_year_is_in_neither_the_number_nor_the_list(rempli):
    voisin = rempli.point.association.points.get(code="LYO-VAI")
    voisin.ferme_le = voisin.aujourdhui()
    voisin.save()
    evaluer()
    ligne, interventions, _ = _lu(rempli, "union", "region=84")["registres"][1]
    assert _interventions(rempli, "union", interventions)[2] == ligne.interventions == 4 + 1


def test_a_point_that_no_run_has_seen_yet_is_in_neither_the_number_nor_the_list(rempli):
    evaluer()
    neuf = un_point(rempli.point.association, code="LYO-NEU")
    une_visite(neuf, rempli.proprietaire, demandes=[{"registre": 2}])
    ligne, interventions, _ = _lu(rempli, "union")["registres"][1]
    assert _interventions(rempli, "union", interventions)[2] == ligne.interventions == 4 + 3 + 2 + 1


def test_a_point_that_the_union_sets_aside_is_in_neither_the_number_nor_the_list(rempli):
    exigence = Exigence.objects.get(referentiel__code="xp-x60-600-2016", code="CAD-2")
    declarer_sans_objet(rempli.union, exigence, rempli.point, "Point en sommeil cette année")
    evaluer()
    ligne, interventions, _ = _lu(rempli, "union")["registres"][1]
    assert _interventions(rempli, "union", interventions)[2] == ligne.interventions


def test_a_point_not_judged_yet_is_in_no_number_of_points_of_a_register(rempli):
    neuf = un_point(rempli.point.association, code="LYO-NEU", ouvert_le=date.today() - timedelta(days=30))
    for _ in range(3):
        une_visite(neuf, rempli.proprietaire, demandes=[{"registre": 2}])
    evaluer()
    lu = _lu(rempli, "union")
    ligne = lu["registres"][1][0]
    assert lu["conformite"].juges == 3
    assert len(ligne.points) == 2
    assert neuf.pk not in ligne.points
    assert (
        ligne.interventions == 4 + 3 + 2 + 1 + 3
    )  # requests, the case of the same register, the new point's


def test_conformity_counts_open_points_by_verdict(rempli):
    ferme = un_point(rempli.point.association, code="LYO-FER", nom="Fermé")
    evaluer()
    ferme.ferme_le = ferme.aujourdhui()
    ferme.save()
    conformite = _lu(rempli, "union")["conformite"]
    (comptes,) = [dict(juges) for e, juges, _ in conformite.exigences if e.code == "CAD-2"]
    assert sum(comptes.values()) == len(_lu(rempli, "union")["points"].lignes) - 1
    assert len(conformite.registres) == 8


# Which level and verdict each finding has, None where there is none.
VERDICTS = st.sampled_from([None, *(v.value for v in Verdict)])


def _constats(distribution, version: Referentiel, verdicts) -> None:
    points, association = [distribution.point, distribution.ailleurs], distribution.point.association
    sujets = [
        *(("CAD-1", {"niveau": "point", "point": p}) for p in points),
        *(("CAD-2", {"niveau": "point", "point": p}) for p in points),
        ("CAD-2", {"niveau": "association", "association": association}),
        ("CAD-2", {"niveau": "reseau"}),
    ]
    Constat.objects.bulk_create(
        Constat(referentiel=version, code=code, verdict=verdict, qui="equipe", depuis=date.today(), **sujet)
        for (code, sujet), verdict in zip(sujets, verdicts, strict=True)
        if verdict
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
@given(
    anciens=st.lists(VERDICTS, min_size=6, max_size=6),
    nouveaux=st.lists(VERDICTS, min_size=6, max_size=6) | st.none(),
)
def test_each_cell_opens_as_many_points_whatever_levels_and_versions_say(distribution, anciens, nouveaux):
    """A point's own finding counts unless it has no object there; before a version's first run, the last
    one's do."""
    with repris():
        _constats(distribution, Referentiel.objects.get(code="xp-x60-600-2016"), anciens)
        suivante = Referentiel.objects.get(code="nf-x60-600")
        appliquer(distribution.union, suivante, timezone.localdate())
        if nouveaux:
            _constats(distribution, suivante, nouveaux)
        client = distribution.client("union")
        for exigence, comptes, _ in client.get(URL).context["conformite"].exigences:
            for verdict, n in comptes:
                adresse = f"/qualite/matrice/?exigence={exigence.code}&verdict={verdict}"
                assert len(client.get(adresse).context["rangees"]) == n, (exigence.code, verdict)


def test_findings_stay_shown_when_another_version_begins(rempli):
    evaluer()
    avant = _lu(rempli, "union")["conformite"]
    appliquer(rempli.union, Referentiel.objects.get(code="nf-x60-600"), timezone.localdate())
    apres = _lu(rempli, "union")["conformite"]
    assert (apres.juges, apres.atteints) == (avant.juges, avant.atteints)
    assert apres.juges == 3
    assert len(apres.registres) == 8
