"""What each page needs around its content: the menu of the person's roles, the current point."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accueil.acces import Portee, point_courant
from accueil.models.personnes import Role


def _entrees(portee: Portee) -> list[tuple[str, str, str]]:
    """Menu entries: label, URL name, icon — the daily ones first."""
    entrees = []
    if portee.points:
        entrees.append(("Accueil du public", "saisie", "person-plus"))
    if portee.lecteur:
        entrees.append(("Journal", "journal", "journal-text"))
    if portee.reseau or portee.associations:
        entrees.append(("Points", "points", "shop"))
    elif portee.points:
        entrees.append(("Mon point", "mon_point", "shop"))
    if portee.points_de_responsable or portee.associations:
        entrees.append(("Équipe", "equipe", "people"))
    if portee.reseau:
        entrees += [
            ("Associations", "associations", "building"),
            ("Personnes", "personnes", "people"),
        ]
    if portee.reseau or portee.points_de_responsable or portee.associations:
        entrees.append(("Partenaires", "partenaires", "diagram-3"))
    if portee.reseau:
        entrees += [("Thèmes", "themes", "tags"), ("Administration", "admin:index", "gear")]
    return entrees


# Pages whose address does not begin with that of their menu entry.
_AILLEURS = {"mon_point": ("/accueil/points/",), "journal": ("/accueil/exports/",)}


def _actif(chemin: str, nom: str, url: str) -> bool:
    return any(chemin.startswith(debut) for debut in (url, *_AILLEURS.get(nom, ())))


def menu(request: HttpRequest) -> dict:
    """Context processor: menu, current point, points one may switch to, names of one's roles."""
    contexte: dict = {"DEMO": settings.DEMO}
    utilisateur = getattr(request, "user", None)
    if utilisateur is None or not utilisateur.is_authenticated:
        return contexte
    portee = utilisateur.portee

    def entrees() -> list[dict]:
        lignes = [(libelle, nom, reverse(nom), icone) for libelle, nom, icone in _entrees(portee)]
        return [
            {"libelle": libelle, "url": url, "icone": icone, "actif": _actif(request.path, nom, url)}
            for libelle, nom, url, icone in lignes
        ]

    # Lazy, since fragments (each saved visit answers with one) show no menu.
    return contexte | {
        "menu": SimpleLazyObject(entrees),
        "point_courant": SimpleLazyObject(lambda: point_courant(request)),
        "points_accessibles": portee.points,
        "roles_libelle": SimpleLazyObject(lambda: ", ".join(Role(r).label for r in sorted(portee.roles))),
    }
