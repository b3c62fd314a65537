"""`manage.py conserver [--a-blanc]`: run the retention now, or say what it would do."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from qualite.conservation import passer


class Command(BaseCommand):
    help = "Applique les durées de conservation, ou dit ce qu’elles feraient (--a-blanc)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--a-blanc", action="store_true", help="compter sans rien effacer")

    def handle(self, *args, **options) -> None:
        passage = passer(timezone.localdate(), a_blanc=options["a_blanc"])
        if passage is None:
            raise CommandError("Un passage est déjà en cours.")
        for nom, nombre in passage.comptes.items():
            self.stdout.write(f"{nom} : {nombre}")
        if passage.erreurs:
            raise CommandError(f"Des parties ont échoué, voyez le journal du serveur : {passage.erreurs}.")
        if passage.comptes["echecs"]:
            raise CommandError("Des dossiers n’ont pas pu être anonymisés : voyez le journal du serveur.")
