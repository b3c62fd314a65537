"""Reading identities is an act: who opened a case in clear, who searched a name, and when (DEO-3).

One entry of the journal a person, case and local day; one a search and point, without the name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, F, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat, JSONObject

from accueil.models import PointAccueil, Utilisateur
from mediation.models import Dossier
from pimms.socle.journal import CHERCHER, LIRE, journaliser_consultation
from pimms.socle.models import EntreeJournal

PAR_PAGE = 50
LECTEURS_MAX = 12  # people shown beside a case; the point's page has them all


def noter_lecture(acteur: Utilisateur, dossier: Dossier) -> None:
    """Tell that this person reads the case in clear; the caller has checked that they may."""
    jour = {"jour": dossier.point.aujourdhui()}
    journaliser_consultation(acteur, LIRE, [(dossier, dossier.point_id)], jour)


def noter_recherche(acteur: Utilisateur) -> None:
    """Tell each point of this person that a name was searched there; the name is kept nowhere."""
    journaliser_consultation(acteur, CHERCHER, [(p, p.pk) for p in acteur.portee.points])


def _nommees(entrees: QuerySet) -> QuerySet:
    """The same entries with the actor's name: `acteur_id` is no foreign key."""
    personnes = Utilisateur.objects.filter(pk=OuterRef("acteur_id"))
    nom = Concat(F("prenom"), Value(" "), F("nom"), output_field=CharField())
    return entrees.annotate(qui=Subquery(personnes.values(n=nom)))


@dataclass(frozen=True)
class Lecteur:
    """Someone who read a case: on how many days, and when last."""

    nom: str
    jours: int
    dernier: datetime


def avec_lecteurs(dossiers: QuerySet) -> QuerySet:
    """Add to cases who read each, for `lecteurs_de`: no statement of its own."""
    entrees = EntreeJournal.objects.filter(objet="dossier", objet_id=OuterRef("pk"), acte=LIRE)
    groupes = _nommees(entrees).order_by().values("acteur_id", "qui")
    groupes = groupes.annotate(jours=Count("pk"), dernier=Max("horodatage")).order_by("-dernier")
    lecteur = JSONObject(nom="qui", jours="jours", dernier="dernier")
    return dossiers.annotate(lecteurs_lus=ArraySubquery(groupes.values(json=lecteur)[:LECTEURS_MAX]))


def lecteurs_de(dossier: Dossier) -> list[Lecteur]:
    """Who had read this case, of `avec_lecteurs`, when it was loaded; latest first."""
    lus: list[dict] = dossier.lecteurs_lus  # type: ignore[attr-defined]
    return [Lecteur(j["nom"], j["jours"], datetime.fromisoformat(j["dernier"])) for j in lus]


@dataclass(frozen=True)
class Consultation:
    """One reading or search. `reference` is the case's, empty for a search."""

    pk: int
    quand: datetime
    qui: str
    reference: str
    point: str


@dataclass(frozen=True)
class Page:
    """Consultations, latest first; `suivant` is where the older ones begin, 0 when there are none."""

    lignes: list[Consultation]
    suivant: int = 0


def lire_page(points: Iterable[PointAccueil], avant: int | None = None, reference: str = "") -> Page:
    """What was read and searched at these points, before that entry; of one case when given."""
    par_cle = {p.pk: p for p in points}
    entrees = EntreeJournal.objects.filter(point_id__in=list(par_cle), acte__in=(LIRE, CHERCHER))
    if reference:
        dossiers = Dossier.objects.filter(reference=reference, point__in=par_cle).values("pk")
        entrees = entrees.filter(objet="dossier", objet_id__in=dossiers)
    if avant:
        entrees = entrees.filter(pk__lt=avant)
    cas = Dossier.objects.filter(pk=OuterRef("objet_id")).values("reference")[:1]
    lues = list(_nommees(entrees).annotate(reference=Subquery(cas)).order_by("-pk")[: PAR_PAGE + 1])
    lignes = [_consultation(e, par_cle[e.point_id]) for e in lues[:PAR_PAGE] if e.point_id]
    return Page(lignes, lignes[-1].pk if len(lues) > PAR_PAGE else 0)


def _consultation(entree, point: PointAccueil) -> Consultation:
    fuseau: tzinfo = point.tz
    reference = entree.reference if entree.acte == LIRE else ""
    return Consultation(entree.pk, entree.horodatage.astimezone(fuseau), entree.qui, reference, point.nom)
