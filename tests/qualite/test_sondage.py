"""Entries behind a figure: drawn from exactly what it counts, or a plain word on why there is none."""

import pytest
from django.urls import reverse

from accueil.models import Convention
from mediation.cycle_de_vie import changer_etat
from mediation.etapes import EtapeSaisie, noter_etape
from mediation.models import Document, Mandat
from mediation.passations import declarer_conflit
from pimms.socle.budgets import BudgetDepasse
from pimms.socle.journal import journaliser
from qualite import dossier_audit as dossiers
from qualite.controles import REGLES
from qualite.droits_campagnes import audit_de
from qualite.models import Constat
from qualite.sondage import DERRIERE, RAISONS, Sujet, derriere, sonder
from tests.fabrique import un_partenaire, une_personne, une_visite
from tests.mediation.fabrique import un_dossier, un_dossier_ancien, un_dossier_plein
from tests.mediation.fabrique_terrain import une_action_faite, une_alerte, une_transmission
from tests.qualite.fabrique import une_charte
from tests.qualite.fabrique_actions import une_corrective
from tests.qualite.fabrique_campagnes import amener, un_auditeur, une_campagne
from tests.qualite.fabrique_ecoute import (
    des_avis,
    un_incident,
    un_questionnaire,
    une_demande_droits,
    une_reclamation,
)
from tests.qualite.fabrique_parcours import une_seance


def _peupler(distribution) -> dict:
    """Something behind each figure of the cast's point, and what looks like it but is not counted."""
    qui, point = distribution.proprietaire, distribution.point
    demandes = [
        {"issue": "hors_champ", "aide": "informer", "registre": 3}, {"issue": "oriente", "registre": 5},
        {"aide": "faire_a_la_place", "registre": 3}, {},
    ]  # fmt: skip
    une_visite(point, qui, il_y_a=200, demandes=demandes)
    plein = un_dossier_plein(qui, point)
    mandat = Mandat.objects.get(dossier=plein)
    Mandat.objects.filter(pk=mandat.pk).update(document=Document.objects.get(dossier=plein))
    geste = EtapeSaisie("demarche", point.aujourdhui(), {}, (mandat.partie,), mandat=mandat)
    noter_etape(qui, plein, geste)
    ancien = un_dossier_ancien(qui, point, jours=500)
    changer_etat(qui, ancien, "retrait", depuis="demande", retrait_de="partie")
    changer_etat(qui, ancien, "clos", depuis="retrait")
    declarer_conflit(qui, un_dossier(qui, point), "Une cousine")
    une_action_faite(qui, point)
    une_transmission(une_alerte(qui, point, il_y_a=5), qui)
    journaliser(qui, "telecharger", plein, point_id=point.pk)
    une_seance(qui, point, [qui])
    une_seance(qui, point, [qui], nature="reunion")
    des_avis(un_questionnaire(point), 3)
    une_corrective(distribution.responsable, distribution.responsable, point=point, dans=-3)
    un_incident(qui, point)
    une_reclamation(qui, point)
    une_demande_droits(qui, point)
    convention = {"partenaire": un_partenaire(), "association": point.association}
    Convention.objects.create(debut=point.ouvert_le, **convention)
    return {"plein": plein, "ancien": ancien}


def _audit(distribution, **portee):
    """What an auditor reads of a campaign that was frozen now."""
    campagne = amener(une_campagne(distribution.union), "audit", distribution.union, [distribution.point])
    qui = une_personne("Inès", "Roche")
    un_auditeur(campagne, qui, **portee)
    return qui, audit_de(qui, campagne)


def _sonder(audit, ligne, point, rang: int = 0):
    return sonder(audit.campagne.evaluation, Sujet(ligne.niveau, point), rang, derriere(ligne.exigence), "g")


def test_each_rule_has_its_entries_or_says_why_it_has_none():
    assert DERRIERE.keys() | RAISONS.keys() == REGLES.keys()
    assert not DERRIERE.keys() & RAISONS.keys()


def test_the_sample_behind_each_figure_is_drawn_from_what_the_figure_counted(distribution):
    point, cas = distribution.point, _peupler(distribution)
    _, audit = _audit(distribution)
    lues, comparees = {}, set()
    for ligne in dossiers.lignes_gelees(audit, point):
        if ligne.sans_entrees:
            continue
        code, quoi = ligne.exigence.code, derriere(ligne.exigence)
        lues[code] = [_sonder(audit, ligne, point, rang) for rang in range(len(quoi.sondes))]
        if ligne.nombres.get(quoi.total) is not None:
            comparees.add(code)
            assert lues[code][0].tout == ligne.nombres[quoi.total], code
    assert lues.keys() == DERRIERE.keys()
    # Where the document is missing, the finding has no number.
    avec_document = {"DEO-2", "DEO-3", "DEO-4", "DEO-7", "ORG-8"}
    assert comparees >= lues.keys() - avec_document - {"CAD-2", "DEO-5"}
    assert all(s[0].tout for code, s in lues.items())
    registres = Constat.objects.get(code="CAD-2", point=point).detail
    assert lues["CAD-2"][0].tout == sum(registres)
    # The desk request « faire à la place » is no step under a mandate; a case closed is no case in progress.
    assert [e.suite for e in lues["DEO-7"][0].entrees] == [
        f"dossier {cas['plein'].reference} · tracée le jour même"
    ]
    assert cas["ancien"].reference not in {e.titre for e in lues["MEO-3"][0].entrees}
    # Opened before the period, left within it.
    assert [e.suite for e in lues["DEO-5"][1].entrees] == [f"dossier {cas['ancien'].reference}"]


def test_the_networks_figure_is_sampled_from_all_its_points(distribution):
    for point in (distribution.point, distribution.ailleurs):
        une_visite(point, distribution.proprietaire, demandes=[{"registre": 1}])
    _, audit = _audit(distribution)
    ligne = dossiers.ligne_gelee(audit, None, "CAD-2")
    del audit.campagne.evaluation.instantane["seuils"]["incident_suite"]  # a number that came after the file
    assert (ligne.niveau, _sonder(audit, ligne, None).total) == ("reseau", 2)


def test_a_networks_sample_that_takes_too_long_is_said_so(distribution, client, monkeypatch):
    qui, audit = _audit(distribution)

    def trop_long(*_):
        raise BudgetDepasse

    monkeypatch.setattr("qualite.views.audits.sonder", trop_long)
    client.force_login(qui)
    page = client.get(reverse("dossier_entrees", args=[audit.campagne.pk, "centrale", "CAD-2"]))
    assert "Ce tirage demande trop de temps" in page.content.decode()


def test_an_entry_that_goes_after_the_freezing_is_told(distribution, client):
    visite = une_visite(distribution.point, distribution.proprietaire)
    une_visite(distribution.point, distribution.proprietaire)
    qui, audit = _audit(distribution)
    visite.annulee_le = visite.saisie_le
    visite.save(update_fields=["annulee_le"])
    client.force_login(qui)
    page = client.get(reverse("dossier_entrees", args=[audit.campagne.pk, distribution.point.code, "MEO-2"]))
    assert "Le chiffre gelé en comptait 2, il s’en lit 1 aujourd’hui" in page.content.decode()


@pytest.mark.parametrize(
    ("code", "dit"),
    [
        ("CAD-5", "Ce chiffre ne compte pas de saisies\u202f: il compte des personnes en poste."),
        ("CAD-4", "Ce chiffre ne compte pas de saisies\u202f: un document en est la preuve."),
        ("ORG-8", "au-delà de votre invitation"),
        ("CAD-1", "Sans objet\u202f: aucune saisie n’est comptée ici."),
    ],
)
def test_where_there_is_no_sample_the_page_says_why(distribution, client, code, dit):
    un_incident(distribution.proprietaire, distribution.point)
    une_charte()
    qui, audit = _audit(distribution, point=distribution.point)
    client.force_login(qui)
    arguments = [audit.campagne.pk, distribution.point.code]
    assert dit in client.get(reverse("dossier_entrees", args=[*arguments, code])).content.decode()
    lieu = client.get(reverse("dossier_lieu", args=arguments)).content.decode()
    assert dit in lieu
    assert reverse("dossier_entrees", args=[*arguments, code]) not in lieu
