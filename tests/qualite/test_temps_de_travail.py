"""Working time: said by who looks after the point, added up in the audit file as full-time posts."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains

from accueil import equipe
from accueil.models import Acces
from pimms.socle.models import EntreeJournal
from qualite.models import Rapport
from qualite.rapports import document_annexes, perimetre
from tests.fabrique import un_acces


@pytest.fixture
def poste(distribution) -> Acces:
    return Acces.objects.get(personne=distribution.proprietaire)


def test_a_manager_notes_a_working_time_that_the_team_s_page_shows(distribution, poste):
    client = distribution.client("responsable")
    assert client.post(reverse("acces_temps", args=[poste.pk]), {"quotite": "80"}).status_code == 302
    assertContains(client.get(reverse("equipe")), "80\u202f% d’un temps plein")
    assert EntreeJournal.objects.get(acte="temps").apres == {"quotite": 80}


@pytest.mark.parametrize("quotite", ["0", "101", "moins"])
def test_a_working_time_goes_from_1_to_100(distribution, poste, quotite):
    url = reverse("acces_temps", args=[poste.pk])
    assert distribution.client("responsable").post(url, {"quotite": quotite}).status_code == 422
    if quotite.isdecimal():
        with pytest.raises(DatabaseError, match="acces_temps_de_travail"), transaction.atomic():
            Acces.objects.filter(pk=poste.pk).update(quotite=int(quotite))


def test_only_who_looks_after_the_point_says_it_and_no_delegation_adds_to_it(distribution, poste):
    with pytest.raises(ValidationError, match="Vous ne gérez pas"):
        equipe.fixer_temps(distribution.etranger, poste, 50)
    delegation = un_acces(
        distribution.proprietaire,
        "responsable",
        distribution.point,
        origine="delegation",
        debut=distribution.point.aujourdhui(),
        fin=distribution.point.aujourdhui(),
    )
    with pytest.raises(ValidationError, match="délégation"):
        equipe.fixer_temps(distribution.responsable, delegation, 50)


def test_the_audit_file_adds_working_times_up_and_counts_those_not_said(distribution, poste):
    equipe.fixer_temps(distribution.responsable, poste, 80)
    equipe.fixer_temps(distribution.responsable, Acces.objects.get(personne=distribution.responsable), 50)
    rapport = Rapport(point=distribution.point, niveau="point", au=distribution.point.aujourdhui())
    temps = perimetre.decrire(rapport, [distribution.point])["temps"]
    assert temps == {
        "mediateur": {"centiemes": 80, "non_dits": 1},
        "responsable": {"centiemes": 50, "non_dits": 0},
    }
    assert document_annexes.temps(temps) == {"etp": "1,3", "mediateurs": "0,8", "non_dits": 1}
