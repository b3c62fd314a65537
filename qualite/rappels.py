"""Reminders before an attestation's deadline, by mail: 30, 7 and 1 day before, each once."""

from datetime import date

from django.conf import settings
from django.urls import reverse

from accueil.models import PointAccueil
from qualite.attestations import Equipe, Ligne, equipes
from qualite.models import RappelAttestation
from qualite.relances import ecrire_a, palier_du, rappeler


def envoyer_rappels() -> int:
    """Send what is due today at each point's own day; returns how many mails were posted.

    A day without a run loses nothing: the tightest reminder due is sent, and the wider ones no more.
    """
    dus: dict[tuple[int, date], tuple[Equipe, Ligne, int]] = {}
    for equipe in equipes(PointAccueil.objects.all()):
        for ligne in equipe.lignes:
            echeance, palier = ligne.situation.echeance, palier_du(ligne.situation.reste(equipe.jour))
            if echeance and palier:  # someone at two points is reminded once
                dus.setdefault((ligne.personne.pk, echeance), (equipe, ligne, palier))
    faits = RappelAttestation.objects.filter(echeance__in={e for _, e in dus})
    faits_au_plus: dict[tuple[int, date], int] = {}
    for personne, echeance, palier in faits.values_list("personne", "echeance", "palier"):
        connu = faits_au_plus.get((personne, echeance), palier)
        faits_au_plus[personne, echeance] = min(connu, palier)
    return sum(
        _rappeler(equipe, ligne, echeance, palier)
        for (personne, echeance), (equipe, ligne, palier) in dus.items()
        if faits_au_plus.get((personne, echeance), palier + 1) > palier
    )


def _rappeler(equipe: Equipe, ligne: Ligne, echeance: date, palier: int) -> bool:
    personne = ligne.personne
    if not personne.is_active or not personne.has_usable_password():
        return False
    contexte = {
        "echeance": echeance,
        "reste": ligne.situation.reste(equipe.jour),
        "renouvelle": not ligne.situation.attendue,
        "lien": f"{settings.ADRESSE_SITE}{reverse('charte')}",
    }
    rappel = RappelAttestation(personne=personne, echeance=echeance, palier=palier)
    return rappeler(rappel, lambda: ecrire_a(personne, "rappel_charte", contexte))
