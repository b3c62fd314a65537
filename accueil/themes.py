"""Themes of requests: ordered, renamed, retired with a successor, never deleted. Union only."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accueil.ecritures import enregistrer
from accueil.models import Theme, Utilisateur
from accueil.reseau import exiger_union
from pimms.socle.journal import journaliser

PAS = 10


def _code_libre(nom: str) -> str:
    base = slugify(nom)[:26] or "theme"
    pris = set(Theme.objects.filter(code__startswith=base).values_list("code", flat=True))
    if base not in pris:
        return base
    return next(f"{base}-{n}" for n in range(2, 1000) if f"{base}-{n}" not in pris)


def creer(acteur: Utilisateur, theme: Theme) -> Theme:
    """Add a theme at the end of the list; its code, made from its name, never changes."""
    exiger_union(acteur)
    theme.code = _code_libre(theme.nom)
    dernier = Theme.objects.order_by("-ordre").values_list("ordre", flat=True).first()
    theme.ordre = (dernier or 0) + PAS
    return enregistrer(acteur, theme)


def modifier(acteur: Utilisateur, theme: Theme) -> Theme:
    """Rename a theme or change its icon; past requests show the new name."""
    exiger_union(acteur)
    return enregistrer(acteur, theme)


def deplacer(acteur: Utilisateur, theme: Theme, sens: str) -> bool:
    """Move a theme one place « haut » or « bas » among those in service; False at either end."""
    exiger_union(acteur)
    with transaction.atomic():
        themes = list(
            Theme.objects.select_for_update().filter(retire_le__isnull=True).order_by("ordre", "id")
        )
        rang = next((r for r, t in enumerate(themes) if t.pk == theme.pk), None)
        if rang is None:
            return False
        cible = rang + (1 if sens == "bas" else -1)
        if not 0 <= cible < len(themes):
            return False
        themes[rang], themes[cible] = themes[cible], themes[rang]
        for nouveau, t in enumerate(themes, 1):
            t.ordre = nouveau * PAS
        Theme.objects.bulk_update(themes, ["ordre"])
        journaliser(acteur, "deplacer", theme, avant={"place": rang + 1}, apres={"place": cible + 1})
    return True


def mettre_au_retrait(acteur: Utilisateur, theme: Theme, le: date, successeur: Theme) -> Theme:
    """Retire a theme from `le` on (first day it can't be chosen), in favour of another in service.

    Raises ValidationError for a successor that is the theme itself or isn't in service that day.
    """
    exiger_union(acteur)
    if successeur.pk == theme.pk:
        raise ValidationError({"successeur": "Choisissez un autre thème que celui que l’on retire."})
    if successeur.retire_le is not None:
        raise ValidationError({"successeur": "Ce thème est lui-même retiré\u202f: prenez-en un autre."})
    theme.retire_le, theme.successeur = le, successeur
    return enregistrer(acteur, theme, acte="retirer")


def remettre_en_service(acteur: Utilisateur, theme: Theme) -> Theme:
    """Bring a retired theme back, at its former place."""
    exiger_union(acteur)
    theme.retire_le, theme.successeur = None, None
    return enregistrer(acteur, theme, acte="remettre")


def aujourd_hui() -> date:
    """The network's day (Paris): themes change for all points at once."""
    return timezone.localdate()
