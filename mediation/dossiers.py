"""Open a case: the only door, with its reference and its data key."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from accueil.models import Demande, Partenaire, PointAccueil, Theme, Utilisateur
from accueil.models.visites import Issue
from mediation.cycle_de_vie import raconter
from mediation.envois import deja_recu, exiger_meme, utiles
from mediation.models import Dossier, Evenement, Redirection
from pimms.socle.models import CleDonnees

_SUIVANT = """
INSERT INTO mediation_compteur (point_id, annee, dernier) VALUES (%s, %s, 1)
ON CONFLICT (point_id, annee) DO UPDATE SET dernier = mediation_compteur.dernier + 1 RETURNING dernier
"""


@dataclass(frozen=True)
class Ouverture:
    """A case as asked for and checked; the scope question was answered « no » before."""

    cle: uuid.UUID
    objet: str
    registre: int
    theme: Theme
    mediateur: Utilisateur
    urgence: str = Dossier.Urgence.NORMALE
    origine: str = Dossier.Origine.PERSONNE
    partenaire: Partenaire | None = None
    institution: str = ""
    demande: Demande | None = None
    predecesseur: Dossier | None = None

    def textes(self) -> dict[str, str]:
        """Free text, to be sealed."""
        return {"objet": self.objet, "institution": self.institution}

    def colonnes(self) -> dict:
        """Coded values, by column."""
        return {
            "registre": self.registre,
            "theme_id": self.theme.pk,
            "mediateur_id": self.mediateur.pk,
            "urgence": self.urgence,
            "origine": self.origine,
            "partenaire_id": self.partenaire.pk if self.partenaire else None,
            "demande_id": self.demande.pk if self.demande else None,
            "predecesseur_id": self.predecesseur.pk if self.predecesseur else None,
        }


def _reference(point: PointAccueil, annee: int) -> tuple[int, str]:
    """Next number of the point in the year; the counter's row stays locked until the commit, so that
    numbers follow one another without gap or race."""
    with connection.cursor() as curseur:
        curseur.execute(_SUIVANT, [point.pk, annee])
        (numero,) = curseur.fetchone()
    return numero, f"{point.code}-{annee}-{numero:04d}"


def ouvrir(acteur: Utilisateur, point: PointAccueil, ouverture: Ouverture) -> tuple[Dossier, bool]:
    """Open a case at a point; returns it and whether it is new.

    The same `cle` from the same person returns the case already opened. Raises ValidationError when
    the point is closed, when the request already has its case, or when `cle` comes back with other
    values. The caller has checked that the person works there.
    """
    recu = deja_recu(Dossier, acteur, ouverture.cle, "ouvert_par")
    if recu:
        return _le_meme(recu, point, ouverture), False
    jour = point.aujourdhui()
    if not point.est_ouvert_le(jour):
        raise ValidationError(
            f"Le point {point.nom} est fermé : aucun dossier ne s’y ouvre.", code="point_ferme"
        )
    try:
        with transaction.atomic():
            return inserer(acteur, point, ouverture), True
    except IntegrityError as erreur:
        if "dossier_cle_unique" not in str(erreur):
            raise
        recu = Dossier.objects.get(ouvert_par=acteur, cle=ouverture.cle)
        return _le_meme(recu, point, ouverture), False


def _le_meme(recu: Dossier, point: PointAccueil, ouverture: Ouverture) -> Dossier:
    exiger_meme(recu, recu.pk, ouverture.textes(), point_id=point.pk, **ouverture.colonnes())
    return recu


def dossiers_de(utilisateur: Utilisateur, demandes: Iterable[Demande]) -> QuerySet[Dossier]:
    """Cases opened from these requests that this person may know of."""
    return Dossier.objects.visibles_par(utilisateur).filter(demande__in=demandes)


def redirections_de(utilisateur: Utilisateur, demande: Demande) -> QuerySet[Redirection]:
    """Redirections of this request that this person may know of."""
    connus = Dossier.objects.visibles_par(utilisateur)
    return Redirection.objects.filter(
        Q(dossier__isnull=True) | Q(dossier__in=connus.values("pk")), demande=demande
    )


def verifier_demande(acteur: Utilisateur, point: PointAccueil, demande: Demande, cle: uuid.UUID) -> Demande:
    """Refuse a request of another point or of a cancelled visit, or one already dealt with; returns it as
    it is now.

    Its row stays locked until the commit, so that two people don't open two cases for it. A case
    restricted to others is not told of: a second one may then be opened beside it.
    """
    demandes = Demande.objects.select_for_update(of=("self",)).select_related("visite")
    tenue = demandes.filter(pk=demande.pk).first()
    if tenue is None:
        raise ValidationError("Cette demande vient d’être retirée de sa visite.", code="demande")
    if tenue.point_id != point.pk or tenue.visite.annulee_le:
        raise ValidationError("Cette visite est annulée, ou d’un autre point.", code="demande")
    if dossiers_de(acteur, [tenue]).exclude(ouvert_par=acteur, cle=cle).exists():
        raise ValidationError("Un dossier est déjà ouvert pour cette demande.", code="deja_ouvert")
    if redirections_de(acteur, tenue).exclude(auteur=acteur, cle=cle).exists():
        raise ValidationError("Cette demande a déjà été réorientée.", code="deja_reorientee")
    return tenue


def inserer(acteur: Utilisateur, point: PointAccueil, ouverture: Ouverture) -> Dossier:
    """Insert the case, its key and its first event, inside the caller's transaction."""
    if ouverture.demande:
        tenue = verifier_demande(acteur, point, ouverture.demande, ouverture.cle)
        if tenue.issue == Issue.HORS_CHAMP:
            raise ValidationError(
                "Cette demande est notée hors champ\u202f: elle se réoriente. Si c’est une erreur, corrigez "
                "d’abord la visite.",
                code="hors_champ",
            )
    jour = point.aujourdhui()
    numero, reference = _reference(point, jour.year)
    dossier = Dossier(
        point=point,
        reference=reference,
        annee=jour.year,
        numero=numero,
        cle=ouverture.cle,
        cle_donnees=CleDonnees.creer(),
        ouvert_par=acteur,
        ouvert_le=jour,
        **ouverture.colonnes(),
    )
    dossier.sceller(utiles(ouverture.textes()))
    dossier.save(force_insert=True)
    raconter(acteur, dossier, Evenement.Nature.OUVERTURE, registre_vers=ouverture.registre)
    return dossier
