"""Mails about campaigns, to those who look after the points of a sample. None says what was found."""

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accueil.models import Acces, Utilisateur
from accueil.models.personnes import Role
from pimms.socle.courriels import poster
from qualite.etats_campagne import EtatCampagne
from qualite.models import Campagne

# What each of these states asks of a point, or asks no more.
SORTES = {
    EtatCampagne.AUTO_EVALUATION: "a_remettre",
    EtatCampagne.REPONSE: "a_repondre",
    EtatCampagne.ANNULEE: "annulee",
}


def annoncer(campagne: Campagne) -> None:
    """Tell the managers of the sample what a campaign has just begun to ask; in its transaction."""
    sorte = SORTES.get(EtatCampagne(campagne.etat))
    if sorte is None:
        return
    points = Q(point__in=campagne.points.values("point"))
    if sorte == "a_repondre":
        points &= Q(point__in=campagne.constats.exclude(point=None).values("point"))
    postes = Acces.objects.filter(points, role=Role.RESPONSABLE).en_vigueur(timezone.localdate())
    lien = f"{settings.ADRESSE_SITE}{reverse('campagne', args=[campagne.pk])}"
    for personne in Utilisateur.objects.filter(pk__in=postes.values("personne"), is_active=True):
        contexte = {"personne": personne, "campagne": campagne, "lien": lien}
        texte = render_to_string(f"courriels/campagne_{sorte}.txt", contexte)
        sujet, _, corps = texte.strip().partition("\n")
        poster(personne.email, sujet, corps.strip() + "\n")
