"""Who reads, completes and erases a proof or an attestation about a person."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accueil.models import Acces
from pimms.socle.models import Courriel
from qualite import preuves as ecriture
from qualite.charte import attestations_visibles, attester
from qualite.depots import Depot, Objet
from qualite.models import Preuve
from qualite.rappels_preuves import envoyer_rappels
from tests.fabrique import un_acces, un_point, une_personne
from tests.qualite.fabrique import un_pdf, une_attestation, une_charte, une_preuve

AUJOURDHUI = date.today()
HIER = AUJOURDHUI - timedelta(days=1)
TOUS = ("proprietaire", "collegue", "responsable", "etranger", "direction", "union", "auditeur")


@pytest.fixture
def preuve(distribution):
    """A certificate of Sonia's, added by her manager for the association."""
    return une_preuve(
        distribution.responsable,
        ["ORG-2"],
        personne=distribution.proprietaire,
        employeur=distribution.point.association,
    )


@pytest.fixture
def attestation(distribution):
    faite = une_attestation(distribution.proprietaire, une_charte())
    un_pdf(faite)
    return faite


def _statuts(distribution, url) -> dict[str, int]:
    return {q: distribution.client(q).get(url).status_code for q in TOUS}


def _depart(personne, point) -> None:
    Acces.objects.filter(personne=personne, point=point).update(fin=HIER)


def _depot(**champs) -> Depot:
    defauts = {"cle": uuid.uuid4(), "titre": "Diplôme", "debut": AUJOURDHUI, "lien": "https://exemple.fr"}
    return Depot(**defauts | champs)


LUE_PAR = {
    "proprietaire": 200,
    "collegue": 404,
    "responsable": 200,
    "etranger": 404,
    "direction": 200,
    "union": 200,
    "auditeur": 404,
}


def test_a_personal_proof_is_read_by_that_person_their_managers_and_the_union(distribution, preuve):
    assert _statuts(distribution, reverse("preuve", args=[preuve.pk])) == LUE_PAR


def test_so_is_an_attestation(distribution, attestation):
    assert _statuts(distribution, reverse("attestation", args=[attestation.pk])) == LUE_PAR


def test_who_invites_someone_by_address_reads_nothing_of_before(distribution, preuve, attestation):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    for url in (reverse("preuve", args=[preuve.pk]), reverse("attestation", args=[attestation.pk])):
        assert distribution.client("etranger").get(url).status_code == 404
        assert distribution.client("responsable").get(url).status_code == 200


def test_nor_a_role_given_back_to_before_the_attestation(distribution, attestation):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs, debut=date(2020, 1, 2))
    portee = distribution.etranger.portee
    assert not attestations_visibles(portee, distribution.etranger).exists()


def test_who_once_had_someone_reads_no_more(distribution, preuve, attestation):
    _depart(distribution.proprietaire, distribution.point)
    for url in (reverse("preuve", args=[preuve.pk]), reverse("attestation", args=[attestation.pk])):
        for role in ("responsable", "direction"):
            assert distribution.client(role).get(url).status_code == 404
        assert distribution.client("union").get(url).status_code == 200


def test_someone_to_come_is_not_in_post_yet(distribution, preuve):
    personne = une_personne()
    un_acces(personne, "mediateur", distribution.point, debut=AUJOURDHUI + timedelta(days=3))
    objet = Objet(association=distribution.point.association, personne=personne)
    assert not ecriture.peut_deposer(distribution.responsable.portee, objet)


def test_a_person_of_two_associations_has_each_one_s_proofs_apart(distribution, preuve):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    autre = une_preuve(
        distribution.etranger,
        ["ORG-2"],
        personne=distribution.proprietaire,
        employeur=distribution.ailleurs.association,
    )
    lues = {
        role: set(Preuve.objects.visibles_par(getattr(distribution, role)))
        for role in ("proprietaire", "responsable", "etranger")
    }
    assert lues == {"proprietaire": {preuve, autre}, "responsable": {preuve}, "etranger": {autre}}


def test_another_point_of_the_same_association_reads_it_once_the_person_works_there(distribution, preuve):
    voisin = un_point(distribution.point.association)
    chef = une_personne("Zoé", "Roux")
    un_acces(chef, "responsable", voisin)
    assert preuve not in Preuve.objects.visibles_par(chef)
    un_acces(distribution.proprietaire, "mediateur", voisin)
    assert preuve in Preuve.objects.visibles_par(chef)


def test_a_proof_without_an_employer_is_the_person_s_and_the_union_s(distribution):
    preuve = une_preuve(distribution.union, ["ORG-2"], personne=distribution.proprietaire)
    statuts = _statuts(distribution, reverse("preuve", args=[preuve.pk]))
    assert {role for role, statut in statuts.items() if statut == 200} == {"proprietaire", "union"}


def test_nobody_adds_for_someone_who_is_not_of_their_team(distribution):
    etranger = Objet(association=distribution.ailleurs.association, personne=distribution.etranger)
    autre_employeur = Objet(association=distribution.ailleurs.association, personne=distribution.proprietaire)
    for objet in (etranger, autre_employeur, Objet(personne=distribution.proprietaire)):
        with pytest.raises(ValidationError):
            ecriture.deposer(distribution.responsable, objet, ["ORG-2"], _depot())


def test_a_manager_adds_one_for_their_team_through_the_page(distribution):
    association = distribution.point.association
    envoi = {
        "cle": str(uuid.uuid4()),
        "exigence": "ORG-2",
        "objet": f"personne-{distribution.proprietaire.pk}-{association.pk}",
        "titre": "Diplôme",
        "debut": AUJOURDHUI.isoformat(),
        "lien": "https://exemple.fr/diplome",
    }
    reponse = distribution.client("responsable").post(reverse("preuve_nouvelle"), envoi)
    assert reponse.status_code == 302
    preuve = Preuve.objects.get()
    assert (preuve.personne, preuve.employeur, preuve.association) == (
        distribution.proprietaire,
        association,
        None,
    )


@pytest.mark.parametrize("nom", ["preuve_retirer", "preuve_version"])
def test_who_reads_it_no_more_neither_completes_nor_withdraws_it(distribution, preuve, nom):
    _depart(distribution.proprietaire, distribution.point)
    url = reverse(nom, args=[preuve.pk])
    for role in ("responsable", "direction", "etranger"):
        assert distribution.client(role).post(url, {"motif": "Non"}).status_code == 404


def test_the_direction_of_another_association_erases_nothing_here(distribution, preuve):
    ailleurs = distribution.ailleurs.association
    un_acces(distribution.responsable, "direction", association=ailleurs)
    with pytest.raises(ValidationError):
        ecriture.effacer(distribution.responsable, preuve, "Non")
    ecriture.effacer(distribution.direction, preuve, "Demande de la personne")


def test_an_attestation_keeps_the_associations_of_its_day(distribution):
    charte = une_charte()
    faite = attester(distribution.proprietaire, empreinte_lue=charte.empreinte, cle=uuid.uuid4())
    assert faite.employeurs == [distribution.point.association_id]


def test_the_team_s_page_gives_no_link_to_what_another_association_holds(distribution, attestation):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    page = distribution.client("etranger").get(reverse("attestations")).content.decode()
    assert "dans une autre association" in page
    assert reverse("attestation", args=[attestation.pk]) not in page


def test_the_manager_of_the_association_that_keeps_it_is_reminded_alone(distribution):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    une_preuve(
        distribution.responsable,
        ["ORG-2"],
        personne=distribution.proprietaire,
        employeur=distribution.point.association,
        fin=AUJOURDHUI + timedelta(days=7),
    )
    envoyer_rappels(AUJOURDHUI)
    assert Courriel.objects.get().destinataire == distribution.responsable.email


def test_where_nobody_keeps_a_proof_the_union_is_reminded(distribution):
    """A reminder is sent once: with nobody to write to it would be lost."""
    Acces.objects.filter(personne=distribution.responsable).delete()
    une_preuve(distribution.union, ["CAD-4"], point=distribution.point, fin=AUJOURDHUI + timedelta(days=7))
    envoyer_rappels(AUJOURDHUI)
    assert Courriel.objects.get().destinataire == distribution.union.email


def test_the_pages_of_proofs_keep_their_budget_for_who_reads_a_person_s(distribution, preuve):
    """The manager's team is read as well: nothing is left to spare."""
    for _ in range(3):
        une_preuve(distribution.responsable, ["CAD-4"], point=distribution.point)
    client = distribution.client("responsable")
    for url in (reverse("preuves"), reverse("preuve_nouvelle"), reverse("preuve", args=[preuve.pk])):
        with CaptureQueriesContext(connection) as releve:
            assert client.get(url).status_code == 200
        assert len(releve) <= 10, "\n".join(q["sql"][:160] for q in releve)


def test_the_direction_erases_what_it_holds_of_who_left_without_reading_it(distribution, preuve):
    _depart(distribution.proprietaire, distribution.point)
    client, url = distribution.client("direction"), reverse("preuve_effacer", args=[preuve.pk])
    liste = client.get(reverse("preuves_departs")).content.decode()
    assert url in liste
    assert "Affichage" not in liste  # its title
    page = client.post(url, {"motif": "Demande de la personne"}, follow=True).content.decode()
    assert "Rien n’est gardé de personnes parties" in page
    assert Preuve.objects.get(pk=preuve.pk).coffre is None


@pytest.mark.parametrize("role", ["responsable", "etranger", "auditeur"])
def test_nobody_else_erases_it(distribution, preuve, role):
    _depart(distribution.proprietaire, distribution.point)
    url = reverse("preuve_effacer", args=[preuve.pk])
    assert distribution.client(role).post(url, {"motif": "Non"}).status_code == 404


def test_who_is_in_post_is_not_among_those_who_left(distribution, preuve):
    page = distribution.client("direction").get(reverse("preuves_departs"))
    assert page.context["preuves"] == []


def test_the_union_is_reminded_of_what_no_employer_added(distribution):
    """Nobody else but the person reads it."""
    fin = AUJOURDHUI + timedelta(days=7)
    une_preuve(distribution.union, ["ORG-2"], personne=distribution.proprietaire, fin=fin)
    assert envoyer_rappels(AUJOURDHUI) == 1
    assert Courriel.objects.get().destinataire == distribution.union.email
