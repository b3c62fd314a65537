"""Campaigns: what they plan, their sample, what each point hands in, the cycle; what is refused and why."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from pimms.socle.models import Courriel, EntreeJournal
from pimms.socle.typographie import date_courte
from pimms.socle.versions import ModifieEntretemps
from qualite import campagnes, cycle, echantillonnage
from qualite.chargement import charger
from qualite.etats_campagne import NatureCampagne
from qualite.evaluation import Cadre
from qualite.models import Campagne, Echeance, JourneeAudit, PointCampagne, Tirage
from tests.fabrique import un_point
from tests.qualite.fabrique_campagnes import amener, un_calcul, un_projet, une_campagne

N = NatureCampagne
GRAINE = "Loto du 25 novembre 2026 : 3 12 23 34 45"


@pytest.fixture
def campagne(distribution) -> Campagne:
    return une_campagne(distribution.union)


def test_the_cycle_is_there_from_2020_to_2028(db):
    assert list(Echeance.objects.values_list("jour__year", "nature", "confirmee")) == [
        (2020, "initial", True),
        (2022, "mi_cycle", False),
        (2024, "renouvellement", False),
        (2026, "mi_cycle", False),
        (2028, "renouvellement", False),
    ]


def test_the_union_moves_a_date_of_the_cycle(distribution):
    echeance = Echeance.objects.get(jour__year=2028)
    jour = echeance.jour + timedelta(days=40)
    cycle.modifier(distribution.union, echeance, 1, "renouvellement", jour, True)
    echeance.refresh_from_db()
    assert (echeance.jour, echeance.confirmee, echeance.version) == (jour, True, 2)
    with pytest.raises(ModifieEntretemps):
        cycle.modifier(distribution.union, echeance, 1, "initial", jour, True)


def test_a_date_added_by_mistake_is_taken_out_of_the_cycle(distribution, client):
    jour = timezone.localdate()
    perdue, tenue, sure = (
        cycle.ajouter(distribution.union, "mi_cycle", jour + timedelta(days=n), confirmee=n == 3)
        for n in (1, 2, 3)
    )
    une_campagne(distribution.union, echeance=tenue)
    client.force_login(distribution.union)
    client.post(reverse("echeance_retirer", args=[perdue.pk]))
    assert not Echeance.objects.filter(pk=perdue.pk).exists()
    for reste, dit in ((tenue, "Une campagne prépare"), (sure, "confirmée")):
        with pytest.raises(ValidationError, match=dit):
            cycle.retirer(distribution.union, reste)
        with pytest.raises(DatabaseError):
            _effacer(reste)


def _effacer(echeance: Echeance) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("DELETE FROM qualite_echeance WHERE id = %s", [echeance.pk])
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_two_dates_of_the_cycle_never_share_a_day(distribution):
    pris = Echeance.objects.get(jour__year=2028).jour
    with pytest.raises(ValidationError, match="déjà ce jour"):
        cycle.ajouter(distribution.union, "mi_cycle", pris, False)


@pytest.mark.parametrize("role", ["responsable", "direction", "auditeur"])
def test_only_the_union_opens_a_campaign(distribution, role):
    with pytest.raises(ValidationError, match="Seule l’union"):
        une_campagne(getattr(distribution, role))


def test_a_campaign_sent_twice_is_one(distribution):
    cle, projet = uuid.uuid4(), un_projet(distribution.union)
    assert campagnes.creer(distribution.union, cle, projet) == campagnes.creer(
        distribution.union, cle, projet
    )
    with pytest.raises(ValidationError, match="autre contenu"):
        campagnes.creer(distribution.union, cle, un_projet(distribution.union, titre="Autre"))


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"du": timezone.localdate(), "au": timezone.localdate() - timedelta(days=1)}, "au"),
        ({"fin_audit": timezone.localdate() - timedelta(days=1)}, "fin_audit"),
        ({"fin_audit": None}, "fin_audit"),
        ({"titre": "Audit de 2 69 05 49 588 157 80"}, "titre"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_beside_its_field(distribution, champs, champ):
    with pytest.raises(ValidationError) as refus:
        une_campagne(distribution.union, **champs)
    assert champ in refus.value.error_dict


def test_the_pilot_is_of_the_union(distribution):
    with pytest.raises(ValidationError, match="pilote est quelqu’un de l’union"):
        campagnes.creer(distribution.union, uuid.uuid4(), un_projet(distribution.responsable))


def test_period_and_kind_are_fixed_once_the_points_work_on_it(distribution, campagne):
    campagne = amener(campagne, "auto_evaluation", distribution.union, [distribution.point])
    autre = un_projet(distribution.union, du=campagne.du - timedelta(days=30))
    with pytest.raises(ValidationError, match="qu’en préparation"):
        campagnes.modifier(distribution.union, campagne, campagne.version, autre)
    with pytest.raises(DatabaseError), transaction.atomic():
        Campagne.objects.filter(pk=campagne.pk).update(du=autre.du)
    campagnes.modifier(
        distribution.union, campagne, campagne.version, un_projet(distribution.union, titre="Nouveau titre")
    )
    assert Campagne.objects.get(pk=campagne.pk).titre == "Nouveau titre"


def test_the_journal_tells_no_title(distribution, campagne):
    autre = un_projet(distribution.union, titre="Un secret")
    campagnes.modifier(distribution.union, campagne, campagne.version, autre)
    entree = EntreeJournal.objects.filter(objet="campagne", acte="modifier").get()
    assert entree.apres == {"titre": "modifié"}


def test_the_page_tells_the_months_of_the_file_and_not_those_of_the_plan(distribution, client):
    jour = timezone.localdate()
    plan = {"du": date(jour.year, 1, 1), "au": date(jour.year + 1, 1, 31)}
    campagne = amener(
        une_campagne(distribution.union, **plan), "revue", distribution.union, [distribution.point]
    )
    client.force_login(distribution.union)
    adresse = reverse("campagne", args=[campagne.pk])
    assert "Période prévue" in client.get(adresse).content.decode()
    gel = client.get(reverse("campagne_etat", args=[campagne.pk, "gel"])).content.decode()
    assert "et non la période prévue" in gel
    campagne = campagnes.avancer(distribution.union, campagne, campagne.version, "gel")
    page = client.get(adresse).content.decode()
    assert f"au {date_courte(campagne.evaluation.jour)}" in page
    assert "Période regardée" in page
    lue = client.get(reverse("campagnes")).context["campagnes"][0]
    assert lue.gele_au == campagne.evaluation.jour


# --- The sample ---


def test_a_draw_keeps_all_that_it_was_made_from(distribution, campagne):
    tirage = echantillonnage.tirer(distribution.union, campagne, campagne.version, GRAINE)
    assert echantillonnage.rejouable(tirage)
    codes = [r["code"] for r in tirage.resultat]
    assert sorted(codes) == sorted(p.point.code for p in campagne.points.all())
    assert {c["code"] for c in tirage.entree} == {distribution.point.code, distribution.ailleurs.code}
    assert all(p.explication for p in campagne.points.all())


def test_a_forged_result_is_seen_when_the_draw_is_played_again(distribution, campagne):
    tirage = echantillonnage.tirer(distribution.union, campagne, campagne.version, GRAINE)
    tirage.resultat = [r | {"code": "XXX-001"} for r in tirage.resultat]
    assert not echantillonnage.rejouable(tirage)


def test_another_draw_leaves_the_first_one_to_be_seen(distribution, campagne):
    echantillonnage.tirer(distribution.union, campagne, campagne.version, GRAINE)
    campagne.refresh_from_db()
    echantillonnage.tirer(distribution.union, campagne, campagne.version, "Loto du lendemain")
    assert Tirage.objects.filter(campagne=campagne).count() == 2
    assert campagne.points.count() == 2


def test_kind_and_scope_are_fixed_by_a_draw_and_the_refusal_says_what_to_do(distribution, campagne):
    union, autre = (
        distribution.union,
        un_projet(distribution.union, association=distribution.point.association),
    )
    ajoute = une_campagne(union)
    echantillonnage.ajouter_point(union, ajoute, distribution.point, "Pour voir.")
    with pytest.raises(ValidationError, match="Retirez d’abord les points ajoutés"):
        campagnes.modifier(union, ajoute, Campagne.objects.get(pk=ajoute.pk).version, autre)
    echantillonnage.tirer(union, campagne, campagne.version, GRAINE)
    with pytest.raises(ValidationError, match="Annulez cette campagne"):
        campagnes.modifier(union, campagne, Campagne.objects.get(pk=campagne.pk).version, autre)


def test_a_drawn_point_is_not_taken_out_alone(distribution, campagne):
    echantillonnage.tirer(distribution.union, campagne, campagne.version, GRAINE)
    with pytest.raises(ValidationError, match="vient du tirage"):
        echantillonnage.retirer_point(distribution.union, campagne, campagne.points.first().point)


def test_a_draw_stays_as_it_is_even_by_sql(distribution, campagne):
    tirage = echantillonnage.tirer(distribution.union, campagne, campagne.version, GRAINE)
    with pytest.raises(DatabaseError), transaction.atomic():
        Tirage.objects.filter(pk=tirage.pk).update(graine="autre")


def test_the_scope_bounds_the_draw(distribution):
    association = distribution.point.association
    campagne = une_campagne(distribution.union, association=association)
    tirage = echantillonnage.tirer(distribution.union, campagne, campagne.version, GRAINE)
    assert [c["code"] for c in tirage.entree] == [distribution.point.code]
    with pytest.raises(ValidationError, match="périmètre"):
        echantillonnage.ajouter_point(distribution.union, campagne, distribution.ailleurs, "Pour voir.")


def test_a_point_closed_today_is_not_drawn(distribution, campagne):
    ferme = un_point(ferme_le=timezone.localdate())
    tirage = echantillonnage.tirer(distribution.union, campagne, campagne.version, GRAINE)
    assert ferme.code not in {c["code"] for c in tirage.entree}


def test_the_draw_knows_when_a_point_was_last_audited(distribution, campagne):
    avant = une_campagne(
        distribution.union,
        debut_audit=timezone.localdate() - timedelta(days=800),
        fin_audit=timezone.localdate() - timedelta(days=795),
    )
    amener(avant, "close", distribution.union, [distribution.point])
    connus = {c.code: c.mois for c in echantillonnage.candidats(campagne)}
    assert connus[distribution.point.code] in (26, 27)
    assert connus[distribution.ailleurs.code] is None


def test_the_certifier_chooses_the_points_of_an_afnor_audit(distribution):
    campagne = une_campagne(distribution.union, nature=N.AFNOR_MI_CYCLE)
    with pytest.raises(ValidationError, match="certificateur"):
        echantillonnage.tirer(distribution.union, campagne, campagne.version, GRAINE)
    ligne = echantillonnage.ajouter_point(
        distribution.union, campagne, distribution.point, "Choisi par le certificateur."
    )
    assert ligne.origine == PointCampagne.Origine.CERTIFICATEUR


def test_a_sample_is_extended_on_the_spot_and_fixed_else(distribution):
    campagne = une_campagne(distribution.union, nature=N.AFNOR_MI_CYCLE)
    campagne = amener(campagne, "auto_evaluation", distribution.union, [distribution.point])
    with pytest.raises(ValidationError, match="préparation, ou pendant l’audit"):
        echantillonnage.ajouter_point(distribution.union, campagne, distribution.ailleurs, "Sur place.")
    campagne = amener_de(campagne, distribution.union)
    ligne = echantillonnage.ajouter_point(distribution.union, campagne, distribution.ailleurs, "Sur place.")
    assert ligne.origine == PointCampagne.Origine.SUR_PLACE


def test_the_page_of_an_audit_blanc_offers_the_same_extension(distribution, client):
    campagne = amener(une_campagne(distribution.union), "audit", distribution.union, [distribution.point])
    client.force_login(distribution.union)
    page = client.get(reverse("campagne", args=[campagne.pk])).content.decode()
    assert reverse("campagne_point_nouveau", args=[campagne.pk]) in page


def amener_de(campagne: Campagne, union) -> Campagne:
    """From the self-evaluation on to the audit."""
    un_calcul()
    for ligne in campagne.points.all():
        echantillonnage.remettre(union, ligne, "")
    for etat in ("revue", "gel", "audit"):
        campagne = campagnes.avancer(union, campagne, campagne.version, etat)
    return campagne


# --- What a point hands in ---


def test_who_looks_after_a_point_hands_its_self_evaluation_in(distribution, campagne):
    campagne = amener(campagne, "auto_evaluation", distribution.union, [distribution.point])
    ligne = campagne.points.get()
    for intrus in (distribution.etranger, distribution.proprietaire, distribution.auditeur):
        with pytest.raises(ValidationError, match="gère le point"):
            echantillonnage.remettre(intrus, ligne, "")
    remise = echantillonnage.remettre(distribution.responsable, ligne, "Une affiche manque encore.")
    assert (remise.remise_par, remise.remarque) == (distribution.responsable, "Une affiche manque encore.")


def test_the_managers_of_the_sample_are_told(distribution, campagne):
    Courriel.objects.all().delete()
    amener(campagne, "auto_evaluation", distribution.union, [distribution.point])
    assert list(Courriel.objects.values_list("destinataire", flat=True)) == [distribution.responsable.email]
    assert campagne.titre in Courriel.objects.get().corps


def test_a_remark_holds_no_social_security_number(distribution, campagne):
    campagne = amener(campagne, "auto_evaluation", distribution.union, [distribution.point])
    with pytest.raises(ValidationError, match="sécurité sociale"):
        echantillonnage.remettre(distribution.responsable, campagne.points.get(), "2 69 05 49 588 157 80")


# --- The audit plan ---


def test_a_day_of_the_plan_is_a_day_of_the_audit(distribution, campagne):
    echantillonnage.ajouter_point(distribution.union, campagne, distribution.point, "Pour voir.")
    dehors = JourneeAudit(jour=campagne.fin_audit + timedelta(days=1), objet="L’accueil")
    with pytest.raises(ValidationError, match="dans ceux de l’audit"):
        echantillonnage.prevoir_journee(distribution.union, campagne, dehors)
    ailleurs = JourneeAudit(jour=campagne.debut_audit, point=distribution.ailleurs, objet="L’accueil")
    with pytest.raises(ValidationError, match="dans l’échantillon"):
        echantillonnage.prevoir_journee(distribution.union, campagne, ailleurs)
    echantillonnage.prevoir_journee(
        distribution.union, campagne, JourneeAudit(jour=campagne.debut_audit, objet="La politique qualité")
    )
    assert campagne.journees.get().point is None


def test_a_day_of_the_plan_sent_twice_is_there_once(distribution, campagne):
    journee = {"jour": campagne.debut_audit, "objet": "La politique qualité"}
    echantillonnage.prevoir_journee(distribution.union, campagne, JourneeAudit(**journee))
    with pytest.raises(ValidationError, match="déjà enregistré"), transaction.atomic():
        echantillonnage.prevoir_journee(distribution.union, campagne, JourneeAudit(**journee))
    assert campagne.journees.count() == 1


def test_a_manager_reads_the_campaigns_of_their_points_once_asked(distribution, campagne):
    visibles = Campagne.objects.visibles_par
    echantillonnage.ajouter_point(distribution.union, campagne, distribution.point, "Pour voir.")
    assert not visibles(distribution.responsable).exists()
    amener(campagne, "auto_evaluation", distribution.union)
    for role, voit in {
        "responsable": True, "direction": True, "union": True, "etranger": False, "proprietaire": False,
        "auditeur": False,
    }.items():  # fmt: skip
        assert visibles(getattr(distribution, role)).exists() is voit, role


def test_an_audit_blanc_once_closed_counts_as_an_internal_audit(distribution, campagne):
    jour, points = timezone.localdate(), [distribution.point]
    seuils = Cadre.du(jour).seuils
    assert charger(points, jour, seuils).reseau.audits_internes == 0
    amener(campagne, "close", distribution.union, points)
    auto = une_campagne(distribution.union, nature=N.AUTO_EVALUATION)
    amener(auto, "close", distribution.union, points)
    assert charger(points, jour, seuils).reseau.audits_internes == 1
    assert charger(points, jour - timedelta(days=1), seuils).reseau.audits_internes == 0
