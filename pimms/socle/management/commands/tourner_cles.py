"""`manage.py tourner_cles`: wrap every data key again with the environment's first key."""

from django.conf import settings
from django.core.management.base import BaseCommand

from pimms.socle.chiffrement import remballer
from pimms.socle.models import CleDonnees


class Command(BaseCommand):
    help = "Remballe les clés de données sous la première clé de CLES_CHIFFREMENT."

    def handle(self, *args, **options) -> None:
        courante = next(iter(settings.CLES_CHIFFREMENT))
        faites = 0
        for cle in CleDonnees.objects.exclude(nom=courante).order_by("pk").iterator():
            nom, enveloppe = remballer(cle.nom, cle.enveloppe)
            # The condition lets two runs meet: the second one finds nothing to change.
            faites += CleDonnees.objects.filter(pk=cle.pk, nom=cle.nom).update(nom=nom, enveloppe=enveloppe)
        restent = CleDonnees.objects.exclude(nom=courante).count()
        self.stdout.write(f"{faites} clés remballées sous « {courante} » ; {restent} restent sous une autre.")
