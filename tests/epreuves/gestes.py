"""What fault tests do to a running demo: post a form, find a process, wait until it has recovered."""

import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

import psutil

from tests.epreuves.clients import CSRF
from tests.epreuves.demo_a_part import Demo

RETABLISSEMENT = 180  # seconds: beat's period, and the age at which a dead worker's claim is taken over


def poster(demo: Demo, session, chemin: str, champs: dict) -> int:
    """Status of a POST as that person's browser would send it; 0 when the connection broke."""
    lien = HTTPConnection("127.0.0.1", demo.port, timeout=30)
    entetes = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={CSRF}; sessionid={session[0]}",
        "HX-Request": "true",
    }
    try:
        lien.request("POST", chemin, urlencode(champs | {"csrfmiddlewaretoken": CSRF}, doseq=True), entetes)
        return lien.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        lien.close()


def ecoute(url: str) -> psutil.Process:
    """The process that listens at this address."""
    port = urlsplit(url).port
    for lien in psutil.net_connections("tcp"):
        if lien.status == psutil.CONN_LISTEN and lien.laddr.port == port and lien.pid:
            return psutil.Process(lien.pid)
    raise AssertionError(f"nobody listens on {port}")


def attendre(condition, secondes: float = RETABLISSEMENT):
    limite = time.monotonic() + secondes
    while not (vu := condition()):
        assert time.monotonic() < limite
        time.sleep(0.5)
    return vu
