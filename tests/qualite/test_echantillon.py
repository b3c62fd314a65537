"""The draw of a sample: its size, its random part, its strata, and that it can be played again."""

from collections import Counter
from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualite.echantillon import (
    Candidat,
    Choix,
    entree,
    estimation,
    part_aleatoire,
    rang_du_sort,
    rejouer,
    taille,
    tirer,
)
from qualite.etats_campagne import NatureCampagne

N = NatureCampagne
GRAINE = "Loto du 25 novembre 2026 : 3 12 23 34 45"

candidats = st.lists(
    st.builds(
        Candidat,
        code=st.integers(0, 9999).map(lambda n: f"PT-{n:04d}"),
        region=st.sampled_from(["Bretagne", "Occitanie", "La Réunion", "Grand Est"]),
        type=st.sampled_from(["fixe", "mobile", "antenne"]),
        taille=st.sampled_from(["petite", "moyenne", "grande"]),
        a_traiter=st.integers(0, 30),
        mois=st.none() | st.integers(0, 120),
    ),
    min_size=1,
    max_size=80,
    unique_by=lambda c: c.code,
)
natures = st.sampled_from(list(N))
graines = st.text(min_size=1, max_size=30)


def un_candidat(n: int, **champs) -> Candidat:
    defauts = {"code": f"PT-{n:04d}", "region": "Bretagne", "type": "fixe", "taille": "petite", "mois": 24}
    return Candidat(**defauts | champs)


@pytest.mark.parametrize(
    ("nature", "attendue"),
    [(N.AFNOR_INITIAL, 9), (N.AFNOR_MI_CYCLE, 5), (N.AFNOR_RENOUVELLEMENT, 7), (N.AUDIT_BLANC, 9)],
)
def test_the_sizes_for_68_points_are_those_of_iaf_md_1(nature, attendue):
    assert taille(68, nature) == attendue


@pytest.mark.parametrize(("points", "attendue"), [(0, 0), (1, 1), (2, 1), (25, 3), (100, 6), (101, 7)])
def test_the_size_at_surveillance_is_exact_at_whole_numbers(points, attendue):
    assert taille(points, N.AFNOR_MI_CYCLE) == attendue


@given(points=st.integers(1, 5000))
def test_the_size_is_the_square_root_rounded_up(points):
    assert taille(points, N.AUDIT_BLANC) == ceil(sqrt(points))


@given(tous=candidats, nature=natures, graine=graines)
def test_a_sample_has_its_size_and_holds_each_point_once(tous, nature, graine):
    codes = [r.code for r in tirer(tous, nature, graine)]
    assert len(codes) == len(set(codes)) == taille(len(tous), nature)
    assert set(codes) <= {c.code for c in tous}


@given(tous=candidats, nature=natures, graine=graines)
def test_a_quarter_at_least_comes_from_chance(tous, nature, graine):
    retenus = tirer(tous, nature, graine)
    au_sort = [r for r in retenus if r.choix == Choix.ALEATOIRE]
    assert len(au_sort) == part_aleatoire(len(retenus))
    assert 4 * len(au_sort) >= len(retenus)


@given(tous=candidats, nature=natures, graine=graines, hasard=st.randoms())
def test_the_order_of_the_entry_changes_nothing(tous, nature, graine, hasard):
    melange = list(tous)
    hasard.shuffle(melange)
    assert tirer(melange, nature, graine) == tirer(tous, nature, graine)


@given(tous=candidats, nature=natures, graine=graines)
def test_a_kept_entry_gives_the_same_sample_again(tous, nature, graine):
    garde = [vars(r) for r in tirer(tous, nature, graine)]
    assert rejouer(entree(tous), nature, graine) == garde


@given(tous=candidats, graine=graines)
def test_the_random_part_is_blind_to_what_is_known_of_a_point(tous, graine):
    aveugles = [un_candidat(0, code=c.code) for c in tous]
    sort = [r.code for r in tirer(tous, N.AUDIT_BLANC, graine) if r.choix == Choix.ALEATOIRE]
    assert sort == [r.code for r in tirer(aveugles, N.AUDIT_BLANC, graine) if r.choix == Choix.ALEATOIRE]
    assert sort == sorted((c.code for c in tous), key=lambda code: rang_du_sort(graine, code))[: len(sort)]


@given(tous=candidats, nature=natures, graine=graines)
def test_of_two_points_of_one_stratum_the_more_at_risk_is_not_left_for_the_other(tous, nature, graine):
    """Unless chance chose it: same region, kind, size and last audit, more to put right."""
    retenus = {r.code: r for r in tirer(tous, nature, graine)}
    laisses = [c for c in tous if c.code not in retenus]
    for pris in (c for c in tous if c.code in retenus and retenus[c.code].choix == Choix.CIBLE):
        for laisse in laisses:
            pareils = (pris.region, pris.type, pris.taille, pris.mois) == (
                laisse.region,
                laisse.type,
                laisse.taille,
                laisse.mois,
            )
            assert not (pareils and laisse.risque > pris.risque)


def test_another_seed_gives_another_random_part():
    tous = [un_candidat(n) for n in range(68)]
    sorts = {tuple(r.code for r in tirer(tous, N.AUDIT_BLANC, str(g))[:3]) for g in range(20)}
    assert len(sorts) > 15


def test_each_kind_and_size_with_a_seat_due_is_in_the_sample():
    tous = [
        un_candidat(n, type="mobile" if n < 12 else "fixe", taille="grande" if n % 4 == 0 else "petite")
        for n in range(68)
    ]
    choisis = {r.code for r in tirer(tous, N.AUDIT_BLANC, GRAINE)}
    retenus = [c for c in tous if c.code in choisis]
    assert Counter(c.type for c in retenus)["mobile"] >= 1
    assert Counter(c.taille for c in retenus)["grande"] >= 1


def test_a_point_never_audited_is_preferred_to_its_like():
    tous = [un_candidat(n) for n in range(30)] + [un_candidat(99, mois=None)]
    for graine in range(20):
        assert "PT-0099" in {r.code for r in tirer(tous, N.AUDIT_BLANC, str(graine))}


def test_each_choice_says_why():
    tous = [un_candidat(n, a_traiter=n % 5, mois=None if n % 2 else 12) for n in range(30)]
    retenus = tirer(tous, N.AUDIT_BLANC, GRAINE)
    assert [r.rang for r in retenus] == list(range(1, 7))
    assert retenus[0].explication.startswith("Premier par l’empreinte")
    assert all("score" in r.explication for r in retenus if r.choix == Choix.CIBLE)


def test_the_estimation_says_size_random_part_and_seats():
    tous = [
        un_candidat(n, type="mobile" if n < 17 else "fixe", region="Corse" if n < 34 else "Bretagne")
        for n in range(68)
    ]
    dite = estimation(tous, N.AFNOR_RENOUVELLEMENT)
    assert (dite["points"], dite["taille"], dite["aleatoires"]) == (68, 7, 2)
    assert dite["types"] == {"fixe": 5.25, "mobile": 1.75}
    assert dite["regions"] == {"Bretagne": 3.5, "Corse": 3.5}
