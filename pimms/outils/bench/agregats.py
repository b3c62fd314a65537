"""All aggregates computed again from the visits, while visits are entered."""

import random
import threading
import time
from contextlib import closing

import psycopg2

from pimms.outils.bench.bases import Base, avec_base, manage
from pimms.outils.bench.client import ms
from pimms.outils.bench.resultats import Ligne, Tableau

SECONDES_MAX, ATTENTE_MAX = 300.0, 1.0  # of the rebuild of ten million visits; of an entry meanwhile
PAUSE = 0.05  # seconds between two entries
METHODE = """\
`manage.py verifier_agregats --refaire` on {visites:,} visits, from its start to its end: once where the
aggregates stand, once where their tables have been emptied. Meanwhile another session writes a visit and its
request again and again, at a point and a day drawn each time, and takes them back: what it waits for is
timed, up to its last statement."""
VIDER = """
TRUNCATE accueil_agregatjour, accueil_agregatmois, accueil_colonnesmois,
  accueil_reseaujour, accueil_reseaumois; SELECT 1"""
# The same row again, with a key of its own.
_ENCORE = """
INSERT INTO {table} SELECT r.* FROM {table} t CROSS JOIN LATERAL jsonb_populate_record(t, jsonb_build_object(
  'id', nextval(pg_get_serial_sequence('{table}', 'id')), {propres})) r WHERE {choix} RETURNING id"""
_VISITE = _ENCORE.format(
    table="accueil_visite", propres="'cle', gen_random_uuid()", choix="t.id = %(modele)s"
)
_DEMANDE = _ENCORE.format(
    table="accueil_demande",
    propres="'visite_id', %(visite)s",
    choix="t.visite_id = %(modele)s AND t.rang = 0",
)


def mesurer(base: Base) -> Tableau:
    """How long the whole takes, and the longest entry meanwhile; as they stand, then from nothing."""
    lignes = list(_refaire(base, "all points, all days"))
    base.lignes(VIDER)
    lignes += _refaire(base, "the same, from emptied tables")
    return Tableau("Aggregates computed again", METHODE.format(visites=base.visites), tuple(lignes))


def _refaire(base: Base, nom: str) -> tuple[Ligne, Ligne]:
    fini = threading.Event()
    attentes: list[float] = []
    saisies = threading.Thread(target=_saisir, args=(base, fini, attentes))
    saisies.start()
    debut = time.monotonic()
    try:
        manage(base.nom, "verifier_agregats", "--refaire")
        secondes = time.monotonic() - debut
    finally:
        fini.set()
        saisies.join()
    detail = f"{len(attentes):,} entries, half of them under {ms(attentes):.1f} ms"
    return (
        Ligne(nom, secondes, SECONDES_MAX, "s"),
        Ligne("longest entry meanwhile", max(attentes), ATTENTE_MAX, "s", detail),
    )


def _saisir(base: Base, fini: threading.Event, attentes: list[float]) -> None:
    """Enter visits until told to stop, none of which stays."""
    hasard = random.Random(7)  # noqa: S311 — which visits are taken as models
    adresse = avec_base("DATABASE_URL_PROPRIETAIRE", base.nom)
    with closing(psycopg2.connect(adresse)) as lien, lien.cursor() as curseur:
        curseur.execute("SELECT min(id), max(id) FROM accueil_visite")
        premiere, derniere = curseur.fetchone()
        while not fini.wait(PAUSE):
            modele, debut = hasard.randint(premiere, derniere), time.perf_counter()
            curseur.execute(_VISITE, {"modele": modele})
            for (visite,) in curseur.fetchall():
                curseur.execute(_DEMANDE, {"modele": modele, "visite": visite})
                attentes.append(time.perf_counter() - debut)
            lien.rollback()
