"""Backup, destruction, restore: equal row for row, and what was erased since is erased again."""

import io
import os
import time
from pathlib import Path

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from psycopg2 import sql

from accueil.effacement import effacer_note
from accueil.models import NoteVisite, Visite
from mediation.conservation import anonymiser_sur_demande
from mediation.documents import retirer
from mediation.droits_des_personnes import oublier
from mediation.models import Dossier, Fichier, Partie
from pimms.socle import flux
from pimms.socle.sauvegarde import oter_les_anciennes
from qualite import saisines
from qualite.conservation import passer
from qualite.effacement import effacer
from qualite.management.commands import restaurer as commande
from qualite.management.commands.restaurer import _sur
from qualite.models import CommentaireAvis, Preuve, Reclamation
from qualite.preuves import effacer as effacer_preuve
from qualite.rejeu import rejouer
from qualite.satisfaction import effacer_commentaire
from tests import base_de_donnees
from tests.fabrique import une_visite
from tests.mediation.fabrique import un_dossier_plein
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_ecoute import des_avis, un_commentaire, un_questionnaire, une_reclamation
from tests.qualite.test_conservation import vieillir_les_dossiers
from tests.services_de_test import avec_base


@pytest.fixture
def base_neuve(transactional_db):
    """Address of an empty database, for its owner."""
    nom = f"{connection.settings_dict['NAME']}_restauree"
    lien = psycopg2.connect(os.environ["PIMMS_BASE_ADMIN"])
    lien.autocommit = True
    with lien.cursor() as curseur:
        curseur.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(nom)))
        curseur.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nom)))
        yield avec_base(base_de_donnees.url_proprietaire(), nom)
        curseur.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(nom)))
    lien.close()


def test_a_restored_backup_is_equal_and_forgets_what_was_erased_since(
    base_neuve, proprietaire_de_la_base, distribution, settings, tmp_path
):
    settings.EFFACEMENTS = tmp_path / "effacements.jsonl"
    manager, auteur, point = distribution.responsable, distribution.proprietaire, distribution.point
    perime = un_dossier_plein(auteur, point)
    vieillir_les_dossiers(proprietaire_de_la_base, 710)
    passer(timezone.localdate())  # tells the point
    vieillir_les_dossiers(proprietaire_de_la_base, 31)
    garde, oublie, efface, ote = (un_dossier_plein(auteur, point) for _ in range(4))
    reclamation = une_reclamation(auteur, point, a_la_direction=False)
    visite = une_visite(point, auteur)
    NoteVisite.objects.create(visite=visite, point=point, texte="Vient avec son fils")
    commentaire = un_commentaire(*des_avis(un_questionnaire(point)))
    preuve = une_preuve(distribution.direction, point=point)
    reecrites = _effacer_et_ecrire_encore(distribution)
    fichier = tmp_path / "pimms.sauvegarde"
    call_command("sauvegarder", str(fichier))
    assert b"Voisin" not in fichier.read_bytes()
    # Since the backup, the law had some of it erased.
    oublier(manager, oublie.parties.get(numero=1))
    anonymiser_sur_demande(manager, efface)
    retirer(manager, ote.documents.get())
    effacer(distribution.direction, reclamation, reclamation.version, "Demandé par la personne")
    effacer_note(manager, visite)
    effacer_commentaire(manager, commentaire)
    effacer_preuve(distribution.direction, preuve, "Demandé par la personne")
    perdue = _effacer_encore(distribution, reecrites[1])
    assert passer(timezone.localdate()).comptes["dossiers"] == 1

    sortie = io.StringIO()
    call_command("restaurer", str(fichier), dans=base_neuve, stdout=sortie)
    assert "égales ligne à ligne" in sortie.getvalue()
    assert "9 effacements refaits" in sortie.getvalue()
    with _sur(base_neuve):
        assert Dossier.objects.get(pk=garde.pk).valeurs()["objet"] == "Bruit la nuit"
        assert Partie.objects.get(dossier=oublie, numero=1).valeurs() == {}
        assert Partie.objects.get(dossier=oublie, numero=2).valeurs()["nom"] == "M. Voisin"
        assert Dossier.objects.get(pk=efface.pk).anonymise_le
        assert [f.document.dossier_id for f in Fichier.objects.select_related("document")] == [garde.pk]
        assert type(reclamation).objects.get(pk=reclamation.pk).textes() == {}
        assert Dossier.objects.get(pk=perime.pk).valeurs() == {}
        assert list(NoteVisite.objects.values_list("texte", flat=True)) == ["Écrit depuis"]
        textes = [type(ligne).objects.get(pk=ligne.pk).textes() for ligne in reecrites]
        assert textes == [{"reponse": "Écrit depuis"}, {}]
        # Nobody's new row takes a key that the list names.
        assert une_visite(point, auteur).pk > perdue.pk
        assert not CommentaireAvis.objects.exists()
        assert Preuve.objects.get(pk=preuve.pk).coffre is None
    with pytest.raises(CommandError, match="pas vide"):
        call_command("restaurer", str(fichier), dans=base_neuve)


def _effacer_et_ecrire_encore(distribution) -> list[Reclamation]:
    """Two complaints and the note of a visit, erased, then written anew."""
    qui, point = distribution.direction, distribution.point
    reclamations = [une_reclamation(qui, point, a_la_direction=False) for _ in range(2)]
    for ligne in reclamations:
        effacer(qui, ligne, ligne.version, "Demandé par la personne")
        ligne.refresh_from_db()
        saisines.repondre(qui, ligne, ligne.version, point.aujourdhui(), "fondee", "Écrit depuis")
        ligne.refresh_from_db()
    visite = une_visite(point, qui)
    NoteVisite.objects.create(visite=visite, point=point, texte="Effacée")
    effacer_note(distribution.responsable, visite)
    NoteVisite.objects.create(visite=visite, point=point, texte="Écrit depuis")
    return reclamations


def _effacer_encore(distribution, reclamation: Reclamation) -> Visite:
    """That complaint a second time; and the note of a visit that no backup holds."""
    effacer(distribution.direction, reclamation, reclamation.version, "Demandé encore")
    visite = une_visite(distribution.point, distribution.direction)
    NoteVisite.objects.create(visite=visite, point=distribution.point, texte="Perdue depuis")
    effacer_note(distribution.responsable, visite)
    return visite


def test_nothing_is_restored_without_the_list_of_what_was_erased(settings, tmp_path):
    settings.EFFACEMENTS = tmp_path / "perdue.jsonl"
    with pytest.raises(CommandError, match="la liste des effacements manque"):
        call_command("restaurer", str(tmp_path / "pimms.sauvegarde"), dans="postgresql:///personne")


def test_erasures_that_fail_say_that_the_restored_base_is_of_no_use(monkeypatch, tmp_path):
    monkeypatch.setattr(commande, "restaurer", lambda *_: {})
    monkeypatch.setattr(commande, "mettre_a_jour", lambda: False)
    liste, fichier = tmp_path / "effacements.jsonl", tmp_path / "pimms.sauvegarde"
    for chemin in (liste, fichier):
        chemin.touch()

    def rejouer(_):
        raise ValueError

    monkeypatch.setattr(commande, "rejouer", rejouer)
    with pytest.raises(CommandError, match="ne vaut rien"):
        call_command(
            "restaurer", str(tmp_path / "pimms.sauvegarde"), dans="postgresql:///x", effacements=liste
        )


def test_a_database_of_before_erasures_could_repeat_takes_them_all(
    transactional_db, distribution, settings, tmp_path
):
    """Restored from a backup of before `socle.0010`, its tables are brought to today's first."""
    settings.EFFACEMENTS = tmp_path / "effacements.jsonl"
    visite = une_visite(distribution.point, distribution.proprietaire)
    for _ in range(2):
        NoteVisite.objects.create(visite=visite, point=distribution.point, texte="Effacée")
        effacer_note(distribution.responsable, visite)
    with _sur(base_de_donnees.url_proprietaire()):
        with connection.cursor() as curseur:
            curseur.execute("ALTER TABLE socle_effacement DISABLE TRIGGER USER")
            curseur.execute("DELETE FROM socle_effacement")
            curseur.execute("ALTER TABLE socle_effacement ENABLE TRIGGER USER")
        call_command("migrate", "socle", "0009", verbosity=0)
        assert commande.mettre_a_jour()
        assert rejouer(settings.EFFACEMENTS).refaits == 2


def test_a_new_backup_takes_those_of_more_than_35_days_away_and_nothing_else(tmp_path):
    def fichier(nom: str, jours: int, octets: bytes = flux.MARQUE) -> Path:
        chemin = tmp_path / nom
        chemin.write_bytes(octets)
        os.utime(chemin, (time.time() - jours * 86_400,) * 2)
        return chemin

    datee = fichier("pimms.2026-01-02", 36), fichier("pimms.2026-02-07", 0)
    assert oter_les_anciennes(datee[1]) == [datee[0]]
    faite = fichier("neuve.sauvegarde", 0)
    vieille, recente = fichier("a.sauvegarde", 36), fichier("b.sauvegarde", 34)
    coupee, en_cours = fichier("e.sauvegarde.en-cours", 36), fichier("f.sauvegarde.en-cours", 0)
    autres = fichier("c.sauvegarde", 99, b"autre chose"), fichier("d.tgz", 99)
    assert oter_les_anciennes(faite) == [vieille, coupee]
    assert oter_les_anciennes(fichier("sans_terminaison", 0)) == []
    assert all(c.exists() for c in (faite, recente, en_cours, *autres))


def _flux(cle: bytes, octets: bytes) -> bytes:
    sortie = io.BytesIO()
    scelleur = flux.Scelleur(cle, sortie)
    scelleur.write(octets)
    scelleur.finir()
    return sortie.getvalue()


@pytest.mark.parametrize("taille", [0, 9, 10, 25])
def test_a_stream_opens_again(monkeypatch, taille):
    monkeypatch.setattr(flux, "MORCEAU", 10)
    octets = os.urandom(taille)
    assert b"".join(flux.ouvrir(b"k" * 32, io.BytesIO(_flux(b"k" * 32, octets)))) == octets


@pytest.mark.parametrize("abimer", [
    lambda b: b[:-1],
    lambda b: b[:-31],
    lambda b: b[:60] + bytes([b[60] ^ 1]) + b[61:],
    lambda b: b"autre chose",
    lambda b: b[:29] + b[29 + 31 : 29 + 62] + b[29 : 29 + 31] + b[29 + 62 :],
])  # fmt: skip
def test_a_stream_altered_cut_or_put_out_of_order_does_not_open(monkeypatch, abimer):
    monkeypatch.setattr(flux, "MORCEAU", 10)
    scelle = _flux(b"k" * 32, b"0123456789" * 3)
    with pytest.raises(flux.FluxIllisible):
        list(flux.ouvrir(b"k" * 32, io.BytesIO(abimer(scelle))))
