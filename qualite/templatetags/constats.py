"""What the findings' templates need, without a query."""

from django import template

from qualite.pages_constats import TONS
from qualite.verdicts import Verdict

register = template.Library()


@register.filter
def ton_verdict(verdict: str) -> str:
    """Tone of a verdict's pill."""
    return TONS[Verdict(verdict)]
