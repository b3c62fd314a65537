"""Complaints: three fields, who reads which, deadlines, prolonging, answering, reminders."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accueil.models import Acces
from pimms.socle.models import Courriel, EntreeJournal
from qualite import reclamations, saisines
from qualite.models import Reclamation
from qualite.rappels_saisines import envoyer_rappels, traitants
from qualite.reclamations import Plainte
from tests.fabrique import un_acces, un_point, une_personne
from tests.qualite.fabrique_ecoute import une_demande_droits, une_reclamation

TEXTE = "Une heure d’attente sans un mot."


def _noter(cast, qui="proprietaire", objet="accueil", **champs) -> Reclamation:
    defauts = {
        "cle": uuid.uuid4(),
        "recue_le": cast.point.aujourdhui(),
        "canal": "sur_place",
        "objet": objet,
        "texte": TEXTE,
    }
    return reclamations.noter(getattr(cast, qui), cast.point, Plainte(**defauts | champs))


def _visible(cast, role, reclamation) -> str:
    """« rien », « dates » (no words) or « tout »."""
    reponse = cast.client(role).get(reverse("reclamation", args=[reclamation.pk]))
    if reponse.status_code == 404:
        return "rien"
    return "tout" if TEXTE in reponse.content.decode() else "dates"


def test_a_mediateur_notes_one_in_three_fields(distribution):
    url = reverse("reclamation_nouvelle")
    client = distribution.client("proprietaire")
    jour = distribution.point.aujourdhui()
    envoi = {"cle": uuid.uuid4(), "objet": "accueil", "texte": TEXTE, "canal": "sur_place", "recue_le": jour}
    reponse = client.post(url, envoi, follow=True)
    reclamation = Reclamation.objects.get()
    assert "La réclamation est notée." in reponse.content.decode()
    assert (reclamation.auteur, reclamation.echeance) == (
        distribution.proprietaire,
        jour + timedelta(days=30),
    )
    assert TEXTE.encode() not in bytes(reclamation.scelle)


def test_sent_twice_it_is_noted_once(distribution):
    cle = uuid.uuid4()
    assert _noter(distribution, cle=cle) == _noter(distribution, cle=cle)
    assert Courriel.objects.count() == 1


@pytest.mark.parametrize("autre", [{"texte": "Deux phrases de plus."}, {"canal": "courrier"}])
def test_sent_again_with_other_words_it_is_refused_and_not_lost(distribution, autre):
    cle = uuid.uuid4()
    _noter(distribution, cle=cle)
    with pytest.raises(ValidationError, match="autre contenu"):
        _noter(distribution, cle=cle, **autre)


def test_who_handled_it_and_left_is_not_reminded(distribution):
    reclamation = une_reclamation(distribution.proprietaire, distribution.point)
    Reclamation.objects.filter(pk=reclamation.pk).update(instructeur=distribution.collegue)
    reclamation.refresh_from_db()
    jour = distribution.point.aujourdhui()
    assert list(traitants(reclamation, jour)) == [distribution.collegue]
    Acces.objects.filter(personne=distribution.collegue).update(fin=jour - timedelta(days=1))
    assert list(traitants(reclamation, jour)) == [distribution.responsable]


def test_words_never_enter_the_journal(distribution):
    _noter(distribution, personne="Madame Roux")
    entree = EntreeJournal.objects.get(objet="reclamation")
    assert (entree.acte, entree.apres["texte"], entree.apres["personne"]) == ("creer", "modifié", "modifié")
    assert entree.point_id == distribution.point.pk


@pytest.mark.parametrize(
    ("objet", "attendu"),
    [
        (
            "accueil",
            {
                "proprietaire": "tout",
                "collegue": "rien",
                "responsable": "tout",
                "direction": "tout",
                "union": "dates",
            },
        ),
        (
            "responsable",
            {
                "proprietaire": "tout",
                "collegue": "rien",
                "responsable": "rien",
                "direction": "tout",
                "union": "dates",
            },
        ),
    ],
)
def test_who_reads_a_complaint(distribution, objet, attendu):
    reclamation = _noter(distribution, objet=objet)
    lus = {role: _visible(distribution, role, reclamation) for role in attendu}
    assert lus == attendu
    assert _visible(distribution, "etranger", reclamation) == "rien"


def test_a_manager_who_notes_one_about_themselves_does_not_read_it_again(distribution):
    reclamation = _noter(distribution, "responsable", "responsable")
    assert reclamation.a_la_direction
    assert _visible(distribution, "responsable", reclamation) == "rien"


def test_one_about_the_manager_is_told_to_the_direction_alone(distribution):
    _noter(distribution, objet="responsable")
    assert [c.destinataire for c in Courriel.objects.all()] == [distribution.direction.email]


def test_another_is_told_to_the_manager_without_a_word_of_it(distribution):
    _noter(distribution, personne="Madame Roux")
    courriel = Courriel.objects.get()
    assert courriel.destinataire == distribution.responsable.email
    assert "attente" not in courriel.corps
    assert "Roux" not in courriel.corps


@pytest.mark.parametrize("jours", [1, -400])
def test_a_day_that_can_t_be_is_refused_beside_it(distribution, jours):
    with pytest.raises(ValidationError) as erreur:
        _noter(distribution, recue_le=distribution.point.aujourdhui() + timedelta(days=jours))
    assert "recue_le" in erreur.value.message_dict


def test_a_social_security_number_is_refused_beside_it(distribution):
    with pytest.raises(ValidationError) as erreur:
        _noter(distribution, texte="1 85 05 78 006 084 91")
    assert "texte" in erreur.value.message_dict


def test_a_stranger_notes_nothing_here(distribution):
    with pytest.raises(ValidationError):
        _noter(distribution, "etranger")
    with pytest.raises(ValidationError):
        _noter(distribution, "union")


def test_a_colleague_who_handles_it_reads_and_answers(distribution):
    reclamation = _noter(distribution)
    orientee = reclamations.orienter(
        distribution.responsable, reclamation, reclamation.version, "service", False, distribution.collegue
    )
    assert _visible(distribution, "collegue", reclamation) == "tout"
    saisines.repondre(
        distribution.collegue,
        orientee,
        orientee.version,
        distribution.point.aujourdhui(),
        "fondee",
        "Excuses faites.",
    )
    reclamation.refresh_from_db()
    assert reclamation.textes()["reponse"] == "Excuses faites."
    assert Courriel.objects.filter(destinataire=distribution.collegue.email).count() == 1


def test_the_manager_may_send_it_to_the_direction_and_reads_it_no_more(distribution):
    reclamation = _noter(distribution)
    url = reverse("reclamation_orienter", args=[reclamation.pk])
    envoi = {"version": 1, "objet": "mediateur", "a_la_direction": "on", "instructeur": ""}
    reponse = distribution.client("responsable").post(url, envoi)
    assert reponse["Location"] == reverse("reclamations")
    assert _visible(distribution, "responsable", reclamation) == "rien"


def test_nobody_of_the_point_handles_what_is_at_the_direction(distribution):
    reclamation = _noter(distribution, objet="responsable")
    with pytest.raises(ValidationError):
        reclamations.orienter(
            distribution.direction, reclamation, 1, "responsable", True, distribution.responsable
        )
    reclamations.orienter(distribution.direction, reclamation, 1, "responsable", True, distribution.direction)


def test_the_author_does_not_answer(distribution):
    reclamation = _noter(distribution)
    with pytest.raises(ValidationError):
        saisines.repondre(
            distribution.proprietaire, reclamation, 1, distribution.point.aujourdhui(), "fondee", "Non"
        )
    url = reverse("reclamation_repondre", args=[reclamation.pk])
    assert distribution.client("proprietaire").get(url).status_code == 404


def test_an_answer_can_be_corrected_and_is_told(distribution):
    reclamation = _noter(distribution)
    jour = distribution.point.aujourdhui()
    saisines.repondre(distribution.responsable, reclamation, 1, jour, "fondee", "Excuses.")
    saisines.repondre(distribution.responsable, reclamation, 2, jour, "en_partie", "Excuses faites.")
    entree = EntreeJournal.objects.filter(objet="reclamation", acte="repondre").first()
    assert (entree.avant, entree.apres) == (
        {"issue": "fondee"},
        {"issue": "en_partie", "reponse": "modifié"},
    )


def test_it_is_prolonged_once_with_a_reason_before_its_day(distribution):
    reclamation = une_reclamation(distribution.proprietaire, distribution.point, il_y_a=20)
    fin, jour = reclamation.echeance, distribution.point.aujourdhui()
    with pytest.raises(ValidationError) as erreur:
        saisines.prolonger(distribution.responsable, reclamation, 1, jour, fin + timedelta(days=31), "Trop")
    assert "jusqu_au" in erreur.value.message_dict
    permise = fin + timedelta(days=30)
    tenue = saisines.prolonger(distribution.responsable, reclamation, 1, jour, permise, "Avis")
    assert (tenue.terme, tenue.textes()["motif"]) == (permise, "Avis")
    with pytest.raises(ValidationError):
        saisines.prolonger(distribution.responsable, tenue, 2, jour, fin + timedelta(days=20), "Encore")


def test_it_is_not_prolonged_once_its_day_has_passed(distribution):
    reclamation = une_reclamation(distribution.proprietaire, distribution.point, il_y_a=31)
    jour = distribution.point.aujourdhui()
    with pytest.raises(ValidationError) as erreur:
        saisines.prolonger(distribution.responsable, reclamation, 1, jour, jour + timedelta(days=9), "Avis")
    assert "annoncee_le" in erreur.value.message_dict


@pytest.mark.parametrize(("il_y_a", "attendus"), [(22, 0), (23, 1), (29, 1), (30, 1), (31, 1)])
def test_a_reminder_goes_seven_days_before_the_day_before_and_after(distribution, il_y_a, attendus):
    une_reclamation(distribution.proprietaire, distribution.point, il_y_a=il_y_a)
    jour = distribution.point.aujourdhui()
    assert envoyer_rappels(jour) == attendus
    assert envoyer_rappels(jour) == 0


def test_each_reminder_goes_once_on_the_way(distribution):
    une_reclamation(distribution.proprietaire, distribution.point)
    debut = distribution.point.aujourdhui()
    envoyes = [envoyer_rappels(debut + timedelta(days=n)) for n in range(36)]
    assert [n for n, e in enumerate(envoyes) if e] == [23, 29, 31]


def test_what_is_answered_is_reminded_of_no_more(distribution):
    une_reclamation(distribution.proprietaire, distribution.point, il_y_a=35, repondue_apres=3)
    assert envoyer_rappels(distribution.point.aujourdhui()) == 0


def test_without_a_direction_the_union_is_told(distribution):
    distribution.direction.is_active = False
    distribution.direction.save()
    _noter(distribution, objet="responsable")
    assert [c.destinataire for c in Courriel.objects.all()] == [distribution.union.email]


def test_the_list_shows_what_waits_first_and_its_figures(distribution):
    for il_y_a, repondue in ((40, None), (3, None), (60, 10), (90, 40)):
        une_reclamation(distribution.proprietaire, distribution.point, il_y_a=il_y_a, repondue_apres=repondue)
    page = distribution.client("union").get(reverse("reclamations"))
    assert page.context["chiffres"] == {
        "en_cours": 2,
        "en_retard": 1,
        "recues": 4,
        "hors_delai": 1,
        "delai": 25,
    }
    assert [etat for _, etat in page.context["lignes"]] == ["en_cours", "en_retard"]


def test_many_rows_go_by_pages(distribution):
    for _ in range(51):
        une_reclamation(distribution.proprietaire, distribution.point)
    client, url = distribution.client("responsable"), reverse("reclamations")
    page = client.get(url)
    assert len(page.context["lignes"]) == 50
    assert len(client.get(url, {"avant": page.context["page"].suite}).context["lignes"]) == 1


def test_a_delegate_of_the_manager_does_not_read_one_about_the_manager(distribution):
    delegue = une_personne("Nora", "Roy")
    un_acces(delegue, "mediateur", distribution.point)
    un_acces(delegue, "responsable", distribution.point, origine="delegation")
    reclamation = une_reclamation(distribution.proprietaire, distribution.point, objet="responsable")
    assert not Reclamation.objects.visibles_par(delegue).filter(pk=reclamation.pk).exists()


def test_the_database_sends_one_about_the_manager_to_the_direction(distribution):
    with pytest.raises(IntegrityError), transaction.atomic():
        une_reclamation(
            distribution.proprietaire, distribution.point, objet="responsable", a_la_direction=False
        )


@pytest.mark.parametrize(
    "ordre",
    [
        "DELETE FROM qualite_{t}",
        "UPDATE qualite_{t} SET recue_le = recue_le + 10",
        "UPDATE qualite_{t} SET echeance = echeance + 10",
        "UPDATE qualite_{t} SET point_id = point_id + 1",
    ],
)
@pytest.mark.parametrize("table", ["reclamation", "demandedroits"])
def test_the_application_can_t_move_a_day_or_take_a_row_away(distribution, table, ordre):
    une_reclamation(distribution.proprietaire, distribution.point)
    une_demande_droits(distribution.responsable, distribution.point)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre.format(t=table))


def test_late_is_told_on_the_day_of_the_point(distribution, monkeypatch):
    """It is ten in the evening in Tahiti, tomorrow already in Paris: the answer is still due today."""
    soir = datetime(2026, 11, 25, 8, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: soir)
    loin = un_point(distribution.point.association, fuseau="Pacific/Tahiti")
    due = une_reclamation(distribution.direction, loin, il_y_a=30)
    assert due.echeance == date(2026, 11, 24)
    client = distribution.client("direction")
    assert client.get(reverse("reclamations")).context["chiffres"]["en_retard"] == 0
    assert client.get(reverse("reclamations"), {"vue": "en_retard"}).context["lignes"] == []
