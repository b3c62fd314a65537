"""Every form and filter of every role, with values that no screen sends: each gets an answer, never a fault.

Fields that are not falsified go as the page shows them. Seeded (`GRAINE`); a failure prints the request that
provoked it.
"""

import os
import random
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from accueil.models import NoteVisite
from tests.distribution import ROLES
from tests.fabrique import une_visite
from tests.objets_de_table import adresse, arguments
from tests.rodeur import Page, nom_de, texte_de
from tests.test_acces import TABLE

GRAINE = int(os.environ.get("GRAINE", "7"))
DUREE = 600  # seconds at most, for all
VALEURS = 20_000  # hostile values, each in one field or filter of a page that answers

LECTEURS = {"etranger", "union"}  # who may read the other point
# Tell a campaign's auditors all that was drawn from.
TIRAGES = {"campagne_tirage", "campagne_tirage_fichier"}
AILLEURS = "Confidence d’un autre point"
HOSTILES = (
    "", " ", "\x00", "a\x00b", "\ud800", "²", "١٢", "-1", "0", "1e9", "NaN", "9" * 19, "9" * 40, "9" * 5000,
    "2026-02-30", "0001-01-01", "9999-12-31", "10000-01-01", "31/12/9999", "25:61", "[]", "{}", "null",
    "<script>alert(1)</script>", "{{ 7*7 }}", "' OR 1=1 --", "%", "%00", "\\", "../../etc/passwd", "é" * 3000,
    "a" * 100_000, "\u202e\u2066inverse\u2069", "\ufeff", "\r\nX-Injecte: 1", "2 84 05 88 123 456 08",
    "=cmd|' /C calc'!A0", "🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 20, "on", "moi", "tout", "csv",
)  # fmt: skip
COURANTS = (
    "apres", "avant", "q", "page", "point", "periode", "du", "au", "theme", "partenaire", "registre",
    "issue", "canal", "auteur", "annulees", "de", "filtre", "format", "next", "suite", "code", "jour",
    "rang", "version", "debut", "fin", "nom", "email", "texte", "liste", "controle", "ajouter", "motif",
    "cle", "duree", "personnes", "d0-theme", "d0-issue", "d0-partenaire", "d1-theme", "demandes", "note",
    "commune", "login", "password",
)  # fmt: skip
CHEMINS = ("0", "9" * 19, "9" * 40, "²", "%00", "%ED%A0%80", "-1", "a" * 300, "MQ")
TRACES = re.compile(r"Traceback \(most recent|psycopg2|django\.db|IntegrityError|DataError|DETAIL:")


@dataclass(frozen=True)
class Cible:
    """Where values may be sent: a form as its page shows it, or an address with usual names."""

    role: str | None
    nom: str
    methode: str
    chemin: str
    champs: dict[str, str]
    a_fausser: tuple[str, ...]


@dataclass
class Essai:
    """One request, as a failure prints it. `valeurs`: how many of its fields hold a hostile value."""

    role: str
    nom: str
    methode: str
    chemin: str
    champs: dict
    valeurs: int

    def __str__(self) -> str:
        champs = {c: (v[:60] if isinstance(v, str) else v) for c, v in self.champs.items()}
        return ascii(f"{self.role} {self.methode} {self.nom} {self.chemin[:120]} {champs}")


class Brouilleur:
    """Draws requests and judges their answers."""

    def __init__(self, distribution) -> None:
        self.hasard = random.Random(GRAINE)  # noqa: S311
        self.ailleurs = distribution.ailleurs.code
        self.kwargs = arguments(distribution)
        self.clients = {role: distribution.client(role) for role in (None, *ROLES)}
        for client in self.clients.values():
            client.raise_request_exception = False
        self.faits = self.valeurs = 0

    def valeur(self) -> str | list[str]:
        """One hostile value, now and then a list of them."""
        if self.hasard.random() < 0.1:
            return [self.hasard.choice(HOSTILES) for _ in range(self.hasard.randint(2, 5))]
        return self.hasard.choice(HOSTILES)

    def chemin(self, nom: str, chemin: str) -> str:
        """That address, now and then with hostile arguments."""
        if self.hasard.random() < 0.9:
            return chemin
        for valeur in self.kwargs.get(nom, {}).values():
            chemin = chemin.replace(str(valeur), self.hasard.choice(CHEMINS), 1)
        return chemin

    def cibles(self) -> list[Cible]:
        """Every form that a page shows to a role, once a role and address; every address of the table that
        answers that role, with names that are usual in filters."""
        adresses: dict[tuple, Cible] = {}
        formulaires: dict[tuple, Cible] = {}
        for nom, methode, *statuts in TABLE:
            adresse_ = adresse(nom, self.kwargs)
            for role, statut in zip((None, *ROLES), statuts, strict=True):
                if statut in ("404", "405"):
                    continue
                adresses[role, methode, adresse_] = Cible(role, nom, methode, adresse_, {}, ())
                if methode == "GET" and statut == "200":
                    formulaires |= {
                        (c.role, c.methode, c.chemin): c for c in self._formulaires(role, adresse_)
                    }
        return list((adresses | formulaires).values())

    def _formulaires(self, role: str | None, chemin: str) -> Iterator[Cible]:
        page = Page(texte_de(self._repris(role, lambda client: client.get(chemin))), chemin)
        for f in page.formulaires:
            noms = tuple(sorted((f.champs.keys() | f.choix) - {"csrfmiddlewaretoken"}))
            if noms and not f.action.startswith("/administration/"):
                yield Cible(role, nom_de(f.action), f.methode.upper(), f.action, f.champs, noms)

    def essai(self, cible: Cible) -> Essai:
        noms = list(cible.a_fausser or self.hasard.sample(COURANTS, 8))
        # One alone goes further than all at once: the others are as the page has them.
        combien = 1 if self.hasard.random() < 0.3 else self.hasard.randint(1, len(noms))
        faux = {c: self.valeur() for c in self.hasard.sample(noms, combien)}
        chemin = self.chemin(cible.nom, cible.chemin)
        return Essai(
            cible.role or "anonyme", cible.nom, cible.methode, chemin, cible.champs | faux, len(faux)
        )

    def envoyer(self, essai: Essai) -> HttpResponse:
        """The answer; whatever was written is undone. Values that met no door (404, 405) don't count."""
        entetes = {"HX-Request": "true"} if self.hasard.random() < 0.3 else {}
        champs = urlencode({c: _octets(v) for c, v in essai.champs.items()}, doseq=True)

        def demander(client: Client) -> HttpResponse:
            if essai.methode == "GET":
                separateur = "&" if "?" in essai.chemin else "?"
                return client.get(f"{essai.chemin}{separateur}{champs}", headers=entetes)
            formulaire = "application/x-www-form-urlencoded"
            return client.post(essai.chemin, champs, content_type=formulaire, headers=entetes)

        reponse = self._repris(None if essai.role == "anonyme" else essai.role, demander)
        self.faits += 1
        self.valeurs += essai.valeurs if reponse.status_code not in (401, 403, 404, 405, 429) else 0
        return reponse

    def _repris(self, role: str | None, demander: Callable[[Client], HttpResponse]) -> HttpResponse:
        """An answer; what was written, in the database or in the browser, is undone."""
        client = self.clients[role]
        biscuits = {nom: biscuit.value for nom, biscuit in client.cookies.items()}
        point = transaction.savepoint()
        try:
            reponse = demander(client)
            if reponse.streaming:
                deque(reponse.streaming_content, maxlen=0)  # read to its end, which closes the file
            return reponse
        finally:
            transaction.set_rollback(False)
            transaction.savepoint_rollback(point)
            client.cookies.clear()
            client.cookies.load(biscuits)


def _octets(valeur: str | list[str]) -> bytes | list[bytes]:
    """As a hostile client may send it: a lone surrogate is three bytes that are no UTF-8."""
    if isinstance(valeur, list):
        return [v.encode("utf-8", "surrogatepass") for v in valeur]
    return valeur.encode("utf-8", "surrogatepass")


def _defaut(reponse: HttpResponse, essai: Essai, ailleurs: str) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if reponse.status_code >= 500 and not (essai.nom == "sante" and reponse.status_code == 503):
        return f"{reponse.status_code}"
    if "X-Injecte" in reponse:
        return "en-tête injecté"
    return _fuite("" if reponse.streaming else reponse.content.decode(errors="replace"), essai, ailleurs)


def _fuite(texte: str, essai: Essai, ailleurs: str) -> str:
    """What an answer's text shows and should not."""
    if trouve := TRACES.search(texte):
        return f"trace : {trouve[0]}"
    if "<script>alert(1)" in texte:
        return "balise rendue telle quelle"
    if AILLEURS in texte and essai.role != "etranger":
        return "note d’un autre point"
    if ailleurs in texte and essai.role not in LECTEURS and essai.nom not in TIRAGES:
        return "donnée d’un autre point"
    return ""


@pytest.fixture
def brouilleur(distribution) -> Brouilleur:
    visite = une_visite(distribution.ailleurs, distribution.etranger)
    NoteVisite.objects.create(visite=visite, point=distribution.ailleurs, texte=AILLEURS)
    return Brouilleur(distribution)


@pytest.mark.epreuve
@pytest.mark.timeout(DUREE + 120)
def test_no_value_provokes_a_fault_or_shows_another_point_s_data(brouilleur, capsys):
    cibles, fin, fautes = brouilleur.cibles(), time.monotonic() + DUREE, []
    while brouilleur.valeurs < VALEURS and time.monotonic() < fin:
        brouilleur.hasard.shuffle(cibles)
        for cible in cibles:
            if time.monotonic() > fin:
                break
            essai = brouilleur.essai(cible)
            if defaut := _defaut(brouilleur.envoyer(essai), essai, brouilleur.ailleurs):
                fautes.append(f"{defaut} — {essai}")
    formulaires = sum(1 for c in cibles if c.a_fausser)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{brouilleur.valeurs} valeurs hostiles en {brouilleur.faits} requêtes, sur {formulaires} "
            f"formulaires et {len(cibles) - formulaires} adresses, graine {GRAINE}"
        )
    assert not fautes, "\n".join(fautes[:40])
    assert brouilleur.valeurs >= VALEURS
