"""Retention of visits and accounts, and the report of each run."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accueil.agregats import rattraper
from accueil.conservation import VERS_EFFACE
from accueil.correction import changer_registre
from accueil.models import AgregatJour, Commune, NoteVisite, Utilisateur, Visite, VisiteVersion
from accueil.saisie import etat
from accueil.verification_agregats import comparer
from pimms.socle.periodes import Periode
from qualite.conservation import VERROU, etat_de_la_conservation, passer
from qualite.models import PassageConservation
from tests.fabrique import une_personne, une_visite


@pytest.fixture
def vieille_visite(distribution):
    """A visit 400 days old from a hamlet, with a note and an earlier state; one of today beside it."""
    hameau = Commune.objects.filter(population__gt=0, population__lt=500, departement="69").first()
    visite = une_visite(
        distribution.point, distribution.proprietaire, il_y_a=400, heure=11, commune=hameau,
        demandes=[{"registre": 3}, {"issue": "oriente", "vers_texte": "Mme Roux"}],
        tranche_age="40-59", personnes=2,
    )  # fmt: skip
    NoteVisite.objects.create(visite=visite, point=visite.point, texte="Vient avec son fils")
    VisiteVersion.objects.create(
        visite=visite, point=visite.point, numero=1, par=distribution.proprietaire, etat=etat(visite)
    )
    une_visite(distribution.point, distribution.proprietaire, heure=11, commune=hameau)
    rattraper()
    return visite


def test_an_old_visit_loses_note_states_hour_and_small_commune(vieille_visite):
    passage = passer(timezone.localdate())
    assert [passage.comptes[c] for c in ("visites", "notes", "versions")] == [1, 1, 1]
    visite = Visite.objects.get(pk=vieille_visite.pk)
    assert (visite.heure, visite.commune_id, visite.saisie_le.hour) == (8, "69P", 10)
    assert (visite.tranche_age, visite.personnes) == ("40-59", 2)
    assert [d.vers_texte for d in visite.demandes.all()] == ["", VERS_EFFACE]
    recente = Visite.objects.exclude(pk=visite.pk).get()
    assert (recente.heure, recente.commune_id) == (11, vieille_visite.commune_id)
    assert passer(timezone.localdate()).comptes["visites"] == 0


def test_a_late_change_of_an_old_visit_leaves_no_state_behind(vieille_visite):
    passer(timezone.localdate())
    visite = Visite.objects.select_related("point", "auteur").get(pk=vieille_visite.pk)
    demande = visite.demandes.get(registre=3)
    demande.visite = visite
    with transaction.atomic():
        changer_registre(visite.auteur, demande, 5)
    assert not VisiteVersion.objects.exists()


def test_what_such_a_change_left_behind_before_goes_with_an_upgrade(vieille_visite):
    passer(timezone.localdate())
    recente = Visite.objects.exclude(pk=vieille_visite.pk).get()
    for visite in (vieille_visite, recente):
        VisiteVersion.objects.create(
            visite=visite, point=visite.point, numero=2, par=visite.auteur, etat=etat(visite)
        )
    with connection.cursor() as curseur:
        curseur.execute(import_module("accueil.migrations.0017_etats_des_visites_vieillies").EFFACER)
    assert VisiteVersion.objects.get().visite == recente


def test_sums_and_registers_stay_equal_and_aggregates_follow(vieille_visite):
    somme = ("visites", "passages", "minutes", "demandes", "registres", "themes", "ages", "issues")
    avant = AgregatJour.objects.filter(jour=vieille_visite.jour).values(*somme).get()
    passer(timezone.localdate())
    rattraper()
    assert AgregatJour.objects.filter(jour=vieille_visite.jour).values(*somme).get() == avant
    assert AgregatJour.objects.get(jour=vieille_visite.jour).communes == {"69P": 1}
    jours, ecarts = comparer(vieille_visite.point_id, Periode(vieille_visite.jour, vieille_visite.jour))
    assert (jours, ecarts) == (1, [])


def test_a_part_that_fails_is_told_in_the_report_and_stops_no_other(vieille_visite, monkeypatch):
    def casser(*_, **__):
        raise DatabaseError("Failing row contains (Fatou)")

    monkeypatch.setattr("qualite.conservation.des_dossiers.a_annoncer", casser)
    passage = passer(timezone.localdate())
    assert (passage.erreurs, passage.comptes["visites"]) == ("préavis : DatabaseError", 1)
    assert not etat_de_la_conservation()["ok"]
    monkeypatch.undo()
    passer(timezone.localdate())
    assert etat_de_la_conservation()["ok"]


def test_accounts_unused_for_a_year_are_closed_but_not_the_last_of_the_union(distribution):
    il_y_a_longtemps = timezone.now() - timedelta(days=400)
    partie = une_personne(cree_le=il_y_a_longtemps)
    connue = une_personne(cree_le=il_y_a_longtemps, last_login=timezone.now())
    Utilisateur.objects.filter(pk=distribution.union.pk).update(cree_le=il_y_a_longtemps)
    assert passer(timezone.localdate()).comptes["comptes"] == 1
    ouverts = set(Utilisateur.objects.filter(is_active=True).values_list("pk", flat=True))
    assert partie.pk not in ouverts
    assert {connue.pk, distribution.union.pk} <= ouverts


def test_a_dry_run_under_way_does_not_cost_the_night_its_own(vieille_visite, proprietaire_de_la_base):
    with proprietaire_de_la_base.cursor() as ailleurs:
        ailleurs.execute("SELECT pg_advisory_lock(%s, 1)", [VERROU])
        assert passer(timezone.localdate(), a_blanc=True) is None
        assert passer(timezone.localdate()).comptes["visites"] == 1
        ailleurs.execute("SELECT pg_advisory_unlock(%s, 1)", [VERROU])


def test_a_run_s_report_is_never_rewritten(distribution):
    passer(timezone.localdate())
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        PassageConservation.objects.update(comptes={})
