"""An auditor, and the audit that tests of audits are about."""

import pytest

from qualite.models import Campagne
from tests.fabrique import une_personne
from tests.qualite.fabrique_campagnes import (
    amener,
    un_calcul,
    une_campagne,
)


@pytest.fixture
def auditeur(db):
    return une_personne("Inès", "Roche")


@pytest.fixture
def campagne(distribution) -> Campagne:
    """An audit under way, at the cast's point and at another one."""
    un_calcul()
    points = [distribution.point, distribution.ailleurs]
    return amener(une_campagne(distribution.union), "audit", distribution.union, points)
