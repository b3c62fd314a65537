"""Fill an empty installation with a made-up network, as the owner of the database."""

import gc
import json
import multiprocessing
import queue
import secrets
import signal
import traceback
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg2
from django.contrib.auth.hashers import make_password
from psycopg2 import sql

from accueil import agregats_reseau
from accueil.agregats import mois_des_visites
from accueil.agregats import remplir as remplir_agregats
from accueil.models import (
    Absence,
    Acces,
    AgregatJour,
    AgregatMois,
    Association,
    ColonnesMois,
    ContratFranchise,
    Convention,
    Fermeture,
    JourneeMobile,
    LabelFranceServices,
    Partenaire,
    PlageHoraire,
    PointAccueil,
    ReseauJour,
    ReseauMois,
    Utilisateur,
)
from pimms.demo import charte, correctives, ecoute, mediations, parcours
from pimms.demo.aujourdhui import ouvrir_une_permanence
from pimms.demo.avancement import Avancement
from pimms.demo.copie import analyser, copier, copier_objets, demonter, prochaines_cles, regler_sequences
from pimms.demo.equipes import Equipes, constituer
from pimms.demo.parametres import Carnet, Existant, Parametres
from pimms.demo.partenaires import conclure
from pimms.demo.plan import JourDePoint, etablir
from pimms.demo.profils import Profil, dresser
from pimms.demo.reseau import Point, batir
from pimms.demo.suite import imaginee
from pimms.demo.vies import Monde
from pimms.demo.visites import COLONNES, LOT, Fabrique, Octets

# In the order in which rows refer to each other.
MODELES = (
    Utilisateur, Association, ContratFranchise, PointAccueil, PlageHoraire, Fermeture, JourneeMobile,
    LabelFranceServices, Partenaire, Convention, Acces, Absence, *charte.MODELES,
    *parcours.MODELES, *correctives.MODELES,
)  # fmt: skip
MARQUANTES = ("accueil_visite", "accueil_demande")
MOT_DE_PASSE = "pimms-demo"  # public: printed by the demo, which alone accepts it
REGLAGES = (
    "SET LOCAL lock_timeout = '10s'; SET LOCAL timezone = 'UTC';"
    " SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL work_mem = '64MB'"
)


class DejaPeuple(Exception):
    """There are points or visits already: nothing is ever mixed with them."""


@dataclass(frozen=True)
class Bilan:
    """Rows made, by table."""

    lignes: dict[str, int]


def peupler(url: str, params: Parametres, avancement: Avancement) -> Bilan:
    """Fill the database at `url` (the owner's address) in one transaction, then VACUUM ANALYZE.

    Raises DejaPeuple when points or visits exist, psycopg2.Error when the database refuses.
    """
    with _sans_ramasser():
        return _peupler(url, params, avancement)


@contextmanager
def _sans_ramasser() -> Iterator[None]:
    """Nothing made here is cyclic, and looking for cycles costs a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _peupler(url: str, params: Parametres, avancement: Avancement) -> Bilan:
    avancement.etape("Réseau")
    with closing(psycopg2.connect(url)) as lien, lien.cursor() as curseur:
        _refuser_si_peuple(curseur)
        existant, cles = Existant.lire(curseur), prochaines_cles(curseur, MODELES)
    carnet = Carnet(cles)
    reseau = _imaginer(params, existant, carnet)
    points, profils, plan = reseau.points, reseau.profils, reseau.plan
    lots = _lots(Fabrique(params, points, profils), plan, sum(j.visites for j in plan))
    with closing(psycopg2.connect(url)) as lien, lien, lien.cursor() as curseur:
        curseur.execute(REGLAGES)
        curseur.execute("LOCK TABLE accueil_pointaccueil, accueil_visite IN EXCLUSIVE MODE")
        _refuser_si_peuple(curseur)
        with correctives.sans_garde(curseur):
            for modele in MODELES:
                copier_objets(curseur, modele, carnet.lignes.get(modele, []))
        definitions = _copier_les_visites(curseur, lots, plan, avancement)
        monde = Monde(
            params,
            existant,
            Carnet(prochaines_cles(curseur, mediations.NUMEROTES)),
            reseau.equipes,
            points,
        )
        with imaginee(curseur, monde, reseau.locaux, plan, carnet.lignes[Acces]) as suite:
            compte = _remonter(curseur, definitions, avancement)
            compte |= {m._meta.db_table: len(carnet.lignes.get(m, [])) for m in MODELES}
            _agreger(curseur, avancement)
            avancement.etape("Médiation")
            compte |= suite.result().copier(curseur)
        _journaliser(curseur, params, compte)
        avancement.etape("Validation")
    avancement.etape("Statistiques")
    analyser(url, COLONNES, _autres_tables())
    avancement.clore()
    return Bilan(compte)


def _autres_tables() -> Iterable[str]:
    """Those that are filled beside the visits, each once."""
    agregats = (AgregatJour, AgregatMois, ColonnesMois, ReseauJour, ReseauMois)
    ecrites = (m._meta.db_table for m in (*agregats, *MODELES))
    return dict.fromkeys((*ecrites, *mediations.TABLES, *ecoute.TABLES))


def _refuser_si_peuple(curseur) -> None:
    for table in ("accueil_visite", "accueil_pointaccueil"):
        curseur.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        if curseur.fetchone()[0]:
            raise DejaPeuple


@dataclass(frozen=True)
class Reseau:
    """All that is made up before the visits; `locaux`: keys of an association's partners by kind."""

    points: list[Point]
    profils: list[Profil]
    plan: list[JourDePoint]
    equipes: Equipes
    locaux: dict[int, dict[str, int]]


def _imaginer(params: Parametres, existant: Existant, carnet: Carnet) -> Reseau:
    """Everything but the visits, in memory: it is small whatever the number of visits."""
    points = batir(params, existant, carnet)
    locaux = conclure(params, existant, carnet, points)
    equipes = constituer(params, carnet, points)
    if params.demo:
        ouvrir_une_permanence(params, carnet, points)
        _ouvrir_les_comptes(equipes, carnet)
    charte.attester(params, carnet, equipes.vedettes.get("mediateur"))
    correctives.decider(params, carnet, equipes, points)
    parcours.suivre(params, carnet, equipes, points)
    profils = [
        dresser(params, existant, p, locaux[p.objet.association_id], existant.communes[p.lieu.departement])
        for p in points
    ]
    return Reseau(points, profils, etablir(params, points, equipes), equipes, locaux)


def _ouvrir_les_comptes(equipes: Equipes, carnet: Carnet) -> None:
    """Give the demo's four people their address and the public password.

    The others have come in already: theirs is one that nobody knows, the same for all, for a hash is slow.
    """
    inconnue = make_password(secrets.token_urlsafe(32))
    for personne in carnet.lignes[Utilisateur]:
        personne.password = inconnue
    empreinte = make_password(MOT_DE_PASSE)
    for role, personne in equipes.vedettes.items():
        personne.email, personne.password = f"{role}@exemple.fr", empreinte
    equipes.vedettes["union"].is_staff = True


def _lots(fabrique: Fabrique, plan: list[JourDePoint], visites: int) -> Iterator[Octets]:
    """The lots to copy; beyond one lot another process makes them while PostgreSQL takes them in."""
    if visites <= LOT:
        return (lot.octets() for lot in fabrique.lots(plan))
    contexte = multiprocessing.get_context("fork")
    file: multiprocessing.Queue = contexte.Queue(maxsize=2)  # bounded: constant memory
    enfant = contexte.Process(target=_produire, args=(fabrique, plan, file), daemon=True)
    enfant.start()
    return _recevoir(enfant, file)


def _produire(fabrique: Fabrique, plan: list[JourDePoint], file: multiprocessing.Queue) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers Ctrl-C
    try:
        for lot in fabrique.lots(plan):
            file.put(lot.octets())
        file.put(None)
    except Exception:  # told to the parent, which raises it
        file.put(traceback.format_exc())


def _recevoir(enfant, file: multiprocessing.Queue) -> Iterator[Octets]:
    while True:
        try:
            recu = file.get(timeout=10)
        except queue.Empty:
            if enfant.is_alive():
                continue
            raise RuntimeError(f"la préparation des visites s’est arrêtée ({enfant.exitcode})") from None
        if recu is None:
            enfant.join()
            return
        if isinstance(recu, str):
            raise RuntimeError(recu)
        yield recu


def _copier_les_visites(curseur, lots, plan: list[JourDePoint], avancement: Avancement) -> list[str]:
    """Take keys and indexes down and copy the lots; the statements that put these back."""
    tables = list(COLONNES)
    curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")  # ALTER TABLE refuses pending checks
    # A mark a lot would be of no use: the aggregates are computed afterwards, all at once.
    for table in MARQUANTES:
        curseur.execute(f"ALTER TABLE {table} DISABLE TRIGGER agregat_insert")
    definitions = demonter(curseur, tables)
    avancement.etape("Visites", sum(j.visites for j in plan))
    for visites, octets in lots:
        for table in tables:
            if table in octets:
                copier(curseur, table, COLONNES[table].split(), octets[table], gel=True)
        avancement.avancer(visites)
    return definitions


def _remonter(curseur, definitions: list[str], avancement: Avancement) -> dict[str, int]:
    """Put keys and indexes back; the number of rows by table."""
    tables = list(COLONNES)
    avancement.etape("Clés et index", len(definitions))
    for definition in definitions:
        curseur.execute(definition)
        avancement.avancer()
    for table in MARQUANTES:
        curseur.execute(f"ALTER TABLE {table} ENABLE TRIGGER agregat_insert")
    avec_cle = [t for t in tables if COLONNES[t].startswith("id ")]
    regler_sequences(curseur, [*avec_cle, *(m._meta.db_table for m in MODELES)])
    return {table: _compter(curseur, table) for table in tables}


def _agreger(curseur, avancement: Avancement) -> None:
    """Compute the aggregates, month after month: constant memory whatever the number of visits."""
    mois = mois_des_visites(curseur)
    avancement.etape("Agrégats", len(mois))
    for debut in mois:
        remplir_agregats(curseur, debut)
        avancement.avancer()
    agregats_reseau.remplir(curseur)


def _compter(curseur, table: str) -> int:
    curseur.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
    return curseur.fetchone()[0]


def _journaliser(curseur, params: Parametres, compte: dict[str, int]) -> None:
    """One entry for the whole: no person did it, and an entry a visit would say nothing more."""
    apres = {
        "points": params.points,
        "annees": params.annees,
        "visites": params.visites,
        "graine": params.graine,
        "reference": str(params.reference),
        "demo": params.demo,
        "lignes": compte,
    }
    curseur.execute(
        "INSERT INTO socle_entreejournal (horodatage, requete, objet, objet_id, acte, apres)"
        " VALUES (now(), 'peupler', 'reseau', 0, 'peupler', %s)",
        [json.dumps(apres)],
    )
