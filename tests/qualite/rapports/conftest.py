"""Signed reports for tests that look at the file alone, for making one takes seconds; and a making without
its queue, or without its file, for those that look at what happens around it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from pimms.socle import chainage
from qualite.models import FichierRapport, Rapport
from qualite.rapports import demandes, instantane, production
from qualite.rapports.atelier import CACHET
from qualite.rapports.document import Document
from qualite.taches import produire_rapport
from tests.fabrique import un_acces, un_partenaire, un_point, une_personne, une_visite
from tests.qualite.fabrique import une_attestation, une_charte, une_preuve
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


KINDS = (
    "dossier d’un point",
    "dossier d’une association",
    "dossier du réseau",
    "plan",
    "attestations",
    "bilan d’une association",
    "bilan d’un point",
    "bilan du réseau",
    "compte rendu",
)


@pytest.fixture(scope="session")
def produits(django_db_setup, django_db_blocker, tmp_path_factory) -> dict[str, Produit]:
    """A signed report of each kind, made by the task itself; the rows they came from are rolled back."""
    dossier = tmp_path_factory.mktemp("rapports")
    with django_db_blocker.unblock(), transaction.atomic():
        chainage.chainer(chainage.Borne())
        faits = {nom: _produire(rapport, dossier) for nom, rapport in _demandes().items()}
        transaction.set_rollback(True)
    return faits


@pytest.fixture(scope="session")
def produit(produits) -> Produit:
    """A point's audit file."""
    return produits["dossier d’un point"]


@pytest.fixture(params=KINDS)
def chacun(request, produits) -> Produit:
    """Each kind in turn."""
    return produits[request.param]


@pytest.fixture
def sans_file(monkeypatch):
    """Nothing is sent to a queue: each test calls the task itself."""
    envoyees = []
    monkeypatch.setattr("qualite.rapports.demandes.enfiler", lambda tache, pk: envoyees.append(pk))
    monkeypatch.setattr("pimms.socle.taches.enfiler", lambda tache, pk: envoyees.append(pk))
    return envoyees


@pytest.fixture
def sans_pdf(monkeypatch):
    """The PDF's making left out: what is tested is what happens around it."""
    monkeypatch.setattr(production, "mettre_en_page", lambda document: (b"%PDF-1.7 nu", 1))
    monkeypatch.setattr(production, "_examiner", lambda *_: None)

    def apposer(fonction: str, pdf: bytes, *autres) -> bytes:
        return pdf + autres[-1].encode()  # its reason: whose file it is

    monkeypatch.setattr(CACHET, "appeler", apposer)


def _produire(rapport: Rapport, dossier: Path) -> Produit:
    produire_rapport(rapport.pk)
    rapport = Rapport.objects.select_related("coffre").get(pk=rapport.pk)
    assert rapport.etat == "pret", rapport.erreur
    octets = demandes.ouvrir(FichierRapport.objects.get(rapport=rapport))
    document = Document(instantane.ouvrir(rapport.instantane), rapport.instantane.empreinte)
    chemin = dossier / f"{rapport.reference}.pdf"
    chemin.write_bytes(octets)
    return Produit(chemin, octets, document)


def _demandes() -> dict[str, Rapport]:
    """A point with a team, visits, a document in force and an open action; a report of each kind about it."""
    point = un_point(code="LYO-GER", nom="Lyon – Gerland")
    responsable, mediateur = une_personne("Léa", "Tissot"), une_personne("Sonia", "Benali")
    union = une_personne("Paul", "Girard")
    un_acces(union, "union")
    un_acces(responsable, "responsable", point)
    un_acces(mediateur, "mediateur", point)
    for _ in range(4):
        une_visite(point, mediateur, demandes=[{}, {"issue": "oriente"}])
    annee = point.aujourdhui().year - 1
    for mois in (1, 3, 3, 12):
        jour, demande = date(annee, mois, 31), {"partenaire": un_partenaire("CAF")}
        une_visite(point, mediateur, jour=jour, tranche_age="40-59", personnes=2, demandes=[demande])
    une_visite(point, mediateur, jour=date(annee - 1, 12, 31))
    une_preuve(responsable, point=point)
    une_corrective(responsable, mediateur, point=point)
    une_attestation(mediateur, une_charte(), point.aujourdhui())
    association, fin = point.association, date(annee, 12, 31)
    demandees = (
        un_rapport(responsable, point=point),
        un_rapport(union, association=association),
        un_rapport(union),
        un_rapport(responsable, point=point, genre="plan"),
        un_rapport(union, association=association, genre="attestations"),
        un_rapport(union, association=association, genre="bilan", au=fin),
        un_rapport(responsable, point=point, genre="bilan", au=fin),
        un_rapport(union, genre="bilan", au=fin),
        un_rapport(
            responsable,
            point=point,
            genre="partenaire",
            partenaire=un_partenaire("CAF"),
            du=date(annee, 1, 1),
        ),
    )
    return dict(zip(KINDS, demandees, strict=True))
