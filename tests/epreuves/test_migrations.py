"""Every migration since the first rows, undone, then done again over rows of before."""

import pytest

from tests.base_de_donnees import nom_du_modele
from tests.bases_a_part import creer_base, effacer_les_mortes
from tests.demo.test_base_ancienne import AVANT, FERMEES, ecrire_comme_avant, fermees
from tests.services_de_test import BASE

pytestmark = pytest.mark.epreuve


def test_all_migrations_go_back_to_the_first_rows_and_forward_over_them(django_db_setup):
    effacer_les_mortes()
    with creer_base(f"{BASE}_retour", nom_du_modele()) as base:
        retour = base.manage("migrate", "-v0", "accueil", AVANT, DATABASE_URL=base.url)
        assert retour.returncode == 0, retour.stderr
        ecrire_comme_avant(base)
        aller = base.manage("migrate", "-v0", DATABASE_URL=base.url)
        assert aller.returncode == 0, aller.stderr
        assert fermees(base) == FERMEES
