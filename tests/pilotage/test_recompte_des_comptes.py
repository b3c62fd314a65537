"""What is told to partners, funders and other tools equals a naive recount, masks too, after random acts."""

from collections import Counter
from dataclasses import replace
from datetime import date
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.annees import public_par_point
from accueil.filtres import Filtre
from accueil.models import Partenaire, Theme, Visite
from pimms.pilotage import categories
from pimms.pilotage.partenaires import lire_compte, par_partenaire
from pimms.socle.periodes import Periode
from qualite.rapports import compte_rendu
from qualite.rapports.activite import annee_avant
from qualite.rapports.bilan_public import RESEAU
from tests.accueil.recompte import recompter
from tests.accueil.saisies_tirees import BORNES, GESTES, jouer, periode_de
from tests.fabrique import un_partenaire, une_visite
from tests.filtres import options_de

pytestmark = pytest.mark.django_db
SEUIL = 3  # instead of ten: a few acts then give small counts and others
A_ATTRIBUTS = {"ages": "tranche_age", "genres": "genre", "situations": "situation"}
DITS_D_UNE_ANNEE = A_ATTRIBUTS | {"premieres": "premiere_visite"}
PARTENAIRES = st.sampled_from(["EDF", "CAF"])
RECOMPTE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None
)


def _jouer(distribution, gestes) -> None:
    for geste in gestes:
        jouer(distribution, *geste)


def _visites(filtre: Filtre) -> list[Visite]:
    return [
        v
        for v in Visite.objects.filter(annulee_le__isnull=True).prefetch_related("demandes__theme")
        if filtre.periode.du <= v.jour <= filtre.periode.au
        and (filtre.points is None or v.point_id in filtre.points)
    ]


def _masques_justes(montres: dict, comptes: dict, total: int) -> None:
    """What is shown is right, what is small is not, and nothing hidden follows from the total."""
    caches = {nom for nom, n in montres.items() if n is None}
    assert {nom: n for nom, n in montres.items() if n} == {
        nom: n for nom, n in comptes.items() if n and nom not in caches
    }
    assert sum(comptes.values()) == total
    petits = {nom for nom, n in comptes.items() if 0 < n < SEUIL}
    assert petits <= caches
    assert petits or not caches
    if caches:
        assert len(caches) > 1 or total < SEUIL or len(montres) == 1
        assert sum(comptes[nom] for nom in caches) >= SEUIL or caches == montres.keys()


@RECOMPTE
@given(gestes=GESTES, nom=PARTENAIRES, bornes=BORNES, seul=st.booleans())
def test_a_partner_s_account_equals_a_recount_and_masks_what_is_small(
    distribution, gestes, nom, bornes, seul
):
    _jouer(distribution, gestes)
    points = frozenset({distribution.point.pk}) if seul else None
    filtre = Filtre(periode_de(distribution, bornes), points, partenaire=un_partenaire(nom))
    with patch.object(compte_rendu, "SEUIL", SEUIL):
        lu = lire_compte(filtre, None)
    compte, avant = recompter(filtre, pas="mois"), recompter(filtre, annee_avant(filtre.periode))
    chiffres = {c["code"]: (c["valeur"], c["avant"]) for c in lu["chiffres"]}
    for code in ("visites", "demandes"):
        attendus = tuple(getattr(c, code) for c in (compte, avant))
        assert chiffres[code] == tuple(None if 0 < n < SEUIL else n for n in attendus)
    assert chiffres["resolues"][0] in (None, compte.resolues)
    themes = dict(Theme.objects.values_list("pk", "nom"))
    noms = {
        "themes": lambda cle: themes[int(cle)],
        "issues": lambda code: compte_rendu.Issue(code).label,
        "canaux": lambda code: categories.Canal(code).label,
    }
    for table in lu["tables"]:
        code = table["code"]
        montres = {ligne["nom"]: ligne["nombre"] for ligne in table["lignes"]}
        comptes = dict.fromkeys(montres, 0) | {
            str(noms[code](c)): n for c, n in compte.repartitions[code].items()
        }
        _masques_justes(montres, comptes, compte.visites if code == "canaux" else compte.demandes)


@RECOMPTE
@given(gestes=GESTES, nom=PARTENAIRES, bornes=BORNES)
def test_a_partner_s_months_equal_a_recount_and_its_curve_draws_them(distribution, gestes, nom, bornes):
    _jouer(distribution, gestes)
    filtre = Filtre(periode_de(distribution, bornes), None, partenaire=un_partenaire(nom))
    with patch.object(compte_rendu, "SEUIL", SEUIL):
        lu = lire_compte(filtre, None)
    visites, demandes = Counter(), Counter()
    for v in _visites(filtre):
        siennes = [d for d in v.demandes.all() if d.partenaire_id == filtre.partenaire.pk]
        visites[v.jour.replace(day=1)] += bool(siennes)
        demandes[v.jour.replace(day=1)] += len(siennes)
    for unite, comptes in (("visites", visites), ("demandes", demandes)):
        montres = {m["mois"]: m[unite] for m in lu["mois"]}
        _masques_justes(montres, {mois: comptes[mois] for mois in montres}, sum(comptes.values()))
    assert [m.valeur for m in lu["courbe"].moments] == [m["demandes"] for m in lu["mois"]]


@RECOMPTE
@given(gestes=GESTES, bornes=BORNES)
def test_the_list_of_partners_equals_a_recount(distribution, gestes, bornes):
    _jouer(distribution, gestes)
    filtre = Filtre(periode_de(distribution, bornes), None)
    with patch.object(compte_rendu, "SEUIL", SEUIL):
        lus = par_partenaire(filtre, options_de(distribution.union))
    comptes = Counter(d.partenaire_id for v in _visites(filtre) for d in v.demandes.all())
    del comptes[None]
    assert {p.pk: n for p, n in lus} == {cle: None if n < SEUIL else n for cle, n in comptes.items()}


@RECOMPTE
@given(gestes=GESTES, bornes=BORNES, seul=st.booleans())
def test_each_category_of_another_tool_equals_a_recount(distribution, gestes, bornes, seul):
    _jouer(distribution, gestes)
    points = frozenset({distribution.point.pk}) if seul else None
    filtre = Filtre(periode_de(distribution, bornes), points)
    lus = categories.lire_categories(filtre, options_de(distribution.union), None)
    notees = _notees(filtre)
    vus = set()
    for outil, rubriques in lus:
        for rubrique, lignes in rubriques:
            vus.add(rubrique.cle)
            attendus, sans = _ranger(rubrique, notees[rubrique.cle])
            assert {x.code: x.nombre for x in lignes if x.code} == attendus, outil.nom
            assert sum(x.nombre for x in lignes if not x.code) == sans, outil.nom
    assert vus >= {"themes", "issues", "canaux"}


def _notees(filtre: Filtre) -> dict[str, Counter]:
    """What was noted, by our codes, national partners by name."""
    visites = _visites(filtre)
    demandes = [d for v in visites for d in v.demandes.all()]
    partenaires = {p.pk: p.nom for p in Partenaire.objects.filter(association__isnull=True)}
    return {
        "themes": Counter(d.theme.code for d in demandes),
        "issues": Counter(d.issue for d in demandes),
        "aides": Counter(d.aide for d in demandes),
        "partenaires": Counter(partenaires.get(d.partenaire_id, "") for d in demandes),
        "canaux": Counter(v.canal for v in visites),
    } | {cle: Counter(getattr(v, champ) or "nc" for v in visites) for cle, champ in A_ATTRIBUTS.items()}


def _ranger(rubrique, comptes: Counter) -> tuple[dict[str, int], int]:
    """Our counts under the tool's codes, and what has none."""
    ranges, sans = dict.fromkeys(rubrique.categories, 0), 0
    for code, n in comptes.items():
        suite = rubrique.correspondances.get(code)
        if suite and suite.vers:
            ranges[suite.vers] += n
        else:
            sans += n
    return ranges, sans


FOULES = st.lists(
    st.tuples(st.sampled_from(["12-17", "25-39", "70+", ""]), st.integers(4, 7), st.booleans()), max_size=3
)


@settings(RECOMPTE, max_examples=10)
@given(gestes=GESTES, foules=FOULES)
def test_the_public_under_a_tool_s_categories_equals_a_recount_or_is_masked(distribution, gestes, foules):
    _jouer(distribution, gestes)
    for age, nombre, ici in foules:
        for _ in range(nombre):
            point, qui = (
                (distribution.point, distribution.proprietaire)
                if ici
                else (distribution.ailleurs, distribution.etranger)
            )
            une_visite(point, qui, tranche_age=age)
    filtre = _annee(distribution)
    for unite, points in ((RESEAU, None), (("point", distribution.point.pk), {distribution.point.pk})):
        with patch.object(categories, "annee_civile", lambda _: True):
            lus = categories.lire_categories(filtre, options_de(distribution.union), unite)
        notees = _notees(replace(filtre, points=points and frozenset(points)))
        publics = [(r, x) for _, rubriques in lus for r, x in rubriques if r.cle in A_ATTRIBUTS]
        for rubrique, lignes in publics:
            attendus, _ = _ranger(rubrique, notees[rubrique.cle])
            montres = {x.code: x.nombre for x in lignes if x.code}
            for code, n in montres.items():
                assert n in (None, attendus[code])
            petits = {
                rubrique.correspondances[code].vers
                for code, n in notees[rubrique.cle].items()
                if 0 < n < categories.SEUIL
            }
            assert all(montres.get(code) is None for code in petits)


def _annee(distribution, **champs) -> Filtre:
    an = distribution.point.aujourdhui().year
    return Filtre(Periode(date(an, 1, 1), date(an, 12, 31)), **{"points": None} | champs)


@RECOMPTE
@given(gestes=GESTES, nom=st.none() | PARTENAIRES, seul=st.booleans())
def test_the_public_of_each_point_over_a_calendar_year_equals_a_recount(distribution, gestes, nom, seul):
    _jouer(distribution, gestes)
    champs = {"points": frozenset({distribution.point.pk}) if seul else None}
    filtre = _annee(distribution, **champs, partenaire=nom and un_partenaire(nom))
    attendus: dict[tuple[int, int], dict[str, Counter]] = {}
    for v in _visites(filtre):
        if nom is None or any(d.partenaire_id == filtre.partenaire.pk for d in v.demandes.all()):
            lieu = (v.point_id, v.point.association_id)
            siens = attendus.setdefault(lieu, {colonne: Counter() for colonne in DITS_D_UNE_ANNEE})
            for colonne, champ in DITS_D_UNE_ANNEE.items():
                siens[colonne][getattr(v, champ)] += 1
    lus = {
        (point, lu.association): {
            colonne: {valeur: n for valeur, n in comptes.items() if n}
            for colonne, comptes in lu.comptes.items()
        }
        for point, lu in public_par_point(filtre).items()
        if any(lu.comptes["ages"].values())
    }
    assert lus == attendus
