"""A base from before: what the migrations do with rows that would no longer be accepted.

The migrations after that one, over these rows, and the way back: tests/epreuves/test_migrations.py.
"""

from datetime import date

import psycopg2
import pytest

from tests.bases_a_part import Base, creer_base, effacer_les_mortes
from tests.services_de_test import BASE

AVANT, APRES = "0003_donnees", "0004_personnes_et_points"
POINT = """
INSERT INTO accueil_association (nom, nom_tri, siret, adresse, commune_id, courriel, telephone)
VALUES ('A', 'a', '', '', '69123', '', ''), ('B', 'b', '', '', '69123', '', '');
INSERT INTO accueil_pointaccueil
  (association_id, code, nom, nom_tri, nature, adresse, code_postal, commune_id, telephone, fuseau, ouvert_le)
SELECT id, 'AAA-' || nom, nom, nom_tri, 'fixe', '', '69007', '69123', '', 'Europe/Paris', '2020-01-01'
FROM accueil_association;
"""
FERMETURES = """
INSERT INTO accueil_fermeture (point_id, debut, fin, motif)
SELECT p.id, f.debut::date, f.fin::date, f.motif FROM accueil_pointaccueil p, (VALUES
  ('2026-08-03', '2026-08-16', 'été'), ('2026-08-05', '2026-08-05', 'panne'),
  ('2026-08-14', '2026-08-20', 'travaux'), ('2026-09-01', NULL, 'sinistre'), ('2026-12-24', NULL, 'fin')
) AS f (debut, fin, motif) WHERE p.code = 'AAA-A';
"""
ABSENCES = """
INSERT INTO accueil_utilisateur
  (id, password, is_superuser, email, prenom, nom, nom_tri, is_active, is_staff, cree_le)
SELECT n, '!', false, n || '@exemple.fr', '', '', '', true, false, now() FROM generate_series(1, 2) n;
INSERT INTO accueil_acces (personne_id, role, point_id, debut, origine, cree_le)
SELECT n, 'mediateur', p.id, '2020-01-01', 'systeme', now() FROM generate_series(1, 2) n
JOIN accueil_pointaccueil p ON p.code = 'AAA-A' OR n = 2;
INSERT INTO accueil_absence (personne_id, motif, debut)
SELECT n, 'conge', '2026-05-01' FROM generate_series(1, 2) n;
"""


FERMEES = [
    (date(2026, 8, 3), date(2026, 8, 16), "été"),
    (date(2026, 8, 17), date(2026, 8, 20), "travaux"),
    (date(2026, 9, 1), None, "sinistre"),
]


# By Django's executor: the command `migrate` would load today's référentiel into tables of then.
EXECUTEUR = """
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
MigrationExecutor(connection).migrate([("accueil", "{}")])
"""


def _migrer(base: Base, jusqu_a: str) -> None:
    essai = base.manage("shell", "-v0", "-c", EXECUTEUR.format(jusqu_a), DATABASE_URL=base.url)
    assert essai.returncode == 0, essai.stderr


def ecrire_comme_avant(base: Base) -> None:
    """Rows that were accepted then."""
    with psycopg2.connect(base.url) as lien, lien.cursor() as curseur:
        curseur.execute(POINT + FERMETURES + ABSENCES)
    lien.close()


def fermees(base: Base) -> list[tuple]:
    return base.lignes("SELECT debut, fin, motif FROM accueil_fermeture ORDER BY debut")


@pytest.fixture(scope="module")
def ancienne(django_db_setup):
    """Brought to the migration that these tests are about, and no further: all of them take a minute."""
    effacer_les_mortes()
    with creer_base(f"{BASE}_ancienne") as base:
        _migrer(base, AVANT)
        ecrire_comme_avant(base)
        _migrer(base, APRES)
        yield base


def test_closures_no_longer_overlap_and_close_the_same_days(ancienne):
    assert fermees(ancienne) == FERMEES


def test_what_was_cut_is_in_the_journal_without_its_reason(ancienne):
    lignes = ancienne.lignes(
        "SELECT acte, avant->>'debut', avant->>'motif' FROM socle_entreejournal"
        " WHERE objet = 'fermeture' ORDER BY id"
    )
    assert lignes == [
        ("supprimer", "2026-08-05", "modifié"),
        ("modifier", "2026-08-14", None),
        ("supprimer", "2026-12-24", "modifié"),
    ]


def test_an_absence_is_given_its_point_unless_two_associations_may_claim_it(ancienne):
    lignes = ancienne.lignes(
        "SELECT a.personne_id, p.code FROM accueil_absence a"
        " LEFT JOIN accueil_pointaccueil p ON p.id = a.point_id ORDER BY 1"
    )
    assert lignes == [(1, "AAA-A"), (2, None)]
