"""The table of rights (`pimms/pilotage/permissions.txt`) says what the table of URLs says, which is tested
against the application; what it calls « codes » shows no free text; and out of its dates a role is none."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import get_resolver
from pytest_django.asserts import assertContains

from accueil.models import Acces, NoteVisite, Visite
from pimms.pilotage.permissions import Droit, Permission, lire
from tests.confidences import CONFIDENCES
from tests.distribution import Clients, Distribution, distribuer, repris
from tests.fabrique import LONGTEMPS, un_acces
from tests.objets_de_table import adresse, arguments
from tests.rodeur import texte_de
from tests.test_acces import TABLE

STATUTS = {(nom, methode): statuts for nom, methode, *statuts in TABLE}
PERSONNES = ("proprietaire", "collegue", "responsable", "etranger", "direction", "union", "auditeur")
# Columns of the table of rights after « médiateur », which two of the cast hold.
SEULS = ("responsable", "etranger", "direction", "union", "auditeur")


def _ouvert(nom: str, personne: str) -> bool:
    """Whether the table of URLs lets a person in: by the page, or by the act where there is no page."""
    rang = 1 + PERSONNES.index(personne)
    lire_, agir = STATUTS[nom, "GET"], STATUTS[nom, "POST"]
    statut = agir[rang] if lire_[rang] == "405" else lire_[rang]
    ailleurs = statut == "302" and "200" in lire_[1:]  # told why not, on another page
    return statut != "404" and not ailleurs


def _droit_du_mediateur(nom: str) -> set[Droit]:
    sien, autre = _ouvert(nom, "proprietaire"), _ouvert(nom, "collegue")
    if sien and not autre:
        return {Droit.SIENS}
    return {Droit.OUI, Droit.CODES} if sien else {Droit.NON}


def test_every_url_is_in_the_table_once():
    nommees = [nom for ligne in lire().lignes for nom in ligne.pages] + sorted(lire().pour_tous)
    assert sorted(nommees) == sorted({nom for nom, _ in STATUTS})
    assert {p.name for p in get_resolver().url_patterns if getattr(p, "name", None)} <= set(nommees)


@pytest.mark.parametrize("ligne", lire().lignes, ids=lambda ligne: f"{ligne.objet} {ligne.acte}")
def test_each_line_says_what_its_urls_answer(ligne: Permission):
    mediateur, *autres = ligne.droits
    for nom in ligne.pages:
        assert mediateur in _droit_du_mediateur(nom), nom
        for personne, droit in zip(SEULS, autres, strict=True):
            assert _ouvert(nom, personne) is (droit != Droit.NON), (nom, personne)
    # Nobody has a thing of one's own here but who wrote it; what is elsewhere is never read whole,
    # unless it is everybody's.
    assert Droit.SIENS not in autres
    assert autres[1] in (Droit.NON, Droit.CHEZ_SOI) or set(ligne.droits) == {Droit.OUI, Droit.NON}


@pytest.fixture(scope="module")
def pose(django_db_setup, django_db_blocker) -> Iterator[tuple[Distribution, dict[str, dict], Clients]]:
    """The cast with an object of each kind, written once."""
    with django_db_blocker.unblock(), repris():
        cast = distribuer()
        ou = arguments(cast)
        visite = Visite.objects.filter(point=cast.point).latest("pk")
        NoteVisite.objects.create(visite=visite, point=cast.point, texte="Confidence de la visite")
        yield cast, ou, cast.clients()


def confidences(clients: Clients, ou: dict, ligne: Permission, personne: str) -> set[str]:
    """What someone reads, on the pages of that line, of what people wrote."""
    pages = (texte_de(clients.demander(personne, "get", adresse(nom, ou))) for nom in ligne.pages)
    return {c for texte in pages for c in CONFIDENCES if c in texte}


CODEES = [ligne for ligne in lire().lignes if Droit.CODES in ligne.droits]


def fautes_des_codes(clients: Clients, ou: dict) -> Iterator[str]:
    """Words that people wrote, read by who should read codes alone."""
    for ligne in CODEES:
        for personne, droit in zip(SEULS, ligne.droits[1:], strict=True):
            if droit == Droit.CODES and (lues := confidences(clients, ou, ligne, personne)):
                yield f"{personne} {ligne.objet} {ligne.acte}\u202f: {sorted(lues)}"


def test_codes_are_read_without_a_word_of_what_people_wrote(pose, db):
    _, ou, clients = pose
    assert list(fautes_des_codes(clients, ou)) == []


def test_what_is_kept_from_codes_is_there_for_who_works_at_the_point(pose, db):
    _, ou, clients = pose
    lues = set().union(*(confidences(clients, ou, ligne, "responsable") for ligne in CODEES))
    assert lues == set(CONFIDENCES)


@pytest.mark.parametrize("quand", ["finis", "a_venir"])
def test_out_of_its_dates_no_role_opens_anything(pose, db, quand):
    """The owner of every object, who held all roles until yesterday, or will from tomorrow on."""
    cast, ou, _ = pose
    jour = cast.point.aujourdhui()
    hier, demain = jour - timedelta(days=2), jour + timedelta(days=2)  # whatever the time zone
    dates = {"debut": LONGTEMPS, "fin": hier} if quand == "finis" else {"debut": demain}
    with repris():
        Acces.objects.filter(personne=cast.proprietaire).update(**dates)
        un_acces(cast.proprietaire, "responsable", cast.point, **dates)
        un_acces(cast.proprietaire, "direction", association=cast.point.association, **dates)
        un_acces(cast.proprietaire, "union", **dates)
        Acces.objects.filter(personne=cast.auditeur).update(
            personne=cast.proprietaire, **dates_bornees(dates)
        )
        client = Clients({"hors dates": cast.proprietaire})
        statuts = {}
        for nom in (nom for ligne in lire().lignes for nom in ligne.pages):
            methode = "post" if "405" in STATUTS[nom, "GET"] else "get"
            statuts[nom] = client.demander("hors dates", methode, adresse(nom, ou)).status_code
    assert {nom: s for nom, s in statuts.items() if s != 404} == {}


def dates_bornees(dates: dict) -> dict:
    """The same with a last day: an auditor's access always has one."""
    return {"fin": dates["debut"] + timedelta(days=30)} | dates


def test_the_union_reads_it_as_a_page(pose, db):
    *_, clients = pose
    page = clients.demander("union", "get", "/qui-voit-quoi/")
    assertContains(page, "Déclarer un conflit d’intérêts")
    assertContains(page, "sans noms")
