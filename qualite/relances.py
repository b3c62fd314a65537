"""What every reminder does alike: the step that is due, the claim that makes it go once, the mail."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.template.loader import render_to_string

from accueil.models import Utilisateur
from pimms.socle.courriels import poster

PALIERS = (30, 7, 1)  # days before the end


def palier_du(reste: int | None, paliers: Iterable[int] = PALIERS, passe: int | None = None) -> int | None:
    """The reminder that is due with so many days left: the tightest; `passe` once the day has passed."""
    if reste is None:
        return None
    if reste < 0:
        return passe
    return min((p for p in paliers if reste <= p), default=None)


def rappeler(rappel: models.Model, ecrire: Callable[[], object]) -> bool:
    """Claim a reminder by its unique key and post its mails, together or not at all; False when another
    worker has sent it."""
    try:
        with transaction.atomic():
            rappel.save(force_insert=True)
            ecrire()
    except IntegrityError:
        return False
    return True


def ecrire_a(personne: Utilisateur, gabarit: str, contexte: Mapping[str, Any]) -> None:
    """Post one mail whose first line is its subject, in the transaction of what it tells."""
    texte = render_to_string(f"courriels/{gabarit}.txt", {"personne": personne, **contexte})
    sujet, _, corps = texte.strip().partition("\n")
    poster(personne.email, sujet, corps.strip() + "\n")
