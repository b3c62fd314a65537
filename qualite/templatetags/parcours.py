"""What the templates of paths need, without a query."""

from decimal import Decimal

from django import template

from pimms.socle.typographie import duree

register = template.Library()


@register.filter
def heures(valeur: Decimal | int) -> str:
    """Hours, whole or not, as people read them: 3.5 → « 3 h 30 »."""
    return duree(int(valeur * 60))
