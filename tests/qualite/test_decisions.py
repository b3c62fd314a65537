"""The progress of work and « sans objet »: axes apart from what rules say."""

from datetime import timedelta

import psycopg2
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from accueil.models import ContratFranchise
from pimms.socle.models import EntreeJournal
from qualite.decisions import avancer, declarer_sans_objet, rendre_due
from qualite.evaluation import evaluer
from qualite.models import Changement, Constat, Exigence, SansObjet, Travail
from tests.fabrique import LONGTEMPS


@pytest.fixture
def cad_2(db):
    return _exigence("CAD-2")


def _exigence(code):
    return Exigence.objects.get(referentiel__code="xp-x60-600-2016", code=code)


def _verdict(point, code="CAD-2"):
    return Constat.objects.get(code=code, point=point).verdict


def _point(distribution):
    return distribution.client("responsable").get(reverse("constats_point", args=["LYO-GER"]))


def test_progress_never_looks_like_conformity(distribution, cad_2):
    evaluer()
    avant = _point(distribution)
    avancer(distribution.responsable, distribution.point, cad_2, "valide")
    evaluer()
    apres = _point(distribution)
    assert _verdict(distribution.point) == "a_traiter"
    assert "travail validé" in apres.content.decode()
    assert apres.context["repartition"] == avant.context["repartition"]


def test_a_manager_says_how_far_the_work_is_through_the_page(distribution):
    evaluer()
    url = reverse("constat_travail", args=["LYO-GER", "CAD-2"])
    client = distribution.client("responsable")
    for avancement in ("en_cours", "en_cours", "valide"):
        page = client.post(url, {"avancement": avancement}, follow=True).content.decode()
    assert "Validé" in page
    assert [t.avancement for t in Travail.objects.all()] == ["valide", "en_cours"]


def test_an_unknown_word_is_refused(distribution, cad_2):
    with pytest.raises(ValidationError):
        avancer(distribution.responsable, distribution.point, cad_2, "atteint")


@pytest.mark.parametrize(
    ("code", "peuvent"),
    [
        ("CAD-2", {"responsable", "direction", "union"}),
        ("ORG-7", {"direction", "union"}),
        ("SUI-6", {"union"}),
    ],
)
def test_each_level_has_those_who_follow_its_work(distribution, code, peuvent):
    passes = set()
    for role in ("proprietaire", "responsable", "etranger", "direction", "union", "auditeur"):
        try:
            avancer(getattr(distribution, role), distribution.point, _exigence(code), "en_cours")
        except ValidationError:
            continue
        passes.add(role)
    assert passes == peuvent


def test_sans_objet_takes_the_place_of_the_verdict_with_its_justification(distribution, cad_2):
    evaluer()
    declarer_sans_objet(distribution.union, cad_2, distribution.point, "Point en sommeil cette année")
    evaluer()
    constat = Constat.objects.get(code="CAD-2", point=distribution.point)
    assert constat.verdict == "sans_objet"
    assert constat.phrase.endswith("Point en sommeil cette année")
    assert _verdict(distribution.ailleurs) == "a_traiter"
    assert Changement.objects.filter(code="CAD-2", point=distribution.point, apres="sans_objet").exists()


def test_what_is_due_again_is_judged_again(distribution, cad_2):
    declarer_sans_objet(distribution.union, cad_2, distribution.point, "Point en sommeil")
    rendre_due(distribution.union, cad_2, distribution.point)
    evaluer()
    assert _verdict(distribution.point) == "a_traiter"


def test_et_si_foresees_nothing_of_what_has_no_object(distribution):
    """The contract ends in sixty days; what the union took away lapses no more."""
    fin = distribution.point.aujourdhui() + timedelta(days=60)
    ContratFranchise.objects.create(association=distribution.point.association, debut=LONGTEMPS, fin=fin)
    evaluer()
    url = reverse("constats_et_si", args=["LYO-GER"])
    apres = {"le": (fin + timedelta(days=1)).isoformat()}
    client = distribution.client("union")
    assert "ORG-7" in client.get(url, apres).content.decode()
    declarer_sans_objet(distribution.union, _exigence("ORG-7"), distribution.point, "Régie directe")
    evaluer()
    assert "ORG-7" not in client.get(url, apres).content.decode()


def test_without_a_justification_nothing_is_declared(distribution, cad_2):
    reponse = distribution.client("union").post(
        reverse("constat_sans_objet", args=["LYO-GER", "CAD-2"]), {"motif": " "}
    )
    assert reponse.status_code == 422
    with pytest.raises(ValidationError):
        declarer_sans_objet(distribution.union, cad_2, distribution.point, " ")
    with pytest.raises(IntegrityError), transaction.atomic():
        SansObjet.objects.create(
            code="CAD-2", niveau="point", point=distribution.point, par=distribution.union
        )


def test_a_justification_holds_no_social_security_number(distribution, cad_2):
    with pytest.raises(ValidationError) as refus:
        declarer_sans_objet(distribution.union, cad_2, distribution.point, "1 84 12 76 451 089 46")
    assert list(refus.value.error_dict) == ["motif"]


@pytest.mark.parametrize("qui", ["proprietaire", "responsable", "direction", "auditeur"])
def test_only_the_union_declares_it(distribution, cad_2, qui):
    with pytest.raises(ValidationError):
        declarer_sans_objet(getattr(distribution, qui), cad_2, distribution.point, "Non")


def test_the_same_declaration_twice_is_one(distribution, cad_2):
    for _ in range(2):
        declarer_sans_objet(distribution.union, cad_2, distribution.point, "Point en sommeil")
    assert SansObjet.objects.count() == 1


def test_the_page_says_it_and_the_journal_without_its_words(distribution):
    evaluer()
    url = reverse("constat_sans_objet", args=["LYO-GER", "CAD-2"])
    distribution.client("union").post(url, {"motif": "Point en sommeil"})
    page = distribution.client("proprietaire").get(reverse("constat", args=["LYO-GER", "CAD-2"]))
    assert "Point en sommeil" in page.content.decode()
    entree = EntreeJournal.objects.get(objet="sansobjet")
    assert entree.apres["motif"] == "modifié"
    assert entree.point_id == distribution.point.pk


@pytest.mark.parametrize("table", ["travail", "sansobjet"])
@pytest.mark.parametrize("ordre", ["UPDATE qualite_{} SET code = 'X'", "DELETE FROM qualite_{}"])
def test_a_decision_is_only_added_to(distribution, cad_2, table, ordre):
    avancer(distribution.union, distribution.point, cad_2, "en_cours")
    declarer_sans_objet(distribution.union, cad_2, distribution.point, "Point en sommeil")
    with pytest.raises(ProgrammingError) as erreur, transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre.format(table))
    assert isinstance(erreur.value.__cause__, psycopg2.errors.InsufficientPrivilege)


def test_a_decision_of_no_subject_is_refused_by_the_database(distribution):
    with pytest.raises(DatabaseError), transaction.atomic():
        Travail.objects.create(code="CAD-2", niveau="point", avancement="valide", par=distribution.union)
