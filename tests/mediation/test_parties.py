"""Parties of a case: added once, changed without silent overwrite, taken out only when unused."""

import uuid
from datetime import time
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from mediation.cycle_de_vie import ModifieEntretemps
from mediation.etapes import EtapeSaisie, noter_etape
from mediation.models import Dossier, Partie
from mediation.parties import PartieSaisie, ajouter_partie, empreinte, modifier_partie, supprimer_partie
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_partenaire
from tests.mediation.fabrique import un_consentement, un_dossier, une_partie


@pytest.fixture
def dossier(distribution):
    return un_dossier(distribution.proprietaire, distribution.point)


def _saisie(nom="Fatou Martin", **champs):
    return PartieSaisie(**{"role": "demandeur", "textes": {"nom": nom, "telephone": "0601020304"}} | champs)


def test_a_party_is_kept_sealed_and_found_by_its_exact_name(distribution, dossier):
    partie, neuve = ajouter_partie(distribution.proprietaire, dossier, _saisie())
    assert neuve
    lue = Partie.objects.get(empreinte=empreinte(dossier.point_id, "martin FATOU"))
    assert lue == partie
    assert b"Fatou" not in bytes(lue.scelle)
    assert str(lue) == "Partie A"


def test_with_another_key_names_are_found_again_once_indexed_anew(distribution, dossier, settings):
    partie, _ = ajouter_partie(distribution.proprietaire, dossier, _saisie())
    settings.CLE_INDEX = b"autre cle de trente-deux octets."
    call_command("reindexer", stdout=StringIO())
    assert Partie.objects.get(empreinte=empreinte(dossier.point_id, "Fatou Martin")) == partie


def test_the_journal_holds_no_name(distribution, dossier):
    partie, _ = ajouter_partie(distribution.proprietaire, dossier, _saisie("Zéphyrine Aubépin"))
    modifier_partie(distribution.proprietaire, partie, _saisie("Zéphyrine Chardon"), version=1)
    ecrit = str(list(EntreeJournal.objects.values()))
    assert "phyrine" not in ecrit
    assert "modifié" in ecrit


def test_the_journal_holds_no_protection_nor_day(distribution, dossier):
    jour = dossier.point.aujourdhui()
    partie, _ = ajouter_partie(distribution.proprietaire, dossier, _saisie(informee_le=jour))
    protegee = _saisie(protection="mineur")
    modifier_partie(distribution.proprietaire, partie, protegee, version=1)
    noter_etape(distribution.proprietaire, dossier, EtapeSaisie("appel", jour, {}, (), time(0, 1)))
    entrees = EntreeJournal.objects.filter(objet__in=("partie", "etape")).order_by("pk")
    entrees = entrees.values("avant", "apres")
    assert [e["apres"].get("protection") for e in entrees] == ["modifié", None, None]
    assert entrees[1]["apres"] == {"textes": "modifié", "informee_le": None}
    assert not {"mineur", str(jour), "00:01:00"} & set(str(list(entrees)).replace("'", " ").split())


def test_a_form_sent_twice_adds_one_party(distribution, dossier):
    cle = uuid.uuid4()
    for _ in range(2):
        ajouter_partie(distribution.proprietaire, dossier, _saisie(cle=cle))
    assert dossier.parties.count() == 1


def test_the_same_key_with_another_content_is_refused(distribution, dossier):
    cle = uuid.uuid4()
    ajouter_partie(distribution.proprietaire, dossier, _saisie(cle=cle))
    with pytest.raises(ValidationError, match="déjà été enregistré"):
        ajouter_partie(distribution.proprietaire, dossier, _saisie("Autre Nom", cle=cle))
    assert dossier.parties.count() == 1


def test_an_institution_needs_no_name_when_it_is_a_partner(distribution, dossier):
    saisie = PartieSaisie(role="autre_partie", nature="institution", partenaire=un_partenaire())
    partie, _ = ajouter_partie(distribution.proprietaire, dossier, saisie)
    assert partie.empreinte is None


def test_a_party_without_name_is_refused(distribution, dossier):
    with pytest.raises(ValidationError, match="Dites qui est"):
        ajouter_partie(distribution.proprietaire, dossier, _saisie(textes={}))


def test_a_representative_represents_a_party_of_the_case(distribution, dossier):
    moi = distribution.proprietaire
    enfant, _ = ajouter_partie(moi, dossier, _saisie("Lou", protection="mineur"))
    mere, _ = ajouter_partie(moi, dossier, _saisie("Ana", role="representant", represente=enfant))
    assert list(enfant.representants.all()) == [mere]
    with pytest.raises(ValidationError, match="Dites qui"):
        ajouter_partie(moi, dossier, _saisie("Ana", role="representant"))
    ailleurs = une_partie(un_dossier(moi, distribution.point))
    with pytest.raises(ValidationError, match="de ce dossier"):
        ajouter_partie(moi, dossier, _saisie("Ana", role="representant", represente=ailleurs))


def test_a_case_has_twenty_six_parties_at_most(distribution, dossier):
    for n in range(26):
        une_partie(dossier, f"Personne {n}")
    with pytest.raises(ValidationError, match="au plus 26"):
        ajouter_partie(distribution.proprietaire, dossier, _saisie())


def test_a_second_person_does_not_overwrite_a_party(distribution, dossier):
    partie, _ = ajouter_partie(distribution.proprietaire, dossier, _saisie())
    modifier_partie(distribution.collegue, partie, _saisie("Fatou Petit"), version=1)
    with pytest.raises(ModifieEntretemps):
        modifier_partie(distribution.proprietaire, partie, _saisie("Fatou Grand"), version=1)


def test_an_unchanged_party_keeps_its_version(distribution, dossier):
    partie, _ = ajouter_partie(distribution.proprietaire, dossier, _saisie())
    assert modifier_partie(distribution.proprietaire, partie, _saisie(), version=1).version == 1


def test_a_party_added_by_mistake_is_taken_out(distribution, dossier):
    partie, _ = ajouter_partie(distribution.proprietaire, dossier, _saisie())
    supprimer_partie(distribution.proprietaire, partie, partie.version)
    assert not dossier.parties.exists()


def test_a_party_whose_word_is_noted_stays(distribution, dossier):
    partie, _ = ajouter_partie(distribution.proprietaire, dossier, _saisie())
    un_consentement(partie, distribution.proprietaire)
    with pytest.raises(ValidationError, match="sa parole sur la médiation est notée"):
        supprimer_partie(distribution.proprietaire, partie, partie.version)


def test_a_party_that_agreed_stays_a_party(distribution, dossier):
    partie, _ = ajouter_partie(distribution.proprietaire, dossier, _saisie())
    un_consentement(partie, distribution.proprietaire)
    with pytest.raises(ValidationError, match="elle reste une partie"):
        modifier_partie(distribution.proprietaire, partie, _saisie(role="interprete"), version=1)


def test_a_stranger_adds_no_party(distribution, dossier):
    for role in ("etranger", "direction", "union", "auditeur"):
        with pytest.raises(Dossier.DoesNotExist):
            ajouter_partie(getattr(distribution, role), dossier, _saisie())


def test_a_partner_is_an_institution(distribution, dossier):
    saisie = PartieSaisie(role="autre_partie", partenaire=un_partenaire("EDF"), textes={"nom": "Ana"})
    with pytest.raises(ValidationError, match="Seule une institution"):
        ajouter_partie(distribution.proprietaire, dossier, saisie)


def test_the_database_keeps_a_partner_to_institutions(distribution, dossier):
    with pytest.raises(IntegrityError), transaction.atomic():
        une_partie(dossier, partenaire=un_partenaire("EDF"))


def test_a_partner_of_another_association_is_no_party(distribution, dossier):
    ailleurs = un_partenaire("Bailleur", association=distribution.ailleurs.association)
    saisie = PartieSaisie(role="autre_partie", nature="institution", partenaire=ailleurs)
    with pytest.raises(ValidationError, match="votre association"):
        ajouter_partie(distribution.proprietaire, dossier, saisie)
