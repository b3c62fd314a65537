"""Adding proofs, judging, withdrawing and erasing them; what nobody can change."""

import io
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from pimms.socle.models import CleDonnees, Courriel, EntreeJournal
from qualite import preuves as ecriture
from qualite.depots import Depot, Objet
from qualite.etat_preuve import EtatPreuve
from qualite.integrite import controler_integrite
from qualite.lecture_preuves import lire_preuves
from qualite.models import EvenementPreuve, FichierPreuve, Preuve, VersionPreuve
from qualite.preuves import deposer
from qualite.rappels_preuves import envoyer_rappels
from tests.fabrique import un_acces
from tests.qualite.fabrique import une_preuve, une_version

AUJOURDHUI = date.today()
DANS_30_JOURS = AUJOURDHUI + timedelta(days=30)


def _image() -> bytes:
    tampon = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(tampon, "PNG")
    return tampon.getvalue()


def _depot(**champs) -> Depot:
    return Depot(**{"cle": uuid.uuid4(), "titre": "Affichage", "debut": AUJOURDHUI} | champs)


def _lien(**champs) -> Depot:
    return _depot(lien="https://exemple.fr/bilan", **champs)


def _etat(preuve: Preuve, jour: date = AUJOURDHUI) -> EtatPreuve:
    (lue,) = lire_preuves(Preuve.objects.filter(pk=preuve.pk), jour)
    return lue.etat


def test_a_manager_adds_a_file_through_the_page(distribution):
    envoi = {
        "cle": str(uuid.uuid4()),
        "exigence": "CAD-4",
        "objet": f"point-{distribution.point.code}",
        "titre": "Photo de l’affichage",
        "debut": AUJOURDHUI.isoformat(),
        "fichier": SimpleUploadedFile("affiche.pdf", _image()),
    }
    distribution.client("responsable").post(reverse("preuve_nouvelle"), envoi)
    version = VersionPreuve.objects.select_related("preuve__coffre").get()
    assert (version.format, version.valeurs()["nom"]) == ("png", "affiche.png")
    page = distribution.client("proprietaire").get(reverse("preuve", args=[version.preuve_id]))
    assert "Photo de l’affichage" in page.content.decode()


def test_the_file_comes_back_as_it_was_kept(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point, octets=b"%PDF-1.7 le document")
    reponse = distribution.client("collegue").get(reverse("preuve_fichier", args=[preuve.pk, 1]))
    assert reponse.content == b"%PDF-1.7 le document"
    assert EntreeJournal.objects.filter(acte="telecharger", objet="versionpreuve").count() == 1


def test_neither_words_nor_file_are_readable_in_the_tables(distribution):
    depot = _depot(titre="Titre secret", nom="secret.png", octets=_image())
    version = deposer(
        distribution.responsable, Objet(point=distribution.point), ["CAD-4"], depot
    ).versions.get()
    assert b"secret" not in bytes(version.scelle)
    assert b"PNG" not in bytes(FichierPreuve.objects.get().octets)


def test_the_same_form_twice_adds_one_proof(distribution):
    depot = _lien()
    objet = Objet(point=distribution.point)
    un, deux = (deposer(distribution.responsable, objet, ["CAD-4"], depot) for _ in range(2))
    assert un == deux


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"octets": b"MZ program", "nom": "affiche.pdf"}, "fichier"),
        ({"lien": "https://exemple.fr", "fin": AUJOURDHUI - timedelta(days=1)}, "fin"),
        ({"lien": "https://exemple.fr", "titre": "1 84 12 76 451 089 46"}, "titre"),
        ({}, "fichier"),
        ({"lien": "https://exemple.fr", "octets": b"%PDF-", "nom": "a.pdf"}, "fichier"),
    ],
)
def test_what_can_t_be_kept_is_said_beside_its_field(distribution, champs, champ):
    with pytest.raises(ValidationError) as refus:
        deposer(distribution.responsable, Objet(point=distribution.point), ["CAD-4"], _depot(**champs))
    assert list(refus.value.error_dict) == [champ]
    assert not Preuve.objects.exists()


@pytest.mark.parametrize("qui", ["proprietaire", "collegue", "etranger"])
def test_only_who_looks_after_the_point_adds(distribution, qui):
    with pytest.raises(ValidationError):
        deposer(getattr(distribution, qui), Objet(point=distribution.point), ["CAD-4"], _lien())


def test_a_manager_adds_nothing_for_the_association(distribution):
    with pytest.raises(ValidationError):
        deposer(
            distribution.responsable, Objet(association=distribution.point.association), ["SUI-3"], _lien()
        )


def test_the_association_s_proof_is_read_at_its_points(distribution):
    preuve = une_preuve(distribution.direction, ["SUI-3"], association=distribution.point.association)
    url = reverse("preuve", args=[preuve.pk])
    assert distribution.client("proprietaire").get(url).status_code == 200
    assert distribution.client("etranger").get(url).status_code == 404


def test_a_refused_proof_says_why_and_counts_no_more(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    url = reverse("preuve_refuser", args=[preuve.pk, 1])
    distribution.client("union").post(url, {"motif": "La photo est illisible"})
    page = distribution.client("responsable").get(reverse("preuve", args=[preuve.pk])).content.decode()
    assert "La photo est illisible" in page
    assert _etat(preuve) == EtatPreuve.REFUSEE


def test_a_refusal_is_taken_back(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    version = preuve.versions.get()
    ecriture.refuser(distribution.union, version, "Illisible")
    ecriture.lever_refus(distribution.union, version)
    assert _etat(preuve) == EtatPreuve.EN_VIGUEUR


def test_nobody_but_the_union_refuses(distribution):
    version = une_preuve(distribution.responsable, point=distribution.point).versions.get()
    with pytest.raises(ValidationError):
        ecriture.refuser(distribution.direction, version, "Non")


def test_a_later_version_answers_a_refusal(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    ecriture.refuser(distribution.union, preuve.versions.get(), "Illisible")
    ecriture.ajouter_version(distribution.responsable, preuve, _lien())
    assert _etat(preuve) == EtatPreuve.EN_VIGUEUR


def test_a_withdrawn_proof_counts_no_more_and_takes_no_version(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    ecriture.retirer(distribution.responsable, preuve, "Mauvais point")
    assert _etat(preuve) == EtatPreuve.RETIREE
    with pytest.raises(ValidationError):
        ecriture.ajouter_version(distribution.responsable, preuve, _lien())


def test_an_erasure_leaves_hash_date_and_reason_alone(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    empreinte = preuve.versions.get().empreinte
    ecriture.effacer(distribution.direction, preuve, "Demande de la personne")
    assert not FichierPreuve.objects.exists()
    assert not CleDonnees.objects.exists()
    version = VersionPreuve.objects.select_related("preuve__coffre").get()
    assert (version.empreinte, version.valeurs()) == (empreinte, {})
    assert EvenementPreuve.objects.get().motif == "Demande de la personne"
    page = distribution.client("responsable").get(reverse("preuve", args=[preuve.pk]))
    assert "Contenu effacé" in page.content.decode()


def test_a_manager_erases_nothing(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    with pytest.raises(ValidationError):
        ecriture.effacer(distribution.responsable, preuve, "Non")


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE qualite_preuve SET exigences = '{X}'",
        "UPDATE qualite_preuve SET coffre_id = NULL",
        "DELETE FROM qualite_preuve",
        "UPDATE qualite_versionpreuve SET fin = NULL",
        "DELETE FROM qualite_versionpreuve",
        "UPDATE qualite_fichierpreuve SET octets = 'x'",
        "DELETE FROM qualite_fichierpreuve",
        "UPDATE qualite_evenementpreuve SET motif = 'x'",
        "DELETE FROM qualite_evenementpreuve",
    ],
)
def test_a_proof_is_only_added_to(distribution, ordre):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    ecriture.refuser(distribution.union, preuve.versions.get(), "Illisible")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)


@pytest.fixture
def alteree(distribution, proprietaire_de_la_base):
    """A proof whose stored bytes were changed behind the application's back."""
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    with proprietaire_de_la_base.cursor() as curseur:
        curseur.execute("ALTER TABLE qualite_fichierpreuve DISABLE TRIGGER USER")
        curseur.execute("UPDATE qualite_fichierpreuve SET octets = overlay(octets placing 'zzz' from 20)")
        curseur.execute("ALTER TABLE qualite_fichierpreuve ENABLE TRIGGER USER")
    return preuve


def test_an_altered_file_is_not_given_and_counts_as_missing(distribution, alteree):
    version = alteree.versions.select_related("preuve__coffre").get()
    reponse = distribution.client("collegue").get(
        reverse("preuve_fichier", args=[alteree.pk, 1]), follow=True
    )
    assert "a été modifié" in reponse.content.decode()
    assert (controler_integrite(version), controler_integrite(version)) == (False, False)
    assert EvenementPreuve.objects.count() == 1
    assert _etat(alteree) == EtatPreuve.ALTEREE


def test_an_intact_file_leaves_no_word(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    assert controler_integrite(preuve.versions.select_related("preuve__coffre").get())
    assert not EvenementPreuve.objects.exists()


def test_the_manager_is_reminded_once_before_a_proof_ends(distribution):
    une_preuve(distribution.responsable, point=distribution.point, fin=AUJOURDHUI + timedelta(days=7))
    assert (envoyer_rappels(AUJOURDHUI), envoyer_rappels(AUJOURDHUI)) == (1, 0)
    assert Courriel.objects.get().destinataire == distribution.responsable.email


def test_the_direction_is_reminded_of_the_association_s(distribution):
    association = distribution.point.association
    une_preuve(
        distribution.direction,
        ["SUI-3"],
        association=association,
        debut=AUJOURDHUI,
        fin=AUJOURDHUI + timedelta(days=30),
    )
    envoyer_rappels(AUJOURDHUI)
    assert Courriel.objects.get().destinataire == distribution.direction.email


def test_a_yearly_document_without_an_end_is_reminded_of_as_well(distribution):
    signature = AUJOURDHUI - timedelta(days=351)  # due again in some two weeks
    une_preuve(distribution.union, ["SUI-6"], debut=signature)
    assert envoyer_rappels(AUJOURDHUI) == 1
    assert Courriel.objects.get().destinataire == distribution.union.email


def test_a_proof_already_renewed_is_not_reminded_of(distribution):
    preuve = une_preuve(
        distribution.responsable, point=distribution.point, fin=AUJOURDHUI + timedelta(days=7)
    )
    une_version(preuve, 2, AUJOURDHUI, AUJOURDHUI + timedelta(days=365))
    assert envoyer_rappels(AUJOURDHUI) == 0


def test_the_statements_do_not_grow_with_the_proofs(distribution):
    for _ in range(6):
        une_preuve(distribution.responsable, point=distribution.point)
    with CaptureQueriesContext(connection) as releve:
        assert len(lire_preuves(Preuve.objects.all(), AUJOURDHUI)) == 6
    assert len(releve) == 3


def test_a_person_with_two_roles_sees_a_proof_once(distribution):
    un_acces(distribution.proprietaire, "responsable", distribution.point)
    employeur = distribution.point.association
    une_preuve(distribution.responsable, personne=distribution.proprietaire, employeur=employeur)
    page = distribution.client("responsable").get(reverse("preuves"))
    assert len(page.context["lues"]) == 1


def test_the_list_keeps_fifty_a_page(distribution):
    for _ in range(51):
        une_preuve(distribution.responsable, point=distribution.point)
    page = distribution.client("responsable").get(reverse("preuves"))
    suite = distribution.client("responsable").get(f"{reverse('preuves')}?avant={page.context['suite']}")
    assert (len(page.context["lues"]), len(suite.context["lues"])) == (50, 1)
