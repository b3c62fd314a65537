"""The management pages: statements within the budget, empty and many-rows states, points of others."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accueil.models import (
    Absence,
    Acces,
    Association,
    ContratFranchise,
    Convention,
    Fermeture,
    JourneeMobile,
    LabelFranceServices,
    PlageHoraire,
    PointAccueil,
)
from tests.fabrique import LONGTEMPS, un_acces, un_partenaire, un_point, une_association, une_personne

BUDGET = 10  # SQL statements a page


@pytest.fixture
def reseau(distribution):
    """A cast with some of everything, at several points and of several people."""
    jour = distribution.point.aujourdhui()
    for n in range(5):
        point = un_point(association=distribution.point.association, nature="mobile")
        PlageHoraire.objects.create(point=point, jour=n, ouvre=time(9), ferme=time(12), debut=LONGTEMPS)
        LabelFranceServices.objects.create(point=point, debut=LONGTEMPS)
        personne = une_personne()
        un_acces(personne, "mediateur", distribution.point)
        un_acces(personne, "mediateur", point)
        Absence.objects.create(personne=personne, debut=jour)
        partenaire = un_partenaire(f"Local {n}", association=distribution.point.association)
        association = partenaire.association
        Convention.objects.create(partenaire=partenaire, association=association, debut=LONGTEMPS)
    for n in range(3):
        debut = jour + timedelta(days=n)
        Fermeture.objects.create(point=distribution.point, debut=debut, fin=debut, motif="travaux")
        JourneeMobile.objects.create(
            point=distribution.point, jour=debut, lieu="Marché", ouvre=time(9), ferme=time(12)
        )
    ContratFranchise.objects.create(association=distribution.point.association, debut=LONGTEMPS)
    return distribution


def adresse(cast, nom):
    cles = {
        "point": ["LYO-GER"],
        "point_modifier": ["LYO-GER"],
        "point_horaires": ["LYO-GER"],
        "equipe_inviter": ["LYO-GER"],
        "equipe_deleguer": ["LYO-GER"],
        "association": [cast.point.association_id],
        "personne": [cast.collegue.pk],
        "acces_nouveau": [cast.collegue.pk],
        "partenaire": [un_partenaire("EDF").pk],
        "convention_nouvelle": [un_partenaire("EDF").pk],
    }
    return reverse(nom, args=cles.get(nom, []))


DE_L_UNION = (
    "points point point_nouveau point_modifier point_horaires associations association personnes personne "
    "personne_nouvelle personnes_importer acces_nouveau partenaires partenaire convention_nouvelle themes"
)
DU_RESPONSABLE = (
    "point equipe equipe_inviter equipe_deleguer personne partenaires partenaire convention_nouvelle"
)


@pytest.mark.parametrize(
    ("role", "noms"), [("union", DE_L_UNION), ("responsable", DU_RESPONSABLE)], ids=["union", "responsable"]
)
def test_each_page_stays_within_the_budget(reseau, role, noms, django_assert_max_num_queries):
    for nom in noms.split():
        client, url = reseau.client(role), adresse(reseau, nom)
        with django_assert_max_num_queries(BUDGET, info=nom):
            assert client.get(url).status_code == 200, nom


def test_the_direction_sees_its_points_and_no_others(distribution):
    reponse = distribution.client("direction").get(reverse("points"))
    assertContains(reponse, "Lyon – Gerland")
    assertNotContains(reponse, distribution.ailleurs.nom + "<")


@pytest.mark.parametrize(
    "filtre", ["q=gerland", "q=LYO", "q=lyon", "region=84", "nature=fixe", "etat=ouverts"]
)
def test_points_are_found_by_filters_of_the_address(distribution, filtre):
    assertContains(distribution.client("union").get(f"{reverse('points')}?{filtre}"), "Lyon – Gerland")


@pytest.mark.parametrize(
    "filtre", ["q=nulle-part", "region=06", "nature=mobile", "etat=fermes", "etat=labellises"]
)
def test_filters_that_nothing_answers_say_so(distribution, filtre):
    reponse = distribution.client("union").get(f"{reverse('points')}?{filtre}")
    assertContains(reponse, "Aucun point ne répond à ces filtres")


@pytest.mark.parametrize(
    "filtre", ["association=abc", "nature=x", "q=%00", "association=99999999999999999999"]
)
def test_broken_filters_break_nothing(distribution, filtre):
    assert distribution.client("union").get(f"{reverse('points')}?{filtre}").status_code == 200


def test_an_association_leads_to_the_points_that_one_may_see(distribution):
    autre = un_point(distribution.point.association, nom="Lyon – Vaise")
    url = reverse("association", args=[distribution.point.association_id])
    page = distribution.client("proprietaire").get(url)
    assertContains(page, reverse("point", args=["LYO-GER"]))
    assertContains(page, '<div class="liste-titre">Lyon – Vaise</div>', html=True)
    assertContains(distribution.client("direction").get(url), reverse("point", args=[autre.code]))


def test_a_labelled_point_is_found(distribution):
    LabelFranceServices.objects.create(point=distribution.point, debut=LONGTEMPS)
    reponse = distribution.client("union").get(f"{reverse('points')}?etat=labellises")
    assertContains(reponse, "France services")
    assertNotContains(reponse, distribution.ailleurs.code)


def test_a_network_without_points_says_how_to_begin(distribution):
    Acces.objects.exclude(role="union").delete()
    PointAccueil.objects.all().delete()
    assertContains(distribution.client("union").get(reverse("points")), "Aucun point encore")


def test_an_empty_network_has_no_association(distribution):
    Acces.objects.exclude(role="union").delete()
    PointAccueil.objects.all().delete()
    Association.objects.all().delete()
    assertContains(distribution.client("union").get(reverse("associations")), "Aucune association encore")


@pytest.mark.parametrize(
    ("nom", "saisie", "page"),
    [
        ("association_nouvelle", {"nom": "PIMMS Roanne", "commune": "Roanne"}, "Il lui reste un contrat"),
        ("partenaire_nouveau", {"nom": "Ville de Roanne", "nature": "collectivite"}, "Aucune convention"),
        (
            "point_nouveau",
            {"nom": "Roanne", "code": "ROA-CEN", "nature": "fixe", "fuseau": "Europe/Paris"}
            | {"code_postal": "42300", "commune": "Roanne", "ouvert_le": "2026-01-05"},
            "Personne n’est en poste.",
        ),
    ],
)
def test_what_was_created_is_shown_with_what_it_still_needs(distribution, nom, saisie, page):
    saisie = saisie | ({"association": distribution.point.association_id} if nom == "point_nouveau" else {})
    reponse = distribution.client("union").post(reverse(nom), saisie, follow=True)
    assertContains(reponse, f"<h1>{saisie['nom']}</h1>")
    assertContains(reponse, page)


def test_associations_are_listed_by_name(distribution):
    une_association(nom="Zénith")
    une_association(nom="Âge d’or")
    reponse = distribution.client("union").get(reverse("associations"))
    noms = [a.nom for a in reponse.context["associations"]]
    assert (noms[0], noms[-1]) == ("Âge d’or", "Zénith")


def test_my_point_leads_to_the_current_one(distribution):
    reponse = distribution.client("proprietaire").get(reverse("mon_point"))
    assertRedirects(reponse, reverse("point", args=["LYO-GER"]))


def test_a_mediateur_reads_the_point_and_changes_nothing(distribution):
    reponse = distribution.client("proprietaire").get(reverse("point", args=["LYO-GER"]))
    assertContains(reponse, "Lyon – Gerland")
    assertNotContains(reponse, "Changer les horaires")


@pytest.mark.parametrize(
    "nom", ["point", "point_horaires", "fermeture_nouvelle", "journee_nouvelle", "equipe_inviter"]
)
def test_another_point_s_pages_are_404(distribution, nom):
    url = reverse(nom, args=["LYO-GER"])
    client = distribution.client("etranger")
    assert client.get(url).status_code == 404
    assert client.post(url).status_code in (404, 405)


def test_a_team_of_another_point_is_404(distribution):
    assert distribution.client("etranger").get(f"{reverse('equipe')}?point=LYO-GER").status_code == 404


def test_a_person_of_another_team_is_404(distribution):
    url = reverse("personne", args=[distribution.collegue.pk])
    assert distribution.client("etranger").get(url).status_code == 404


def test_the_team_says_who_is_away_leaving_invited_and_to_come(distribution):
    point, jour = distribution.point, distribution.point.aujourdhui()
    Absence.objects.create(personne=distribution.collegue, debut=jour)
    un_acces(une_personne("Zoé", "Roy"), "mediateur", point, fin=jour + timedelta(days=3))
    un_acces(une_personne("Ali", "Sar"), "mediateur", point, debut=jour + timedelta(days=3))
    reponse = distribution.client("responsable").get(reverse("equipe"))
    for mot in ("Absent, retour inconnu", "Part bientôt", "Invitation en attente", "À venir"):
        assertContains(reponse, mot)


def test_the_union_goes_to_a_team_by_a_point(distribution):
    client = distribution.client("union")
    assertRedirects(client.get(reverse("equipe")), reverse("points"))
    assertContains(client.get(f"{reverse('equipe')}?point=LYO-GER"), "Équipe de Lyon – Gerland")


@pytest.mark.parametrize("texte", ["bena", "Sonia", "sonia."])
def test_a_person_is_found_by_name_first_name_or_address(distribution, texte):
    reponse = distribution.client("union").get(reverse("personnes"), {"q": texte})
    assertContains(reponse, "Benali Sonia")


def test_people_come_fifty_a_page(distribution):
    for n in range(60):
        une_personne("Ana", f"Zed{n:02d}")
    client = distribution.client("union")
    premiere = client.get(reverse("personnes"))
    suivante = client.get(reverse("personnes"), {"apres": premiere.context["suivantes"]})
    assert len(premiere.context["lignes"]) == 50
    assert len(suivante.context["lignes"]) == 17


@pytest.mark.parametrize("apres", ["x", "~", "durand~abc", "durand~99999999999999999999999", "\x00~1"])
def test_a_broken_cursor_breaks_nothing(distribution, apres):
    assert distribution.client("union").get(reverse("personnes"), {"apres": apres}).status_code == 200


def test_a_convention_that_falls_due_is_shown_first(distribution):
    fin = date.today() + timedelta(days=30)
    Convention.objects.create(partenaire=un_partenaire("EDF"), debut=LONGTEMPS, fin=fin)
    assertContains(distribution.client("union").get(reverse("partenaires")), "échoit dans 30\u00a0jours")


def test_html_typed_in_a_name_is_shown_escaped(distribution):
    distribution.point.nom = "<script>alert(1)</script>"
    distribution.point.save()
    assert b"<script>alert" not in distribution.client("union").get(reverse("points")).content


def test_titles_contract_de_with_the_name_of_the_point(distribution):
    distribution.point.nom = "Le Mans – Sablons"
    distribution.point.save()
    client = distribution.client("responsable")
    assertContains(client.get(reverse("equipe")), "<h1>Équipe du Mans – Sablons</h1>")
    horaires = client.get(reverse("point_horaires", args=[distribution.point.code]))
    assertContains(horaires, "Horaires du Mans – Sablons")


@pytest.mark.parametrize("guide", ["mediateur", "responsable", "union"])
def test_each_guide_answers(distribution, guide):
    assert distribution.client("proprietaire").get(reverse("guide", args=[guide])).status_code == 200


def test_the_summary_of_the_guides_answers(distribution):
    assertContains(distribution.client("auditeur").get(reverse("aide")), "Guide du responsable de point")


def test_someone_without_any_role_is_told_why(db):
    client = Client()
    client.force_login(une_personne("Sans", "Rôle"))
    assertContains(client.get(reverse("accueil")), "aucun rôle ne vous est ouvert")
