"""Two rows with the same days refuse each other at one place, and at one place only."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accueil.models import (
    Absence,
    Acces,
    ContratFranchise,
    Convention,
    Fermeture,
    LabelFranceServices,
    PlageHoraire,
)
from tests.fabrique import un_partenaire, un_point, une_association, une_personne

JOURS = {"debut": date(2026, 12, 24), "fin": date(2027, 1, 2)}
OCCUPES = {
    "contrat": (ContratFranchise, lambda: {"association": une_association()}),
    "label": (LabelFranceServices, lambda: {"point": un_point()}),
    "fermeture": (Fermeture, lambda: {"point": un_point(), "motif": "fêtes"}),
    "plage": (PlageHoraire, lambda: {"point": un_point(), "jour": 0, "ouvre": time(9), "ferme": time(12)}),
    "convention": (
        Convention,
        lambda: {"partenaire": un_partenaire(), "association": une_association()},
    ),
    "absence": (Absence, lambda: {"personne": une_personne()}),
    "role": (
        Acces,
        lambda: {"personne": une_personne(), "role": "mediateur", "point": un_point(), "origine": "union"},
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("sorte", OCCUPES)
def test_the_model_accepts_the_same_days_elsewhere_and_refuses_them_here(sorte):
    modele, ou = OCCUPES[sorte]
    ici, ailleurs = ou(), ou()
    modele.objects.create(**ici, **JOURS)
    modele(**ailleurs, **JOURS).full_clean(exclude=["motif", "accorde_par"])
    with pytest.raises(ValidationError) as refus:
        modele(**ici, **JOURS).full_clean(exclude=["motif", "accorde_par"])
    assert refus.value.error_dict.keys() == {"debut"}


def _pages(distribution) -> dict:
    """For each screen: its address here, what is typed, and what stands on the same days elsewhere."""
    point, ailleurs, collegue = distribution.point, distribution.ailleurs, distribution.collegue
    national, association = un_partenaire(), distribution.point.association_id
    return {
        "contrat": (reverse("contrat_nouveau", args=[association]), {}, ContratFranchise,
                    {"association": ailleurs.association}),
        "label": (reverse("label_nouveau", args=[point.code]), {}, LabelFranceServices, {"point": ailleurs}),
        "fermeture": (reverse("fermeture_nouvelle", args=[point.code]), {"motif": "fêtes"}, Fermeture,
                      {"point": ailleurs, "motif": "fêtes"}),
        "convention": (reverse("convention_nouvelle", args=[national.pk]), {"association": association},
                       Convention, {"partenaire": national, "association": ailleurs.association}),
        "absence": (reverse("absence_nouvelle", args=[collegue.pk]), {"point": point.pk}, Absence,
                    {"personne": distribution.etranger}),
    }  # fmt: skip


@pytest.mark.parametrize("sorte", ["contrat", "label", "fermeture", "convention", "absence"])
def test_the_screen_accepts_the_same_days_elsewhere_and_refuses_them_here(distribution, sorte):
    adresse, saisie, modele, ailleurs = _pages(distribution)[sorte]
    modele.objects.create(**ailleurs, **JOURS)
    client = distribution.client("union")
    reponse = client.post(adresse, saisie | JOURS)
    assert reponse.status_code == 302, reponse.context["form"].errors
    assert modele.objects.filter(debut=JOURS["debut"]).count() == 2
    assert client.post(adresse, saisie | JOURS).context["form"].errors.keys() == {"debut"}
