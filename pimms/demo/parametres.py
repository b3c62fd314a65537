"""What a run of `peupler` is asked for, and what it finds in the database."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models

COMMUNES_PAR_DEPARTEMENT = 40


@dataclass(frozen=True)
class Parametres:
    """Size, seed and span. Visits go from `debut` to the day before `reference` (local days).

    `maintenant` is given for the demo only: today's entries are added up to that instant.
    """

    points: int
    annees: int
    visites: int
    graine: int
    reference: date
    maintenant: datetime | None = None

    @property
    def debut(self) -> date:
        return self.reference - timedelta(days=round(365.25 * self.annees))

    @property
    def demo(self) -> bool:
        return self.maintenant is not None


@dataclass(frozen=True)
class CommuneConnue:
    """A commune as the database knows it."""

    code: str
    nom: str
    departement: str
    code_postal: str
    population: int


@dataclass(frozen=True)
class Existant:
    """What the migrations brought: themes in use (code → key), national partners (name → key),
    départements (code → name) and the largest communes of each."""

    themes: dict[str, int]
    partenaires: dict[str, int]
    departements: dict[str, str]
    communes: dict[str, list[CommuneConnue]]

    @classmethod
    def lire(cls, curseur) -> "Existant":
        """Four statements on the owner's connection."""
        curseur.execute("SELECT code, id FROM accueil_theme WHERE retire_le IS NULL ORDER BY ordre, id")
        themes = dict(curseur.fetchall())
        curseur.execute(
            "SELECT nom, id FROM accueil_partenaire"
            " WHERE association_id IS NULL AND retire_le IS NULL ORDER BY nom_tri, id"
        )
        partenaires = dict(curseur.fetchall())
        curseur.execute("SELECT code, nom FROM accueil_departement")
        departements = dict(curseur.fetchall())
        curseur.execute(
            "SELECT code, nom, departement_id, split_part(codes_postaux, ' ', 1), population"
            " FROM (SELECT *, row_number() OVER par_taille AS rang FROM accueil_commune"
            "  WHERE codes_postaux <> ''"
            "  WINDOW par_taille AS (PARTITION BY departement_id ORDER BY population DESC, code)) c"
            " WHERE rang <= %s ORDER BY departement_id, rang",
            [COMMUNES_PAR_DEPARTEMENT],
        )
        communes: dict[str, list[CommuneConnue]] = {}
        for ligne in curseur.fetchall():
            communes.setdefault(ligne[2], []).append(CommuneConnue(*ligne))
        return cls(themes, partenaires, departements, communes)

    def commune(self, nom: str, departement: str) -> CommuneConnue:
        """A commune by its name; LookupError when the territory's data does not have it."""
        for commune in self.communes.get(departement, []):
            if commune.nom == nom:
                return commune
        raise LookupError(f"commune inconnue : {nom} ({departement})")


class Carnet:
    """Rows to come, with their keys already given, in the order in which they were added."""

    def __init__(self, premieres_cles: dict[type[models.Model], int]) -> None:
        self.lignes: dict[type[models.Model], list] = {}
        self._suivantes = dict(premieres_cles)

    def prochaine(self, modele: type[models.Model]) -> int:
        """The key that the next row of a model would have."""
        return self._suivantes[modele]

    def garder(self, objet):
        """Keep a row whose key is that of the row it belongs to; returns it."""
        self.lignes.setdefault(type(objet), []).append(objet)
        return objet

    def ajouter(self, objet):
        """Give the row its key and keep it; returns it."""
        modele = type(objet)
        objet.pk = self._suivantes[modele]
        self._suivantes[modele] += 1
        return self.garder(objet)
