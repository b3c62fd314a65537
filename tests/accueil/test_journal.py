"""The journal page: who reads what, what a row says, bad addresses, number of statements."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accueil.models import Demande, NoteVisite, Suivi, Visite
from accueil.models.visites import DEMANDES_MAX
from accueil.templatetags.saisie import heure_de_saisie
from tests.fabrique import un_acces, un_partenaire, un_point, un_theme, une_visite

pytestmark = pytest.mark.django_db

NOTE = "Revient jeudi avec l’échéancier"
LECTEURS = ("proprietaire", "collegue", "responsable", "direction", "union")


@pytest.fixture
def visite(distribution) -> Visite:
    demande = {
        "issue": "oriente",
        "vers_texte": "Service social, bureau 3",
        "partenaire": un_partenaire("EDF"),
    }
    visite = une_visite(distribution.point, distribution.proprietaire, demandes=[demande])
    NoteVisite.objects.create(visite=visite, point=distribution.point, texte=NOTE)
    return visite


def _page(distribution, role: str, suite: str = "") -> str:
    reponse = distribution.client(role).get(f"/accueil/journal/{suite}")
    assert reponse.status_code == 200
    return reponse.content.decode()


@pytest.mark.parametrize("role", LECTEURS)
def test_a_reader_of_the_point_sees_its_visits(distribution, visite, role):
    assert f'id="visite-{visite.pk}"' in _page(distribution, role)


def test_a_stranger_does_not_see_the_visit(distribution, visite):
    assert f'id="visite-{visite.pk}"' not in _page(distribution, "etranger")


@pytest.mark.parametrize("url", ["", "totaux/"])
def test_an_auditor_gets_404(distribution, url):
    assert distribution.client("auditeur").get(f"/accueil/journal/{url}").status_code == 404


@pytest.mark.parametrize("url", ["", "totaux/"])
def test_someone_else_s_point_gets_404(distribution, url):
    client = distribution.client("proprietaire")
    assert client.get(f"/accueil/journal/{url}?point={distribution.ailleurs.code}").status_code == 404


@pytest.mark.parametrize("role", ["proprietaire", "collegue", "responsable"])
def test_those_who_work_at_the_point_read_the_note(distribution, visite, role):
    assert NOTE in _page(distribution, role)


@pytest.mark.parametrize("role", ["direction", "union"])
def test_others_read_no_free_text(distribution, visite, role):
    page = _page(distribution, role)
    assert NOTE not in page
    assert "Service social" not in page


def test_who_works_at_one_point_does_not_read_the_notes_of_another_they_may_see(distribution, visite):
    voisin = un_point(distribution.point.association)
    un_acces(distribution.direction, "mediateur", voisin)
    assert NOTE not in _page(distribution, "direction")


def test_one_s_own_entries_say_vous(distribution, visite):
    assert "<span>vous</span>" in _page(distribution, "proprietaire")


def test_the_manager_reads_the_author_s_name(distribution, visite):
    assert "Sonia Benali" in _page(distribution, "responsable")


@pytest.mark.parametrize("role", ["collegue", "direction", "union"])
def test_others_do_not_read_the_author_s_name(distribution, visite, role):
    assert "Benali" not in _page(distribution, role)


@pytest.mark.parametrize("role", LECTEURS)
def test_corriger_is_offered_to_those_who_may(distribution, visite, role):
    autre = une_visite(distribution.point, distribution.collegue)
    page = _page(distribution, role)
    offertes = {v.pk for v in (visite, autre) if reverse("visite_corriger", args=[v.pk]) in page}
    permises = Visite.objects.modifiables_par(getattr(distribution, role))
    assert offertes == set(permises.values_list("pk", flat=True))


def test_annuler_posts_to_the_visit_and_comes_back_to_the_journal(distribution, visite):
    assert f"{reverse('visite_annuler', args=[visite.pk])}?de=journal" in _page(distribution, "proprietaire")


def test_the_follow_up_of_an_oriented_request_is_one_link_away(distribution, visite):
    assert reverse("suite", args=[visite.demandes.get().pk]) in _page(distribution, "collegue")


def test_the_union_is_not_offered_the_follow_up(distribution, visite):
    assert reverse("suite", args=[visite.demandes.get().pk]) not in _page(distribution, "union")


def test_a_known_follow_up_is_told(distribution, visite):
    Suivi.objects.create(
        demande=visite.demandes.get(), point=distribution.point, suite="abouti", suite_le=visite.jour
    )
    assert "suite\u202f: a abouti" in _page(distribution, "union")


def test_a_cancelled_visit_is_left_out(distribution, visite):
    Visite.objects.update(annulee_le=timezone.now())
    assert "Aucune visite sur cette période" in _page(distribution, "proprietaire")


def test_a_cancelled_visit_is_shown_on_demand_with_the_word(distribution, visite):
    Visite.objects.update(annulee_le=timezone.now())
    page = _page(distribution, "proprietaire", "?annulees=1")
    assert "Annulée</span>" in page
    assert "journal-annulee" in page


def test_a_late_entry_says_by_how_many_days(distribution):
    une_visite(distribution.point, distribution.proprietaire, il_y_a=2, retard=2, heure=None)
    assert "saisie 2\u00a0jours après" in _page(distribution, "proprietaire")


def test_a_tally_says_how_many_persons(distribution):
    une_visite(distribution.point, distribution.proprietaire, personnes=3)
    assert "3 × " in _page(distribution, "proprietaire")


def test_days_head_their_visits(distribution):
    une_visite(distribution.point, distribution.proprietaire, jour="2026-03-02", saisie_le=timezone.now())
    une_visite(distribution.point, distribution.proprietaire, jour="2026-03-03")
    page = _page(distribution, "proprietaire", "?du=2026-03-01&au=2026-03-31")
    assert page.index("mardi 3 mars 2026") < page.index("lundi 2 mars 2026")


def test_typed_text_is_shown_escaped(distribution, visite):
    NoteVisite.objects.update(texte="<script>alert(1)</script>")
    page = _page(distribution, "proprietaire")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_text_of_the_address_is_shown_escaped(distribution):
    page = _page(distribution, "proprietaire", "?theme=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&du=%3Cb%3E")
    assert "<script>alert" not in page
    assert 'value="<b>"' not in page


@pytest.mark.parametrize(
    "suite",
    [
        "?du=2026-03-31&au=2026-03-01",
        "?du=2027-02-29",
        "?du=1826-01-01&au=2126-01-01",
        "?du=0001-01-01&au=9999-12-31",
        "?theme=x&partenaire=99999999999999999999&registre=-1&issue=&canal=%00",
        "?curseur=zzz",
        "?curseur=%00%FF",
        "?periode=mois&periode=semaine",
        "?" + "a" * 3000,
    ],
)
@pytest.mark.parametrize("url", ["", "totaux/"])
def test_a_strange_address_still_shows_a_page(distribution, visite, url, suite):
    assert distribution.client("responsable").get(f"/accueil/journal/{url}{suite}").status_code == 200


def test_a_bad_value_is_told_beside_its_field_which_stays_open(distribution):
    page = _page(distribution, "proprietaire", "?du=2026-03-31&au=2026-03-01")
    assert "La fin précède le début" in page
    assert '<details class="volet" id="filtres" open>' in page


def test_a_broken_position_shows_the_first_page_with_a_word(distribution, visite):
    page = _page(distribution, "proprietaire", "?curseur=zzz")
    assert "adresse de cette page est incomplète" in page
    assert f'id="visite-{visite.pk}"' in page


def test_totals_come_apart_from_the_list(distribution, visite):
    page = _page(distribution, "proprietaire")
    assert 'hx-get="/accueil/journal/totaux/?periode=7_jours"' in page
    assert "Ce qui est compté" not in page


def test_totals_are_a_fragment_for_htmx_and_a_page_without(distribution, visite):
    client = distribution.client("proprietaire")
    fragment = client.get("/accueil/journal/totaux/", headers={"HX-Request": "true"}).content.decode()
    page = client.get("/accueil/journal/totaux/").content.decode()
    assert "Ce qui est compté" in fragment
    assert "<html" not in fragment
    assert "<html" in page


def test_totals_that_take_too_long_say_so(distribution, visite, monkeypatch):
    monkeypatch.setattr("accueil.indicateurs.BUDGET", 1)
    # A real statement, slowed down: the time-out is PostgreSQL's own.
    lente = "SELECT NULL FROM pg_sleep(1)"
    monkeypatch.setattr("accueil.lecture_agregats.ordre_des_sommes", lambda _: (lente, {}))
    page = distribution.client("proprietaire").get("/accueil/journal/totaux/")
    assert "demandent trop de calcul" in page.content.decode()


def test_totals_of_a_theme_say_what_is_counted(distribution, visite):
    page = _page(distribution, "proprietaire", "totaux/?theme=energie")
    assert "celles dont une demande au moins répond au filtre" in page


def test_the_empty_journal_of_a_mediateur_leads_to_the_desk(distribution):
    assert f'href="{reverse("saisie")}">Enregistrer une visite' in _page(distribution, "proprietaire")


def test_an_empty_filter_leads_back_to_all(distribution):
    assert "Aucune visite ne répond à ce filtre" in _page(distribution, "proprietaire", "?theme=justice")


@pytest.mark.parametrize("role", LECTEURS)
@pytest.mark.parametrize("suite", ["", "?theme=energie&canal=sur_place&annulees=1"])
def test_a_full_page_takes_at_most_ten_statements(distribution, role, suite, django_assert_max_num_queries):
    voisin = un_point(distribution.point.association)
    un_acces(distribution.responsable, "responsable", voisin)
    for n in range(60):
        point = (distribution.point, voisin)[n % 2]
        demandes = [{"theme": un_theme(), "issue": "oriente"}] * (1 + n % DEMANDES_MAX)
        visite = une_visite(point, distribution.proprietaire, demandes=demandes)
        NoteVisite.objects.create(visite=visite, point=point, texte=NOTE)
    Suivi.objects.create(
        demande=Demande.objects.first(), point=distribution.point, suite="abouti", suite_le=visite.jour
    )
    client = distribution.client(role)
    with django_assert_max_num_queries(10):
        client.get(f"/accueil/journal/{suite}")


def test_the_totals_take_at_most_ten_statements(distribution, visite, django_assert_max_num_queries):
    client = distribution.client("responsable")
    with django_assert_max_num_queries(10):
        client.get("/accueil/journal/totaux/?theme=energie&annulees=1")


def test_those_who_work_at_the_point_read_the_minute_of_an_entry(distribution, visite):
    assert heure_de_saisie(visite) in _page(distribution, "collegue")


def test_who_reads_from_afar_sees_the_hour_alone(distribution, visite):
    visite.saisie_le = visite.saisie_le.replace(minute=42)
    visite.save()
    assert "h\u202f42" not in _page(distribution, "union")


def test_an_entry_typed_later_has_no_hour(distribution):
    une_visite(distribution.point, distribution.proprietaire, il_y_a=1, retard=1, heure=None)
    assert "heure inconnue" in _page(distribution, "collegue")
