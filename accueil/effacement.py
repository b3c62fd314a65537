"""Erase a visit's note for good, as a person asks (RGPD, art. 17): from its earlier states too, with what was
typed of whom it was sent to.

A correction empties the note of today and keeps the state before; this keeps neither. There is no time limit.
"""

from django.db import connection, transaction

from accueil.conservation import VERS_EFFACE
from accueil.models import NoteVisite, Utilisateur, Visite, VisiteVersion
from accueil.saisie import VERS_TEXTE
from pimms.socle.effacements import DEMANDE, ecrire
from pimms.socle.journal import MODIFIE, journaliser


def a_des_mots(visite: Visite) -> bool:
    """Whether something typed is left to erase, now or in an earlier state."""
    if NoteVisite.objects.filter(visite=visite).exists():
        return True
    etats = VisiteVersion.objects.filter(visite=visite).values_list("etat", flat=True)
    vers = [d[VERS_TEXTE] for etat in etats for d in etat["demandes"]]
    vers += visite.demandes.values_list("vers_texte", flat=True)
    return any(etat["note"] for etat in etats) or not set(vers) <= {"", VERS_EFFACE}


def effacer_note(acteur: Utilisateur, visite: Visite) -> None:
    """For the manager of the visit's point; Visite.DoesNotExist for anyone else. Idempotent."""
    if visite.point_id not in acteur.portee.points_de_responsable:
        raise Visite.DoesNotExist
    with transaction.atomic():
        tenue = Visite.objects.select_for_update().get(pk=visite.pk)
        if not a_des_mots(tenue):
            return
        ecrire(acteur, tenue, DEMANDE)
        oter_la_note(tenue)
        tenue.version += 1  # an open correction must not bring it back
        tenue.save(update_fields=["version"])
        journaliser(acteur, "effacer", tenue, point_id=tenue.point_id, apres={"note": MODIFIE})


def oter_la_note(visite: Visite) -> None:
    """The erasing itself, of what is written down as erased; done again after a restore."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT accueil_effacer_note(%s)", [visite.pk])
