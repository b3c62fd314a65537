"""What is asked for when a report is, and what can be said of it: each refusal beside its field."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from accueil.models import Association, Partenaire, PointAccueil, Utilisateur
from pimms.socle.periodes import mois_finissant_le
from pimms.socle.typographie import date_courte
from qualite.evaluation import exigences_en_vigueur
from qualite.models import Evaluation, Niveau, Rapport

Genre = Rapport.Genre
MOIS_MAX = 24  # of a partner's report


@dataclass(frozen=True)
class Sujet:
    """What a report is about: a point, an association, or the network when both are None; of the last two,
    some points alone where there are `choisis`."""

    association: Association | None = None
    point: PointAccueil | None = None
    choisis: tuple[int, ...] = ()

    @classmethod
    def de(cls, rapport: Rapport) -> "Sujet":
        return cls(rapport.association, rapport.point, tuple(rapport.choisis))

    @classmethod
    def parmi(cls, points: Collection[PointAccueil]) -> "Sujet":
        """Those points: of their association where they have one and the same, else of the network."""
        if len(points) == 1:
            return cls(point=next(iter(points)))
        associations = {p.association_id for p in points}
        commune = next(iter(points)).association if len(associations) == 1 else None
        return cls(commune, choisis=tuple(sorted(p.pk for p in points)))

    @property
    def niveau(self) -> Niveau:
        if self.point:
            return Niveau.POINT
        return Niveau.ASSOCIATION if self.association else Niveau.RESEAU

    @property
    def cles(self) -> tuple[str, int | None, int | None]:
        """Level, association's and point's keys, as its reports' rows have them."""
        association = self.association.pk if self.association else None
        return str(self.niveau), association, self.point.pk if self.point else None

    def __str__(self) -> str:
        return str(self.point or self.association or "le réseau")

    def aujourdhui(self) -> date:
        return self.point.aujourdhui() if self.point else timezone.localdate()


@dataclass(frozen=True)
class Demande:
    """A report as asked for: about what, as of which local day, from which closed evaluation if any.

    A yearly account is asked for as of 31 December; a partner's report has its partner and its first day.
    """

    cle: uuid.UUID
    sujet: Sujet
    au: date
    evaluation: Evaluation | None = None
    genre: str = Genre.DOSSIER
    partenaire: Partenaire | None = None
    du: date | None = None

    @property
    def colonnes(self) -> dict:
        return {
            "genre": str(self.genre),
            "niveau": str(self.sujet.niveau),
            "association": self.sujet.association,
            "point": self.sujet.point,
            "choisis": list(self.sujet.choisis),
            "du": self.du,
            "au": self.au,
            "evaluation": self.evaluation,
            "partenaire": self.partenaire,
        }

    @property
    def premier_jour(self) -> date:
        """The first day on which the subject may have been in service for something to be said of it."""
        if self.genre == Genre.BILAN:
            return self.au.replace(month=1, day=1)
        return self.du or self.au


def derniere_annee(sujet: Sujet | None = None) -> int:
    """The last year that has ended there."""
    return (sujet or Sujet()).aujourdhui().year - 1


def verifier(acteur: Utilisateur, demande: Demande) -> None:
    """Refuse what nothing can be said of. Raises ValidationError beside the field."""
    if demande.genre == Genre.BILAN:
        if demande.au.year > derniere_annee(demande.sujet):
            raise ValidationError({"annee": "Cette année n’est pas finie."})
    elif demande.au > demande.sujet.aujourdhui():
        raise ValidationError({"au": "Ce jour n’est pas encore venu."})
    if not exigences_en_vigueur(demande.au):
        champ = "annee" if demande.genre == Genre.BILAN else "au"
        raise ValidationError({champ: "Aucune version du référentiel ne s’appliquait ce jour-là."})
    _verifier_partenaire(acteur, demande)
    _verifier_service(demande)
    if demande.evaluation and demande.genre != Genre.DOSSIER:
        raise ValidationError({"evaluation": "Une évaluation arrêtée ne concerne que le dossier d’audit."})
    if demande.evaluation and demande.evaluation.jour != demande.au:
        arretee = date_courte(demande.evaluation.jour)
        raise ValidationError({"au": f"L’évaluation est arrêtée au {arretee}\u202f: gardez ce jour."})


def _verifier_partenaire(acteur: Utilisateur, demande: Demande) -> None:
    if demande.genre != Genre.PARTENAIRE:
        if demande.sujet.choisis:
            raise ValidationError(
                {"sujet": "Des points choisis un par un font un compte rendu à un partenaire, rien d’autre."}
            )
        if demande.partenaire or demande.du:
            raise ValidationError("Seul un compte rendu à un partenaire a un partenaire et un premier jour.")
        return
    if not demande.partenaire:
        raise ValidationError({"partenaire": "Choisissez le partenaire."})
    if not demande.du:
        raise ValidationError({"du": "Dites à partir de quel jour."})
    if demande.du > demande.au:
        raise ValidationError({"du": "Le premier jour vient après le dernier."})
    if demande.du < mois_finissant_le(demande.au, MOIS_MAX).du:
        raise ValidationError({"du": f"{MOIS_MAX} mois au plus."})
    if not Partenaire.objects.visibles_par(acteur).filter(pk=demande.partenaire.pk).exists():
        raise ValidationError({"partenaire": "Choisissez un de vos partenaires."})


def _verifier_service(demande: Demande) -> None:
    """A point was in service on the day, or on one day of the period at least: the one that the report is
    about, or any of its association, or of the network."""
    point = demande.sujet.point
    champ = "annee" if demande.genre == Genre.BILAN else "au"
    if point is None:
        if not points_en_service(demande.sujet, demande.premier_jour, demande.au).exists():
            qui = "Cette association" if demande.sujet.association else "Le réseau"
            quand = "cette année-là" if demande.genre == Genre.BILAN else "à cette date"
            message = f"{qui} n’avait aucun point en service {quand}\u202f: il n’y a rien à dire."
            raise ValidationError({champ: message})
        return
    if point.ferme_le and demande.premier_jour >= point.ferme_le:
        ferme = date_courte(point.ferme_le)
        message = f"Ce point est fermé depuis le {ferme}\u202f: choisissez un jour d’avant."
        raise ValidationError({champ: message})
    if demande.au < point.ouvert_le:
        raise ValidationError({champ: f"Ce point n’a ouvert que le {date_courte(point.ouvert_le)}."})


def points_en_service(sujet: Sujet, du: date, au: date) -> QuerySet[PointAccueil]:
    """The points that a report is about, in service on a day at least of these, both included."""
    en_service = Q(ferme_le__isnull=True) | Q(ferme_le__gt=du)
    points = PointAccueil.objects.filter(en_service, ouvert_le__lte=au)
    if sujet.choisis:
        return points.filter(pk__in=sujet.choisis)
    if sujet.point:
        return points.filter(pk=sujet.point.pk)
    return points.filter(association=sujet.association) if sujet.association else points
