"""What the journal's templates need of a visit, without a query."""

from django import template

from accueil.models.visites import Issue
from accueil.templatetags.saisie import TONS

register = template.Library()


@register.filter
def ton_issue(issue: str) -> str:
    """Tone of an outcome's pill, the same as at the desk."""
    return TONS[Issue(issue)]
