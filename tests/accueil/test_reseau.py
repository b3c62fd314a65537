"""Associations and points: who may change them, dated hours, closures, bus's days."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accueil import reseau
from accueil.models import (
    Association,
    Fermeture,
    JourneeMobile,
    LabelFranceServices,
    PlageHoraire,
    PointAccueil,
)
from accueil.reseau import Ouverture
from pimms.socle.models import EntreeJournal
from tests.fabrique import LONGTEMPS

UN_JOUR = timedelta(days=1)


def un_point_saisi(association, **champs):
    return {
        "association": association.pk,
        "code": "lyo-vai",
        "nom": "Lyon – Vaise",
        "nature": "fixe",
        "code_postal": "69009",
        "commune": "Lyon (69123)",
        "fuseau": "Europe/Paris",
        "ouvert_le": "2026-01-05",
    } | champs


def test_the_union_creates_a_point_and_the_journal_says_so(distribution):
    client = distribution.client("union")
    client.post(reverse("point_nouveau"), un_point_saisi(distribution.point.association))
    point = PointAccueil.objects.get(code="LYO-VAI")
    entree = EntreeJournal.objects.get(objet="pointaccueil", objet_id=point.pk)
    assert (entree.acte, entree.acteur_id) == ("creer", distribution.union.pk)


def test_a_code_already_taken_is_told_beside_its_field_with_the_rest_kept(distribution):
    saisie = un_point_saisi(distribution.point.association, code="LYO-GER")
    reponse = distribution.client("union").post(reverse("point_nouveau"), saisie)
    assert reponse.context["form"].errors.keys() == {"code"}
    assertContains(reponse, "Lyon – Vaise", status_code=422)


def test_an_unknown_commune_is_told_beside_its_field(distribution):
    saisie = un_point_saisi(distribution.point.association, commune="Lyonville")
    reponse = distribution.client("union").post(reverse("point_nouveau"), saisie)
    assert reponse.context["form"].errors.keys() == {"commune"}


def test_the_code_of_a_point_no_longer_changes(distribution):
    saisie = un_point_saisi(distribution.point.association, code="AUT-RE")
    distribution.client("union").post(reverse("point_modifier", args=["LYO-GER"]), saisie)
    distribution.point.refresh_from_db()
    assert (distribution.point.code, distribution.point.nom) == ("LYO-GER", "Lyon – Vaise")


def test_a_manager_may_not_change_a_point_s_identity(distribution):
    with pytest.raises(ValidationError):
        reseau.enregistrer_point(distribution.responsable, distribution.point)


def test_an_address_is_journaled_without_its_text(distribution):
    association = Association.objects.get(pk=distribution.point.association_id)
    association.adresse = "3 rue Secrète"
    reseau.enregistrer_association(distribution.union, association)
    assert EntreeJournal.objects.get(objet="association").apres == {"adresse": "modifié"}


def test_nothing_is_journaled_when_nothing_changed(distribution):
    reseau.enregistrer_association(distribution.union, distribution.point.association)
    assert not EntreeJournal.objects.filter(objet="association").exists()


def test_two_people_who_change_a_point_at_once_lose_nothing_of_each_other_s(distribution):
    l_une, l_autre = (PointAccueil.objects.get(code="LYO-GER") for _ in range(2))
    l_une.telephone, l_autre.nom = "0400000000", "Lyon – Vaise"
    reseau.enregistrer_point(distribution.union, l_une)
    reseau.enregistrer_point(distribution.union, l_autre)
    distribution.point.refresh_from_db()
    assert (distribution.point.telephone, distribution.point.nom) == ("0400000000", "Lyon – Vaise")
    assert distribution.point.nom_tri == "lyon vaise"


def test_the_journal_tells_of_one_s_own_change_only(distribution):
    l_une, l_autre = (PointAccueil.objects.get(code="LYO-GER") for _ in range(2))
    l_une.code_postal, l_autre.nom = "69009", "Lyon – Vaise"
    reseau.enregistrer_point(distribution.union, l_une)
    reseau.enregistrer_point(distribution.union, l_autre)
    assert EntreeJournal.objects.first().apres == {"nom": "Lyon – Vaise"}


def test_a_change_taken_back_at_once_is_written_too(distribution):
    point = PointAccueil.objects.get(code="LYO-GER")
    for nom in ("Lyon – Vaise", "Lyon – Gerland"):
        point.nom = nom
        reseau.enregistrer_point(distribution.union, point)
    point.refresh_from_db()
    assert point.nom == "Lyon – Gerland"


def test_a_closed_point_can_be_reopened(distribution):
    client = distribution.client("union")
    url = reverse("point_service", args=["LYO-GER"])
    client.post(url, {"ouvert_le": "2020-01-01", "ferme_le": "2026-06-01"})
    client.post(url, {"ouvert_le": "2020-01-01", "ferme_le": ""})
    distribution.point.refresh_from_db()
    assert distribution.point.ferme_le is None


def test_a_closing_before_the_opening_is_refused(distribution):
    reponse = distribution.client("union").post(
        reverse("point_service", args=["LYO-GER"]), {"ouvert_le": "2020-01-02", "ferme_le": "2020-01-01"}
    )
    assertContains(reponse, "La fin précède le début.", status_code=422)


def test_two_labels_of_a_point_never_overlap(distribution):
    LabelFranceServices.objects.create(point=distribution.point, debut=LONGTEMPS)
    reponse = distribution.client("union").post(
        reverse("label_nouveau", args=["LYO-GER"]), {"debut": "2026-01-01"}
    )
    assertContains(reponse, "Un label couvre déjà une partie de cette période.", status_code=422)


def test_new_hours_leave_the_past_as_it_was_announced(distribution):
    point, jour = distribution.point, distribution.point.aujourdhui()
    PlageHoraire.objects.create(point=point, jour=0, ouvre=time(9), ferme=time(12), debut=LONGTEMPS)
    reseau.fixer_horaires(distribution.responsable, point, [Ouverture(0, time(10), time(13))], jour)
    avant, apres = PlageHoraire.objects.filter(point=point).order_by("debut")
    assert (avant.ouvre, avant.fin) == (time(9), jour - UN_JOUR)
    assert (apres.ouvre, apres.debut, apres.fin) == (time(10), jour, None)


def test_the_journal_keeps_the_hours_before_and_after(distribution):
    point, jour = distribution.point, distribution.point.aujourdhui()
    PlageHoraire.objects.create(point=point, jour=0, ouvre=time(9), ferme=time(12), debut=LONGTEMPS)
    reseau.fixer_horaires(distribution.responsable, point, [Ouverture(0, time(10), time(13))], jour)
    entree = EntreeJournal.objects.get(acte="fixer_horaires")
    assert entree.avant == {"semaine": ["lundi 09:00-12:00, 2020-01-01 – …"]}
    assert entree.apres["semaine"] == ["lundi 10:00-13:00"]


def test_summer_hours_give_way_to_the_former_ones(distribution):
    point, jour = distribution.point, distribution.point.aujourdhui()
    PlageHoraire.objects.create(point=point, jour=0, ouvre=time(9), ferme=time(12), debut=LONGTEMPS)
    ete = [Ouverture(0, time(8), time(11))]
    reseau.fixer_horaires(distribution.responsable, point, ete, jour, jour + 9 * UN_JOUR)
    heures = [p.ouvre.hour for p in PlageHoraire.objects.filter(point=point).order_by("debut")]
    assert heures == [9, 8, 9]


def test_past_days_keep_their_hours(distribution):
    point = distribution.point
    PlageHoraire.objects.create(point=point, jour=0, ouvre=time(9), ferme=time(12), debut=LONGTEMPS)
    with pytest.raises(ValidationError):
        reseau.fixer_horaires(distribution.responsable, point, [], point.aujourdhui() - UN_JOUR)


def test_hours_that_overlap_are_told_with_the_day(distribution):
    saisie = {"du": distribution.point.aujourdhui().isoformat()}
    saisie |= {"ouvre_0_0": "09:00", "ferme_0_0": "12:00", "ouvre_0_1": "11:00", "ferme_0_1": "17:00"}
    reponse = distribution.client("responsable").post(reverse("point_horaires", args=["LYO-GER"]), saisie)
    assertContains(reponse, "Lundi\u202f: les deux plages se recouvrent.", status_code=422)


def test_an_opening_without_its_end_is_told(distribution):
    saisie = {"du": distribution.point.aujourdhui().isoformat(), "ouvre_2_0": "09:00"}
    reponse = distribution.client("responsable").post(reverse("point_horaires", args=["LYO-GER"]), saisie)
    assertContains(reponse, "Mercredi\u202f: il manque une heure.", status_code=422)


def test_a_manager_announces_a_closure(distribution):
    saisie = {"debut": "2026-12-24", "fin": "2026-12-26", "motif": "inventaire"}
    url = reverse("fermeture_nouvelle", args=["LYO-GER"])
    assertRedirects(distribution.client("responsable").post(url, saisie), reverse("point", args=["LYO-GER"]))
    assert Fermeture.objects.get().motif == "inventaire"


def test_two_closures_of_a_point_never_overlap(distribution):
    Fermeture.objects.create(point=distribution.point, debut=date(2026, 12, 26), motif="travaux")
    saisie = {"debut": "2026-12-24", "fin": "2026-12-26", "motif": "inventaire"}
    url = reverse("fermeture_nouvelle", args=["LYO-GER"])
    reponse = distribution.client("responsable").post(url, saisie)
    message = "Une fermeture couvre déjà une partie de ces jours."
    assert reponse.context["form"].errors == {"debut": [message]}
    assertContains(reponse, "inventaire", status_code=422)


def test_two_points_close_on_the_same_days(distribution):
    for point in (distribution.point, distribution.ailleurs):
        Fermeture.objects.create(point=point, debut=date(2026, 12, 26), motif="travaux")
    assert Fermeture.objects.filter(debut=date(2026, 12, 26)).count() == 2


def test_a_closure_that_has_begun_is_not_deleted(distribution):
    point = distribution.point
    fermeture = Fermeture.objects.create(point=point, debut=point.aujourdhui(), motif="travaux")
    distribution.client("responsable").post(reverse("fermeture_supprimer", args=["LYO-GER", fermeture.pk]))
    assert Fermeture.objects.exists()


def test_a_colleague_of_another_point_gets_404_on_the_closure_of_this_one(distribution):
    fermeture = Fermeture.objects.create(point=distribution.point, debut=date(2030, 1, 1), motif="travaux")
    client = distribution.client("etranger")
    assert client.post(reverse("fermeture_supprimer", args=["LYO-GER", fermeture.pk])).status_code == 404
    assert (
        client.get(reverse("fermeture", args=[distribution.ailleurs.code, fermeture.pk])).status_code == 404
    )


def test_a_bus_day_comes_back_each_week_but_on_holidays(distribution):
    saisie = {
        "jour": "2026-10-28",
        "jusqu_au": "2026-11-18",
        "ouvre": "09:00",
        "ferme": "12:00",
        "lieu": "Mairie",
    }
    distribution.client("responsable").post(reverse("journee_nouvelle", args=["LYO-GER"]), saisie)
    jours = list(JourneeMobile.objects.values_list("jour", flat=True))
    assert jours == [date(2026, 10, 28), date(2026, 11, 4), date(2026, 11, 18)]


def test_the_same_bus_day_twice_is_refused_whole(distribution):
    saisie = {"jour": "2026-10-28", "ouvre": "09:00", "ferme": "12:00", "lieu": "Mairie"}
    client, url = distribution.client("responsable"), reverse("journee_nouvelle", args=["LYO-GER"])
    client.post(url, saisie)
    assert client.post(url, saisie | {"jusqu_au": "2026-11-04"}).status_code == 422
    assert JourneeMobile.objects.count() == 1
