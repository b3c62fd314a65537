"""Asking for a report, cancelling it, trying again, reading it: the only doors."""

import uuid
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from accueil.acces import Portee
from accueil.models import PointAccueil, Utilisateur
from pimms.socle.chiffrement import Indechiffrable
from pimms.socle.journal import journaliser
from pimms.socle.models import CleDonnees
from pimms.socle.taches import enfiler
from qualite.envois import exiger_meme
from qualite.models import Campagne, EtapeRapport, EtatRapport, Evaluation, FichierRapport, Rapport
from qualite.rapports.annonces import prevenir_du_reste
from qualite.rapports.commande import Demande, Sujet, verifier

EN_MEME_TEMPS = 300  # unfinished reports that a person may have: the whole network's, and some
VERROU = 0x52415050  # numbers are given one at a time


class FichierAltere(Exception):
    """What is stored is not what was signed."""


def peut_demander(portee: Portee, sujet: Sujet) -> bool:
    """The union for all, a direction for its association and its points, a manager for the point, or for
    several of which each is theirs."""
    if portee.reseau:
        return True
    if sujet.point:
        return portee.gere(sujet.point)
    if sujet.choisis and portee.points_de_responsable.issuperset(sujet.choisis):
        return True
    return sujet.association is not None and sujet.association.pk in portee.associations


def demander(acteur: Utilisateur, demande: Demande) -> Rapport:
    """Record a report and send it to its queue. Sent twice, it is asked for once.

    Raises ValidationError beside the field.
    """
    from qualite.taches import produire_rapport  # noqa: PLC0415 — that module carries out what is asked here

    if not peut_demander(acteur.portee, demande.sujet):
        raise ValidationError({"sujet": "Vous ne pouvez pas demander ce rapport."})
    verifier(acteur, demande)
    with transaction.atomic():
        # One at a time: numbers follow each other, and the second click finds the first.
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])
        deja = Rapport.objects.filter(demande_par=acteur, cle=demande.cle).first()
        if deja:
            exiger_meme(deja, demande.colonnes)
            return deja
        if (
            Rapport.objects.filter(demande_par=acteur).exclude(etat__in=Rapport.FINIS).count()
            >= EN_MEME_TEMPS
        ):
            raise ValidationError("Beaucoup de vos rapports sont déjà en préparation\u202f: attendez-les.")
        annee = timezone.localdate().year
        dernier = Rapport.objects.filter(annee=annee).aggregate(n=Max("numero"))["n"] or 0
        rapport = Rapport.objects.create(
            **demande.colonnes,
            annee=annee,
            numero=dernier + 1,
            coffre=CleDonnees.creer(),
            cle=demande.cle,
            demande_par=acteur,
        )
        apres = {c: getattr(rapport, c) for c in ("genre", "niveau", "choisis", "partenaire_id", "du", "au")}
        journaliser(acteur, "demander", rapport, point_id=rapport.point_id, apres=apres)
        transaction.on_commit(lambda: enfiler(produire_rapport, rapport.pk))
    return rapport


def demander_tous(acteur: Utilisateur, evaluation: Evaluation, cle: uuid.UUID) -> list[Rapport]:
    """The audit file of the network, of each association and of each point in service, all or none; those of
    one association where the evaluation's campaign is about it.

    Each has a key of its own drawn from the form's: sent twice, they are asked for once. One that was
    cancelled, or that failed, is asked for again.
    """
    siens = Rapport.objects.filter(evaluation=evaluation, demande_par=acteur)
    etats = dict(siens.values_list("cle", "etat"))
    with transaction.atomic():
        return [
            demander(acteur, Demande(_cle(cle, sujet, etats), sujet, evaluation.jour, evaluation))
            for sujet in sujets_de(evaluation)
        ]


def sujets_de(evaluation: Evaluation) -> list[Sujet]:
    """Of whom a closed evaluation speaks: network, associations, points in service; of the campaign of an
    association, that one and its points. One statement."""
    points = PointAccueil.objects.ouverts(evaluation.jour).select_related("association")
    campagne = evaluation.campagne
    seule = campagne and campagne.association_id
    if seule:
        points = points.filter(association=seule)
    associations = {p.association_id: p.association for p in points}
    reseau = [] if seule else [Sujet()]
    return [*reseau, *map(Sujet, associations.values()), *(Sujet(point=p) for p in points)]


def _cle(cle: uuid.UUID, sujet: Sujet, etats: Mapping[uuid.UUID, str]) -> uuid.UUID:
    """The key of a subject's report; after one that came to nothing, that of the next."""
    objet = sujet.point or sujet.association
    sienne = uuid.uuid5(cle, f"{sujet.niveau}:{objet.pk if objet else ''}")
    while etats.get(sienne) in (EtatRapport.ANNULE, EtatRapport.ECHEC):
        sienne = uuid.uuid5(sienne, "encore")
    return sienne


def _peut(acteur: Utilisateur, rapport: Rapport) -> bool:
    return peut_demander(acteur.portee, Sujet.de(rapport))


def annuler(acteur: Utilisateur, rapport: Rapport) -> None:
    """Give a report up; the worker that makes it stops at its next step. Idempotent.

    Raises ValidationError for one that is already there.
    """
    if not _peut(acteur, rapport):
        raise ValidationError("Vous ne pouvez pas annuler ce rapport.")
    with transaction.atomic():
        tenu = Rapport.objects.select_for_update().get(pk=rapport.pk)
        if tenu.etat == EtatRapport.ANNULE:
            return
        if tenu.fini:
            raise ValidationError("Ce rapport est terminé\u202f: il ne s’annule plus.")
        tenu.etat, tenu.fini_le = EtatRapport.ANNULE, timezone.now()
        tenu.save(update_fields=["etat", "fini_le"])
        journaliser(acteur, "annuler", tenu, point_id=tenu.point_id)
        prevenir_du_reste(tenu)


def relancer(acteur: Utilisateur, rapport: Rapport) -> None:
    """Try a failed report again, from the snapshot if there is one. Already waiting: nothing changes."""
    from qualite.taches import produire_rapport  # noqa: PLC0415

    if not _peut(acteur, rapport):
        raise ValidationError("Vous ne pouvez pas relancer ce rapport.")
    with transaction.atomic():
        tenu = Rapport.objects.select_for_update().get(pk=rapport.pk)
        if not tenu.fini:
            return
        if tenu.etat != EtatRapport.ECHEC:
            raise ValidationError("Seul un rapport en échec se relance.")
        tenu.etat, tenu.etape, tenu.essais, tenu.erreur = EtatRapport.DEMANDE, EtapeRapport.ATTENTE, 0, ""
        tenu.pris_le = tenu.fini_le = tenu.vu_le = None
        tenu.save(update_fields=["etat", "etape", "essais", "erreur", "pris_le", "fini_le", "vu_le"])
        journaliser(acteur, "relancer", tenu, point_id=tenu.point_id)
        transaction.on_commit(lambda: enfiler(produire_rapport, tenu.pk))


def lire(acteur: Utilisateur, rapport: Rapport, campagne: Campagne | None = None) -> bytes:
    """The signed file's bytes; the reading is told in the journal, with the audit that it was for.

    Raises FichierRapport.DoesNotExist while there is none, FichierAltere when it was changed.
    """
    fichier = FichierRapport.objects.select_related("rapport__coffre").get(rapport=rapport)
    octets = ouvrir(fichier)
    apres = {"campagne": campagne.pk} if campagne else None
    journaliser(acteur, "telecharger", rapport, point_id=rapport.point_id, apres=apres)
    return octets


def ouvrir(fichier: FichierRapport) -> bytes:
    """The bytes of a signed file, which its seal vouches for. Raises FichierAltere."""
    rapport = fichier.rapport
    try:
        return rapport.coffre.coffre.ouvrir(f"{rapport.usage}:fichier", fichier.scelle)
    except Indechiffrable as erreur:
        raise FichierAltere from erreur
