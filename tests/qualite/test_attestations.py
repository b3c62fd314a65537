"""Who is missing, point by point; reminders."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accueil.models import Absence, PointAccueil
from pimms.socle.models import Courriel
from qualite.attestations import equipes
from qualite.models import RappelAttestation
from qualite.rappels import envoyer_rappels
from qualite.validite import Etat
from tests.fabrique import LONGTEMPS, un_acces, un_point, une_personne
from tests.qualite.fabrique import une_attestation, une_charte

AUJOURDHUI = date.today()


def _il_y_a(jours: int) -> date:
    return AUJOURDHUI - timedelta(days=jours)


@pytest.fixture
def charte(db):
    return une_charte()


@pytest.fixture
def equipier(distribution, charte):
    """A newcomer at the point, with a password, who has attested nothing; the cast is up to date."""
    for role in ("proprietaire", "collegue", "etranger"):
        une_attestation(getattr(distribution, role), charte)
    personne = une_personne("Nora", "Amar")
    personne.set_password("x")
    personne.save()
    un_acces(personne, "mediateur", distribution.point, debut=AUJOURDHUI)
    return personne


def _etats(point) -> dict[str, Etat]:
    (equipe,) = equipes([point])
    return {ligne.personne.prenom: ligne.situation.etat for ligne in equipe.lignes}


def test_each_mediateur_in_post_is_there_and_no_manager(distribution, equipier):
    attendus = {"Sonia": Etat.A_JOUR, "Karim": Etat.A_JOUR, "Nora": Etat.DANS_LE_DELAI}
    assert _etats(distribution.point) == attendus


def test_someone_away_for_long_is_left_out(distribution, equipier):
    Absence.objects.create(
        personne=distribution.collegue, debut=_il_y_a(20), fin=AUJOURDHUI + timedelta(days=20)
    )
    assert "Karim" not in _etats(distribution.point)


def test_someone_at_two_points_attests_once(distribution, equipier):
    un_acces(distribution.collegue, "mediateur", distribution.ailleurs)
    assert _etats(distribution.ailleurs)["Karim"] == Etat.A_JOUR


def test_each_point_has_its_own_today(distribution, equipier, monkeypatch):
    monkeypatch.setattr(PointAccueil, "aujourdhui", lambda p: AUJOURDHUI + timedelta(days=400))
    assert set(_etats(distribution.point).values()) == {Etat.EN_RETARD}


def test_the_number_of_statements_does_not_grow_with_the_points(distribution, equipier):
    for n in range(5):
        point = un_point(distribution.point.association)
        un_acces(une_personne(nom=f"Nom {n}"), "mediateur", point)
    with CaptureQueriesContext(connection) as un:
        equipes([distribution.point])
    tous = list(PointAccueil.objects.all())
    with CaptureQueriesContext(connection) as plusieurs:
        equipes(tous)
    assert len(un) == len(plusieurs) == 6


def test_the_manager_reads_who_is_missing(distribution, equipier):
    page = distribution.client("responsable").get(reverse("attestations")).content.decode()
    assert "Nora Amar" in page
    assert "Dans le délai" in page


def test_the_union_sees_the_late_points_first(distribution, charte):
    page = distribution.client("union").get(reverse("attestations"))
    assert [e.en_retard for e in page.context["equipes"]] == [2, 0]
    assert page.context["total"] == {"en_poste": 2, "a_jour": 0, "dans_le_delai": 0, "en_retard": 2}


def test_another_association_s_point_is_not_told(distribution, charte):
    url = f"{reverse('attestations')}?point={distribution.ailleurs.code}"
    assert distribution.client("direction").get(url).status_code == 404


def test_a_newcomer_is_reminded_on_the_first_day_and_once(equipier):
    assert (envoyer_rappels(), envoyer_rappels()) == (1, 0)
    rappel = RappelAttestation.objects.get()
    assert (rappel.personne, rappel.palier) == (equipier, 30)
    assert "30 jours" in Courriel.objects.get().corps


@pytest.mark.parametrize(("arrive_il_y_a", "palier"), [(22, 30), (23, 7), (28, 7), (29, 1), (30, 1)])
def test_the_tightest_reminder_goes_though_days_were_missed(equipier, arrive_il_y_a, palier):
    equipier.acces.update(debut=_il_y_a(arrive_il_y_a))
    envoyer_rappels()
    assert RappelAttestation.objects.get().palier == palier


def test_the_next_reminder_follows(equipier):
    envoyer_rappels()
    echeance = RappelAttestation.objects.get().echeance
    equipier.acces.update(debut=_il_y_a(0))
    RappelAttestation.objects.create(personne=equipier, echeance=echeance, palier=7)
    assert envoyer_rappels() == 0


def test_an_attestation_that_ends_soon_is_reminded_of(distribution, charte):
    sonia = distribution.proprietaire
    sonia.set_password("x")
    sonia.save()
    une_attestation(sonia, charte, _il_y_a(360))
    envoyer_rappels()
    assert "vaut jusqu’au" in Courriel.objects.get(destinataire=sonia.email).corps


def test_nobody_is_reminded_after_the_deadline(equipier):
    equipier.acces.update(debut=LONGTEMPS)
    assert envoyer_rappels() == 0


def test_a_closed_account_gets_no_reminder(equipier):
    equipier.is_active = False
    equipier.save()
    assert envoyer_rappels() == 0
