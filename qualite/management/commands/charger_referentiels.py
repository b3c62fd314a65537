"""`manage.py charger_referentiels [FILE…]`: check and load versions of the référentiel."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from qualite.catalogue import charger, charger_tous
from qualite.grilles import ReferentielInvalide


class Command(BaseCommand):
    help = "Vérifie et charge les versions du référentiel ; une version chargée ne change plus."

    def add_arguments(self, parser) -> None:
        parser.add_argument("fichiers", nargs="*", type=Path, help="ceux du projet, sans argument")

    def handle(self, *args, fichiers: list[Path], **options) -> None:
        try:
            faits = [charger(f) for f in fichiers] if fichiers else charger_tous()
        except ReferentielInvalide as erreur:
            raise CommandError(str(erreur)) from erreur
        for referentiel, neuf in faits:
            self.stdout.write(f"{referentiel.code} : {'chargé' if neuf else 'déjà chargé, inchangé'}")
