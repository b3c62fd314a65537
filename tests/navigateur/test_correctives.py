"""Corrective actions in a real browser: from a finding to a closed action, verified by someone else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from qualite.models import ActionCorrective, Constat, Exigence
from tests.chromium import ECRANS, connecter

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def constat(distribution) -> Constat:
    """A finding of the cast's point that asks for something."""
    exigence = Exigence.objects.get(code="MEO-2", referentiel__code="xp-x60-600-2016")
    return Constat.objects.create(
        referentiel=exigence.referentiel,
        code="MEO-2",
        niveau="point",
        point=distribution.point,
        phrase="12 interventions sur 40 tracées tard",
        verdict="a_traiter",
        qui="equipe",
        depuis=distribution.point.aujourdhui(),
    )


@pytest.fixture
def demain(monkeypatch):
    """`demain()`: the server's clock goes on by a day."""

    def avancer() -> None:
        maintenant = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: maintenant() + timedelta(days=1))

    return avancer


def _ouvrir(page, distribution) -> None:
    page.goto(reverse("constat", args=[distribution.point.code, "MEO-2"]))
    page.get_by_role("link", name="Ouvrir une action").click()
    page.get_by_label("Intitulé").fill("Tracer le jour même")
    page.get_by_label("Ce qui ne va pas").fill("Les visites du samedi sont saisies le mardi.")
    echeance = distribution.point.aujourdhui() + timedelta(days=30)
    page.get_by_label("Échéance").fill(echeance.isoformat())
    page.get_by_label("Cause").fill("Personne n’a de temps pour cela.")
    page.get_by_label("Action corrective").fill("Un quart d’heure à la fermeture.")
    page.get_by_role("button", name="Ouvrir l’action").click()
    expect(page.get_by_role("heading", name="Tracer le jour même")).to_be_visible()


@pytest.mark.parametrize("ecran", [ECRANS["bureau"], ECRANS["telephone"]], ids=["bureau", "telephone"])
def test_an_action_goes_from_a_finding_to_its_end(
    page, ouvrir_contexte, connecte, live_server, distribution, constat, demain, verifier_acces
):
    connecte(distribution.responsable)
    _ouvrir(page, distribution)
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("link", name="Dire réalisée").click()
    page.get_by_role("button", name="Dire réalisée").click()
    expect(page.get_by_text("À partir du lendemain de sa réalisation.")).to_be_visible()
    expect(page.get_by_role("link", name="Dire efficace")).to_have_count(0)
    verifier_acces(page)
    action = ActionCorrective.objects.get()
    demain()
    contexte = ouvrir_contexte()
    connecter(contexte, live_server.url, distribution.proprietaire)
    autre = contexte.new_page()
    autre.goto(reverse("correctives"))
    autre.get_by_role("link", name="Tracer le jour même").click()
    autre.get_by_role("link", name="Dire efficace").click()
    autre.get_by_label("Ce que vous constatez").fill("Sur quatre samedis, tout est saisi le soir même.")
    autre.get_by_role("button", name="Dire efficace").click()
    expect(autre.get_by_text("elle peut être close")).to_be_visible()
    expect(autre.get_by_role("button", name="Clore")).to_have_count(0)
    connecte(distribution.responsable)  # a session does not last the night
    page.goto(reverse("corrective", args=[action.pk]))
    expect(page.get_by_text("Sur quatre samedis, tout est saisi le soir même.")).to_be_visible()
    page.get_by_role("button", name="Clore").click()
    expect(page.get_by_text("L’action est close.")).to_be_visible()
    verifier_acces(page)
    action.refresh_from_db()
    assert (action.etat, action.verifiee_par) == ("close", distribution.proprietaire)


def test_a_form_refused_keeps_what_was_typed(page, connecte, distribution, constat, erreurs_de_page):
    connecte(distribution.responsable)
    page.goto(reverse("constat", args=[distribution.point.code, "MEO-2"]))
    page.get_by_role("link", name="Ouvrir une action").click()
    page.get_by_label("Intitulé").fill("Tracer le jour même")
    with page.expect_response(lambda r: r.status == 422):
        page.get_by_role("button", name="Ouvrir l’action").click()
    expect(page.get_by_text("À remplir.").first).to_be_visible()
    expect(page.get_by_label("Intitulé")).to_have_value("Tracer le jour même")
    erreurs_de_page.clear()  # the browser notes the answer 422
