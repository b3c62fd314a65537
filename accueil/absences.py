"""Absences: who reads and notes them, and who reads why.

An absence is noted at a point, for someone in post there today, by whoever looks after that point;
they alone change it. Why someone is away is read by the managers of that very point and by the
direction of its association: neither by the union, nor by the person's other points.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from accueil import equipe
from accueil.acces import Portee
from accueil.ecritures import enregistrer, retirer
from accueil.models import Absence, Acces, PointAccueil, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT


def points_de_poste(portee: Portee, personne: Utilisateur) -> list[PointAccueil]:
    """Points that one looks after and where that person is in post today (the point's own day)."""
    acces = Acces.objects.filter(
        personne=personne, role__in=ROLES_DE_POINT, point__in=equipe.points_geres(portee)
    ).select_related("point")
    points = [a.point for a in acces if a.point and a.couvre(a.point.aujourdhui())]
    return list(dict.fromkeys(points))


def lit_les_motifs(portee: Portee, point: PointAccueil) -> bool:
    """Whether one reads why people of this point are away; looking after the network is not enough."""
    return point.pk in portee.points_de_responsable or point.association_id in portee.associations


@dataclass(frozen=True)
class Lecture:
    """An absence as someone may see it: with its reason or not, to be changed or not."""

    absence: Absence
    motif: bool
    modifiable: bool


def lire(portee: Portee, absence: Absence, points: list[PointAccueil]) -> Lecture | None:
    """What may be seen of an absence, or None; `points` are those of `points_de_poste` (no query).

    Of one noted elsewhere, the dates to come only: enough to plan, and nothing of the past.
    """
    point = absence.point
    if point is not None and point in points:
        return Lecture(absence, lit_les_motifs(portee, point), modifiable=True)
    if portee.reseau:
        return Lecture(absence, motif=False, modifiable=bool(points))
    a_venir = any(absence.fin is None or absence.fin >= p.aujourdhui() for p in points)
    return Lecture(absence, motif=False, modifiable=False) if a_venir else None


def lectures(portee: Portee, personne: Utilisateur, points: list[PointAccueil]) -> list[Lecture]:
    """The absences of a person that may be seen, the latest first."""
    if not points and not portee.reseau:
        return []
    lues = (lire(portee, a, points) for a in personne.absences.select_related("point"))
    return [lecture for lecture in lues if lecture]


def prochaines(personnes: set[int], jour: date) -> dict[int, Absence]:
    """By person's key, the absence under way on that day, else the next one. Dates only are meant."""
    absences = Absence.objects.filter(personne__in=personnes).exclude(fin__lt=jour)
    return {a.personne_id: a for a in absences.order_by("-debut")}


def noter(acteur: Utilisateur, absence: Absence) -> Absence:
    """Create or change an absence of someone in post where one looks after the team, oneself included."""
    _exiger(acteur, absence)
    return enregistrer(acteur, absence)


def supprimer(acteur: Utilisateur, absence: Absence) -> None:
    """Take back an absence entered by mistake."""
    _exiger(acteur, absence)
    retirer(acteur, absence)


def _exiger(acteur: Utilisateur, absence: Absence) -> None:
    points = points_de_poste(acteur.portee, absence.personne)
    if absence.pk is None:
        permis = absence.point in points
    else:
        lecture = lire(acteur.portee, absence, points)
        permis = lecture is not None and lecture.modifiable
    if not permis:
        raise ValidationError("Cette personne n’est pas en poste dans une équipe que vous gérez.")
