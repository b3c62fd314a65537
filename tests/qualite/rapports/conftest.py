"""One signed audit file for all tests that look at the file alone: making it takes seconds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from qualite.models import FichierRapport, Rapport
from qualite.rapports import demandes, instantane
from qualite.rapports.document import Document
from qualite.taches import produire_rapport
from tests.fabrique import un_acces, un_point, une_personne, une_visite
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_actions import une_corrective
from tests.qualite.fabrique_rapports import un_rapport


@dataclass(frozen=True)
class Produit:
    """A signed PDF on the disk, its bytes, and what it was made from."""

    chemin: Path
    octets: bytes
    document: Document

    @property
    def contenu(self) -> dict[str, Any]:
        return self.document.instantane


@pytest.fixture(scope="session")
def produit(django_db_setup, django_db_blocker, tmp_path_factory) -> Produit:
    """A point's file, made by the task itself; the rows it came from are rolled back."""
    chemin = tmp_path_factory.mktemp("rapports") / "dossier.pdf"
    with django_db_blocker.unblock(), transaction.atomic():
        rapport = _un_point_garni()
        produire_rapport(rapport.pk)
        rapport = Rapport.objects.select_related("coffre").get(pk=rapport.pk)
        assert rapport.etat == "pret", rapport.erreur
        octets = demandes.ouvrir(FichierRapport.objects.get(rapport=rapport))
        pris = instantane.ouvrir(rapport.instantane)
        document = Document(pris, rapport.instantane.empreinte)
        transaction.set_rollback(True)
    chemin.write_bytes(octets)
    return Produit(chemin, octets, document)


def _un_point_garni() -> Rapport:
    """A point with a team, visits, a document in force and an open action."""
    point = un_point(code="LYO-GER", nom="Lyon – Gerland")
    responsable, mediateur = une_personne("Léa", "Tissot"), une_personne("Sonia", "Benali")
    un_acces(responsable, "responsable", point)
    un_acces(mediateur, "mediateur", point)
    for _ in range(4):
        une_visite(point, mediateur, demandes=[{}, {"issue": "oriente"}])
    une_preuve(responsable, point=point)
    une_corrective(responsable, mediateur, point=point)
    return un_rapport(responsable, point=point)
