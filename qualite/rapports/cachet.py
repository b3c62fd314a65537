"""The program that checks and signs reports: pikepdf, pyHanko, nothing of Django (`pimms.socle.annexe`)."""

from pimms.socle.signature import signature_entiere, signer
from qualite.rapports.examen import examiner

__all__ = ("examiner", "signature_entiere", "signer")
