"""Which points a filter looks at: in words, and whose figures they are together."""

from accueil.filtres import CHOISIS, Filtre, Options
from qualite.rapports.bilan_public import RESEAU, Unite


def en_mots(filtre: Filtre, options: Options) -> str:
    """The points, as a page's head names them."""
    if filtre.point:
        return filtre.point.nom
    if filtre.perimetre:
        return ", ".join(mots for *_, mots in filtre.perimetre)
    return "tout le réseau" if filtre.points is None else f"vos {len(options.points)} points"


def unite_de(filtre: Filtre, options: Options) -> Unite | None:
    """The point, the association or the network that these points make up, all of its points being read; None
    for any other set, whose public would give back by subtraction what these mask."""
    if filtre.point:
        return None if filtre.perimetre else ("point", filtre.point.pk)
    if not filtre.perimetre and options.portee.reseau:
        return RESEAU
    if filtre.points and len(filtre.points) == 1 and [cle for cle, *_ in filtre.perimetre] == [CHOISIS]:
        return "point", next(iter(filtre.points))
    associations = {str(p.association_id) for p in options.points.values()}
    if filtre.perimetre:
        cle, valeur, _ = filtre.perimetre[0]
        if len(filtre.perimetre) > 1 or cle != "association":
            return None
        associations = {valeur}
    if len(associations) != 1:
        return None
    association = int(associations.pop())
    return ("association", association) if options.portee.lit_l_association(association) else None
