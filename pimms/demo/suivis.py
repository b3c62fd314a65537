"""Follow-ups: codes handed over, and what became of some of the requests."""

from datetime import timedelta

from accueil.suivi import ALPHABET, LONGUEUR, VALIDITE
from pimms.demo.equipes import Affectation
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Parametres
from pimms.demo.profils import NUL

CODE_REMIS, SANS_CODE, SUITE_CONNUE = 0.28, 0.1, 0.62
DELAI_MOYEN = 18  # days before the outcome is known
SUITES = ("abouti",) * 12 + ("en_cours",) * 2 + ("sans_suite",) * 4 + ("inconnue",) * 2
_CODES = len(ALPHABET) ** LONGUEUR
# Coprime with 28⁸ = 2¹⁶ × 7⁸, so that a step of it never gives the same code twice.
_PAS = 129_140_163_001


class Suivis:
    """Draws the follow-ups of requests; each code is given once."""

    def __init__(self, params: Parametres) -> None:
        self.reference = params.reference
        self.hasard = Hasard(params.graine, "suivis")
        self.code = self.hasard.randrange(_CODES)
        self.numero = 0

    def ligne(self, demande: int, point: int, saisi_le, affectation: Affectation) -> str:
        """The line of a request's follow-up, or nothing when it has none."""
        sort = self.hasard.random()
        if sort > CODE_REMIS + SANS_CODE:
            return ""
        code, expire, suite = NUL, NUL, f"\t{NUL}\t{NUL}"
        if sort < CODE_REMIS:
            code, expire = self._code(), str(saisi_le + VALIDITE)
        suite_le = saisi_le + timedelta(days=1 + int(self.hasard.expovariate(1 / DELAI_MOYEN)))
        fin = affectation.acces.fin
        possible = suite_le < self.reference and (fin is None or suite_le <= fin)
        if possible and self.hasard.chance(SUITE_CONNUE):
            suite = f"{self.hasard.choice(SUITES)}\t{suite_le}\t{affectation.cle}"
        elif code == NUL:
            return ""
        self.numero += 1
        return f"{self.numero}\t{demande}\t{point}\t{code}\t{expire}\t{suite}\n"

    def _code(self) -> str:
        self.code = (self.code + _PAS) % _CODES
        reste, lettres = self.code, []
        for _ in range(LONGUEUR):
            reste, rang = divmod(reste, len(ALPHABET))
            lettres.append(ALPHABET[rang])
        return "".join(lettres)
