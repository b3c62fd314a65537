"""Everything that an association owns, in one archive: all of it, nothing of another's, for its direction."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accueil.models import Association, NoteVisite, VisiteVersion
from accueil.saisie import etat
from pimms.socle import flux
from pimms.socle.models import CleDonnees, Courriel, EntreeJournal
from pimms.socle.taches import Abandon
from qualite import cloture, echantillonnage
from qualite.archives import demandes, vie
from qualite.archives.appartenance import ECARTEES, PARTAGEES, PIECES, PROPRES
from qualite.archives.ecriture import Archive, _archiver
from qualite.archives.vie import dossier, purger
from qualite.models import ArchiveAssociation
from qualite.taches import produire_archive
from tests.fabrique import un_acces, un_point, une_personne, une_visite
from tests.mediation.fabrique import un_document, un_dossier_plein
from tests.objets_de_table import arguments
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_campagnes import amener, pas, un_auditeur, un_constat, une_campagne
from tests.qualite.fabrique_ecoute import des_avis, un_commentaire, un_questionnaire, une_reclamation

# What the factory of one object of each kind does not make.
VIDES = {
    "accueil_plagehoraire", "accueil_suivi", "mediation_action_equipe",
    "mediation_action_partenaires", "mediation_attente", "mediation_lecteur", "mediation_participation",
    "mediation_preavis", "qualite_evenementpreuve", "qualite_reponseconstat",
    "qualite_sansobjet", "qualite_suiteconstat", "qualite_travail",
}  # fmt: skip


def test_each_table_is_given_or_left_out_for_a_reason():
    modeles = {
        m._meta.label
        for app in ("accueil", "mediation", "qualite")
        for m in apps.get_app_config(app).get_models(include_auto_created=True)
    }
    listes = [*PROPRES, *PIECES, *ECARTEES]
    assert sorted(listes) == sorted(set(listes))
    assert set(listes) | set(PARTAGEES) == modeles


def _archive(association: Association) -> zipfile.ZipFile:
    sortie = io.BytesIO()
    _archiver(association, Archive(sortie, timezone.localtime()))
    return zipfile.ZipFile(sortie)


@pytest.fixture
def archive(distribution) -> zipfile.ZipFile:
    """The archive of an association with something of what is sealed."""
    qui, point = distribution.proprietaire, distribution.point
    un_dossier_plein(qui, point)
    une_reclamation(qui, point, a_la_direction=False)
    une_preuve(distribution.direction, point=point)
    un_commentaire(*des_avis(un_questionnaire(point)))
    une_visite(point, qui)
    return _archive(point.association)


@pytest.fixture
def tout(distribution) -> zipfile.ZipFile:
    """The archive of the cast's association, with one object of each kind; much the same stands elsewhere."""
    arguments(distribution)
    for point, qui, mot in (
        (distribution.point, distribution.proprietaire, "d'ici"),
        (distribution.ailleurs, distribution.etranger, "d'ailleurs"),
    ):
        un_document(un_dossier_plein(qui, point), qui)
        une_reclamation(qui, point, a_la_direction=False)
        une_preuve(qui, point=point, octets=f"%PDF-1.7 preuve {mot}".encode())
        visite = une_visite(point, qui, demandes=[{"issue": "a_suivre"}])
        NoteVisite.objects.create(visite=visite, point=point, texte=f"Note {mot}")
        VisiteVersion.objects.create(visite=visite, point=point, numero=1, par=qui, etat=etat(visite))
    ferme = un_point(association=distribution.point.association, nom="Fermé", ferme_le="2025-01-31")
    une_visite(ferme, distribution.proprietaire, il_y_a=600)
    return _archive(distribution.point.association)


def _tables(archive: zipfile.ZipFile) -> dict[str, list[dict]]:
    noms = [nom for nom in archive.namelist() if nom.endswith(".jsonl")]
    return {nom[7:-6]: [json.loads(ligne) for ligne in archive.read(nom).splitlines()] for nom in noms}


def test_an_archive_holds_all_of_the_association_s_and_nothing_of_another_s(distribution, tout):
    tables = _tables(tout)
    siens = set(distribution.point.association.points.values_list("pk", flat=True))
    assert len(siens) == 2
    lieux = {ligne["point_id"] for lignes in tables.values() for ligne in lignes if ligne.get("point_id")}
    assert lieux == siens  # the closed one too
    assert {nom for nom, lignes in tables.items() if not lignes} == VIDES
    assert [ligne["id"] for ligne in tables["accueil_association"]] == [distribution.point.association_id]
    assert distribution.etranger.pk not in {ligne["id"] for ligne in tables["accueil_utilisateur"]}
    octets = b"".join(tout.read(nom) for nom in tout.namelist())
    assert b"Note d'ici" in octets
    assert b"d'ailleurs" not in octets
    assert distribution.ailleurs.code.encode() not in octets


def test_what_is_sealed_is_opened_and_secrets_are_left_out(archive):
    tables = _tables(archive)
    assert "Bruit la nuit" in {ligne["textes"].get("objet") for ligne in tables["mediation_dossier"]}
    assert "Madame Roux" in {ligne["textes"].get("personne") for ligne in tables["qualite_reclamation"]}
    assert "Merci à toute l’équipe" in {li["textes"]["texte"] for li in tables["qualite_commentaireavis"]}
    assert not {"password", "scelle", "coffre_id"} & {c for li in tables.values() for c in (li or [{}])[0]}
    assert any(archive.read(nom).startswith(b"%PDF") for nom in archive.namelist() if "documents/" in nom)
    assert any(nom.startswith("preuves/") for nom in archive.namelist())


def test_its_sums_hold_and_its_schema_tells_every_column(archive):
    assert archive.testzip() is None
    sommes = dict(ligne.split("  ")[::-1] for ligne in archive.read("SHA256SUMS").decode().splitlines())
    assert set(sommes) == set(archive.namelist()) - {"SHA256SUMS"}
    assert all(hashlib.sha256(archive.read(nom)).hexdigest() == somme for nom, somme in sommes.items())
    schema = json.loads(archive.read("schema.json"))
    for nom, lignes in _tables(archive).items():
        assert not lignes or set(lignes[0]) == set(schema[nom]["colonnes"]), nom
    titres = archive.read("tableur/accueil_visite.csv").decode().splitlines()[0].split(",")
    assert titres == list(schema["accueil_visite"]["colonnes"])


def test_it_is_sealed_on_the_disk_opens_for_its_direction_and_is_destroyed_in_time(
    transactional_db, distribution, settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(demandes, "enfiler", lambda *_: True)
    un_dossier_plein(distribution.proprietaire, distribution.point)
    archive = demandes.demander(distribution.direction, distribution.point.association, "depart")
    produire_archive(archive.pk)
    archive.refresh_from_db()
    (fichier,) = dossier().iterdir()
    assert fichier.stat().st_mode & 0o077 == 0
    assert b"tables/" not in fichier.read_bytes()
    adresse = reverse("archive_fichier", args=[archive.pk])
    page = distribution.client("direction").get(adresse)
    octets = b"".join(page.streaming_content)
    assert (len(octets), hashlib.sha256(octets).hexdigest()) == (archive.taille, archive.empreinte)
    assert zipfile.ZipFile(io.BytesIO(octets)).testzip() is None
    actes = (
        EntreeJournal.objects.filter(objet="archiveassociation").order_by("pk").values_list("acte", flat=True)
    )
    assert list(actes) == ["emporter", "telecharger"]
    cle = archive.coffre_id
    ArchiveAssociation.objects.filter(pk=archive.pk).update(fini_le=timezone.now() - timedelta(days=3))
    assert purger() == 1
    assert not list(dossier().iterdir())
    assert not CleDonnees.objects.filter(pk=cle).exists()
    assert ArchiveAssociation.objects.get(pk=archive.pk).etat == "retiree"
    assert (
        distribution.client("direction").get(reverse("archive_fichier", args=[archive.pk])).status_code == 404
    )


def test_those_who_answer_for_the_data_are_told_and_a_second_click_asks_for_nothing_more(
    distribution, monkeypatch
):
    monkeypatch.setattr(demandes, "enfiler", lambda *_: True)
    client, association = distribution.client("direction"), distribution.point.association
    for _ in range(2):
        client.post(reverse("archive_demander"), {"association": association.pk, "motif": "outil"})
    assert ArchiveAssociation.objects.count() == 1
    courriel = Courriel.objects.get()
    assert courriel.destinataire == distribution.responsable.email
    assert "changer d’outil" in courriel.corps


def test_nobody_else_asks_for_it_not_even_the_union(distribution):
    for qui in (distribution.responsable, distribution.union):
        with pytest.raises(Association.DoesNotExist):
            demandes.demander(qui, distribution.point.association, "depart")


def test_without_a_reason_nothing_is_asked_for(distribution):
    champs = {"association": distribution.point.association_id, "motif": ""}
    page = distribution.client("direction").post(reverse("archive_demander"), champs)
    assert (page.status_code, ArchiveAssociation.objects.exists()) == (422, False)
    assert "À remplir." in page.content.decode()


def test_it_tells_no_more_of_audits_than_the_direction_s_pages(distribution):
    union, point = distribution.union, distribution.point
    campagnes = {nom: une_campagne(union) for nom in ("preparation", "annulee", "audit", "reponse")}
    echantillonnage.ajouter_point(union, campagnes["preparation"], point, "Choisi pour l’essai.")
    echantillonnage.ajouter_point(union, campagnes["annulee"], point, "Choisi pour l’essai.")
    cloture.annuler(union, campagnes["annulee"], campagnes["annulee"].version, "Ouverte par erreur.")
    for nom in ("audit", "reponse"):
        campagnes[nom] = amener(campagnes[nom], "audit", union, [point])
        auditeur = une_personne("Alix", nom)
        un_auditeur(campagnes[nom], auditeur, point=point)
        un_constat(campagnes[nom], auditeur, point)
    pas(campagnes["reponse"], "reponse", union)
    tables = _tables(_archive(point.association))
    dites = {c: campagnes[c].pk for c in campagnes}
    assert {li["campagne_id"] for li in tables["qualite_pointcampagne"]} == {dites["audit"], dites["reponse"]}
    assert [li["campagne_id"] for li in tables["qualite_constataudit"]] == [dites["reponse"]]
    actes = [(li["objet"], (li["apres"] or {}).get("campagne")) for li in tables["journal"]]
    assert {c for objet, c in actes if objet == "pointcampagne"} == {dites["audit"], dites["reponse"]}
    assert [c for objet, c in actes if objet == "constataudit"] == [dites["reponse"]]
    assert not [li for li in tables["accueil_acces"] if li["role"] == "auditeur"]


def test_of_who_has_left_it_keeps_a_name_and_no_address(distribution):
    partie = une_personne("Odile", "Partie")
    hier = timezone.localdate() - timedelta(days=1)
    un_acces(partie, "mediateur", point=distribution.point, debut=hier - timedelta(days=9), fin=hier)
    personnes = {
        li["id"]: li for li in _tables(_archive(distribution.point.association))["accueil_utilisateur"]
    }
    assert {c: v for c, v in personnes[partie.pk].items() if v is not None} == {
        "id": partie.pk, "prenom": "Odile", "nom": "Partie"
    }  # fmt: skip
    assert personnes[distribution.proprietaire.pk]["email"] == distribution.proprietaire.email


def test_one_archive_is_made_at_a_time_and_the_next_one_waits(distribution):
    premiere, seconde = (
        ArchiveAssociation.objects.create(
            association=point.association, demande_par=distribution.direction, motif="depart"
        )
        for point in (distribution.point, distribution.ailleurs)
    )
    assert vie.prendre(premiere.pk)
    assert vie.prendre(seconde.pk) is None
    ArchiveAssociation.objects.filter(pk=premiere.pk).update(pris_le=timezone.now() - vie.SILENCE * 2)
    assert vie.prendre(seconde.pk)


def test_an_archive_in_the_making_renews_its_claim_and_stops_once_it_is_another_s(
    transactional_db, distribution, settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(vie, "PAS", 0)
    archive = ArchiveAssociation.objects.create(
        association=distribution.point.association, demande_par=distribution.direction, motif="depart"
    )
    prise = vie.prendre(archive.pk)
    lignes = ArchiveAssociation.objects.filter(pk=archive.pk)
    lignes.update(pris_le=timezone.now() - vie.SILENCE * 2)

    def archiver(_, sortie):
        assert lignes.get().pris_le > timezone.now() - vie.SILENCE
        lignes.update(essais=2)  # taken over
        sortie.write(bytes(flux.MORCEAU + 1))

    monkeypatch.setattr(vie, "archiver", archiver)
    with pytest.raises(Abandon):
        vie.produire(prise)
    assert list((tmp_path / "archives").iterdir()) == []


def test_a_file_that_is_gone_is_not_told_as_read(distribution, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    archive = ArchiveAssociation.objects.create(
        association=distribution.point.association, demande_par=distribution.direction, motif="depart"
    )
    archive.etat, archive.fichier, archive.coffre = "pret", "perdu.scelle", CleDonnees.creer()
    archive.cle_scellee = archive.coffre.coffre.sceller(archive.usage, b"k" * 32)
    archive.fini_le = timezone.now()
    archive.save()
    with pytest.raises(ArchiveAssociation.DoesNotExist):
        demandes.lire(distribution.direction, archive)
    assert not EntreeJournal.objects.filter(acte="telecharger").exists()
