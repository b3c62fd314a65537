"""`manage.py verifier_journal`: walk the journal's chain and name the first broken link.

Heads that came by mail are given by hand; those that sealed reports hold are compared each time.
"""

from django.core.management.base import BaseCommand, CommandError

from pimms.socle.chainage import Tete, verifier
from pimms.socle.controle_journal import gardes_absentes
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
        temoins = tetes()
        resultat = verifier(temoins | dict(map(_attendu, options["attendu"])))
        if not resultat.bonne:
            raise CommandError(f"Chaîne rompue au maillon {resultat.rupture} : {resultat.motif}.")
        if absentes := gardes_absentes():
            raise CommandError(f"Des gardes de la base manquent ou dorment : {', '.join(absentes)}.")
        self.stdout.write(
            f"Chaîne intacte : {resultat.maillons} maillons, {resultat.lignes} entrées ;"
            f" {resultat.attente} attendent le prochain. Les rapports scellés en connaissent {len(temoins)}."
        )
        tete = Tete.lire()
        if tete:
            self.stdout.write(f"Tête : {tete.numero}:{tete.empreinte}")


def _attendu(texte: str) -> tuple[int, str]:
    numero, _, empreinte = texte.partition(":")
    if not numero.isdecimal() or len(empreinte) != 64:
        raise CommandError(f"« {texte} » : NUMÉRO:EMPREINTE attendu.")
    return int(numero), empreinte
