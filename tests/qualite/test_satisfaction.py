"""The question asked of the public: an answer counts, nothing tells whose; what the database refuses."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from pimms.socle.models import EntreeJournal
from qualite import satisfaction
from qualite.models import Avis, CommentaireAvis, Questionnaire
from qualite.views import satisfaction_publique as publique
from tests.fabrique import un_point
from tests.qualite.fabrique_ecoute import des_avis, un_commentaire, un_questionnaire

NIR = "1 85 05 78 006 084 91"


@pytest.fixture(autouse=True)
def _debit_a_zero(db, monkeypatch):
    """No answer counted yet, and no window that ends between two answers of a test."""
    cache.clear()
    monkeypatch.setattr("pimms.socle.debit.FENETRE", 10**8)


@pytest.fixture
def ouvert(distribution) -> Questionnaire:
    return un_questionnaire(distribution.point)


def _repondre(client, questionnaire, visage=4, cle=None, **suite):
    url = reverse("satisfaction", args=[questionnaire.jeton])
    return client.post(url, {"cle": cle or uuid.uuid4(), "visage": visage}, **suite)


def test_one_touch_is_an_answer_at_the_point_s_own_day_and_hour(client, distribution):
    point = un_point(fuseau="Pacific/Tahiti")
    reponse = _repondre(client, un_questionnaire(point), 3)
    avis = Avis.objects.get()
    maintenant = point.maintenant()
    assert (avis.point, avis.visage, avis.jour) == (point, 3, maintenant.date())
    assert avis.heure == maintenant.hour
    assert reponse["Location"] == reverse("satisfaction_merci", args=["k7qd2m4xrt9b", avis.cle])


def test_an_answer_leaves_no_cookie_no_session_and_no_line_in_the_journal(client, ouvert):
    entrees = EntreeJournal.objects.count()
    page = client.get(reverse("satisfaction", args=[ouvert.jeton]))
    reponse = _repondre(client, ouvert)
    suite = client.get(reponse["Location"])
    assert not page.cookies
    assert not reponse.cookies
    assert not suite.cookies
    assert Session.objects.count() == 0
    assert EntreeJournal.objects.count() == entrees


def test_an_answer_given_on_a_colleague_s_tablet_shows_nothing_of_them(distribution, ouvert):
    page = distribution.client("responsable").get(reverse("satisfaction", args=[ouvert.jeton]))
    assert "Léa" not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_the_same_answer_sent_twice_counts_once(client, ouvert):
    cle = uuid.uuid4()
    premiere, seconde = _repondre(client, ouvert, 4, cle), _repondre(client, ouvert, 4, cle)
    assert premiere["Location"] == seconde["Location"]
    assert Avis.objects.count() == 1


@pytest.mark.parametrize("visage", ["0", "5", "", "beau"])
def test_what_is_no_face_is_asked_again(client, ouvert, visage):
    reponse = _repondre(client, ouvert, visage)
    assert reponse.status_code == 422
    assert "Touchez un visage" in reponse.content.decode()
    assert not Avis.objects.exists()


@pytest.mark.parametrize("jeton", ["inconnu", "k7qd2m4xrt9b"])
def test_an_unknown_or_revoked_token_is_a_calm_page(client, distribution, ouvert, jeton):
    satisfaction.fermer(distribution.responsable, distribution.point)
    reponse = client.get(reverse("satisfaction", args=[jeton]))
    assert reponse.status_code == 404
    assert "n’est pas ouvert" in reponse.content.decode()


def test_a_closed_point_asks_nothing_any_more(client, distribution, ouvert):
    distribution.point.ferme_le = distribution.point.aujourdhui()
    distribution.point.save()
    assert _repondre(client, ouvert).status_code == 404
    assert not Avis.objects.exists()


def test_a_token_typed_in_capitals_works(client, ouvert):
    assert client.get(reverse("satisfaction", args=[ouvert.jeton.upper()])).status_code == 200


def test_too_many_answers_from_one_place_are_held_back(client, ouvert, monkeypatch):
    monkeypatch.setattr(publique, "PAR_PROVENANCE", 2)
    statuts = [_repondre(client, ouvert).status_code for _ in range(3)]
    ailleurs = _repondre(client, ouvert, REMOTE_ADDR="198.51.100.7").status_code
    assert (statuts, ailleurs) == ([302, 302, 429], 302)
    assert Avis.objects.count() == 3


def test_a_flood_from_one_place_leaves_the_others_their_room(client, ouvert, monkeypatch):
    monkeypatch.setattr(publique, "PAR_PROVENANCE", 1)
    monkeypatch.setattr(publique, "PAR_QUESTIONNAIRE", 2)
    for _ in range(5):
        _repondre(client, ouvert)
    assert _repondre(client, ouvert, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_held_back_the_tablet_asks_again_by_itself(client, ouvert, monkeypatch):
    monkeypatch.setattr(publique, "PAR_PROVENANCE", 0)
    url = reverse("satisfaction", args=[ouvert.jeton]) + "?borne=1"
    reponse = client.post(url, {"cle": uuid.uuid4(), "visage": 4})
    assert reponse.status_code == 429
    assert reponse["Refresh"] == f"30; url={url}"


def test_a_questionnaire_takes_only_so_many_from_everywhere(client, ouvert, monkeypatch):
    monkeypatch.setattr(publique, "PAR_QUESTIONNAIRE", 1)
    assert _repondre(client, ouvert).status_code == 302
    assert _repondre(client, ouvert, REMOTE_ADDR="198.51.100.7").status_code == 429


def test_no_address_is_kept_even_in_the_cache(client, ouvert):
    _repondre(client, ouvert, REMOTE_ADDR="198.51.100.7")
    with connection.cursor() as curseur:
        curseur.execute("SELECT cache_key FROM socle_cache")
        cles = [cle for (cle,) in curseur.fetchall()]
    assert len(cles) == 2
    assert not any("198.51" in cle for cle in cles)


@pytest.mark.parametrize(("adresse", "attendu"), [("?borne=1", True), ("", False)])
def test_on_the_tablet_the_thanks_go_back_to_the_question_without_a_script(client, ouvert, adresse, attendu):
    avis = des_avis(ouvert)[0]
    url = reverse("satisfaction_merci", args=[ouvert.jeton, avis.cle]) + adresse
    reponse = client.get(url)
    retour = f"10; url={reverse('satisfaction', args=[ouvert.jeton])}?borne=1"
    assert reponse.get("Refresh") == (retour if attendu else None)


def test_on_the_tablet_an_answer_stays_on_the_tablet(client, ouvert):
    url = reverse("satisfaction", args=[ouvert.jeton]) + "?borne=1"
    assert client.post(url, {"cle": uuid.uuid4(), "visage": 4})["Location"].endswith("?borne=1")


def _un_avis_de_maintenant(ouvert) -> Avis:
    return satisfaction.repondre(ouvert, uuid.uuid4(), 2)


def _mot(client, ouvert, avis, texte):
    return client.post(reverse("satisfaction_mot", args=[ouvert.jeton, avis.cle]), {"texte": texte})


def test_a_few_words_are_sealed_apart_from_the_face(client, ouvert):
    avis = _un_avis_de_maintenant(ouvert)
    reponse = _mot(client, ouvert, avis, "Trop d’attente")
    commentaire = CommentaireAvis.objects.get()
    assert reponse["Location"] == reverse("satisfaction_merci", args=[ouvert.jeton, avis.cle])
    assert b"attente" not in bytes(commentaire.scelle)
    assert ouvert.coffre.coffre.ouvrir(commentaire.usage, commentaire.scelle).decode() == "Trop d’attente"


def test_a_social_security_number_is_refused_and_the_face_kept(client, ouvert):
    avis = _un_avis_de_maintenant(ouvert)
    reponse = _mot(client, ouvert, avis, f"Mon numéro est {NIR}")
    assert reponse.status_code == 422
    assert "sécurité sociale" in reponse.content.decode()
    assert (Avis.objects.count(), CommentaireAvis.objects.count()) == (1, 0)


def test_words_are_added_once_and_only_soon_after(client, ouvert):
    avis = _un_avis_de_maintenant(ouvert)
    _mot(client, ouvert, avis, "Un")
    _mot(client, ouvert, avis, "Deux")
    ancien = des_avis(ouvert, il_y_a=1)[0]
    _mot(client, ouvert, ancien, "Trois")
    assert [c.avis_id for c in CommentaireAvis.objects.all()] == [avis.pk]


def test_the_answer_of_another_point_can_t_be_commented(client, distribution, ouvert):
    autre = un_questionnaire(distribution.ailleurs, "autrejeton22")
    avis = satisfaction.repondre(autre, uuid.uuid4(), 4)
    _mot(client, ouvert, avis, "D’ailleurs")
    assert not CommentaireAvis.objects.exists()


def test_renewing_closes_the_poster_before(distribution, ouvert):
    nouveau = satisfaction.ouvrir(distribution.responsable, distribution.point)
    ouvert.refresh_from_db()
    assert ouvert.ferme_par == distribution.responsable
    assert satisfaction.trouver(ouvert.jeton) is None
    assert satisfaction.trouver(nouveau.jeton) == nouveau
    actes = EntreeJournal.objects.filter(objet="questionnaire").values_list("acte", flat=True)
    assert set(actes) == {"ouvrir", "fermer"}


@pytest.mark.parametrize("role", ["proprietaire", "etranger"])
def test_who_does_not_keep_the_point_opens_nothing(distribution, role):
    with pytest.raises(ValidationError):
        satisfaction.ouvrir(getattr(distribution, role), distribution.point)


def test_a_comment_that_names_someone_is_erased_and_its_face_stays(distribution, ouvert):
    commentaire = un_commentaire(des_avis(ouvert)[0])
    with pytest.raises(ValidationError):
        satisfaction.effacer_commentaire(distribution.proprietaire, commentaire)
    satisfaction.effacer_commentaire(distribution.responsable, commentaire)
    assert (CommentaireAvis.objects.count(), Avis.objects.count()) == (0, 1)
    assert EntreeJournal.objects.filter(objet="commentaireavis", acte="effacer").exists()


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE qualite_avis SET visage = 4",
        "DELETE FROM qualite_avis",
        "UPDATE qualite_commentaireavis SET scelle = ''",
        "DELETE FROM qualite_questionnaire",
        "UPDATE qualite_questionnaire SET jeton = 'choisi'",
    ],
)
def test_the_application_can_t_rewrite_what_was_answered(distribution, ouvert, ordre):
    un_commentaire(des_avis(ouvert)[0])
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)


def test_a_closed_questionnaire_never_opens_again(distribution, ouvert):
    satisfaction.fermer(distribution.responsable, distribution.point)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Questionnaire.objects.update(ferme_le=None, ferme_par=None)


def _page(cast, role, **parametres):
    url = reverse("satisfaction_point", args=[cast.point.code])
    return cast.client(role).get(url, parametres).content.decode()


def test_under_thirty_answers_no_rate_is_shown(distribution, ouvert):
    des_avis(ouvert, 29)
    page = _page(distribution, "responsable")
    assert "29\xa0réponses\u202f: pas de taux sous 30" in page
    assert "\u202f%" not in page


def test_from_thirty_answers_on_the_rate_and_four_bars_are(distribution, ouvert):
    des_avis(ouvert, 27)
    des_avis(ouvert, 3, visage=1)
    page = _page(distribution, "responsable")
    assert "90\u202f%" in page
    assert page.count('class="barre"') == 4


def test_the_period_leaves_other_days_out(distribution, ouvert):
    des_avis(ouvert, 2)
    des_avis(ouvert, 3, il_y_a=40)
    hier = timezone.localdate() - timedelta(days=1)
    page = _page(distribution, "responsable", du=(hier - timedelta(days=60)).isoformat(), au=hier.isoformat())
    assert "3\xa0réponses" in page


@pytest.mark.parametrize(
    ("role", "lit"),
    [("proprietaire", True), ("responsable", True), ("direction", False), ("union", False)],
)
def test_comments_are_read_at_the_point_only(distribution, ouvert, role, lit):
    un_commentaire(des_avis(ouvert)[0], "Bravo à Sonia")
    assert ("Bravo à Sonia" in _page(distribution, role)) is lit


def test_the_union_reads_a_rate_a_point(distribution, ouvert):
    des_avis(ouvert, 30)
    page = distribution.client("union").get(reverse("satisfaction_points")).content.decode()
    assert "100\u202f%" in page
    assert "pas de taux sous 30" in page  # the other point


def test_many_comments_go_by_pages(distribution, ouvert):
    for avis in des_avis(ouvert, 51):
        un_commentaire(avis, f"Mot {avis.pk}")
    page = _page(distribution, "responsable")
    assert page.count("Mot ") == 50
    dernier = Avis.objects.order_by("pk")[1].pk
    assert _page(distribution, "responsable", avant=dernier).count("Mot ") == 1


def test_the_poster_is_a_pdf_with_the_address(distribution, ouvert):
    url = reverse("satisfaction_affiche", args=[distribution.point.code])
    reponse = distribution.client("responsable").get(url)
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse.content.startswith(b"%PDF")


def test_the_latest_comments_come_first(distribution, ouvert):
    ancien = un_commentaire(des_avis(ouvert, il_y_a=20)[0], "Il y a trois semaines")
    recent = un_commentaire(des_avis(ouvert)[0], "Aujourd’hui")
    url = reverse("satisfaction_point", args=[distribution.point.code])
    mots = distribution.client("responsable").get(url).context["mots"]
    assert [mot.pk for mot in mots] == [recent.pk, ancien.pk]
