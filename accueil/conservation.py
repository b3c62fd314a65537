"""What time takes from the desk's entries and from accounts: the only doors.

Of an old visit nothing is left that would tell somebody's story: no note, no earlier state, no words on whom
they were sent to, the hour told by four hours, the moment of entry by its day, a small commune by its
département. Sums, requests, registers and public attributes stay; the days' aggregates and the packed columns
of their months are computed again from what is left: triggers mark them, and the worker carries it over
within the minute.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accueil.export_visites import PETITE_COMMUNE
from accueil.models import Acces, NoteVisite, Utilisateur, Visite, VisiteVersion
from accueil.models.personnes import ROLES_DU_RESEAU
from pimms.socle.journal import journaliser
from pimms.socle.models import EntreeJournal

TRANCHE = 4  # hours
JOURS_MAX = 400  # days of visits in one run; what is left waits for the next night

# Ten o'clock UTC: the latest local day on Earth is then the same as at any moment of that day, so that no
# visit seems written before its own day (`visite_jour_pas_futur`).
_JOUR_DE_SAISIE = "date_trunc('day', v.saisie_le AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '10 hours'"
_A_VIEILLIR = f"v.jour = %(jour)s AND v.saisie_le <> {_JOUR_DE_SAISIE}"
VIEILLIR = f"""
UPDATE accueil_visite v SET
  heure = v.heure - v.heure %% %(tranche)s,
  commune_id = (SELECT CASE WHEN c.population < %(petite)s THEN c.departement_id || 'P' ELSE c.code END
                FROM accueil_commune c WHERE c.code = v.commune_id),
  saisie_le = {_JOUR_DE_SAISIE},
  annulee_le = greatest(v.annulee_le, CASE WHEN v.annulee_le IS NOT NULL THEN {_JOUR_DE_SAISIE} END)
WHERE {_A_VIEILLIR}"""  # noqa: S608 — texts of this module only
# Towards whom a request was oriented, where somebody typed it: a name may have slipped in. That it was typed
# still counts (CAD-1).
VERS_EFFACE = "interlocuteur effacé"
OUBLIER_VERS = """
UPDATE accueil_demande d SET vers_texte = %(efface)s FROM accueil_visite v
WHERE v.id = d.visite_id AND v.jour = %(jour)s AND d.vers_texte NOT IN ('', %(efface)s)"""
COMPTER = f"SELECT count(*) FROM accueil_visite v WHERE {_A_VIEILLIR}"  # noqa: S608


def est_vieillie(visite: Visite) -> bool:
    """Whether time has taken from this visit what `vieillir` takes."""
    saisie = visite.saisie_le.astimezone(UTC)
    return saisie == datetime.combine(saisie.date(), time(10), tzinfo=UTC)


@dataclass(frozen=True)
class Vieillies:
    """How many rows were changed or erased."""

    visites: int = 0
    notes: int = 0
    versions: int = 0

    def __add__(self, autre: "Vieillies") -> "Vieillies":
        return Vieillies(*(getattr(self, f.name) + getattr(autre, f.name) for f in fields(self)))


def jours_a_vieillir(depuis: date | None, avant: date) -> Iterator[date]:
    """Days with visits from `depuis` (else the first) up to `avant`, which is left alone; at most a run's."""
    if depuis is None:
        depuis = Visite.objects.order_by("jour").values_list("jour", flat=True).first()
    jour, fin = depuis, avant
    if jour is not None:
        fin = min(avant, jour + timedelta(days=JOURS_MAX))
    while jour is not None and jour < fin:
        yield jour
        jour += timedelta(days=1)


def vieillir(jour: date, *, a_blanc: bool = False) -> Vieillies:
    """Let the visits of a day grow old, in one transaction; done twice, the second changes nothing."""
    notes = NoteVisite.objects.filter(visite__jour=jour)
    versions = VisiteVersion.objects.filter(visite__jour=jour)
    valeurs: dict[str, Any] = {"jour": jour, "tranche": TRANCHE, "petite": PETITE_COMMUNE}
    with transaction.atomic(), connection.cursor() as curseur:
        if a_blanc:
            curseur.execute(COMPTER, valeurs)
            return Vieillies(curseur.fetchone()[0], notes.count(), versions.count())
        curseur.execute(OUBLIER_VERS, valeurs | {"efface": VERS_EFFACE})
        curseur.execute(VIEILLIR, valeurs)
        visites = curseur.rowcount
        return Vieillies(visites, notes.delete()[0], versions.delete()[0])


def comptes_inutilises(avant: date) -> QuerySet[Utilisateur]:
    """Open accounts that nobody has used since that day, nor opened since."""
    debut = datetime.combine(avant, time(), tzinfo=UTC)
    jamais = Q(last_login__isnull=True, cree_le__lt=debut)
    rouverts = EntreeJournal.objects.filter(
        objet="utilisateur", objet_id=OuterRef("pk"), apres__is_active=True, horodatage__gte=debut
    )
    anciens = Utilisateur.objects.filter(Q(last_login__lt=debut) | jamais, is_active=True)
    return anciens.exclude(Exists(rouverts))


def _derniers_de_l_union(fermes: QuerySet[Utilisateur]) -> set[int]:
    """The union's accounts, when closing those would leave none: nobody could open one again."""
    union = Acces.objects.en_vigueur(timezone.localdate()).filter(role__in=ROLES_DU_RESEAU)
    cles = set(
        Utilisateur.objects.filter(pk__in=union.values("personne"), is_active=True).values_list(
            "pk", flat=True
        )
    )
    return cles if cles <= set(fermes.values_list("pk", flat=True)) else set()


def fermer_les_comptes(avant: date, *, a_blanc: bool = False) -> int:
    """Close the accounts unused since that day; how many. Roles stay: the union may reopen one."""
    inutilises = comptes_inutilises(avant)
    inutilises = inutilises.exclude(pk__in=_derniers_de_l_union(inutilises))
    if a_blanc:
        return inutilises.count()
    with transaction.atomic():
        fermes = list(inutilises.select_for_update(of=("self",)))
        for personne in fermes:
            personne.is_active = False
            personne.save(update_fields=["is_active"])
            journaliser(None, "fermer", personne, avant={"is_active": True}, apres={"is_active": False})
    return len(fermes)
