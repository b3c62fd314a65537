"""Apply the rules to the facts and keep what they say: the only door by which findings change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max, QuerySet, Subquery
from django.utils import timezone

from accueil.models import PointAccueil
from pimms.socle.models import EntreeJournal
from pimms.socle.periodes import Periode
from qualite.chargement import charger
from qualite.controles import ecarter, juger
from qualite.controles.resultat import Resultat, Seuils
from qualite.decisions import ecartees
from qualite.faits import Faits, FaitsSujet
from qualite.lignees import actuels
from qualite.models import (
    Application,
    Avis,
    Calcul,
    Changement,
    Constat,
    Evaluation,
    Exigence,
    Niveau,
    Referentiel,
    Sujet,
)
from qualite.models.referentiel import nombres_en_vigueur, valeurs_au
from qualite.parametres import renouveler

VERROU = 0x5155414C  # of one evaluation at a time, for the whole database
# An entry is numbered before its transaction ends: those of the last moments wait for the next run.
RECUL = timedelta(seconds=10)
ECRITES = ("verdict", "phrase", "valeur", "seuil", "sur", "qui", "lien", "detail")


@dataclass(frozen=True)
class Cadre:
    """What findings are made with: requirements of a version, numbers of a day."""

    exigences: list[Exigence]
    seuils: Seuils

    @classmethod
    def du(cls, jour: date) -> "Cadre":
        """One statement: each requirement comes with its version, and with the numbers of that version, which
        are looked up once, for they lean on nothing of the requirement's row."""
        exigences: list[Any] = list(_exigences(jour).annotate(nombres=nombres_en_vigueur(jour)))
        return cls._composer(exigences, exigences[0].nombres)

    @classmethod
    def sans_textes(cls, jour: date) -> "Cadre":
        """The same for a page that shows nothing of the version itself; one statement, of one row."""
        en_vigueur = Application.objects.en_vigueur(jour).annotate(nombres=nombres_en_vigueur(jour))
        version, nombres = en_vigueur.values_list("referentiel", "nombres").get()
        return cls._composer([copy(e) for e in _exigences_de(version)], nombres)

    @classmethod
    def _composer(cls, exigences: list[Any], nombres: str) -> "Cadre":
        seuils = {code: int(valeur) for code, valeur in (n.split() for n in nombres.split(","))}
        renouveler(exigences, seuils)
        return cls(exigences, seuils)

    @classmethod
    def arrete(cls, evaluation: Evaluation) -> "Cadre":
        """That of a closed evaluation: its version, the numbers in its picture, and those of its day for what
        rules have come to read since; two statements."""
        lignes = Exigence.objects.filter(referentiel=evaluation.referentiel_id).select_related("referentiel")
        exigences, seuils = list(lignes), valeurs_au(evaluation.referentiel_id, evaluation.jour)
        seuils |= evaluation.instantane.get("seuils", {})
        renouveler(exigences, seuils)
        return cls(exigences, seuils)

    @property
    def referentiel(self) -> Referentiel:
        """The version that requirements came with."""
        return self.exigences[0].referentiel


@lru_cache(maxsize=2)
def _exigences_de(version: int) -> tuple[Exigence, ...]:
    """Requirements of a version, read once a process: the database lets nobody change them. To be copied."""
    return tuple(Exigence.objects.filter(referentiel=version))


def _exigences(jour: date) -> QuerySet[Exigence]:
    lignes = Exigence.objects.filter(referentiel__applications__in=Application.objects.en_vigueur(jour))
    return lignes.select_related("referentiel")


def exigences_en_vigueur(jour: date) -> list[Exigence]:
    """Requirements of the version that applies on a day, in order, with that version; one statement."""
    return list(_exigences(jour))


def exigences_et_periode(jour: date) -> tuple[list[Exigence], Periode | None]:
    """Requirements of the version that applies on a day, and the days at which the last run looked; one
    statement."""
    dernier = Calcul.objects.order_by("-pk")
    bornes = {nom: Subquery(dernier.values(nom)[:1]) for nom in ("du", "au")}
    exigences: list[Any] = list(_exigences(jour).annotate(**bornes))
    premiere = exigences[0]
    return exigences, Periode(premiere.du, premiere.au) if premiere.du else None


class Bornes(NamedTuple):
    """How far a run looks: the last entry of the journal and the last answer of the public."""

    journal: int
    avis: int

    @classmethod
    def au(cls, moment: datetime) -> "Bornes":
        """Those of that moment: what is written after them is for the next run."""
        anterieures = EntreeJournal.objects.filter(horodatage__lte=moment - RECUL)
        return cls(
            anterieures.aggregate(n=Max("pk"))["n"] or 0, Avis.objects.aggregate(n=Max("pk"))["n"] or 0
        )


def evaluer(
    points: Iterable[int] | None = None, jour: date | None = None, bornes: Bornes | None = None
) -> Calcul | None:
    """Evaluate the whole network, or the associations that hold these points; one transaction.

    `jour`: a local day for every point; by default each point's own today. `bornes`: how far the caller
    looked to find these points; by default all that is written now. Returns None when another
    evaluation is under way: what it misses, the next one sees.
    """
    with transaction.atomic():
        if not verrouiller():
            return None
        return _evaluer(points, jour, bornes)[0]


def tout_evaluer(jour: date | None = None) -> tuple[Calcul, Cadre, Faits] | None:
    """Evaluate the whole network within the caller's transaction, and say by which version and numbers, from
    which facts; None when another evaluation is under way. `jour`: as for `evaluer`."""
    return _evaluer(None, jour) if verrouiller() else None


def verrouiller() -> bool:
    """Keep runs apart until the end of this transaction; False when one is under way."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_xact_lock(%s)", [VERROU])
        return curseur.fetchone()[0]


def _evaluer(
    cles: Iterable[int] | None, jour: date | None, bornes: Bornes | None = None
) -> tuple[Calcul, Cadre, Faits]:
    debut = timezone.now()
    lu = bornes or Bornes.au(debut)
    reference = jour or timezone.localdate()
    cadre = Cadre.du(reference)
    points = _points(cles, reference)
    sans_objet = ecartees(cadre.exigences, reference)
    resultats: dict[Sujet, Resultat] = {}
    partiel = cles is not None
    faits = charger(points, reference, cadre.seuils, partiel=partiel)
    resultats.update(constater(faits, cadre, sans_objet, reseau=not partiel))
    if jour is None:
        for local, la_bas in _ailleurs(points, reference).items():
            # Whole associations, so that their points' facts are those of their own day.
            locaux = charger(la_bas, local, cadre.seuils, partiel=True)
            resultats.update(constater(locaux, cadre, sans_objet, reseau=False))
    calcul = Calcul.objects.create(
        complet=not partiel,
        du=faits.periode.du,
        au=faits.periode.au,
        debut=debut,
        journal=lu.journal,
        avis=lu.avis,
    )
    calcul.constats = len(resultats)
    calcul.changements = _garder(cadre, resultats, calcul)
    calcul.fin = timezone.now()
    calcul.save(update_fields=["constats", "changements", "fin"])
    return calcul, cadre, faits


def _points(cles: Iterable[int] | None, jour: date) -> list[PointAccueil]:
    """Points in service, with their commune; those given and the others of their associations."""
    points = PointAccueil.objects.ouverts(jour).select_related("commune")
    if cles is not None:
        points = points.filter(association__points__in=list(cles)).distinct()
    return list(points)


def _ailleurs(points: list[PointAccueil], reference: date) -> dict[date, list[PointAccueil]]:
    """Points of the associations whose day is another one (there are two at most at any moment)."""
    jours: dict[int, set[date]] = defaultdict(set)
    for point in points:
        jours[point.association_id].add(point.aujourdhui())
    groupes: dict[date, list[PointAccueil]] = defaultdict(list)
    for point in points:
        local = min(jours[point.association_id])
        if local != reference:
            groupes[local].append(point)
    return groupes


def constater(
    faits: Faits, cadre: Cadre, sans_objet: Mapping[Sujet, str], *, reseau: bool
) -> dict[Sujet, Resultat]:
    """The result of each requirement for each subject that the facts hold. Pure.

    `sans_objet`: justifications of what the union took away, by subject.
    """
    resultats = {}
    for exigence in cadre.exigences:
        for niveau in exigence.niveaux:
            for association, point, sujet in _sujets(faits, niveau, reseau):
                cle = (exigence.code, niveau, association, point)
                motif = sans_objet.get(cle)
                resultats[cle] = ecarter(motif) if motif else juger(exigence, sujet, cadre.seuils)
    return resultats


def _sujets(faits: Faits, niveau: str, reseau: bool) -> Iterable[tuple[int | None, int | None, FaitsSujet]]:
    if niveau == Niveau.RESEAU:
        return [(None, None, faits.reseau)] if reseau else []
    if niveau == Niveau.ASSOCIATION:
        return [(cle, None, f) for cle, f in faits.associations.items()]
    # What is asked of each person is shown for the point's team as a whole.
    return [(None, cle, f) for cle, f in faits.points.items()]


def _garder(cadre: Cadre, resultats: dict[Sujet, Resultat], calcul: Calcul) -> int:
    """Write the findings that changed, and each change of verdict; returns the number of these.

    A version's first finding goes on from that of the requirement which it comes from.
    """
    referentiel = cadre.referentiel
    anciens = {c.sujet: c for c in Constat.objects.filter(referentiel=referentiel)}
    herites = {} if resultats.keys() <= anciens.keys() else _herites(cadre)
    ecrits, changements = [], []
    for sujet, resultat in resultats.items():
        ancien = anciens.get(sujet) or herites.get(sujet)
        code, niveau, association, point = sujet
        cles = {"code": code, "niveau": niveau, "association_id": association, "point_id": point}
        valeurs = _valeurs(resultat)
        if ancien is None or ancien.verdict != resultat.verdict or sujet not in anciens:
            changements.append(
                Changement(
                    referentiel=referentiel,
                    calcul=calcul,
                    jour=calcul.au,
                    avant=ancien.verdict if ancien else "",
                    apres=resultat.verdict,
                    **cles,
                    **{c: valeurs[c] for c in ("phrase", "valeur", "seuil", "sur")},
                )
            )
        elif all(getattr(ancien, c) == valeurs[c] for c in ECRITES):
            continue
        depuis = ancien.depuis if ancien and ancien.verdict == resultat.verdict else calcul.au
        ecrits.append(Constat(referentiel=referentiel, depuis=depuis, **cles, **valeurs))
    Constat.objects.bulk_create(
        ecrits,
        update_conflicts=True,
        unique_fields=["referentiel", "niveau", "code", "association", "point"],
        update_fields=[*ECRITES, "depuis"],
        batch_size=1000,
    )
    Changement.objects.bulk_create(changements, batch_size=1000)
    return sum(c.avant != c.apres for c in changements)


def _herites(cadre: Cadre) -> dict[Sujet, Constat]:
    """The last findings of earlier versions, by the subjects that go on from them; one statement."""
    codes = actuels(cadre.exigences)
    lignes = Constat.objects.exclude(referentiel=cadre.referentiel).order_by("referentiel")
    return {(code, *c.sujet[1:]): c for c in lignes for code in codes.get(c.code, ())}


def _valeurs(resultat: Resultat) -> dict:
    lien = asdict(resultat.lien) if resultat.lien else None
    if lien:
        lien["filtre"] = [list(couple) for couple in lien["filtre"]]
    return {
        "verdict": str(resultat.verdict),
        "phrase": resultat.phrase[:300],
        "valeur": resultat.valeur,
        "seuil": resultat.seuil,
        "sur": resultat.sur,
        "qui": str(resultat.qui),
        "lien": lien,
        "detail": list(resultat.detail),
    }
