"""« Et si » : the same rules on the facts as they would be on a day to come, if nothing were done."""

from dataclasses import dataclass
from datetime import date

from accueil.models import PointAccueil
from qualite.chargement import charger
from qualite.controles import ECARTE
from qualite.controles.resultat import Resultat
from qualite.evaluation import Cadre, constater
from qualite.lecture_constats import constats_du_point, ecartee
from qualite.models import Constat, Exigence, Niveau
from qualite.pages_constats import A_FAIRE, LIBELLES, TONS
from qualite.verdicts import Qui, Verdict

# Not loaded for a day to come: how entries and openings were kept tells nothing of it, attestations have
# a page of their own that says their deadlines, the registers of an association or the network need all its
# points, and nobody knows how many people will answer.
SANS_SENS = {
    ("CAD-5", Niveau.POINT),
    ("MEO-1", Niveau.POINT),
    ("MEO-2", Niveau.POINT),
    ("SUI-2", Niveau.POINT),
    ("CAD-2", Niveau.ASSOCIATION),
    ("CAD-2", Niveau.RESEAU),
}


def _sans_sens(exigence: Exigence, niveau: str) -> bool:
    return any((code, niveau) in SANS_SENS for code in exigence.lignee)


def _ecarte(constat: Constat) -> bool:
    """Whether the union took it away from the subject, as the present finding says; no statement."""
    return constat.verdict == Verdict.SANS_OBJET and constat.phrase.startswith(ECARTE)


@dataclass(frozen=True)
class Basculement:
    """A requirement that would ask for something it does not ask for today."""

    exigence: Exigence
    avant: Constat
    apres: Resultat

    @property
    def de(self) -> str:
        return LIBELLES[self.avant.verdict]

    @property
    def vers(self) -> str:
        return LIBELLES[self.apres.verdict]

    @property
    def ton(self) -> str:
        return TONS[Verdict(self.apres.verdict)]

    @property
    def qui(self) -> str:
        return Qui(self.apres.qui).label


def projeter(point: PointAccueil, jour: date) -> list[Basculement]:
    """What would lapse at the point, its association or the network by that day, in the référentiel's
    order; six statements. Where another version applies by then, today's findings go on in it."""
    cadre = Cadre.du(jour)
    constats = constats_du_point(point, cadre.exigences)
    faits = charger([point], jour, cadre.seuils, partiel=True, saisies=False)
    resultats = {
        (code, niveau): r for (code, niveau, *_), r in constater(faits, cadre, {}, reseau=True).items()
    }
    basculements = []
    for exigence in cadre.exigences:
        for niveau in exigence.niveaux:
            cle = (exigence.code, niveau)
            avant, apres = constats.get(cle), resultats.get(cle)
            if avant is None or apres is None or _ecarte(avant) or _sans_sens(exigence, niveau):
                continue
            if ecartee(exigence, avant):
                continue
            if avant.verdict not in A_FAIRE and apres.verdict in A_FAIRE:
                basculements.append(Basculement(exigence, avant, apres))
    return basculements
