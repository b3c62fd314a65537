"""The mail that takes the journal's head out of the database, once a day."""

from collections.abc import Iterable
from datetime import datetime, time

from django.utils import timezone

from pimms.socle.chainage import Tete
from pimms.socle.courriels import poster
from pimms.socle.models import Courriel

DEBUT = "[PIMMS] Tête du journal, maillon "
CORPS = """Bonjour,

La chaîne du journal des actes finit aujourd’hui par ce maillon\u202f:

{numero}:{empreinte}
(fait le {fait_le:%d/%m/%Y à %Hh%M} UTC)

Gardez ce message hors de l’application. Si un jour le journal est mis en doute, la commande
« manage.py verifier_journal --attendu {numero}:{empreinte} »
dira si ce qui est écrit aujourd’hui l’est encore.
"""


def envoyer(adresses: Iterable[str]) -> None:
    """Post the head to each address that did not get one today; nothing to say while there is no link."""
    tete = Tete.lire()
    if tete is None:
        return
    minuit = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    du_jour = Courriel.objects.filter(sujet__startswith=DEBUT, cree_le__gte=minuit)
    servies = set(du_jour.values_list("destinataire", flat=True))
    corps = CORPS.format(numero=tete.numero, empreinte=tete.empreinte, fait_le=tete.fait_le)
    for adresse in adresses:
        if adresse not in servies:
            poster(adresse, f"{DEBUT}{tete.numero}", corps)
