"""What a yearly account counts beside the desk: cases, field work, trainings, what was heard, actions."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from mediation.models.actions import NatureAction
from pimms.socle.periodes import Periode

# Name, table, day that counts, what is counted, condition. A case passed on to another point is opened once,
# and closed where it ends.
_COMPTES = (
    ("dossiers_ouverts", "mediation_dossier", "ouvert_le", "count(*)", "t.predecesseur_id IS NULL"),
    ("dossiers_clos", "mediation_dossier", "clos_le", "count(*)", "t.issue <> 'transfert'"),
    ("accords", "mediation_dossier", "clos_le", "count(*)", "t.issue = 'accord'"),
    ("alertes", "mediation_alerte", "jour", "count(*)", "t.annulee_le IS NULL"),
    ("avis", "qualite_avis", "jour", "count(*)", "true"),
    ("satisfaits", "qualite_avis", "jour", "count(*)", "t.visage >= 3"),
    ("formations", "qualite_formationsuivie", "fin", "count(*)", "t.confirmee_le IS NOT NULL"),
    ("heures", "qualite_formationsuivie", "fin", "coalesce(sum(t.heures), 0)", "t.confirmee_le IS NOT NULL"),
    ("reclamations", "qualite_reclamation", "recue_le", "count(*)", "true"),
    ("incidents", "qualite_incident", "jour", "count(*)", "true"),
)
# Of an association, its own actions and its points'; of the network, all.
_CORRECTIVES = (
    ("correctives_ouvertes", "qualite_actioncorrective", "ouverte_le", "count(*)", "true"),
    ("correctives_closes", "qualite_actioncorrective", "close_le", "count(*)", "true"),
    ("correctives_a_temps", "qualite_actioncorrective", "close_le", "count(*)", "t.close_le <= t.echeance"),
)
_TERRAIN = """
SELECT f.rang, a.nature, count(*),
  sum(coalesce(a.passages, 0) + (SELECT coalesce(sum(p.nombre), 0) FROM mediation_participation p
                                 WHERE p.action_id = a.id))
FROM fenetre f JOIN mediation_action a ON a.jour BETWEEN f.du AND f.au
WHERE a.etat = 'faite' AND {portee}
  AND NOT (a.nature = 'projet' AND EXISTS (
    SELECT FROM mediation_action s WHERE s.projet_id = a.id AND s.etat = 'faite'))
GROUP BY 1, 2"""


def compter(
    points: Sequence[int] | None, association: int | None, periodes: Sequence[Periode]
) -> list[dict[str, float]]:
    """The counts of these points (None: all) over each period, by name; one statement.

    `association`: whose own corrective actions count with those of its points.
    """
    portee = "true" if points is None else "t.point_id = ANY(%(points)s)"
    correctives = "true" if points is None else f"({portee} OR t.association_id = %(association)s)"
    selections = " UNION ALL ".join(
        f"SELECT f.rang, '{nom}', {mesure} FROM fenetre f JOIN {table} t"  # noqa: S608 — fixed texts only
        f" ON t.{jour} BETWEEN f.du AND f.au AND {condition} AND {ou} GROUP BY 1"
        for comptes, ou in ((_COMPTES, portee), (_CORRECTIVES, correctives))
        for nom, table, jour, mesure, condition in comptes
    )
    lus: list[dict[str, float]] = [
        dict.fromkeys((nom for nom, *_ in (*_COMPTES, *_CORRECTIVES)), 0) for _ in periodes
    ]
    for rang, nom, nombre in _lire(selections, points, association, periodes):
        lus[rang][nom] = float(nombre) if nom == "heures" and nombre % 1 else int(nombre)
    return lus


def terrain(points: Sequence[int] | None, periodes: Sequence[Periode]) -> list[list[dict[str, Any]]]:
    """Actions done over each period by kind: how many, and people met or taking part; one statement."""
    portee = "true" if points is None else "a.point_id = ANY(%(points)s)"
    lignes = _lire(_TERRAIN.format(portee=portee), points, None, periodes)
    par_nature = {(rang, nature): (nombre, int(personnes)) for rang, nature, nombre, personnes in lignes}
    return [
        [
            {"nom": str(nature.label), "nombre": nombre, "personnes": personnes}
            for nature in NatureAction
            if (trouve := par_nature.get((rang, nature.value)))
            for nombre, personnes in [trouve]
        ]
        for rang in range(len(periodes))
    ]


def _lire(
    ordre: str, points: Sequence[int] | None, association: int | None, periodes: Sequence[Periode]
) -> list[tuple]:
    fenetres = ", ".join(f"({n}, %(du{n})s::date, %(au{n})s::date)" for n in range(len(periodes)))
    valeurs: dict[str, Any] = {"points": points, "association": association}
    for n, periode in enumerate(periodes):
        valeurs |= {f"du{n}": periode.du, f"au{n}": periode.au}
    with connection.cursor() as curseur:
        curseur.execute(f"WITH fenetre (rang, du, au) AS (VALUES {fenetres}) {ordre}", valeurs)
        return curseur.fetchall()
