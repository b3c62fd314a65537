"""One JSON object a line, for whatever collects the logs of production.

A fixed set of fields: what a library hangs on a record (the request, its user, its body) never comes out. The
words of the message and of the error have been cleaned before (`pimms.socle.discretion`).
"""

import json
import logging
from datetime import UTC, datetime


class EnJson(logging.Formatter):
    """Moment (UTC), level, logger, request, message; the error when there is one."""

    def format(self, record: logging.LogRecord) -> str:
        ligne = {
            "le": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "origine": record.name,
            "requete": getattr(record, "requete", "-"),
            "message": record.getMessage(),
        }
        erreur = record.exc_text or (self.formatException(record.exc_info) if record.exc_info else "")
        if erreur:
            ligne["erreur"] = erreur
        return json.dumps(ligne, ensure_ascii=False)
