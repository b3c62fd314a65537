"""The visits of a month of one point and their requests, column by column: what crossed filters read.

A year of the whole network is a million visits and more. Read as rows, they take seconds; packed as columns,
one byte a value or so, they are some eight hundred rows that `accueil.lecture_colonnes` counts at once.

They are written in the transaction that writes the months (`accueil.agregats`), under the lock of the point.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accueil.ecriture_agregats import remplacer
from accueil.models.agregats import DES_DEMANDES, DES_VISITES, ColonnesMois, Repartition

# How a value is packed, whatever its size: SQL of its bytes, and what numpy calls them.
_OCTET = "set_byte('\\x00'::bytea, 0, {})"
_EMPAQUETER = {
    "u1": _OCTET,
    ">i2": "int2send(({})::smallint)",
    ">i4": "int4send(({})::integer)",
    "S5": "convert_to(rpad(coalesce({}, ''), 5), 'UTF8')",  # an INSEE code
}


@dataclass(frozen=True)
class Colonne:
    """One column: its name, how its values are packed, and the SQL of one, of the row `l`."""

    nom: str
    sorte: str  # a key of `_EMPAQUETER`
    terme: str

    def empaquetee(self, ordre: str) -> str:
        """SQL of the column, over rows in this order."""
        valeur = _EMPAQUETER[self.sorte].format(self.terme)
        return f"string_agg({valeur}, ''::bytea ORDER BY {ordre}) AS {self.nom}"


def _place(repartition: Repartition) -> Colonne:
    """A value of a closed list, as its place in it."""
    connues = [valeur for valeur in repartition.valeurs if valeur is not None]
    sorte = {bool: "boolean", int: "integer", str: "text"}[type(connues[0])]
    # The database checks that no value is missing from its list, and that columns are of one length.
    litteraux = ", ".join("NULL" if valeur is None else f"'{valeur}'" for valeur in repartition.valeurs)
    place = f"array_position(ARRAY[{litteraux}]::{sorte}[], l.{repartition.champ}::{sorte}) - 1"
    return Colonne(repartition.colonne, "u1", place)


COLONNES_DES_VISITES = (
    Colonne("jours", "u1", "extract(day FROM l.jour)::integer"),
    *map(_place, DES_VISITES),
    Colonne("communes", "S5", "l.commune_id"),
    Colonne("auteurs", ">i4", "l.auteur_id"),
    Colonne("durees", ">i2", "l.duree"),
    Colonne("estimees", "u1", "l.duree_estimee::integer"),
    Colonne("personnes", ">i2", "l.personnes"),
    Colonne("nombres", "u1", "l.nombre::integer"),
)
COLONNES_DES_DEMANDES = (
    *map(_place, DES_DEMANDES),
    Colonne("themes", ">i4", "l.theme_id"),
    Colonne("partenaires", ">i4", "coalesce(l.partenaire_id, 0)"),
)
SORTES = {c.nom: c.sorte for c in (*COLONNES_DES_VISITES, *COLONNES_DES_DEMANDES)}
# The places of the values of each closed list.
VALEURS = {r.colonne: r.valeurs for r in (*DES_VISITES, *DES_DEMANDES)}
NOMS = ", ".join(ColonnesMois.colonnes())


def calcul(source: str) -> str:
    """SQL of the columns as the visits say them, with the columns of `NOMS`.

    `source` gives the visits (alias `v`); those cancelled are left out. Each leads to its own requests, which
    are packed before they are put end to end with those of the others.
    """
    des_visites = ", ".join(c.empaquetee("l.id") for c in COLONNES_DES_VISITES)
    des_siennes = ", ".join(c.empaquetee("l.rang") for c in COLONNES_DES_DEMANDES)
    des_demandes = ", ".join(
        f"string_agg(l.{c.nom}, ''::bytea ORDER BY l.id) AS {c.nom}" for c in COLONNES_DES_DEMANDES
    )
    noms = {c.nom: f"coalesce({c.nom}, ''::bytea) AS {c.nom}" for c in COLONNES_DES_DEMANDES}
    return f"""
SELECT {", ".join(noms.get(nom, nom) for nom in ColonnesMois.colonnes())} FROM (
  SELECT l.point_id, l.mois, {des_visites}, {des_demandes} FROM (
    SELECT v.*, date_trunc('month', v.jour)::date AS mois, d.* FROM {source} CROSS JOIN LATERAL (
      SELECT count(*) AS nombre, {des_siennes} FROM accueil_demande l WHERE l.visite_id = v.id
    ) d WHERE v.annulee_le IS NULL
  ) l GROUP BY 1, 2
) m"""  # noqa: S608 — names of this module only


def empreintes(alias: str) -> str:
    """SQL of the fingerprint of each column of a row, as a JSON object; NULL without a row."""
    paires = ", ".join(f"'{nom}', md5({alias}.{nom})" for nom in SORTES)
    return f"CASE WHEN {alias}.jours IS NOT NULL THEN jsonb_build_object({paires}) END"


_DU_MOIS = """unnest(%(mois)s::date[]) m (debut) JOIN accueil_visite v
    ON v.jour >= m.debut AND v.jour < (m.debut + interval '1 month')::date"""
_DES_POINTS = f"(SELECT v.* FROM {_DU_MOIS} AND v.point_id = ANY(%(points)s)) v"  # noqa: S608
_RECALCUL = remplacer(
    ColonnesMois, calcul(_DES_POINTS), "a.point_id = ANY(%(points)s) AND a.mois = ANY(%(mois)s::date[])"
)
_REMPLISSAGE = f"INSERT INTO accueil_colonnesmois ({NOMS}) {calcul(f'(SELECT v.* FROM {_DU_MOIS}) v')}"  # noqa: S608


def recalculer(curseur, points: list[int], jours: Iterable[date]) -> None:
    """Pack again the months of these days, for the caller, who holds the locks of the points."""
    mois = sorted({jour.replace(day=1) for jour in jours})
    curseur.execute(_RECALCUL, {"points": points, "mois": mois})


def remplir(curseur, mois: date) -> None:
    """Pack a month of all points that has no columns yet."""
    curseur.execute(_REMPLISSAGE, {"mois": [mois]})
