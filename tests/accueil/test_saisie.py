"""The desk's screen: what is recorded, what is refused and how, in how many statements."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accueil.models import Theme, Visite
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_acces, un_partenaire, un_point, un_theme, une_association, une_visite

HTMX = {"HX-Request": "true"}
URL = "/accueil/saisie/"


def donnees(point, /, **champs) -> dict:
    """A common visit as a browser posts it; `d0_theme=…` overrides `d0-theme`."""
    defauts = {
        "point": point.code,
        "cle": str(uuid.uuid4()),
        "rang": ["0"],
        "d0-theme": un_theme().pk,
        "d0-issue": "resolu",
        "canal": "sur_place",
        "personnes": "1",
    }
    return {c: v for c, v in (defauts | champs).items() if v is not None}


@pytest.fixture
def bureau(distribution):
    return distribution.client("proprietaire")


def poster(client, point, /, **champs):
    return client.post(URL, donnees(point, **champs), headers=HTMX)


def test_a_common_visit_needs_a_theme_and_an_outcome(bureau, distribution):
    reponse = poster(bureau, distribution.point)
    visite = Visite.objects.get()
    assertContains(reponse, f'id="visite-{visite.pk}"')
    assert (visite.auteur, visite.point) == (distribution.proprietaire, distribution.point)


def test_one_visit_holds_several_requests(bureau, distribution):
    deux = {"rang": ["0", "1"], "d1-theme": un_theme("logement").pk, "d1-issue": "a_suivre"}
    poster(bureau, distribution.point, **deux)
    assert list(Visite.objects.get().demandes.values_list("issue", flat=True)) == ["resolu", "a_suivre"]


def test_all_that_is_optional_is_kept(bureau, distribution):
    poster(
        bureau,
        distribution.point,
        **{
            "d0-partenaire": un_partenaire("EDF").pk,
            "d0-registre": "2",
            "d0-aide": "faire_avec",
            "d0-issue": "oriente",
            "d0-vers": "CCAS de Lyon",
            "duree": "30",
            "canal": "telephone",
            "personnes": "3",
            "genre": "femme",
            "tranche_age": "25-39",
            "situation": "en_emploi",
            "premiere_visite": "oui",
            "commune": "Lyon (69)",
            "note": "Courrier à relire vendredi.",
        },
    )
    visite = Visite.objects.select_related("note", "commune").get()
    demande = visite.demandes.get()
    assert (visite.duree, visite.duree_estimee, visite.canal, visite.personnes) == (30, False, "telephone", 3)
    assert (visite.genre, visite.tranche_age, visite.situation) == ("femme", "25-39", "en_emploi")
    assert (visite.premiere_visite, visite.commune.nom) == (True, "Lyon")
    assert visite.note.texte == "Courrier à relire vendredi."
    assert (demande.partenaire.nom, demande.registre, demande.aide) == ("EDF", 2, "faire_avec")
    assert (demande.vers_texte, demande.vers_partenaire) == ("CCAS de Lyon", None)


def test_towards_a_known_partner_becomes_that_partner(bureau, distribution):
    poster(bureau, distribution.point, **{"d0-issue": "oriente", "d0-vers": "france travail"})
    demande = Visite.objects.get().demandes.get()
    assert (demande.vers_partenaire.nom, demande.vers_texte) == ("France Travail", "")


def test_a_partner_can_be_typed_by_name(bureau, distribution):
    poster(bureau, distribution.point, **{"d0-partenaire_autre": "engie"})
    assert Visite.objects.get().demandes.get().partenaire.nom == "Engie"


def test_a_resent_form_records_one_visit_and_shows_it(bureau, distribution):
    cle = str(uuid.uuid4())
    poster(bureau, distribution.point, cle=cle)
    reponse = poster(bureau, distribution.point, cle=cle)
    assertContains(reponse, f'id="visite-{Visite.objects.get().pk}"')


def test_without_javascript_saving_comes_back_to_the_desk(bureau, distribution):
    reponse = bureau.post(URL, donnees(distribution.point), follow=True)
    assertRedirects(reponse, URL)
    assertContains(reponse, "Visite enregistrée")


def test_without_javascript_a_request_can_be_added(bureau, distribution):
    reponse = bureau.post(URL, donnees(distribution.point, ajouter="1"))
    assertContains(reponse, 'name="rang" value="1"')
    assert not Visite.objects.exists()


REFUS = [
    ({"d0-theme": None}, "Choisissez un thème."),
    ({"d0-theme": "99999"}, "Ce thème n’existe pas."),
    ({"d0-theme": "x"}, "Ce thème n’existe pas."),
    ({"d0-issue": None}, "Choisissez un résultat."),
    ({"d0-issue": "perdu"}, "Choisissez une des réponses proposées."),
    ({"d0-partenaire": "99999"}, "Ce partenaire n’existe pas"),
    ({"d0-partenaire_autre": "Inconnu SA"}, "Aucun partenaire de ce nom"),
    ({"d0-registre": "9"}, "Choisissez une des réponses proposées."),
    ({"d0-issue": "oriente", "d0-vers": "x" * 121}, "120 caractères au plus (ici 121)"),
    ({"duree": "0"}, "Entre 1 et 600 minutes."),
    ({"duree_autre": "601"}, "Entre 1 et 600 minutes."),
    ({"duree_autre": "beaucoup"}, "Écrivez un nombre de minutes."),
    ({"personnes": "0"}, "Entre 1 et 200 personnes."),
    ({"canal": "fax"}, "Choisissez une des réponses proposées."),
    ({"genre": "x"}, "Choisissez une des réponses proposées."),
    ({"commune": "Trifouilly"}, "commune"),
    ({"note": "x" * 1001}, "1000 caractères au plus (ici 1001)"),
    ({"note": "n° 2 84 05 69 123 456 40"}, "numéro de sécurité sociale"),
    ({"d0-issue": "oriente", "d0-vers": "1840569123456 "}, "numéro de sécurité sociale"),
    ({"jour": "2099-01-01"}, "Ce jour n’est pas encore venu."),
    ({"jour": "2021-01-01"}, "7 jours en arrière"),
    ({"jour": "32/13/2026"}, "Écrivez la date ainsi"),
    ({"cle": "abc"}, "identifiant de saisie est abîmé"),
    ({"cle": None}, "identifiant de saisie manque"),
    ({"point": "ZZZ-ZZZ"}, "Vous ne pouvez pas saisir pour ce point."),
    ({"note": "a\x00b"}, "nul"),
]


@pytest.mark.parametrize(("faute", "message"), REFUS, ids=[str(f)[:50] for f, _ in REFUS])
def test_bad_input_is_answered_in_french_beside_its_field(bureau, distribution, faute, message):
    gardee = {"d0-vers": "CCAS"} if "d0-vers" not in faute else {}
    reponse = poster(bureau, distribution.point, **{"tranche_age": "70+"} | gardee | faute)
    assertContains(reponse, message, status_code=422)
    assert not Visite.objects.exists()


def test_a_refused_form_keeps_all_that_was_typed(bureau, distribution):
    reponse = poster(
        bureau,
        distribution.point,
        **{"d0-issue": None, "d0-partenaire_autre": "Engie", "duree_autre": "25", "note": "À relire"},
    )
    for garde in ('value="Engie"', 'value="25"', "À relire"):
        assertContains(reponse, garde, status_code=422)


def test_a_broken_identifier_is_replaced_so_that_the_next_try_passes(bureau, distribution):
    reponse = poster(bureau, distribution.point, cle="abc")
    assertNotContains(reponse, 'name="cle" value="abc"', status_code=422)


def test_someone_elses_point_is_refused_in_the_words_of_an_unknown_one(bureau, distribution):
    reponse = poster(bureau, distribution.point, point=distribution.ailleurs.code)
    assertContains(reponse, "Vous ne pouvez pas saisir pour ce point.", status_code=422)


def test_a_retired_theme_names_its_successor(bureau, distribution):
    Theme.objects.filter(code="loisirs").update(
        retire_le=distribution.point.aujourdhui(), successeur=un_theme("associations")
    )
    reponse = poster(bureau, distribution.point, **{"d0-theme": un_theme("loisirs").pk})
    assertContains(reponse, "Utilisez « Associations ».", status_code=422)


def test_a_theme_retired_since_still_serves_for_an_earlier_day(bureau, distribution):
    aujourdhui = distribution.point.aujourdhui()
    Theme.objects.filter(code="loisirs").update(retire_le=aujourdhui)
    veille = (aujourdhui - timedelta(days=1)).isoformat()
    poster(bureau, distribution.point, **{"d0-theme": un_theme("loisirs").pk, "jour": veille})
    assert Visite.objects.get().retard == 1


def test_a_partner_of_another_association_does_not_exist_here(bureau, distribution):
    autre = un_partenaire("Bailleur d’ailleurs", association=une_association())
    reponse = poster(bureau, distribution.point, **{"d0-partenaire": autre.pk})
    assertContains(reponse, "Ce partenaire n’existe pas", status_code=422)


def test_more_than_ten_requests_are_refused(bureau, distribution):
    rangs = [str(r) for r in range(11)]
    champs = {f"d{r}-{c}": v for r in rangs for c, v in (("theme", un_theme().pk), ("issue", "resolu"))}
    reponse = poster(bureau, distribution.point, rang=rangs, **champs)
    assertContains(reponse, "au plus 10 demandes", status_code=422)


def test_html_in_a_text_is_stored_and_shown_escaped(bureau, distribution):
    poster(bureau, distribution.point, note="<script>alert(1)</script>")
    reponse = bureau.get(reverse("visite_corriger", args=[Visite.objects.get().pk]))
    assertContains(reponse, "&lt;script&gt;alert(1)")


def test_a_long_number_that_is_no_nir_passes(bureau, distribution):
    poster(bureau, distribution.point, note="PDL 19384756201938, SIRET 12345678901234")
    assert Visite.objects.exists()


def test_logging_a_visit_takes_at_most_twelve_statements(bureau, distribution, django_assert_max_num_queries):
    champs = {
        "rang": ["0", "1"],
        "d1-theme": un_theme("logement").pk,
        "d1-issue": "resolu",
        "d0-partenaire": un_partenaire().pk,
        "commune": "Lyon (69)",
        "note": "Une note",
    }
    envoi = donnees(distribution.point, **champs)
    with django_assert_max_num_queries(12):
        reponse = bureau.post(URL, envoi, headers=HTMX)
    assert reponse.status_code == 200


def test_the_desk_takes_at_most_ten_statements(bureau, distribution, django_assert_max_num_queries):
    for _ in range(5):
        une_visite(distribution.point, distribution.proprietaire, demandes=[{}, {"issue": "oriente"}])
    with django_assert_max_num_queries(10):
        bureau.get(URL)


def test_the_desk_shows_the_whole_points_day(bureau, distribution):
    visite = une_visite(distribution.point, distribution.collegue)
    assertContains(bureau.get(URL), f'id="visite-{visite.pk}"')


def test_one_may_not_correct_a_colleagues_line(bureau, distribution):
    visite = une_visite(distribution.point, distribution.collegue)
    assertNotContains(bureau.get(URL), reverse("visite_corriger", args=[visite.pk]))


def test_cancelling_shows_the_line_struck_with_a_way_back(bureau, distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    reponse = bureau.post(reverse("visite_annuler", args=[visite.pk]), headers=HTMX)
    assertContains(reponse, "rétablir")
    assert Visite.objects.get().annulee_le


def test_correcting_shows_what_was_recorded(bureau, distribution):
    visite = une_visite(
        distribution.point, distribution.proprietaire, duree=25, duree_estimee=False, tranche_age="70+"
    )
    reponse = bureau.get(reverse("visite_corriger", args=[visite.pk]))
    assertContains(reponse, 'value="25"')
    assertContains(reponse, 'value="70+" id="tranche_age-70+" checked')


def test_correcting_records_and_goes_back(bureau, distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    envoi = donnees(distribution.point, version="1", **{"d0-issue": "non_abouti"})
    reponse = bureau.post(reverse("visite_corriger", args=[visite.pk]), envoi)
    assertRedirects(reponse, URL)
    assert visite.demandes.get().issue == "non_abouti"


def test_the_second_of_two_corrections_chooses(bureau, distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    url = reverse("visite_corriger", args=[visite.pk])
    bureau.post(url, donnees(distribution.point, version="1", duree="45"))
    reponse = bureau.post(url, donnees(distribution.point, version="1", duree="60"))
    assertContains(reponse, "changée pendant que vous la corrigiez", status_code=409)
    assertContains(reponse, 'name="version" value="2"', status_code=409)


def test_a_retired_partner_does_not_hinder_a_correction(bureau, distribution):
    ancien = un_partenaire("Vieux bailleur", association=distribution.point.association)
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=[{"partenaire": ancien}])
    ancien.retire_le = distribution.point.aujourdhui()
    ancien.save()
    envoi = donnees(distribution.point, version="1", **{"d0-partenaire": ancien.pk})
    assert bureau.post(reverse("visite_corriger", args=[visite.pk]), envoi).status_code == 302


def test_a_person_of_two_points_logs_at_the_point_of_the_form(bureau, distribution):
    second = un_point()
    un_acces(distribution.proprietaire, "mediateur", second)
    poster(bureau, second)
    assert Visite.objects.get().point == second


def test_a_correction_from_the_journal_goes_back_to_it_as_it_was_filtered(bureau, distribution):
    visite = une_visite(distribution.point, distribution.proprietaire)
    url = reverse("visite_corriger", args=[visite.pk])
    reponse = bureau.post(
        f"{url}?de=journal&filtre=periode%3Dmois%26issue%3Dresolu", donnees(distribution.point, version="1")
    )
    assertRedirects(reponse, "/accueil/journal/?periode=mois&issue=resolu")


def test_another_person_who_logs_in_on_the_same_screen_is_told(bureau, distribution):
    reponse = poster(bureau, distribution.point, auteur=distribution.collegue.pk)
    assertContains(reponse, "La session est maintenant celle de Sonia Benali", status_code=422)
    assertContains(reponse, f'name="auteur" value="{distribution.proprietaire.pk}"', status_code=422)


def test_a_correction_never_moves_a_visit_nor_its_limits_to_another_point(bureau, distribution):
    second = un_point()
    un_acces(distribution.proprietaire, "responsable", second)
    visite = une_visite(distribution.point, distribution.proprietaire)
    il_y_a_40_jours = (distribution.point.aujourdhui() - timedelta(days=40)).isoformat()
    envoi = donnees(second, version="1", jour=il_y_a_40_jours)
    reponse = bureau.post(reverse("visite_corriger", args=[visite.pk]), envoi)
    assertContains(reponse, "7 jours en arrière", status_code=422)


def test_a_late_entry_is_not_corrected_to_a_day_after_it_was_made(bureau, distribution):
    il_y_a_4_jours = distribution.point.maintenant() - timedelta(days=4)
    visite = une_visite(
        distribution.point, distribution.proprietaire, il_y_a=4, saisie_le=il_y_a_4_jours, heure=None
    )
    reponse = bureau.post(
        reverse("visite_corriger", args=[visite.pk]), donnees(distribution.point, version="1")
    )
    assertContains(reponse, "ne peut pas suivre le jour de sa saisie", status_code=422)


def test_the_journal_never_holds_what_describes_the_person(bureau, distribution):
    poster(bureau, distribution.point, tranche_age="70+", genre="femme", commune="Lyon (69)")
    entree = EntreeJournal.objects.get(objet="visite")
    assert entree.apres["public"] is True
    assert not {"genre", "tranche_age", "commune", "situation", "premiere_visite"} & set(entree.apres)
