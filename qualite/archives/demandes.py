"""Asking for an archive, reading it: the only doors. For the direction of the association alone."""

from collections.abc import Iterator
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accueil.models import Acces, Association, Utilisateur
from accueil.models.personnes import Role
from pimms.socle import flux
from pimms.socle.journal import journaliser
from pimms.socle.taches import enfiler
from qualite.archives.vie import dossier
from qualite.models import ArchiveAssociation
from qualite.relances import ecrire_a


def demander(acteur: Utilisateur, association: Association, motif: str) -> ArchiveAssociation:
    """Record an archive of everything the association owns and send it to its queue; those who look after
    its points are told. One at a time: asked again meanwhile, the first one is returned.

    Raises Association.DoesNotExist for whoever does not direct it.
    """
    from qualite.taches import produire_archive  # noqa: PLC0415 — that module carries out what is asked here

    if association.pk not in acteur.portee.associations:
        raise Association.DoesNotExist
    with transaction.atomic():
        Association.objects.select_for_update().get(pk=association.pk)
        en_cours = ArchiveAssociation.objects.filter(association=association)
        meme = en_cours.exclude(etat__in=ArchiveAssociation.FINIS).first()
        if meme:
            return meme
        archive = ArchiveAssociation.objects.create(association=association, demande_par=acteur, motif=motif)
        journaliser(acteur, "emporter", archive, apres={"association": association.pk, "motif": motif})
        _dire(archive)
        transaction.on_commit(lambda: enfiler(produire_archive, archive.pk))
    return archive


def _dire(archive: ArchiveAssociation) -> None:
    """A copy of everything is no secret to those who answer for it: managers and other directions."""
    acces = Acces.objects.en_vigueur(timezone.localdate()).filter(
        Q(point__association=archive.association, role=Role.RESPONSABLE)
        | Q(association=archive.association, role=Role.DIRECTION),
        personne__is_active=True,
    )
    autres = {a.personne for a in acces.select_related("personne")} - {archive.demande_par}
    lien = f"{settings.ADRESSE_SITE}{reverse('aide')}"
    for personne in sorted(autres, key=lambda p: p.pk):
        ecrire_a(personne, "archive_demandee", {"archive": archive, "lien": lien})


def lire(acteur: Utilisateur, archive: ArchiveAssociation) -> Iterator[bytes]:
    """The ZIP, in pieces, each checked before it is given; the reading is told in the journal.

    Raises ArchiveAssociation.DoesNotExist for a stranger, and once it is over.
    """
    lue = ArchiveAssociation.objects.visibles_par(acteur).select_related("coffre").get(pk=archive.pk)
    if not lue.telechargeable or lue.coffre is None:
        raise ArchiveAssociation.DoesNotExist
    cle = lue.coffre.coffre.ouvrir(lue.usage, lue.cle_scellee)
    try:  # opened here: taken back in between, nothing is told and nothing is cut short
        entree = (dossier() / lue.fichier).open("rb")
    except OSError as erreur:
        raise ArchiveAssociation.DoesNotExist from erreur
    journaliser(acteur, "telecharger", lue, apres={"association": lue.association_id})
    return _morceaux(cle, entree)


def _morceaux(cle: bytes, entree: BinaryIO) -> Iterator[bytes]:
    with entree:
        yield from flux.ouvrir(cle, entree)
