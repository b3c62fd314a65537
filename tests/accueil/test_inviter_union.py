"""The command that lets the first person of the union in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.asserts import assertContains

from accueil.models import Acces
from pimms.socle.models import EntreeJournal


def inviter(email="paul@exemple.fr"):
    sortie = StringIO()
    call_command("inviter_union", email, "Paul", "Girard", "--site", "http://testserver", stdout=sortie)
    return sortie.getvalue()


@pytest.mark.django_db
def test_the_first_person_of_the_union_gets_a_link_that_opens():
    lien = inviter().split()[-1]
    assert Acces.objects.get().role == "union"
    assertContains(Client().get(lien, follow=True), "Bienvenue, Paul")


@pytest.mark.django_db
def test_the_system_s_own_grant_is_journaled():
    inviter()
    assert EntreeJournal.objects.get(acte="accorder").acteur_id is None


def test_once_the_union_has_someone_the_screens_do_it(distribution):
    with pytest.raises(CommandError, match="depuis les écrans"):
        inviter()


@pytest.mark.django_db
def test_a_wrong_address_is_told():
    with pytest.raises(CommandError):
        inviter("paul")
