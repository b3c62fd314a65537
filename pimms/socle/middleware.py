"""Request id, structured logs, and a clear page when the database does not answer."""

import logging
import re
import uuid

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pimms.socle.contexte import requete_id

logger = logging.getLogger("pimms.requete")
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
    """Answer 503 in plain French when PostgreSQL is gone; the browser keeps what was typed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError) as erreur:
            return self._repondre(request, erreur)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            return self._repondre(request, exception)
        return None

    @staticmethod
    def _repondre(request: HttpRequest, erreur: Exception) -> HttpResponse:
        logger.error("base indisponible: %s", type(erreur).__name__)
        response = render(None, "503.html", status=503)
        response["Retry-After"] = "10"
        return response
