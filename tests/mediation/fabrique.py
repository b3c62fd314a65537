"""Small factories for mediation: a case, its parties, their agreement."""

import io
import uuid
from datetime import date, timedelta

import pikepdf
from PIL import Image

from accueil.models import Utilisateur
from mediation.accords import EngagementSaisi
from mediation.cycle_de_vie import ajouter, changer_etat
from mediation.dossiers import Ouverture, ouvrir
from mediation.etapes import EtapeSaisie, noter_etape
from mediation.etats import Etat
from mediation.mandats import MandatSaisi, donner_mandat
from mediation.models import Consentement, Document, Dossier, Fichier, Partie
from mediation.redirections import Reorientation, sortir_du_champ
from tests.fabrique import un_theme


def avant(jour: date, jours: int) -> date:
    return jour - timedelta(days=jours)


def un_dossier(acteur: Utilisateur, point, **champs) -> Dossier:
    """A new case « Bruit la nuit » in register 2, in charge of `acteur`."""
    defauts = {
        "cle": uuid.uuid4(),
        "objet": "Bruit la nuit",
        "registre": 2,
        "theme": un_theme("logement"),
        "mediateur": acteur,
    }
    dossier, _ = ouvrir(acteur, point, Ouverture(**defauts | champs))
    return dossier


def une_partie(
    dossier: Dossier, nom: str = "Fatou Martin", role: str = "demandeur", remarque: str = "", **champs
) -> Partie:
    partie = Partie(dossier=dossier, role=role, **champs)
    ajouter(partie, {"nom": nom, "remarque": remarque})
    return partie


def un_consentement(partie: Partie, acteur: Utilisateur, etat: str = "donne", **champs) -> Consentement:
    defauts = {"forme": "oral" if etat == "donne" else "", "jour": partie.dossier.point.aujourdhui()}
    return Consentement.objects.create(
        partie=partie, point_id=partie.point_id, etat=etat, saisi_par=acteur, **defauts | champs
    )


def un_dossier_ancien(acteur: Utilisateur, point, jours: int = 30, **champs) -> Dossier:
    """A case opened `jours` days ago, so that what follows may have its own days."""
    dossier = un_dossier(acteur, point, **champs)
    dossier.ouvert_le = point.aujourdhui() - timedelta(days=jours)
    dossier.save(update_fields=["ouvert_le"])
    return dossier


def un_dossier_engage(acteur: Utilisateur, point, **champs) -> tuple[Dossier, Partie, Partie]:
    """A mediation under way for 30 days, and its two parties, who agreed on the first day."""
    dossier = un_dossier_ancien(acteur, point, **champs)
    une, autre = une_partie(dossier), une_partie(dossier, "M. Voisin", "autre_partie")
    for partie in (une, autre):
        un_consentement(partie, acteur, jour=dossier.ouvert_le)
    changer_etat(acteur, dossier, Etat.PRISE_DE_CONTACT, depuis=Etat.DEMANDE)
    return changer_etat(acteur, dossier, Etat.EN_COURS, depuis=Etat.PRISE_DE_CONTACT), une, autre


def un_pdf(**informations: str) -> bytes:
    """A PDF of one blank page, with these entries in its information."""
    sortie = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for nom, valeur in informations.items():
            pdf.docinfo[f"/{nom}"] = valeur
        pdf.save(sortie)
    return sortie.getvalue()


def une_image(format_: str = "JPEG", taille: tuple[int, int] = (40, 30), **options) -> bytes:
    sortie = io.BytesIO()
    Image.new("RGB", taille, "teal").save(sortie, format_, **options)
    return sortie.getvalue()


def hors_du_champ(acteur: Utilisateur, dossier: Dossier) -> Dossier:
    """The case found out of scope, its person sent on to a named office."""
    vers = Reorientation(uuid.uuid4(), "familiale", vers="Maison de la famille")
    return sortir_du_champ(acteur, dossier, vers, depuis=dossier.etat)


def un_document(dossier: Dossier, acteur: Utilisateur, nature: str = "piece", **champs) -> Document:
    """A document as it is stored, without the time that cleaning a file takes."""
    octets = un_pdf()
    document = Document(
        dossier=dossier,
        cle=uuid.uuid4(),
        nature=nature,
        format="pdf",
        taille=len(octets),
        empreinte="0" * 64,
        ajoute_par=acteur,
        **champs,
    )
    ajouter(document, {"nom": "courrier.pdf"})
    scelle = dossier.coffre.sceller(f"fichier:{document.numero}", octets)
    Fichier.objects.create(document=document, point_id=dossier.point_id, octets=scelle)
    return document


def un_dossier_plein(acteur: Utilisateur, point) -> Dossier:
    """A case with one part of each kind, all numbered 1 (two parties): the agreement was found today."""
    dossier, une, autre = un_dossier_engage(acteur, point)
    jour = point.aujourdhui()
    engagement = EngagementSaisi(autre, "Baisser le son après 22 h", jour + timedelta(days=15))
    textes = {"resume": "Chacun comprend les horaires de l’autre.", "prive": "Très tendu au début."}
    noter_etape(
        acteur, dossier, EtapeSaisie("accord", jour, textes, (une, autre), duree=60, engagements=[engagement])
    )
    donner_mandat(acteur, dossier, MandatSaisi(une, "Écrire au bailleur", jour, jour + timedelta(days=30)))
    un_document(dossier, acteur, partie=une)
    return dossier
