"""Logins of a person on devices: noted when they begin, listed and closed by their owner."""

import re
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accueil.models import SessionOuverte, Utilisateur
from pimms.socle.journal import journaliser

CLE = "ouverte"  # in the session: the key of its row
NAVIGATEURS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def appareil(agent: str) -> str:
    """« Firefox, Windows »: what one recognises, and no more of what the browser says of itself."""
    noms = [
        next((nom for motif, nom in liste if re.search(motif, agent)), "")
        for liste in (NAVIGATEURS, SYSTEMES)
    ]
    return ", ".join(nom for nom in noms if nom) or "Appareil inconnu"


def noter(sender, request: HttpRequest, user: Utilisateur, **_) -> None:
    """A login begins (Django's signal, whatever the way in); in the same session again, the same row."""
    valeurs = {"personne": user, "appareil": appareil(request.META.get("HTTP_USER_AGENT", ""))}
    ligne, _nouvelle = SessionOuverte.objects.update_or_create(
        cle=request.session.session_key, defaults=valeurs
    )
    request.session[CLE] = ligne.pk


def suivre(request: HttpRequest) -> None:
    """The session has another key now: its row keeps up with it."""
    SessionOuverte.objects.filter(pk=request.session.get(CLE, 0)).update(cle=request.session.session_key)


def vivantes():
    """Rows whose session still lives."""
    cles = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return SessionOuverte.objects.filter(cle__in=cles)


def _fermer(lignes) -> int:
    cles = list(lignes.values_list("cle", flat=True))
    Session.objects.filter(session_key__in=cles).delete()
    SessionOuverte.objects.filter(cle__in=cles).delete()
    return len(cles)


def remplacer(pk: int) -> None:
    """The same person logged in again over that session: it is over."""
    _fermer(SessionOuverte.objects.filter(pk=pk))


def fermer_toutes(personne: Utilisateur) -> None:
    """Whoever closes them has a line of their own in the journal."""
    _fermer(SessionOuverte.objects.filter(personne=personne))


@transaction.atomic
def fermer(personne: Utilisateur, pk: int) -> bool:
    """Close one of one's own sessions; False when there is none such."""
    if not _fermer(SessionOuverte.objects.filter(personne=personne, pk=pk)):
        return False
    journaliser(personne, "fermer_session", personne)
    return True


@transaction.atomic
def fermer_les_autres(personne: Utilisateur, gardee: int | None) -> int:
    """Close all of one's sessions but one (key of its row); how many."""
    nombre = _fermer(SessionOuverte.objects.filter(personne=personne).exclude(pk=gardee or 0))
    if nombre:
        journaliser(personne, "fermer_session", personne, apres={"nombre": nombre})
    return nombre


def purger() -> int:
    """Drop expired sessions, and the rows of those that are gone."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    recentes = timezone.now() - timedelta(minutes=5)  # one that is just beginning may not be written yet
    mortes = SessionOuverte.objects.filter(ouverte_le__lt=recentes).exclude(
        cle__in=Session.objects.values("session_key")
    )
    return mortes.delete()[0]
