"""Help on choosing a register, usable in any form that asks for one."""

from django import template

from accueil.registres import REGISTRES

register = template.Library()


@register.inclusion_tag("composants/aide_registres.html")
def aide_registres() -> dict:
    """What counts in each register and two examples, folded behind a line."""
    return {"registres": REGISTRES}


@register.inclusion_tag("composants/registres.html")
def registres_expliques() -> dict:
    """The eight registers with official label, definition, examples and notes."""
    return {"registres": REGISTRES}
