"""`manage.py reindexer`: make the index of exact names anew, once CLE_INDEX was changed."""

from django.core.management.base import BaseCommand

from mediation.reindexation import reindexer


class Command(BaseCommand):
    help = "Refait l’index des noms sous la clé CLE_INDEX d’aujourd’hui, sans arrêter le site."

    def handle(self, *args, **options) -> None:
        faites, illisibles = reindexer()
        self.stdout.write(f"{faites} noms remis à l’index ; {illisibles} ne s’ouvrent pas.")
