"""What is due an answer by a day (complaints, persons' requests): prolong it, answer it, who deals with it.

The only doors, with `qualite.reclamations` and `qualite.droits`, which record one. Words are sealed and told
to the journal as « modifié »; those who only see days and codes never act.
"""

import uuid
from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError

from accueil.acces import Portee
from accueil.ecritures import integrite_lisible
from accueil.models import PointAccueil, Utilisateur
from mediation.textes import verifier_texte
from pimms.socle.chiffrement import Indechiffrable
from pimms.socle.journal import MODIFIE, differences, journaliser
from pimms.socle.models import CleDonnees
from pimms.socle.versions import ModifieEntretemps
from qualite.envois import AUTRE_CONTENU, exiger_meme
from qualite.models import DemandeDroits, Reclamation
from qualite.models.ecrits import EcritScelle, Saisine
from qualite.parametres import valeurs_du_jour
from qualite.validite import plus_mois

Saisie = TypeVar("Saisie", bound=EcritScelle)
Due = TypeVar("Due", bound=Saisine)
RECUL_MAX = 366  # days: what was received before is not entered here any more
ILLISIBLE = "Le contenu ne s’ouvre plus\u202f: rien n’est changé. Prévenez l’union."
PAS_A_VOUS = "Ce n’est pas à vous de traiter cette ligne."


def peut_noter(portee: Portee, point: PointAccueil) -> bool:
    """Who records something for a point: those who work there, and its association's direction."""
    return point.pk in portee.points_de_saisie or point.association_id in portee.associations


def verifier_jour_passe(point: PointAccueil, jour: date, champ: str) -> None:
    """Refuse a day to come, before the point began, or so old that it must be a slip."""
    aujourdhui = point.aujourdhui()
    if jour > aujourdhui:
        raise ValidationError({champ: "Ce jour n’est pas encore venu."})
    if jour < max(point.ouvert_le, aujourdhui - timedelta(days=RECUL_MAX)):
        raise ValidationError({champ: "Ce jour est trop ancien\u202f: vérifiez l’année."})


def verifier_textes(textes: dict[str, str]) -> None:
    for champ, texte in textes.items():
        verifier_texte(texte, champ)


def inserer(
    acteur: Utilisateur,
    modele: type[Saisie],
    cle: uuid.UUID,
    textes: dict[str, str],
    colonnes: dict[str, Any],
) -> tuple[Saisie, bool]:
    """Record a row with its words sealed under a key of its own, and say whether it is new.

    Sent twice, it is recorded once; with other words or days the second time, it is refused.
    """
    if not peut_noter(acteur.portee, colonnes["point"]):
        raise ValidationError("Vous ne travaillez pas à ce point.")
    verifier_textes(textes)
    with integrite_lisible(modele):
        Utilisateur.objects.select_for_update().get(pk=acteur.pk)  # one click at a time
        recue = modele._default_manager.filter(auteur=acteur, cle=cle).first()
        if recue:
            exiger_meme(recue, colonnes)
            # Of what was erased, nothing is left to compare.
            if not recue.efface_le and recue.textes() != {c: t for c, t in textes.items() if t}:
                raise ValidationError(AUTRE_CONTENU, code="rejeu")
            return recue, False
        ligne = modele(auteur=acteur, cle=cle, coffre=CleDonnees.creer(), **colonnes)
        ligne.sceller(textes)
        ligne.save(force_insert=True)
        apres = {c: v for c, v in colonnes.items() if v not in (None, "")} | {
            c: MODIFIE for c, t in textes.items() if t
        }
        journaliser(acteur, "creer", ligne, point_id=ligne.point_id, apres=apres)
    return ligne, True


def tenir(modele: type[Saisie], acteur: Utilisateur, pk: int, version: int | None = None) -> Saisie:
    """Hold a row for this transaction, as this person sees it; DoesNotExist when they don't read it.

    `version`: the one that they saw; ModifieEntretemps when it was changed since.
    """
    toutes: Any = modele._default_manager
    lignes = toutes.visibles_par(acteur).select_related("point", "coffre")
    ligne = lignes.select_for_update(of=("self",)).get(pk=pk)
    if not ligne.lisible:
        raise ValidationError(PAS_A_VOUS)
    if version not in (None, ligne.version):
        raise ModifieEntretemps
    return ligne


def ecrire(
    acteur: Utilisateur, ligne: EcritScelle, acte: str, valeurs: dict[str, Any], textes: dict[str, str]
) -> None:
    """Change these columns and words of a row that is held, and tell the journal."""
    verifier_textes(textes)
    try:
        anciens = ligne.coffre.coffre.ouvrir_valeurs(ligne.usage, ligne.scelle)
    except Indechiffrable as erreur:
        raise ValidationError(ILLISIBLE) from erreur
    avant = {c: getattr(ligne, c) for c in valeurs}
    for colonne, valeur in valeurs.items():
        setattr(ligne, colonne, valeur)
    ligne.sceller(anciens | textes)
    ligne.version += 1
    ligne.save(update_fields=[*valeurs, "scelle", "version"])
    de, vers = differences(avant, valeurs)
    vers |= {c: MODIFIE for c, t in textes.items() if t}
    journaliser(acteur, acte, ligne, point_id=ligne.point_id, avant=de, apres=vers)


def tient(portee: Portee, ligne: EcritScelle) -> bool:
    """Who looks after a row: the direction; the manager of the point, unless it goes to the direction."""
    if ligne.point.association_id in portee.associations:
        return True
    a_la_direction = isinstance(ligne, Reclamation) and ligne.a_la_direction
    return ligne.point_id in portee.points_de_responsable and not a_la_direction


def traite(portee: Portee, personne: Utilisateur, saisine: Due) -> bool:
    """Who prolongs and answers: who looks after it; who handles it, unless they manage what has left."""
    if tient(portee, saisine):
        return True
    if saisine.point_id in portee.points_de_responsable:
        return False
    instructeur = saisine.instructeur_id if isinstance(saisine, Reclamation) else None
    return instructeur == personne.pk and saisine.point_id in portee.points_de_role


def prolongation_max(saisine: Due) -> date:
    """The last day to which it may be prolonged, by the numbers in force when it was received."""
    seuils = valeurs_du_jour(saisine.recue_le)
    if isinstance(saisine, DemandeDroits):
        return plus_mois(saisine.echeance, seuils["demandes_personnes_prolongation"])
    return saisine.echeance + timedelta(days=seuils["reclamation_delai"])


def _a_traiter(acteur: Utilisateur, saisine: Due, version: int) -> Due:
    tenue = tenir(type(saisine), acteur, saisine.pk, version)
    if not traite(acteur.portee, acteur, tenue):
        raise ValidationError(PAS_A_VOUS)
    return tenue


def prolonger(
    acteur: Utilisateur, saisine: Due, version: int, annoncee_le: date, jusqu_au: date, motif: str
) -> Due:
    """Prolong once, with a reason, the person having been told before the first delay ran out."""
    with integrite_lisible(type(saisine)):
        tenue = _a_traiter(acteur, saisine, version)
        if tenue.repondue_le:
            raise ValidationError("La réponse est déjà donnée.")
        if tenue.prolongee_au:
            raise ValidationError("Le délai a déjà été prolongé.")
        verifier_jour_passe(tenue.point, annoncee_le, "annoncee_le")
        if not tenue.recue_le <= annoncee_le <= tenue.echeance:
            raise ValidationError(
                {"annoncee_le": f"La personne doit l’avoir su avant le {tenue.echeance:%d/%m/%Y}."}
            )
        if not tenue.echeance < jusqu_au <= (limite := prolongation_max(tenue)):
            raise ValidationError({"jusqu_au": f"Au plus tard le {limite:%d/%m/%Y}, après le premier délai."})
        valeurs = {"prolongee_le": annoncee_le, "prolongee_au": jusqu_au}
        ecrire(acteur, tenue, "prolonger", valeurs, {"motif": motif})
    return tenue


def repondre(acteur: Utilisateur, saisine: Due, version: int, le: date, issue: str, reponse: str) -> Due:
    """Note the answer that was given, or correct what was noted of it."""
    with integrite_lisible(type(saisine)):
        tenue = _a_traiter(acteur, saisine, version)
        verifier_jour_passe(tenue.point, le, "repondue_le")
        if le < tenue.recue_le:
            raise ValidationError({"repondue_le": "La réponse suit la réception."})
        ecrire(acteur, tenue, "repondre", {"repondue_le": le, "issue": issue}, {"reponse": reponse})
    return tenue
