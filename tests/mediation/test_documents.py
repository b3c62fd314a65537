"""Documents of a case: sealed, read by its readers alone, taken out for good."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from mediation.cycle_de_vie import changer_etat
from mediation.documents import Depot, deposer, lire, nom_propre, retirer
from mediation.mandats import MandatSaisi, donner_mandat, revoquer
from mediation.models import Document, Dossier, Fichier
from mediation.models.documents import TAILLE_MAX
from pimms.socle.models import EntreeJournal
from tests.mediation.fabrique import un_document, un_dossier_ancien, un_pdf, une_image, une_partie


@pytest.fixture
def dossier(distribution):
    return un_dossier_ancien(distribution.proprietaire, distribution.point)


def _depot(nom="Courrier Zéphyrine.pdf", octets=None, **champs):
    defauts = {"cle": uuid.uuid4(), "nature": "piece", "note": "De Zéphyrine"}
    return Depot(nom=nom, octets=un_pdf(Author="x") if octets is None else octets, **defauts | champs)


def test_a_document_is_stored_sealed_and_read_back(distribution, dossier):
    document, _ = deposer(distribution.proprietaire, dossier, _depot())
    scelle = bytes(Fichier.objects.get().octets)
    assert b"%PDF" not in scelle
    nom, octets = lire(distribution.collegue, document)
    assert nom == "Courrier Zéphyrine.pdf"
    assert octets.startswith(b"%PDF")
    assert (document.taille, document.format) == (len(octets), "pdf")


def test_a_reading_is_told_in_the_journal_without_the_name(distribution, dossier):
    document, _ = deposer(distribution.proprietaire, dossier, _depot())
    lire(distribution.collegue, document)
    assert EntreeJournal.objects.get(acte="telecharger").acteur_id == distribution.collegue.pk
    assert "phyrine" not in str(list(EntreeJournal.objects.values()))


@pytest.mark.parametrize("role", ["etranger", "direction", "union", "auditeur"])
def test_nobody_without_a_role_at_the_point_reads_or_adds(distribution, dossier, role):
    document, _ = deposer(distribution.proprietaire, dossier, _depot())
    with pytest.raises(Document.DoesNotExist):
        lire(getattr(distribution, role), document)
    with pytest.raises(Dossier.DoesNotExist):
        deposer(getattr(distribution, role), dossier, _depot())


def test_a_restricted_case_is_closed_to_colleagues(distribution, dossier):
    document, _ = deposer(distribution.proprietaire, dossier, _depot())
    dossier.restreint = True
    dossier.save(update_fields=["restreint"])
    for role in ("collegue", "responsable"):
        with pytest.raises(Document.DoesNotExist):
            lire(getattr(distribution, role), Document.objects.select_related("dossier").get())
    assert lire(distribution.proprietaire, document)


def test_a_file_that_lies_about_its_type_is_refused(distribution, dossier):
    with pytest.raises(ValidationError, match="ni un PDF, ni une image"):
        deposer(distribution.proprietaire, dossier, _depot("facture.pdf", b"MZ programme"))
    assert not Document.objects.exists()


def test_an_image_named_as_a_pdf_gets_its_true_extension(distribution, dossier):
    document, _ = deposer(distribution.proprietaire, dossier, _depot("scan.pdf", une_image()))
    assert (document.format, lire(distribution.proprietaire, document)[0]) == ("jpeg", "scan.jpg")


def test_a_file_of_a_hundred_megabytes_is_refused_before_it_is_opened(distribution, dossier):
    with pytest.raises(ValidationError, match="10 Mo au plus"):
        deposer(distribution.proprietaire, dossier, _depot(octets=b"%PDF-" + bytes(TAILLE_MAX)))


def test_a_form_sent_twice_keeps_one_document(distribution, dossier):
    depot = _depot()
    for _ in range(2):
        deposer(distribution.proprietaire, dossier, depot)
    assert Fichier.objects.count() == 1
    with pytest.raises(ValidationError, match="déjà été enregistré"):
        deposer(distribution.proprietaire, dossier, _depot("x.png", une_image("PNG"), cle=depot.cle))


def test_a_document_taken_out_leaves_only_its_mention(distribution, dossier):
    document, _ = deposer(distribution.proprietaire, dossier, _depot())
    retirer(distribution.proprietaire, document)
    document = Document.objects.get()
    assert (document.scelle, Fichier.objects.count()) == (None, 0)
    with pytest.raises(Document.DoesNotExist):
        lire(distribution.proprietaire, document)


def test_a_mandate_is_limited_and_its_paper_stays_while_it_runs(distribution, dossier):
    moi, jour = distribution.proprietaire, distribution.point.aujourdhui()
    partie = une_partie(dossier)
    with pytest.raises(ValidationError, match="un an au plus"):
        donner_mandat(moi, dossier, MandatSaisi(partie, "Écrire", jour, jour + timedelta(days=400)))
    mandat, _ = donner_mandat(moi, dossier, MandatSaisi(partie, "Écrire", jour, jour + timedelta(days=30)))
    assert not mandat.vaut_le(jour)
    document, _ = deposer(moi, dossier, _depot(nature="mandat", mandat=mandat))
    mandat.refresh_from_db()
    assert mandat.vaut_le(jour)
    with pytest.raises(ValidationError, match="révoquez d’abord"):
        retirer(moi, document)
    revoquer(moi, mandat, jour)
    mandat.refresh_from_db()
    assert not mandat.vaut_le(jour)
    retirer(moi, document)


def test_a_mandate_sent_twice_is_one(distribution, dossier):
    jour, cle = distribution.point.aujourdhui(), uuid.uuid4()
    saisi = MandatSaisi(une_partie(dossier), "Écrire à la CAF", jour, jour, cle)
    assert [donner_mandat(distribution.proprietaire, dossier, saisi)[1] for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    "nom", ["2 85 05 78 006 084 41.pdf", "scan_1850578006084_91.pdf", "Attestation-1.85.05.78.006.084.91.pdf"]
)
def test_a_file_named_after_a_social_security_number_is_refused(distribution, dossier, nom):
    with pytest.raises(ValidationError, match="renommez le fichier"):
        deposer(distribution.proprietaire, dossier, _depot(nom))
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("ajoute", "retire"),
    [("collegue", "collegue"), ("collegue", "proprietaire"), ("collegue", "responsable")],
)
def test_who_added_it_who_is_in_charge_and_the_manager_take_it_out(distribution, dossier, ajoute, retire):
    document, _ = deposer(getattr(distribution, ajoute), dossier, _depot())
    retirer(getattr(distribution, retire), document)
    assert not Fichier.objects.exists()


def test_another_reader_of_the_case_takes_no_document_out(distribution, dossier):
    document, _ = deposer(distribution.proprietaire, dossier, _depot())
    with pytest.raises(ValidationError, match="par qui l’a ajouté"):
        retirer(distribution.collegue, document)
    assert Fichier.objects.count() == 1


def test_the_page_offers_it_to_those_alone(distribution, dossier):
    document, _ = deposer(distribution.proprietaire, dossier, _depot())
    url = reverse("document_retirer", args=[dossier.reference, document.numero])
    for role, offert in (("proprietaire", True), ("responsable", True), ("collegue", False)):
        page = distribution.client(role).get(reverse("dossier", args=[dossier.reference])).content.decode()
        assert (url in page) is offert, role


@pytest.mark.parametrize(
    ("nom", "propre"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Photos\\carte.exe.pdf", "carte.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "abSet-Cookie x.pdf"),
        (".pdf", "document.pdf"),
        ("é" * 200 + ".pdf", "é" * 80 + ".pdf"),
    ],
)
def test_a_name_carries_neither_folder_nor_control_character(nom, propre):
    assert nom_propre(nom, "pdf") == propre


def test_a_document_of_a_closed_case_is_erased_too(distribution, dossier):
    moi = distribution.proprietaire
    document = un_document(dossier, moi)
    changer_etat(moi, dossier, "refuse", depuis="demande")
    changer_etat(moi, dossier, "clos", depuis="refuse")
    page = (
        distribution.client("proprietaire").get(reverse("dossier", args=[dossier.reference])).content.decode()
    )
    assert reverse("document_retirer", args=[dossier.reference, document.numero]) in page
    retirer(moi, document)
    document.refresh_from_db()
    assert document.retire_le


def test_a_second_revocation_says_since_when_it_is_revoked(distribution, dossier):
    moi, jour = distribution.proprietaire, distribution.point.aujourdhui()
    saisi = MandatSaisi(une_partie(dossier), "Écrire", jour - timedelta(days=5), jour + timedelta(days=5))
    mandat, _ = donner_mandat(moi, dossier, saisi)
    revoquer(moi, mandat, jour - timedelta(days=1))
    with pytest.raises(ValidationError, match="déjà révoqué depuis le"):
        revoquer(moi, mandat, jour)


def test_a_mandate_of_a_closed_case_is_revoked(distribution, dossier):
    moi, jour = distribution.proprietaire, distribution.point.aujourdhui()
    mandat, _ = donner_mandat(moi, dossier, MandatSaisi(une_partie(dossier), "Écrire", jour, jour))
    changer_etat(moi, dossier, "refuse", depuis="demande")
    changer_etat(moi, dossier, "clos", depuis="refuse")
    revoquer(moi, mandat, jour)
    mandat.refresh_from_db()
    assert mandat.revoque_le == jour
