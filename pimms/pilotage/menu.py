"""What each page needs around its content: the menu of the person's roles, the current point."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accueil import menu as accueil
from accueil.acces import Portee, point_courant
from accueil.menu import Entree, Rubrique
from accueil.models.personnes import Role
from mediation import menu as mediation
from qualite import menu as qualite


def _pilotage(portee: Portee) -> Iterator[Entree]:
    """Dashboards: everyone who reads entries reads their figures; those of several points from above.
    The table of rights, for the union."""
    if portee.lecteur:
        yield Entree("Tableau de bord", "tableau_de_bord", "graph-up")
    if portee.reseau or portee.associations:
        yield Entree("Vue du réseau" if portee.reseau else "Mes points", "reseau", "geo-alt")
    if portee.reseau:
        yield Entree("Qui voit quoi", "qui_voit_quoi", "eye", Rubrique.REGLAGES)
    if portee.reseau or portee.points_de_responsable or portee.associations:
        ou = Rubrique.RESEAU if portee.reseau else Rubrique.GESTION
        yield Entree("Rendre compte", "compte_partenaires", "file-earmark-spreadsheet", ou)


OFFRES: tuple[Callable[[Portee], Iterable[Entree]], ...] = (
    accueil.entrees,
    _pilotage,
    mediation.entrees,
    qualite.entrees,
)
RACCOURCIS = 4  # entries that a phone's bar shows beside « Menu »


@dataclass(frozen=True)
class Lien:
    libelle: str
    url: str
    icone: str
    actif: bool
    compte: int


@dataclass(frozen=True)
class Groupe:
    """One place of the menu: a link alone, or several behind one word."""

    libelle: str
    liens: tuple[Lien, ...]

    @property
    def seul(self) -> Lien | None:
        return self.liens[0] if len(self.liens) == 1 else None

    @property
    def compte(self) -> int:
        return sum(lien.compte for lien in self.liens)

    @property
    def actif(self) -> bool:
        return any(lien.actif for lien in self.liens)


def _lien(entree: Entree, chemin: str) -> Lien:
    url = reverse(entree.nom)
    actif = any(chemin.startswith(debut) for debut in (url, *entree.ailleurs))
    return Lien(entree.libelle, url, entree.icone, actif, entree.compte)


def composer(portee: Portee, chemin: str) -> list[Groupe]:
    """The menu of a person who looks at that address: daily links, then the groups that hold something."""
    entrees = [entree for offre in OFFRES for entree in offre(portee)]
    groupes = []
    for rubrique in Rubrique:
        liens = [_lien(e, chemin) for e in entrees if e.rubrique == rubrique]
        if rubrique == Rubrique.QUOTIDIEN:
            groupes += [Groupe(lien.libelle, (lien,)) for lien in liens]
        elif liens:
            groupes.append(Groupe(rubrique, tuple(liens)))
    return groupes


def menu(request: HttpRequest) -> dict:
    """Context processor: menu, current point, points one may switch to, names of one's roles."""
    contexte: dict = {"DEMO": settings.DEMO, "SECOND_FACTEUR": settings.SECOND_FACTEUR, "OIDC": settings.OIDC}
    utilisateur = getattr(request, "user", None)
    if utilisateur is None or not utilisateur.is_authenticated:
        return contexte
    portee = utilisateur.portee
    # Lazy, since fragments (each saved visit answers with one) show no menu.
    groupes = SimpleLazyObject(lambda: composer(portee, request.path))
    return contexte | {
        "menu": groupes,
        "verrou_secondes": settings.VERROU_MINUTES * 60,
        "menu_court": SimpleLazyObject(lambda: [lien for g in groupes for lien in g.liens][:RACCOURCIS]),
        "menu_nouveau": SimpleLazyObject(lambda: sum(g.compte for g in groupes)),
        "point_courant": SimpleLazyObject(lambda: point_courant(request)),
        "points_accessibles": portee.points,
        "roles_libelle": SimpleLazyObject(lambda: ", ".join(Role(r).label for r in sorted(portee.roles))),
    }
