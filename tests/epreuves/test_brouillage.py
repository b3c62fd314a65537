"""Every URL × every role, with values that no screen sends: each gets an answer, never a fault.

Seeded (`GRAINE`), and bounded in time: what does not fit is left to another seed. A failure prints the
request that provoked it.
"""

import os
import random
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from accueil.models import NoteVisite
from tests.distribution import ROLES
from tests.fabrique import une_visite
from tests.objets_de_table import arguments
from tests.test_acces import TABLE

GRAINE = int(os.environ.get("GRAINE", "7"))
DUREE = 200  # seconds at most, for all
TOURS = 3  # each URL and role, so many times

LECTEURS = {"etranger", "union"}  # who may read the other point
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
_CHAMPS = re.compile(r"<(?:input|select|textarea)[^>]*\bname=\"([^\"]+)\"")


@dataclass
class Essai:
    """One request, as a failure prints it."""

    role: str
    nom: str
    methode: str
    chemin: str
    champs: dict

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
        self.champs: dict[str, list[str]] = {}
        self.faits = 0

    def valeur(self) -> str | list[str]:
        """One hostile value, now and then a list of them."""
        if self.hasard.random() < 0.1:
            return [self.hasard.choice(HOSTILES) for _ in range(self.hasard.randint(2, 5))]
        return self.hasard.choice(HOSTILES)

    def chemin(self, nom: str) -> str:
        """The address of that name: mostly a true one, else with hostile arguments."""
        vrais = self.kwargs.get(nom, {})
        if not vrais or self.hasard.random() < 0.7:
            return reverse(nom, kwargs=vrais)
        modele = reverse(nom, kwargs=vrais)
        for valeur in vrais.values():
            modele = modele.replace(str(valeur), self.hasard.choice(CHEMINS), 1)
        return modele

    def noms_de_champs(self, nom: str, role: str | None, chemin: str) -> list[str]:
        """The fields that the page itself shows to this role, and those that are usual."""
        cle = f"{nom} {role}"
        if cle not in self.champs:
            page = self.clients[role].get(chemin)
            texte = page.content.decode(errors="replace") if not page.streaming else ""
            self.champs[cle] = sorted(set(_CHAMPS.findall(texte)) - {"csrfmiddlewaretoken"})
        siens = self.champs[cle]
        return [*siens, *self.hasard.sample(COURANTS, 4)]

    def essai(self, nom: str, methode: str, role: str | None) -> Essai:
        chemin = self.chemin(nom)
        noms = self.noms_de_champs(nom, role, reverse(nom, kwargs=self.kwargs.get(nom, {})))
        gardes = self.hasard.sample(noms, self.hasard.randint(1, len(noms)))
        return Essai(role or "anonyme", nom, methode, chemin, {c: self.valeur() for c in gardes})

    def envoyer(self, essai: Essai) -> HttpResponse:
        """The answer; whatever was written, in the database or in the browser, is undone."""
        client = self.clients[None if essai.role == "anonyme" else essai.role]
        biscuits = client.cookies.output()
        entetes = {"HX-Request": "true"} if self.hasard.random() < 0.3 else {}
        champs = urlencode({c: _octets(v) for c, v in essai.champs.items()}, doseq=True)
        point = transaction.savepoint()
        try:
            if essai.methode == "GET":
                return client.get(f"{essai.chemin}?{champs}", headers=entetes)
            formulaire = "application/x-www-form-urlencoded"
            return client.post(essai.chemin, champs, content_type=formulaire, headers=entetes)
        finally:
            transaction.set_rollback(False)
            transaction.savepoint_rollback(point)
            client.cookies.clear()
            client.cookies.load(biscuits.replace("Set-Cookie: ", ""))
            self.faits += 1


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
    if ailleurs in texte and essai.role not in LECTEURS:
        return "donnée d’un autre point"
    return ""


@pytest.fixture
def brouilleur(distribution) -> Brouilleur:
    visite = une_visite(distribution.ailleurs, distribution.etranger)
    NoteVisite.objects.create(visite=visite, point=distribution.ailleurs, texte=AILLEURS)
    return Brouilleur(distribution)


@pytest.mark.epreuve
def test_no_value_provokes_a_fault_or_shows_another_point_s_data(brouilleur, capsys):
    essais = [(nom, methode, role) for nom, methode, *_ in TABLE for role in (None, *ROLES)] * TOURS
    brouilleur.hasard.shuffle(essais)
    fin, fautes = time.monotonic() + DUREE, []
    for nom, methode, role in essais:
        if time.monotonic() > fin:
            break
        essai = brouilleur.essai(nom, methode, role)
        if defaut := _defaut(brouilleur.envoyer(essai), essai, brouilleur.ailleurs):
            fautes.append(f"{defaut} — {essai}")
    with capsys.disabled():
        print(f"\n{brouilleur.faits} requêtes brouillées sur {len(essais)}, graine {GRAINE}")  # noqa: T201
    assert not fautes, "\n".join(fautes[:40])
    assert brouilleur.faits > len(TABLE)
