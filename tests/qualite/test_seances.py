"""Sessions: noted by who looks after the team, counted for those who were there."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from pimms.socle.models import EntreeJournal
from qualite import seances
from qualite.models import PointSeance, PresenceSeance, SeanceCollective
from qualite.seances import Saisie
from tests.fabrique import un_acces, un_point, une_personne
from tests.qualite.fabrique_parcours import une_seance


@pytest.fixture
def saisie(distribution):
    """A meeting held today, everyone there."""
    return Saisie(
        cle=uuid.uuid4(),
        nature="reunion",
        jour=distribution.point.aujourdhui(),
        duree=90,
        mode="sur_place",
        presents=[distribution.proprietaire, distribution.collegue, distribution.responsable],
    )


def _presents(seance, point):
    return set(
        PresenceSeance.objects.filter(lieu__seance=seance, lieu__point=point).values_list(
            "personne__prenom", flat=True
        )
    )


def test_a_meeting_is_noted_with_those_who_were_there(distribution, saisie):
    seance = seances.noter(distribution.responsable, distribution.point, saisie)
    assert _presents(seance, distribution.point) == {"Sonia", "Karim", "Léa"}


def test_the_same_form_twice_is_one_session(distribution, saisie):
    une = seances.noter(distribution.responsable, distribution.point, saisie)
    assert seances.noter(distribution.responsable, distribution.point, saisie) == une
    assert PresenceSeance.objects.count() == 3


@pytest.mark.parametrize("autre", [{"duree": 30}, {"presents": []}])
def test_the_same_form_with_another_content_is_refused(distribution, saisie, autre):
    seances.noter(distribution.responsable, distribution.point, saisie)
    if "presents" in autre:
        autre = {"presents": saisie.presents[:1]}
    with pytest.raises(ValidationError, match="autre contenu"):
        seances.noter(distribution.responsable, distribution.point, replace(saisie, **autre))


@pytest.mark.parametrize("role", ["proprietaire", "etranger", "union"])
def test_only_who_looks_after_the_point_notes_one(distribution, saisie, role):
    with pytest.raises(ValidationError, match="ne gérez pas"):
        seances.noter(getattr(distribution, role), distribution.point, saisie)


REFUS = {
    "a day to come": ({"jour": 1}, "jour"),
    "nobody there": ({"presents": []}, "presents"),
    "an analysis led by nobody": ({"nature": "analyse"}, "animateur"),
    "with another point, which one": ({"mode": "avec_point"}, "avec"),
    "a leader of the team": ({"nature": "analyse", "animateur": "Léa Tissot"}, "animateur"),
}


@pytest.mark.parametrize("cas", REFUS)
def test_what_can_t_be_is_refused_beside_its_field(distribution, saisie, cas):
    champs, champ = REFUS[cas]
    if "jour" in champs:
        champs = {"jour": saisie.jour + timedelta(days=1)}
    with pytest.raises(ValidationError) as refus:
        seances.noter(distribution.responsable, distribution.point, replace(saisie, **champs))
    assert list(refus.value.error_dict) == [champ]


def test_another_point_makes_it_no_meeting_on_the_spot(distribution, saisie):
    with pytest.raises(ValidationError) as refus:
        seances.noter(
            distribution.responsable, distribution.point, replace(saisie, autres=[distribution.ailleurs])
        )
    assert list(refus.value.error_dict) == ["mode"]


def test_who_was_not_in_post_that_day_can_t_have_been_there(distribution, saisie):
    nouveau = une_personne("Nina", "Roux")
    un_acces(nouveau, "mediateur", distribution.point, debut=saisie.jour)
    veille = replace(saisie, jour=saisie.jour - timedelta(days=1), presents=[nouveau])
    with pytest.raises(ValidationError, match="Nina Roux"):
        seances.noter(distribution.responsable, distribution.point, veille)


def test_the_other_point_says_itself_who_was_there(distribution, saisie):
    cast = distribution
    ensemble = replace(saisie, mode="avec_point", autres=[cast.ailleurs])
    seance = seances.noter(cast.responsable, cast.point, ensemble)
    lieu = PointSeance.objects.get(seance=seance, point=cast.ailleurs)
    with pytest.raises(ValidationError):
        seances.noter_presents(cast.responsable, lieu, [cast.etranger])
    seances.noter_presents(cast.etranger, lieu, [cast.etranger])
    assert _presents(seance, cast.ailleurs) == {"Hugo"}


def test_a_point_that_noted_its_people_stays(distribution, saisie):
    cast = distribution
    ensemble = replace(saisie, mode="avec_point", autres=[cast.ailleurs])
    seance = seances.noter(cast.responsable, cast.point, ensemble)
    seances.noter_presents(cast.etranger, seance.lieux.get(point=cast.ailleurs), [cast.etranger])
    with pytest.raises(ValidationError, match="il reste"):
        seances.modifier(cast.responsable, seance, saisie)
    with pytest.raises(ValidationError, match="ne se supprime plus"):
        seances.supprimer(cast.responsable, seance)
    veille = ensemble.jour - timedelta(days=1)
    with pytest.raises(ValidationError, match="ni son jour ni sa nature"):
        seances.modifier(cast.responsable, seance, replace(ensemble, jour=veille))
    assert SeanceCollective.objects.get().mode == "avec_point"


def test_a_session_is_corrected_with_its_people(distribution, saisie):
    seance = seances.noter(distribution.responsable, distribution.point, saisie)
    seances.modifier(
        distribution.direction, seance, replace(saisie, duree=60, presents=[distribution.collegue])
    )
    assert SeanceCollective.objects.get().duree == 60
    assert _presents(seance, distribution.point) == {"Karim"}


def test_the_journal_keeps_the_number_of_people_only(distribution, saisie):
    seances.noter(distribution.responsable, distribution.point, saisie)
    entree = EntreeJournal.objects.get(objet="seancecollective", acte="noter_presents")
    assert (entree.point_id, entree.apres) == (distribution.point.pk, {"presents": 3})


def test_a_session_noted_by_mistake_is_taken_back(distribution, saisie):
    seance = seances.noter(distribution.responsable, distribution.point, saisie)
    seances.supprimer(distribution.responsable, seance)
    assert not SeanceCollective.objects.exists()
    assert not PresenceSeance.objects.exists()


def test_sessions_are_seen_from_the_points_that_took_part(distribution):
    cast = distribution
    une_seance(cast.responsable, cast.point, [cast.collegue], autres=(cast.ailleurs,))
    une_seance(cast.responsable, cast.point, [cast.collegue])
    vues = [
        SeanceCollective.objects.visibles_par(qui).count()
        for qui in (cast.proprietaire, cast.etranger, cast.direction, cast.union, cast.auditeur)
    ]
    assert vues == [2, 1, 2, 2, 0]


@pytest.mark.parametrize(
    "champs",
    [{"animateur": ""}, {"nature": "reunion", "animateur": "Quelqu’un"}, {"duree": 5}, {"mode": "ailleurs"}],
)
def test_the_database_refuses_what_can_t_be(distribution, champs):
    with pytest.raises(IntegrityError), transaction.atomic():
        une_seance(distribution.responsable, distribution.point, [], **champs)


def test_a_second_point_of_the_association_is_noted_by_its_direction(distribution, saisie):
    cast = distribution
    second = un_point(cast.point.association)
    un_acces(cast.proprietaire, "mediateur", second)
    assert set(seances.points_tenus(cast.direction.portee)) == {cast.point, second}
    assert set(seances.points_tenus(cast.responsable.portee)) == {cast.point}
    assert not seances.points_tenus(cast.union.portee)


def test_the_list_counts_the_analyses_that_the_finding_counts(distribution):
    cast = distribution
    une_seance(cast.responsable, cast.point, [cast.responsable])
    une_seance(cast.responsable, cast.point, [cast.responsable, cast.collegue])
    page = cast.client("responsable").get(reverse("seances"), {"point": cast.point.code})
    assert page.context["analyses"] == 1
