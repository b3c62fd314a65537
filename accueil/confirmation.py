"""Confirming, before an act, that one is still the person who logged in."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse

from accueil.acces import Requete


def confirmee(vue: Callable[..., Any]) -> Callable[..., Any]:
    """Ask for the password, or the factor, before this page or file.

    What a form sent too late held is not kept: allauth's own decorator would put it in the session, in
    clear, and here it may be a code or a name.
    """

    @wraps(vue)
    def enveloppe(request: Requete, *args, **kwargs) -> Any:
        if did_recently_reauthenticate(request):
            return vue(request, *args, **kwargs)
        if request.method == "POST":
            messages.warning(request, "Confirmez d’abord que c’est vous, puis refaites votre demande.")
        moyen = get_adapter().get_reauthentication_methods(request.user)[0]
        return redirect(f"{moyen['url']}?{urlencode({'next': request.get_full_path()})}")

    return enveloppe


def entree_recente(vue: Callable[..., Any]) -> Callable[..., Any]:
    """Ask who has nothing to confirm with (no password, no factor yet) to log in again.

    Else a session left open would be enough to set up somebody's first factor.
    """

    @wraps(vue)
    @login_required
    def enveloppe(request: Requete, *args, **kwargs) -> Any:
        entrees = get_authentication_records(request, request.user)
        recente = entrees and time.time() - entrees[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        if recente or get_adapter().get_reauthentication_methods(request.user):
            return vue(request, *args, **kwargs)
        logout(request)
        messages.info(request, "Pour ce réglage, connectez-vous à nouveau.")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")

    return enveloppe
