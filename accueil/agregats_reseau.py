"""The network's days and months: sums of those of all points, written in the transaction that writes these.

The page of the whole network reads them as a point's page reads its own. Who writes the days of another point
waits from there on to the end of the transaction: at every moment they are the sum of the rows beside them.
"""

from collections.abc import Collection, Iterable
from datetime import date

from accueil.agregats_mois import REPARTITIONS, SOMMES
from accueil.ecriture_agregats import objet, places, remplacer
from accueil.models.agregats import (
    CLES_DES_DEMANDES,
    DES_DEMANDES,
    DES_VISITES,
    JOURS_DU_MOIS,
    SEMAINE,
    Agregat,
    AgregatJour,
    AgregatMois,
    Repartition,
    ReseauJour,
    ReseauMois,
)

A_CLES = tuple(colonne for colonne, _ in CLES_DES_DEMANDES)
RESEAU = 0  # second half of the advisory lock: no point has that key


def _longueurs(repartitions: Iterable[Repartition]) -> dict[str, int]:
    return {r.colonne: len(r.valeurs) for r in repartitions}


TABLES: dict[type[Agregat], tuple[type[Agregat], dict[str, int]]] = {
    ReseauJour: (AgregatJour, _longueurs((*DES_VISITES, *DES_DEMANDES))),
    ReseauMois: (AgregatMois, {"jours": JOURS_DU_MOIS, "semaine": SEMAINE} | _longueurs(REPARTITIONS)),
}


def additionner(modele: type[Agregat], condition: str) -> str:
    """SQL of what the points' rows that meet it (alias `l`) add up to by day or by month."""
    source, tableaux = TABLES[modele]
    cle = modele.cle()
    sommes = [f"sum({c})::integer AS {c}" for c in SOMMES] + [places(*couple) for couple in tableaux.items()]
    noms = ", ".join(f"coalesce({c}, '{{}}') AS {c}" if c in A_CLES else c for c in modele.colonnes())
    return f"""
WITH ligne AS MATERIALIZED (
  SELECT * FROM {source._meta.db_table} l
  WHERE l.point_id = ANY(ARRAY(SELECT id FROM accueil_pointaccueil)) AND {condition}
), somme AS (SELECT {cle[0]}, {", ".join(sommes)} FROM ligne GROUP BY 1)
SELECT {noms} FROM somme {" ".join(objet(c, "ligne", cle) for c in A_CLES)}"""  # noqa: S608 — names of models


_RECALCULS = {
    modele: remplacer(
        modele,
        additionner(modele, f"l.{modele.cle()[0]} = ANY(%(dates)s::date[])"),
        f"a.{modele.cle()[0]} = ANY(%(dates)s::date[])",
    )
    for modele in TABLES
}


def recalculer(curseur, jours: Collection[date], mois: Collection[date]) -> None:
    """Add up again these days and months, just written by the caller, who holds the lock of the network."""
    for modele, dates in ((ReseauJour, jours), (ReseauMois, mois)):
        if dates:
            curseur.execute(_RECALCULS[modele], {"dates": sorted(dates)})


def remplir(curseur) -> None:
    """Add up every day and month that the points have, for who has just filled theirs."""
    for modele in TABLES:
        noms = ", ".join(modele.colonnes())
        curseur.execute(f"INSERT INTO {modele._meta.db_table} ({noms}) {additionner(modele, 'true')}")
