"""A measured process: takes requests as lines of JSON, runs them through the WSGI stack, tells the cost.

{"methode": "GET", "chemin": "/accueil/journal/", "session": "…", "compter": true}
→ {"statut": 200, "secondes": 0.0123, "octets": 45678, "enonces": ["SELECT …", …], …}
"""

import cProfile
import html
import io
import json
import os
import pstats
import re
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

import django
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from accueil.models import Utilisateur  # noqa: E402
from accueil.verrous import ACTIF  # noqa: E402

PROFIL = cProfile.Profile()
LIEN = re.compile(r'\b(?:href|hx-get)="(/[^"]*)"')
JETON = "b" * 32  # of CSRF: in the cookie and in the form, as a browser sends it


def _environ(requete: dict[str, Any]) -> dict[str, Any]:
    """The WSGI environment of a browser's request."""
    chemin, _, parametres = requete["chemin"].partition("?")
    donnees = requete.get("donnees")
    corps = urlencode({**donnees, "csrfmiddlewaretoken": JETON}, doseq=True).encode() if donnees else b""
    environ = {
        "REQUEST_METHOD": requete["methode"],
        "PATH_INFO": chemin,
        "SCRIPT_NAME": "",
        "QUERY_STRING": parametres,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT_LANGUAGE": "fr",
        "HTTP_COOKIE": f"csrftoken={JETON}; sessionid={requete.get('session', '')}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(corps),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if corps:
        environ |= {
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(corps)),
        }
    if requete.get("htmx"):
        environ["HTTP_HX_REQUEST"] = "true"
    return environ


def _appeler(application: Callable, requete: dict[str, Any]) -> tuple[int, bytes, float]:
    """Status, body and seconds of one request, closing of the answer included."""
    environ, statut = _environ(requete), []
    debut = time.perf_counter()
    reponse = application(environ, lambda s, entetes, exc_info=None: statut.append(s))
    corps = b"".join(reponse)
    reponse.close()
    return int(statut[0].split()[0]), corps, time.perf_counter() - debut


def _ouvrir_session(requete: dict[str, Any]) -> dict[str, Any]:
    """Log a person in (the session that the login page would make), at a point if one is given."""
    personne = Utilisateur.objects.get(pk=requete["personne"])
    session = SessionStore()
    session[SESSION_KEY] = str(personne.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = personne.get_session_auth_hash()
    session[ACTIF] = int(time.time()) + 86_400  # in use as long as the bench lasts: never locked
    if requete.get("point"):
        session["point"] = requete["point"]
    session.create()
    return {"session": session.session_key}


def _liens(corps: bytes) -> list[tuple[str, str]]:
    """Pages of the product that an answer links to: name and path; the administration is Django's own."""
    liens = {}
    for adresse in map(html.unescape, LIEN.findall(corps.decode(errors="replace"))):
        chemin = adresse.partition("#")[0]
        try:
            page = resolve(chemin.partition("?")[0])
        except Resolver404:
            continue
        if page.url_name and "admin" not in page.namespaces:
            liens[chemin] = page.url_name
    return [(nom, chemin) for chemin, nom in liens.items()]


def _repondre(application: Callable, requete: dict[str, Any]) -> dict[str, Any]:
    with ExitStack() as pile:
        releve = pile.enter_context(CaptureQueriesContext(connection)) if requete.get("compter") else None
        if requete.get("profiler"):
            pile.enter_context(PROFIL)
        statut, corps, secondes = _appeler(application, requete)
    reponse: dict[str, Any] = {"statut": statut, "octets": len(corps), "secondes": secondes}
    if motif := requete.get("trouver"):
        reponse["trouves"] = corps.count(motif.encode())
    if requete.get("liens"):
        reponse["liens"] = _liens(corps)
    if releve:
        reponse["enonces"] = [f"{e['time']} {e['sql'][:400]}" for e in releve.captured_queries]
    return reponse


def _profil(_: dict[str, Any]) -> dict[str, Any]:
    """Where the time of the profiled requests went: functions by what they hold, then by their own."""
    texte = io.StringIO()
    stats = pstats.Stats(PROFIL, stream=texte).strip_dirs()
    for ordre in ("cumulative", "tottime"):
        stats.sort_stats(ordre).print_stats(70)
    return {"profil": texte.getvalue()}


def main() -> None:
    """Serve until the input ends. Only answers go to the standard output."""
    sortie = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    application = import_module("pimms.wsgi").application  # as production loads and keeps it
    gestes = {"personne": _ouvrir_session, "profil": _profil}
    for ligne in sys.stdin:
        requete = json.loads(ligne)
        geste = next((g for cle, g in gestes.items() if cle in requete), None)
        reponse = geste(requete) if geste else _repondre(application, requete)
        sortie.write(json.dumps(reponse) + "\n")
        sortie.flush()


if __name__ == "__main__":
    main()
