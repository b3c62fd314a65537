"""A case sent to another point closes here and goes on there."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertContains

from mediation.cycle_de_vie import ModifieEntretemps, changer_etat
from mediation.listes import chercher
from mediation.models import ConflitInteret, Dossier, Partie
from mediation.passations import declarer_conflit
from mediation.transferts import transferer
from tests.fabrique import un_partenaire, un_point
from tests.mediation.fabrique import un_consentement, un_dossier, une_partie


@pytest.fixture
def dossier(distribution):
    return un_dossier(distribution.proprietaire, distribution.point, institution="Syndic Horizon")


def _transferer(distribution, dossier, vers=None, **champs):
    defauts = {"motif": "Déménagement", "depuis": "demande", "avec_identites": True}
    vers = vers or distribution.ailleurs
    return transferer(distribution.proprietaire, dossier, vers, **defauts | champs)


def test_the_case_closes_here_and_its_successor_opens_there(distribution, dossier):
    successeur = _transferer(distribution, dossier)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.issue) == ("clos", "transfert")
    assert (successeur.point, successeur.predecesseur, successeur.etat) == (
        distribution.ailleurs,
        dossier,
        "demande",
    )
    assert successeur.reference.startswith(distribution.ailleurs.code)
    connection.check_constraints()


def test_the_manager_there_receives_it(distribution, dossier):
    assert _transferer(distribution, dossier).mediateur == distribution.etranger


def test_with_their_agreement_the_parties_go_along_sealed_anew(distribution, dossier):
    personne = une_partie(dossier, "Fatou Martin")
    une_partie(dossier, "Awa Martin", role="representant", represente=personne)
    successeur = _transferer(distribution, dossier)
    copies = list(Partie.objects.filter(dossier=successeur))
    assert [c.valeurs()["nom"] for c in copies] == ["Fatou Martin", "Awa Martin"]
    assert copies[1].represente == copies[0]
    assert successeur.valeurs() == dossier.valeurs()


def test_a_note_about_a_party_stays_at_the_point(distribution, dossier):
    une_partie(dossier, "Fatou Martin", remarque="Appeler le matin")
    (copie,) = Partie.objects.filter(dossier=_transferer(distribution, dossier))
    assert "remarque" not in copie.valeurs()


def test_a_party_is_found_by_name_there_once_transferred(distribution, dossier):
    une_partie(dossier, "Fatou Martin")
    successeur = _transferer(distribution, dossier)
    assert list(chercher(distribution.etranger, "martin FATOU")) == [successeur]


def test_without_their_agreement_nothing_that_names_them_leaves(distribution, dossier):
    une_partie(dossier, "Fatou Martin")
    successeur = _transferer(distribution, dossier, avec_identites=False)
    assert not Partie.objects.filter(dossier=successeur).exists()
    assert successeur.valeurs() == {"objet": f"Transféré de {dossier.reference}"}


def test_a_closed_point_receives_nothing(distribution, dossier):
    ferme = un_point(ferme_le=distribution.point.aujourdhui(), nom="Fermé")
    with pytest.raises(ValidationError, match="Le point Fermé est fermé"):
        _transferer(distribution, dossier, ferme)
    assert Dossier.objects.get().etat == "demande"


def test_a_point_where_nobody_works_receives_nothing(distribution, dossier):
    with pytest.raises(ValidationError, match="Personne n’est en poste"):
        _transferer(distribution, dossier, un_point())


def test_a_case_does_not_go_to_its_own_point(distribution, dossier):
    with pytest.raises(ValidationError, match="un autre point"):
        _transferer(distribution, dossier, distribution.point)


def test_a_transfer_asked_twice_opens_one_successor(distribution, dossier):
    _transferer(distribution, dossier)
    with pytest.raises(ModifieEntretemps):
        _transferer(distribution, dossier)
    assert Dossier.objects.count() == 2


def test_a_case_with_an_issue_is_not_transferred(distribution, dossier):
    changer_etat(distribution.proprietaire, dossier, "refuse", depuis="demande")
    with pytest.raises(ValidationError, match="avant son issue"):
        _transferer(distribution, dossier, depuis="refuse")


def test_a_transferred_case_is_not_reopened(distribution, dossier):
    _transferer(distribution, dossier)
    page = distribution.client("proprietaire").get(f"/mediation/dossiers/{dossier.reference}/")
    assert page.context["suite"].habituel is None
    assert page.context["suite"].autres == []
    assert "continue au point" in page.content.decode()


def test_a_restricted_case_stays_restricted_at_the_other_point(distribution, dossier):
    Dossier.objects.filter(pk=dossier.pk).update(restreint=True)
    successeur = _transferer(distribution, dossier)
    successeur.refresh_from_db()
    assert successeur.restreint
    assert list(successeur.evenements.values_list("nature", "vers")).count(("restriction", "restreint")) == 1


@pytest.mark.parametrize("parole", ["refuse", "retire"])
def test_who_refused_the_mediation_is_named_nowhere_else(distribution, dossier, parole):
    moi = distribution.proprietaire
    une_partie(dossier, "Fatou Martin")
    autre = une_partie(dossier, "M. Voisin", "autre_partie")
    une_partie(dossier, "Awa Voisin", "representant", represente=autre)
    if parole == "retire":
        un_consentement(autre, moi)
    un_consentement(autre, moi, parole)
    successeur = _transferer(distribution, dossier)
    copies = Partie.objects.filter(dossier=successeur)
    assert [c.valeurs()["nom"] for c in copies] == ["Fatou Martin"]
    assert not chercher(distribution.etranger, "M. Voisin").exists()


def test_who_refused_then_accepted_goes_along(distribution, dossier):
    autre = une_partie(dossier, "M. Voisin", "autre_partie")
    for parole in ("refuse", "donne"):
        un_consentement(autre, distribution.proprietaire, parole)
    assert Partie.objects.filter(dossier=_transferer(distribution, dossier)).count() == 1


def test_without_their_agreement_no_partner_is_named_there(distribution):
    dossier = un_dossier(distribution.proprietaire, distribution.point, partenaire=un_partenaire("EDF"))
    assert _transferer(distribution, dossier, avec_identites=False).partenaire is None


def test_a_conflict_that_waits_is_settled_by_the_transfer(distribution, dossier):
    declarer_conflit(distribution.proprietaire, dossier, "Je connais la voisine")
    _transferer(distribution, dossier)
    assert ConflitInteret.objects.get().decision == "passe_la_main"


def test_an_institution_that_is_no_partner_there_keeps_its_name(distribution, dossier):
    bailleur = un_partenaire("Bailleur du coin", association=distribution.point.association)
    une_partie(dossier, "", "autre_partie", nature="institution", partenaire=bailleur)
    (copie,) = Partie.objects.filter(dossier=_transferer(distribution, dossier))
    assert (copie.partenaire, copie.valeurs()) == (None, {"nom": "Bailleur du coin"})


def test_changing_the_register_of_a_case_that_came_from_elsewhere_says_what_it_does(distribution, dossier):
    successeur = _transferer(distribution, dossier)
    url = reverse("registre_proposer", args=["dossier", successeur.pk])
    assertContains(distribution.client("etranger").get(url), "ne change pas les chiffres")
