"""The program that checks and signs reports: pikepdf, pyHanko, nothing of Django (`pimms.socle.annexe`)."""

from pimms.socle.signature import signer
from qualite.rapports.examen import examiner

__all__ = ("examiner", "signer")
