"""Files of the run, and a visit of two requests that fills every column."""

import pytest

from accueil.models import NoteVisite, Visite
from tests.fabrique import un_partenaire, un_theme, une_visite


@pytest.fixture(autouse=True)
def _fichiers(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def visite(distribution) -> Visite:
    visite = une_visite(
        distribution.point,
        distribution.proprietaire,
        demandes=[
            {"issue": "oriente", "vers_partenaire": un_partenaire("CAF"), "partenaire": un_partenaire("EDF")},
            {"theme": un_theme("justice"), "registre": 3, "aide": "informer"},
        ],
        personnes=2,
        duree=30,
        duree_estimee=False,
        genre="femme",
        tranche_age="25-39",
        commune_id="69123",
        premiere_visite=True,
    )
    NoteVisite.objects.create(visite=visite, point=distribution.point, texte="À ne jamais exporter")
    return visite
