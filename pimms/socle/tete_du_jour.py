"""The mail that takes the journal's head out of the database, once a day."""

from collections.abc import Iterable

from pimms.socle.chainage import Tete
from pimms.socle.courriels import poster

SUJET = "[PIMMS] Tête du journal, maillon {}"
CORPS = """Bonjour,

La chaîne du journal des actes finit aujourd’hui par ce maillon\u202f:

{numero}:{empreinte}
(fait le {fait_le:%d/%m/%Y à %Hh%M} UTC)

Gardez ce message hors de l’application. Si un jour le journal est mis en doute, la commande
« manage.py verifier_journal --attendu {numero}:{empreinte} »
dira si ce qui est écrit aujourd’hui l’est encore.
"""


def envoyer(adresses: Iterable[str]) -> None:
    """Post the head to each address; nothing to say while there is no link."""
    tete = Tete.lire()
    if tete is None:
        return
    corps = CORPS.format(numero=tete.numero, empreinte=tete.empreinte, fait_le=tete.fait_le)
    for adresse in adresses:
        poster(adresse, SUJET.format(tete.numero), corps)
