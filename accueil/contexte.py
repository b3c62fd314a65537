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
        entrees.append(("Thèmes", "themes", "tags"))
    return entrees


def menu(request: HttpRequest) -> dict:
    """Context processor: menu, current point, points one may switch to, names of one's roles."""
    contexte: dict = {"DEMO": settings.DEMO}
    utilisateur = getattr(request, "user", None)
    if utilisateur is None or not utilisateur.is_authenticated:
        return contexte
    portee = utilisateur.portee
    vue = request.resolver_match.view_name if request.resolver_match else ""

    def entrees() -> list[dict]:
        return [
            {"libelle": libelle, "url": reverse(nom), "icone": icone, "actif": vue == nom}
            for libelle, nom, icone in _entrees(portee)
        ]

    # Lazy, since fragments (each saved visit answers with one) show no menu.
    return contexte | {
        "menu": SimpleLazyObject(entrees),
        "point_courant": SimpleLazyObject(lambda: point_courant(request)),
        "points_accessibles": portee.points,
        "roles_libelle": SimpleLazyObject(lambda: ", ".join(Role(r).label for r in sorted(portee.roles))),
    }
