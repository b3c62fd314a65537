"""The journal's chain: what is committed is sealed, what was tampered with is named."""

import threading
from collections.abc import Sequence

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from pimms.socle import chainage
from pimms.socle.journal import journaliser
from pimms.socle.models import Courriel, EntreeJournal, MaillonJournal
from pimms.socle.taches import chainer_le_journal, envoyer_la_tete
from tests.fabrique import un_point


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
    envoyer_la_tete()
    courriel = Courriel.objects.get()
    tete = chainage.Tete.lire()
    assert (courriel.destinataire, f"4:{tete.empreinte}" in courriel.corps) == ("journal@exemple.fr", True)
