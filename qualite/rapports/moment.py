"""The moment as of which a report tells documents, actions and decisions."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from pimms.socle.periodes import UN_JOUR
from qualite.models import Rapport


def fuseau_de(rapport: Rapport) -> str:
    """Whose days a report counts: its point's, else Paris's."""
    return rapport.point.fuseau if rapport.point else settings.TIME_ZONE


def moment_de(rapport: Rapport) -> datetime:
    """When its evaluation was closed; without one, the end of its day."""
    if rapport.evaluation:
        return rapport.evaluation.arretee_le
    return datetime.combine(rapport.au + UN_JOUR, time.min, ZoneInfo(fuseau_de(rapport)))
