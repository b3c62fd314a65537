"""What changed between the page and the write: told in so many words or not found, never a fault of ours."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.urls import reverse

from mediation import attentes
from mediation.cycle_de_vie import changer_etat
from mediation.models import Attente, Etape, Partie
from mediation.propositions import proposer
from mediation.views import documents as vue_documents
from mediation.views import etapes as vue_etapes
from mediation.views import parties as vue_parties
from tests.fabrique import un_partenaire, un_theme
from tests.mediation.fabrique import un_dossier, un_dossier_plein, un_pdf, une_partie


@pytest.fixture
def dossier(distribution):
    return un_dossier_plein(distribution.proprietaire, distribution.point)


@pytest.fixture
def client(distribution):
    return distribution.client("proprietaire")


def _url(nom, dossier, *autres):
    return reverse(nom, args=[dossier.reference, *autres])


def _etape(jour, **champs):
    defauts = {"nature": "appel", "jour": str(jour), "resume": "Vu", "cle": str(uuid.uuid4())}
    return defauts | {"e-TOTAL_FORMS": "0", "e-INITIAL_FORMS": "0"} | champs


def _plus_tard(jour, jours=10):
    return str(jour + timedelta(days=jours))


def envois(cast, dossier, jour) -> dict[str, tuple[str, dict]]:
    """A right sending of each form and button inside a case: its address and what it holds."""
    cle, jour_ = str(uuid.uuid4()), str(jour)
    u = lambda nom, *autres: _url(nom, dossier, *autres)  # noqa: E731
    proposition = proposer(cast.responsable, Etape.objects.get(dossier=dossier), 5, "contenu")
    return {
        "partie_nouvelle": (
            u("partie_nouvelle"),
            {"role": "autre_partie", "nature": "personne", "nom": "A", "cle": cle},
        ),
        "partie_modifier": (
            u("partie_modifier", 1),
            {"role": "demandeur", "nature": "personne", "nom": "A", "version": "1"},
        ),
        "partie_supprimer": (u("partie_supprimer", 1), {"version": "1"}),
        "partie_accord": (u("partie_accord", 1), {"etat": "retire", "jour": jour_, "cle": cle}),
        "partie_retrait": (u("partie_retrait", 1), {"jour": jour_, "cle": cle}),
        "etape_nouvelle": (u("etape_nouvelle"), _etape(jour)),
        "etape_modifier": (u("etape_modifier", 1), _etape(jour, version="1")),
        "etape_annuler": (u("etape_annuler", 1), {}),
        "engagement_suite": (u("engagement_suite", 1), {"vue": "", "suite": "tenu", "jour": jour_}),
        "document_nouveau": (
            u("document_nouveau"),
            {"cle": cle, "nature": "piece", "fichier": SimpleUploadedFile("a.pdf", un_pdf())},
        ),
        "document_retirer": (u("document_retirer", 1), {}),
        "mandat_nouveau": (
            u("mandat_nouveau"),
            {"partie": "1", "objet": "Écrire", "debut": jour_, "fin": jour_, "cle": cle},
        ),
        "mandat_revoquer": (u("mandat_revoquer", 1), {"jour": jour_}),
        "dossier_modifier": (
            u("dossier_modifier"),
            {"objet": "B", "theme": un_theme().pk, "urgence": "normale", "origine": "nous", "version": "1"},
        ),
        "dossier_passer": (
            u("dossier_passer"),
            {"a": cast.collegue.pk, "motif": "Congé", "de": cast.proprietaire.pk},
        ),
        "dossier_acces": (u("dossier_acces"), {"qui": "nommees", "version": "1"}),
        "dossier_attente": (u("dossier_attente"), {"de": "tiers", "relance_le": _plus_tard(jour), "vue": ""}),
        "dossier_reprendre": (u("dossier_reprendre"), {}),
        "dossier_conflit": (u("dossier_conflit"), {"motif": ""}),
        "dossier_etat": (u("dossier_etat", "suivi"), {"depuis": "accord"}),
        "registre_proposer": (
            reverse("registre_proposer", args=["dossier", dossier.pk]),
            {"vers": "5", "motif": "contenu"},
        ),
        "proposition_decider": (
            reverse("proposition_decider", args=[proposition.pk]),
            {"decision": "acceptee"},
        ),
    }


NOMS = [
    "partie_nouvelle", "partie_modifier", "partie_supprimer", "partie_accord", "partie_retrait",
    "etape_nouvelle", "etape_modifier", "etape_annuler", "engagement_suite", "document_nouveau",
    "document_retirer", "mandat_nouveau", "mandat_revoquer", "dossier_modifier", "dossier_passer",
    "dossier_acces", "dossier_attente", "dossier_reprendre", "dossier_conflit", "dossier_etat",
    "registre_proposer", "proposition_decider",
]  # fmt: skip


@pytest.fixture
def plus_lisible(monkeypatch):
    """The write finds the case no longer this person's, though the view did a moment before."""

    class Plus:
        lisibles = staticmethod(lambda _: Q(pk=None))

    return lambda: monkeypatch.setattr("mediation.cycle_de_vie.DossierQuerySet", Plus)


@pytest.mark.parametrize("nom", NOMS)
def test_one_whose_rights_end_between_page_and_write_gets_404(
    distribution, dossier, client, jour, plus_lisible, nom
):
    url, donnees = envois(distribution, dossier, jour)[nom]
    plus_lisible()
    assert client.post(url, donnees).status_code == 404


def test_so_does_who_transfers(distribution, client, plus_lisible):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    donnees = {"vers": distribution.ailleurs.pk, "motif": "Déménagement", "depuis": "demande"}
    plus_lisible()
    assert client.post(_url("dossier_transferer", dossier), donnees).status_code == 404


def _puis(monkeypatch, module, faire):
    """Do something right after the view has read the case, before it writes."""
    lire = module.lire_cas

    def lire_cas(request, reference):
        cas = lire(request, reference)
        if request.method == "POST":
            faire()
        return cas

    monkeypatch.setattr(module, "lire_cas", lire_cas)


def test_a_party_taken_out_meanwhile_is_not_found(client, dossier, monkeypatch):
    partie = une_partie(dossier, "Erreur", "autre_partie")
    _puis(monkeypatch, vue_parties, Partie.objects.filter(pk=partie.pk).delete)
    donnees = {"role": "autre_partie", "nature": "personne", "nom": "Ana", "version": "1"}
    assert client.post(_url("partie_modifier", dossier, 3), donnees).status_code == 404


def test_a_party_taken_out_meanwhile_is_refused_in_a_step_that_keeps_its_text(
    client, dossier, jour, monkeypatch
):
    partie = une_partie(dossier, "Erreur", "autre_partie")
    _puis(monkeypatch, vue_etapes, Partie.objects.filter(pk=partie.pk).delete)
    reponse = client.post(
        _url("etape_nouvelle", dossier), _etape(jour, parties=["3"], resume="Longue réunion")
    )
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert "Choisissez des parties de ce dossier" in page
    assert "Longue réunion" in page


def test_a_party_taken_out_meanwhile_gives_no_mandate(client, dossier, jour, monkeypatch):
    partie = une_partie(dossier, "Erreur", "autre_partie")
    _puis(monkeypatch, vue_documents, Partie.objects.filter(pk=partie.pk).delete)
    donnees = {
        "partie": "3",
        "objet": "Écrire",
        "debut": str(jour),
        "fin": str(jour),
        "cle": str(uuid.uuid4()),
    }
    reponse = client.post(_url("mandat_nouveau", dossier), donnees)
    assert reponse.status_code == 422
    assert "Choisissez une partie de ce dossier" in reponse.content.decode()


def test_a_representative_who_spoke_is_kept_with_a_word_about_it(client, dossier, distribution):
    enfant = une_partie(dossier, "Lou", "autre_partie", protection="mineur")
    mere = une_partie(dossier, "Ana", "representant", represente=enfant)
    accord = {"etat": "donne", "forme": "oral", "donne_par": str(mere.numero), "cle": str(uuid.uuid4())}
    accord["jour"] = str(distribution.point.aujourdhui())
    assert client.post(_url("partie_accord", dossier, enfant.numero), accord).status_code == 302
    reponse = client.post(_url("partie_supprimer", dossier, mere.numero), {"version": "1"}, follow=True)
    assert "elle a parlé au nom d’une autre partie" in reponse.content.decode()


def test_a_case_closed_meanwhile_takes_nothing_and_says_so(client, dossier, distribution, jour, monkeypatch):
    moi = distribution.proprietaire

    def clore():
        dossier.engagements.update(suite="tenu", constate_le=jour, constate_par=moi)
        changer_etat(moi, dossier, "suivi", depuis="accord")
        changer_etat(moi, dossier, "clos", depuis="suivi")

    _puis(monkeypatch, vue_etapes, clore)
    reponse = client.post(_url("etape_nouvelle", dossier), _etape(jour, resume="Longue réunion"))
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert "Ce dossier est clos" in page
    assert "Longue réunion" in page


# --- Two people on the same thing ---


def test_a_second_wait_is_shown_the_first_and_chooses(client, dossier, distribution, jour):
    saisie = attentes.AttenteSaisie("institution", jour + timedelta(days=20), un_partenaire())
    attentes.attendre(distribution.collegue, dossier, saisie)
    donnees = {"de": "tiers", "relance_le": _plus_tard(jour), "vue": ""}
    reponse = client.post(_url("dossier_attente", dossier), donnees)
    assert reponse.status_code == 409
    page = reponse.content.decode()
    assert "une institution" in page
    assert "EDF" in page
    vue = reponse.context["form"].data["vue"]
    assert client.post(_url("dossier_attente", dossier), donnees | {"vue": vue}).status_code == 302
    assert Attente.objects.get().de == "tiers"


def test_a_commitment_reworded_meanwhile_is_shown(client, dossier, distribution, jour):
    def envoi(texte, version):
        return _etape(jour, nature="accord", parties=["1", "2"], version=version, **{"e-0-partie": "2"}) | {
            "e-TOTAL_FORMS": "1",
            "e-INITIAL_FORMS": "1",
            "e-0-numero": "1",
            "e-0-texte": texte,
            "e-0-echeance": _plus_tard(jour, 15),
        }

    url = _url("etape_modifier", dossier, 1)
    assert distribution.client("responsable").post(url, envoi("Avant 21 h", "1")).status_code == 302
    reponse = client.post(url, envoi("Avant 20 h", "1"))
    assert reponse.status_code == 409
    page = reponse.content.decode()
    assert "Avant 21 h" in page
    assert "Avant 20 h" in page


# --- What the lists of choices no longer offer ---


def test_a_correction_keeps_a_partner_retired_since(client, dossier, distribution, jour):
    partenaire = un_partenaire("Bailleur du coin", association=distribution.point.association)
    client.post(_url("etape_nouvelle", dossier), _etape(jour, partenaire=partenaire.pk))
    partenaire.retire_le = jour
    partenaire.save()
    url = _url("etape_modifier", dossier, 2)
    assert f'value="{partenaire.pk}" selected' in client.get(url).content.decode()
    client.post(url, _etape(jour, partenaire=partenaire.pk, resume="Relu", version="1"))
    assert Etape.objects.get(numero=2).partenaire == partenaire


def test_a_correction_leads_nowhere_for_the_register_of_the_case(client, dossier, jour):
    client.post(_url("etape_nouvelle", dossier), _etape(jour))
    page = client.get(_url("etape_modifier", dossier, 2)).content.decode()
    assert "celui du dossier" in page
    assert reverse("registre_proposer", args=["etape", Etape.objects.get(numero=2).pk]) not in page


def test_a_correction_says_where_the_register_is_changed(client, dossier, jour):
    client.post(_url("etape_nouvelle", dossier), _etape(jour, registre="5"))
    page = client.get(_url("etape_modifier", dossier, 2)).content.decode()
    etape = Etape.objects.get(numero=2)
    assert reverse("registre_proposer", args=["etape", etape.pk]) in page
    client.post(_url("etape_modifier", dossier, 2), _etape(jour, registre="3", version="1"))
    etape.refresh_from_db()
    assert etape.registre == 5
