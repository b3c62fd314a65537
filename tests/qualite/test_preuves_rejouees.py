"""A proof's form sent twice: one row for the same content, a refusal for another one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from qualite import preuves as ecriture
from qualite.depots import Objet
from qualite.models import Preuve
from qualite.preuves import deposer
from tests.qualite.fabrique import une_preuve
from tests.qualite.test_preuves import AUJOURDHUI, DANS_30_JOURS, _depot, _image, _lien


def test_the_same_file_sent_twice_is_one_proof(distribution):
    depot = _depot(nom="affiche.png", octets=_image(), note="À l’entrée")
    objet = Objet(point=distribution.point)
    un, deux = (deposer(distribution.responsable, objet, ["CAD-4"], depot) for _ in range(2))
    assert un == deux


@pytest.mark.parametrize(
    "autre",
    [
        {"titre": "Autre titre"},
        {"note": "Une note"},
        {"debut": AUJOURDHUI - timedelta(days=1)},
        {"fin": DANS_30_JOURS},
        {"lien": "https://exemple.fr/autre"},
        {"lien": "", "nom": "a.png", "octets": _image()},
    ],
)
def test_the_same_form_with_another_content_is_refused(distribution, autre):
    depot, objet = _lien(), Objet(point=distribution.point)
    preuve = deposer(distribution.responsable, objet, ["CAD-4"], depot)
    with pytest.raises(ValidationError) as refus:
        deposer(distribution.responsable, objet, ["CAD-4"], replace(depot, **autre))
    assert refus.value.code == "rejeu"
    assert preuve.versions.count() == Preuve.objects.count() == 1


def test_nor_for_another_requirement_or_someone_else(distribution):
    depot, objet = _lien(), Objet(point=distribution.point)
    deposer(distribution.responsable, objet, ["CAD-4"], depot)
    equipier = Objet(association=distribution.point.association, personne=distribution.proprietaire)
    for autre, exigences in ((objet, ["DEO-8"]), (equipier, ["CAD-4"])):
        with pytest.raises(ValidationError):
            deposer(distribution.responsable, autre, exigences, depot)


def test_a_version_sent_twice_is_one_and_with_another_content_is_refused(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    depot = _lien()
    un, deux = (ecriture.ajouter_version(distribution.responsable, preuve, depot) for _ in range(2))
    assert un == deux
    with pytest.raises(ValidationError):
        ecriture.ajouter_version(distribution.responsable, preuve, replace(depot, titre="Autre"))


def test_a_version_s_key_serves_for_no_other_proof(distribution):
    un, deux = (une_preuve(distribution.responsable, point=distribution.point) for _ in range(2))
    depot = _lien()
    ecriture.ajouter_version(distribution.responsable, un, depot)
    with pytest.raises(ValidationError):
        ecriture.ajouter_version(distribution.responsable, deux, depot)
