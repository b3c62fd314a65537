"""Proofs as pages and rules read them: their state on a day, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet

from pimms.socle.chiffrement import Indechiffrable
from qualite.etat_preuve import EtatPreuve, Version, etat_de_la_preuve
from qualite.models import Evaluation, EvenementPreuve, Exigence, Preuve, PreuveArretee, VersionPreuve

_DECISIONS = {
    EtatPreuve.REFUSEE: EvenementPreuve.Nature.REFUS,
    EtatPreuve.ALTEREE: EvenementPreuve.Nature.ALTERATION,
    EtatPreuve.RETIREE: EvenementPreuve.Nature.RETRAIT,
    EtatPreuve.EFFACEE: EvenementPreuve.Nature.EFFACEMENT,
}
EFFACE, ILLISIBLE = "Contenu effacé", "Contenu illisible"


@dataclass(frozen=True)
class PreuveLue:
    """A proof on a day: its state, the version that gives it, and why it was refused or withdrawn.

    `objet` of the rules: `preuve.niveau` with `point_id`, `association_id` or `personne_id`. `depuis`: of one
    read as it stood at a closing, the other state that a later decision gave it, and that decision.
    `refusees`: its other versions that stay refused, each as a reading of its own.
    """

    preuve: Preuve
    etat: EtatPreuve
    version: VersionPreuve
    fin: date | None = None  # its own, or that of the requirement's period if that comes first
    motif: str = ""
    decidee_le: datetime | None = None  # when what says its state was decided
    depuis: tuple[EtatPreuve, EvenementPreuve] | None = None
    refusees: tuple["PreuveLue", ...] = ()

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


def _qui_dit(etat: EtatPreuve, evenements: Iterable[EvenementPreuve]) -> EvenementPreuve | None:
    """The last of these that gives such a state; None for one that follows from dates."""
    return next((e for e in reversed(list(evenements)) if e.nature == _DECISIONS.get(etat)), None)


def lire_preuves(
    preuves: QuerySet[Preuve],
    jour: date,
    periodicites: dict[str, int] | None = None,
    gel: Evaluation | None = None,
) -> list[PreuveLue]:
    """These proofs on a day, three statements in all.

    `periodicites`: months by requirement's code, for documents that must be renewed. `gel`: as they stood
    when this evaluation was closed, without what was added or decided afterwards.
    """
    lues = list(preuves.select_related("association", "point", "personne", "employeur", "coffre"))
    versions: dict[int, list[VersionPreuve]] = defaultdict(list)
    lignes = VersionPreuve.objects.filter(preuve__in=[p.pk for p in lues])
    if gel:
        arretees = PreuveArretee.objects.filter(evaluation=gel).values("version")
        lignes = lignes.filter(Q(deposee_le__lte=gel.arretee_le) | Q(pk__in=arretees))
    toutes = list(lignes.select_related("deposee_par"))
    for version in toutes:
        versions[version.preuve_id].append(version)
    evenements = evenements_par_version(toutes)
    return [
        _lire(p, versions[p.pk], evenements, jour, periodicites or {}, gel) for p in lues if versions[p.pk]
    ]


def _lire(
    preuve: Preuve,
    versions: list[VersionPreuve],
    evenements: dict[int, list[EvenementPreuve]],
    jour: date,
    periodicites: dict[str, int],
    gel: Evaluation | None,
) -> PreuveLue:
    par_numero = {v.numero: v for v in versions}
    periodes = [periodicites[c] for c in preuve.exigences if periodicites.get(c)]
    connus = {v.pk: [e for e in evenements[v.pk] if gel is None or e.le <= gel.arretee_le] for v in versions}
    pures = {v.numero: pure(v, connus[v.pk]) for v in versions}
    periode = min(periodes, default=None)

    def lire(numero: int, etat: EtatPreuve) -> PreuveLue:
        version = par_numero[numero]
        version.preuve = preuve
        decidee = _qui_dit(etat, connus[version.pk])
        tous = evenements[version.pk]
        apres = pure(version, tous).etat(jour, periode)
        return PreuveLue(
            preuve,
            etat,
            version,
            pures[numero].fin_effective(periode),
            decidee.motif if decidee else "",
            decidee.le if decidee else None,
            (apres, _qui_dit(apres, tous) or tous[-1]) if apres != etat else None,
        )

    etat, retenue = etat_de_la_preuve(list(pures.values()), jour, periode)
    refusees = [n for n, v in sorted(pures.items()) if v.etat(jour, periode) == EtatPreuve.REFUSEE]
    autres = tuple(lire(n, EtatPreuve.REFUSEE) for n in refusees if n != retenue.numero)
    return replace(lire(retenue.numero, etat), refusees=autres)
