"""An audit: who is let in, for what, between which days; what is read of a file, and told."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accueil import equipe
from accueil.models import Acces
from mediation.models import Partie
from pimms.socle.models import EntreeJournal
from qualite import audits, campagnes, echantillonnage
from qualite.droits_campagnes import audit_de
from qualite.models import Campagne, PreuveArretee
from tests.fabrique import un_point, une_visite
from tests.mediation.fabrique import un_dossier_plein
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_campagnes import (
    ADRESSE,
    amener,
    pas,
    un_auditeur,
    un_constat,
    une_campagne,
    une_invitation,
)

# --- Invitations ---


def test_an_invitation_is_a_dated_row_of_access_and_a_mail(distribution, campagne):
    lien = audits.inviter(distribution.union, campagne, une_invitation(point=distribution.point), ADRESSE)
    acces = lien.acces
    assert (acces.role, acces.origine, acces.point) == ("auditeur", "campagne", distribution.point)
    assert acces.accorde_par == distribution.union
    assert audit_de(acces.personne, campagne).cles == {distribution.point.pk}


@pytest.mark.parametrize("role", ["responsable", "direction", "proprietaire"])
def test_only_the_union_invites(distribution, campagne, role):
    with pytest.raises(ValidationError, match="Seule l’union"):
        audits.inviter(getattr(distribution, role), campagne, une_invitation(), ADRESSE)


def test_nobody_invites_oneself(distribution, campagne):
    with pytest.raises(ValidationError, match="soi-même"):
        audits.inviter(distribution.union, campagne, une_invitation(email=distribution.union.email), ADRESSE)


def test_an_invitation_always_ends(distribution, campagne):
    lien = audits.inviter(distribution.union, campagne, une_invitation(), ADRESSE)
    with pytest.raises(ValidationError, match="dernier jour"):
        equipe.fixer_fin(distribution.union, lien.acces, None)
    with pytest.raises(DatabaseError), transaction.atomic():
        Acces.objects.filter(pk=lien.acces_id).update(fin=None)


def test_an_access_that_has_not_served_is_taken_back_at_once(distribution, campagne):
    demain = timezone.localdate() + timedelta(days=1)
    lien = audits.inviter(distribution.union, campagne, une_invitation(debut=demain, fin=demain), ADRESSE)
    audits.terminer(distribution.union, campagne, lien.pk)
    assert not campagne.invitations.exists()
    assert not Acces.objects.filter(pk=lien.acces_id).exists()


def test_a_manager_does_not_see_an_auditor_among_the_people_of_a_point(distribution, campagne, auditeur):
    un_auditeur(campagne, auditeur, point=distribution.point)
    assert auditeur not in equipe.personnes_visibles(distribution.responsable.portee)


# --- Nothing before the dates, nothing after, nothing else ---


def _pages(campagne, code: str) -> list[str]:
    pk = campagne.pk
    return [
        reverse("dossier_audit", args=[pk]),
        reverse("dossier_lieu", args=[pk, code]),
        reverse("dossier_entrees", args=[pk, code, "CAD-2"]),
        reverse("constat_audit_nouveau", args=[pk]),
        reverse("note_audit_nouvelle", args=[pk]),
    ]


def _statuts(client, pages: list[str]) -> set[int]:
    return {client.get(page).status_code for page in pages}


@pytest.mark.parametrize(
    ("debut", "fin", "ouvert"), [(-3, 0, True), (0, 3, True), (1, 3, False), (-3, -1, False)]
)
def test_an_auditor_gets_in_between_the_dates_only(
    distribution, campagne, auditeur, client, debut, fin, ouvert
):
    jour = timezone.localdate()
    dates = {"debut": jour + timedelta(days=debut), "fin": jour + timedelta(days=fin)}
    un_auditeur(campagne, auditeur, point=distribution.point, **dates)
    client.force_login(auditeur)
    assert _statuts(client, _pages(campagne, distribution.point.code)) == ({200} if ouvert else {404})
    assert client.get(reverse("mes_audits")).status_code == (200 if ouvert else 404)


def test_the_day_of_an_access_is_that_of_its_point(distribution, auditeur, campagne, monkeypatch):
    loin = un_point(fuseau="Pacific/Noumea")
    autre = amener(une_campagne(distribution.union), "gel", distribution.union, [loin])
    la_bas = loin.aujourdhui()
    un_auditeur(autre, auditeur, point=loin, debut=la_bas, fin=la_bas)
    assert audit_de(auditeur, autre) is not None
    monkeypatch.setattr(type(loin), "aujourdhui", lambda _: la_bas + timedelta(days=1))
    auditeur.__dict__.pop("portee", None)
    assert audit_de(auditeur, autre) is None


def test_an_auditor_invited_to_one_point_reads_no_other(distribution, campagne, auditeur, client):
    un_auditeur(campagne, auditeur, point=distribution.point)
    client.force_login(auditeur)
    assert _statuts(client, _pages(campagne, distribution.point.code)) == {200}
    lieux = (distribution.ailleurs.code, "centrale", "XXX-001")
    assert _statuts(client, [reverse("dossier_lieu", args=[campagne.pk, c]) for c in lieux]) == {404}
    page = client.get(reverse("dossier_audit", args=[campagne.pk])).content.decode()
    assert distribution.point.nom in page
    assert distribution.ailleurs.nom not in page


def test_an_auditor_of_one_campaign_reads_no_other(distribution, campagne, auditeur, client):
    autre = amener(une_campagne(distribution.union), "audit", distribution.union, [distribution.point])
    un_auditeur(campagne, auditeur)
    client.force_login(auditeur)
    assert _statuts(client, _pages(autre, distribution.point.code)) == {404}


def test_an_auditor_reads_the_self_evaluation_that_a_point_handed_in(distribution, auditeur, client):
    point, union = distribution.point, distribution.union
    campagne = amener(une_campagne(union), "auto_evaluation", union, [point])
    echantillonnage.remettre(distribution.responsable, campagne.points.get(), "Le panneau arrive en mai.")
    campagne = campagnes.avancer(union, campagne, campagne.version, "revue")
    campagne = pas(campagne, "gel", union)
    un_auditeur(campagne, auditeur, point=point)
    client.force_login(auditeur)
    page = client.get(reverse("dossier_lieu", args=[campagne.pk, point.code])).content.decode()
    assert "Choisi pour l’essai." in page
    assert f"par {distribution.responsable}" in page
    assert "Le panneau arrive en mai." in page


def test_there_is_no_file_before_the_freezing(distribution, auditeur, client):
    campagne = amener(une_campagne(distribution.union), "revue", distribution.union, [distribution.point])
    un_auditeur(campagne, auditeur)
    client.force_login(auditeur)
    page = client.get(reverse("dossier_audit", args=[campagne.pk]))
    assert "pas encore gelé" in page.content.decode()
    assert _statuts(client, _pages(campagne, distribution.point.code)[1:]) == {404}


def test_an_auditor_opens_nothing_else(distribution, campagne, auditeur, client):
    un_auditeur(campagne, auditeur)
    client.force_login(auditeur)
    ailleurs = [
        reverse("matrice"), reverse("correctives"), reverse("preuves"), reverse("campagnes"),
        reverse("campagne", args=[campagne.pk]), reverse("journal"), reverse("dossiers"),
        reverse("constats_point", args=[distribution.point.code]), reverse("evaluations"),
    ]  # fmt: skip
    assert _statuts(client, ailleurs) == {404}
    assert client.get(reverse("accueil")).url == reverse("mes_audits")


def test_the_pages_of_an_auditor_keep_their_budget(distribution, campagne, auditeur, client):
    un_auditeur(campagne, auditeur)
    preuve = _preuve_du_dossier(distribution, auditeur)
    for _ in range(12):
        un_constat(campagne, auditeur, distribution.point)
    nouvelle, arretee = preuve
    client.force_login(auditeur)
    pages = [reverse("mes_audits"), *_pages(campagne, distribution.point.code)]
    pages.append(reverse("dossier_preuve", args=[nouvelle.pk, arretee.pk]))
    for page in pages:
        with CaptureQueriesContext(connection) as releve:
            assert client.get(page).status_code == 200
        assert len(releve) <= 10, (page, [q["sql"][:90] for q in releve])


# --- Proofs: each reading is told ---


def _preuve_du_dossier(distribution, auditeur, **objet) -> tuple[Campagne, PreuveArretee]:
    objet = objet or {"point": distribution.point}
    preuve = une_preuve(distribution.union, **objet)
    campagne = amener(une_campagne(distribution.union), "audit", distribution.union, [distribution.point])
    un_auditeur(campagne, auditeur, association=distribution.point.association)
    return campagne, campagne.evaluation.preuves.get(version__preuve=preuve)


def test_reading_a_proof_is_told_in_the_journal(distribution, campagne, auditeur, client):
    campagne, arretee = _preuve_du_dossier(distribution, auditeur)
    client.force_login(auditeur)
    adresse = {"pk": campagne.pk, "preuve": arretee.pk}
    assert "Affichage" in client.get(reverse("dossier_preuve", kwargs=adresse)).content.decode()
    client.get(reverse("dossier_preuve", kwargs=adresse))
    fichier = client.get(reverse("dossier_fichier", kwargs=adresse))
    assert fichier.content == b"%PDF-1.7 preuve"
    siens = EntreeJournal.objects.filter(acteur_id=auditeur.pk, objet="versionpreuve").order_by("pk")
    assert [(e.acte, e.objet_id, e.point_id) for e in siens] == [
        ("lire", arretee.version_id, distribution.point.pk),
        ("lire", arretee.version_id, distribution.point.pk),
        ("telecharger", arretee.version_id, distribution.point.pk),
    ]


def test_a_list_opens_no_sealed_word(distribution, campagne, auditeur, client):
    campagne, _ = _preuve_du_dossier(distribution, auditeur)
    client.force_login(auditeur)
    page = client.get(reverse("dossier_lieu", args=[campagne.pk, distribution.point.code]))
    assert "Affichage" not in page.content.decode()


def test_a_proof_about_somebody_is_read_where_they_are_in_post(distribution, campagne, auditeur, client):
    campagne, arretee = _preuve_du_dossier(
        distribution, auditeur, personne=distribution.proprietaire, employeur=distribution.point.association
    )
    client.force_login(auditeur)
    assert client.get(reverse("dossier_preuve", args=[campagne.pk, arretee.pk])).status_code == 200


@pytest.mark.parametrize("cas", ["etranger", "autre_employeur", "autre_point"])
def test_a_proof_of_elsewhere_is_not_read(distribution, campagne, auditeur, client, cas):
    objet = {
        "etranger": {"personne": distribution.etranger, "employeur": distribution.ailleurs.association},
        "autre_employeur": {
            "personne": distribution.proprietaire, "employeur": distribution.ailleurs.association,
        },
        "autre_point": {"point": distribution.ailleurs},
    }[cas]  # fmt: skip
    campagne, arretee = _preuve_du_dossier(distribution, auditeur, **objet)
    client.force_login(auditeur)
    assert client.get(reverse("dossier_preuve", args=[campagne.pk, arretee.pk])).status_code == 404
    assert client.get(reverse("dossier_fichier", args=[campagne.pk, arretee.pk])).status_code == 404


def test_a_proof_added_after_the_freezing_is_not_in_the_file(distribution, campagne, auditeur):
    preuve = une_preuve(distribution.union, point=distribution.point)
    assert not campagne.evaluation.preuves.filter(version__preuve=preuve).exists()


# --- Entries behind a figure ---


def test_entries_show_neither_name_nor_text(distribution, campagne, auditeur, client):
    dossier = un_dossier_plein(distribution.proprietaire, distribution.point)
    une_visite(distribution.point, distribution.proprietaire)
    un_auditeur(campagne, auditeur)
    client.force_login(auditeur)
    adresse = reverse("dossier_entrees", args=[campagne.pk, distribution.point.code, "CAD-2"])
    pages = "".join(client.get(adresse, {"sorte": s}).content.decode() for s in ("0", "1", "2", "3", "4"))
    assert dossier.reference in pages
    assert "Partie A (demandeur" in pages
    for partie in Partie.objects.filter(dossier=dossier):
        partie.dossier = dossier
        for texte in partie.valeurs().values():
            assert str(texte) not in pages
    assert str(distribution.proprietaire) not in pages


def test_the_same_entries_are_drawn_each_time(distribution, campagne, auditeur, client):
    for n in range(40):
        une_visite(distribution.point, distribution.proprietaire, il_y_a=n % 9)
    un_auditeur(campagne, auditeur)
    client.force_login(auditeur)
    adresse = reverse("dossier_entrees", args=[campagne.pk, distribution.point.code, "MEO-2"])
    premiere, seconde = (client.get(adresse).context["sondage"] for _ in range(2))
    assert premiere == seconde
    assert (len(premiere.entrees), premiere.total) == (20, 40)
