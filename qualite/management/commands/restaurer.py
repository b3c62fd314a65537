"""`manage.py restaurer FICHIER --dans URL`: restore a backup into an empty database, and erase again."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import dj_database_url
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from pimms.socle.flux import FluxIllisible
from pimms.socle.sauvegarde import RestaurationInegale, SauvegardeImpossible, restaurer
from qualite.rejeu import rejouer


class Command(BaseCommand):
    help = (
        "Restaure une sauvegarde dans une base vide, la compare ligne à ligne, puis y refait les effacements."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("fichier", help="« - » lit l’entrée standard")
        parser.add_argument("--dans", required=True, metavar="URL", help="base vide, par son propriétaire")
        parser.add_argument("--effacements", type=Path, help="la liste gardée à part (EFFACEMENTS)")
        parser.add_argument(
            "--sans-effacements",
            action="store_true",
            help="aucune liste : rien n’a été effacé",
        )

    def handle(
        self, *args, fichier: str, dans: str, effacements: Path | None, sans_effacements: bool, **options
    ) -> None:
        if not settings.CLE_SAUVEGARDE:
            raise CommandError("CLE_SAUVEGARDE est nécessaire.")
        liste = effacements or Path(settings.EFFACEMENTS)
        if not liste.exists() and not sans_effacements:
            raise CommandError(
                f"Rien n’est restauré : la liste des effacements manque ({liste}), et ce que la loi a fait "
                "effacer reviendrait. Donnez-la par --effacements, ou dites --sans-effacements."
            )
        try:
            with _lire(fichier) as entree:
                lues = restaurer(dans, settings.CLE_SAUVEGARDE, entree)
        except RestaurationInegale as erreur:
            raise CommandError(
                f"La base est remplie mais ne vaut rien, effacez-la avant d’essayer encore : {erreur}"
            ) from erreur
        except (SauvegardeImpossible, FluxIllisible) as erreur:
            raise CommandError(f"Rien n’est restauré : {erreur}") from erreur
        self.stdout.write(f"{len(lues)} tables restaurées, égales ligne à ligne.")
        try:
            with _sur(dans):
                if mettre_a_jour():
                    self.stdout.write("Elle était d’une version plus ancienne : la base est mise à jour.")
                rejeu = rejouer(liste)
        except Exception as erreur:
            raise CommandError(
                "La base est remplie mais ne vaut rien, effacez-la avant d’essayer encore : les effacements "
                f"n’y sont pas tous refaits ({type(erreur).__name__})."
            ) from erreur
        self.stdout.write(
            f"{rejeu.refaits} effacements refaits ; {rejeu.inconnus} ne concernaient rien de restauré."
        )
        if rejeu.incompris:
            raise CommandError(
                f"{rejeu.incompris} lignes de la liste des effacements ne se comprennent pas : ce qu’elles "
                "disaient effacé est peut-être revenu. Trouvez une copie entière de la liste, et recommencez."
            )


def mettre_a_jour() -> bool:
    """Bring an older backup's tables to what this code knows, for erasures are done again by it; whether
    there was anything to do."""
    executeur = MigrationExecutor(connection)
    if not executeur.migration_plan(executeur.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


@contextmanager
def _lire(fichier: str) -> Iterator[BinaryIO]:
    if fichier == "-":
        yield sys.stdin.buffer
        return
    with Path(fichier).open("rb") as entree:
        yield entree


@contextmanager
def _sur(url: str) -> Iterator[None]:
    """Django's own connection on the restored database, as its owner."""
    autre: dict[str, Any] = dict(dj_database_url.parse(url))
    cles = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    avant = {cle: connection.settings_dict[cle] for cle in cles}
    connection.close()
    connection.settings_dict.update({cle: autre[cle] for cle in cles})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(avant)
