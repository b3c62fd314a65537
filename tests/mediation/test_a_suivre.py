"""What waits: reminders, commitments due, cases without a step for 60 days; a wait suspends it."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mediation.a_suivre import a_revoir, mes_rappels
from mediation.attentes import AttenteSaisie, attendre, reprendre, vue_de
from mediation.cycle_de_vie import ajouter, changer_etat
from mediation.models import Attente, Dossier, Engagement, Etape
from tests.fabrique import un_acces, un_point
from tests.mediation.fabrique import un_dossier, une_partie


def _vieux(distribution, jours: int, **champs) -> Dossier:
    dossier = un_dossier(distribution.proprietaire, distribution.point, **champs)
    ouvert = distribution.point.aujourdhui() - timedelta(days=jours)
    Dossier.objects.filter(pk=dossier.pk).update(ouvert_le=ouvert)
    dossier.refresh_from_db()
    return dossier


def _etape(dossier, il_y_a: int, nature="entretien", **champs) -> Etape:
    jour = dossier.point.aujourdhui() - timedelta(days=il_y_a)
    etape = Etape(
        dossier=dossier, cle=uuid.uuid4(), nature=nature, jour=jour, auteur=dossier.mediateur, **champs
    )
    ajouter(etape, {})
    return etape


def _a_revoir(distribution) -> list[Dossier]:
    return list(Dossier.objects.filter(a_revoir()))


def _pastilles(personne) -> list[str]:
    return [r.pastille for r in mes_rappels(personne).rappels]


@pytest.mark.parametrize(("jours", "vu"), [(59, False), (60, True)])
def test_a_case_without_a_step_is_reviewed_after_60_days(distribution, jours, vu):
    dossier = _vieux(distribution, jours)
    assert (dossier in _a_revoir(distribution)) is vu
    assert ("À revoir" in _pastilles(distribution.proprietaire)) is vu


def test_a_case_is_reviewed_on_the_day_of_its_own_point(distribution, monkeypatch):
    """At 10 p.m. UTC it is already tomorrow in Nouméa and still today in Lyon, whoever looks."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 11, 22, 0, tzinfo=UTC))
    ici = _vieux(distribution, 59)
    noumea = un_point(distribution.point.association, code="NCL-NOU", fuseau="Pacific/Noumea")
    un_acces(distribution.proprietaire, "mediateur", noumea)
    la_bas = un_dossier(distribution.proprietaire, noumea)
    Dossier.objects.filter(pk=la_bas.pk).update(ouvert_le=ici.ouvert_le)
    assert _a_revoir(distribution) == [la_bas]


def test_a_step_puts_the_review_off(distribution):
    _etape(_vieux(distribution, 90), il_y_a=30)
    assert _a_revoir(distribution) == []


def test_a_cancelled_step_puts_nothing_off(distribution):
    dossier = _vieux(distribution, 90)
    _etape(dossier, il_y_a=30, annulee_le=timezone.now())
    assert _a_revoir(distribution) == [dossier]


def test_a_wait_suspends_the_delay_and_its_end_starts_it_again(distribution, moi):
    dossier = _vieux(distribution, 90)
    relance = distribution.point.aujourdhui() + timedelta(days=10)
    attente = attendre(moi, dossier, AttenteSaisie("institution", relance))
    assert _a_revoir(distribution) == []
    reprendre(moi, dossier, vue=vue_de(attente))
    assert _a_revoir(distribution) == []
    assert Attente.objects.get().fin == distribution.point.aujourdhui()


def test_a_wait_long_past_its_day_suspends_nothing(distribution):
    dossier = _vieux(distribution, 200)
    debut = distribution.point.aujourdhui() - timedelta(days=150)
    Attente.objects.create(
        dossier=dossier, point=dossier.point, de="tiers", debut=debut, relance_le=debut + timedelta(days=10)
    )
    assert _a_revoir(distribution) == [dossier]


def test_a_closed_case_is_not_reviewed(distribution, moi):
    dossier = _vieux(distribution, 90)
    changer_etat(moi, dossier, "refuse", depuis="demande")
    changer_etat(moi, dossier, "clos", depuis="refuse")
    assert _a_revoir(distribution) == []


def test_the_day_of_a_reminder_comes_up(distribution, moi):
    dossier = _vieux(distribution, 20)
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    Attente.objects.create(
        dossier=dossier, point=dossier.point, de="tiers", debut=hier - timedelta(days=5), relance_le=hier
    )
    assert _pastilles(moi) == ["À relancer"]


def test_a_commitment_due_comes_up_until_its_outcome_is_known(distribution, moi):
    dossier = _vieux(distribution, 20)
    partie = une_partie(dossier)
    etape = _etape(dossier, il_y_a=10)
    jour = distribution.point.aujourdhui()
    engagement = Engagement(dossier=dossier, etape=etape, partie=partie, echeance=jour)
    ajouter(engagement, {"texte": "Baisser la musique"})
    assert _pastilles(moi) == ["Engagement échu"]
    Engagement.objects.update(suite="tenu", constate_le=jour, constate_par=moi)
    assert _pastilles(moi) == []


@pytest.mark.parametrize(("dans", "vues"), [(5, []), (-1, ["À relancer", "Engagement échu"])])
def test_a_wait_suspends_a_commitment_due_until_its_day(distribution, moi, dans, vues):
    dossier = _vieux(distribution, 20)
    jour = distribution.point.aujourdhui()
    engagement = Engagement(
        dossier=dossier, etape=_etape(dossier, il_y_a=10), partie=une_partie(dossier), echeance=jour
    )
    ajouter(engagement, {"texte": "Baisser la musique"})
    Attente.objects.create(
        dossier=dossier,
        point=dossier.point,
        de="tiers",
        debut=jour - timedelta(days=9),
        relance_le=jour + timedelta(days=dans),
    )
    assert _pastilles(moi) == vues


def test_one_is_reminded_of_one_s_own_cases_only(distribution):
    _vieux(distribution, 90)
    assert _pastilles(distribution.collegue) == []


def test_nobody_is_reminded_of_a_point_they_left(distribution, moi):
    _vieux(distribution, 90)
    moi.acces.update(fin=distribution.point.aujourdhui() - timedelta(days=1))
    un_acces(moi, "mediateur", distribution.ailleurs)
    assert mes_rappels(moi).nombre == 0


def test_a_wait_is_put_off_without_a_second_one(distribution, moi):
    dossier = _vieux(distribution, 10)
    jour = distribution.point.aujourdhui()
    premiere = attendre(moi, dossier, AttenteSaisie("partie", jour + timedelta(days=5)))
    saisie = AttenteSaisie("partie", jour + timedelta(days=15))
    for vue in (vue_de(premiere), ""):  # then the same form again, from before the first one
        attendre(moi, dossier, saisie, vue=vue)
    assert Attente.objects.get().relance_le == jour + timedelta(days=15)


@pytest.mark.parametrize("jours", [-1, 0, 181])
def test_a_reminder_lies_ahead_and_not_too_far(distribution, moi, jours):
    dossier = _vieux(distribution, 10)
    relance = distribution.point.aujourdhui() + timedelta(days=jours)
    with pytest.raises(ValidationError, match="Choisissez un jour à venir"):
        attendre(moi, dossier, AttenteSaisie("tiers", relance))


def test_closing_a_case_ends_its_wait(distribution, moi):
    dossier = _vieux(distribution, 10)
    attendre(moi, dossier, AttenteSaisie("tiers", distribution.point.aujourdhui() + timedelta(days=5)))
    changer_etat(moi, dossier, "refuse", depuis="demande")
    changer_etat(moi, dossier, "clos", depuis="refuse")
    assert Attente.objects.get().fin is not None


def test_the_oldest_come_first_and_how_many_wait_is_told(distribution, moi, monkeypatch):
    monkeypatch.setattr("mediation.a_suivre.RAPPELS_MAX", 2)
    attendus = [_vieux(distribution, jours, objet=f"Depuis {jours} jours") for jours in (90, 80, 70)]
    for _ in range(3):
        un_dossier(moi, distribution.point)
    rappels = mes_rappels(moi)
    assert ([r.dossier for r in rappels.rappels], rappels.nombre) == (attendus[:2], 3)
    page = distribution.client("proprietaire").get("/mediation/dossiers/").content.decode()
    assert "Depuis 90 jours" in page
    assert "Les 2 plus anciens, sur 3" in page
