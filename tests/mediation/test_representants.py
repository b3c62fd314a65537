"""Who speaks for whom: representatives who leave, who spoke, who are deleted; letters of parties."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from mediation.consentements import Parole, noter_parole, retirer_partie
from mediation.cycle_de_vie import accord_de
from mediation.etapes import EtapeSaisie, noter_etape
from mediation.models import Consentement, Partie
from mediation.parties import PartieSaisie, ajouter_partie, modifier_partie, supprimer_partie
from tests.mediation.fabrique import (
    avant,
    un_consentement,
    une_partie,
)
from tests.mediation.sql import sql


@pytest.fixture
def enfant(cas):
    return une_partie(cas[0], "Lou", "autre_partie", protection="mineur")


@pytest.fixture
def mere(cas, enfant):
    return une_partie(cas[0], "Ana", "representant", represente=enfant)


def test_a_representative_who_left_speaks_no_more(moi, jour, enfant, mere):
    retirer_partie(moi, mere, avant(jour, 1))
    with pytest.raises(ValidationError, match="ne parle plus pour cette partie"):
        noter_parole(moi, enfant, Parole("donne", jour, "oral", mere))
    with pytest.raises(IntegrityError), transaction.atomic():
        un_consentement(enfant, moi, donne_par=mere)
    noter_parole(moi, enfant, Parole("donne", avant(jour, 2), "oral", mere))


def test_what_a_representative_who_left_said_counts_no_more(moi, jour, enfant, mere):
    noter_parole(moi, enfant, Parole("donne", avant(jour, 3), "oral", mere))
    retirer_partie(moi, mere, avant(jour, 1))
    assert [accord_de(enfant, avant(jour, n)) for n in (2, 1, 0)] == ["donne", "", ""]


def test_the_database_counts_it_no_more_either(moi, jour, cas, enfant, mere):
    noter_parole(moi, enfant, Parole("donne", avant(jour, 3), "oral", mere))
    retirer_partie(moi, mere, avant(jour, 1))
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT mediation_d_accord(%s, %s), mediation_d_accord(%s, %s)",
            [enfant.pk, avant(jour, 2), enfant.pk, jour],
        )
        assert curseur.fetchone() == (True, False)


def test_a_representative_did_not_leave_before_an_exchange_that_stands_on_their_word(
    moi, jour, cas, enfant, mere
):
    dossier, une = cas[0], cas[1]
    noter_parole(moi, enfant, Parole("donne", avant(jour, 3), "oral", mere))
    noter_etape(moi, dossier, EtapeSaisie("table_ronde", jour, {"resume": "Vus"}, (une, enfant)))
    with pytest.raises(ValidationError, match="pris part à un échange"):
        retirer_partie(moi, mere, avant(jour, 1))
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_partie SET retiree_le = %s WHERE id = %s", avant(jour, 1), mere.pk)
    retirer_partie(moi, mere, jour)


def test_a_representative_who_left_is_at_no_later_step(moi, jour, cas, mere):
    retirer_partie(moi, mere, avant(jour, 1))
    with pytest.raises(ValidationError, match="ne prend plus part"):
        noter_etape(moi, cas[0], EtapeSaisie("appel", jour, {"resume": "Vue"}, (mere,)))
    etape, _ = noter_etape(moi, cas[0], EtapeSaisie("appel", jour, {"resume": "Vue"}))
    with pytest.raises(IntegrityError):
        sql("INSERT INTO mediation_presence (etape_id, partie_id) VALUES (%s, %s)", etape.pk, mere.pk)


def test_a_representative_did_not_leave_before_having_spoken(moi, jour, enfant, mere):
    noter_parole(moi, enfant, Parole("donne", jour, "oral", mere))
    with pytest.raises(ValidationError, match="son départ ne peut pas le précéder"):
        retirer_partie(moi, mere, avant(jour, 1))
    retirer_partie(moi, mere, jour)


def test_a_representative_who_spoke_stays_in_the_case(moi, jour, enfant, mere):
    noter_parole(moi, enfant, Parole("donne", jour, "oral", mere))
    with pytest.raises(ValidationError, match="a parlé au nom d’une autre partie"):
        supprimer_partie(moi, mere, mere.version)


def test_a_representative_who_spoke_keeps_the_role(moi, jour, cas, enfant, mere):
    noter_parole(moi, enfant, Parole("donne", jour, "oral", mere))
    for saisie in (
        PartieSaisie("interprete", textes={"nom": "Ana"}),
        PartieSaisie("representant", represente=cas[1], textes={"nom": "Ana"}),
    ):
        with pytest.raises(ValidationError, match="a parlé au nom d’une partie"):
            modifier_partie(moi, mere, saisie, version=1)
    with pytest.raises(IntegrityError):
        sql("UPDATE mediation_partie SET represente_id = %s WHERE id = %s", cas[1].pk, mere.pk)


def test_a_representative_deleted_while_the_form_was_open_speaks_for_nobody(moi, jour, enfant, mere):
    Partie.objects.filter(pk=mere.pk).delete()
    with pytest.raises(ValidationError, match="ne représente pas cette partie"):
        noter_parole(moi, enfant, Parole("donne", jour, "oral", mere))
    assert not Consentement.objects.filter(partie=enfant).exists()


def test_the_letter_of_a_party_taken_out_is_not_given_again(moi, cas):
    """A page opened before would otherwise change, or delete, somebody else."""
    saisie = PartieSaisie("autre_partie", textes={"nom": "Erreur"})
    otee, _ = ajouter_partie(moi, cas[0], saisie)
    supprimer_partie(moi, otee, otee.version)
    nouvelle, _ = ajouter_partie(moi, cas[0], PartieSaisie("autre_partie", textes={"nom": "Ana"}))
    assert (otee.pseudonyme, nouvelle.pseudonyme) == ("Partie C", "Partie D")
