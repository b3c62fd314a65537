"""Erasing the words of a complaint, a request, an incident: who, what goes, what stays, what comes after."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from pimms.socle.models import CleDonnees, EntreeJournal
from pimms.socle.versions import ModifieEntretemps
from qualite import reclamations, saisines
from qualite.effacement import effacer
from qualite.models import Reclamation
from tests.qualite.fabrique_ecoute import un_incident, une_demande_droits, une_reclamation

MOTIF = "Demande de la personne"
ECRITS = {"reclamation": une_reclamation, "demande_droits": une_demande_droits, "incident": un_incident}


@pytest.mark.parametrize("nom", ECRITS)
def test_the_words_go_with_their_key_and_the_reason_stays(distribution, nom):
    ligne = ECRITS[nom](distribution.responsable, distribution.point)
    cle = ligne.coffre_id
    effacer(distribution.responsable, ligne, 1, MOTIF)
    ligne = type(ligne).objects.get(pk=ligne.pk)
    assert ligne.textes() == {}
    assert not CleDonnees.objects.filter(pk=cle).exists()
    assert (ligne.efface_par, ligne.motif_effacement) == (distribution.responsable, MOTIF)
    assert ligne.efface_le.date() == timezone.now().date()


@pytest.mark.parametrize("nom", ECRITS)
def test_the_page_says_when_by_whom_and_why(distribution, nom):
    ligne = ECRITS[nom](distribution.responsable, distribution.point)
    client = distribution.client("direction")
    envoi = {"version": 1, "motif": MOTIF}
    page = client.post(reverse(f"{nom}_effacer", args=[ligne.pk]), envoi, follow=True).content.decode()
    assert f"par {distribution.direction}\u202f: {MOTIF}" in page
    assert MOTIF in distribution.client("union").get(reverse(nom, args=[ligne.pk])).content.decode()


def test_the_journal_tells_the_act_and_no_word(distribution):
    ligne = une_reclamation(distribution.proprietaire, distribution.point)
    effacer(distribution.responsable, ligne, 1, MOTIF)
    entree = EntreeJournal.objects.get(objet="reclamation", acte="effacer")
    assert (entree.acteur_id, entree.apres) == (distribution.responsable.pk, {"motif": "modifié"})


def test_codes_and_days_still_count(distribution):
    ligne = une_reclamation(distribution.proprietaire, distribution.point, il_y_a=40)
    effacer(distribution.responsable, ligne, 1, MOTIF)
    page = distribution.client("union").get(reverse("reclamations"))
    assert page.context["chiffres"]["en_retard"] == 1


def test_who_only_noted_it_does_not_erase_it(distribution):
    ligne = une_reclamation(distribution.proprietaire, distribution.point)
    with pytest.raises(ValidationError):
        effacer(distribution.proprietaire, ligne, 1, MOTIF)


def test_a_manager_does_not_erase_what_is_said_of_the_manager(distribution):
    ligne = une_reclamation(distribution.proprietaire, distribution.point, objet="responsable")
    with pytest.raises(Reclamation.DoesNotExist):
        effacer(distribution.responsable, ligne, 1, MOTIF)
    effacer(distribution.direction, ligne, 1, MOTIF)


def test_a_reason_is_due(distribution):
    ligne = une_reclamation(distribution.proprietaire, distribution.point)
    with pytest.raises(ValidationError) as erreur:
        effacer(distribution.responsable, ligne, 1, "  ")
    assert "motif" in erreur.value.message_dict


def test_a_reason_holds_no_nir(distribution):
    ligne = une_reclamation(distribution.proprietaire, distribution.point)
    with pytest.raises(ValidationError):
        effacer(distribution.responsable, ligne, 1, "Pour 1 85 05 78 006 084 91")


def test_the_answer_can_still_be_noted_under_another_key(distribution):
    ligne = une_reclamation(distribution.proprietaire, distribution.point)
    effacee = effacer(distribution.responsable, ligne, 1, MOTIF)
    jour = distribution.point.aujourdhui()
    saisines.repondre(distribution.responsable, effacee, effacee.version, jour, "fondee", "Excuses.")
    assert Reclamation.objects.get(pk=ligne.pk).textes() == {"reponse": "Excuses."}


def test_the_form_that_comes_back_after_the_erasure_gives_the_row(distribution):
    point = distribution.point
    plainte = reclamations.Plainte(
        "11111111-1111-4111-8111-111111111111", point.aujourdhui(), "sur_place", "accueil", "Une heure."
    )
    notee = reclamations.noter(distribution.proprietaire, point, plainte)
    effacer(distribution.responsable, notee, 1, MOTIF)
    assert reclamations.noter(distribution.proprietaire, point, plainte) == notee


def test_an_answer_noted_meanwhile_is_seen_before_it_is_erased(distribution):
    ligne = une_reclamation(distribution.proprietaire, distribution.point)
    saisines.repondre(distribution.direction, ligne, 1, distribution.point.aujourdhui(), "fondee", "Excuses.")
    with pytest.raises(ModifieEntretemps):
        effacer(distribution.responsable, ligne, 1, MOTIF)


@pytest.mark.parametrize(
    "ordre",
    [
        "motif_effacement = 'x'",
        "efface_le = now()",
        "coffre_id = (SELECT max(id) FROM socle_cledonnees)",
        "efface_le = NULL, efface_par_id = NULL, motif_effacement = ''",
    ],
)
def test_the_database_keeps_the_trace_of_an_erasure(distribution, ordre):
    ligne = une_reclamation(distribution.proprietaire, distribution.point)
    effacer(distribution.responsable, ligne, 1, MOTIF)
    CleDonnees.creer()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(f"UPDATE qualite_reclamation SET {ordre} WHERE id = %s", [ligne.pk])  # noqa: S608


@pytest.mark.parametrize("nom", ["reclamation", "demande_droits"])
def test_two_people_answering_at_once_both_see_it(distribution, nom):
    ligne = ECRITS[nom](distribution.responsable, distribution.point)
    url, jour = reverse(f"{nom}_repondre", args=[ligne.pk]), distribution.point.aujourdhui()
    issue = type(ligne).Issue.values[0]
    envoi = {"version": 1, "issue": issue, "repondue_le": jour, "reponse": "Par la direction."}
    assert distribution.client("direction").post(url, envoi).status_code == 302
    reponse = distribution.client("responsable").post(url, envoi | {"reponse": "Par le point."})
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "Par la direction." in page
    assert "Par le point." in page


def test_a_complaint_directed_meanwhile_is_not_directed_blindly(distribution):
    ligne = une_reclamation(distribution.proprietaire, distribution.point)
    reclamations.orienter(distribution.direction, ligne, 1, "service", False, None)
    with pytest.raises(ModifieEntretemps):
        reclamations.orienter(distribution.responsable, ligne, 1, "accueil", False, None)


def test_an_erasure_sent_after_an_answer_shows_that_answer_first(distribution):
    """Else a colleague's words, written meanwhile, would go unread."""
    ligne = une_reclamation(distribution.proprietaire, distribution.point)
    jour = distribution.point.aujourdhui()
    issue = Reclamation.Issue.values[0]
    saisines.repondre(distribution.direction, ligne, 1, jour, issue, "Nous avons rappelé hier.")
    url, envoi = reverse("reclamation_effacer", args=[ligne.pk]), {"version": 1, "motif": MOTIF}
    client = distribution.client("responsable")
    reponse = client.post(url, envoi)
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert f"Réponse notée par {distribution.direction}" in page
    assert "Nous avons rappelé hier." in page
    assert "vide" not in page
    assert Reclamation.objects.get().textes()["reponse"]
    assert client.post(url, envoi | {"version": 2}).status_code == 302
    assert Reclamation.objects.get().textes() == {}
