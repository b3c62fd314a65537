"""Absences: noted and read where someone is in post today; why, by the managers of that very point."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accueil import absences
from accueil.models import Absence, Acces
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_acces, un_point, une_personne

UN_JOUR = timedelta(days=1)


@pytest.fixture
def absence(distribution):
    """The colleague, ill since yesterday, as noted at their point."""
    point = distribution.point
    hier = point.aujourdhui() - UN_JOUR
    return Absence.objects.create(personne=distribution.collegue, point=point, debut=hier, motif="maladie")


def page(distribution, role, personne=None):
    personne = personne or distribution.collegue
    return distribution.client(role).get(reverse("personne", args=[personne.pk]))


def noter(distribution, role, **champs):
    url = reverse("absence_nouvelle", args=[distribution.collegue.pk])
    saisie = {"debut": "2026-11-02", "fin": "2026-11-06", "motif": "maladie"} | champs
    return distribution.client(role).post(url, saisie)


def inviter(distribution, personne, **champs):
    """The stranger, manager elsewhere, gives someone a role at their own point."""
    return un_acces(personne, "mediateur", distribution.ailleurs, **champs)


@pytest.mark.parametrize("role", ["responsable", "direction"])
def test_the_manager_and_the_direction_note_an_absence_and_read_why(distribution, role):
    noter(distribution, role)
    assert Absence.objects.get().point == distribution.point
    assertContains(page(distribution, role), "maladie")


def test_the_union_reads_the_dates_and_not_why(distribution, absence):
    reponse = page(distribution, "union")
    assertContains(reponse, "retour inconnu")
    assertNotContains(reponse, "maladie")


def test_the_union_changes_dates_and_leaves_why_as_it_was(distribution, absence):
    saisie = {"debut": "2026-11-03", "motif": "conge"}
    distribution.client("union").post(reverse("absence", args=[absence.pk]), saisie)
    absence.refresh_from_db()
    assert (absence.debut.day, absence.motif) == (3, "maladie")


def test_one_who_invites_somebody_for_later_sees_no_absence(distribution, absence):
    inviter(distribution, distribution.collegue, debut=distribution.ailleurs.aujourdhui() + UN_JOUR)
    assertNotContains(page(distribution, "etranger"), "Absences")


def test_one_who_had_somebody_in_the_team_long_ago_sees_no_absence(distribution, absence):
    inviter(distribution, distribution.collegue, fin=distribution.ailleurs.aujourdhui() - UN_JOUR)
    assertNotContains(page(distribution, "etranger"), "Absences")


def test_one_who_invites_somebody_for_today_reads_the_days_to_come_and_never_why(distribution, absence):
    inviter(distribution, distribution.collegue)
    reponse = page(distribution, "etranger")
    assertContains(reponse, "retour inconnu")
    assertNotContains(reponse, "maladie")


def test_past_absences_of_another_point_are_not_seen(distribution, absence):
    absence.fin = absence.debut
    absence.save()
    inviter(distribution, distribution.collegue)
    assertContains(page(distribution, "etranger"), "Aucune absence enregistrée.")


@pytest.mark.parametrize("nom", ["absence", "absence_supprimer"])
@pytest.mark.parametrize("champs", [{}, {"debut": UN_JOUR}, {"fin": -UN_JOUR}])
def test_nobody_changes_an_absence_noted_at_another_point(distribution, absence, nom, champs):
    jour = distribution.ailleurs.aujourdhui()
    inviter(distribution, distribution.collegue, **{c: jour + ecart for c, ecart in champs.items()})
    url = reverse(nom, args=[absence.pk])
    assert distribution.client("etranger").post(url, {"debut": "2026-11-02"}).status_code == 404
    assert Absence.objects.filter(pk=absence.pk, debut=absence.debut).exists()


def test_no_absence_is_noted_of_someone_who_left(distribution):
    Acces.objects.filter(personne=distribution.collegue).update(fin=distribution.point.aujourdhui() - UN_JOUR)
    assert noter(distribution, "responsable").status_code == 404


def test_a_manager_no_longer_changes_the_absence_of_someone_who_left(distribution, absence):
    Acces.objects.filter(personne=distribution.collegue).update(fin=distribution.point.aujourdhui() - UN_JOUR)
    with pytest.raises(ValidationError, match="en poste"):
        absences.supprimer(distribution.responsable, absence)


def test_the_team_page_tells_no_absence_of_someone_who_left_or_is_yet_to_come(distribution):
    jour = distribution.point.aujourdhui()
    for champs in ({"fin": jour - UN_JOUR}, {"debut": jour + UN_JOUR}):
        personne = une_personne("Zoé", "Roy")
        un_acces(personne, "mediateur", distribution.point, **champs)
        Absence.objects.create(personne=personne, point=distribution.ailleurs, debut=jour)
    assertNotContains(distribution.client("responsable").get(reverse("equipe")), "Absent")


def test_a_manager_of_two_points_says_where_it_is_noted(distribution):
    autre = un_point(distribution.point.association)
    un_acces(distribution.collegue, "mediateur", autre)
    assert noter(distribution, "direction").context["form"].errors.keys() == {"point"}
    noter(distribution, "direction", point=autre.pk)
    assert Absence.objects.get().point == autre


def test_no_absence_is_noted_at_a_point_of_others(distribution):
    un_acces(distribution.collegue, "mediateur", distribution.ailleurs)
    noter(distribution, "responsable", point=distribution.ailleurs.pk)
    assert Absence.objects.get().point == distribution.point


def test_a_manager_notes_their_own_absence(distribution):
    url = reverse("absence_nouvelle", args=[distribution.responsable.pk])
    distribution.client("responsable").post(url, {"debut": "2026-11-02", "motif": "conge"})
    assert Absence.objects.get().personne == distribution.responsable


def test_the_reason_of_an_absence_is_not_in_the_journal(distribution):
    jour = distribution.point.aujourdhui()
    absence = Absence(personne=distribution.collegue, point=distribution.point, debut=jour, motif="maladie")
    absences.noter(distribution.responsable, absence)
    assert "maladie" not in str(EntreeJournal.objects.get(objet="absence").apres)


def test_two_absences_of_a_person_never_overlap(distribution, absence):
    reponse = noter(distribution, "responsable", debut=distribution.point.aujourdhui().isoformat(), fin="")
    message = "Une absence couvre déjà une partie de ces jours."
    assert reponse.context["form"].errors == {"debut": [message]}
