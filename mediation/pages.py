"""Pages by key of what is ordered by (day, id), newest first."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet

from accueil.acces import Requete
from pimms.socle.curseurs import Curseur, CurseurIllisible

PAR_PAGE = 50


@dataclass(frozen=True)
class Page:
    """Rows, newest first, how many match in all, and the positions around; "" where there is none."""

    lignes: list[Any]
    nombre: int
    precedent: str = ""
    suivant: str = ""


def curseur_de(request: Requete) -> Curseur | None:
    """The position in the URL; the first page, with a word about it, when it cannot be read."""
    texte = request.GET.get("curseur", "")
    if not texte:
        return None
    try:
        return Curseur.lire(texte)
    except CurseurIllisible:
        messages.warning(request, "L’adresse de cette page est incomplète\u202f: voici les plus récentes.")
        return None


def lire_page(lignes: QuerySet, curseur: Curseur | None) -> Page:
    """Fifty rows at that position and their number, in two statements (and those of the prefetches)."""
    nombre = lignes.order_by().count()
    remonte = curseur is not None and curseur.remonte
    if curseur:
        sens = "gt" if remonte else "lt"
        au_dela = Q(**{f"jour__{sens}": curseur.jour})
        lignes = lignes.filter(au_dela | Q(**{"jour": curseur.jour, f"pk__{sens}": curseur.id}))
    ordre = ("jour", "pk") if remonte else ("-jour", "-pk")
    lues = list(lignes.order_by(*ordre)[: PAR_PAGE + 1])
    il_en_reste, lues = len(lues) > PAR_PAGE, lues[:PAR_PAGE]
    if not lues:
        return Page([], nombre)
    if remonte:
        lues.reverse()
    plus_haut, plus_bas = (il_en_reste, True) if remonte else (curseur is not None, il_en_reste)
    haut, bas = lues[0], lues[-1]
    return Page(
        lues,
        nombre,
        str(Curseur(haut.jour, haut.pk, remonte=True)) if plus_haut else "",
        str(Curseur(bas.jour, bas.pk)) if plus_bas else "",
    )
