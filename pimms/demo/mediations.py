"""Fill the tables of mediation: cases drawn from the visits, actions and alerts from the open days."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from accueil.models import Utilisateur
from mediation.models import (
    Action,
    Alerte,
    Attente,
    Compteur,
    Consentement,
    Document,
    Dossier,
    Engagement,
    Etape,
    Evenement,
    Fichier,
    Lecteur,
    Participation,
    Partie,
    Presence,
    PropositionRegistre,
    Redirection,
    Transmission,
)
from pimms.demo.copie import regler_sequences
from pimms.demo.dossiers import Dossiers
from pimms.demo.equipes import Equipes
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Parametres
from pimms.demo.plan import JourDePoint
from pimms.demo.reseau import POINT_DEMO, Point
from pimms.demo.terrain import Terrain
from pimms.demo.vies import Monde, Ouverture
from pimms.socle.models import CleDonnees

# In the order in which rows refer to each other.
MODELES = (
    CleDonnees, Compteur, Dossier, Lecteur, Partie, Consentement, Document, Fichier, Etape, Presence,
    Engagement, Evenement, Attente, Redirection, Action, Action.equipe.through,
    Action.partenaires.through, Participation, Alerte, Transmission, PropositionRegistre,
)  # fmt: skip
# A file's key is that of its document.
NUMEROTES = tuple(m for m in MODELES if m is not Fichier)
TABLES = tuple(m._meta.db_table for m in MODELES)
# Rows are copied as they stand at the end of the story: what watches over the moves on the way is set
# aside within this transaction, and the constraints stay.
GARDES = (
    ("mediation_dossier", "dossier_garde"),
    ("mediation_etape", "etape_garde"),
    ("mediation_presence", "presence_garde"),
    ("mediation_presence", "depart_garde"),
    ("mediation_consentement", "consentement_garde"),
    ("mediation_evenement", "evenement_garde"),
    ("mediation_evenement", "evenement_raconte"),
)
VISITES_PAR_DOSSIER = 130
DEPUIS_UNE_VISITE = 0.7  # of the cases
# One request a point and a day, to be unblocked: the case that it opens takes it over.
DEMANDES = """
SELECT DISTINCT ON (v.point_id, v.jour) v.point_id, v.jour, q.id, q.theme_id, q.partenaire_id, q.registre
FROM unnest(%s::bigint[], %s::date[]) AS voulu (point, jour)
JOIN accueil_visite v ON v.point_id = voulu.point AND v.jour = voulu.jour AND v.annulee_le IS NULL
JOIN accueil_demande q ON q.visite_id = v.id AND q.registre IN (2, 3, 5) AND q.issue = 'a_suivre'
ORDER BY v.point_id, v.jour, q.id
"""


Voulus = list[tuple[JourDePoint, tuple | None]]


def lire_ouvertures(curseur, params: Parametres, points: Sequence[Point], plan: list[JourDePoint]) -> Voulus:
    """The days on which a case is opened, each with the request that it may come from. Visits are there
    already, with or without their indexes."""
    voulus = [j for j in plan if j.jour < params.reference and _ouvre(params, points[j.rang], j)]
    # Rows just copied have no statistics: without them this one question takes half a minute.
    curseur.execute("ANALYZE accueil_visite (point_id, jour), accueil_demande (visite_id, registre, issue)")
    curseur.execute(DEMANDES, [[points[j.rang].pk for j in voulus], [j.jour for j in voulus]])
    demandes = {(point, jour): tuple(reste) for point, jour, *reste in curseur.fetchall()}
    return [(j, demandes.get((points[j.rang].pk, j.jour))) for j in voulus]


def imaginer(
    monde: Monde, locaux: dict[int, dict[str, int]], plan: list[JourDePoint], voulus: Voulus
) -> None:
    """Make up everything into the carnet of `monde`, without the database."""
    params, points, equipes = monde.params, monde.points, monde.equipes
    dossiers = Dossiers(monde)
    for prevu, demande in voulus:
        point = points[prevu.rang]
        hasard = Hasard(params.graine, "mediateur", point.lieu.code, prevu.jour)
        presents = [*prevu.presents, *(a for a in prevu.presents if _vedette(equipes, a.personne))]
        depuis = demande if hasard.chance(DEPUIS_UNE_VISITE) else None
        dossiers.ouvrir(Ouverture(point, prevu.jour, hasard.choice(presents), depuis))
    dossiers.finir()
    terrain = Terrain(params, monde.existant, monde.carnet, locaux)
    for prevu in plan:
        if prevu.jour < params.reference:
            terrain.journee(points[prevu.rang], prevu)
    for point in points:
        terrain.a_venir(point, equipes.par_point[point.pk])


def _ouvre(params: Parametres, point: Point, prevu: JourDePoint) -> bool:
    """Whether a case is opened on that day: more often where the demo is looked at, and lately there."""
    frequence = prevu.visites / VISITES_PAR_DOSSIER
    if params.demo and point.lieu.code == POINT_DEMO and (params.reference - prevu.jour).days < 90:
        frequence *= 2
    return Hasard(params.graine, "dossier ?", point.lieu.code, prevu.jour).chance(frequence)


def _vedette(equipes: Equipes, personne: Utilisateur) -> bool:
    return personne is equipes.vedettes.get("mediateur")


@contextmanager
def sans_gardes(curseur) -> Iterator[None]:
    """Set aside, for a block, what watches over the moves of a case."""
    for table, garde in GARDES:
        curseur.execute(f"ALTER TABLE {table} DISABLE TRIGGER {garde}")
    yield
    curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")  # ALTER TABLE refuses pending checks
    for table, garde in GARDES:
        curseur.execute(f"ALTER TABLE {table} ENABLE TRIGGER {garde}")


def regler(curseur) -> None:
    """Keys go on after those that were copied."""
    regler_sequences(curseur, [m._meta.db_table for m in NUMEROTES])
