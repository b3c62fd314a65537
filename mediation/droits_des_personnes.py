"""What is held about a person in the cases: found by exact name, copied for them, erased at their request.

The other parties stay « Partie B »: a right over one's own data opens nobody else's.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accueil.models import NoteVisite, PointAccueil, Utilisateur
from mediation.conservation import effacer_la_note_d_origine
from mediation.consultations import lectures_du_dossier, noter_lecture_de_droits, noter_recherche
from mediation.cycle_de_vie import verrou
from mediation.documents import effacer_document
from mediation.imprimes import en_pdf
from mediation.lecture import Lecture
from mediation.models import Document, Dossier, Partie
from mediation.parties import empreinte, tenir
from pimms.socle.effacements import DEMANDE, ecrire
from pimms.socle.journal import MODIFIE, journaliser


def trouver(acteur: Utilisateur, point: PointAccueil, nom: str) -> list[Partie]:
    """Parties of that point's cases that bear this exact name, closed ones included; the search is told.

    Of the cases that this person reads: one reserved to others says nothing, and its readers search too.
    """
    noter_recherche(acteur)
    cas = Dossier.objects.lisibles_par(acteur).filter(point=point)
    parties = Partie.objects.filter(empreinte=empreinte(point.pk, nom), dossier__in=cas.values("pk"))
    lues = parties.select_related("dossier__cle_donnees", "dossier__point", "dossier__theme")
    return list(lues.order_by("dossier__ouvert_le", "pk"))


def copier(acteur: Utilisateur, parties: Sequence[Partie]) -> list[dict[str, Any]]:
    """What is held about them, case by case, as JSON values; each reading, why, and the copy are told."""
    copies = []
    for partie in parties:
        noter_lecture_de_droits(acteur, partie.dossier)
        journaliser(acteur, "copier", partie, point_id=partie.point_id)
        copies.append(_copie(Lecture(acteur, partie.dossier), partie))
    return copies


def _copie(lecture: Lecture, partie: Partie) -> dict[str, Any]:
    dossier = lecture.dossier
    paroles = partie.consentements.order_by("jour", "pk")
    etapes = partie.etapes.filter(annulee_le__isnull=True).order_by("jour", "numero")
    documents = partie.documents.filter(retire_le__isnull=True).order_by("numero")
    lectures = lectures_du_dossier(dossier)
    return {
        "dossier": dossier.reference,
        "point": dossier.point.nom,
        "ouvert_le": dossier.ouvert_le.isoformat(),
        "etat": dossier.get_etat_display(),
        "theme": dossier.theme.nom,
        "role": partie.get_role_display(),
        "protection": partie.get_protection_display() if partie.protection else "",
        "informee_le": partie.informee_le.isoformat() if partie.informee_le else "",
        "identite": lecture.textes(partie),
        "accords": [
            {"jour": c.jour.isoformat(), "etat": c.get_etat_display(), "forme": c.get_forme_display()}
            for c in paroles
        ],
        "etapes": [
            {
                "jour": e.jour.isoformat(),
                "nature": e.get_nature_display(),
                "resume": lecture.textes(e).get("resume", ""),
            }
            for e in etapes
        ],
        "engagements": _engagements(lecture, partie),
        "mandats": _mandats(lecture, partie),
        "documents": [
            {"nature": d.get_nature_display(), "nom": lecture.textes(d).get("nom", "")} for d in documents
        ],
        "note_de_la_visite": _note_d_origine(partie),
        "lectures": [
            {"le": c.quand.isoformat(timespec="minutes"), "par": c.qui, "pourquoi": c.pourquoi or "non dit"}
            for c in lectures
        ],
    }


def _engagements(lecture: Lecture, partie: Partie) -> list[dict[str, str]]:
    return [
        {
            "echeance": e.echeance.isoformat(),
            "texte": lecture.textes(e).get("texte", ""),
            "suite": e.get_suite_display() if e.suite else "",
        }
        for e in partie.engagements.order_by("numero")
    ]


def _mandats(lecture: Lecture, partie: Partie) -> list[dict[str, str]]:
    return [
        {
            "du": m.debut.isoformat(),
            "au": m.fin.isoformat() if m.fin else "",
            "objet": lecture.textes(m).get("objet", ""),
        }
        for m in partie.mandats.order_by("numero")
    ]


def _note_d_origine(partie: Partie) -> str:
    """The note of the visit that the case came from, which erasing the person takes too.

    Whose visit it was: to another it would tell what was said at the desk. One person asked for the
    mediation; where several did, nobody can tell here which of them came.
    """
    demandeurs = partie.dossier.parties.filter(role=Partie.Role.DEMANDEUR)
    if partie.role != Partie.Role.DEMANDEUR or demandeurs.count() > 1:
        return ""
    note = NoteVisite.objects.filter(visite__demandes__dossiers=partie.dossier_id).first()
    return note.texte if note else ""


def en_papier(
    point: PointAccueil, copies: Sequence[dict[str, Any]], ecrits: Sequence[dict[str, Any]]
) -> bytes:
    """The same copy as a PDF to hand over, `ecrits` with it; raises ImpressionImpossible."""
    contexte = {"point": point, "copies": copies, "ecrits": ecrits, "aujourdhui": point.aujourdhui()}
    return en_pdf("copie", contexte)


def rectifier(acteur: Utilisateur, partie: Partie, textes: dict[str, str], version: int) -> Partie:
    """Set right who a party is and how to reach them, at their request, in a closed case too: its state and
    all else stay. For who reads the case and manages its point; Dossier.DoesNotExist otherwise.

    `version` is what this person saw (ModifieEntretemps when it is past). ValidationError without a name, and
    for a party that was erased: nobody is named again where they asked not to be.
    """
    if partie.point_id not in acteur.portee.points_de_responsable:
        raise Dossier.DoesNotExist
    with verrou(acteur, partie.dossier) as tenu:
        actuelle = tenir(Partie, tenu, partie, version)
        if actuelle.scelle is None:
            raise ValidationError("Cette personne a été effacée de ce dossier : rien n’y est à corriger.")
        institution = actuelle.nature == Partie.Nature.INSTITUTION and actuelle.partenaire_id
        if not (textes.get("nom", "").strip() or institution):
            raise ValidationError({"nom": "Dites qui est cette partie."})
        avant = actuelle.valeurs()
        actuelle.sceller(avant | textes)
        if actuelle.valeurs() == avant:
            return actuelle
        actuelle.empreinte = empreinte(tenu.point_id, textes.get("nom", ""))
        actuelle.version += 1
        actuelle.save(update_fields=["scelle", "empreinte", "version"])
        journaliser(acteur, "rectifier", actuelle, point_id=tenu.point_id, apres={"textes": MODIFIE})
    return actuelle


def oublier(acteur: Utilisateur, partie: Partie) -> None:
    """Erase who a party is, what it committed itself to in words, its documents; the case goes on.

    For who reads the case and manages its point; Dossier.DoesNotExist otherwise. Codes stay (an agreement
    given on that day by « Partie A »). Of a closed case too: erasure is stronger than the keeping of proofs.
    """
    if partie.point_id not in acteur.portee.points_de_responsable:
        raise Dossier.DoesNotExist
    with transaction.atomic(), verrou(acteur, partie.dossier) as tenu:
        actuelle = tenir(Partie, tenu, partie)
        ecrire(acteur, actuelle, DEMANDE)
        effacer_ce_qui_nomme(actuelle)
        effacer_la_note_d_origine(acteur, tenu)
        journaliser(acteur, "oublier", actuelle, point_id=tenu.point_id, apres={"textes": MODIFIE})


def effacer_ce_qui_nomme(partie: Partie) -> None:
    """The erasing itself, done again after a restore."""
    for document in Document.objects.filter(partie=partie):
        effacer_document(document)
    partie.engagements.update(scelle=None)
    partie.mandats.update(scelle=None)
    Partie.objects.filter(pk=partie.pk).update(scelle=None, empreinte=None, version=partie.version + 1)
