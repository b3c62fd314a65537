"""Reading the journal of acts: pages by key for the union, and the history of one object.

What people read (`CONSULTATIONS`) is left out: a named person's readings are for that person's manager. A
filter that finds little would walk millions of entries: a page looks at a stretch of them, says up to which
day it looked, and goes on from there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Max, Model, QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from accueil.models import PointAccueil, Utilisateur
from accueil.saisie import RECUL_RESPONSABLE
from pimms.socle.journal import CONSULTATIONS, taire
from pimms.socle.models import EntreeJournal

PAR_PAGE = 50
ETENDUE = 100_000  # entries that one page looks at
HISTOIRE_MAX = 200
MARGE = 1_000  # entries: one is numbered some moments after its hour was read
VALEUR_MAX = 120  # characters of one value
# What people do at the moment of a visit: past the last day on which a manager may change it, the day says
# enough (`accueil.conservation` takes the visit's own hour away in the end).
DU_MOMENT = frozenset({"visite", "suivi"})
HEURE_DITE = timedelta(days=RECUL_RESPONSABLE)
# What class names and codes, unaccented, don't say in French.
NOMS = {
    "actioncorrective": "Action corrective",
    "conflitinteret": "Conflit d’intérêts",
    "demandedroits": "Demande sur des données",
    "echeance": "Échéance",
    "etape": "Étape",
    "evaluation": "Évaluation",
    "formationsuivie": "Formation suivie",
    "propositionregistre": "Proposition de registre",
    "reclamation": "Réclamation",
    "seance": "Séance",
    "utilisateur": "Personne",
}
ACTES = {
    "creer": "créer",
    "decider": "décider",
    "declarer": "déclarer",
    "deposer": "déposer",
    "etat": "changer d’état",
    "ouverture": "ouvrir",
    "prevoir": "prévoir",
    "retablir": "rétablir",
    "repondre": "répondre",
    "revoquer": "révoquer",
    "transferer": "transférer",
    "transition": "changer d’état",
}


def _modeles() -> dict[str, type[Model]]:
    """The models of the three apps, by the code that the journal names them by."""
    modeles = apps.get_models()
    nos = (m for m in modeles if m.__module__.startswith(("accueil.", "mediation.", "qualite.")))
    return {str(m._meta.model_name): m for m in nos}


def objets_connus() -> list[tuple[str, str]]:
    """What the journal speaks of: code and French name, in French order."""
    noms = {code: capfirst(str(m._meta.verbose_name)) for code, m in _modeles().items()} | NOMS
    return sorted(noms.items(), key=lambda couple: couple[1].casefold())


@dataclass(frozen=True)
class Ligne:
    """One entry as it is read: coded values, the actor's name; without `heure`, the day alone is told."""

    numero: int
    quand: datetime
    heure: bool
    qui: str
    acte: str
    quoi: str
    objet_id: int
    point: str
    changements: list[tuple[str, str, str]]  # column, before, after


@dataclass(frozen=True)
class Recherche:
    """What to look for; days are Paris's."""

    objet: str = ""
    acte: str = ""
    acteur: Utilisateur | None = None
    point: PointAccueil | None = None
    du: date | None = None
    au: date | None = None

    def conditions(self) -> dict[str, Any]:
        valeurs = {
            "objet": self.objet,
            "acte": self.acte,
            "acteur_id": self.acteur and self.acteur.pk,
            "point_id": self.point and self.point.pk,
            "horodatage__gte": self.du and _minuit(self.du),
            "horodatage__lt": self.au and _minuit(self.au + timedelta(days=1)),
        }
        return {c: v for c, v in valeurs.items() if v}


@dataclass(frozen=True)
class Page:
    """Entries, latest first. `suivant`: where older ones begin, 0 at the end. `jusqu_au`: the day up to
    which a page that is not full has looked."""

    lignes: list[Ligne] = field(default_factory=list)
    suivant: int = 0
    jusqu_au: datetime | None = None


def _minuit(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time()))


def lire_page(recherche: Recherche, avant: int | None = None) -> Page:
    """The page that starts below that entry; four statements at most."""
    haut = _haut(recherche, avant)
    bas = max(haut - ETENDUE, 0)
    entrees = EntreeJournal.objects.filter(pk__lte=haut, pk__gt=bas, **recherche.conditions())
    lues = list(entrees.exclude(acte__in=CONSULTATIONS).order_by("-pk")[: PAR_PAGE + 1])
    if len(lues) > PAR_PAGE:
        return Page(list(decrire(lues[:PAR_PAGE])), lues[PAR_PAGE - 1].pk)
    plus_ancienne = EntreeJournal.objects.filter(pk__lte=bas).order_by("-pk").first()
    fini = plus_ancienne is None or (recherche.du and plus_ancienne.horodatage < _minuit(recherche.du))
    if fini or plus_ancienne is None:
        return Page(list(decrire(lues)))
    return Page(list(decrire(lues)), bas + 1, plus_ancienne.horodatage)


def _haut(recherche: Recherche, avant: int | None) -> int:
    """The highest number worth looking at."""
    if avant is not None:
        return avant - 1
    if recherche.au is None:
        return EntreeJournal.objects.aggregate(n=Max("pk"))["n"] or 0
    fin = EntreeJournal.objects.filter(horodatage__lt=_minuit(recherche.au + timedelta(days=1)))
    derniere = fin.order_by("-horodatage").values_list("pk", flat=True).first()
    return derniere + MARGE if derniere else 0


def histoire(objet: str, cle: int) -> list[Ligne]:
    """What was done to one object, latest first."""
    entrees: QuerySet = EntreeJournal.objects.filter(objet=objet, objet_id=cle)
    return list(decrire(entrees.exclude(acte__in=CONSULTATIONS).order_by("-pk")[:HISTOIRE_MAX]))


def decrire(entrees: Iterable[EntreeJournal]) -> Iterator[Ligne]:
    """Entries with the names of people and points, in two statements."""
    lues = list(entrees)
    noms, modeles = dict(objets_connus()), _modeles()
    personnes = Utilisateur.objects.in_bulk({e.acteur_id for e in lues if e.acteur_id})
    points = PointAccueil.objects.in_bulk({e.point_id for e in lues if e.point_id})
    for e in lues:
        point = points.get(e.point_id or 0)
        yield Ligne(
            e.pk,
            timezone.localtime(e.horodatage, point.tz) if point else timezone.localtime(e.horodatage),
            dit_l_heure(e),
            str(personnes.get(e.acteur_id or 0, "quelqu’un")) if e.acteur_id else "l’application",
            ACTES.get(e.acte, e.acte.replace("_", " ")),
            noms.get(e.objet, e.objet),
            e.objet_id,
            point.nom if point else "",
            list(_changements(e, modeles.get(e.objet))),
        )


def dit_l_heure(entree: EntreeJournal) -> bool:
    """Whether the hour of an entry is shown, or its day alone."""
    return entree.objet not in DU_MOMENT or entree.horodatage > timezone.now() - HEURE_DITE


def _changements(entree: EntreeJournal, modele: object) -> Iterator[tuple[str, str, str]]:
    # Entries written before the model kept these values to itself hold them still: they are not shown.
    avant, apres = taire(modele, entree.avant or {}), taire(modele, entree.apres or {})
    for cle in {**avant, **apres}:
        yield cle.removesuffix("_id").replace("_", " "), _texte(avant.get(cle)), _texte(apres.get(cle))


def _texte(valeur: Any) -> str:
    if valeur is None or valeur == "":
        return "–"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    texte = str(valeur)
    return texte if len(texte) <= VALEUR_MAX else f"{texte[:VALEUR_MAX]}…"
