"""`manage.py verifier_agregats`: compare the dashboards' figures with the visits, day by day."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accueil.models import PointAccueil
from accueil.verification_agregats import Ecart, comparer, lots, refaire
from pimms.socle.periodes import Periode
from pimms.socle.typographie import compte


class Command(BaseCommand):
    help = (
        "Compare les agrégats de chaque point et jour avec les visites, et dit chaque écart. "
        "Les jours qui attendent un recalcul ne sont pas des écarts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--point", metavar="CODE", help="un seul point")
        parser.add_argument("--du", type=date.fromisoformat, metavar="AAAA-MM-JJ", default=date.min)
        parser.add_argument("--au", type=date.fromisoformat, metavar="AAAA-MM-JJ", default=date.max)
        parser.add_argument("--reparer", action="store_true", help="recalcule les jours qui diffèrent")
        parser.add_argument(
            "--refaire", action="store_true", help="recalcule tous les jours, par lots, puis compare"
        )

    def handle(self, *args, **options) -> None:
        if options["au"] < options["du"]:
            raise CommandError("--au précède --du.")
        periode = Periode(options["du"], options["au"])
        points = PointAccueil.objects.all()
        if options["point"]:
            points = points.filter(code=options["point"])
            if not points:
                raise CommandError(f"Aucun point n’a le code {options['point']}.")
        jours, ecarts = 0, 0
        for point in points:
            for lot in lots(point, periode):
                if options["refaire"]:
                    refaire(point, lot)
                compares, trouves = comparer(point.pk, lot)
                jours += compares
                ecarts += self._dire(point, trouves)
                if trouves and options["reparer"]:
                    refaire(point, lot)
                    ecarts -= len({e.jour for e in trouves})
        self.stdout.write(f"{compte(jours, 'jour comparé,jours comparés')}.")
        if ecarts:
            raise CommandError(f"{compte(ecarts, 'jour diffère,jours diffèrent')} : ajoutez --reparer.")

    def _dire(self, point: PointAccueil, trouves: list[Ecart]) -> int:
        """Write each difference; how many days differ."""
        for e in trouves:
            self.stdout.write(f"{point.code} {e.jour} {e.colonne} : {e.garde} gardé, {e.compte} compté")
        return len({e.jour for e in trouves})
