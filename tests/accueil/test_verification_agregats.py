"""`verifier_agregats` says each difference and mends it; the night's sample is told by `/sante/`."""

import json
from datetime import timedelta
from importlib import import_module
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accueil.agregats import rattraper
from accueil.chiffres import lire
from accueil.conservation import vieillir
from accueil.models import (
    AgregatJour,
    AgregatMois,
    ColonnesMois,
    ControleAgregats,
    MarqueAgregat,
    ReseauJour,
    ReseauMois,
    Visite,
)
from accueil.models.agregats import DES_DEMANDES, DES_VISITES
from accueil.taches import controler_les_agregats, tenir_les_agregats
from accueil.verification_agregats import sonder
from pimms.socle.models import Battement
from tests.fabrique import une_visite
from tests.filtres import filtre_de

pytestmark = pytest.mark.django_db


@pytest.fixture
def faux(distribution):
    """Two days with aggregates, one of which no longer says what there is; no mark tells of it."""
    une_visite(distribution.point, distribution.proprietaire)
    une_visite(distribution.point, distribution.proprietaire, il_y_a=40)
    rattraper()
    AgregatJour.objects.filter(jour=distribution.point.aujourdhui()).update(visites=7, themes={})
    return distribution


def _verifier(*arguments: str) -> str:
    sortie = StringIO()
    call_command("verifier_agregats", *arguments, stdout=sortie)
    return sortie.getvalue()


def test_right_aggregates_are_said_to_be(distribution):
    une_visite(distribution.point, distribution.proprietaire)
    rattraper()
    assert "1 jour comparé" in _verifier().replace("\xa0", " ")


def test_each_difference_is_said(faux):
    sortie = StringIO()
    with pytest.raises(CommandError, match=r"1.jour diffère"):
        call_command("verifier_agregats", stdout=sortie)
    assert f"LYO-GER {faux.point.aujourdhui()} visites : 7 gardé, 1 compté" in sortie.getvalue()
    assert "themes" in sortie.getvalue()


def test_a_difference_is_mended_on_demand(faux):
    _verifier("--reparer")
    _verifier()
    assert lire(filtre_de(faux.proprietaire))[0].visites == 1


def test_a_difference_that_nobody_placed_is_looked_for_everywhere(faux):
    """A comparison made before the months were kept: no sample may end its alarm."""
    ControleAgregats.objects.create(jours=40, ecarts=1)
    controle = sonder(0)
    assert controle.ecarts
    assert [faux.point.pk, faux.point.aujourdhui().replace(day=1).isoformat()] in controle.restes


def test_an_aggregate_that_is_missing_is_a_difference(faux):
    AgregatJour.objects.all().delete()
    with pytest.raises(CommandError, match=r"2.jours diffèrent"):
        _verifier()


def test_an_aggregate_without_visits_is_a_difference(faux):
    jour = faux.point.aujourdhui() - timedelta(days=100)
    AgregatJour.objects.filter(jour=faux.point.aujourdhui() - timedelta(days=40)).update(jour=jour)
    with pytest.raises(CommandError, match=r"3.jours diffèrent"):
        _verifier()


def test_a_month_that_is_not_the_sum_of_its_days_is_a_difference(distribution):
    une_visite(distribution.point, distribution.proprietaire, il_y_a=40)
    rattraper()
    AgregatMois.objects.update(visites=7)
    sortie = StringIO()
    with pytest.raises(CommandError, match=r"1.jour diffère"):
        call_command("verifier_agregats", stdout=sortie)
    assert "mois visites : 7 gardé, 1 compté" in sortie.getvalue()
    _verifier("--reparer")
    _verifier()


def test_a_column_that_is_not_what_the_visits_say_is_a_difference(distribution):
    une_visite(distribution.point, distribution.proprietaire, il_y_a=40)
    rattraper()
    ColonnesMois.objects.update(canaux=b"\x01")
    sortie = StringIO()
    with pytest.raises(CommandError, match=r"1.jour diffère"):
        call_command("verifier_agregats", stdout=sortie)
    assert "colonnes canaux :" in sortie.getvalue()
    _verifier("--reparer")
    _verifier()


def test_the_upgrade_packs_the_months_that_are_there(distribution):
    une_visite(distribution.point, distribution.proprietaire, il_y_a=40, demandes=[{}, {"registre": 2}])
    rattraper()
    ColonnesMois.objects.all().delete()
    with connection.cursor() as curseur:
        curseur.execute(import_module("accueil.migrations.0018_colonnes_par_mois").REMPLISSAGE)
    assert ColonnesMois.objects.exists()
    _verifier()


def test_the_database_refuses_columns_that_are_not_of_one_length(distribution):
    une_visite(distribution.point, distribution.proprietaire)
    rattraper()
    with pytest.raises(IntegrityError, match="colonnes_de_meme_longueur"):
        ColonnesMois.objects.update(ages=b"")


def test_what_an_old_visit_loses_is_lost_to_its_columns_too(distribution):
    une_visite(distribution.point, distribution.proprietaire, il_y_a=400, heure=11)
    rattraper()
    assert bytes(ColonnesMois.objects.get().heures) == bytes([11])
    vieillir(Visite.objects.get().jour)
    rattraper()
    assert bytes(ColonnesMois.objects.get().heures) == bytes([Visite.objects.get().heure]) != bytes([11])


def test_a_marked_day_is_no_difference(faux):
    MarqueAgregat.objects.create(point=faux.point, jour=faux.point.aujourdhui())
    assert "1 jour comparé" in _verifier().replace("\xa0", " ")


def test_one_point_or_some_days_can_be_looked_at(faux):
    _verifier("--point", faux.ailleurs.code)
    _verifier("--au", str(faux.point.aujourdhui() - timedelta(days=1)))
    with pytest.raises(CommandError, match="Aucun point"):
        _verifier("--point", "XXX-YYY")


def test_everything_can_be_computed_again(faux):
    _verifier("--refaire")
    assert AgregatJour.objects.get(jour=faux.point.aujourdhui()).visites == 1


def test_the_task_computes_what_is_marked(distribution):
    une_visite(distribution.point, distribution.proprietaire)
    tenir_les_agregats()
    assert not MarqueAgregat.objects.exists()
    assert AgregatJour.objects.get().visites == 1


def test_the_health_page_raises_an_alarm_about_a_difference(faux, client):
    faux.point.ouvert_le = faux.point.aujourdhui()
    faux.point.save()
    sonder(60)
    agregats = json.loads(client.get("/sante/").content)["agregats"]
    assert agregats["ok"] is False
    assert agregats["ecarts"] > 0


def _alarme(client) -> bool:
    return not json.loads(client.get("/sante/").content)["agregats"]["ok"]


def test_the_alarm_goes_on_until_the_difference_is_mended(faux, client):
    with pytest.raises(CommandError):
        _verifier()  # a full comparison raises it too
    assert _alarme(client)
    sonder(0)  # another night's sample, drawn elsewhere
    assert _alarme(client)
    _verifier("--reparer")
    assert not _alarme(client)


def test_a_difference_that_a_recount_took_away_ends_the_alarm(faux, client):
    with pytest.raises(CommandError):
        _verifier()
    _verifier("--refaire", "--point", faux.point.code)
    assert not _alarme(client)


@pytest.mark.parametrize(("heures", "alarme"), [(49, False), (51, True)])
def test_the_alarm_is_raised_where_no_night_ever_compared_anything(client, db, heures, alarme):
    installation = MigrationRecorder.Migration.objects.filter(app="accueil").earliest("applied").applied
    maintenant = installation + timedelta(hours=heures)
    with patch("accueil.verification_agregats.timezone.now", return_value=maintenant):
        assert _alarme(client) is alarme


def test_the_alarm_is_raised_where_marked_days_wait_for_a_day(distribution, client):
    sonder(0)
    tenir_les_agregats()
    assert not _alarme(client)
    Battement.objects.filter(nom="agregats").update(vu_le=timezone.now() - timedelta(hours=25))
    assert _alarme(client)
    tenir_les_agregats()
    assert not _alarme(client)


def test_the_night_looks_at_an_empty_network_too(db):
    controler_les_agregats()
    assert ControleAgregats.objects.get().jours == 0


def test_the_places_of_the_stored_arrays_never_move():
    """Arrays on disk are read by place: a value may be added at the end, none moved or taken away."""
    assert {r.colonne: r.valeurs for r in (*DES_VISITES, *DES_DEMANDES)} == {
        "heures": (*range(24), None),
        "canaux": ("sur_place", "telephone", "a_distance", "a_domicile", "hors_les_murs"),
        "genres": ("femme", "homme", "autre", "nc", ""),
        "ages": ("0-11", "12-17", "18-24", "25-39", "40-59", "60-69", "70+", "nc", ""),
        "situations": ("scolarise", "sans_emploi", "en_emploi", "retraite", "nc", ""),
        "premieres": (True, False, None),
        "issues": ("resolu", "oriente", "a_suivre", "non_abouti", "hors_champ"),
        "aides": ("informer", "faire_avec", "faire_a_la_place", ""),
        "registres": (1, 2, 3, 4, 5, 6, 7, 8, None),
    }


def test_the_network_that_is_not_the_sum_of_its_points_is_a_difference(distribution):
    une_visite(distribution.point, distribution.proprietaire)
    une_visite(distribution.ailleurs, distribution.etranger)
    rattraper()
    ReseauJour.objects.update(visites=7)
    ReseauMois.objects.all().delete()
    sortie = StringIO()
    with pytest.raises(CommandError, match=r"jours? diff"):
        call_command("verifier_agregats", stdout=sortie)
    assert "réseau" in sortie.getvalue()
    assert "visites : 7 gardé, 2 compté" in sortie.getvalue()
    _verifier("--reparer")
    _verifier()
    assert lire(filtre_de(distribution.union))[0].visites == 2
