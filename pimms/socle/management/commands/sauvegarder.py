"""`manage.py sauvegarder FICHIER`: an encrypted backup of the database (`-`: to the standard output)."""

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pimms.socle.sauvegarde import EN_COURS, JOURS_MAX, SauvegardeImpossible, oter_les_anciennes, sauvegarder


class Command(BaseCommand):
    help = (
        "Sauvegarde la base, chiffrée par CLE_SAUVEGARDE, et efface à côté les sauvegardes de plus de "
        f"{JOURS_MAX} jours ; « - » écrit sur la sortie standard, et n’efface rien."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("fichier")

    def handle(self, *args, fichier: str, **options) -> None:
        url, cle = settings.DATABASE_URL_PROPRIETAIRE, settings.CLE_SAUVEGARDE
        if not (url and cle):
            raise CommandError("DATABASE_URL_PROPRIETAIRE et CLE_SAUVEGARDE sont nécessaires.")
        try:
            if fichier == "-":
                lues = sauvegarder(url, cle, sys.stdout.buffer)
            else:
                lues = _dans_un_fichier(url, cle, Path(fichier))
        except SauvegardeImpossible as erreur:
            raise CommandError(str(erreur)) from erreur
        lignes = sum(int(nombre) for nombre, *_ in lues.values())
        self.stderr.write(f"{len(lues)} tables, {lignes} lignes sauvegardées.")
        if fichier != "-":
            for ancienne in oter_les_anciennes(Path(fichier)):
                self.stderr.write(f"{ancienne.name} a plus de {JOURS_MAX} jours : effacée.")


def _dans_un_fichier(url: str, cle: bytes, chemin: Path) -> dict:
    """Under another name until it is whole: a backup cut short is never taken for one."""
    provisoire = chemin.with_name(f"{chemin.name}{EN_COURS}")
    descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descripteur, "wb") as sortie:
        lues = sauvegarder(url, cle, sortie)
        sortie.flush()
        os.fsync(sortie.fileno())
    provisoire.replace(chemin)
    return lues
