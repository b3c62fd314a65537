"""Follow-up of a request: hand over a code without a name, record what became of it."""

import secrets
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accueil.models import Demande, Suivi, Utilisateur
from pimms.socle.journal import journaliser

VALIDITE = timedelta(days=90)  # domain.md: a code is valid 90 days
LONGUEUR = 8
# No vowel (no word appears by chance) and nothing that reads like something else (0 O 1 I).
ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"


def lisible(code: str) -> str:
    """A code as it is handed over: `K7QD-2M4X`."""
    return f"{code[:4]}-{code[4:]}"


def normaliser(texte: str) -> str:
    """A typed code as it is stored: capitals, without dash or space."""
    return "".join(c for c in texte.upper() if c.isalnum())


def remettre_code(acteur: Utilisateur, demande: Demande) -> Suivi:
    """Give the request its code, valid 90 local days; asked twice, the same code comes back.

    Raises ValidationError when the outcome leaves nothing to follow.
    """
    if not demande.suivable:
        raise ValidationError("Seule une demande orientée ou à suivre reçoit un code.", code="non_suivable")
    with transaction.atomic():
        suivi, _ = Suivi.objects.select_for_update().get_or_create(
            demande=demande, defaults={"point_id": demande.point_id}
        )
        aujourdhui = demande.point.aujourdhui()
        if suivi.code and suivi.expire_le and suivi.expire_le >= aujourdhui:
            return suivi
        suivi.expire_le = aujourdhui + VALIDITE
        _tirer_code(suivi)
        journaliser(acteur, "remettre_code", suivi, point_id=suivi.point_id, apres={"demande": demande.pk})
    return suivi


def _tirer_code(suivi: Suivi) -> None:
    """Draw until the code is free: with 28⁸ codes a second draw is already exceptional."""
    while True:
        suivi.code = "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR))
        try:
            with transaction.atomic():
                suivi.save()
        except IntegrityError:
            continue
        return


def par_code(utilisateur: Utilisateur, texte: str) -> Suivi | None:
    """The follow-up of a code at one of the points where this person works; None when unknown or expired."""
    suivi = (
        Suivi.objects.filter(code=normaliser(texte), point__in=utilisateur.portee.points_de_saisie)
        .select_related("demande__theme", "demande__partenaire", "point", "demande__visite")
        .first()
    )
    if suivi is None or suivi.expire_le is None or suivi.expire_le < suivi.point.aujourdhui():
        return None
    return suivi


def enregistrer_suite(acteur: Utilisateur, demande: Demande, suite: str, jour: date) -> Suivi:
    """Record what became of a request, known on the local day `jour`.

    Raises ValidationError when there is nothing to follow or the day cannot be.
    """
    if not demande.suivable:
        raise ValidationError("Seule une demande orientée ou à suivre a une suite.", code="non_suivable")
    if not demande.visite.jour <= jour <= demande.point.aujourdhui():
        raise ValidationError(
            {"suite_le": "La suite est connue entre le jour de la visite et aujourd’hui."}, code="jour"
        )
    with transaction.atomic():
        suivi, _ = Suivi.objects.select_for_update().get_or_create(
            demande=demande, defaults={"point_id": demande.point_id}
        )
        avant = {"suite": suivi.suite, "suite_le": suivi.suite_le}
        suivi.suite, suivi.suite_le, suivi.suite_par = suite, jour, acteur
        suivi.save()
        journaliser(
            acteur,
            "suite",
            suivi,
            point_id=suivi.point_id,
            avant=avant,
            apres={"suite": suite, "suite_le": jour, "demande": demande.pk},
        )
    return suivi
