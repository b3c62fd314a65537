"""Qualifications, trainings, tutoring: who reads them, who notes them. The only doors for writing.

A row is read by the person, and by those who look after them for the association where it was noted: the
managers of a point of it where the person is in post today, its direction. The union reads numbers only.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accueil.absences import lit_les_motifs
from accueil.acces import Portee
from accueil.ecritures import enregistrer, integrite_lisible, retirer
from accueil.equipe import points_geres
from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT
from mediation.textes import verifier_texte
from pimms.socle.textes import cle_tri
from qualite.envois import exiger_meme
from qualite.models import FormationSuivie, Qualification, Tutorat
from qualite.models.personnel import NotePersonne

HEURES_PAR_JOUR = 12
N = TypeVar("N", bound=NotePersonne)
Note = Qualification | FormationSuivie | Tutorat


def encadre(portee: Portee, point: PointAccueil) -> bool:
    """Whether this person reads what is held of the point's people; the union's role is not enough."""
    return lit_les_motifs(portee, point)


def suivi(portee: Portee, pk: int) -> tuple[Utilisateur | None, list[PointAccueil]]:
    """Someone in post today in a team that one looks after, and where; else None. One statement."""
    acces = Acces.objects.filter(
        personne=pk, role__in=ROLES_DE_POINT, point__in=points_geres(portee)
    ).select_related("personne", "point")
    tenus = [a for a in acces if a.point and a.couvre(a.point.aujourdhui()) and encadre(portee, a.point)]
    points = [a.point for a in tenus if a.point]
    return (tenus[0].personne, list(dict.fromkeys(points))) if tenus else (None, [])


def notes_de(modele: type[N], personne: Utilisateur, points: Sequence[PointAccueil] | None) -> QuerySet[N]:
    """Rows about someone: all for themselves (None), else those of the associations of these points."""
    lignes = modele._default_manager.filter(personne=personne).select_related("point")
    if points is None:
        return lignes
    return lignes.filter(point__association__in={p.association_id for p in points})


def modifiable(acteur: Utilisateur, note: Note, points: Sequence[PointAccueil]) -> bool:
    """Whether one may change or take back a row; `points` are those of `suivi` (no query).

    Someone may do so with a training that they declared, until it is confirmed.
    """
    if acteur.pk == note.personne_id:
        declaree = isinstance(note, FormationSuivie) and not note.confirmee
        return declaree and note.saisi_par_id == acteur.pk
    return note.point.association_id in {p.association_id for p in points}


def noter(acteur: Utilisateur, note: Note) -> Note:
    """Create or change a row. Sent twice, it is created once.

    A training noted by who looks after the team is confirmed; one's own waits for it. Raises
    ValidationError beside the field.
    """
    _verifier(note)
    with integrite_lisible(type(note)):
        if note.pk is None:
            _exiger(acteur, note)
            Utilisateur.objects.select_for_update().get(pk=acteur.pk)  # one click at a time
            recue = type(note)._default_manager.filter(saisi_par=acteur, cle=note.cle).first()
            if recue:
                exiger_meme(recue, {c: getattr(note, c) for c in note.colonnes_saisies()})
                return recue
            note.saisi_par = acteur
        else:  # as it stands now: it may have been confirmed since it was read
            _exiger(acteur, type(note)._default_manager.select_for_update().get(pk=note.pk))
        if isinstance(note, FormationSuivie) and acteur.pk != note.personne_id:
            note.confirmee_par, note.confirmee_le = acteur, note.confirmee_le or timezone.now()
        return enregistrer(acteur, note)


def confirmer(acteur: Utilisateur, formation: FormationSuivie, heures: str) -> None:
    """Say that a training declared by the person took place: its hours count from now on. Idempotent.

    `heures` are those that were read: what changed meanwhile is not confirmed unseen.
    """
    if acteur.pk == formation.personne_id:
        raise ValidationError("Nul ne confirme sa propre formation\u202f: c’est à votre responsable.")
    _exiger(acteur, formation)
    with transaction.atomic():
        tenue = FormationSuivie.objects.select_for_update().get(pk=formation.pk)
        if tenue.confirmee:
            return
        if str(tenue.heures) != heures:
            raise ValidationError("Cette formation vient de changer\u202f: relisez-la, puis confirmez.")
        tenue.confirmee_par, tenue.confirmee_le = acteur, timezone.now()
        enregistrer(acteur, tenue, acte="confirmer")


def supprimer(acteur: Utilisateur, note: Note) -> None:
    """Take back a row noted by mistake."""
    _exiger(acteur, note)
    retirer(acteur, note)


def _exiger(acteur: Utilisateur, note: Note) -> None:
    _, points = suivi(acteur.portee, note.personne_id)
    if note.pk is not None:
        permis = modifiable(acteur, note, points)
    elif acteur.pk == note.personne_id:
        permis = isinstance(note, FormationSuivie) and note.point_id in acteur.portee.points_de_saisie
    else:
        permis = note.point in points
    if not permis:
        raise ValidationError("Cette personne n’est pas en poste dans une équipe que vous gérez.")


def _verifier(note: Note) -> None:
    """What a row's own constraints can't say: texts, days to come, hours of a day."""
    for champ in note.TEXTES_LIBRES:
        verifier_texte(getattr(note, champ), champ)
        refuser_noms(getattr(note, champ), champ, note.point, sauf=note.personne_id)
    aujourdhui = note.point.aujourdhui()
    if isinstance(note, FormationSuivie):
        if note.fin > aujourdhui:
            raise ValidationError({"fin": "Une formation se note une fois suivie."})
        jours = (note.fin - note.debut).days + 1
        if jours > 0 and note.heures > Decimal(HEURES_PAR_JOUR * jours):
            raise ValidationError({"heures": f"Plus de {HEURES_PAR_JOUR} heures par jour\u202f: à corriger."})
    parcours = Qualification.Nature.PARCOURS
    if isinstance(note, Qualification) and note.nature != parcours and note.debut > aujourdhui:
        raise ValidationError(
            {"debut": "Ce jour n’est pas encore venu\u202f: choisissez «\u00a0parcours engagé\u00a0»."}
        )
    if isinstance(note, Tutorat):
        _verifier_tuteur(note)


def _verifier_tuteur(tutorat: Tutorat) -> None:
    """The tutor is in post in the association, unless chosen before; another point is another one."""
    nouveau = tutorat.lu is None or tutorat.lu.get("tuteur_id") != tutorat.tuteur_id
    if tutorat.tuteur_id and nouveau:
        possibles = tuteurs_possibles(tutorat.point, tutorat.personne)
        if not possibles.filter(pk=tutorat.tuteur_id).exists():
            raise ValidationError({"tuteur": "Cette personne n’est pas en poste dans l’association."})
    if not tutorat.tuteur_id and tutorat.point_tuteur_id == tutorat.point_id:
        raise ValidationError({"point_tuteur": "Choisissez un autre point, ou nommez le tuteur."})


def refuser_noms(texte: str, champ: str, point: PointAccueil, sauf: int | None = None) -> None:
    """Refuse a text that gives first and last name of someone in post in the point's association."""
    mots = f" {cle_tri(texte)} "
    if mots.count(" ") < 3:  # one word names nobody
        return
    equipe = Acces.objects.filter(point__association=point.association_id, role__in=ROLES_DE_POINT)
    gens = equipe.en_vigueur(point.aujourdhui()).exclude(personne=sauf)
    for prenom, nom in gens.values_list("personne__prenom", "personne__nom").distinct():
        un, autre = cle_tri(f"{prenom} {nom}"), cle_tri(f"{nom} {prenom}")
        if f" {un} " in mots or f" {autre} " in mots:
            raise ValidationError({champ: "Ce texte nomme quelqu’un de l’équipe\u202f: n’y nommez personne."})


def tuteurs_possibles(point: PointAccueil, personne: Utilisateur) -> QuerySet[Utilisateur]:
    """People in post today in the association of a point, but the person to be tutored."""
    acces = Acces.objects.filter(point__association=point.association_id, role__in=ROLES_DE_POINT)
    postes = acces.en_vigueur(point.aujourdhui())
    gens = Utilisateur.objects.filter(pk__in=postes.values("personne"), is_active=True)
    return gens.exclude(pk=personne.pk)
