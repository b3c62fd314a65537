"""What is due to be evaluated again: the network each night, and the points that have changed since."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import DateField, DateTimeField, Exists, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from accueil.models import Absence, Acces, PointAccueil
from accueil.models.personnes import ROLES_DE_POINT
from pimms.socle.journal import CONSULTATIONS
from pimms.socle.models import EntreeJournal
from qualite.controles import sui_2
from qualite.etats_campagne import EtatCampagne
from qualite.evaluation import Bornes, evaluer
from qualite.mesures import IDENTITES, LECTURES
from qualite.models import Application, Avis, Calcul, Constat, EvenementCampagne, Exigence, Rapport
from qualite.rapports.vie import ALTERER, SIGNER
from qualite.verdicts import Verdict

HEURE = 4  # local hour of Paris from which the night's evaluation is due
# What belongs to no point and bears on everything.
GENERAUX = (
    "convention", "contratfranchise", "association", "partenaire", "valeur", "application", "charte",
    "attestation", "preuve", "versionpreuve", "evenementpreuve", "sansobjet",
)  # fmt: skip


def evaluer_ce_qui_est_du(maintenant: datetime | None = None) -> Calcul | None:
    """Evaluate what changed since the last run, everything when the night's run is due; None if nothing."""
    maintenant = maintenant or timezone.now()
    dernier = Calcul.objects.first()
    complet = Calcul.objects.filter(complet=True).first()
    local = timezone.localtime(maintenant)
    if dernier is None or complet is None or (complet.au < local.date() and local.hour >= HEURE):
        return evaluer()
    if Application.objects.filter(debut__gt=complet.au, debut__lte=local.date()).exists():
        return evaluer()  # another version applies: its findings don't wait for the night's run
    bornes = Bornes.au(maintenant)
    entrees = EntreeJournal.objects.filter(pk__gt=dernier.journal, pk__lte=bornes.journal)
    changements = entrees.exclude(acte__in=CONSULTATIONS).order_by()
    closes = Q(objet="campagne", acte=EvenementCampagne.Nature.ETAT, apres__etat=EtatCampagne.CLOSE)
    if changements.filter(Q(objet__in=GENERAUX) | closes).exists():
        return evaluer(bornes=bornes)
    touches = changements.values_list("point_id", flat=True).distinct()
    points = {
        *touches,
        *_points_de(_personnes(changements)),
        *_lus_hors_poste(entrees),
        *_bilans(changements),
        *_avis_attendus(dernier.avis, bornes.avis),
    }
    cles = {cle for cle in points if cle}
    return evaluer(cles, bornes=bornes) if cles else None


def _personnes(changements: QuerySet[EntreeJournal]) -> set[int]:
    """Whose account was closed or opened again, and whose absences changed: they count wherever they work."""
    comptes = changements.filter(objet="utilisateur", apres__has_key="is_active")
    absences = changements.filter(objet="absence")
    supprimees = absences.filter(avant__has_key="personne_id").values_list("avant__personne_id", flat=True)
    notees = Absence.objects.filter(pk__in=absences.values("objet_id")).values_list("personne", flat=True)
    return {*comptes.values_list("objet_id", flat=True), *supprimees, *notees}


def _points_de(personnes: set[int]) -> Iterable[int | None]:
    siens = Acces.objects.filter(personne__in=personnes, point__isnull=False)
    return siens.order_by().values_list("point", flat=True).distinct()


def _bilans(changements: QuerySet[EntreeJournal]) -> Iterable[int]:
    """Points of the associations whose yearly account was signed, or found altered: SUI-3 may turn."""
    signes = changements.filter(objet="rapport", acte__in=(SIGNER, ALTERER)).values("objet_id")
    associations = Rapport.objects.filter(pk__in=signes, genre=Rapport.Genre.BILAN).values("association")
    return PointAccueil.objects.filter(association__in=associations).values_list("pk", flat=True)


def _avis_attendus(apres: int, jusqu_a: int) -> Iterable[int]:
    """Points that the public answered about since the last run, where SUI-2 may turn for it.

    Where it is reached already, answers change figures only, which follow with the next run: they come all
    day long.
    """
    codes = Exigence.objects.filter(Q(code=sui_2.CODE) | Q(anciens_codes__contains=[sui_2.CODE]))
    attendus = Constat.objects.filter(
        point=OuterRef("point"), code__in=codes.values("code"), verdict=Verdict.A_TRAITER
    )
    avis = Avis.objects.filter(Exists(attendus), pk__gt=apres, pk__lte=jusqu_a)
    return avis.order_by().values_list("point", flat=True).distinct()


def _lus_hors_poste(entrees: QuerySet[EntreeJournal]) -> Iterable[int | None]:
    """Points whose identities were read by someone not in post there on that day, the point's own: DEO-3
    may turn.

    What people in post read changes figures only, which follow with the next run.
    """
    fuseau = PointAccueil.objects.filter(pk=OuterRef("point_id")).values("fuseau")
    heure = Func(Subquery(fuseau), "horodatage", function="timezone", output_field=DateTimeField())
    jour = Cast(heure, DateField())
    postes = Acces.objects.filter(
        Q(fin__isnull=True) | Q(fin__gte=OuterRef("lu_le")),
        personne=OuterRef("acteur_id"),
        point=OuterRef("point_id"),
        role__in=ROLES_DE_POINT,
        debut__lte=OuterRef("lu_le"),
    )
    lectures = entrees.filter(acte__in=LECTURES, objet__in=IDENTITES, point_id__isnull=False)
    etrangeres = lectures.annotate(lu_le=jour).filter(~Exists(postes))
    return etrangeres.order_by().values_list("point_id", flat=True).distinct()
