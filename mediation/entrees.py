"""The entries behind one figure of the registers' panel, as coded values only."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accueil.models import Demande, PointAccueil, Utilisateur
from mediation.interventions import Sorte, entrees
from mediation.models import Action, Alerte, Dossier, Etape
from mediation.panneau import BUDGET
from pimms.socle.budgets import budget
from pimms.socle.curseurs import Curseur
from pimms.socle.periodes import Periode

PAR_PAGE = 50


@dataclass(frozen=True)
class Entree:
    """One entry: its day and point, two lines of coded values, and the page it stands on.

    `page` is a URL name with its argument; empty for a request, which the journal shows.
    """

    jour: date
    point: PointAccueil
    titre: str
    suite: str
    page: str = ""
    argument: str | int = ""


@dataclass(frozen=True)
class PageEntrees:
    """A page of entries. Cases restricted to others are counted, but neither shown nor told of."""

    entrees: list[Entree]
    suivant: str


def _demandes(_: Utilisateur, cles: Sequence[int]) -> dict[int, tuple]:
    demandes = Demande.objects.filter(pk__in=cles).select_related("theme", "partenaire", "vers_partenaire")
    return {
        q.pk: (q.theme.nom, [q.partenaire, q.get_issue_display(), q.vers_partenaire], "", "")
        for q in demandes
    }


def _dossiers(utilisateur: Utilisateur, cles: Sequence[int]) -> dict[int, tuple]:
    dossiers = Dossier.objects.visibles_par(utilisateur).filter(pk__in=cles)
    return {
        d.pk: (d.reference, [d.theme, d.partenaire, d.get_etat_display()], "dossier", d.reference)
        for d in dossiers.select_related("theme", "partenaire")
    }


def _etapes(utilisateur: Utilisateur, cles: Sequence[int]) -> dict[int, tuple]:
    visibles = Dossier.objects.visibles_par(utilisateur)
    etapes = Etape.objects.filter(pk__in=cles, dossier__in=visibles.values("pk"))
    return {
        e.pk: (
            e.get_nature_display(),
            [f"dossier {e.dossier.reference}", e.partenaire],
            "dossier",
            e.dossier.reference,
        )
        for e in etapes.select_related("dossier", "partenaire")
    }


def _actions(_: Utilisateur, cles: Sequence[int]) -> dict[int, tuple]:
    actions = Action.objects.filter(pk__in=cles).prefetch_related("partenaires")
    return {a.pk: (a.get_nature_display(), list(a.partenaires.all()), "action", a.pk) for a in actions}


def _alertes(_: Utilisateur, cles: Sequence[int]) -> dict[int, tuple]:
    alertes = Alerte.objects.filter(pk__in=cles).prefetch_related("transmissions__partenaire")
    return {
        a.pk: (
            a.get_nature_display(),
            [a.get_gravite_display(), *(t.partenaire for t in a.transmissions.all())],
            "alerte",
            a.pk,
        )
        for a in alertes
    }


_LECTURES: dict[Sorte, Callable[[Utilisateur, Sequence[int]], dict[int, tuple]]] = {
    Sorte.DEMANDE: _demandes,
    Sorte.DOSSIER: _dossiers,
    Sorte.ETAPE: _etapes,
    Sorte.ACTION: _actions,
    Sorte.ALERTE: _alertes,
}


def lire_entrees(
    utilisateur: Utilisateur,
    perimetre: Iterable[int] | None,
    points: Mapping[int, PointAccueil],
    registre: int,
    sorte: Sorte,
    periode: Periode,
    curseur: Curseur | None,
) -> PageEntrees:
    """A page of the entries that the panel counts, newest first, within its time budget.

    The caller has checked `perimetre`; `points` are those it holds, by key.
    """
    apres = (curseur.jour, curseur.id) if curseur else None
    with budget(BUDGET):
        cles = entrees(sorte, perimetre, registre, periode, apres, PAR_PAGE + 1)
    suivant = str(Curseur(*cles[PAR_PAGE - 1][:2])) if len(cles) > PAR_PAGE else ""
    cles = cles[:PAR_PAGE]
    lues = _LECTURES[sorte](utilisateur, [cle for _, cle, _ in cles])
    lignes = [
        Entree(jour, points[point], titre, " · ".join(str(m) for m in mots if m), page, argument)
        for jour, cle, point in cles
        if cle in lues
        for titre, mots, page, argument in [lues[cle]]
    ]
    return PageEntrees(lignes, suivant)
