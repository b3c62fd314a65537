"""Factories of reports: one asked for, one whose snapshot and file are made up."""

import hashlib
import uuid

from django.utils import timezone

from accueil.models import Utilisateur
from pimms.socle.models import CleDonnees
from qualite.models import FichierRapport, InstantaneRapport, Rapport
from qualite.rapports.instantane import canonique


def un_rapport(acteur: Utilisateur, **champs) -> Rapport:
    """A report asked for, that no queue knows; `point` or `association`, none for the network."""
    sujet = champs.get("point")
    niveau = "point" if sujet else "association" if champs.get("association") else "reseau"
    annee = timezone.localdate().year
    dernier = Rapport.objects.filter(annee=annee).count()
    colonnes = {"au": sujet.aujourdhui() if sujet else timezone.localdate(), "niveau": niveau} | champs
    return Rapport.objects.create(
        annee=annee,
        numero=dernier + 1,
        demande_par=acteur,
        coffre=CleDonnees.creer(),
        cle=uuid.uuid4(),
        **colonnes,
    )


def un_rapport_pret(
    acteur: Utilisateur, octets: bytes = b"", contenu: dict | None = None, **champs
) -> Rapport:
    """A ready report with these bytes as its signed file, this in its snapshot."""
    return rendre_pret(un_rapport(acteur, **champs), octets, contenu)


def rendre_pret(rapport: Rapport, octets: bytes = b"", contenu_en_plus: dict | None = None) -> Rapport:
    """Make a report that was asked for ready, its snapshot and file made up: making them takes seconds."""
    donnees = {"reference": rapport.reference, "cle": str(rapport.cle)} | (contenu_en_plus or {})
    contenu = canonique(donnees)
    code = hashlib.sha256(contenu).hexdigest()[:32]
    coffre, pdf = rapport.coffre.coffre, octets or f"%PDF-1.7 {uuid.uuid4()} /ID [({code}) (0)]".encode()
    InstantaneRapport.objects.create(
        rapport=rapport,
        scelle=coffre.sceller(f"{rapport.usage}:instantane", contenu),
        empreinte=hashlib.sha256(contenu).hexdigest(),
        fait_le=timezone.now(),
    )
    FichierRapport.objects.create(
        rapport=rapport,
        scelle=coffre.sceller(f"{rapport.usage}:fichier", pdf),
        empreinte=hashlib.sha256(pdf).hexdigest(),
        empreinte_nue="0" * 64,
        taille=len(pdf),
        pages=1,
        signataire="Essai",
        certificat="0" * 64,
        signe_le=timezone.now(),
    )
    Rapport.objects.filter(pk=rapport.pk).update(etat="en_cours")
    Rapport.objects.filter(pk=rapport.pk).update(etat="pret", etape=5, fini_le=timezone.now())
    return Rapport.objects.get(pk=rapport.pk)
