"""Interventions by register: what was done at each point, counted once, whatever it was logged as.

Five kinds of entries feed a register. Nothing counts twice: a request that opened a case is that case;
a case passed on to another point counts once, where it began; a step counts only for a register that is
not its case's own. What is out of scope or cancelled does not count, nor does what is only planned; a
project counts by the steps that were done, by itself when it has none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db import connection

from accueil import comptes_par_registre
from accueil.registres import REGISTRES
from mediation import demandes_comptees
from pimms.socle.periodes import Periode

MOIS_MAX = 60  # months of one period: they are held as bits of one number


class Sorte(StrEnum):
    """Kinds of entries. They are unlike units: adding them up is always said."""

    DEMANDE = "demande"
    DOSSIER = "dossier"
    ETAPE = "etape"
    ACTION = "action"
    ALERTE = "alerte"

    @property
    def mots(self) -> str:
        """Singular and plural, as the filter `compte` takes them."""
        return _MOTS[self]

    @property
    def pluriel(self) -> str:
        return _MOTS[self].split(",")[1]


_MOTS = {
    Sorte.DEMANDE: "demande à l’accueil,demandes à l’accueil",
    Sorte.DOSSIER: "dossier de médiation,dossiers de médiation",
    Sorte.ETAPE: "étape d’un dossier,étapes de dossiers",
    Sorte.ACTION: "action,actions",
    Sorte.ALERTE: "alerte de veille,alertes de veille",
}

# Cases that came from another point, each with the case where its story began; those whose story was
# found out of scope, wherever that was.
CHAINES = """
WITH RECURSIVE chaine (id, racine) AS (
  SELECT s.id, r.id FROM mediation_dossier s JOIN mediation_dossier r ON r.id = s.predecesseur_id
  WHERE r.predecesseur_id IS NULL
  UNION ALL
  SELECT s.id, c.racine FROM mediation_dossier s JOIN chaine c ON s.predecesseur_id = c.id
), hors_champ (racine) AS (
  SELECT coalesce(c.racine, d.id) FROM mediation_dossier d LEFT JOIN chaine c ON c.id = d.id
  WHERE d.issue = 'hors_champ'
)
"""
# Each gives point_id, registre, jour, id of the entries that count. {portee} narrows by point.
SELECTIONS = {
    Sorte.DEMANDE: """
SELECT v.point_id, q.registre, v.jour, q.id
FROM accueil_visite v JOIN accueil_demande q ON q.visite_id = v.id
WHERE v.jour BETWEEN %(du)s AND %(au)s AND v.annulee_le IS NULL AND {portee_v}
  AND q.registre IS NOT NULL AND q.issue <> 'hors_champ'
  AND NOT EXISTS (SELECT FROM mediation_dossier o WHERE o.demande_id = q.id)
  AND NOT EXISTS (SELECT FROM mediation_redirection o WHERE o.demande_id = q.id)""",
    Sorte.DOSSIER: """
SELECT d.point_id, d.registre, d.ouvert_le, d.id FROM mediation_dossier d
WHERE d.ouvert_le BETWEEN %(du)s AND %(au)s AND {portee_d} AND d.predecesseur_id IS NULL
  AND NOT EXISTS (SELECT FROM hors_champ h WHERE h.racine = d.id)
  AND NOT EXISTS (SELECT FROM mediation_dossier o WHERE o.demande_id = d.demande_id AND o.id < d.id
    AND NOT EXISTS (SELECT FROM hors_champ h WHERE h.racine = o.id))""",
    Sorte.ETAPE: """
SELECT e.point_id, e.registre, e.jour, e.id
FROM mediation_etape e JOIN mediation_dossier d ON d.id = e.dossier_id
LEFT JOIN chaine c ON c.id = d.id JOIN mediation_dossier r ON r.id = coalesce(c.racine, d.id)
WHERE e.jour BETWEEN %(du)s AND %(au)s AND e.annulee_le IS NULL AND {portee_e}
  AND e.registre <> d.registre AND e.registre <> r.registre
  AND NOT EXISTS (SELECT FROM hors_champ h WHERE h.racine = r.id)""",
    Sorte.ACTION: """
SELECT a.point_id, a.registre, a.jour, a.id FROM mediation_action a
WHERE a.jour BETWEEN %(du)s AND %(au)s AND a.etat = 'faite' AND {portee_a}
  AND NOT (a.nature = 'projet' AND EXISTS (
    SELECT FROM mediation_action s WHERE s.projet_id = a.id AND s.etat = 'faite'))""",
    Sorte.ALERTE: """
SELECT l.point_id, 4::smallint, l.jour, l.id FROM mediation_alerte l
WHERE l.jour BETWEEN %(du)s AND %(au)s AND l.annulee_le IS NULL AND {portee_l}""",
}
COMPTE = """
(SELECT '{sorte}' AS sorte, e.point_id, e.registre, count(*),
   bit_or(1::bigint << (width_bucket(e.jour, %(mois)s::date[]) - 1)), max(e.jour)
 FROM ({selection}) e (point_id, registre, jour, id) GROUP BY e.point_id, e.registre)"""


@dataclass(frozen=True)
class Compte:
    """A number of entries, the months that hold one (bits, the first month lowest) and the last day."""

    nombre: int = 0
    bits: int = 0
    dernier: date | None = None

    def __add__(self, autre: "Compte") -> "Compte":
        jours = [j for j in (self.dernier, autre.dernier) if j]
        return Compte(self.nombre + autre.nombre, self.bits | autre.bits, max(jours, default=None))

    @property
    def mois(self) -> int:
        """How many calendar months of the period hold an entry."""
        return self.bits.bit_count()


@dataclass(frozen=True)
class Releve:
    """One register in a scope: its entries by kind, each kind apart."""

    registre: Any
    par_sorte: dict[Sorte, Compte]

    @cached_property
    def tout(self) -> Compte:
        """All kinds together: unlike units, to be shown as such."""
        return sum(self.par_sorte.values(), Compte())


@dataclass(frozen=True)
class Ligne:
    """What the database counted for a point, a register and a kind."""

    sorte: Sorte
    point: int
    association: int
    registre: int
    compte: Compte


class Interventions:
    """The count of every point of a scope; any of them, or any set, is added up in memory."""

    def __init__(self, lignes: Iterable[Ligne], mois: int) -> None:
        self.lignes = tuple(lignes)
        self.mois = mois  # calendar months that the period touches
        self._des_points: dict[int, list[Ligne]] = {}
        for ligne in self.lignes:
            self._des_points.setdefault(ligne.point, []).append(ligne)

    def du_point(self, point: int) -> list[Releve]:
        """The eight registers of one point."""
        return _relever(self._des_points.get(point, ()))

    def de_l_association(self, association: int) -> list[Releve]:
        """The eight registers of an association's points that the scope holds."""
        return _relever(ligne for ligne in self.lignes if ligne.association == association)

    def ensemble(self) -> list[Releve]:
        """The eight registers of the whole scope."""
        return _relever(self.lignes)


def _relever(lignes: Iterable[Ligne]) -> list[Releve]:
    releves = [Releve(r, {}) for r in REGISTRES]
    for ligne in lignes:
        par_sorte = releves[ligne.registre - 1].par_sorte
        par_sorte[ligne.sorte] = par_sorte.get(ligne.sorte, Compte()) + ligne.compte
    # In the order of the kinds, whatever came first.
    return [Releve(r.registre, {s: r.par_sorte[s] for s in Sorte if s in r.par_sorte}) for r in releves]


def _premiers_du_mois(periode: Periode) -> list[date]:
    debut = periode.du.year * 12 + periode.du.month - 1
    fin = periode.au.year * 12 + periode.au.month - 1
    if fin - debut >= MOIS_MAX:
        raise ValueError(f"au plus {MOIS_MAX} mois")
    return [date(n // 12, n % 12 + 1, 1) for n in range(debut, fin + 1)]


DES_ASSOCIATIONS = "IN (SELECT id FROM accueil_pointaccueil WHERE association_id = ANY(%(associations)s))"


def _condition(points: Sequence[int] | None, associations: Sequence[int] | None) -> str:
    """What follows a point in SQL; nothing for the network, so that no plan waits on it."""
    if associations is not None:
        return DES_ASSOCIATIONS
    return "" if points is None else "= ANY(%(points)s)"


def _portees(points: Sequence[int] | None, associations: Sequence[int] | None = None) -> dict[str, str]:
    """The condition on the point, for each alias."""
    condition = _condition(points, associations)
    return {f"portee_{alias}": f"{alias}.point_id {condition}" if condition else "true" for alias in "vdeal"}


def _comptes(points: Sequence[int] | None, associations: Sequence[int] | None) -> str:
    """The whole statement: requests are added up from the aggregates, the other kinds from their rows."""
    portees, condition = _portees(points, associations), _condition(points, associations)
    comptes = [
        COMPTE.format(sorte=sorte, selection=selection.format(**portees))
        for sorte, selection in SELECTIONS.items()
        if sorte != Sorte.DEMANDE
    ]
    cles = f"ARRAY(SELECT id FROM accueil_pointaccueil WHERE {f'id {condition}' if condition else 'true'})"  # noqa: S608
    sources = demandes_comptees.sources(cles, f"point_id {condition}" if condition else "true")
    return (
        f"{CHAINES}, {sources} SELECT c.*, p.association_id"  # noqa: S608 — fixed texts only
        f" FROM ({' UNION ALL '.join([demandes_comptees.COMPTE, *comptes])})"
        " c (sorte, point, registre, nombre, bits, dernier) JOIN accueil_pointaccueil p ON p.id = c.point"
    )


def interventions_par_registre(
    perimetre: Iterable[int] | None, periode: Periode, *, associations: Sequence[int] | None = None
) -> Interventions:
    """Count the entries of each register at each point of `perimetre` (keys; None: the network).

    With `associations`, at each of their points instead, those that closed too.

    One SQL statement, whatever the number of points. Raises ValueError beyond 60 months.
    """
    points = None if perimetre is None else sorted(perimetre)
    mois = _premiers_du_mois(periode)
    valeurs = comptes_par_registre.parametres(periode) | {
        "mois": mois,
        "points": points,
        "associations": associations,
    }
    with connection.cursor() as curseur:
        curseur.execute(_comptes(points, associations), valeurs)
        lignes = [
            Ligne(Sorte(sorte), point, association, registre, Compte(nombre, bits, dernier))
            for sorte, point, registre, nombre, bits, dernier, association in curseur.fetchall()
        ]
    return Interventions(lignes, len(mois))


def entrees(
    sorte: Sorte,
    perimetre: Iterable[int] | None,
    registre: int,
    periode: Periode,
    apres: tuple[date, int] | None,
    limite: int,
) -> list[tuple[date, int, int]]:
    """Day, key and point of the entries behind one figure of these points (None: the network), newest
    first, after a position."""
    points = None if perimetre is None else sorted(perimetre)
    selection = SELECTIONS[sorte].format(**_portees(points))
    suite = "AND (e.jour, e.id) < (%(jour)s, %(id)s)" if apres else ""
    ordre = (
        f"{CHAINES} SELECT e.jour, e.id, e.point_id FROM ({selection}) e (point_id, registre, jour, id)"  # noqa: S608
        f" WHERE e.registre = %(registre)s {suite} ORDER BY e.jour DESC, e.id DESC LIMIT %(limite)s"
    )
    jour, cle = apres or (None, None)
    valeurs: dict[str, Any] = {"du": periode.du, "au": periode.au, "points": points, "registre": registre}
    with connection.cursor() as curseur:
        curseur.execute(ordre, valeurs | {"jour": jour, "id": cle, "limite": limite})
        return curseur.fetchall()
