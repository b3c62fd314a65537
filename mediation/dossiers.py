"""Open a case: the only door, with its reference and its data key."""

import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accueil.models import Demande, Partenaire, PointAccueil, Theme, Utilisateur
from mediation.cycle_de_vie import raconter
from mediation.models import Dossier, Evenement
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
    the point is closed. The caller has checked that the person works there.
    """
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
        return Dossier.objects.get(ouvert_par=acteur, cle=ouverture.cle), False


def inserer(acteur: Utilisateur, point: PointAccueil, ouverture: Ouverture) -> Dossier:
    """Insert the case, its key and its first event, inside the caller's transaction."""
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
        mediateur=ouverture.mediateur,
        registre=ouverture.registre,
        theme=ouverture.theme,
        partenaire=ouverture.partenaire,
        urgence=ouverture.urgence,
        origine=ouverture.origine,
        demande=ouverture.demande,
        predecesseur=ouverture.predecesseur,
    )
    dossier.sceller({"objet": ouverture.objet, "institution": ouverture.institution})
    dossier.save(force_insert=True)
    raconter(acteur, dossier, Evenement.Nature.OUVERTURE, registre_vers=ouverture.registre)
    return dossier
