"""Partners and conventions: who holds which, and where a convention stands, in words."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accueil import partenariats
from accueil.models import Convention, Partenaire
from tests.fabrique import un_partenaire

JOUR = date(2026, 11, 23)


def convention(**champs):
    return Convention(**{"debut": date(2025, 1, 1), "fin": date(2026, 12, 31)} | champs)


@pytest.mark.parametrize(
    ("champs", "pastille", "phrase"),
    [
        ({}, "À renouveler", "échoit dans 38\u00a0jours, le 31/12/2026"),
        ({"fin": date(2026, 12, 23)}, "À renouveler", "échoit dans 30\u00a0jours, le 23/12/2026"),
        ({"fin": date(2026, 11, 24)}, "À renouveler", "échoit demain, le 24/11/2026"),
        ({"fin": date(2027, 12, 31)}, "En vigueur", "jusqu’au 31/12/2027"),
        ({"fin": None}, "En vigueur", "sans date de fin"),
        ({"fin": date(2026, 10, 1)}, "Échue", "depuis le 01/10/2026"),
        ({"debut": date(2027, 1, 1), "fin": None}, "À venir", "à partir du 01/01/2027"),
        ({"fin": date(2025, 3, 31), "tacite": True}, "En vigueur", "tacite reconduction le 31/03/2027"),
        ({"denoncee_le": date(2026, 11, 1)}, "Dénoncée", "depuis le 01/11/2026"),
        ({"denoncee_le": date(2026, 12, 1)}, "Dénoncée", "prend fin dans 8\u00a0jours, le 01/12/2026"),
    ],
)
def test_the_state_of_a_convention_is_said_in_words(champs, pastille, phrase):
    etat = partenariats.etat(convention(**champs), JOUR)
    assert (etat.pastille, etat.phrase) == (pastille, phrase)


def test_a_term_on_the_29th_of_february_is_renewed_on_the_28th():
    bissextile = convention(debut=date(2023, 3, 1), fin=date(2024, 2, 29), tacite=True)
    assert partenariats.prochain_terme(bissextile, JOUR) == date(2027, 2, 28)


def test_the_convention_in_force_is_the_one_that_matters():
    ancienne = convention(debut=date(2020, 1, 1), fin=date(2020, 12, 31))
    assert partenariats.actuelles([ancienne, actuelle := convention()], JOUR) == [actuelle]


def test_a_manager_creates_a_local_partner(distribution):
    association = distribution.point.association
    saisie = {"nom": "Bailleur Rhône", "nature": "entreprise", "association": association.pk}
    distribution.client("responsable").post(reverse("partenaire_nouveau"), saisie)
    assert Partenaire.objects.get(nom="Bailleur Rhône").association == association


def test_a_manager_does_not_create_a_national_partner(distribution):
    saisie = {"nom": "Bailleur", "nature": "entreprise", "association": ""}
    reponse = distribution.client("responsable").post(reverse("partenaire_nouveau"), saisie)
    assert reponse.context["form"].errors.keys() == {"association"}


def test_the_same_partner_twice_is_told(distribution):
    saisie = {"nom": "edf", "nature": "entreprise", "association": ""}
    reponse = distribution.client("union").post(reverse("partenaire_nouveau"), saisie)
    assertContains(reponse, "Ce partenaire existe déjà.", status_code=422)


def test_a_manager_does_not_change_a_national_partner(distribution):
    url = reverse("partenaire_retirer", args=[un_partenaire("EDF").pk])
    assert distribution.client("responsable").post(url).status_code == 404


def test_a_retired_partner_can_come_back(distribution):
    edf = un_partenaire("EDF")
    for _ in range(2):
        distribution.client("union").post(reverse("partenaire_retirer", args=[edf.pk]))
    edf.refresh_from_db()
    assert edf.retire_le is None


def test_the_direction_signs_with_a_national_partner_for_its_association(distribution):
    association = distribution.point.association
    saisie = {"association": association.pk, "debut": "2026-01-01", "fin": "2026-12-31", "tacite": "on"}
    url = reverse("convention_nouvelle", args=[un_partenaire("EDF").pk])
    distribution.client("direction").post(url, saisie)
    assert Convention.objects.get().association == association


def test_two_conventions_of_one_association_never_overlap(distribution):
    association, edf = distribution.point.association, un_partenaire("EDF")
    Convention.objects.create(partenaire=edf, association=association, debut=date(2026, 1, 1))
    saisie = {"association": association.pk, "debut": "2026-06-01"}
    url = reverse("convention_nouvelle", args=[edf.pk])
    reponse = distribution.client("direction").post(url, saisie)
    assertContains(reponse, "Une convention couvre déjà une partie de cette période.", status_code=422)


def test_a_tacit_renewal_needs_an_end(distribution):
    saisie = {"association": "", "debut": "2026-01-01", "tacite": "on"}
    url = reverse("convention_nouvelle", args=[un_partenaire("EDF").pk])
    assert distribution.client("union").post(url, saisie).context["form"].errors.keys() == {"fin"}


def test_another_association_s_convention_is_not_shown_and_not_reached(distribution):
    edf = un_partenaire("EDF")
    secrete = Convention.objects.create(
        partenaire=edf, association=distribution.ailleurs.association, debut=date(2026, 1, 1)
    )
    client = distribution.client("responsable")
    page = client.get(reverse("partenaire", args=[edf.pk]))
    assertNotContains(page, distribution.ailleurs.association.nom)
    assert client.post(reverse("convention", args=[secrete.pk]), {}).status_code == 404


def test_another_association_s_partner_gets_404(distribution):
    local = un_partenaire("Régie", association=distribution.ailleurs.association)
    assert distribution.client("responsable").get(reverse("partenaire", args=[local.pk])).status_code == 404


def test_a_local_partner_s_convention_is_its_association_s(distribution):
    local = un_partenaire("Régie", association=distribution.point.association)
    with pytest.raises(ValidationError):
        partenariats.enregistrer_convention(distribution.union, Convention(partenaire=local, debut=JOUR))


def test_denouncing_keeps_the_convention(distribution):
    objet = Convention.objects.create(partenaire=un_partenaire("EDF"), debut=date(2026, 1, 1))
    url = reverse("convention_denoncer", args=[objet.pk])
    distribution.client("union").post(url, {"denoncee_le": "2026-12-01"})
    objet.refresh_from_db()
    assert objet.denoncee_le == date(2026, 12, 1)


def test_a_denouncing_before_the_start_is_refused(distribution):
    objet = Convention.objects.create(partenaire=un_partenaire("EDF"), debut=date(2026, 1, 1))
    url = reverse("convention_denoncer", args=[objet.pk])
    reponse = distribution.client("union").post(url, {"denoncee_le": "2025-12-01"})
    assertContains(reponse, "La dénonciation précède le début.", status_code=422)
