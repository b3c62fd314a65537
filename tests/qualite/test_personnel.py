"""Qualifications, trainings, tutoring: who notes them, what is refused, what the database refuses."""

import uuid
from datetime import timedelta
from decimal import Decimal

import psycopg2
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, transaction

from accueil.models import Acces
from pimms.socle.models import EntreeJournal
from qualite import personnel
from qualite.models import FormationSuivie, Qualification, Tutorat
from tests.fabrique import un_acces, un_point, une_personne
from tests.qualite.fabrique_parcours import un_tutorat, une_formation, une_qualification


@pytest.fixture
def jour(distribution):
    return distribution.point.aujourdhui()


def _formation(distribution, jour, **champs):
    defauts = {
        "personne": distribution.proprietaire,
        "point": distribution.point,
        "titre": "Écrire clair",
        "debut": jour,
        "fin": jour,
        "heures": Decimal(7),
        "cle": uuid.uuid4(),
    }
    return FormationSuivie(**defauts | champs)


def _tutorat(distribution, jour, **champs):
    defauts = {
        "personne": distribution.proprietaire,
        "point": distribution.point,
        "tuteur": distribution.collegue,
        "debut": jour,
        "cle": uuid.uuid4(),
    }
    return Tutorat(**defauts | champs)


def test_what_a_manager_notes_is_confirmed_at_once(distribution, jour):
    formation = personnel.noter(distribution.responsable, _formation(distribution, jour))
    assert (formation.confirmee_par, formation.saisi_par) == (distribution.responsable,) * 2


def test_the_direction_notes_too(distribution, jour):
    assert personnel.noter(distribution.direction, _formation(distribution, jour)).confirmee


def test_one_s_own_training_waits_for_the_manager(distribution, jour):
    formation = personnel.noter(distribution.proprietaire, _formation(distribution, jour))
    assert not formation.confirmee
    personnel.confirmer(distribution.responsable, formation, "7.0")
    assert FormationSuivie.objects.get().confirmee_par == distribution.responsable


def test_nobody_confirms_their_own(distribution, jour):
    formation = personnel.noter(
        distribution.responsable, _formation(distribution, jour, personne=distribution.responsable)
    )
    assert not formation.confirmee
    with pytest.raises(ValidationError, match="sa propre formation"):
        personnel.confirmer(distribution.responsable, formation, "7")
    personnel.confirmer(distribution.direction, formation, "7.0")
    assert FormationSuivie.objects.get().confirmee


@pytest.mark.parametrize("role", ["collegue", "etranger", "union", "auditeur"])
def test_nobody_else_notes_anything(distribution, jour, role):
    with pytest.raises(ValidationError, match="équipe que vous gérez"):
        personnel.noter(getattr(distribution, role), _formation(distribution, jour))


def test_one_s_own_qualification_is_noted_by_someone_else(distribution, jour):
    qualification = Qualification(
        personne=distribution.responsable,
        point=distribution.point,
        nature="titre",
        intitule="Médiation",
        debut=jour,
        cle=uuid.uuid4(),
    )
    with pytest.raises(ValidationError):
        personnel.noter(distribution.responsable, qualification)


def test_the_same_form_twice_is_one_training(distribution, jour):
    cle = uuid.uuid4()
    une = personnel.noter(distribution.responsable, _formation(distribution, jour, cle=cle))
    autre = personnel.noter(distribution.responsable, _formation(distribution, jour, cle=cle))
    assert une == autre
    assert FormationSuivie.objects.count() == 1


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"heures": Decimal("12.5")}, "heures"),
        ({"titre": "Avec 1 85 05 78 006 084 91"}, "titre"),
        ({"titre": "Le mot de passe est soleil"}, "titre"),
        ({"titre": "Soutien de Karim Petit"}, "titre"),
        ({"organisme": "Chez petit, karim"}, "organisme"),
    ],
)
def test_a_training_that_can_t_be_is_refused_beside_its_field(distribution, jour, champs, champ):
    with pytest.raises(ValidationError) as refus:
        personnel.noter(distribution.responsable, _formation(distribution, jour, **champs))
    assert list(refus.value.error_dict) == [champ]


def test_a_training_is_noted_once_followed(distribution, jour):
    demain = jour + timedelta(days=1)
    with pytest.raises(ValidationError, match="une fois suivie"):
        personnel.noter(distribution.responsable, _formation(distribution, jour, fin=demain))


def test_a_common_word_names_nobody(distribution, jour):
    assert personnel.noter(distribution.responsable, _formation(distribution, jour, titre="Petit guide"))


def test_one_changes_a_declared_training_until_it_is_confirmed(distribution, jour):
    declaree = une_formation(distribution.proprietaire, distribution.point, distribution.proprietaire)
    assert personnel.modifiable(distribution.proprietaire, declaree, [])
    personnel.confirmer(distribution.responsable, declaree, "7.0")
    declaree.refresh_from_db()
    assert not personnel.modifiable(distribution.proprietaire, declaree, [])


def test_what_changed_meanwhile_is_not_confirmed_unseen(distribution):
    declaree = une_formation(distribution.proprietaire, distribution.point, distribution.proprietaire)
    with pytest.raises(ValidationError, match="relisez-la"):
        personnel.confirmer(distribution.responsable, declaree, "3.5")
    assert not FormationSuivie.objects.get().confirmee


def test_what_was_confirmed_meanwhile_is_no_longer_one_s_own_to_change(distribution):
    une_formation(distribution.proprietaire, distribution.point, distribution.proprietaire)
    lue = FormationSuivie.objects.select_related("point").get()
    personnel.confirmer(distribution.responsable, lue, "7.0")
    lue.heures = Decimal(12)
    with pytest.raises(ValidationError, match="équipe que vous gérez"):
        personnel.noter(distribution.proprietaire, lue)
    assert FormationSuivie.objects.get().heures == 7


def test_a_tutor_from_nowhere_is_refused(distribution, jour):
    with pytest.raises(ValidationError) as refus:
        personnel.noter(distribution.responsable, _tutorat(distribution, jour, tuteur=distribution.etranger))
    assert list(refus.value.error_dict) == ["tuteur"]


def test_an_invitation_elsewhere_opens_nothing_of_another_employer(distribution):
    cast = distribution
    une_formation(cast.proprietaire, cast.point, cast.responsable)
    un_acces(cast.proprietaire, "mediateur", cast.ailleurs)
    personne, points = personnel.suivi(cast.etranger.portee, cast.proprietaire.pk)
    assert (personne, points) == (cast.proprietaire, [cast.ailleurs])
    assert not personnel.notes_de(FormationSuivie, cast.proprietaire, points)
    assert personnel.notes_de(FormationSuivie, cast.proprietaire, None).count() == 1


def test_who_has_left_is_no_longer_read_by_the_former_manager(distribution, jour):
    cast = distribution
    acces = Acces.objects.filter(personne=cast.proprietaire)
    acces.update(fin=jour - timedelta(days=1))
    assert personnel.suivi(cast.responsable.portee, cast.proprietaire.pk) == (None, [])


def test_a_role_to_come_opens_nothing(distribution, jour):
    nouveau = une_personne()
    un_acces(nouveau, "mediateur", distribution.point, debut=jour + timedelta(days=5))
    assert personnel.suivi(distribution.responsable.portee, nouveau.pk) == (None, [])


def test_the_union_follows_nobody_by_name(distribution):
    assert personnel.suivi(distribution.union.portee, distribution.proprietaire.pk) == (None, [])


def test_one_tutoring_at_a_time(distribution, jour):
    personnel.noter(distribution.responsable, _tutorat(distribution, jour))
    with pytest.raises(ValidationError, match="couvre déjà"):
        personnel.noter(distribution.responsable, _tutorat(distribution, jour + timedelta(days=30)))


def test_a_tutoring_of_another_employer_is_not_told(distribution, jour):
    cast = distribution
    un_acces(cast.proprietaire, "mediateur", cast.ailleurs)
    un_tutorat(cast.proprietaire, cast.ailleurs, cast.etranger)
    assert personnel.noter(cast.responsable, _tutorat(cast, jour))


def test_another_point_may_see_to_the_tutoring(distribution, jour):
    tutorat = _tutorat(distribution, jour, tuteur=None, point_tuteur=distribution.ailleurs)
    assert personnel.noter(distribution.responsable, tutorat).point_tuteur == distribution.ailleurs


def test_the_tutor_is_offered_among_those_in_post_in_the_association(distribution):
    cast = distribution
    voisin = une_personne()
    un_acces(voisin, "mediateur", un_point(cast.point.association))
    offerts = set(personnel.tuteurs_possibles(cast.point, cast.proprietaire))
    assert offerts == {cast.collegue, cast.responsable, voisin}


def test_the_journal_keeps_neither_titles_nor_names(distribution, jour):
    formation = personnel.noter(distribution.responsable, _formation(distribution, jour))
    formation.titre, formation.heures = "Autre titre", Decimal(6)
    personnel.noter(distribution.responsable, formation)
    creee, changee = EntreeJournal.objects.filter(objet="formationsuivie").order_by("pk")
    assert (creee.apres["titre"], creee.point_id) == ("modifié", distribution.point.pk)
    assert changee.apres == {"titre": "modifié", "heures": "6"}
    personnel.supprimer(distribution.responsable, formation)
    assert EntreeJournal.objects.filter(objet="formationsuivie", acte="supprimer").exists()


IMPOSSIBLES = {
    "a path without end": lambda c: une_qualification(*c, nature="parcours"),
    "a diploma with an end": lambda c: une_qualification(*c, fin_prevue=c[1].aujourdhui()),
    "an unknown kind": lambda c: une_qualification(*c, nature="autre"),
    "no hour": lambda c: une_formation(*c, heures=0),
    "too many hours": lambda c: une_formation(*c, heures=401),
    "an end before its beginning": lambda c: une_formation(*c, fin=c[1].ouvert_le),
    "confirmed by oneself": lambda c: une_formation(*c, confirmee_par=c[0]),
    "a date without who": lambda c: une_formation(*c, confirmee_par=None),
    "one's own tutor": lambda c: un_tutorat(*c, tuteur=c[0]),
    "no tutor": lambda c: un_tutorat(*c, tuteur=None),
    "two tutors": lambda c: un_tutorat(*c, point_tuteur=un_point()),
    "one's own point as another": lambda c: un_tutorat(*c, tuteur=None, point_tuteur=c[1]),
}


@pytest.mark.parametrize("cas", IMPOSSIBLES)
def test_the_database_refuses(distribution, cas):
    qui = (distribution.proprietaire, distribution.point, distribution.responsable)
    with pytest.raises(IntegrityError), transaction.atomic():
        IMPOSSIBLES[cas](qui)


def test_a_row_never_changes_of_person_nor_point(distribution):
    cast = distribution
    formation = une_formation(cast.proprietaire, cast.point, cast.responsable)
    for change in ({"personne": cast.collegue}, {"point": cast.ailleurs}):
        with pytest.raises(ProgrammingError) as refus, transaction.atomic():
            FormationSuivie.objects.filter(pk=formation.pk).update(**change)
        assert isinstance(refus.value.__cause__, psycopg2.errors.InsufficientPrivilege)
