"""Asking for an export of the journal: the only door by which an export is created."""

from django.db import transaction

from accueil.exports import figer, retirer_les_plus_anciens
from accueil.filtres import Filtre
from accueil.models import Export, Utilisateur
from accueil.taches import produire_export
from pimms.socle.journal import journaliser
from pimms.socle.taches import enfiler

EN_MEME_TEMPS = 5  # unfinished exports a person may have


class TropDExports(Exception):
    """This person has too many unfinished exports."""


def demander_export(acteur: Utilisateur, filtre: Filtre, format_fichier: str) -> Export:
    """Record an export of this filter, its days and points fixed now, and send it to its queue.

    The same one still in the making is returned instead (double click). Raises TropDExports.
    """
    texte = figer(filtre, acteur.portee)
    non_finis = Export.objects.filter(
        demande_par=acteur, etat__in=[Export.Etat.DEMANDE, Export.Etat.EN_COURS]
    )
    with transaction.atomic():
        # A person's requests go one after the other: the second click waits and finds the first.
        Utilisateur.objects.select_for_update(no_key=True).only("pk").get(pk=acteur.pk)
        meme = non_finis.filter(filtre=texte, format=format_fichier).first()
        if meme:
            return meme
        if non_finis.count() >= EN_MEME_TEMPS:
            raise TropDExports
        export = Export.objects.create(
            demande_par=acteur, point=filtre.point, format=format_fichier, filtre=texte
        )
        retirer_les_plus_anciens(acteur)
        apres = {"format": format_fichier, "filtre": texte}
        journaliser(acteur, "exporter", export, point_id=export.point_id, apres=apres)
        transaction.on_commit(lambda: enfiler(produire_export, export.pk))
    return export
