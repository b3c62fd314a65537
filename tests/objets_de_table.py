"""One object of each kind at the cast's point and association, for tables over every URL."""

import os
import uuid
from datetime import time, timedelta

from django.contrib.auth.tokens import default_token_generator
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accueil import retagages
from accueil.exports import dossier as dossier_des_exports
from accueil.exports import figer
from accueil.filtres import Options
from accueil.forms.journal import lire_filtre
from accueil.models import (
    Absence,
    Acces,
    ContratFranchise,
    Convention,
    Export,
    Fermeture,
    JourneeMobile,
    LabelFranceServices,
    SessionOuverte,
    Theme,
    Utilisateur,
)
from mediation import redirections
from mediation.passations import declarer_conflit
from mediation.propositions import proposer
from mediation.redirections import Reorientation
from pimms.socle.flux import Scelleur
from qualite import satisfaction
from qualite.archives import vie
from qualite.arrets import empreinte
from qualite.models import (
    ActionCorrective,
    ArchiveAssociation,
    BonnePratique,
    Evaluation,
    FormationSuivie,
    Parametre,
    Referentiel,
    valeurs_au,
)
from qualite.parametres import decider_valeur
from tests.fabrique import LONGTEMPS, un_acces, un_partenaire, un_theme, une_personne, une_visite
from tests.mediation.fabrique import un_dossier, un_dossier_plein, une_partie
from tests.mediation.fabrique_terrain import une_action, une_alerte, une_transmission
from tests.qualite.fabrique import un_pdf, une_attestation, une_charte, une_preuve
from tests.qualite.fabrique_actions import amener, une_corrective
from tests.qualite.fabrique_campagnes import des_campagnes
from tests.qualite.fabrique_ecoute import (
    des_avis,
    un_commentaire,
    un_incident,
    un_questionnaire,
    une_demande_droits,
    une_reclamation,
)
from tests.qualite.fabrique_parcours import un_tutorat, une_formation, une_qualification, une_seance
from tests.qualite.fabrique_rapports import un_rapport_pret

# Pages of one point that is told by the address' question, not by its path.
D_UN_POINT = {"tableau_de_bord", "tableau_de_bord_fichier"}


def adresse(nom: str, ou: dict[str, dict]) -> str:
    """The address of that name for the objects of `arguments`."""
    question = f"?point={ou['point']['code']}" if nom in D_UN_POINT else ""
    return reverse(nom, kwargs=ou.get(nom, {})) + question


def arguments(distribution) -> dict[str, dict]:
    """Arguments of each URL name that takes some, drawn from fresh objects."""
    point, association = distribution.point, distribution.point.association
    aujourdhui = point.aujourdhui()
    code, personne = {"code": point.code}, {"pk": distribution.proprietaire.pk}
    visite = une_visite(point, distribution.proprietaire, demandes=[{"issue": "a_suivre"}])
    demande = {"pk": visite.demandes.get().pk}
    retagages.raconter(distribution.responsable, visite, [(None, 3)])
    redirections.reorienter(
        distribution.proprietaire, point, Reorientation(uuid.uuid4(), "travail", vers="Inspection du travail")
    )
    export = Export.objects.create(demande_par=distribution.proprietaire, point=point, format="csv")
    fermeture = Fermeture.objects.create(point=point, debut=aujourdhui, fin=aujourdhui, motif="Travaux")
    journee = JourneeMobile.objects.create(
        point=point, jour=aujourdhui + timedelta(days=1), lieu="Place", ouvre=time(9), ferme=time(12)
    )
    label = LabelFranceServices.objects.create(point=point, debut=LONGTEMPS)
    contrat = ContratFranchise.objects.create(association=association, debut=LONGTEMPS)
    absence = Absence.objects.create(
        personne=distribution.proprietaire,
        point=point,
        debut=aujourdhui + timedelta(days=30),
        fin=aujourdhui + timedelta(days=31),
    )
    acces = Acces.objects.get(personne=distribution.proprietaire)
    partenaire = un_partenaire("Bailleur du coin", association=association)
    convention = Convention.objects.create(partenaire=partenaire, association=association, debut=LONGTEMPS)
    action = {"pk": une_action(distribution.proprietaire, point).pk}
    plein = {"reference": un_dossier_plein(distribution.proprietaire, point).reference}
    transmission = une_transmission(une_alerte(distribution.proprietaire, point), distribution.proprietaire)
    alerte = {"pk": transmission.alerte_id}
    dossier = un_dossier(distribution.proprietaire, point)
    conflit = declarer_conflit(distribution.proprietaire, dossier, "")
    proposition = proposer(distribution.responsable, dossier, 3, "contenu")
    un_autre = un_dossier(distribution.proprietaire, point)
    dossier = {"reference": dossier.reference}
    attestation = une_attestation(distribution.proprietaire, une_charte(), aujourdhui)
    un_pdf(attestation)
    preuve = {"pk": une_preuve(distribution.responsable, point=point).pk}
    _partie(distribution)
    corrective = {"pk": une_corrective(distribution.responsable, distribution.proprietaire, point=point).pk}
    a_verifier = {"pk": _a_verifier(distribution).pk}
    pratique = {"pk": _pratique(distribution).pk}
    formation = {"pk": _parcours(distribution).pk}
    seance = {"pk": une_seance(distribution.responsable, point, [distribution.proprietaire]).pk}
    sur = {
        "visite_corriger visite_annuler visite_retablir visite_histoire visite_effacer_note": {
            "pk": visite.pk
        },
        "code_de_suivi suite": demande,
        "export": {"pk": export.pk},
        "export_telecharger": {"pk": _export_pret(distribution).pk},
        "choisir_point point point_modifier point_service point_horaires": code,
        "fermeture_nouvelle journee_nouvelle label_nouveau equipe_inviter equipe_deleguer": code,
        "fermeture fermeture_supprimer": code | {"pk": fermeture.pk},
        "journee": code | {"pk": journee.pk},
        "label": code | {"pk": label.pk},
        "association association_modifier contrat_nouveau": {"pk": association.pk},
        "contrat": {"pk": contrat.pk},
        "personne personne_modifier acces_nouveau absence_nouvelle invitation_renvoyer": personne,
        "acces_fin acces_sans_fin acces_temps": {"pk": acces.pk},
        "absence absence_supprimer": {"pk": absence.pk},
        "partenaire partenaire_modifier partenaire_retirer convention_nouvelle": {"pk": partenaire.pk},
        "convention convention_denoncer": {"pk": convention.pk},
        "theme theme_deplacer theme_retirer": {"pk": un_theme("loisirs").pk},
        "theme_remettre": {"pk": _theme_retire(aujourdhui).pk},
        "action action_modifier action_rapport action_annuler action_remettre": action,
        "alerte alerte_modifier alerte_transmettre alerte_clore alerte_annuler alerte_rouvrir": alerte,
        "transmission_relancer transmission_repondre": {"pk": transmission.pk},
        "action_prevoir": {"nature": "atelier"},
        "dossier dossier_histoire": plein,
        "dossier_motif dossier_modifier dossier_passer dossier_transferer dossier_acces": dossier,
        "dossier_attente dossier_reprendre dossier_conflit": dossier,
        "dossier_etat": dossier | {"vers": "retrait"},
        "dossier_justifier": dossier | {"numero": conflit.numero},
        "proposition_decider": {"pk": proposition.pk},
        "registre_proposer": {"objet": "dossier", "pk": un_autre.pk},
        "registre_entrees": {"registre": 2, "sorte": "dossier"},
        "partie_nouvelle etape_nouvelle document_nouveau mandat_nouveau orientation_imprimer": plein,
        "partie_modifier partie_supprimer partie_accord partie_accord_imprimer": plein | {"numero": 1},
        "partie_retrait etape_modifier etape_annuler accord_imprimer": plein | {"numero": 1},
        "engagement_suite document document_retirer": plein | {"numero": 1},
        "mandat_revoquer mandat_imprimer": plein | {"numero": 1},
        "corrective": a_verifier,
        "corrective_modifier corrective_confier corrective_echeance": corrective,
        "corrective_etat": corrective | {"vers": "en_cours"},
        "pratique_retirer": pratique,
        "evaluation evaluation_dossiers evaluation_archive": {"pk": _evaluation(distribution).pk},
        **_rapport(distribution),
        "constats_point constats_et_si constats_evolution": code,
        "constat constat_travail constat_sans_objet constat_due": code | {"exigence": "CAD-2"},
        "tableau_de_bord_fichier reseau_fichier": {"quoi": "chiffres", "sorte": "csv"},
        "compte_partenaires_fichier categories_fichier": {"sorte": "csv"},
        "guide": {"guide": "mediateur"},
        "document_rgpd": {"code": "registre"},
        "archive_fichier": {"pk": _archive(distribution).pk},
        "referentiel_version": {"code": "nf-x60-600"},
        "parametre": {"code": "registres_seuil"},
        "charte_version": {"numero": 1},
        "attestation": {"pk": attestation.pk},
        "preuve preuve_version preuve_retirer preuve_effacer": preuve,
        "preuve_fichier preuve_refuser preuve_lever": preuve | {"numero": 1},
        **_ecoute(distribution),
        "parcours": personne,
        "note_nouvelle": personne | {"sorte": "formation"},
        "note note_supprimer": formation | {"sorte": "formation"},
        "formation_confirmer": formation,
        "seance seance_supprimer": seance,
        "seance_presents": seance | code,
        "invitation": {
            "uidb64": urlsafe_base64_encode(force_bytes(distribution.proprietaire.pk)),
            "token": default_token_generator.make_token(distribution.proprietaire),
        },
        "second_facteur_oublier": personne,
        "session_fermer": {"pk": _session(distribution).pk},
        "mfa_remove_webauthn": {"pk": 1},
        "openid_connect_login openid_connect_callback": {"provider_id": "reseau"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "inconnue"},
    }
    valeurs = {nom: kwargs for noms, kwargs in sur.items() for nom in noms.split()}
    return valeurs | des_campagnes(distribution)


def _partie(distribution) -> None:
    """Someone who left the point, and a proof about them that is kept."""
    point, partie = distribution.point, une_personne("Jeanne", "Barbier")
    un_acces(partie, "mediateur", point, fin=point.aujourdhui() - timedelta(days=40))
    une_preuve(distribution.responsable, ("ORG-1",), personne=partie, employeur=point.association)


def _export_pret(distribution) -> Export:
    """An export whose file is there."""
    personne = Utilisateur.objects.get(pk=distribution.proprietaire.pk)
    filtre, _ = lire_filtre(QueryDict(), Options(personne))
    nom = f"{uuid.uuid4()}.csv"
    (dossier_des_exports() / nom).write_text("jour\n", encoding="utf-8")
    return Export.objects.create(
        demande_par=personne,
        point=distribution.point,
        format="csv",
        filtre=figer(filtre, personne.portee),
        etat=Export.Etat.PRET,
        fichier=nom,
        fini_le=timezone.now(),
    )


def _theme_retire(jour) -> Theme:
    theme = un_theme("associations")
    Theme.objects.filter(pk=theme.pk).update(retire_le=jour)
    return theme


def _session(distribution) -> SessionOuverte:
    """A login of the owner on another device."""
    distribution.client("proprietaire")
    return SessionOuverte.objects.filter(personne=distribution.proprietaire).latest("pk")


def _ecoute(distribution) -> dict[str, dict]:
    """Something said by the public, a complaint, a request, an incident, at the cast's point."""
    point, auteur = distribution.point, distribution.proprietaire
    questionnaire = un_questionnaire(point)
    avis = des_avis(questionnaire, 31)[0]
    un_commentaire(avis)
    jeton, code = {"jeton": questionnaire.jeton}, {"code": point.code}
    # An answer of this hour, to which words may still be added.
    de_maintenant = satisfaction.repondre(questionnaire, uuid.uuid4(), 3)
    reclamation = {"pk": une_reclamation(auteur, point).pk}
    demande = {"pk": une_demande_droits(distribution.responsable, point).pk}
    partie = une_partie(un_dossier(auteur, point))
    return {
        "satisfaction": jeton,
        "satisfaction_merci satisfaction_mot": jeton | {"cle": de_maintenant.cle},
        "satisfaction_point satisfaction_ouvrir satisfaction_fermer satisfaction_affiche": code,
        "satisfaction_effacer": code | {"pk": avis.pk},
        "reclamation reclamation_orienter reclamation_prolonger reclamation_repondre "
        "reclamation_effacer": reclamation,
        "demande_droits demande_droits_prolonger demande_droits_repondre demande_droits_effacer": demande,
        "demande_droits_donnees": demande,
        "demande_droits_oublier demande_droits_rectifier": demande | {"partie": partie.pk},
        "incident incident_suite incident_effacer": {"pk": un_incident(auteur, point).pk},
    }


def _archive(distribution) -> ArchiveAssociation:
    """One that is ready."""
    association = distribution.point.association
    archive = ArchiveAssociation.objects.create(
        association=association, demande_par=distribution.direction, motif="depart"
    )
    cle, prise = os.urandom(vie.OCTETS_CLE), vie.prendre(archive.pk)
    with (vie.dossier() / f"table-{archive.pk}.scelle").open("wb") as sortie:
        scelleur = Scelleur(cle, sortie)
        scelleur.write(b"PK")
        scelleur.finir()
    vie.rendre(prise, cle, f"table-{archive.pk}.scelle", {"taille": 2, "lignes": 0, "pieces": 0})
    return archive


def _a_verifier(distribution) -> ActionCorrective:
    """An action about a requirement, done, with a proof of its work: its page has all that it can show."""
    responsable, point = distribution.responsable, distribution.point
    action = une_corrective(responsable, distribution.proprietaire, point=point, exigence="CAD-4")
    une_preuve(responsable, point=point, action=action)
    return amener(action, "realisee", tient=responsable, verifie=distribution.direction)


def _pratique(distribution) -> BonnePratique:
    return BonnePratique.objects.create(
        titre="Tracer le jour même", texte="Un créneau.", publiee_par=distribution.union, cle=uuid.uuid4()
    )


def _parcours(distribution) -> FormationSuivie:
    """What a path may hold; returns a training that waits for its confirmation."""
    qui, point, par = distribution.proprietaire, distribution.point, distribution.responsable
    une_qualification(qui, point, par)
    un_tutorat(qui, point, par)
    une_formation(qui, point, par)
    return une_formation(qui, point, qui)


def _rapport(distribution) -> dict[str, dict]:
    """A signed report, with made-up bytes: making one takes seconds."""
    pret = un_rapport_pret(distribution.responsable, point=distribution.point)
    return {
        "rapport rapport_histoire rapport_fichier rapport_annuler rapport_relancer": {"pk": pret.pk},
        "verifier_code": {"code": pret.instantane.empreinte[:32]},
    }


def _evaluation(distribution) -> Evaluation:
    """A closed evaluation whose picture holds one finding: the rules take too long for every test. A number
    was decided in its months."""
    referentiel, jour = Referentiel.objects.order_by("pk")[0], distribution.point.aujourdhui()
    seuil = Parametre.objects.get(referentiel=referentiel, code="registres_seuil")
    decider_valeur(distribution.union, seuil, 6, jour, "Exigence relevée")
    instantane = {
        "constats": [{"sujet": "le réseau", "verdict": "atteint"}],
        "seuils": valeurs_au(referentiel, jour),
        "du": jour.isoformat(),
        "au": jour.isoformat(),
    }
    return Evaluation.objects.create(
        referentiel=referentiel,
        titre="Avant l’audit",
        jour=jour,
        arretee_par=distribution.union,
        instantane=instantane,
        empreinte=empreinte(instantane),
        cle=uuid.uuid4(),
    )
