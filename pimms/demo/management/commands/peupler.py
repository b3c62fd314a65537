"""`manage.py peupler`: fill an empty installation with a made-up network that looks alive."""

import sys
import time
from datetime import date

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from accueil.frequences import ordonner_les_bureaux
from accueil.models import Utilisateur
from pimms.demo import campagnes
from pimms.demo.avancement import Avancement
from pimms.demo.constats import constater
from pimms.demo.parametres import Parametres
from pimms.demo.peuplement import DejaPeuple, peupler
from pimms.demo.rapports import demander_les_rapports
from pimms.socle.typographie import nombre
from qualite.models import Campagne

# The demo's own network.
DEMO = {"points": 68, "annees": 2, "visites": 200_000, "graine": 7}
MAXIMA = {"points": 500, "annees": 20, "visites": 100_000_000}


class Command(BaseCommand):
    help = "Remplit une installation vide d’un réseau imaginaire, reproductible par sa graine."
    requires_system_checks = ()  # a second of sixty, for pages that it doesn't serve: `migrate` makes them

    def add_arguments(self, parser: CommandParser) -> None:
        for nom, aide in (
            ("points", "nombre de points d’accueil"),
            ("annees", "nombre d’années d’activité"),
            ("visites", "nombre de visites"),
            ("graine", "graine du hasard : la même donne les mêmes lignes"),
        ):
            parser.add_argument(f"--{nom}", type=int, default=DEMO[nom], help=f"{aide} ({DEMO[nom]})")
        parser.add_argument(
            "--jusqu-au",
            type=date.fromisoformat,
            metavar="AAAA-MM-JJ",
            help="jour de référence : les visites vont jusqu’à la veille (aujourd’hui)",
        )
        parser.add_argument(
            "--demo",
            action="store_true",
            help="ajoute les visites d’aujourd’hui et les quatre comptes de démonstration",
        )

    def handle(self, *args, **options) -> None:
        url = settings.DATABASE_URL_PROPRIETAIRE
        if not url:
            raise CommandError(
                "DATABASE_URL_PROPRIETAIRE manque : seul le propriétaire de la base peut peupler."
            )
        params = self._parametres(options)
        avancement = Avancement(sys.stderr, visible=None if options["verbosity"] else False)
        debut = time.monotonic()
        try:
            bilan = peupler(url, params, avancement)
        except DejaPeuple as erreur:
            raise CommandError(
                "Cette base contient déjà des points ou des visites : peupler ne remplit qu’une base vide."
            ) from erreur
        except psycopg2.errors.UndefinedTable as erreur:
            raise CommandError("Les tables manquent : lancez d’abord « manage.py migrate ».") from erreur
        except psycopg2.Error as erreur:
            raise CommandError(f"La base refuse : {erreur}") from erreur
        connection.close()
        ordonner_les_bureaux(params.reference)
        if params.demo:
            close = campagnes.mener(params.reference, url)
            constater()
            self._rapports(close)
        if options["verbosity"]:
            self.stdout.write(self._resume(bilan.lignes, time.monotonic() - debut))
        if options["verbosity"] > 1:
            for etape, secondes in avancement.durees.items():
                self.stdout.write(f"{etape} : {nombre(secondes, 1)} s")

    @staticmethod
    def _rapports(campagne: Campagne) -> None:
        comptes = {u.email: u for u in Utilisateur.objects.filter(email__endswith="@exemple.fr")}
        point = comptes["responsable@exemple.fr"].portee.points[0]
        evaluation = campagne.evaluation
        if evaluation:
            demander_les_rapports(comptes["union@exemple.fr"], point, evaluation)

    @staticmethod
    def _parametres(options: dict) -> Parametres:
        for nom, maximum in MAXIMA.items():
            if not 1 <= options[nom] <= maximum:
                raise CommandError(f"--{nom} : entre 1 et {nombre(maximum)}.")
        if options["demo"] and not settings.DEMO:
            raise CommandError("--demo ouvre des comptes au mot de passe connu : réservé à PIMMS_DEMO=1.")
        if options["demo"] and options["jusqu_au"]:
            raise CommandError("--demo va jusqu’à maintenant : n’indiquez pas --jusqu-au.")
        aujourdhui = timezone.localdate()
        reference = options["jusqu_au"] or aujourdhui
        if reference > aujourdhui:
            raise CommandError("--jusqu-au : ce jour n’est pas encore venu.")
        return Parametres(
            points=options["points"],
            annees=options["annees"],
            visites=options["visites"],
            graine=options["graine"],
            reference=reference,
            maintenant=timezone.now() if options["demo"] else None,
        )

    @staticmethod
    def _resume(lignes: dict[str, int], secondes: float) -> str:
        return (
            f"{nombre(lignes['accueil_pointaccueil'])} points, "
            f"{nombre(lignes['accueil_utilisateur'])} personnes, "
            f"{nombre(lignes['accueil_visite'])} visites et {nombre(lignes['accueil_demande'])} demandes, "
            f"{nombre(lignes['mediation_dossier'])} dossiers et {nombre(lignes['mediation_action'])} actions "
            f"en {nombre(secondes, 1)} s."
        )
