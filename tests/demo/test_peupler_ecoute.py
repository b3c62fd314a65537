"""What the made-up points hear: a living token each, answers, complaints, requests, incidents, sealed."""

import pytest
from psycopg2 import sql

TABLES = ("questionnaire", "avis", "commentaireavis", "reclamation", "demandedroits", "incident")


@pytest.mark.parametrize("table", TABLES)
def test_every_kind_of_thing_heard_has_rows(reseau, table):
    nom = sql.Identifier(f"qualite_{table}")
    assert reseau.valeur(sql.SQL("SELECT count(*) > 0 FROM {}").format(nom))


def test_each_point_in_service_asks_its_question(reseau):
    muets = reseau.valeur("""
        SELECT count(*) FROM accueil_pointaccueil p WHERE p.ferme_le IS NULL AND NOT EXISTS (
          SELECT FROM qualite_questionnaire q WHERE q.point_id = p.id AND q.ferme_le IS NULL)
    """)
    assert muets == 0


def test_what_is_said_can_be_opened_and_stands_nowhere_in_clear(reseau):
    code = (
        "from qualite.models import Reclamation, CommentaireAvis;"
        "from qualite.lecture_satisfaction import _ouvrir;"
        "print(Reclamation.objects.first().textes()['texte']);"
        "print(_ouvrir(CommentaireAvis.objects.select_related('avis__questionnaire__coffre')[0]))"
    )
    lus = reseau.manage("shell", "-v0", "-c", code).stdout.strip().splitlines()
    assert len(lus) == 2
    clair = reseau.lignes("SELECT encode(scelle, 'escape') FROM qualite_commentaireavis")
    assert not any(lus[1] in ligne for (ligne,) in clair)


def test_an_answer_comes_from_an_open_day_of_its_point(reseau):
    hors = reseau.valeur("""
        SELECT count(*) FROM qualite_avis a JOIN accueil_pointaccueil p ON p.id = a.point_id
        WHERE a.jour < p.ouvert_le OR a.jour >= p.ferme_le
    """)
    assert hors == 0
