"""Health probe of a container: `python sonde.py web|beat|courant|exports|rapports`; exit code 0 when well.

`web` asks the local server whether the database answers; the others look for their last sign of
life in the database, so that no worker's health depends on the web's.
"""

import json
import os
import sys
import urllib.request
from urllib.error import HTTPError

import psycopg2

SILENCE_MAX = 90  # seconds; beats come every 20 s


def _web() -> bool:
    hote = os.environ["ALLOWED_HOSTS"].split(",")[0]
    demande = urllib.request.Request("http://127.0.0.1:8000/sante/", headers={"Host": hote})
    try:
        with urllib.request.urlopen(demande, timeout=5) as reponse:  # noqa: S310 — a fixed http address
            etat = json.load(reponse)
    except HTTPError as erreur:  # 503: some service is ill, and the body says which
        etat = json.load(erreur)
    return bool(etat["services"]["base"]["ok"])


def _signe_de_vie(nom: str) -> bool:
    lien = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=5)
    try:
        with lien.cursor() as curseur:
            curseur.execute(
                "SELECT now() - vu_le < make_interval(secs => %s) FROM socle_battement WHERE nom = %s",
                [SILENCE_MAX, nom],
            )
            return curseur.fetchone() == (True,)
    finally:
        lien.close()


if __name__ == "__main__":
    service = sys.argv[1]
    sys.exit(0 if (_web() if service == "web" else _signe_de_vie(service)) else 1)
