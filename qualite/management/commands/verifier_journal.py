"""`manage.py verifier_journal`: walk the journal's chain and name the first broken link.

Heads that came by mail are given by hand; those that sealed reports hold, and those that the nights saw, are
compared each time.
"""

from django.core.management.base import BaseCommand, CommandError

from pimms.socle.chainage import Tete, verifier
from pimms.socle.controle_journal import defaut, reunir, temoins_des_nuits
from qualite.temoins_du_journal import tetes


class Command(BaseCommand):
    help = "Vérifie la chaîne du journal et nomme le premier maillon rompu."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--attendu",
            action="append",
            default=[],
            metavar="NUMÉRO:EMPREINTE",
            help="un maillon connu par un courriel ou un rapport ; plusieurs fois si besoin",
        )

    def handle(self, *args, **options) -> None:
        temoins = reunir(dict(map(_attendu, options["attendu"])), tetes(), temoins_des_nuits())
        resultat = verifier(temoins)
        rupture, motif = defaut(resultat)
        if rupture:
            raise CommandError(f"Chaîne rompue au maillon {rupture} : {motif}.")
        if motif:
            raise CommandError(f"La chaîne est intacte, mais {motif}.")
        self.stdout.write(
            f"Chaîne intacte : {resultat.maillons} maillons, {resultat.lignes} entrées ;"
            f" {resultat.attente} attendent le prochain. {len(temoins)} étaient connus par ailleurs."
        )
        tete = Tete.lire()
        if tete:
            self.stdout.write(f"Tête : {tete.numero}:{tete.empreinte}")


def _attendu(texte: str) -> tuple[int, str]:
    numero, _, empreinte = texte.partition(":")
    if not numero.isdecimal() or len(empreinte) != 64:
        raise CommandError(f"« {texte} » : NUMÉRO:EMPREINTE attendu.")
    return int(numero), empreinte
