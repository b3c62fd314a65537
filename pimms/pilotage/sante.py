"""Health of the services that the application lives on."""

import time
from datetime import timedelta

import redis
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from accueil.verification_agregats import dernier_controle
from pimms.socle import envois
from pimms.socle.controle_journal import dernier_controle as controle_du_journal
from pimms.socle.models import Battement
from qualite.conservation import etat_de_la_conservation

SILENCE_MAX = timedelta(seconds=90)  # beats come every 20 s
SERVICES = ("beat", "courant", "exports", "rapports")


def _mesurer(sonde) -> dict:
    debut = time.perf_counter()
    try:
        sonde()
    except (Error, redis.RedisError, OSError) as erreur:
        return {"ok": False, "erreur": type(erreur).__name__}
    return {"ok": True, "latence_ms": round((time.perf_counter() - debut) * 1000, 1)}


def _base() -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT 1")


def _redis() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
        client.ping()


def _battements() -> dict[str, dict]:
    vus = {b.nom: b for b in Battement.objects.filter(nom__in=SERVICES)}
    maintenant = timezone.now()
    etats = {}
    for nom in SERVICES:
        b = vus.get(nom)
        if b is None:
            etats[nom] = {"ok": False, "erreur": "jamais vu"}
            continue
        silence = maintenant - b.vu_le
        etats[nom] = {
            "ok": silence < SILENCE_MAX,
            "silence_s": round(silence.total_seconds(), 1),
            "retard_s": round((b.vu_le - b.emis_le).total_seconds(), 3),
        }
    return etats


def etat_des_services() -> dict:
    """State of each service: `ok`, latency in ms or silence and queue lag in s; `ok` overall.

    `courriels` counts the mails that wait, fail or were given up; `agregats` tells the last comparison of
    the figures with the entries, `journal` the last verification of its chain, `conservation` the last
    night's retention: told until they are mended, but no reason to restart anything.
    """
    services = {"base": _mesurer(_base), "redis": _mesurer(_redis)}
    autres: dict[str, dict] = {"courriels": {}, "agregats": {}, "journal": {}, "conservation": {}}
    if services["base"]["ok"]:
        services |= _battements()
        autres = {
            "courriels": envois.compter(),
            "agregats": dernier_controle(),
            "journal": controle_du_journal(),
            "conservation": etat_de_la_conservation(),
        }
    return {"ok": all(s["ok"] for s in services.values()), "services": services, **autres}
