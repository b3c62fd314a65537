"""The weekly digest: only for who asked, once a week, on the point's own Monday morning, without a name."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from accueil import resumes
from accueil.models import AbonnementResume, Utilisateur
from pimms.pilotage.resume import envoyer_les_resumes, lundi_de
from pimms.socle import envois
from pimms.socle.models import Courriel, EntreeJournal
from tests.fabrique import un_acces, un_point, une_visite

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sans_file(monkeypatch):
    monkeypatch.setattr("pimms.socle.courriels.enfiler", lambda tache, pk: None)


def _moi(personne: Utilisateur) -> Utilisateur:
    return Utilisateur.objects.get(pk=personne.pk)


@pytest.fixture
def lundi(distribution) -> datetime:
    """This week's Monday at nine, Paris's summer or winter alike."""
    jour = distribution.point.aujourdhui()
    return datetime.combine(jour - timedelta(days=jour.weekday()), datetime.min.time(), UTC) + timedelta(
        hours=9
    )


def test_nobody_gets_one_without_asking(distribution, lundi):
    assert envoyer_les_resumes(lundi) == 0
    assert not Courriel.objects.exists()


def test_it_goes_once_a_week_with_the_week_s_figures_and_no_name(distribution, lundi):
    point = distribution.point
    depuis = (point.aujourdhui() - lundi.date()).days
    for il_y_a in (depuis + 1, depuis + 7, depuis + 8, depuis):  # last week twice, the week before, this one
        une_visite(point, distribution.proprietaire, il_y_a=il_y_a)
    AbonnementResume.objects.create(personne=distribution.responsable)
    assert [envoyer_les_resumes(lundi + timedelta(hours=n)) for n in (0, 1, 30)] == [1, 0, 0]
    courriel = Courriel.objects.get()
    assert courriel.destinataire == distribution.responsable.email
    assert "Visites\u202f: 2 (la semaine d’avant\u202f: 1)" in courriel.corps
    assert re.search(r"Visites</th><td[^>]*>2</td><td[^>]*>1</td>", courriel.html)
    for texte in (courriel.corps, courriel.html):
        assert "/compte/#resume" in texte
        assert not any(nom in texte for nom in ("Benali", "Petit", "Sonia"))
    assert envoyer_les_resumes(lundi + timedelta(days=7)) == 1


def test_the_page_s_form_leaves_with_the_text_and_is_wiped_with_it(distribution, lundi, settings):
    settings.DEMO = False
    AbonnementResume.objects.create(personne=distribution.responsable)
    envoyer_les_resumes(lundi)
    envois.envoyer(envois.prendre(Courriel.objects.get().pk))
    (parti,) = mail.outbox
    assert [sorte for _, sorte in parti.alternatives] == ["text/html"]
    assert (Courriel.objects.get().corps, Courriel.objects.get().html) == ("", "")


def test_asked_for_again_in_the_week_it_goes_next_monday_alone(distribution, lundi):
    responsable = _moi(distribution.responsable)
    for geste in (resumes.abonner, resumes.desabonner, resumes.abonner):
        geste(responsable)
    assert [envoyer_les_resumes(lundi + timedelta(days=n)) for n in (0, 1, 2, 7)] == [0, 0, 0, 1]


def test_monday_morning_is_that_of_the_points(distribution):
    paris, noumea = un_point(), un_point(fuseau="Pacific/Noumea")
    dimanche_soir = datetime(2026, 11, 22, 20, tzinfo=UTC)  # seven on Monday in Nouméa
    assert lundi_de([noumea], dimanche_soir) is not None
    assert lundi_de([paris], dimanche_soir) is None
    assert lundi_de([paris, noumea], dimanche_soir) is None
    matin = datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert str(lundi_de([paris, noumea], matin)) == "2026-11-23"
    assert lundi_de([paris], matin - timedelta(minutes=1)) is None
    assert lundi_de([paris], matin + timedelta(days=3)) is None
    assert lundi_de([], matin) is None


def test_it_is_asked_for_and_given_up_on_one_s_account(distribution):
    client = distribution.client("responsable")
    assert "Le recevoir" in client.get("/compte/").content.decode()
    for veut in ("1", "1", "0"):
        client.post("/compte/resume/", {"veut": veut})
    assert not AbonnementResume.objects.exists()
    actes = EntreeJournal.objects.filter(acte__endswith="abonner_resume").order_by("pk")
    assert list(actes.values_list("acte", flat=True)) == ["abonner_resume", "desabonner_resume"]


def test_who_manages_no_point_can_neither_ask_nor_get_it(distribution, lundi):
    assert "Résumé de la semaine" not in distribution.client("proprietaire").get("/compte/").content.decode()
    with pytest.raises(ValidationError):
        resumes.abonner(_moi(distribution.proprietaire))
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    un_acces(distribution.collegue, "responsable", distribution.point, debut=hier, fin=hier)
    AbonnementResume.objects.create(personne=distribution.collegue)
    assert envoyer_les_resumes(lundi) == 0
