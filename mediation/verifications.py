"""Likely mistakes of the last twelve months: entries whose register and content don't fit together.

One statement; coded values only. Each rule says what it looks for and what one may do about it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from pimms.socle.periodes import Periode

DELAI = 15  # days left to the author before an entry is looked at (network's rule, « à valider »)
PAR_REGLE = 20  # entries shown a rule and page


@dataclass(frozen=True)
class Regle:
    """One likely mistake: what is seen, what to do, and the entries (point_id, jour, id, nom) in SQL."""

    code: str
    titre: str
    conseil: str
    page: str  # URL name of an entry's page
    selection: str


REGLES = (
    Regle(
        "conflit_sans_etape",
        "Conflit sans aucune étape",
        "Notez ce qui a été fait, ou proposez un autre registre.",
        "dossier",
        "SELECT d.point_id, d.ouvert_le, d.id, d.reference FROM mediation_dossier d"
        " WHERE d.registre = 2 AND d.predecesseur_id IS NULL AND d.anonymise_le IS NULL"
        " AND d.ouvert_le BETWEEN %(du)s AND %(avant)s AND d.id <> ALL(%(caches)s::bigint[])"
        # A case passed on is told where it counts, unless something was done anywhere along its way.
        " AND NOT EXISTS (WITH RECURSIVE suite (id) AS (SELECT d.id UNION ALL"
        " SELECT s.id FROM mediation_dossier s JOIN suite ON s.predecesseur_id = suite.id)"
        " SELECT FROM suite JOIN mediation_dossier t USING (id) WHERE t.issue = 'hors_champ'"
        " OR EXISTS (SELECT FROM mediation_etape e WHERE e.dossier_id = t.id AND e.annulee_le IS NULL))",
    ),
    Regle(
        "atelier_sans_participant",
        "Atelier ou formation sans participant",
        "Complétez le compte rendu\u202f: combien de personnes étaient là\u202f?",
        "action",
        "SELECT a.point_id, a.jour, a.id, a.nature FROM mediation_action a"
        " WHERE a.nature IN ('atelier', 'formation') AND a.etat = 'faite'"
        " AND a.jour BETWEEN %(du)s AND %(au)s AND coalesce(a.passages, 0) = 0"
        " AND NOT EXISTS (SELECT FROM mediation_participation p WHERE p.action_id = a.id)",
    ),
    Regle(
        "concertation_sans_partenaire",
        "Concertation sans institution",
        "Une concertation réunit des habitants et une institution\u202f: ajoutez le partenaire.",
        "action",
        "SELECT a.point_id, a.jour, a.id, a.nature FROM mediation_action a"
        " WHERE a.nature = 'concertation' AND a.etat = 'faite' AND a.jour BETWEEN %(du)s AND %(au)s"
        " AND NOT EXISTS (SELECT FROM mediation_action_partenaires p WHERE p.action_id = a.id)",
    ),
    Regle(
        "projet_sans_etape",
        "Projet terminé sans aucune étape",
        "Notez les étapes du projet, ou choisissez une autre sorte d’action.",
        "action",
        "SELECT a.point_id, a.jour, a.id, a.nature FROM mediation_action a"
        " WHERE a.nature = 'projet' AND a.etat = 'faite' AND a.jour BETWEEN %(du)s AND %(au)s"
        " AND NOT EXISTS (SELECT FROM mediation_action s WHERE s.projet_id = a.id AND s.etat = 'faite')",
    ),
    Regle(
        "alerte_non_transmise",
        "Alerte jamais transmise",
        "Transmettez-la à un partenaire, ou annulez-la si elle n’en était pas une.",
        "alerte",
        "SELECT l.point_id, l.jour, l.id, l.nature FROM mediation_alerte l"
        " WHERE l.annulee_le IS NULL AND l.jour BETWEEN %(du)s AND %(avant)s"
        " AND NOT EXISTS (SELECT FROM mediation_transmission t WHERE t.alerte_id = l.id)",
    ),
)
CADRE = """
(SELECT '{code}', e.*, count(*) OVER () FROM ({selection}) e (point_id, jour, id, nom)
 WHERE {portee} ORDER BY e.jour DESC, e.id DESC LIMIT {limite})"""


@dataclass(frozen=True)
class Trouvaille:
    """One entry that a rule found. `nom`: a case's reference, else the kind of the entry, coded."""

    point: int
    jour: date
    pk: int
    nom: str


def chercher(
    points: Iterable[int] | None, periode: Periode, caches: Iterable[int] = ()
) -> list[tuple[Regle, int, list[Trouvaille]]]:
    """For each rule that finds something at these points (None: the network): how many, the latest.

    `caches`: keys of cases that are not told of, not even by their number.
    """
    cles = None if points is None else sorted(points)
    portee = "true" if cles is None else "e.point_id = ANY(%(points)s)"
    ordre = " UNION ALL ".join(
        CADRE.format(code=r.code, selection=r.selection, portee=portee, limite=PAR_REGLE) for r in REGLES
    )
    avant = periode.au - timedelta(days=DELAI)
    totaux: dict[str, int] = {}
    trouvees: dict[str, list[Trouvaille]] = {}
    valeurs = {"du": periode.du, "au": periode.au, "avant": avant, "points": cles, "caches": list(caches)}
    with connection.cursor() as curseur:
        curseur.execute(ordre, valeurs)
        for code, point, jour, pk, nom, total in curseur.fetchall():
            totaux[code] = total
            trouvees.setdefault(code, []).append(Trouvaille(point, jour, pk, nom))
    return [(r, totaux[r.code], trouvees[r.code]) for r in REGLES if r.code in totaux]
