"""What happened beside the visits: cases, field work, what points hear.

Made up without the database, by a thread, while PostgreSQL builds the indexes of the visits and adds them up.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import models

from accueil.models import Acces
from pimms.demo import ecoute, mediations
from pimms.demo.copie import Couchees, copier, coucher, prochaines_cles, sans_liens
from pimms.demo.parametres import Carnet
from pimms.demo.plan import JourDePoint
from pimms.demo.vies import Monde
from pimms.socle.models import CleDonnees

Cles = Mapping[type[models.Model], int]


@dataclass(frozen=True)
class Suite:
    """Lines to copy, of mediation then of what is heard."""

    mediation: list[Couchees]
    ecoute: list[Couchees]
    compte: dict[str, int]  # rows by table; keys of what is heard are not counted again

    def copier(self, curseur) -> dict[str, int]:
        """Copy everything; the number of rows by table."""
        toutes = (*self.mediation, *self.ecoute)
        with mediations.sans_gardes(curseur), sans_liens(curseur, {table for table, _, _ in toutes}):
            for couchees in toutes:
                copier(curseur, *couchees)
        mediations.regler(curseur)
        ecoute.regler(curseur)
        return self.compte


@contextmanager
def imaginee(
    curseur, monde: Monde, locaux: dict[int, dict[str, int]], plan: list[JourDePoint], acces: list[Acces]
) -> Iterator["Future[Suite]"]:
    """Begin as soon as visits are copied, with or without their indexes; the block goes on meanwhile."""
    voulus = mediations.lire_ouvertures(curseur, monde.params, monde.points, plan)
    cles = prochaines_cles(curseur, ecoute.NUMEROTES)
    with ThreadPoolExecutor(1) as fil:
        yield fil.submit(_imaginer, monde, locaux, plan, voulus, cles, acces)


def _imaginer(
    monde: Monde,
    locaux: dict[int, dict[str, int]],
    plan: list[JourDePoint],
    voulus: mediations.Voulus,
    cles: Cles,
    acces: list[Acces],
) -> Suite:
    mediations.imaginer(monde, locaux, plan, voulus)
    # Both seal: keys go on from one to the other.
    entendu = Carnet({**cles, CleDonnees: monde.carnet.prochaine(CleDonnees)})
    ecoute.imaginer(monde.params, entendu, acces, monde.points, plan)
    compte = {m._meta.db_table: len(entendu.lignes.get(m, [])) for m in ecoute.MODELES if m is not CleDonnees}
    compte |= {m._meta.db_table: len(monde.carnet.lignes.get(m, [])) for m in mediations.MODELES}
    return Suite(
        [coucher(m, monde.carnet.lignes.get(m, [])) for m in mediations.MODELES],
        [coucher(m, entendu.lignes.get(m, [])) for m in ecoute.MODELES],
        compte,
    )
