"""`manage.py verifier_rapport FICHIER.pdf`: what `/verifier/` says, from a terminal; 0 for a genuine file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pimms.socle.typographie import date_courte
from qualite.rapports.verification import Etat, verifier

REFUS = {
    Etat.INCONNU: "Ce fichier n’est pas l’un de nos rapports.",
    Etat.PAS_UN_PDF: "Ce fichier n’est pas un PDF.",
}


class Command(BaseCommand):
    help = "Dit si un PDF est, octet pour octet, un rapport signé ici, et si un autre l’a remplacé."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", type=Path)

    def handle(self, *args, **options) -> None:
        try:
            octets = options["fichier"].read_bytes()
        except OSError as erreur:
            raise CommandError(f"{options['fichier']} : {erreur.strerror}") from erreur
        trouve = verifier(octets)
        if trouve.etat == Etat.MODIFIE:
            raise CommandError(f"Ce fichier a été modifié : il se présente comme « {trouve.rapport} ».")
        if trouve.rapport is None:
            raise CommandError(REFUS[trouve.etat])
        rapport = trouve.rapport
        self.stdout.write(f"Authentique : {rapport}, constats au {date_courte(rapport.au)}.")
        self.stdout.write(f"Signé par {rapport.fichier.signataire}.")
        if trouve.remplace_par:
            self.stdout.write(f"Remplacé depuis par « {trouve.remplace_par} ».")
