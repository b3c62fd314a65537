"""The pages of cases: lists and search, the page as each role reads it, changes of state, editing."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from mediation.cycle_de_vie import ajouter, changer_etat
from mediation.models import Dossier, Etape, Evenement, Presence, Redirection
from mediation.modifications import modifier, valeurs
from mediation.parties import empreinte
from mediation.passations import reserver
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_acces, un_partenaire, un_theme
from tests.mediation.fabrique import hors_du_champ, un_consentement, un_dossier, une_partie


@pytest.fixture
def dossier(distribution):
    return un_dossier(distribution.proprietaire, distribution.point)


def _url(dossier, suite=""):
    return f"/mediation/dossiers/{dossier.reference}/{suite}"


def _titres(reponse) -> list[str]:
    return [ligne.titre for ligne in reponse.context["page"].lignes]


def _nommee(dossier, nom):
    partie = une_partie(dossier, nom)
    partie.empreinte = empreinte(dossier.point_id, nom)
    partie.save()
    return partie


def test_one_s_own_cases_come_first_and_the_point_s_are_one_tab_away(distribution, dossier):
    client = distribution.client("collegue")
    assert _titres(client.get("/mediation/dossiers/")) == []
    assert _titres(client.get("/mediation/dossiers/?vue=point")) == ["Bruit la nuit"]


@pytest.mark.parametrize(
    ("filtre", "vus"),
    [
        ("registre=2", 1),
        ("registre=3", 0),
        ("theme=logement", 1),
        ("etat=demande", 1),
        ("urgence=immediate", 0),
    ],
)
def test_the_list_is_filtered_by_its_address(distribution, dossier, filtre, vus):
    assert len(_titres(distribution.client("union").get(f"/mediation/dossiers/?{filtre}"))) == vus


def test_an_unknown_value_is_told_and_not_applied(distribution, dossier):
    page = distribution.client("proprietaire").get("/mediation/dossiers/?vue=point&registre=9")
    assertContains(page, "il n’est pas appliqué")
    assert len(_titres(page)) == 1


def test_a_point_of_elsewhere_is_not_found(distribution):
    client = distribution.client("proprietaire")
    assert client.get(f"/mediation/dossiers/?point={distribution.ailleurs.code}").status_code == 404


def test_pages_follow_one_another_without_losing_a_case(distribution, monkeypatch):
    monkeypatch.setattr("mediation.listes.PAR_PAGE", 2)
    for n in range(5):
        un_dossier(distribution.proprietaire, distribution.point, objet=f"Objet {n}")
    client, vus, suite = distribution.client("proprietaire"), [], "?vue=miens"
    while suite:
        page = client.get(f"/mediation/dossiers/{suite}")
        vus += _titres(page)
        precedent, suite = page.context["precedent"], page.context["suivant"]
    assert vus == [f"Objet {n}" for n in (4, 3, 2, 1, 0)]
    assert _titres(client.get(f"/mediation/dossiers/{precedent}")) == ["Objet 2", "Objet 1"]


def test_a_broken_position_shows_the_first_page(distribution, dossier):
    page = distribution.client("proprietaire").get("/mediation/dossiers/?curseur=zz")
    assertContains(page, "incomplète")
    assert len(_titres(page)) == 1


def test_the_union_lists_cases_without_their_subject(distribution, dossier):
    page = distribution.client("union").get("/mediation/dossiers/")
    assertContains(page, dossier.reference)
    assertNotContains(page, "Bruit la nuit")


def test_a_case_is_found_by_the_exact_name_of_a_party(distribution, dossier):
    _nommee(dossier, "Zéphyrine Dupont")
    client = distribution.client("collegue")
    assertContains(
        client.post("/mediation/dossiers/recherche/", {"nom": "dupont zephyrine"}), "Bruit la nuit"
    )
    assertContains(client.post("/mediation/dossiers/recherche/", {"nom": "Dupont"}), "Aucun dossier à ce nom")


def test_a_reserved_case_is_not_found_by_name(distribution, dossier):
    _nommee(dossier, "Zéphyrine Dupont")
    reserver(distribution.proprietaire, dossier, [], version=1)
    for role in ("collegue", "responsable"):
        page = distribution.client(role).post("/mediation/dossiers/recherche/", {"nom": "Zéphyrine Dupont"})
        assertContains(page, "Aucun dossier à ce nom")


def test_a_name_of_another_point_is_not_found(distribution, dossier):
    _nommee(dossier, "Zéphyrine Dupont")
    page = distribution.client("etranger").post("/mediation/dossiers/recherche/", {"nom": "Zéphyrine Dupont"})
    assertContains(page, "Aucun dossier à ce nom")


@pytest.mark.parametrize(("role", "lit"), [("collegue", True), ("union", False), ("direction", False)])
def test_names_and_texts_are_for_those_who_work_there(distribution, dossier, role, lit):
    une_partie(dossier, "Zéphyrine Dupont")
    etape = Etape(
        dossier=dossier,
        cle=uuid.uuid4(),
        nature="entretien",
        jour=dossier.ouvert_le,
        auteur=dossier.mediateur,
    )
    ajouter(etape, {"prive": "Elle pleure beaucoup", "resume": "Premier échange"})
    page = distribution.client(role).get(_url(dossier))
    for texte in ("Zéphyrine", "Elle pleure", "Premier échange", "Bruit la nuit"):
        assert (texte in page.content.decode()) is lit
    assertContains(page, "Partie A")
    assertContains(page, "Entretien")


def test_the_page_costs_the_same_with_two_hundred_steps(distribution, dossier):
    parties = [une_partie(dossier, f"Personne {n}") for n in range(3)]
    for partie in parties:
        un_consentement(partie, distribution.proprietaire)
    client = distribution.client("proprietaire")

    def statements() -> int:
        with CaptureQueriesContext(connection) as releve:
            assert client.get(_url(dossier)).status_code == 200
        return len(releve)

    client.get(_url(dossier))
    avant = statements()
    for _ in range(200):
        etape = Etape(
            dossier=dossier,
            cle=uuid.uuid4(),
            nature="appel",
            jour=dossier.ouvert_le,
            auteur=dossier.mediateur,
        )
        ajouter(etape, {"prive": "Note"})
        Presence.objects.create(etape=etape, partie=parties[0])
    assert statements() == avant <= 10


def test_a_button_moves_the_case(distribution, dossier):
    reponse = distribution.client("collegue").post(
        _url(dossier, "etat/prise_de_contact/"), {"depuis": "demande"}
    )
    assert reponse.url == _url(dossier)
    dossier.refresh_from_db()
    assert dossier.etat == "prise_de_contact"


def test_a_move_from_an_old_page_changes_nothing_and_says_so(distribution, dossier):
    changer_etat(distribution.proprietaire, dossier, "refuse", depuis="demande")
    client = distribution.client("collegue")
    reponse = client.post(_url(dossier, "etat/prise_de_contact/"), {"depuis": "demande"}, follow=True)
    assertContains(reponse, "Le dossier a changé d’état")
    assert Dossier.objects.get().etat == "refuse"


def test_a_move_that_lacks_something_says_what(distribution, dossier):
    changer_etat(distribution.proprietaire, dossier, "prise_de_contact", depuis="demande")
    client = distribution.client("proprietaire")
    assertContains(client.get(_url(dossier)), "Ajoutez la partie qui demande la médiation.")
    reponse = client.post(_url(dossier, "etat/en_cours/"), {"depuis": "prise_de_contact"})
    assertContains(reponse, "Ajoutez d’abord la partie qui demande", status_code=422)


def test_an_orientation_names_its_partner(distribution, dossier):
    client, url = distribution.client("proprietaire"), _url(dossier, "etat/oriente/")
    assert client.post(url, {"depuis": "demande"}).status_code == 422
    client.post(url, {"depuis": "demande", "partenaire": un_partenaire("EDF").pk})
    assertContains(client.get(_url(dossier)), "Orienté vers EDF")


def test_a_party_leaves_without_a_reason(distribution, dossier):
    client = distribution.client("proprietaire")
    client.post(_url(dossier, "etat/retrait/"), {"depuis": "demande", "retrait_de": "partie"})
    assert Dossier.objects.get().etat == "retrait"
    assertContains(client.get(_url(dossier)), "Retrait d’une partie")


def test_a_mediateur_who_withdraws_is_asked_why_and_for_a_relay(distribution, dossier):
    client, url = distribution.client("proprietaire"), _url(dossier, "etat/retrait/")
    envoi = {"depuis": "demande", "retrait_de": "mediateur", "motif": "Je connais la famille"}
    assertContains(client.post(url, envoi), "propose un relais", status_code=422)
    client.post(url, envoi | {"relais": "Mme Tissot, au point"})
    assertContains(client.get(_url(dossier)), "Relais proposé")
    assertNotContains(distribution.client("union").get(_url(dossier)), "Mme Tissot")


def test_a_case_found_out_of_scope_is_sent_on_and_closes_as_such(distribution, dossier):
    client, url = distribution.client("proprietaire"), _url(dossier, "etat/hors_champ/")
    envoi = {"depuis": "demande", "cle": str(uuid.uuid4()), "domaine": "familiale"}
    assertContains(client.post(url, envoi), "Dites vers qui", status_code=422)
    client.post(url, envoi | {"vers": "Maison de la famille"})
    assert Redirection.objects.get().dossier == dossier
    client.post(_url(dossier, "etat/clos/"), {"depuis": "hors_champ"})
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.issue) == ("clos", "hors_champ")


def test_a_case_is_reopened_with_a_reason_only(distribution, dossier):
    for vers, depuis in (("refuse", "demande"), ("clos", "refuse")):
        changer_etat(distribution.proprietaire, dossier, vers, depuis=depuis)
    client, url = distribution.client("proprietaire"), _url(dossier, "etat/suivi/")
    assertContains(client.get(_url(dossier)), "Rouvrir pour un suivi")
    assert client.post(url, {"depuis": "clos"}).status_code == 422
    client.post(url, {"depuis": "clos", "motif": "La personne est revenue"})
    assert Dossier.objects.get().etat == "suivi"


def test_a_social_security_number_is_refused_beside_its_field(distribution, dossier):
    client = distribution.client("proprietaire")
    envoi = {"depuis": "demande", "motif": "Son numéro est 1 85 05 78 006 084 91"}
    reponse = client.post(_url(dossier, "etat/refuse/"), envoi)
    assertContains(reponse, "numéro de sécurité sociale", status_code=422)


def _envoi(dossier, **autres):
    v = valeurs(dossier)
    return {
        "objet": v["objet"],
        "theme": v["theme"].pk,
        "urgence": v["urgence"],
        "origine": v["origine"],
        "version": dossier.version,
    } | autres


def test_a_case_is_changed_and_the_journal_keeps_no_text(distribution, dossier):
    client = distribution.client("collegue")
    client.post(_url(dossier, "modifier/"), _envoi(dossier, objet="Tapage de Zéphyrine", urgence="rapide"))
    dossier.refresh_from_db()
    assert (dossier.urgence, dossier.version) == ("rapide", 2)
    assert Evenement.objects.filter(nature="modification").count() == 1
    entree = EntreeJournal.objects.get(acte="modification")
    assert entree.apres == {"urgence": "rapide", "objet": "modifié"}


def test_nothing_changed_tells_nothing(distribution, dossier):
    distribution.client("proprietaire").post(_url(dossier, "modifier/"), _envoi(dossier))
    dossier.refresh_from_db()
    assert dossier.version == 1
    assert not Evenement.objects.filter(nature="modification").exists()


def test_the_second_person_is_shown_what_changed_and_chooses(distribution, dossier):
    envoi = _envoi(dossier, urgence="immediate")
    modifier(
        distribution.collegue,
        dossier,
        valeurs(dossier) | {"theme": un_theme("energie")},
        version=dossier.version,
    )
    client = distribution.client("proprietaire")
    reponse = client.post(_url(dossier, "modifier/"), envoi)
    assertContains(reponse, "Ce dossier a été changé pendant que vous le modifiiez", status_code=409)
    assertContains(reponse, un_theme("energie").nom, status_code=409)
    assert Dossier.objects.get().urgence == "normale"
    client.post(_url(dossier, "modifier/"), envoi | {"version": reponse.context["form"]["version"].value()})
    garde = Dossier.objects.get()
    assert (garde.urgence, garde.theme.code) == ("immediate", "logement")


def test_a_case_opens_at_the_point_that_the_form_was_shown_for(distribution):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    client = distribution.client("proprietaire")
    session = client.session
    session["point"] = distribution.point.code
    session.save()
    page = client.get("/mediation/dossiers/nouveau/")
    assertContains(page, f'name="point" value="{distribution.point.code}"')
    session["point"] = distribution.ailleurs.code
    session.save()
    envoi = {
        "point": distribution.point.code,
        "cle": uuid.uuid4(),
        "champ": "dans",
        "objet": "Bruit",
        "registre": 2,
        "theme": un_theme("logement").pk,
        "urgence": "normale",
        "origine": "personne",
        "mediateur": distribution.proprietaire.pk,
    }
    assert client.post("/mediation/dossiers/nouveau/", envoi).status_code == 302
    assert Dossier.objects.get().point == distribution.point


def test_a_case_out_of_scope_is_not_reopened_for_a_follow_up(distribution, dossier):
    moi = distribution.proprietaire
    changer_etat(moi, hors_du_champ(moi, dossier), "clos", depuis="hors_champ")
    client = distribution.client("proprietaire")
    assertNotContains(client.get(_url(dossier)), "Rouvrir pour un suivi")
    reponse = client.post(_url(dossier, "etat/suivi/"), {"depuis": "clos", "motif": "On rouvre"})
    assert reponse.status_code == 422
