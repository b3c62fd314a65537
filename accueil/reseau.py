"""Associations and points: who may change them, and how. Each function is the only door for its change."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accueil.ecritures import enregistrer, integrite_lisible, retirer
from accueil.models import (
    Association,
    ContratFranchise,
    Fermeture,
    JourneeMobile,
    LabelFranceServices,
    PlageHoraire,
    PointAccueil,
    Utilisateur,
)
from accueil.models.points import Jour
from pimms.socle.journal import journaliser

UN_JOUR = timedelta(days=1)
JOURNEES_MAX = 60  # days entered at once


def exiger_union(acteur: Utilisateur) -> None:
    """Raise ValidationError unless the actor holds a role of the network."""
    if not acteur.portee.reseau:
        raise ValidationError("Seule l’union nationale peut faire ce changement.")


def exiger_gestion(acteur: Utilisateur, point: PointAccueil) -> None:
    """Raise ValidationError unless the actor looks after this point."""
    if not acteur.portee.gere(point):
        raise ValidationError("Seul un responsable du point peut faire ce changement.")


def enregistrer_association(acteur: Utilisateur, association: Association) -> Association:
    """Create or change an association. Union only."""
    exiger_union(acteur)
    return enregistrer(acteur, association)


def enregistrer_contrat(acteur: Utilisateur, contrat: ContratFranchise) -> ContratFranchise:
    """Create or change a franchise contract; two of one association never overlap. Union only."""
    exiger_union(acteur)
    return enregistrer(acteur, contrat)


def enregistrer_point(acteur: Utilisateur, point: PointAccueil) -> PointAccueil:
    """Create or change a point's identity and place. Union only."""
    exiger_union(acteur)
    return enregistrer(acteur, point)


def fixer_service(acteur: Utilisateur, point: PointAccueil) -> PointAccueil:
    """Set the dates between which a point exists (`ferme_le` is its first closed day). Union only."""
    exiger_union(acteur)
    return enregistrer(acteur, point, acte="fermer" if point.ferme_le else "ouvrir")


def enregistrer_label(acteur: Utilisateur, label: LabelFranceServices) -> LabelFranceServices:
    """Create or change the dates of a France services label. Union only."""
    exiger_union(acteur)
    return enregistrer(acteur, label)


def enregistrer_fermeture(acteur: Utilisateur, fermeture: Fermeture) -> Fermeture:
    """Create or change an exceptional closure, by whoever looks after the point."""
    exiger_gestion(acteur, fermeture.point)
    return enregistrer(acteur, fermeture)


def supprimer_fermeture(acteur: Utilisateur, fermeture: Fermeture) -> None:
    """Take back a closure that has not begun; a past one is a fact, and stays."""
    exiger_gestion(acteur, fermeture.point)
    if fermeture.debut <= fermeture.point.aujourdhui():
        raise ValidationError(
            "Cette fermeture a commencé\u202f: donnez plutôt son dernier jour, elle reste en mémoire."
        )
    retirer(acteur, fermeture)


def enregistrer_journee(acteur: Utilisateur, journee: JourneeMobile) -> JourneeMobile:
    """Create or change a day of a bus or an antenne; a day that won't take place is `annulee`."""
    exiger_gestion(acteur, journee.point)
    return enregistrer(acteur, journee)


def semaines(jour: date, jusqu_au: date | None) -> list[date]:
    """That day, then the same weekday each week up to `jusqu_au` (included); a year at most."""
    fin = min(jusqu_au or jour, jour + 366 * UN_JOUR)
    return [jour + 7 * n * UN_JOUR for n in range((fin - jour).days // 7 + 1)]


def ajouter_tournee(
    acteur: Utilisateur, journee: JourneeMobile, jusqu_au: date | None, sautes: frozenset[date] = frozenset()
) -> int:
    """Add a bus's day, repeated each week up to `jusqu_au` but on the days in `sautes`.

    Returns how many days were added; raises ValidationError beyond 60 or when one exists already.
    """
    exiger_gestion(acteur, journee.point)
    jours = [j for j in semaines(journee.jour, jusqu_au) if j not in sautes]
    if len(jours) > JOURNEES_MAX:
        raise ValidationError(
            {"jusqu_au": f"{JOURNEES_MAX} dates au plus en une fois\u202f: choisissez une fin plus proche."}
        )
    with transaction.atomic():
        for jour in jours:
            enregistrer(
                acteur,
                JourneeMobile(
                    point=journee.point,
                    jour=jour,
                    lieu=journee.lieu,
                    commune=journee.commune,
                    ouvre=journee.ouvre,
                    ferme=journee.ferme,
                ),
            )
    return len(jours)


@dataclass(frozen=True)
class Ouverture:
    """An opening of the week: weekday (0 is Monday), from, to (local time)."""

    jour: int
    ouvre: time
    ferme: time


def _dite(plage: Ouverture | PlageHoraire) -> str:
    """An opening as the journal tells it."""
    return f"{Jour(plage.jour).label} {plage.ouvre:%H:%M}-{plage.ferme:%H:%M}"


def _decouper(plage: PlageHoraire, du: date, au: date | None) -> None:
    """Free the days `du`–`au` of an existing opening: keep what is before and what is after."""
    point, fin = plage.point, plage.fin
    suite = au + UN_JOUR if au and (fin is None or fin > au) else None
    if plage.debut < du:
        plage.fin = du - UN_JOUR
        plage.save(update_fields=["fin"])
    else:
        plage.delete()
    if suite:
        PlageHoraire.objects.create(
            point=point,
            jour=plage.jour,
            ouvre=plage.ouvre,
            ferme=plage.ferme,
            debut=suite,
            fin=fin,
        )


def fixer_horaires(
    acteur: Utilisateur, point: PointAccueil, semaine: list[Ouverture], du: date, au: date | None = None
) -> None:
    """Set the weekly hours of a point from `du` on (to `au`, after which the former ones resume).

    Days before `du` keep what was announced then. Raises ValidationError on overlapping hours, or for
    a past `du` where hours are known already.
    """
    exiger_gestion(acteur, point)
    if du < point.aujourdhui() and point.plages.exists():
        raise ValidationError({"du": "Les jours passés gardent les horaires annoncés alors."})
    with integrite_lisible(PlageHoraire):
        PointAccueil.objects.select_for_update().get(pk=point.pk)  # one change of hours at a time
        touchees = PlageHoraire.objects.filter(Q(fin__isnull=True) | Q(fin__gte=du), point=point)
        if au:
            touchees = touchees.filter(debut__lte=au)
        avant = [f"{_dite(p)}, {p.debut} – {p.fin or '…'}" for p in touchees]
        for plage in touchees:
            _decouper(plage, du, au)
        PlageHoraire.objects.bulk_create(
            PlageHoraire(point=point, jour=o.jour, ouvre=o.ouvre, ferme=o.ferme, debut=du, fin=au)
            for o in semaine
        )
        journaliser(
            acteur,
            "fixer_horaires",
            point,
            point_id=point.pk,
            avant={"semaine": avant},
            apres={"du": du, "au": au, "semaine": [_dite(o) for o in semaine]},
        )
