"""Reading identities is told: who opened a case in clear, who searched a name; the manager sees it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from mediation.consultations import noter_lecture
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_acces
from tests.mediation.fabrique import un_dossier, une_partie


@pytest.fixture
def dossier(distribution):
    return un_dossier(distribution.proprietaire, distribution.point)


def _lectures(**conditions):
    return EntreeJournal.objects.filter(acte="lire", **conditions)


def _page(dossier):
    return reverse("dossier", args=[dossier.reference])


def test_reading_a_case_writes_who_read_which_case(distribution, dossier):
    distribution.client("collegue").get(_page(dossier))
    lecture = _lectures().get()
    assert (lecture.acteur_id, lecture.objet, lecture.objet_id, lecture.point_id) == (
        distribution.collegue.pk,
        "dossier",
        dossier.pk,
        distribution.point.pk,
    )
    assert lecture.apres == {"jour": str(distribution.point.aujourdhui())}


def test_a_case_read_again_the_same_day_is_told_once_a_person(distribution, dossier):
    for role in ("collegue", "collegue", "proprietaire", "collegue"):
        distribution.client(role).get(_page(dossier))
    assert sorted(_lectures().values_list("acteur_id", flat=True)) == sorted(
        [distribution.collegue.pk, distribution.proprietaire.pk]
    )


def test_a_case_read_on_another_local_day_is_told_again(distribution, dossier, monkeypatch):
    jour = distribution.point.aujourdhui()
    for ecart in (0, 1, 1):
        monkeypatch.setattr(type(dossier.point), "aujourdhui", lambda _, j=jour, n=ecart: j + timedelta(n))
        noter_lecture(distribution.collegue, dossier)
    assert _lectures().count() == 2


def test_a_page_inside_the_case_is_a_reading_too(distribution, dossier):
    une_partie(dossier)
    distribution.client("collegue").get(reverse("partie_modifier", args=[dossier.reference, 1]))
    assert _lectures().count() == 1


@pytest.mark.parametrize("role", ["union", "direction", "etranger"])
def test_who_reads_no_identity_leaves_no_reading(distribution, dossier, role):
    distribution.client(role).get(_page(dossier))
    assert not _lectures().exists()


def test_the_manager_of_a_restricted_case_reads_no_identity(distribution, dossier):
    dossier.restreint = True
    dossier.save(update_fields=["restreint"])
    distribution.client("responsable").get(_page(dossier))
    distribution.client("responsable").get(reverse("dossier_passer", args=[dossier.reference]))
    assert not _lectures().exists()


def test_a_search_is_told_without_the_name(distribution, dossier):
    un_acces(distribution.collegue, "mediateur", distribution.ailleurs)
    distribution.client("collegue").post(reverse("dossiers_recherche"), {"nom": "Zéphyrine Dupont"})
    recherches = EntreeJournal.objects.filter(acte="chercher")
    assert {r.point_id for r in recherches} == {distribution.point.pk, distribution.ailleurs.pk}
    assert "phyrine" not in str(list(EntreeJournal.objects.values()))


def test_the_manager_sees_beside_the_case_who_read_it(distribution, dossier):
    client = distribution.client("responsable")
    assertContains(client.get(_page(dossier)), "Personne avant vous.")
    distribution.client("collegue").get(_page(dossier))
    lus = client.get(_page(dossier)).context["lecteurs_du_dossier"]
    assert [(lecteur.nom, lecteur.jours) for lecteur in lus] == [("Karim Petit", 1), ("Léa Tissot", 1)]


@pytest.mark.parametrize("role", ["proprietaire", "collegue", "direction", "union"])
def test_nobody_but_the_manager_sees_who_read(distribution, dossier, role):
    client = distribution.client(role)
    assertNotContains(client.get(_page(dossier)), "Qui a lu")
    assert client.get(reverse("lectures")).status_code == 404


def test_the_point_s_page_lists_readings_and_searches_of_that_point_only(distribution, dossier):
    distribution.client("collegue").get(_page(dossier))
    distribution.client("etranger").post(reverse("dossiers_recherche"), {"nom": "Nom Cherché"})
    page = distribution.client("responsable").get(reverse("lectures"))
    assert [(c.qui, c.reference) for c in page.context["page"].lignes] == [("Karim Petit", dossier.reference)]
    ailleurs = distribution.client("etranger").get(reverse("lectures"))
    assertContains(ailleurs, "Recherche d’un nom")
    assertNotContains(ailleurs, dossier.reference)


def test_the_page_is_narrowed_to_one_case(distribution, dossier):
    autre = un_dossier(distribution.proprietaire, distribution.point)
    for lu in (dossier, autre):
        distribution.client("collegue").get(_page(lu))
    page = distribution.client("responsable").get(f"{reverse('lectures')}?dossier={autre.reference}")
    assert [c.reference for c in page.context["page"].lignes] == [autre.reference]


def test_older_readings_follow_page_after_page(distribution, monkeypatch):
    monkeypatch.setattr("mediation.consultations.PAR_PAGE", 2)
    dossiers = [un_dossier(distribution.proprietaire, distribution.point) for _ in range(5)]
    for dossier in dossiers:
        noter_lecture(distribution.collegue, dossier)
    client, vues, suite = distribution.client("responsable"), [], ""
    while suite is not None:
        page = client.get(reverse("lectures") + suite)
        vues += [c.reference for c in page.context["page"].lignes]
        suite = page.context["suivant"] or None
    assert vues == [d.reference for d in reversed(dossiers)]


@pytest.mark.parametrize("suite", ["?avant=x", "?avant=-1", "?avant=" + "9" * 30, "?dossier=%00", "?avant=1"])
def test_an_address_that_means_nothing_shows_a_page(distribution, dossier, suite):
    assert distribution.client("responsable").get(reverse("lectures") + suite).status_code == 200


def test_who_reads_a_case_that_is_not_theirs_is_asked_why_and_the_manager_reads_it(distribution, dossier):
    page, motif = _page(dossier), reverse("dossier_motif", args=[dossier.reference])
    assertNotContains(distribution.client("proprietaire").get(page), "pourquoi le lisez-vous")
    assertContains(distribution.client("collegue").get(page), "pourquoi le lisez-vous")
    lectures = distribution.client("responsable").get(reverse("lectures"))
    assertContains(lectures, "son dossier")
    assertContains(lectures, "non dit")
    distribution.client("collegue").post(motif, {"motif": "remplacement"})
    assertNotContains(distribution.client("collegue").get(page), "pourquoi le lisez-vous")
    lectures = distribution.client("responsable").get(reverse("lectures"))
    assertContains(lectures, "Je remplace le médiateur")
    assertNotContains(lectures, "non dit")


def test_a_reason_that_does_not_exist_is_not_kept(distribution, dossier):
    motif = reverse("dossier_motif", args=[dossier.reference])
    distribution.client("collegue").post(motif, {"motif": "curiosité"})
    assert not EntreeJournal.objects.filter(acte="motiver").exists()
