"""Opening a case: its reference, its key, one case for one sending."""

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from mediation.dossiers import Ouverture, ouvrir
from mediation.models import Dossier
from pimms.socle.models import EntreeJournal
from tests.fabrique import LONGTEMPS, un_theme
from tests.mediation.fabrique import un_dossier


def test_references_follow_one_another_per_point_and_year(distribution):
    moi, point = distribution.proprietaire, distribution.point
    annee = point.aujourdhui().year
    assert [un_dossier(moi, point).reference for _ in range(3)] == [
        f"LYO-GER-{annee}-000{n}" for n in (1, 2, 3)
    ]


def test_a_refused_opening_leaves_no_gap(distribution):
    moi, point = distribution.proprietaire, distribution.point
    premier = un_dossier(moi, point)
    with pytest.raises(Exception, match="registre"):
        un_dossier(moi, point, registre=9)
    assert un_dossier(moi, point).numero == premier.numero + 1


def test_the_same_sending_opens_one_case(distribution):
    cle = uuid.uuid4()
    un, deux = (un_dossier(distribution.proprietaire, distribution.point, cle=cle) for _ in range(2))
    assert un.pk == deux.pk
    assert Dossier.objects.count() == 1


def test_a_closed_point_opens_no_case(distribution):
    distribution.point.ferme_le = LONGTEMPS
    with pytest.raises(ValidationError, match="est fermé"):
        un_dossier(distribution.proprietaire, distribution.point)


def test_the_subject_is_in_no_table_in_clear(distribution):
    un_dossier(distribution.proprietaire, distribution.point, objet="Zéphyrine contre Bailleur")
    with connection.cursor() as curseur:
        curseur.execute("SELECT string_agg(d::text, '') FROM mediation_dossier d")
        assert "phyrine" not in curseur.fetchone()[0]
    assert "phyrine" not in str(list(EntreeJournal.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_two_openings_at_once_get_two_references(distribution):
    barriere, numeros = threading.Barrier(2), []

    def ouvrir_un():
        try:
            barriere.wait(timeout=10)
            ouverture = Ouverture(
                cle=uuid.uuid4(), objet="x", registre=2, theme=un_theme(), mediateur=distribution.proprietaire
            )
            numeros.append(ouvrir(distribution.proprietaire, distribution.point, ouverture)[0].numero)
        finally:
            connection.close()

    fils = [threading.Thread(target=ouvrir_un) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(numeros) == [1, 2]
