"""What an audit finds: findings, answers, actions, and the state of them that stays."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from pimms.socle.models import EntreeJournal
from pimms.socle.versions import ModifieEntretemps
from qualite import audits, campagnes, cloture
from qualite.models import ConstatAudit, NoteAudit
from qualite.preuves import Objet
from tests.fabrique import une_personne, une_visite
from tests.qualite.fabrique_actions import une_ouverture
from tests.qualite.fabrique_campagnes import (
    ADRESSE,
    amener,
    pas,
    un_auditeur,
    un_calcul,
    un_constat,
    une_campagne,
    une_invitation,
    une_union,
)

# --- Findings ---


def test_an_auditor_writes_a_finding_once(distribution, campagne, auditeur):
    un_auditeur(campagne, auditeur, point=distribution.point)
    cle, dit = uuid.uuid4(), audits.Constatation("mineure", "La charte manque.", distribution.point, "CAD-4")
    assert audits.constater(auditeur, campagne, cle, dit) == audits.constater(auditeur, campagne, cle, dit)
    autre = audits.Constatation("majeure", "Autre chose.", distribution.point)
    with pytest.raises(ValidationError, match="autre contenu"):
        audits.constater(auditeur, campagne, cle, autre)
    entree = EntreeJournal.objects.get(objet="constataudit", acte="constater")
    assert entree.apres["texte"] == "modifié"


def test_no_finding_out_of_the_invitation(distribution, campagne, auditeur):
    un_auditeur(campagne, auditeur, point=distribution.point)
    for lieu in (distribution.ailleurs, None):
        with pytest.raises(ValidationError, match="pas ouvert"):
            un_constat(campagne, auditeur, lieu)
    for intrus in (distribution.responsable, distribution.auditeur):
        with pytest.raises(ValidationError, match="pas ouvert"):
            un_constat(campagne, intrus, distribution.point)


def test_the_union_writes_findings_of_a_certifier_only(distribution, campagne):
    with pytest.raises(ValidationError, match="pendant l’audit"):
        un_constat(campagne, distribution.union, distribution.point)
    afnor = une_campagne(distribution.union, nature="afnor_mi_cycle")
    afnor = amener(afnor, "audit", distribution.union, [distribution.point])
    assert un_constat(afnor, distribution.union, distribution.point).numero == 1


def test_findings_are_fixed_when_the_audit_is_over(distribution, campagne, auditeur):
    un_auditeur(campagne, auditeur)
    constat = un_constat(campagne, auditeur, distribution.point)
    pas(campagne, "reponse", distribution.union)
    dit = audits.Constatation("majeure", "Pire.", distribution.point)
    with pytest.raises(ValidationError, match="pendant l’audit"):
        audits.corriger(auditeur, constat, 1, dit)
    with pytest.raises(DatabaseError), transaction.atomic():
        ConstatAudit.objects.filter(pk=constat.pk).update(grade="majeure")
    with pytest.raises(DatabaseError), transaction.atomic():
        constat.delete()


def test_who_wrote_a_finding_corrects_it_as_they_saw_it(distribution, campagne, auditeur):
    un_auditeur(campagne, auditeur)
    collegue = une_personne("Paul", "Autre")
    un_auditeur(campagne, collegue)
    constat = un_constat(campagne, auditeur, distribution.point)
    dit = audits.Constatation("sensible", "La charte est affichée au fond.", distribution.point)
    with pytest.raises(ValidationError, match="par qui l’a écrit"):
        audits.corriger(collegue, constat, 1, dit)
    assert audits.corriger(auditeur, constat, 1, dit).grade == "sensible"
    with pytest.raises(ModifieEntretemps):
        audits.corriger(auditeur, constat, 1, dit)


def test_a_note_needs_a_function_for_an_interview_and_never_changes(distribution, campagne, auditeur):
    un_auditeur(campagne, auditeur)
    jour = timezone.localdate()
    note = NoteAudit(cle=uuid.uuid4(), nature="entretien", jour=jour, texte="Posé.", fonction="médiateur")
    audits.noter(auditeur, campagne, note)
    with pytest.raises(DatabaseError), transaction.atomic():
        NoteAudit.objects.update(texte="Autre.")
    sans = NoteAudit(cle=uuid.uuid4(), nature="entretien", jour=jour, texte="Posé.")
    with pytest.raises(ValidationError), transaction.atomic():
        audits.noter(auditeur, campagne, sans)


# --- Answers, actions ---


def test_each_finding_is_answered_by_who_looks_after_its_point(distribution, campagne, auditeur):
    un_auditeur(campagne, auditeur)
    constat, fort = (
        un_constat(campagne, auditeur, distribution.point, grade=g) for g in ("mineure", "point_fort")
    )
    central = un_constat(campagne, auditeur)
    campagne = pas(campagne, "reponse", distribution.union)
    with pytest.raises(ValidationError, match="constats sans réponse encore"):
        campagnes.avancer(distribution.union, campagne, campagne.version, "decision")
    for intrus in (distribution.etranger, distribution.proprietaire, auditeur):
        with pytest.raises(ValidationError, match="répond pour lui"):
            audits.repondre(intrus, constat, "Nous l’affichons.")
    audits.repondre(distribution.responsable, constat, "Nous l’affichons.")
    with pytest.raises(ValidationError, match="répond pour lui"):
        audits.repondre(distribution.responsable, central, "Pour le siège.")
    audits.repondre(distribution.union, central, "Le siège s’en charge.")
    assert not fort.appelle_reponse
    assert campagnes.avancer(distribution.union, campagne, campagne.version, "decision").etat == "decision"


def test_a_finding_that_changed_wants_another_answer(distribution, campagne, auditeur):
    un_auditeur(campagne, auditeur)
    constat = un_constat(campagne, auditeur, distribution.point)
    campagne = pas(campagne, "reponse", distribution.union)
    audits.repondre(distribution.responsable, constat, "Nous l’affichons.")
    campagne = campagnes.avancer(distribution.union, campagne, campagne.version, "audit", "Oubli.")
    audits.corriger(auditeur, constat, 1, audits.Constatation("majeure", "Rien.", distribution.point))
    campagne = campagnes.avancer(distribution.union, campagne, campagne.version, "reponse")
    with pytest.raises(ValidationError, match="constat sans réponse encore"):
        campagnes.avancer(distribution.union, campagne, campagne.version, "decision")


def test_a_finding_feeds_an_action_that_tells_whether_it_is_resolved(
    distribution, campagne, auditeur, client
):
    un_auditeur(campagne, auditeur)
    constat = un_constat(campagne, auditeur, distribution.point)
    campagne = pas(campagne, "reponse", distribution.union)
    ouverture = une_ouverture(
        distribution.proprietaire, objet=Objet(point=distribution.point), provenance="audit"
    )
    action = audits.agir(distribution.responsable, constat, ouverture)
    assert audits.agir(distribution.responsable, constat, ouverture) == action
    assert constat.suites.get().action == action
    client.force_login(distribution.responsable)
    page = reverse("campagne", args=[campagne.pk])
    assert "Action en cours" in client.get(page).content.decode()


def test_the_next_audit_reads_what_the_one_before_found_and_whether_it_is_resolved(
    distribution, campagne, auditeur, client
):
    un_auditeur(campagne, auditeur)
    un_constat(campagne, auditeur, distribution.point, texte="La charte manque au mur.")
    for etat in ("reponse", "decision", "close"):
        campagne = pas(campagne, etat, distribution.union)
    suivante = amener(une_campagne(distribution.union), "gel", distribution.union, [distribution.point])
    qui = une_personne("Nina", "Prat")
    un_auditeur(suivante, qui, point=distribution.point)
    client.force_login(qui)
    page = client.get(reverse("dossier_lieu", args=[suivante.pk, distribution.point.code])).content.decode()
    assert "La charte manque au mur." in page
    assert "Sans action" in page


def test_what_is_changed_under_a_frozen_file_leaves_it_unchanged(distribution, campagne, auditeur, client):
    un_auditeur(campagne, auditeur)
    client.force_login(auditeur)
    adresse = reverse("dossier_lieu", args=[campagne.pk, distribution.point.code])
    avant = [ligne.phrase for _, lignes in client.get(adresse).context["blocs"] for ligne in lignes]
    une_visite(distribution.point, distribution.proprietaire)
    un_calcul()
    apres = [ligne.phrase for _, lignes in client.get(adresse).context["blocs"] for ligne in lignes]
    assert avant == apres


def test_a_closed_campaign_takes_no_finding_no_answer_and_no_guest(distribution, campagne, auditeur):
    un_auditeur(campagne, auditeur)
    constat = un_constat(campagne, auditeur, distribution.point)
    for etat in ("reponse", "decision", "close"):
        campagne = pas(campagne, etat, distribution.union)
    with pytest.raises(ValidationError):
        un_constat(campagne, auditeur, distribution.point)
    with pytest.raises(ValidationError):
        audits.repondre(distribution.responsable, constat, "Trop tard.")
    with pytest.raises(ValidationError, match="n’invite plus"):
        audits.inviter(distribution.union, campagne, une_invitation(), ADRESSE)
    suite = cloture.rouvrir(une_union(), campagne, "Un grade à revoir.", uuid.uuid4())
    assert suite.constats.count() == 0
