"""The whole network in one click, and all of it in one ZIP."""

import hashlib
import io
import json
import uuid
import zipfile
from datetime import date

import pytest

from pimms.socle.models import EntreeJournal
from qualite.arrets import arreter
from qualite.evaluation import evaluer
from qualite.models import Evaluation, Rapport
from qualite.preuves import FichierManquant
from qualite.rapports import demandes
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_campagnes import amener, une_campagne
from tests.qualite.fabrique_rapports import un_rapport, un_rapport_pret

PREUVE = b"%PDF-1.7 preuve"


@pytest.fixture(autouse=True)
def sans_file(monkeypatch):
    monkeypatch.setattr("qualite.rapports.demandes.enfiler", lambda *_: True)


@pytest.fixture
def evaluation(distribution) -> Evaluation:
    une_preuve(distribution.responsable, point=distribution.point, octets=PREUVE)
    evaluer()
    return arreter(distribution.union, "Avant l’audit", uuid.uuid4())


def _zip(distribution, evaluation) -> zipfile.ZipFile:
    reponse = distribution.client("union").get(f"/qualite/evaluations/{evaluation.pk}/archive/")
    return zipfile.ZipFile(io.BytesIO(b"".join(reponse.streaming_content)))


def test_one_click_asks_for_every_file_once(distribution, evaluation):
    client = distribution.client("union")
    for _ in range(2):
        client.post(f"/qualite/evaluations/{evaluation.pk}/dossiers/")
    niveaux = list(Rapport.objects.order_by("pk").values_list("niveau", flat=True))
    assert niveaux == ["reseau", "association", "association", "point", "point"]
    assert set(Rapport.objects.values_list("evaluation", flat=True)) == {evaluation.pk}


def test_one_click_of_an_associations_campaign_asks_for_its_own_files_alone(distribution):
    union, point = distribution.union, distribution.point
    campagne = amener(une_campagne(union, association=point.association), "gel", union, [point])
    distribution.client("union").post(f"/qualite/evaluations/{campagne.evaluation_id}/dossiers/")
    demandes_ = Rapport.objects.values_list("niveau", "association", "point")
    assert set(demandes_) == {("association", point.association_id, None), ("point", None, point.pk)}


def test_someone_who_may_not_asks_for_none(distribution, evaluation):
    with pytest.raises(demandes.ValidationError):
        demandes.demander_tous(distribution.direction, evaluation, uuid.uuid4())
    assert not Rapport.objects.exists()


def test_the_zip_holds_reports_proofs_and_their_hashes(distribution, evaluation):
    champs = {"evaluation": evaluation, "au": evaluation.jour, "point": distribution.point}
    un_rapport_pret(distribution.union, b"%PDF-1.7 ancien", **champs)
    pret = un_rapport_pret(distribution.union, b"%PDF-1.7 dossier", **champs)
    archive = _zip(distribution, evaluation)
    assert archive.testzip() is None
    preuve = next(n for n in archive.namelist() if n.startswith("preuves/"))
    rapport = f"rapports/dossier-{pret.reference}-LYO-GER.pdf"
    assert set(archive.namelist()) == {rapport, preuve, "MANIFEST.json", "SHA256SUMS"}
    assert (archive.read(rapport), archive.read(preuve)) == (b"%PDF-1.7 dossier", PREUVE)
    sommes = dict(reversed(ligne.split("  ")) for ligne in archive.read("SHA256SUMS").decode().splitlines())
    assert sommes[preuve] == hashlib.sha256(PREUVE).hexdigest()
    assert json.loads(archive.read("MANIFEST.json"))["empreinte"] == evaluation.empreinte


def test_the_account_that_proves_sui_3_is_among_the_proofs(distribution):
    point = distribution.point
    sur = {"association": point.association, "au": date(point.aujourdhui().year - 1, 12, 31)}
    for octets in (b"%PDF-1.7 remplace", b"%PDF-1.7 bilan"):
        bilan = un_rapport_pret(distribution.direction, octets, genre="bilan", **sur)
    archive = _zip(distribution, arreter(distribution.union, "Avant l’audit", uuid.uuid4()))
    (nom,) = [n for n in archive.namelist() if n.startswith("preuves/")]
    assert nom.startswith(f"preuves/bilan-{bilan.reference}-")
    assert archive.read(nom) == octets


def test_an_altered_or_missing_proof_is_told_and_left_out(distribution, evaluation, monkeypatch):
    def absent(_):
        raise FichierManquant

    monkeypatch.setattr("qualite.rapports.archive.ouvrir_preuve", absent)
    archive = _zip(distribution, evaluation)
    assert archive.namelist() == ["MANIFEST.json", "SHA256SUMS"]
    (ligne,) = json.loads(archive.read("MANIFEST.json"))["fichiers"]
    assert ligne["note"] == "fichier manquant"


def test_the_manifest_names_the_files_that_are_not_ready(distribution, evaluation):
    champs = {"evaluation": evaluation, "au": evaluation.jour}
    un_rapport_pret(distribution.union, b"%PDF-1.7 dossier", point=distribution.point, **champs)
    annule = un_rapport(distribution.union, point=distribution.ailleurs, **champs)
    demandes.annuler(distribution.union, annule)
    manifeste = json.loads(_zip(distribution, evaluation).read("MANIFEST.json"))
    dits = {m["quoi"]: m["etat"] for m in manifeste["dossiers_manquants"]}
    assert len(dits) == 4
    assert dits[str(annule)] == "annulé"
    assert dits["Dossier d’audit, le réseau"] == "non demandé"


def test_one_click_more_asks_again_for_what_was_cancelled_or_failed(distribution, evaluation):
    cle = uuid.uuid4()
    premiers = demandes.demander_tous(distribution.union, evaluation, cle)
    demandes.annuler(distribution.union, premiers[0])
    Rapport.objects.filter(pk=premiers[1].pk).update(etat="en_cours")
    Rapport.objects.filter(pk=premiers[1].pk).update(etat="echec", erreur="Arrêté.")
    for _ in range(2):
        suivants = demandes.demander_tous(distribution.union, evaluation, cle)
        assert [s.pk == p.pk for s, p in zip(suivants, premiers, strict=True)] == [
            False,
            False,
            True,
            True,
            True,
        ]
    assert Rapport.objects.count() == 7


def test_the_campaign_of_an_association_asks_for_its_own_files(distribution, evaluation):
    union, point = distribution.union, distribution.point
    campagne = amener(une_campagne(union, association=point.association), "gel", union, [point])
    demandes.demander_tous(union, campagne.evaluation, uuid.uuid4())
    assert {r.employeur for r in Rapport.objects.all()} == {point.association}


def test_each_proof_that_leaves_is_told_in_the_journal(distribution, evaluation):
    _zip(distribution, evaluation)
    entree = EntreeJournal.objects.get(acte="telecharger", objet="versionpreuve")
    assert entree.acteur_id == distribution.union.pk
