"""The tests of who sees what would fail if the scope were taken away from any one queryset.

Each is replaced in turn by one that gives everything; then what is tested at each run is done over, until
something is said: every key of the point tried from elsewhere, words read by who should read codes alone, a
manager's walk, the table of URLs, each queryset asked by people of elsewhere. A survivor is a hole in the
tests.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db.models import BooleanField, Q, QuerySet, Value
from django.urls import URLPattern, get_resolver

from accueil import equipe, partenariats, retagages
from accueil.acces import Portee
from accueil.filtres import Filtre, Options
from accueil.models import Acces, Association, PointAccueil, Utilisateur
from accueil.models.retagages import ChangementRegistre
from mediation import redirections
from mediation.models import Redirection
from mediation.models.dossiers import DossierQuerySet
from pimms.pilotage.permissions import Permission, lire
from qualite import charte, seances
from qualite.models import Attestation
from qualite.models.ecrits import EcritQuerySet, SaisineQuerySet
from qualite.models.incidents import IncidentQuerySet
from qualite.models.reclamations import ReclamationQuerySet
from tests.distribution import ROLES, Clients, Distribution, distribuer, repris
from tests.objets_de_table import adresse, arguments
from tests.rodeur import LaBas, Promenade, peupler_la_bas
from tests.serrures import (
    fautes_des_lignes,
    fautes_par_les_cles,
    fautes_par_les_filtres,
    fautes_par_les_listes,
    portees,
)
from tests.test_acces import TABLE
from tests.test_permissions import fautes_des_codes
from tests.test_rodeur import DES_AUDITEURS, clients_de

RACINE = Path(__file__).parent.parent.parent
ECRITS = (EcritQuerySet, SaisineQuerySet, IncidentQuerySet, ReclamationQuerySet)
TOUT = ~Q(pk__in=[])

# Functions that give scoped rows, and the same without their scope.
FONCTIONS: dict[Callable, Callable[..., Any]] = {
    retagages.visibles_par: lambda _: ChangementRegistre.objects.select_related("visite", "point", "par"),
    redirections.visibles_par: lambda _: Redirection.objects.select_related(
        "point", "partenaire", "dossier__cle_donnees"
    ),
    equipe.points_geres: lambda _: PointAccueil.objects.all(),
    equipe.acces_visibles: lambda _: Acces.objects.select_related("personne", "point", "association"),
    equipe.personnes_visibles: lambda _: Utilisateur.objects.all(),
    partenariats.associations_gerees: lambda _: Association.objects.all(),
    partenariats.associations_visibles: lambda _: Association.objects.all(),
    seances.points_tenus: lambda _: PointAccueil.objects.all(),
    charte.attestations_visibles: lambda *_: Attestation.objects.select_related("charte", "personne"),
}


def _sans_portee(classe: type, nom: str) -> Callable[..., Any]:
    if classe in ECRITS:
        return lambda self, _: self.annotate(lisible=Value(True, output_field=BooleanField()))
    return lambda self, _: self.all()


def _retirer(essai: pytest.MonkeyPatch, quoi: str) -> None:
    """Take that scope away, wherever it was imported."""
    if quoi in AUTRES:
        essai.setattr(*AUTRES[quoi])
    elif quoi in METHODES:
        classe, nom = METHODES[quoi]
        essai.setattr(classe, nom, _sans_portee(classe, nom))
    else:
        fonction = next(f for f in FONCTIONS if _nom(f) == quoi)
        for module in list(sys.modules.values()):
            for nom, valeur in list(vars(module).items()) if module else ():
                if valeur is fonction:
                    essai.setattr(module, nom, FONCTIONS[fonction])


def _tous_les_points(options: Options) -> dict[str, PointAccueil]:
    return {p.code: p for p in PointAccueil.objects.all()}


def _tout_le_monde(options: Options) -> dict[str, Utilisateur]:
    return {str(p.pk): p for p in Utilisateur.objects.all()}


# What narrows rows within a class that is no queryset: the class, the name there, the same without its scope.
AUTRES: dict[str, tuple[type, str, Any]] = {
    "Portee.points_visibles": (Portee, "points_visibles", lambda _: PointAccueil.objects.values("pk")),
    "DossierQuerySet.lisibles": (DossierQuerySet, "lisibles", staticmethod(lambda _: TOUT)),
    "Options.points": (Options, "points", property(_tous_les_points)),
    "Options.equipe": (Options, "equipe", property(_tout_le_monde)),
    "Filtre.condition": (
        Filtre,
        "condition",
        lambda self, *a, **k: CONDITION(replace(self, points=None), *a, **k),
    ),
    **{f"{c.__name__}._lisible": (c, "_lisible", lambda *_: TOUT) for c in ECRITS if "_lisible" in vars(c)},
}
CONDITION = Filtre.condition


def _nom(fonction: Callable) -> str:
    return f"{fonction.__module__}.{fonction.__name__}"


METHODES = {f"{classe.__name__}.{nom}": (classe, nom) for _, classe, nom in portees()}
MUTANTS = [*METHODES, *AUTRES, *map(_nom, FONCTIONS)]


@pytest.fixture(scope="module")
def pose(django_db_setup, django_db_blocker) -> Iterator[tuple[Distribution, dict, LaBas, Clients, Clients]]:
    with django_db_blocker.unblock(), repris():
        cast = distribuer()
        ou, la_bas = arguments(cast), peupler_la_bas(cast)
        yield cast, ou, la_bas, clients_de(cast, la_bas), cast.clients()


def _lignes(app: str) -> list[Permission]:
    """The table of rights, what that app answers first."""
    vues = {n: v.__module__ for v, n in _vues(get_resolver().url_patterns)}
    return sorted(lire().lignes, key=lambda ligne: not vues[ligne.pages[0]].startswith(app))


def _vues(motifs) -> Iterator[tuple[Callable, str]]:
    for motif in motifs:
        if isinstance(motif, URLPattern):
            yield motif.callback, motif.name or ""
        else:
            yield from _vues(motif.url_patterns)


def _fautes(cast, ou, la_bas, clients: Clients, tous: Clients, app: str = "") -> Iterator[str]:
    """What the tests of each run would say, the quickest first."""
    yield from fautes_par_les_cles(clients, "auditeur de là-bas", ou, la_bas.sien, DES_AUDITEURS)
    for role in ("responsable de là-bas", "direction de là-bas", "mediateur de là-bas"):
        yield from fautes_par_les_cles(clients, role, ou, la_bas.sien, _lignes(app))
        yield from fautes_par_les_listes(clients, role, cast)
    yield from fautes_par_les_listes(clients, "auditeur de là-bas", cast)
    yield from fautes_des_codes(tous, ou)
    yield from Promenade(clients, "responsable", la_bas, par_route=1).fautes()
    yield from fautes_par_les_filtres(clients, "responsable de là-bas", cast, ("point",))
    for nom, methode, *statuts in TABLE:
        for role, attendu in zip((None, *ROLES), statuts, strict=True):
            obtenu = tous.demander(role, methode, adresse(nom, ou)).status_code
            if str(obtenu) != attendu:
                yield f"{role} {methode} {nom}\u202f: {obtenu}"
    # What views check again before they ask, where no page can tell.
    for personne in (la_bas.mediateur, la_bas.responsable, la_bas.direction, la_bas.auditeur):
        yield from fautes_des_lignes(personne, cast.point)


def _app(quoi: str) -> str:
    """The app of that scope."""
    classe = METHODES[quoi][0] if quoi in METHODES else AUTRES[quoi][0] if quoi in AUTRES else None
    return (classe.__module__ if classe else quoi).partition(".")[0]


@pytest.mark.epreuve
@pytest.mark.parametrize("quoi", MUTANTS)
def test_a_queryset_without_its_scope_is_caught(pose, db, quoi, capsys):
    with pytest.MonkeyPatch.context() as essai:
        _retirer(essai, quoi)
        faute = next(_fautes(*pose, app=_app(quoi)), None)
    with capsys.disabled():
        print(f"\n{quoi}\u202f: {faute}")  # noqa: T201
    assert faute


@pytest.mark.epreuve
def test_with_every_scope_in_place_nothing_is_said(pose, db):
    assert next(_fautes(*pose), None) is None


def test_every_function_that_scopes_rows_is_among_the_mutants():
    """One that takes a person or their scope and returns a queryset, unless it starts from a scoped one."""
    connues = {f.__name__ for f in FONCTIONS}
    oubliees = []
    for app in ("accueil", "mediation", "qualite"):
        for fichier in (RACINE / app).rglob("*.py"):
            for noeud in ast.parse(fichier.read_text(encoding="utf-8")).body:
                if isinstance(noeud, ast.FunctionDef) and _borne_des_lignes(noeud):
                    oubliees += [] if noeud.name in connues else [f"{fichier.stem}.{noeud.name}"]
    assert oubliees == []
    assert all(issubclass(classe, QuerySet) for classe, _ in METHODES.values())


def _borne_des_lignes(noeud: ast.FunctionDef) -> bool:
    rendu = ast.unparse(noeud.returns) if noeud.returns else ""
    noms = {a.arg for a in noeud.args.args}
    if noeud.name.startswith("_") or not rendu.startswith("QuerySet") or not noms & {"portee", "utilisateur"}:
        return False
    return not {"visibles_par", "lisibles_par"} & {
        n.attr for n in ast.walk(noeud) if isinstance(n, ast.Attribute)
    }
