"""The journal's chain: what is committed is sealed, what was tampered with is named."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from pimms.socle import chainage
from pimms.socle.controle_journal import dernier_controle
from pimms.socle.controles import adresses_du_journal
from pimms.socle.journal import journaliser
from pimms.socle.models import ControleJournal, Courriel, EntreeJournal, MaillonJournal
from pimms.socle.taches import chainer_le_journal, envoyer_la_tete
from qualite.taches import verifier_le_journal
from tests.fabrique import un_point
from tests.qualite.fabrique_rapports import un_rapport_pret


@pytest.fixture
def chaine(transactional_db, monkeypatch):
    """A link for what the migrations told, then three links of two entries; the keys of these."""
    chainer_le_journal()
    monkeypatch.setattr(chainage, "LOT", 2)
    debut, point = chainage.dernier().jusqu_a, un_point()
    for _ in range(6):
        journaliser(None, "creer", point, apres={"rang": 1})
    chainer_le_journal()
    assert MaillonJournal.objects.count() == 4
    return list(EntreeJournal.objects.filter(pk__gt=debut).order_by("pk").values_list("pk", flat=True))


def _forcer(lien, *ordres: str, cles: Sequence[int] = ()) -> None:
    """As an owner who sets the guards aside; `{0}` is the first of these keys."""
    with lien.cursor() as curseur:
        for table in ("socle_entreejournal", "socle_maillonjournal"):
            curseur.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for ordre in ordres:
            curseur.execute(ordre.format(*cles))
        for table in ("socle_entreejournal", "socle_maillonjournal"):
            curseur.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_an_untouched_chain_holds_and_new_entries_wait(chaine):
    journaliser(None, "creer", un_point())
    resultat = chainage.verifier()
    assert (resultat.bonne, resultat.maillons, resultat.attente) == (True, 4, 1)


@pytest.mark.parametrize(
    ("ordre", "maillon", "motif"),
    [
        ("UPDATE socle_entreejournal SET acteur_id = 7 WHERE id = {2}", 3, "changée"),
        ("UPDATE socle_entreejournal SET apres = '{{\"rang\": 2}}' WHERE id = {5}", 4, "changée"),
        ("DELETE FROM socle_entreejournal WHERE id = {3}", 3, "ôtées"),
        ("UPDATE socle_maillonjournal SET lignes = 9 WHERE numero = 2", 2, "ce maillon"),
        ("DELETE FROM socle_maillonjournal WHERE numero = 2", 2, "manque"),
    ],
)
def test_the_owner_s_tampering_is_found_where_it_is(chaine, proprietaire_de_la_base, ordre, maillon, motif):
    _forcer(proprietaire_de_la_base, ordre, cles=chaine)
    with pytest.raises(CommandError, match=f"maillon {maillon} : .*{motif}"):
        call_command("verifier_journal")


def test_an_entry_put_into_a_gap_is_found(chaine, proprietaire_de_la_base):
    _forcer(
        proprietaire_de_la_base,
        "DELETE FROM socle_entreejournal WHERE id = {1}",
        "INSERT INTO socle_entreejournal (id, horodatage, requete, objet, objet_id, acte)"
        " VALUES ({1}, now(), '', 'visite', 1, 'creer')",
        cles=chaine,
    )
    assert chainage.verifier().rupture == 2


def test_a_chain_cut_short_is_found_by_a_head_that_left(chaine, proprietaire_de_la_base):
    tete = chainage.Tete.lire()
    _forcer(
        proprietaire_de_la_base,
        "DELETE FROM socle_maillonjournal WHERE numero = 4",
        "DELETE FROM socle_entreejournal WHERE id > {3}",
        cles=chaine,
    )
    assert chainage.verifier().bonne
    with pytest.raises(CommandError, match="maillon 4"):
        call_command("verifier_journal", attendu=[f"4:{tete.empreinte}"])


def test_a_chain_cut_short_is_found_by_what_the_night_before_saw(chaine, proprietaire_de_la_base):
    verifier_le_journal()
    assert dernier_controle()["ok"]
    _forcer(
        proprietaire_de_la_base,
        "DELETE FROM socle_maillonjournal WHERE numero = 4",
        "DELETE FROM socle_entreejournal WHERE id > {3}",
        cles=chaine,
    )
    verifier_le_journal()
    assert "plus dans la chaîne" in ControleJournal.objects.first().motif


def test_an_entry_that_waits_for_its_link_for_an_hour_is_a_fault(chaine):
    verifier_le_journal()
    il_y_a = timezone.now() - timedelta(minutes=61)
    EntreeJournal.objects.create(horodatage=il_y_a, requete="", objet="visite", objet_id=1, acte="creer")
    assert dernier_controle()["ok"] is False
    verifier_le_journal()
    assert "attendent un maillon" in ControleJournal.objects.first().motif
    chainer_le_journal()
    verifier_le_journal()
    assert dernier_controle()["ok"]


@pytest.mark.parametrize("faux", [{"numero": 6}, {"jusqu_a": 1}, {"jusqu_a": 999_999}, {"empreinte": b"x"}])
def test_the_database_refuses_a_link_that_does_not_follow(chaine, faux):
    journaliser(None, "creer", un_point())
    juste = {
        "numero": 5,
        "jusqu_a": EntreeJournal.objects.latest("pk").pk,
        "lignes": 1,
        "fait_le": timezone.now(),
        "contenu": bytes(32),
        "empreinte": bytes(32),
    }
    with pytest.raises(IntegrityError, match="ne suit pas"), transaction.atomic():
        MaillonJournal.objects.create(**juste | faux)


def test_the_night_finds_what_was_changed_and_says_so_until_it_is_mended(
    chaine, proprietaire_de_la_base, settings
):
    settings.ADRESSES_JOURNAL = ["journal@exemple.fr"]
    _forcer(
        proprietaire_de_la_base, "UPDATE socle_entreejournal SET acteur_id = 7 WHERE id = {2}", cles=chaine
    )
    verifier_le_journal()
    assert (dernier_controle()["ok"], set(dernier_controle())) == (False, {"ok", "fait_le"})
    assert "maillon 3" in Courriel.objects.get().corps
    _forcer(
        proprietaire_de_la_base, "UPDATE socle_entreejournal SET acteur_id = NULL WHERE id = {2}", cles=chaine
    )
    verifier_le_journal()
    assert dernier_controle()["ok"]


def test_a_guard_that_sleeps_is_found(chaine, proprietaire_de_la_base):
    with proprietaire_de_la_base.cursor() as curseur:
        table = "ALTER TABLE socle_entreejournal {} TRIGGER journal_ajout_seul"
        curseur.execute(table.format("DISABLE"))
        try:
            with pytest.raises(CommandError, match="journal_ajout_seul"):
                call_command("verifier_journal")
        finally:
            curseur.execute(table.format("ENABLE"))


def test_a_guard_that_was_emptied_is_found(chaine, proprietaire_de_la_base):
    with proprietaire_de_la_base.cursor() as curseur:
        curseur.execute("SELECT prosrc FROM pg_proc WHERE proname = 'socle_maillon_suit'")
        fonction = "CREATE OR REPLACE FUNCTION socle_maillon_suit() RETURNS trigger LANGUAGE plpgsql AS %s"
        (corps,) = curseur.fetchone()
        curseur.execute(fonction, ["BEGIN RETURN NEW; END"])
        try:
            with pytest.raises(CommandError, match=r"ont changé.*maillon_suit"):
                call_command("verifier_journal")
        finally:
            curseur.execute(fonction, [corps])


def test_a_chain_forged_anew_is_found_by_the_heads_of_sealed_reports(chaine, distribution):
    """Whoever holds the key can forge another chain, but not the reports that were sealed before."""
    un_rapport_pret(distribution.union, contenu={"journal": {"maillon": 3, "empreinte": "0" * 64}})
    with pytest.raises(CommandError, match=r"maillon 3 : .*connu par ailleurs"):
        call_command("verifier_journal")


def test_production_without_addresses_for_the_head_is_warned(settings):
    settings.DEMO = settings.DEBUG = False
    settings.ADRESSES_JOURNAL = []
    assert [m.id for m in adresses_du_journal()] == ["pimms.W001"]
    settings.ADRESSES_JOURNAL = ["journal@exemple.fr"]
    assert adresses_du_journal() == []


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE socle_maillonjournal SET lignes = 0",
        "DELETE FROM socle_maillonjournal",
        "DELETE FROM socle_effacement",
        "INSERT INTO socle_entreejournal (id, horodatage, requete, objet, objet_id, acte)"
        " VALUES (1, now(), '', 'visite', 1, 'creer')",
    ],
)
def test_the_application_can_neither_change_a_link_nor_choose_a_number(db, ordre):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(ordre)


def test_an_entry_still_being_written_is_waited_for(chaine):
    """A number is given before the commit: chained without it, the chain would break when it comes."""
    autre = connection.get_new_connection(connection.get_connection_params())
    autre.autocommit = False
    with autre.cursor() as curseur:
        curseur.execute(
            "INSERT INTO socle_entreejournal (horodatage, requete, objet, objet_id, acte)"
            " VALUES (now(), '', 'visite', 1, 'lente')"
        )
    journaliser(None, "creer", un_point())  # a higher number, committed first
    borne = chainage.Borne()
    assert not borne.sure
    minuterie = threading.Timer(0.3, autre.commit)
    minuterie.start()
    chainer_le_journal()
    minuterie.join()
    autre.close()
    resultat = chainage.verifier()
    assert (resultat.bonne, resultat.attente) == (True, 0)


def test_the_head_is_mailed_to_the_union_s_addresses(chaine, settings):
    settings.ADRESSES_JOURNAL = ["journal@exemple.fr"]
    for _ in range(2):  # each hour, once a day
        envoyer_la_tete()
    courriel = Courriel.objects.get()
    tete = chainage.Tete.lire()
    assert (courriel.destinataire, f"4:{tete.empreinte}" in courriel.corps) == ("journal@exemple.fr", True)
