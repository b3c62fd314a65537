"""Request id, structured logs, and a clear page when the database does not answer."""

import logging
import re
import sys
import uuid

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

from pimms.socle.contexte import requete_id

logger = logging.getLogger("pimms.requete")
ABSENTE = (OperationalError, InterfaceError)
_ID_VALIDE = re.compile(r"[A-Za-z0-9-]{8,36}")


class FiltreRequete(logging.Filter):
    """Adds the request id to each log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.requete = requete_id.get()
        return True


def oublier_la_requete(**_) -> None:
    """What a thread logs between two requests belongs to none (Django's `request_finished`)."""
    requete_id.set("-")


def requete(get_response):
    """Give each request an id, kept from a proxy's X-Request-ID when it is well formed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        recu = request.headers.get("X-Request-ID", "")
        identifiant = recu if _ID_VALIDE.fullmatch(recu) else uuid.uuid4().hex
        # Kept until the answer has been sent (`oublier_la_requete`): Django tells of a refusal after this.
        requete_id.set(identifiant)
        response = get_response(request)
        response["X-Request-ID"] = identifiant
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return middleware


def sans_copie(get_response):
    """Let no browser keep a page read by someone logged in: on a shared desk, « back » would show it.

    Pages of nobody stay as they are, and so does an answer that says itself how it may be kept.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        page = response.get("Content-Type", "").startswith("text/html") and response.status_code < 500
        if page and not response.has_header("Cache-Control") and request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        return response

    return middleware


class base_indisponible:  # noqa: N801 — named as the other middlewares are
    """Answer 503 in plain French when PostgreSQL is gone in a view; `faute` does where it goes elsewhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _indisponible(exception) if isinstance(exception, ABSENTE) else None


def faute(request: HttpRequest) -> HttpResponse:
    """What Django answers to any other exception (`handler500`), those of the middlewares included."""
    erreur = sys.exc_info()[1]
    return _indisponible(erreur) if isinstance(erreur, ABSENTE) else server_error(request)


def _indisponible(erreur: Exception) -> HttpResponse:
    """The page that says so; the browser keeps what was typed."""
    logger.error("base indisponible: %s", type(erreur).__name__)
    response = render(None, "503.html", status=503)
    response["Retry-After"] = "10"
    return response
