"""`manage.py renouveler_cles`: wrap every data key again with the environment's first key."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pimms.socle.chiffrement import Indechiffrable, remballer
from pimms.socle.models import CleDonnees

TOURS = 5  # a process started before the change may still make keys under the old name


class Command(BaseCommand):
    help = "Remballe les clés de données sous la première clé de CLES_CHIFFREMENT, sans arrêter le site."

    def handle(self, *args, **options) -> None:
        courante = next(iter(settings.CLES_CHIFFREMENT))
        anciennes = CleDonnees.objects.exclude(nom=courante)
        faites = 0
        for _ in range(TOURS):
            try:
                tour = sum(map(_remballer, anciennes.order_by("pk").iterator()))
            except Indechiffrable as erreur:
                raise CommandError(f"{faites} clés remballées, puis : {erreur}.") from erreur
            faites += tour
            if not tour:
                break
        self.stdout.write(
            f"{faites} clés remballées sous « {courante} » ; {anciennes.count()} restent sous une autre."
        )


def _remballer(cle: CleDonnees) -> int:
    """One key, in one statement; the condition leaves alone what somebody else has changed meanwhile."""
    nom, enveloppe = remballer(cle.nom, cle.enveloppe)
    lue = CleDonnees.objects.filter(pk=cle.pk, nom=cle.nom, enveloppe=cle.enveloppe)
    return lue.update(nom=nom, enveloppe=enveloppe)
