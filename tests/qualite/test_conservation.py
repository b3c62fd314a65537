"""Retention of cases and of what was heard; the database looks at the dates by itself."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accueil.models import Utilisateur, Visite
from mediation.conservation import anonymiser, anonymiser_sur_demande
from mediation.etapes import EtapeSaisie, noter_etape
from mediation.listes import chercher
from mediation.models import (
    Consentement,
    Document,
    Dossier,
    Engagement,
    Etape,
    Evenement,
    Fichier,
    Mandat,
    Partie,
    PropositionRegistre,
)
from mediation.models.bases import DuDossier
from pimms.socle.chiffrement import Indechiffrable, coffre
from pimms.socle.models import CleDonnees, Courriel, Effacement, EntreeJournal
from qualite.archives.ecriture import archiver
from qualite.conservation import passer
from qualite.effacement import detruire
from qualite.models import Avis, PassageConservation, Reclamation
from qualite.models.ecrits import DUREE_ATTEINTE
from tests.fabrique import une_visite
from tests.mediation.fabrique import un_dossier, un_dossier_plein
from tests.qualite.fabrique_ecoute import (
    des_avis,
    un_commentaire,
    un_incident,
    un_questionnaire,
    une_demande_droits,
    une_reclamation,
)

TABLES = """
  SELECT format('UPDATE %%I.%%I SET %%I = %%I - interval %%L',
                table_schema, table_name, column_name, column_name, %s || ' days')
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name LIKE 'mediation\\_%%'
    AND data_type IN ('date', 'timestamp with time zone')
"""


def vieillir_les_dossiers(lien, jours: int) -> None:
    """Move every day of mediation into the past: as if so many days had gone by since."""
    with lien.cursor() as curseur:
        curseur.execute(TABLES, [jours])
        ordres = [ordre for (ordre,) in curseur.fetchall()]
        tables = {ordre.split()[1] for ordre in ordres}
        curseur.execute("BEGIN")
        for table in tables:
            curseur.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for ordre in ordres:
            curseur.execute(ordre)
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            curseur.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        curseur.execute("COMMIT")


@pytest.fixture
def deux_ans(proprietaire_de_la_base, distribution, settings, tmp_path):
    """A full case left alone for two years, its point told 31 days ago, and one of today."""
    settings.EFFACEMENTS = tmp_path / "effacements.jsonl"
    ancien = un_dossier_plein(distribution.proprietaire, distribution.point)
    Partie.objects.filter(dossier=ancien, numero=1).update(empreinte=b"e" * 32, protection="mineur")
    vieillir_les_dossiers(proprietaire_de_la_base, 710)
    assert passer(timezone.localdate()).comptes["annonces"] == 1
    vieillir_les_dossiers(proprietaire_de_la_base, 31)
    recent = un_dossier_plein(distribution.proprietaire, distribution.point)
    return ancien, recent


def test_a_case_two_years_old_loses_names_texts_and_files(deux_ans, distribution):
    ancien, recent = deux_ans
    cle = CleDonnees.objects.get(pk=ancien.cle_donnees_id)
    scelle = Evenement.objects.filter(dossier=ancien, scelle__isnull=False).values_list("scelle", flat=True)
    ouverts, mois = Dossier.objects.count(), f"{Dossier.objects.get(pk=ancien.pk).ouvert_le:%Y-%m}"
    copie = [bytes(s) for s in scelle] or [bytes(Dossier.objects.get(pk=ancien.pk).scelle)]
    passage = passer(timezone.localdate())
    assert (passage.comptes["dossiers"], passage.comptes["fichiers"]) == (1, 1)
    assert passage.comptes["par_mois"] == {mois: 1}
    lu = Dossier.objects.get(pk=ancien.pk)
    assert lu.anonymise_le
    assert f"{lu.ouvert_le:%Y-%m-%d}" == f"{mois}-01"
    assert (lu.valeurs(), lu.etat, lu.registre) == ({}, "accord", 2)
    for modele in DuDossier.__subclasses__():
        assert all(not ligne.valeurs() for ligne in modele.objects.filter(dossier=ancien)), modele
    assert not Fichier.objects.filter(document__dossier=ancien).exists()
    assert not Partie.objects.filter(dossier=ancien).exclude(empreinte=None, protection="").exists()
    # The old key is nowhere any more: what a copy still holds does not open.
    nouvelle = CleDonnees.objects.get(pk=ancien.cle_donnees_id)
    assert bytes(nouvelle.enveloppe) != bytes(cle.enveloppe)
    with pytest.raises(Indechiffrable):
        coffre(nouvelle.nom, nouvelle.enveloppe).ouvrir("dossier", copie[0])
    # What must stay: the case itself, its steps and agreements, and all of the recent one.
    assert Dossier.objects.count() == ouverts
    assert Etape.objects.filter(dossier=ancien, heure=None).count() == 1
    assert Consentement.objects.filter(partie__dossier=ancien, etat="donne").count() == 2
    relu = Dossier.objects.get(pk=recent.pk)
    assert relu.valeurs()["objet"] == "Bruit la nuit"
    assert Fichier.objects.filter(document__dossier=recent).count() == 1


def test_a_notice_is_judged_by_the_database_s_day_not_by_paris_s(
    proprietaire_de_la_base, distribution, settings, tmp_path
):
    """At 01:45 in summer it is still the day before in UTC: asked too early, the database refuses."""
    settings.EFFACEMENTS = tmp_path / "effacements.jsonl"
    un_dossier_plein(distribution.proprietaire, distribution.point)
    vieillir_les_dossiers(proprietaire_de_la_base, 720)
    passer(timezone.localdate())
    vieillir_les_dossiers(proprietaire_de_la_base, 29)
    comptes = passer(timezone.localdate() + timedelta(days=1)).comptes
    assert (comptes["dossiers"], comptes["echecs"]) == (0, 0)


def test_an_anonymised_case_is_found_by_no_name_and_changes_no_more(deux_ans, distribution):
    ancien, _ = deux_ans
    acteur = Utilisateur.objects.get(pk=distribution.proprietaire.pk)
    Partie.objects.filter(dossier=ancien, numero=1).update(empreinte=b"e" * 32)
    passer(timezone.localdate())
    assert ancien.pk not in chercher(acteur, "Fatou Martin").values_list("pk", flat=True)
    with pytest.raises(Dossier.DoesNotExist):
        noter_etape(acteur, ancien, EtapeSaisie("appel", distribution.point.aujourdhui(), {}, ()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=ancien.pk).update(urgence="rapide")
    page = distribution.client("proprietaire").get(f"/mediation/dossiers/{ancien.reference}/")
    assert "anonymisé" in page.content.decode()


def test_an_anonymised_case_is_in_no_archive_and_the_recent_one_is(deux_ans, distribution):
    ancien, recent = deux_ans
    passer(timezone.localdate())
    sortie = io.BytesIO()
    archiver(distribution.point.association, sortie)
    archive = zipfile.ZipFile(sortie)
    dossiers = [json.loads(ligne) for ligne in archive.read("tables/mediation_dossier.jsonl").splitlines()]
    assert {d["id"]: d["textes"] for d in dossiers if d["id"] == ancien.pk} == {ancien.pk: {}}
    assert [d["textes"]["objet"] for d in dossiers if d["id"] == recent.pk] == ["Bruit la nuit"]
    documents = {nom.split("/")[1] for nom in archive.namelist() if nom.startswith("documents/")}
    assert documents == {recent.reference}


def test_a_direct_call_of_the_database_s_function_is_told_in_the_journal(deux_ans, distribution):
    ancien, _ = deux_ans
    Effacement.objects.create(objet="dossier", objet_id=ancien.pk, motif="conservation")
    with connection.cursor() as curseur:
        curseur.execute("SELECT mediation_anonymiser(%s, 'x', '', 'une-requete')", [ancien.pk])
    entree = EntreeJournal.objects.get(objet="dossier", objet_id=ancien.pk, acte="anonymiser")
    assert (entree.requete, entree.acteur_id, entree.point_id) == ("une-requete", None, ancien.point_id)
    assert entree.apres == {"motif": "conservation", "fichiers": 1}


def test_what_was_heard_loses_its_words_in_time_and_keeps_its_codes(distribution):
    auteur, point = distribution.responsable, distribution.point
    vieilles = [
        une_reclamation(auteur, point, il_y_a=800, repondue_apres=10),
        une_demande_droits(auteur, point, il_y_a=800),
        un_incident(auteur, point, il_y_a=800),
    ]
    recente = une_reclamation(auteur, point, il_y_a=700, repondue_apres=10)
    un_commentaire(*des_avis(un_questionnaire(point), il_y_a=400))
    passage = passer(timezone.localdate())
    assert (passage.comptes["ecrits"], passage.comptes["commentaires"]) == (3, 1)
    for ligne in vieilles:
        lue = type(ligne).objects.get(pk=ligne.pk)
        assert (lue.textes(), lue.efface_par, lue.motif_effacement) == ({}, None, DUREE_ATTEINTE)
    assert Reclamation.objects.get(pk=recente.pk).textes()["personne"] == "Madame Roux"
    assert Avis.objects.count() == 1
    assert passer(timezone.localdate()).comptes["ecrits"] == 0


def test_one_row_that_fails_keeps_its_words_and_stops_no_other(distribution, monkeypatch):
    ratee, autre = (
        une_reclamation(distribution.responsable, distribution.point, il_y_a=800, repondue_apres=10)
        for _ in range(2)
    )
    un_commentaire(*des_avis(un_questionnaire(distribution.point), il_y_a=400))

    def casser(ligne, *reste):
        if ligne.pk == ratee.pk:
            raise DatabaseError("Failing row contains (Fatou)")
        detruire(ligne, *reste)

    monkeypatch.setattr("qualite.conservation_ecrits.detruire", casser)
    comptes = passer(timezone.localdate()).comptes
    assert (comptes["ecrits"], comptes["commentaires"], comptes["echecs"]) == (1, 1, 1)
    assert Reclamation.objects.get(pk=ratee.pk).textes()
    assert Reclamation.objects.get(pk=autre.pk).textes() == {}


def test_nothing_is_added_to_an_anonymised_case_by_sql_either(deux_ans, distribution):
    ancien, recent = deux_ans
    passer(timezone.localdate())
    lignes = []
    for modele in (Partie, Etape, Document, Evenement, Engagement, Mandat):
        ligne = modele.objects.filter(dossier=recent).latest("pk")
        ligne.pk, ligne.dossier_id, ligne.numero = None, ancien.pk, 90
        lignes.append(ligne)
    accord = Consentement.objects.filter(partie__dossier=recent).latest("pk")
    accord.pk, accord.partie = None, Partie.objects.get(dossier=ancien, numero=1)
    fichier = Fichier.objects.get(document__dossier=recent)
    fichier.document = Document.objects.get(dossier=ancien)
    for ligne in (*lignes, accord, fichier):
        with pytest.raises(IntegrityError, match="Rien ne s'ajoute"), transaction.atomic():
            ligne.save(force_insert=True)


def test_nothing_of_an_anonymised_case_changes_by_sql_either(deux_ans, distribution):
    ancien, recent = deux_ans
    etape = Etape.objects.filter(dossier=ancien).latest("pk")
    for modele in (Partie, Etape, Document, Engagement, Mandat):
        assert modele.objects.filter(dossier=recent).update(scelle=b"un nom"), modele
    passer(timezone.localdate())
    for modele in (Partie, Etape, Document, Engagement, Mandat):
        with pytest.raises(IntegrityError, match="dossier anonymisé"), transaction.atomic():
            modele.objects.filter(dossier=ancien).update(scelle=b"un nom")
    proposition = PropositionRegistre(
        etape=etape, point_id=ancien.point_id, par=distribution.responsable, registre_vers=3, motif="erreur"
    )
    with pytest.raises(IntegrityError, match="dossier anonymisé"), transaction.atomic():
        proposition.save(force_insert=True)


def test_a_new_contact_makes_the_notice_void(deux_ans, distribution):
    ancien, _ = deux_ans
    lu = Dossier.objects.get(pk=ancien.pk)
    noter_etape(
        Utilisateur.objects.get(pk=distribution.proprietaire.pk),
        lu,
        EtapeSaisie("appel", distribution.point.aujourdhui(), {"resume": "Rappelle."}, ()),
    )
    passage = passer(timezone.localdate())
    assert (passage.comptes["dossiers"], passage.comptes["annonces"]) == (0, 0)


def test_the_database_refuses_a_case_whose_time_has_not_come(distribution):
    recent = un_dossier(distribution.proprietaire, distribution.point)
    with pytest.raises(IntegrityError, match="durée de conservation"), transaction.atomic():
        anonymiser(None, recent)
    ordre = "SELECT mediation_anonymiser(%s, 'x', '', '')"
    with (
        pytest.raises(IntegrityError, match="s'écrit d'abord"),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(ordre, [recent.pk])
    assert not Effacement.objects.exists()


def test_at_a_person_s_request_the_manager_has_a_case_anonymised_at_once(distribution, settings, tmp_path):
    settings.EFFACEMENTS = tmp_path / "effacements.jsonl"
    dossier = un_dossier_plein(distribution.proprietaire, distribution.point)
    with pytest.raises(Dossier.DoesNotExist):
        anonymiser_sur_demande(distribution.proprietaire, dossier)
    assert anonymiser_sur_demande(distribution.responsable, dossier).fichiers == 1
    assert Dossier.objects.get(pk=dossier.pk).anonymise_le


def test_a_dry_run_writes_nothing_but_its_report(deux_ans, distribution):
    une_visite(distribution.point, distribution.proprietaire, il_y_a=400)
    passage = passer(timezone.localdate(), a_blanc=True)
    assert (passage.comptes["dossiers"], passage.comptes["visites"]) == (1, 1)
    assert not Dossier.objects.filter(anonymise_le__isnull=False).exists()
    assert Visite.objects.get(jour__lt=timezone.localdate() - timedelta(days=366)).heure == 10


def test_the_union_asks_for_a_dry_run_and_reads_it_beside_the_nights(distribution, monkeypatch):
    monkeypatch.setattr("qualite.views.conservation.enfiler", lambda tache, *args: [tache(*args)])
    une_visite(distribution.point, distribution.proprietaire, il_y_a=400)
    page = distribution.client("union").post("/qualite/conservation/a-blanc/", follow=True).content.decode()
    assert ("à blanc" in page, "Paul Girard" in page) == (True, True)
    assert PassageConservation.objects.get().comptes["visites"] == 1


def test_the_point_s_manager_is_told_without_a_name(deux_ans, distribution):
    courriel = Courriel.objects.get(sujet__contains="anonymisé")
    assert courriel.destinataire == distribution.responsable.email
    assert "Fatou" not in courriel.corps
