"""Reading identities is an act: who opened a case in clear, who searched a name, and when (DEO-3).

One entry of the journal a person, case and local day; one a search and point, without the name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Concat, JSONArray, JSONObject
from django.utils import timezone

from accueil.models import PointAccueil, Utilisateur
from mediation.models import Dossier
from mediation.models import Lecteur as LecteurNomme
from pimms.socle.journal import CHERCHER, LIRE, MOTIVER, journaliser, journaliser_consultation
from pimms.socle.models import EntreeJournal

PAR_PAGE = 50
LECTEURS_MAX = 12  # people shown beside a case; the point's page has them all
MOTIF_VAUT = timedelta(hours=18)  # once a working day


class MotifLecture(TextChoices):
    """Why somebody reads a case that is not theirs: coded, so that no text is kept."""

    REMPLACEMENT = "remplacement", "Je remplace le médiateur du dossier"
    PERSONNE = "personne", "La personne est là, ou au téléphone"
    EQUIPE = "equipe", "Nous en parlons en équipe"
    ENCADREMENT = "encadrement", "J’encadre le point"
    DROITS = "droits", "Je réponds à une demande sur des données"


def noter_lecture(acteur: Utilisateur, dossier: Dossier) -> None:
    """Tell that this person reads the case in clear; the caller has checked that they may."""
    jour = {"jour": dossier.point.aujourdhui()}
    journaliser_consultation(acteur, LIRE, [(dossier, dossier.point_id)], jour)


def noter_lecture_de_droits(acteur: Utilisateur, dossier: Dossier) -> None:
    """The same, while answering a request about data: the act itself says why, once a day and before the
    reading that it makes. It stands for no other reading: who then opens the case is asked."""
    jour = dossier.point.aujourdhui()
    apres = {"motif": MotifLecture.DROITS, "jour": jour, "par_l_acte": True}
    deja = _motifs(acteur).filter(objet_id=dossier.pk, apres__par_l_acte=True)
    if not deja.filter(apres__jour=jour.isoformat()).exists():
        journaliser(acteur, MOTIVER, dossier, point_id=dossier.point_id, apres=apres)
    noter_lecture(acteur, dossier)


def _motifs(acteur: Utilisateur) -> QuerySet[EntreeJournal]:
    """The reasons noted for this person that may still hold."""
    recents = EntreeJournal.objects.filter(horodatage__gt=timezone.now() - MOTIF_VAUT)
    return recents.filter(objet="dossier", acte=MOTIVER, acteur_id=acteur.pk)


def avec_motif(dossiers: QuerySet, acteur: Utilisateur) -> QuerySet:
    """Add `motif_dit`: whether this person has said today why they read each; no statement of its own."""
    dits = _motifs(acteur).filter(objet_id=OuterRef("pk"), apres__par_l_acte__isnull=True)
    return dossiers.annotate(motif_dit=Exists(dits))


def motif_attendu(acteur: Utilisateur, dossier: Dossier, nommes: Iterable[int]) -> bool:
    """Whether this person, who reads the case of `avec_motif`, has yet to say why: it is not theirs, and
    nobody named them to read it."""
    siens = acteur.pk in (dossier.mediateur_id, dossier.ouvert_par_id, *nommes)
    return not siens and not dossier.motif_dit  # type: ignore[attr-defined]


def noter_motif(acteur: Utilisateur, dossier: Dossier, motif: str) -> None:
    """Tell why this person reads the case; the caller has checked that they may."""
    apres = {"motif": MotifLecture(motif), "jour": dossier.point.aujourdhui()}
    journaliser(acteur, MOTIVER, dossier, point_id=dossier.point_id, apres=apres)


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
    """One reading or search. `reference` is the case's, empty for a search. `pourquoi`: in French; empty
    for a search, and where a reason was due and none was said."""

    pk: int
    quand: datetime
    qui: str
    reference: str
    point: str
    pourquoi: str = ""


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
    cas = Dossier.objects.filter(pk=OuterRef("objet_id"))
    # Said that day, or before the reading and still valid then; an act tells for the reading that it makes.
    valables = Q(apres__par_l_acte__isnull=True) & (
        Q(jour_dit=OuterRef("jour_lu"))
        | Q(horodatage__lte=OuterRef("horodatage"), horodatage__gt=OuterRef("horodatage") - MOTIF_VAUT)
    ) | Q(apres__par_l_acte=True, jour_dit=OuterRef("jour_lu"), pk__lt=OuterRef("pk"))
    dits = EntreeJournal.objects.annotate(jour_dit=KT("apres__jour")).filter(
        valables,
        objet="dossier",
        objet_id=OuterRef("objet_id"),
        acteur_id=OuterRef("acteur_id"),
        acte=MOTIVER,
    )
    nommes = LecteurNomme.objects.filter(dossier=OuterRef("objet_id"), personne=OuterRef("acteur_id"))
    annotees = _nommees(entrees).annotate(
        reference=Subquery(cas.values("reference")[:1]),
        siens=Subquery(cas.values(j=JSONArray("mediateur", "ouvert_par"))[:1]),
        nomme=Exists(nommes),
        jour_lu=KT("apres__jour"),
        motif=Subquery(dits.order_by("pk").annotate(m=KT("apres__motif")).values("m")[:1]),
    )
    lues = list(annotees.order_by("-pk")[: PAR_PAGE + 1])
    lignes = [_consultation(e, par_cle[e.point_id]) for e in lues[:PAR_PAGE] if e.point_id]
    return Page(lignes, lignes[-1].pk if len(lues) > PAR_PAGE else 0)


def lectures_du_dossier(dossier: Dossier) -> Iterator[Consultation]:
    """Every reading of a case that the journal knows, latest first."""
    avant = None
    while avant != 0:
        page = lire_page([dossier.point], avant, dossier.reference)
        yield from page.lignes
        avant = page.suivant


def _consultation(entree, point: PointAccueil) -> Consultation:
    fuseau: tzinfo = point.tz
    reference = entree.reference if entree.acte == LIRE else ""
    pourquoi = ""
    if reference:
        pourquoi = dict(MotifLecture.choices).get(entree.motif, "")
        if entree.acteur_id in (entree.siens or ()):
            pourquoi = "son dossier"
        elif entree.nomme:
            pourquoi = "nommé pour le lire"
    quand = entree.horodatage.astimezone(fuseau)
    return Consultation(entree.pk, quand, entree.qui, reference, point.nom, pourquoi)
