"""A measured process without the journal and without encryption: what it lacks is what protection costs.

Run as `python -m pimms.outils.bench.sans_protection`, by the bench alone, on a copy that is about to go: what
it writes leaves no trace and is not sealed. The product's views, functions and templates are untouched; only
what is named below does nothing.
"""

from pimms.outils.bench import ouvrier  # starts Django: before the models below
from pimms.socle import chiffrement, journal
from pimms.socle.chiffrement import Coffre
from pimms.socle.models import CleDonnees


def _rien(*_, **__):
    return None


def _sans_cle(*_):
    return b""


def _en_clair(_, usage, octets):
    return bytes(octets)


RESERVE: list[CleDonnees] = []


def _une_cle() -> CleDonnees:
    """An empty row made beforehand, for a column of the case wants one; the first call makes them all."""
    if not RESERVE:
        lignes = [CleDonnees(nom="aucune", enveloppe=b"") for _ in range(500)]
        RESERVE.extend(CleDonnees.objects.bulk_create(lignes))
    return RESERVE.pop()


def desarmer() -> None:
    """Modules that took a function by its name hold the same object: its code is what is replaced."""
    journal.journaliser.__code__ = _rien.__code__
    journal.journaliser_consultation.__code__ = _rien.__code__
    chiffrement._deballer.__code__ = _sans_cle.__code__
    Coffre.__init__ = _rien  # type: ignore[method-assign]
    Coffre.sceller = Coffre.ouvrir = _en_clair  # type: ignore[method-assign]
    CleDonnees.creer = staticmethod(_une_cle)  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    desarmer()
    ouvrier.main()
