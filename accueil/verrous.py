"""The lock of a shared desk: posed by one key or by idle time, opened by a short code.

A locked session answers nothing but its lock, whatever the page asks. Several people may be logged in on
one browser, all locked but one: each opens their own with their own code, so that whoever logs an entry is
whoever stands there. When a session was last used is told by a signed cookie: no statement a page.
"""

import time
from importlib import import_module
from itertools import pairwise

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils import timezone

from accueil import sessions
from accueil.models import CodeVerrou, SessionOuverte, Utilisateur
from accueil.models.postes import ESSAIS_MAX
from pimms.socle.journal import journaliser

VERROU, ACTIF = "verrou", "actif_le"  # in the session: locked; second of the last use, when it was written
COOKIE_ACTIF, COOKIE_POSTE = "pimms_actif", "pimms_poste"
PAS = 30  # seconds between two notes of activity
CODE_SUFFIT = 4 * 3600  # seconds without use; longer, the password is asked
POSTE_VAUT = 12 * 3600  # seconds: a working day, after which a browser remembers nobody
VOISINS_MAX = 6  # people logged in on one browser


def commencer(sender, request: HttpRequest, user: Utilisateur, **_) -> None:
    """A login opens the lock, and gives the code its attempts back."""
    request.session.pop(VERROU, None)
    request.session[ACTIF] = int(time.time())
    CodeVerrou.objects.filter(personne=user, essais__gt=0).update(essais=0)


def _sel(request: HttpRequest) -> str:
    return f"pimms.actif:{request.session.session_key}"


def dernier_usage(request: HttpRequest) -> int:
    """Second at which this session was last used, as far as can be told."""
    vu = request.get_signed_cookie(COOKIE_ACTIF, default="0", salt=_sel(request))
    return max(int(vu or 0), request.session.get(ACTIF, 0))


def noter_usage(request: HttpRequest, reponse: HttpResponse) -> None:
    """Remember that someone used this session, once in a while; never for what a page asks by itself."""
    if "X-Discret" in request.headers or request.session.get(VERROU) or not request.session.session_key:
        return
    maintenant = int(time.time())
    if maintenant - dernier_usage(request) < PAS:
        return
    reponse.set_signed_cookie(
        COOKIE_ACTIF,
        str(maintenant),
        salt=_sel(request),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def verrouiller(request: HttpRequest) -> None:
    """Lock this session; its last use is written, to know later whether the code still suffices."""
    if not request.session.get(VERROU):
        request.session[ACTIF] = dernier_usage(request)
        request.session[VERROU] = True


def est_verrouillee(request: HttpRequest) -> bool:
    """Whether this session is locked; one left alone for too long is from now on."""
    if (
        not request.session.get(VERROU)
        and time.time() - dernier_usage(request) > settings.VERROU_MINUTES * 60
    ):
        verrouiller(request)
    return bool(request.session.get(VERROU))


@transaction.atomic
def choisir_code(personne: Utilisateur, code: str) -> None:
    """Choose one's short code, or another one: four to eight digits that nobody tries first."""
    if not (code.isascii() and code.isdecimal() and 4 <= len(code) <= 8):
        raise ValidationError("Quatre à huit chiffres.")
    ecarts = {(int(b) - int(a)) % 10 for a, b in pairwise(code)}
    if len(ecarts) == 1 and ecarts <= {0, 1, 9}:
        raise ValidationError("Ce code se devine\u202f: évitez 0000, 1234 et les suites.")
    CodeVerrou.objects.update_or_create(
        personne=personne,
        defaults={"empreinte": make_password(code), "essais": 0, "choisi_le": timezone.now()},
    )
    journaliser(personne, "choisir_code_verrou", personne)


@transaction.atomic
def retirer_code(personne: Utilisateur) -> None:
    if CodeVerrou.objects.filter(personne=personne).delete()[0]:
        journaliser(personne, "retirer_code_verrou", personne)


@transaction.atomic
def code_juste(personne: Utilisateur, code: str) -> bool:
    """Check a code; attempts are counted on its row, so that two at once are two."""
    ligne = CodeVerrou.objects.select_for_update().filter(personne=personne, essais__lt=ESSAIS_MAX).first()
    if ligne is None:
        return False
    juste = check_password(code[:8], ligne.empreinte)
    ligne.essais = 0 if juste else ligne.essais + 1
    ligne.save(update_fields=["essais"])
    return juste


def voisins(request: HttpRequest) -> list[int]:
    """Keys of the sessions that this browser keeps beside its own."""
    texte = request.get_signed_cookie(COOKIE_POSTE, default="", salt=COOKIE_POSTE, max_age=POSTE_VAUT) or ""
    return [int(pk) for pk in texte.split(".") if pk.isdecimal()]


def garder(request: HttpRequest, reponse: HttpResponse, pks: list[int]) -> None:
    """Let this browser keep those sessions; it knows their keys here, not those that open them."""
    autres = [pk for pk in dict.fromkeys(pks) if pk != request.session.get(sessions.CLE)]
    reponse.set_signed_cookie(
        COOKIE_POSTE,
        ".".join(map(str, autres[-VOISINS_MAX:])),
        salt=COOKIE_POSTE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def candidats(request: HttpRequest) -> list[SessionOuverte]:
    """Locked sessions of this browser that a short code may open, one's own first; two statements."""
    sienne = request.session.get(sessions.CLE)
    lignes = {
        ligne.cle: ligne
        for ligne in sessions.vivantes()
        .filter(
            pk__in=[sienne, *voisins(request)],
            personne__is_active=True,
            personne__code_verrou__essais__lt=ESSAIS_MAX,
        )
        .select_related("personne")
    }
    recentes = []
    for session in Session.objects.filter(session_key__in=lignes):
        valeurs = session.get_decoded()
        ligne = lignes[session.session_key]
        if ligne.pk == sienne:
            valeurs = request.session  # locked by this very request, perhaps
        if valeurs.get(VERROU) and time.time() - valeurs.get(ACTIF, 0) < CODE_SUFFIT:
            recentes.append(ligne)
    return sorted(recentes, key=lambda ligne: (ligne.pk != sienne, ligne.personne.nom_tri))


def ouvrir(request: HttpRequest, ligne: SessionOuverte) -> list[int]:
    """Open a candidate whose code was right: it becomes this browser's session; what to keep beside."""
    quittee = request.session.get(sessions.CLE)
    if ligne.pk != quittee:
        _quitter(request, ligne.cle)
    request.session.pop(VERROU, None)
    request.session[ACTIF] = int(time.time())
    request.session.cycle_key()
    sessions.suivre(request)
    request.user = get_user(request)
    rotate_token(request)
    return [*voisins(request), *([quittee] if quittee else [])]


def mettre_de_cote(request: HttpRequest) -> None:
    """Leave the locked session as it is, and go on in a new one: another person logs in."""
    _quitter(request, None)
    request.user = get_user(request)


def _quitter(request: HttpRequest, cle: str | None) -> None:
    taire(request)
    request.session.save()
    magasin = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = magasin(cle)
    # What the request remembers of who was there.
    for nom in ("_cached_user", "_acached_user"):
        request.__dict__.pop(nom, None)


def taire(request: HttpRequest) -> None:
    """Forget what was to be told on a next page: who reads that page is somebody else."""
    for _ in messages.get_messages(request):
        pass
