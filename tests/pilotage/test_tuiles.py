"""The eight tiles of a point's dashboard are its last finding: the registers' page, which counts live, agrees
once it is made, and the tile says when that was."""

from zoneinfo import ZoneInfo

import pytest

from pimms.socle.typographie import date_longue, heure
from qualite.evaluation import evaluer
from qualite.models import Calcul
from tests.fabrique import une_visite
from tests.mediation.fabrique import un_dossier
from tests.mediation.fabrique_terrain import une_action_faite, une_alerte

pytestmark = pytest.mark.django_db
URL = "/tableau-de-bord/?point=LYO-GER"


def test_tiles_and_the_registers_page_agree_after_an_evaluation(distribution):
    point, qui = distribution.point, distribution.proprietaire
    for registre, il_y_a in ((2, 0), (3, 200), (5, 300), (5, 1), (8, 400)):
        une_visite(point, qui, il_y_a=il_y_a, demandes=[{"registre": registre}, {}])
    un_dossier(qui, point)
    une_action_faite(qui, point)
    une_alerte(qui, point)
    client = distribution.client("responsable")
    assert client.get(URL).context["tuiles"] == []
    evaluer()
    tableau = client.get(URL).context
    registres = client.get("/mediation/registres/?point=LYO-GER").context
    comptes = {t.registre.numero: t.nombre for t in tableau["tuiles"]}
    assert comptes == {releve.registre.numero: releve.tout.nombre for releve, *_ in registres["tuiles"]}
    assert tableau["deployes"] == registres["panneau"].deployes
    assert comptes[5] == 2
    une_visite(point, qui, demandes=[{"registre": 5}])
    assert client.get(URL).context["tuiles"][4].nombre == 2
    evaluer()
    assert client.get(URL).context["tuiles"][4].nombre == 3


def test_a_tile_says_when_it_was_counted(distribution):
    evaluer()
    page = distribution.client("responsable").get(URL).content.decode()
    fin = Calcul.objects.get().fin.astimezone(ZoneInfo("Europe/Paris"))
    assert f"comptés le {date_longue(fin.date())} à {heure(fin)}" in page
