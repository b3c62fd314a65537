"""Clients that log visits over HTTP, one after the other, some of them twice on purpose."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from pimms.outils.bench.saisie import formulaire

CSRF = "c" * 32
REJOUEES, DOUBLES = 0.1, 0.05  # shares of entries sent again after the answer, or twice at once
ENVOIS_MAX = 2000  # a client: the loop is bounded in count as in time
DELAI = 30  # seconds


@dataclass(eq=False)
class Client(threading.Thread):
    """A médiateur's browser: what it sent, what it was answered, how long each answer took."""

    port: int
    session: str
    point: str
    personne: int
    themes: list[int]
    partenaire: int
    fin: float  # monotonic time at which to stop
    cles: list[str] = field(default_factory=list)
    statuts: Counter = field(default_factory=Counter)
    erreurs: list[str] = field(default_factory=list)
    secondes: list[float] = field(default_factory=list)
    rejouees: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.hasard = random.Random(self.personne)  # noqa: S311

    def run(self) -> None:
        liens = [HTTPConnection("127.0.0.1", self.port, timeout=DELAI) for _ in range(2)]
        try:
            while time.monotonic() < self.fin and len(self.secondes) < ENVOIS_MAX:
                self._saisir(liens)
        except (OSError, HTTPException) as erreur:
            self.erreurs.append(f"{type(erreur).__name__} {erreur}")
        finally:
            for lien in liens:
                lien.close()

    def _saisir(self, liens: list[HTTPConnection]) -> None:
        champs = formulaire(self.point, self.themes, self.partenaire)
        corps = urlencode(champs | {"csrfmiddlewaretoken": CSRF}, doseq=True)
        sort = self.hasard.random()
        double = liens if sort < DOUBLES else liens[:1]
        debut = time.perf_counter()
        for lien in double:  # a double click: the second leaves before the first is answered
            self._envoyer(lien, corps)
        for lien in double:
            self._lire(lien)
        self.secondes.append(time.perf_counter() - debut)
        self.cles.append(champs["cle"])
        if sort > 1 - REJOUEES:  # a retry: the same form once more
            self._envoyer(liens[0], corps)
            self._lire(liens[0])
        self.rejouees += len(double) - 1 + (sort > 1 - REJOUEES)

    def _envoyer(self, lien: HTTPConnection, corps: str) -> None:
        entetes = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={CSRF}; sessionid={self.session}",
            "HX-Request": "true",
        }
        lien.request("POST", "/accueil/saisie/", corps, entetes)

    def _lire(self, lien: HTTPConnection) -> None:
        reponse = lien.getresponse()
        texte = reponse.read().decode(errors="replace")
        self.statuts[reponse.status] += 1
        if reponse.status != 200 and len(self.erreurs) < 3:
            self.erreurs.append(f"{reponse.status} {texte[:300]}")
