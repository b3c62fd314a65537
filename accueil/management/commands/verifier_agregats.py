"""`manage.py verifier_agregats`: compare the dashboards' figures with the visits, day by day."""

from collections.abc import Callable, Iterable
from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accueil.models import PointAccueil
from accueil.verification_agregats import (
    Ecart,
    Mois,
    comparer,
    comparer_reseau,
    lots,
    lots_du_reseau,
    recontroler,
    refaire,
    refaire_reseau,
)
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
            "--refaire", action="store_true", help="recalcule tous les jours, par lots, sans les comparer"
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
        if options["refaire"]:
            changes = refaire(points, periode)
            recontroler(())  # what differed before
            self.stdout.write(f"{compte(changes, 'jour corrigé,jours corrigés')}.")
            return
        jours = 0
        differents: list[date] = []
        laisses: set[Mois] = set()
        for point in points:
            compares, siens = self._point(point, periode, options)
            jours, differents = jours + compares, differents + siens
            laisses |= {(point.pk, jour.replace(day=1)) for jour in siens}
        if not options["point"]:
            # A day that differs at a point differs in the network too.
            du_reseau = self._reseau(periode, options)
            laisses |= {(None, jour.replace(day=1)) for jour in du_reseau}
            differents += du_reseau - set(differents)
        recontroler(laisses)  # so that `/sante/` knows at once
        self.stdout.write(f"{compte(jours, 'jour comparé,jours comparés')}.")
        if differents:
            combien = compte(len(differents), "jour diffère,jours diffèrent")
            raise CommandError(f"{combien} : ajoutez --reparer.")

    def _point(self, point: PointAccueil, periode: Periode, options: dict) -> tuple[int, list[date]]:
        return self._passer(
            point.code,
            lots(point, periode),
            options,
            lambda lot: comparer(point.pk, lot),
            lambda lot: refaire([point], lot),
        )

    def _reseau(self, periode: Periode, options: dict) -> set[date]:
        """The network against its points, once these are right."""
        du_reseau = lots_du_reseau(periode)
        return set(self._passer("réseau", du_reseau, options, comparer_reseau, refaire_reseau)[1])

    def _passer(
        self,
        nom: str,
        parties: Iterable[Periode],
        options: dict,
        comparer: Callable[[Periode], tuple[int, list[Ecart]]],
        refaire: Callable[[Periode], object],
    ) -> tuple[int, list[date]]:
        """Compare each lot, compute it again where it differs if asked to; how many days, which differ."""
        jours, differents = 0, []
        for lot in parties:
            compares, trouves = comparer(lot)
            jours += compares
            for e in trouves:
                self.stdout.write(f"{nom} {e.jour} {e.colonne} : {e.garde} gardé, {e.compte} compté")
            if trouves and options["reparer"]:
                refaire(lot)
            else:
                differents += sorted({e.jour for e in trouves})
        return jours, differents
