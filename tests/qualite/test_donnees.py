"""A person's rights over what is held: found, copied, erased, by the manager of the point alone."""

import json

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from accueil.models import NoteVisite
from mediation.accords import constater
from mediation.consultations import avec_motif
from mediation.cycle_de_vie import changer_etat
from mediation.droits_des_personnes import oublier, trouver
from mediation.etats import Etat
from mediation.models import Dossier, Engagement, Fichier, Partie
from mediation.parties import PartieSaisie, modifier_partie
from pimms.socle.models import Effacement, EntreeJournal
from tests.fabrique import MOT_DE_PASSE, une_visite
from tests.mediation.fabrique import un_dossier, un_dossier_plein
from tests.qualite.fabrique_ecoute import une_demande_droits, une_reclamation


@pytest.fixture
def demande(distribution):
    """A case where Fatou Martin is party A, and her request."""
    dossier = un_dossier_plein(distribution.proprietaire, distribution.point)
    partie = dossier.parties.get(numero=1)
    saisie = PartieSaisie("demandeur", textes={"nom": "Fatou Martin", "telephone": "06 12 34 56 78"})
    modifier_partie(distribution.proprietaire, partie, saisie, partie.version)
    return une_demande_droits(distribution.responsable, distribution.point)


def _chercher(distribution, demande, role: str = "responsable", **champs):
    champs = {"nom": "martin FATOU"} | champs
    return distribution.client(role).post(f"/qualite/demandes/{demande.pk}/donnees/", champs)


def test_a_person_is_found_by_exact_name_and_the_search_is_told(distribution, demande):
    page = _chercher(distribution, demande).content.decode()
    assert Dossier.objects.get().reference in page
    assert EntreeJournal.objects.filter(acte="chercher", acteur_id=distribution.responsable.pk).exists()
    assert "Aucun dossier" in _chercher(distribution, demande, nom="Fatou").content.decode()


def test_the_copy_holds_what_is_hers_and_names_nobody_else(distribution, demande):
    reponse = _chercher(distribution, demande, copie="json")
    (copie,) = json.loads(reponse.content)["dossiers"]
    assert copie["identite"] == {"nom": "Fatou Martin", "telephone": "06 12 34 56 78"}
    assert (len(copie["accords"]), len(copie["etapes"]), len(copie["mandats"])) == (1, 1, 1)
    assert "Voisin" not in reponse.content.decode()
    assert "Très tendu" not in reponse.content.decode()
    assert EntreeJournal.objects.filter(acte="copier", objet="partie").count() == 1


def test_the_copy_tells_who_read_the_case_and_why(distribution, demande):
    for role in ("proprietaire", "collegue"):
        distribution.client(role).get(f"/mediation/dossiers/{Dossier.objects.get().reference}/")
    (copie,) = json.loads(_chercher(distribution, demande, copie="json").content)["dossiers"]
    lues = {lecture["par"]: lecture["pourquoi"] for lecture in copie["lectures"]}
    assert lues == {
        "Sonia Benali": "son dossier",
        "Karim Petit": "non dit",
        "Léa Tissot": "Je réponds à une demande sur des données",  # who makes this very copy
    }


def test_an_answer_about_data_explains_no_other_reading(distribution, demande):
    responsable = distribution.client("responsable")
    responsable.get(f"/mediation/dossiers/{Dossier.objects.get().reference}/")  # and says not why
    (copie,) = json.loads(_chercher(distribution, demande, copie="json").content)["dossiers"]
    lues = {lecture["par"]: lecture["pourquoi"] for lecture in copie["lectures"]}
    assert lues["Léa Tissot"] == "non dit"
    assert not avec_motif(Dossier.objects.all(), distribution.responsable).get().motif_dit


def test_what_is_copied_or_erased_asks_for_the_password_again(distribution, demande):
    distribution.responsable.set_password(MOT_DE_PASSE)
    distribution.responsable.save()
    reponse = _chercher(distribution, demande, copie="json")
    assert reponse.url.startswith(reverse("account_reauthenticate"))
    assert _oublier(distribution, demande, "responsable", "dossier") == 302
    assert not Dossier.objects.get().anonymise_le


def test_the_copy_is_a_pdf_to_hand_over(distribution, demande):
    reponse = _chercher(distribution, demande, copie="pdf")
    assert reponse.content.startswith(b"%PDF")


def test_a_person_of_many_cases_is_found_in_all_of_them(distribution, demande):
    partie = Partie.objects.get(numero=1)
    autres = [un_dossier(distribution.proprietaire, distribution.point) for _ in range(3)]
    champs = {"point_id": partie.point_id, "empreinte": partie.empreinte, "nature": partie.nature}
    Partie.objects.bulk_create(
        Partie(dossier=dossier, numero=n, role=partie.role, **champs)
        for dossier in autres
        for n in range(1, 21)
    )
    assert len(trouver(distribution.responsable, distribution.point, "Fatou Martin")) == 61


def test_complaints_and_requests_that_name_the_person_are_found_and_copied(distribution, demande):
    une_reclamation(distribution.responsable, distribution.point, a_la_direction=False)
    une_reclamation(distribution.direction, distribution.point, a_la_direction=True)
    page = _chercher(distribution, demande, nom="Roux").content.decode()
    assert (page.count("Madame Roux"), "Aucun dossier" in page) == (1, True)
    page = _chercher(distribution, demande, nom="Claire Roux").content.decode()
    assert (page.count("à vérifier"), "Copie en JSON" in page) == (1, False)
    copie = json.loads(_chercher(distribution, demande, nom="Roux", copie="json").content)
    assert [(e["personne"], e["texte"]) for e in copie["ecrits"]] == [
        ("Madame Roux", "Une heure d’attente sans un mot.")
    ]
    assert EntreeJournal.objects.filter(acte="copier", objet="reclamation").count() == 1


def test_the_note_of_the_visit_is_in_the_copy_of_whose_visit_it_was(distribution, demande):
    visite = une_visite(distribution.point, distribution.proprietaire)
    NoteVisite.objects.create(visite=visite, point=distribution.point, texte="Vient avec son fils")
    Dossier.objects.update(demande=visite.demandes.get())
    (copie,) = json.loads(_chercher(distribution, demande, copie="json").content)["dossiers"]
    assert copie["note_de_la_visite"] == "Vient avec son fils"


def test_who_a_person_is_is_set_right_in_a_closed_case_which_stays_closed(distribution, demande):
    engagement = Engagement.objects.get()
    constater(distribution.proprietaire, engagement, "tenu", distribution.point.aujourdhui())
    dossier = Dossier.objects.get()
    for depuis, vers in ((Etat.ACCORD, Etat.SUIVI), (Etat.SUIVI, Etat.CLOS)):
        dossier = changer_etat(distribution.proprietaire, dossier, vers, depuis=depuis)
    partie = dossier.parties.get(numero=1)
    etat, issue, version = dossier.etat, dossier.issue, dossier.version
    url = f"/qualite/demandes/{demande.pk}/donnees/{partie.pk}/corriger/"
    client = distribution.client("responsable")
    assert url in _chercher(distribution, demande).content.decode()
    assert client.get(url).context["form"]["nom"].value() == "Fatou Martin"
    client.post(url, {"nom": "Fatou Martin-Diop", "version": partie.version})
    assert trouver(distribution.responsable, distribution.point, "Martin Diop Fatou") == [partie]
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.issue, dossier.version) == (etat, issue, version)
    assert EntreeJournal.objects.get(acte="rectifier").apres == {"textes": "modifié"}
    assert client.post(url, {"nom": "Autre", "version": partie.version}).status_code == 409


def test_setting_right_who_a_person_is_tells_why_the_case_was_read_once_a_day(distribution, demande):
    partie = Dossier.objects.get().parties.get(numero=1)
    for _ in range(2):
        distribution.client("responsable").get(
            f"/qualite/demandes/{demande.pk}/donnees/{partie.pk}/corriger/"
        )
    dits = EntreeJournal.objects.filter(acte="motiver", objet_id=partie.dossier_id)
    assert [(d.acteur_id, d.apres["motif"]) for d in dits] == [(distribution.responsable.pk, "droits")]
    assertContains(distribution.client("responsable").get(reverse("lectures")), "Je réponds à une demande")


def test_a_person_who_was_erased_is_not_named_again(distribution, demande):
    partie = Dossier.objects.get().parties.get(numero=1)
    oublier(distribution.responsable, partie)
    partie.refresh_from_db()
    reponse = distribution.client("responsable").post(
        f"/qualite/demandes/{demande.pk}/donnees/{partie.pk}/corriger/",
        {"nom": "Fatou Martin", "version": partie.version},
    )
    assertContains(reponse, "Cette personne a été effacée de ce dossier", status_code=422)
    partie.refresh_from_db()
    assert partie.scelle is None


def test_a_case_reserved_to_others_says_nothing(distribution, demande):
    Dossier.objects.update(restreint=True)
    assert "Aucun dossier" in _chercher(distribution, demande).content.decode()


def _oublier(distribution, demande, role: str, etendue: str) -> int:
    partie = Partie.objects.get(numero=1)
    url = f"/qualite/demandes/{demande.pk}/donnees/{partie.pk}/oublier/"
    return distribution.client(role).post(url, {"etendue": etendue}).status_code


def test_forgetting_a_person_leaves_the_case_and_the_others(distribution, demande):
    assert _oublier(distribution, demande, "responsable", "personne") == 302
    une, autre = Partie.objects.order_by("numero")
    assert (une.valeurs(), une.empreinte) == ({}, None)
    assert autre.valeurs()["nom"] == "M. Voisin"
    assert une.consentements.filter(etat="donne").exists()
    assert not Fichier.objects.exists()
    assert Effacement.objects.get().objet == "partie"


def test_the_whole_case_may_be_forgotten(distribution, demande):
    assert _oublier(distribution, demande, "responsable", "dossier") == 302
    assert Dossier.objects.get().anonymise_le
    assert not any(p.valeurs() for p in Partie.objects.all())


@pytest.mark.parametrize("role", ["proprietaire", "direction", "union", "etranger"])
def test_nobody_but_the_manager_searches_or_erases(distribution, demande, role):
    assert _chercher(distribution, demande, role).status_code == 404
    assert _oublier(distribution, demande, role, "personne") == 404
    assert Partie.objects.get(numero=1).valeurs()
