"""Proofs as pages and rules read them: their state on a day, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from pimms.socle.chiffrement import Indechiffrable
from qualite.etat_preuve import EtatPreuve, Version, etat_de_la_preuve
from qualite.models import EvenementPreuve, Exigence, Preuve, VersionPreuve

EFFACE, ILLISIBLE = "Contenu effacé", "Contenu illisible"


@dataclass(frozen=True)
class PreuveLue:
    """A proof on a day: its state, the version that gives it, and why it was refused or withdrawn.

    `objet` of the rules: `preuve.niveau` with `point_id`, `association_id` or `personne_id`.
    """

    preuve: Preuve
    etat: EtatPreuve
    version: VersionPreuve
    fin: date | None = None  # its own, or that of the requirement's period if that comes first
    motif: str = ""

    @property
    def titre(self) -> str:
        """Opens the sealed title (no query)."""
        return valeurs_de(self.version)["titre"]


def valeurs_de(version: VersionPreuve) -> dict[str, str]:
    """A version's sealed words; of what can't be opened, a title that says so."""
    try:
        return version.valeurs() or {"titre": EFFACE}
    except Indechiffrable:
        return {"titre": ILLISIBLE}


def evenements_par_version(versions: Iterable[VersionPreuve]) -> dict[int, list[EvenementPreuve]]:
    """What was decided about these versions, the oldest first; one statement."""
    par_version: dict[int, list[EvenementPreuve]] = defaultdict(list)
    for evenement in (
        EvenementPreuve.objects.filter(version__in=versions).select_related("par").order_by("id")
    ):
        par_version[evenement.version_id].append(evenement)
    return par_version


def pure(version: VersionPreuve, evenements: Iterable[EvenementPreuve]) -> Version:
    """What the rules need of a version."""
    return Version(version.numero, version.debut, version.fin, [e.nature for e in evenements])


def periodes(exigences: Iterable[Exigence]) -> dict[str, int]:
    """After how many months a document must be renewed, by code, older ones of the requirements included."""
    return {code: e.periodicite for e in exigences if e.periodicite for code in e.lignee}


def lire_preuves(
    preuves: QuerySet[Preuve], jour: date, periodicites: dict[str, int] | None = None
) -> list[PreuveLue]:
    """These proofs on a day, three statements in all.

    `periodicites`: months by requirement's code, for documents that must be renewed.
    """
    lues = list(preuves.select_related("association", "point", "personne", "coffre"))
    versions: dict[int, list[VersionPreuve]] = defaultdict(list)
    toutes = list(VersionPreuve.objects.filter(preuve__in=[p.pk for p in lues]).select_related("deposee_par"))
    for version in toutes:
        versions[version.preuve_id].append(version)
    evenements = evenements_par_version(toutes)
    return [_lire(p, versions[p.pk], evenements, jour, periodicites or {}) for p in lues if versions[p.pk]]


def _lire(
    preuve: Preuve,
    versions: list[VersionPreuve],
    evenements: dict[int, list[EvenementPreuve]],
    jour: date,
    periodicites: dict[str, int],
) -> PreuveLue:
    par_numero = {v.numero: v for v in versions}
    periodes = [periodicites[c] for c in preuve.exigences if periodicites.get(c)]
    pures = [pure(v, evenements[v.pk]) for v in versions]
    periode = min(periodes, default=None)
    etat, retenue = etat_de_la_preuve(pures, jour, periode)
    version = par_numero[retenue.numero]
    version.preuve = preuve
    motif = next((e.motif for e in reversed(evenements[version.pk]) if e.motif), "")
    return PreuveLue(preuve, etat, version, retenue.fin_effective(periode), motif if not etat.vaut else "")
