"""The paths and sessions that `peupler` makes up hold together."""

import pytest
from psycopg2 import sql

COMPTE = sql.SQL("SELECT count(*) FROM {}")
TABLES = (
    "qualification",
    "formationsuivie",
    "tutorat",
    "seancecollective",
    "presenceseance",
    "versionpreuve",
)
FAUTES = {
    "a training before the arrival": """
        SELECT count(*) FROM qualite_formationsuivie f WHERE f.debut < (SELECT min(a.debut)
        FROM accueil_acces a WHERE a.personne_id = f.personne_id AND a.role = 'mediateur') - 4""",
    "a training to come": "SELECT count(*) FROM qualite_formationsuivie WHERE fin >= '2026-06-15'",
    "a tutor who was not there": """
        SELECT count(*) FROM qualite_tutorat t WHERE NOT EXISTS (SELECT FROM accueil_acces a
        WHERE a.personne_id = t.tuteur_id AND a.point_id = t.point_id)""",
    "someone at a session who was not in post": """
        SELECT count(*) FROM qualite_presenceseance r JOIN qualite_pointseance l ON l.id = r.lieu_id
        JOIN qualite_seancecollective s ON s.id = l.seance_id
        WHERE NOT EXISTS (SELECT FROM accueil_acces a WHERE a.personne_id = r.personne_id
          AND a.point_id = l.point_id AND s.jour BETWEEN a.debut AND coalesce(a.fin, s.jour))""",
    "a session with another point, and no other point": """
        SELECT count(*) FROM qualite_seancecollective s WHERE (s.mode = 'avec_point') <> (1 <
        (SELECT count(*) FROM qualite_pointseance l WHERE l.seance_id = s.id))""",
}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_holds_rows(reseau, table):
    assert reseau.valeur(COMPTE.format(sql.Identifier(f"qualite_{table}"))) > 10


@pytest.mark.parametrize("faute", FAUTES)
def test_no_row_breaks_the_rule(reseau, faute):
    assert reseau.valeur(FAUTES[faute]) == 0


def test_most_people_in_post_are_qualified_and_some_are_not(reseau):
    en_poste, qualifies = reseau.lignes("""
        SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT FROM qualite_qualification q
          WHERE q.personne_id = p.personne_id))
        FROM (SELECT DISTINCT personne_id FROM accueil_acces WHERE role = 'mediateur'
          AND '2026-06-15' BETWEEN debut AND coalesce(fin, '2026-06-15')) p""")[0]
    assert 0.8 < qualifies / en_poste < 1


def test_a_job_description_belongs_to_the_employer(reseau):
    assert reseau.lignes(
        "SELECT count(*) FROM qualite_preuve WHERE niveau = 'personne' AND employeur_id IS NULL"
    ) == [(0,)]


def test_a_job_description_can_be_opened(reseau):
    code = (
        "from qualite.models import VersionPreuve;"
        "print(VersionPreuve.objects.select_related('preuve__coffre').first().valeurs()['titre'])"
    )
    assert reseau.manage("shell", "-v0", "-c", code).stdout.strip() == "Fiche de poste"
