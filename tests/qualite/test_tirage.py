"""A draw can be made again by anybody: what its page gives, and the public script that reads it."""

import json
import uuid

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as reglages

from qualite import cloture, echantillonnage
from qualite.echantillon import entree, rejouer
from tests.fabrique import une_personne
from tests.qualite.fabrique_campagnes import amener, pas, un_auditeur, une_campagne, une_union
from tests.qualite.test_echantillon import candidats, graines, natures
from tests.scripts import script

GRAINE = "Loto du 25 novembre 2026"


SCRIPT = script("refaire_le_tirage")


@reglages(max_examples=40, deadline=None)
@given(tous=candidats, nature=natures, graine=graines)
def test_the_public_script_draws_what_the_application_draws(tous, nature, graine):
    connue = entree(tous)
    gardes = rejouer(connue, nature, graine)
    retenus = SCRIPT.tirer(connue, str(nature), graine)
    assert len(retenus) == len(gardes)
    assert all(SCRIPT.concorde(r, g) for r, g in zip(retenus, gardes, strict=True))


@pytest.fixture
def campagne(distribution):
    """An audit whose sample was drawn."""
    campagne = une_campagne(distribution.union)
    echantillonnage.tirer(distribution.union, campagne, campagne.version, GRAINE)
    return amener(campagne, "gel", distribution.union)


def test_an_auditor_takes_the_draw_away_and_makes_it_again(distribution, campagne, client, tmp_path, capsys):
    qui, fichier = une_personne("Inès", "Roche"), tmp_path / "tirage.json"
    un_auditeur(campagne, qui, point=distribution.point)
    client.force_login(qui)
    page = client.get(reverse("campagne_tirage", args=[campagne.pk]))
    assert GRAINE in page.content.decode()
    adresses = [
        reverse("campagne_tirage_fichier", args=[campagne.pk, campagne.tirages.get().pk, forme])
        for forme in ("json", "csv", "exe")
    ]
    assert [client.get(a).status_code for a in adresses] == [200, 200, 404]
    fichier.write_bytes(client.get(adresses[0]).content)
    assert SCRIPT.main(str(fichier)) == 0
    entree_ = campagne.tirages.get().entree
    assert all(c["code"] in client.get(adresses[1]).content.decode() for c in entree_)


def test_a_reopened_campaign_shows_the_draw_that_it_took_over(distribution, campagne, client):
    for etat in ("audit", "reponse", "decision", "close"):
        campagne = pas(campagne, etat, distribution.union)
    suite = cloture.rouvrir(une_union(), campagne, "Un grade à revoir.", uuid.uuid4())
    client.force_login(distribution.union)
    page = client.get(reverse("campagne_tirage", args=[suite.pk])).content.decode()
    assert "Tiré pour la campagne close" in page
    adresse = reverse("campagne_tirage_fichier", args=[suite.pk, campagne.tirages.get().pk, "json"])
    assert adresse in page
    assert client.get(adresse).status_code == 200


def test_a_sample_that_was_changed_is_not_found_again(distribution, campagne, tmp_path, capsys):
    fichier = tmp_path / "tirage.json"
    tirage = campagne.tirages.get()
    garde = {"nature": campagne.nature, "graine": tirage.graine, "entree": tirage.entree}
    fichier.write_text(json.dumps(garde | {"resultat": [r | {"code": "XXX-001"} for r in tirage.resultat]}))
    assert SCRIPT.main(str(fichier)) == 1
    assert "différent" in capsys.readouterr().out
