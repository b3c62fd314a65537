"""With what a report is laid out here: libraries and fonts, by version and hash."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from qualite.rapports.polices import POLICES

BIBLIOTHEQUES = ("weasyprint", "pydyf", "fonttools", "pyhanko", "django")


@cache
def logiciels() -> dict[str, Any]:
    """Versions of the libraries, sha256 of the fonts, of this process."""
    polices = {}
    for nom in POLICES:
        octets = (Path(settings.BASE_DIR) / "static" / nom).read_bytes()
        polices[nom.rpartition("/")[2]] = hashlib.sha256(octets).hexdigest()
    return {"bibliotheques": {nom: version(nom) for nom in BIBLIOTHEQUES}, "polices": polices}
