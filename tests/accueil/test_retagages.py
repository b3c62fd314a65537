"""A request's register changed by a correction: told, marked when late, counted as that of a case is."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accueil.correction import corriger
from accueil.models import ChangementRegistre, Demande, Visite
from accueil.retagages import remplacements
from accueil.saisie import DemandeSaisie, VisiteSaisie
from tests.fabrique import un_theme, une_visite
from tests.mediation.sql import sql


def _visite(distribution, il_y_a: int, registre: int | None = 3) -> Visite:
    """A visit entered some days ago, on its own day."""
    visite = une_visite(
        distribution.point, distribution.proprietaire, il_y_a=il_y_a, demandes=[{"registre": registre}]
    )
    Visite.objects.filter(pk=visite.pk).update(saisie_le=timezone.localtime() - timedelta(days=il_y_a))
    visite.refresh_from_db()
    return visite


def _corriger(distribution, visite, *registres: int | None, garder=True, par="responsable") -> None:
    """Give these registers to the visit's requests, as the manager or `par`; the first keeps its row."""
    premiere = visite.demandes.get().pk if garder else None
    demandes = [
        DemandeSaisie(theme=un_theme(), issue="resolu", registre=r, pk=premiere if n == 0 else None)
        for n, r in enumerate(registres)
    ]
    saisie = VisiteSaisie(cle=visite.cle, jour=visite.jour, demandes=demandes)
    corriger(getattr(distribution, par), visite, saisie, visite.version)


def _changements() -> list[tuple]:
    return [(c.registre_de, c.registre_vers, c.tardif) for c in ChangementRegistre.objects.order_by("id")]


@pytest.mark.parametrize(("il_y_a", "tardif"), [(1, False), (30, False), (31, True)])
def test_another_register_leaves_a_row_marked_after_thirty_days(distribution, il_y_a, tardif):
    _corriger(distribution, _visite(distribution, il_y_a), 7)
    assert _changements() == [(3, 7, tardif)]
    assert ChangementRegistre.objects.get().par == distribution.responsable


def test_the_author_s_correction_on_the_day_of_the_entry_is_still_the_entry(distribution):
    _corriger(distribution, _visite(distribution, 0), 7, par="proprietaire")
    assert _changements() == []


def test_another_person_s_change_is_told_on_that_very_day(distribution):
    _corriger(distribution, _visite(distribution, 0), 7)
    assert _changements() == [(3, 7, False)]


def test_the_database_refuses_it_untold_on_that_very_day(distribution, monkeypatch):
    visite = _visite(distribution, 0)
    monkeypatch.setattr("accueil.correction.raconter", lambda *_: None)
    _corriger(distribution, visite, 7, par="proprietaire")
    connection.check_constraints()
    _corriger(distribution, Visite.objects.get(pk=visite.pk), 8)
    with pytest.raises(IntegrityError, match="se raconte"):
        connection.check_constraints()


def test_the_author_reads_it_on_the_visit_s_line_and_colleagues_don_t(distribution):
    visite = _visite(distribution, 0)
    _corriger(distribution, visite, 7)
    mots = f"registre 3 → 7, par {distribution.responsable} le"
    assertContains(distribution.client("proprietaire").get(reverse("journal")), mots)
    assertNotContains(distribution.client("collegue").get(reverse("journal")), "registre 3 → 7")


def test_the_form_tells_the_manager_that_the_author_will_read_it(distribution):
    visite = _visite(distribution, 0)
    url = reverse("visite_corriger", args=[visite.pk])
    mots = f"{distribution.proprietaire} le lit sur cette visite"
    assertContains(distribution.client("responsable").get(url), mots)
    assertNotContains(distribution.client("proprietaire").get(url), mots)


def test_a_register_given_late_and_one_taken_away_are_told(distribution):
    _corriger(distribution, _visite(distribution, 40, registre=None), 7)
    _corriger(distribution, _visite(distribution, 40), None)
    assert _changements() == [(None, 7, True), (3, None, True)]


def test_a_correction_that_leaves_the_register_alone_tells_nothing(distribution):
    _corriger(distribution, _visite(distribution, 40), 3)
    assert _changements() == []


def test_a_request_added_late_with_a_register_is_told(distribution):
    _corriger(distribution, _visite(distribution, 40), 3, 7)
    assert _changements() == [(None, 7, True)]


def test_a_request_put_in_another_s_place_does_not_escape(distribution):
    _corriger(distribution, _visite(distribution, 40), 7, garder=False)
    assert _changements() == [(3, 7, True)]


def test_a_request_removed_and_typed_again_as_it_was_tells_nothing(distribution):
    _corriger(distribution, _visite(distribution, 40), 3, garder=False)
    assert _changements() == []


@pytest.mark.parametrize(
    ("partis", "venus", "dits"),
    [
        ([3], [None, 7], [(3, 7)]),
        ([3, 5], [5], [(3, None)]),
        ([None], [7], [(None, 7)]),
        ([3, 3], [3, 8], [(3, 8)]),
        ([], [], []),
    ],
)
def test_what_left_is_matched_with_what_came(partis, venus, dits):
    assert remplacements(partis, venus) == dits


def test_the_database_refuses_a_register_changed_without_a_row(distribution):
    visite = _visite(distribution, 40)
    with pytest.raises(IntegrityError, match="se raconte"):
        sql("UPDATE accueil_demande SET registre = 7 WHERE visite_id = %s", visite.pk)
    assert Demande.objects.get().registre == 3


@pytest.mark.parametrize("requete", ["UPDATE {} SET tardif = false", "DELETE FROM {}"])
def test_a_row_is_neither_changed_nor_taken_away(distribution, requete):
    _corriger(distribution, _visite(distribution, 40), 7)
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(requete.format("accueil_changementregistre"))


def test_the_page_of_changes_shows_it_and_leads_to_the_visit(distribution):
    visite = _visite(distribution, 40)
    _corriger(distribution, visite, 7)
    page = distribution.client("collegue").get(reverse("propositions"))
    assertContains(page, "registre 3 → 7")
    assertContains(page, "tardif")
    assertContains(page, f"#visite-{visite.pk}")


def test_the_changes_of_another_point_are_not_told(distribution):
    _corriger(distribution, _visite(distribution, 40), 7)
    assertNotContains(distribution.client("etranger").get(reverse("propositions")), "registre 3 → 7")


@pytest.mark.parametrize(("il_y_a", "dit"), [(30, False), (31, True)])
def test_the_form_says_when_a_change_is_marked(distribution, il_y_a, dit):
    visite = _visite(distribution, il_y_a)
    page = distribution.client("responsable").get(reverse("visite_corriger", args=[visite.pk]))
    assert ("marqué comme tardif" in page.content.decode()) is dit
