"""What Django's system check says of a deployment."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning


def adresses_du_journal(**_: Any) -> list[CheckMessage]:
    """In production the journal's head should leave by mail: nothing else tells of a chain forged anew."""
    if settings.DEMO or settings.DEBUG or settings.ADRESSES_JOURNAL:
        return []
    conseil = "Donnez-y des adresses de l’union, sur un autre serveur."
    return [
        Warning(
            "ADRESSES_JOURNAL est vide : la tête du journal ne quitte pas ce serveur.",
            hint=conseil,
            id="pimms.W001",
        )
    ]
