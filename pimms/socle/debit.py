"""How often a page open to everyone may be used from one place: counted in the cache, nowhere else."""

import hmac
import ipaddress
import time
from collections.abc import Mapping
from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

FENETRE = 300  # seconds
# Prefix lengths that stand for « about there »: a household or an office, not a device.
RESEAUX = {4: 24, 6: 48}


def provenance(request: HttpRequest) -> str:
    """Where a request comes from, coarsely: a keyed fingerprint of its network that changes each window."""
    try:
        adresse = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
        reseau = str(ipaddress.ip_network(f"{adresse}/{RESEAUX[adresse.version]}", strict=False))
    except (ValueError, PermissionDenied):
        reseau = "inconnue"  # all those without an address share one allowance
    fenetre = int(time.time() // FENETRE)
    return hmac.new(settings.SECRET_KEY.encode(), f"{fenetre}|{reseau}".encode(), sha256).hexdigest()[:32]


def laisse_passer(limites: Mapping[str, int]) -> bool:
    """Count one more use of each name in this window of five minutes; False once one had as many already.

    What is refused counts nowhere, so that whoever floods one name uses up no other. Two at the very same
    instant may count as one: this holds floods back, it does not keep accounts.
    """
    fenetre = int(time.time() // FENETRE)
    cles = {f"debit:{nom}:{fenetre}": limite for nom, limite in limites.items()}
    deja = cache.get_many(cles)
    if any(deja.get(cle, 0) >= limite for cle, limite in cles.items()):
        return False
    for cle in cles:
        cache.set(cle, deja.get(cle, 0) + 1, 2 * FENETRE)
    return True
