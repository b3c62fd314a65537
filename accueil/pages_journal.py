"""Pages of the journal, by key and within a budget: what a page reads does not grow with the table.

Budget of one page: 51 rows of an index when every row of the period is shown; when a condition may
pass rows over (theme, partner, register, outcome, channel, author), at most `EXPLOREES` visits are
looked at, newest first, each request by its key. A rarer search goes on where the page stopped.
"""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import (
    BooleanField,
    F,
    Func,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    prefetch_related_objects,
)
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual

from accueil.correction import modifiable
from accueil.filtres import Filtre
from accueil.models import ChangementRegistre, Demande, NoteVisite, Utilisateur, Visite
from pimms.socle.curseurs import Curseur
from pimms.socle.periodes import Periode

PAR_PAGE = 50
EXPLOREES = 3_000  # visits looked at for one page of a selective filter
# Up to so many points, each is read along its own index and the lists are merged; beyond, the points
# are a good part of the network and the network's index serves.
POINTS_FUSIONNES = 12

ORDRE = ("-jour", "-id")
ORDRE_INVERSE = ("jour", "id")


@dataclass(frozen=True)
class Page:
    """Visits, newest first, and the positions of the pages around; "" where there is none.

    `explore_jusqu_au` is the day where the budget stopped the search before the page was full.
    """

    visites: list[Visite]
    precedent: str = ""
    suivant: str = ""
    explore_jusqu_au: date | None = None


class Position(Func):
    """`ROW(jour, id)`: compared as one key, so that the index is entered at that very row."""

    function = "ROW"

    def __init__(self, *expressions):
        super().__init__(*expressions, output_field=BooleanField())


def _cle(curseur: Curseur) -> Position:
    return Position(Value(curseur.jour), Value(curseur.id))


ICI = Position(F("jour"), F("id"))


def lire_page(filtre: Filtre, utilisateur: Utilisateur, curseur: Curseur | None = None) -> Page:
    """The page at that position, in two statements for its visits, three for a selective filter."""
    remonte = curseur is not None and curseur.remonte
    borne = _borne(filtre, curseur) if filtre.selectif else None
    visites = [_decorees(b, utilisateur) for b in _branches(_entre(filtre, curseur, borne))]
    lues = list(_trier(_apres(visites, curseur, borne), remonte, PAR_PAGE + 1))
    il_y_en_a_plus = len(lues) > PAR_PAGE
    lues = lues[:PAR_PAGE]
    if remonte:
        lues.reverse()
    for visite in lues:
        visite.modifiable = modifiable(utilisateur, visite)
    page = _situer(lues, curseur, il_y_en_a_plus, None if il_y_en_a_plus else borne)
    _avec_demandes(page.visites)
    _avec_changements(page.visites, utilisateur)
    return page


def _branches(filtre: Filtre) -> list[QuerySet[Visite]]:
    """One queryset a point when they are few, so that each is read in the order of its index."""
    if filtre.points is not None and 1 < len(filtre.points) <= POINTS_FUSIONNES:
        return [_en_marchant(filtre.reduit_a(frozenset({p}))) for p in sorted(filtre.points)]
    return [_en_marchant(filtre)]


def _en_marchant(filtre: Filtre) -> QuerySet[Visite]:
    """Visits of the filter, each tested on the way along the index.

    The sub-select with its own limit keeps PostgreSQL from turning the test into a join, which may
    read every request of a theme before the first row is known; and « is not null » lets it expect
    that most rows pass, so that it follows the order of the index and stops when the page is full.
    """
    visites = Visite.objects.order_by().filter(filtre.condition())
    if filtre.sur_demandes:
        demandes = Demande.objects.order_by().filter(visite=OuterRef("pk"), **filtre.sur_demandes)
        visites = visites.filter(IsNull(Subquery(demandes.values("pk")[:1]), False))
    return visites


def _entre(filtre: Filtre, curseur: Curseur | None, borne: Curseur | None) -> Filtre:
    """The filter cut down to the days between both positions; one that finds nothing where none is left.

    Each side of the walk says one day only: with two conditions on the same side beside a row's,
    PostgreSQL 18 reads the index to the end of the wider one.
    """
    remonte = curseur is not None and curseur.remonte
    du, au = filtre.periode.du, filtre.periode.au
    for position, ferme_le_haut in ((curseur, not remonte), (borne, remonte)):
        if position and ferme_le_haut:
            au = min(au, position.jour)
        elif position:
            du = max(du, position.jour)
    if au < du:
        return replace(filtre, points=frozenset())
    return replace(filtre, periode=Periode(du, au))


def _apres(branches: list[QuerySet], curseur: Curseur | None, borne: Curseur | None) -> list[QuerySet]:
    """Keep what lies beyond the cursor, up to the bound; `_entre` has said their days."""
    remonte = curseur is not None and curseur.remonte
    if curseur:
        depart = (GreaterThan if remonte else LessThan)(ICI, _cle(curseur))
        branches = [b.filter(depart) for b in branches]
    if borne:
        limite = (LessThanOrEqual if remonte else GreaterThanOrEqual)(ICI, _cle(borne))
        branches = [b.filter(limite) for b in branches]
    return branches


def _trier(branches: list[QuerySet], remonte: bool, limite: int) -> QuerySet:
    ordre = ORDRE_INVERSE if remonte else ORDRE
    if len(branches) == 1:
        return branches[0].order_by(*ordre)[:limite]
    triees = [b.order_by(*ordre)[:limite] for b in branches]
    return triees[0].union(*triees[1:], all=True).order_by(*ordre)[:limite]


def _borne(filtre: Filtre, curseur: Curseur | None) -> Curseur | None:
    """The last visit that this page may look at; None when the end of the period comes before."""
    remonte = curseur is not None and curseur.remonte
    sans_condition = Filtre(periode=filtre.periode, points=filtre.points, annulees=True)
    cles = [b.values_list("jour", "id") for b in _branches(_entre(sans_condition, curseur, None))]
    suite = _trier(_apres(cles, curseur, None), remonte, EXPLOREES)
    for jour, cle in suite[EXPLOREES - 1 : EXPLOREES]:
        return Curseur(jour, cle, remonte)
    return None


def _situer(lues: list[Visite], curseur: Curseur | None, plus: bool, borne: Curseur | None) -> Page:
    """Tell the positions around the page. `plus`: rows remain the way one is going."""
    haut = Curseur(lues[0].jour, lues[0].pk, remonte=True) if lues else None
    bas = Curseur(lues[-1].jour, lues[-1].pk) if lues else None
    # Where one comes from there are rows, even when this page found nothing.
    retour = replace(curseur, remonte=not curseur.remonte) if curseur else None
    if curseur and curseur.remonte:
        precedent, suivant = haut if plus else borne, bas or retour
    else:
        precedent, suivant = curseur and (haut or retour), bas if plus else borne
    return Page(
        visites=lues,
        precedent=str(precedent or ""),
        suivant=str(suivant or ""),
        explore_jusqu_au=borne.jour if borne else None,
    )


def _decorees(visites: QuerySet[Visite], utilisateur: Utilisateur) -> QuerySet[Visite]:
    """Add what this person may read of each row: the note, the author's name."""
    portee = utilisateur.portee
    visites = visites.select_related("point")
    if portee.points_de_role:
        notes = NoteVisite.objects.filter(visite=OuterRef("pk"), point__in=portee.points_de_role)
        visites = visites.annotate(note_lue=Subquery(notes.values("texte")[:1]))
    if portee.points_de_responsable:
        visites = visites.select_related("point", "auteur")
    return visites


def _avec_demandes(visites: list[Visite]) -> None:
    """Load the requests of these visits, all of them, in one statement, into `demandes_liste`."""
    demandes = Demande.objects.select_related("theme", "partenaire", "vers_partenaire", "suivi")
    prefetch_related_objects(visites, Prefetch("demandes", queryset=demandes, to_attr="demandes_liste"))


def _avec_changements(visites: list[Visite], utilisateur: Utilisateur) -> None:
    """Registers that corrections changed, for who logged the visit and who manages its point, in one
    statement where one of theirs was corrected."""
    geres = utilisateur.portee.points_de_responsable
    siennes = [v for v in visites if v.version > 1 and (v.auteur_id == utilisateur.pk or v.point_id in geres)]
    changements = ChangementRegistre.objects.select_related("par")
    prefetch_related_objects(siennes, Prefetch("changements_registre", changements, to_attr="changements"))
