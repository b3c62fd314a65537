"""Links of the guides, which everyone may read, to pages that not everyone may open."""

from django import template
from django.template import Context
from django.urls import resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accueil.acces import ouvre

register = template.Library()


@register.simple_block_tag(takes_context=True)
def lien_ouvert(context: Context, content: str, nom: str) -> SafeString:
    """A link to the page of that URL name where the reader may go there, else its words alone."""
    url = reverse(nom)
    if ouvre(context["request"].user.portee, resolve(url).func):
        return format_html('<a href="{}">{}</a>', url, content)
    return SafeString(content)
