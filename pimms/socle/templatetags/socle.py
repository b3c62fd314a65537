"""Tags and filters that every template may use without loading them.

Filters write French typography (`pimms.socle.typographie`); nothing and "" give "". Tags draw the
shared pieces of templates/composants/. `/composants/` shows them all.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache, wraps

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pimms.socle import typographie

register = template.Library()
SPRITE = "vendor/bootstrap-icons/icones.svg"


def _filtre(nom: str, ecrire: Callable) -> None:
    @wraps(ecrire)  # Django reads the number of arguments through the wrapper
    def filtre(valeur, *options):
        return "" if valeur is None or valeur == "" else ecrire(valeur, *options)

    # expects_localtime: an aware datetime comes in the active time zone, that of the point.
    register.filter(nom, filtre, expects_localtime=True)


def _jour_local(jour: date) -> date:
    if isinstance(jour, datetime) and timezone.is_aware(jour):
        return timezone.localtime(jour).date()
    return jour


def _date_longue(jour: date, annee: str = "") -> str:
    """« lundi 23 novembre »; with the argument "annee", the year too."""
    return typographie.date_longue(_jour_local(jour), avec_annee=annee == "annee")


def _pluriel(valeur, formes: str = "") -> str:
    """Ending or word that agrees with a number, or with the length of a list."""
    quantite = valeur if isinstance(valeur, int | float) or not hasattr(valeur, "__len__") else len(valeur)
    return typographie.accorder(quantite, formes)


_filtre("nombre", typographie.nombre)
_filtre("pourcentage", typographie.pourcentage)
_filtre("heure", typographie.heure)
_filtre("duree", typographie.duree)
_filtre("date_longue", _date_longue)
_filtre("date_courte", lambda jour: typographie.date_courte(_jour_local(jour)))
_filtre("mois", lambda jour: typographie.mois(_jour_local(jour)))
_filtre("pluriel", _pluriel)
_filtre("compte", typographie.compte)
_filtre("nom_court", typographie.nom_court)
_filtre("de", lambda nom: typographie.de(str(nom)))


@register.simple_tag
@lru_cache(maxsize=512)  # a page of hundreds of lines draws the same few again and again
def icone(nom: str, titre: str = "", classe: str = "") -> SafeString:
    """Draw an icon of the sprite. Hidden from screen readers unless a titre stands for a word."""
    semantique = (
        format_html('role="img" aria-label="{}"', titre) if titre else SafeString('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icone{}" {} focusable="false" width="18" height="18"><use href="{}#{}"></use></svg>',
        f" {classe}" if classe else "",
        semantique,
        static(SPRITE),
        nom,
    )


def _piece(nom: str, **contexte) -> SafeString:
    return render_to_string(f"composants/{nom}.html", contexte)


@register.simple_block_tag
def carte(
    content: str, *, titre: str = "", suite: str = "", niveau: int = 2, classe: str = "", id: str = ""
) -> SafeString:
    """A card: titre is its heading (of that niveau), suite a grey note at the right of it."""
    return _piece("carte", contenu=content, titre=titre, suite=suite, niveau=niveau, classe=classe, id=id)


@register.simple_block_tag
def tableau(
    content: str, *, legende: str, legende_visible: bool = False, empilable: bool = False
) -> SafeString:
    """A table that scrolls inside its card; content is thead, tbody and tfoot.

    With empilable, rows become blocks on a phone: give each td its head in data-titre.
    """
    return _piece(
        "tableau", contenu=content, legende=legende, legende_visible=legende_visible, empilable=empilable
    )


@register.simple_block_tag
def groupe(content: str, *, legende: str, aide: str = "", id: str = "", erreur: str = "") -> SafeString:
    """A fieldset of choices with its question, a grey hint beside it and its error below."""
    return _piece("groupe", contenu=content, legende=legende, aide=aide, id=id, erreur=erreur)


@register.simple_block_tag
def volet(
    content: str, *, libelle: str, icone: str = "", touche: str = "", ouvert: bool = False, id: str = ""
) -> SafeString:
    """Something optional that opens: a dashed chip, without JavaScript."""
    return _piece("volet", contenu=content, libelle=libelle, icone=icone, touche=touche, ouvert=ouvert, id=id)


@register.simple_block_tag
def dialogue(content: str, *, id: str, titre: str) -> SafeString:
    """A native dialog. A button with data-ouvre="ID" opens it."""
    return _piece("dialogue", contenu=content, id=id, titre=titre)


@register.inclusion_tag("composants/barre.html")
def barre(
    valeur: float,
    maximum: float,
    libelle: str,
    ton: str = "",
    seuil: float | None = None,
    palette: dict[str, str] | None = None,
) -> dict:
    """A bar of valeur out of maximum, with a tick at seuil; libelle says it to a screen reader.

    `palette`: colours by name (fond, plein, seuil) where no style sheet reaches, as in a PDF.
    """
    return {
        "largeur": _part(valeur, maximum),
        "seuil": None if seuil is None else _part(seuil, maximum),
        "libelle": libelle,
        "ton": ton,
        "palette": palette,
    }


@register.inclusion_tag("composants/colonnes.html")
def colonnes(donnees: Sequence[tuple[str, int]], legende: str, courante: str = "") -> dict:
    """Small columns, one a (label, value) pair; courante is the label shown in full colour."""
    maximum = max((valeur for _, valeur in donnees), default=0)
    return {
        "legende": legende,
        "colonnes": [
            {
                "libelle": libelle,
                "valeur": valeur,
                "hauteur": hauteur,
                "haut": f"{100 - float(hauteur):g}",
                "courante": libelle == courante,
            }
            for libelle, valeur in donnees
            for hauteur in [_part(valeur, maximum)]
        ],
    }


def _part(valeur: float, maximum: float) -> str:
    """Share in percent for an SVG attribute, between 0 and 100, with a point whatever the language."""
    if not maximum:
        return "0"
    return f"{min(100.0, max(0.0, 100 * valeur / maximum)):.4g}"
