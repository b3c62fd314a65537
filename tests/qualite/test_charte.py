"""Publishing the charter, attesting it, and what nobody can rewrite."""

import hashlib
import uuid
from datetime import date, timedelta

import pikepdf
import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from pimms.socle.models import EntreeJournal
from qualite import attestation_pdf, taches
from qualite.charte import attester, publier
from qualite.models import Attestation, AttestationPdf, Charte
from qualite.textes_charte import empreinte, morceaux, normaliser, proposition
from tests.fabrique import MOT_DE_PASSE
from tests.qualite.fabrique import TEXTE, un_pdf, une_attestation, une_charte

DEMAIN = date.today() + timedelta(days=1)


def _version(**champs) -> dict:
    defauts = {"texte": TEXTE, "changements": "", "en_vigueur_le": date.today(), "cle": uuid.uuid4()}
    return defauts | champs


def _formulaire(charte: Charte, **champs) -> dict:
    return {"lu": "on", "empreinte": charte.empreinte, "cle": str(uuid.uuid4())} | champs


def test_the_union_publishes_a_version(distribution):
    charte = publier(distribution.union, **_version())
    assert (charte.numero, charte.empreinte) == (1, hashlib.sha256(charte.texte.encode()).hexdigest())


def test_nobody_else_publishes(distribution):
    with pytest.raises(ValidationError):
        publier(distribution.direction, **_version())


def test_publishing_twice_the_same_form_gives_one_version(distribution):
    version = _version()
    assert publier(distribution.union, **version) == publier(distribution.union, **version)


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("texte", TEXTE),
        ("texte", "Trop court"),
        ("en_vigueur_le", date.today()),
        ("en_vigueur_le", date.today() - timedelta(days=1)),
    ],
)
def test_a_version_that_says_nothing_new_or_begins_too_early_is_refused(distribution, champ, valeur):
    publier(distribution.union, **_version())
    envoi = _version(texte=TEXTE + " Autre.", en_vigueur_le=DEMAIN) | {champ: valeur}
    with pytest.raises(ValidationError) as refus:
        publier(distribution.union, **envoi)
    assert list(refus.value.error_dict) == [champ]


def test_a_text_with_a_social_security_number_comes_back_with_all_typed(distribution):
    envoi = {"texte": TEXTE + " 1 84 12 76 451 089 46", "changements": "Relu", "cle": str(uuid.uuid4())}
    envoi["en_vigueur_le"] = DEMAIN.isoformat()
    reponse = distribution.client("union").post(reverse("charte_publier"), envoi)
    assert reponse.status_code == 422
    assert "sécurité sociale" in reponse.content.decode()
    assert "Relu" in reponse.content.decode()


def test_the_first_form_proposes_the_nine_principles(distribution):
    page = distribution.client("union").get(reverse("charte_publier")).content.decode()
    assert "Position de tiers" in page
    assert sum(m.nature == "sous_titre" for m in morceaux(proposition())) == 9


def test_the_hash_does_not_depend_on_the_browser_s_line_ends():
    assert empreinte(normaliser("Un \r\n\r\nDeux\r\n")) == empreinte("Un\n\nDeux")


def test_a_mediateur_attests_after_giving_the_password_again(
    distribution, django_capture_on_commit_callbacks
):
    charte, sonia = une_charte(), distribution.proprietaire
    sonia.set_password(MOT_DE_PASSE)
    sonia.save()
    EmailAddress.objects.create(user=sonia, email=sonia.email, primary=True, verified=True)
    client = distribution.client("proprietaire")
    reponse = client.post(reverse("charte_attester"), _formulaire(charte))
    assert reponse.url.startswith(reverse("account_reauthenticate"))
    assert not Attestation.objects.exists()
    suite = {"password": MOT_DE_PASSE, "next": reverse("charte_attester")}
    reponse = client.post(reverse("account_reauthenticate"), suite, follow=True)
    assert "votre attestation est enregistrée" in reponse.content.decode()
    assert Attestation.objects.get().empreinte == charte.empreinte


def test_a_wrong_password_attests_nothing(distribution):
    charte, sonia = une_charte(), distribution.proprietaire
    sonia.set_password(MOT_DE_PASSE)
    sonia.save()
    client = distribution.client("proprietaire")
    client.post(reverse("charte_attester"), _formulaire(charte))
    suite = {"password": "autre chose", "next": reverse("charte_attester")}
    client.post(reverse("account_reauthenticate"), suite)
    assert not Attestation.objects.exists()


def test_the_box_must_be_ticked(distribution):
    envoi = _formulaire(une_charte(), lu="")
    reponse = distribution.client("proprietaire").post(reverse("charte_attester"), envoi)
    assert reponse.status_code == 422
    assert "Cochez cette case" in reponse.content.decode()


def test_attesting_twice_gives_one_attestation(distribution):
    charte, cle = une_charte(), uuid.uuid4()
    un, deux = (
        attester(distribution.proprietaire, empreinte_lue=charte.empreinte, cle=cle) for _ in range(2)
    )
    assert un == deux


def test_a_charter_replaced_while_one_was_reading_is_not_attested(distribution):
    lue = une_charte()
    une_charte(2, date.today())
    with pytest.raises(ValidationError, match="n’est pas celle qui est en vigueur"):
        attester(distribution.proprietaire, empreinte_lue=lue.empreinte, cle=uuid.uuid4())


def test_the_database_too_refuses_a_charter_that_is_not_in_force(distribution):
    une_charte()
    a_venir = une_charte(2, DEMAIN)
    with pytest.raises(DatabaseError, match="pas en vigueur"), transaction.atomic():
        une_attestation(distribution.proprietaire, a_venir)


def test_without_a_charter_there_is_nothing_to_attest(distribution):
    with pytest.raises(ValidationError, match="rien à attester"):
        attester(distribution.proprietaire, empreinte_lue="0" * 64, cle=uuid.uuid4())


@pytest.mark.parametrize("table", ["charte", "attestation", "attestationpdf", "rappelattestation"])
@pytest.mark.parametrize("ordre", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_published_or_attested_is_only_added_to(db, table, ordre):
    ordre = ordre.replace("id", "attestation_id") if table == "attestationpdf" else ordre
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre.format(f"qualite_{table}"))


def test_the_journal_tells_the_attestation_without_the_text(distribution):
    charte = une_charte()
    attestation = attester(distribution.proprietaire, empreinte_lue=charte.empreinte, cle=uuid.uuid4())
    entree = EntreeJournal.objects.get(objet="attestation", objet_id=attestation.pk)
    assert entree.apres == {
        "charte": 1,
        "empreinte": charte.empreinte,
        "jour": str(attestation.jour),
    }


def test_the_pdf_is_made_once_with_its_hash(distribution):
    attestation = une_attestation(distribution.proprietaire, une_charte())
    taches.produire_attestation(attestation.pk)
    taches.produire_attestation(attestation.pk)
    pdf = AttestationPdf.objects.get()
    assert pdf.empreinte == hashlib.sha256(bytes(pdf.octets)).hexdigest()
    assert bytes(pdf.octets).startswith(b"%PDF-")


def test_the_pdf_is_tagged_and_says_its_language(distribution, tmp_path):
    attestation = une_attestation(distribution.proprietaire, une_charte())
    (tmp_path / "a.pdf").write_bytes(attestation_pdf.rendre(attestation))
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"


def test_one_downloads_one_s_own_pdf(distribution):
    attestation = une_attestation(distribution.proprietaire, une_charte())
    un_pdf(attestation)
    reponse = distribution.client("proprietaire").get(reverse("attestation", args=[attestation.pk]))
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse.content == b"%PDF-1.7 essai"


def test_a_pdf_changed_in_the_database_is_not_given(distribution, proprietaire_de_la_base):
    attestation = une_attestation(distribution.proprietaire, une_charte())
    un_pdf(attestation)
    with proprietaire_de_la_base.cursor() as curseur:
        curseur.execute("ALTER TABLE qualite_attestationpdf DISABLE TRIGGER attestationpdf_ajout_seul")
        curseur.execute("UPDATE qualite_attestationpdf SET octets = 'autre'")
        curseur.execute("ALTER TABLE qualite_attestationpdf ENABLE TRIGGER attestationpdf_ajout_seul")
    url = reverse("attestation", args=[attestation.pk])
    reponse = distribution.client("proprietaire").get(url, follow=True)
    assert "ce PDF a été modifié" in reponse.content.decode()
