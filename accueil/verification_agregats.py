"""Compare the daily aggregates with the visits they count, say each difference, mend on demand."""

import json
import logging
import random
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from accueil import agregats_mois, agregats_reseau, colonnes
from accueil.agregats import NOMS, calcul, recalculer, refaire_le_reseau
from accueil.models import (
    AgregatJour,
    ControleAgregats,
    MarqueAgregat,
    PointAccueil,
    ReseauJour,
    ReseauMois,
    Visite,
)
from accueil.models.agregats import Agregat
from pimms.socle.models import Battement
from pimms.socle.periodes import UN_JOUR, Periode, annee_de, mois_de

logger = logging.getLogger(__name__)

SONDES = 40  # months of points compared in a night
SILENCE_MAX = timedelta(hours=50)  # two nights, and some
RETARD_MAX = timedelta(days=1)  # marked days are computed within a minute
RATTRAPAGE = "agregats"  # the heartbeat of who computes them: `vu_le`, when none was left

# One statement, so one snapshot: a marked day is known to be out of date, and is no difference. A month is
# compared where all its days are.
_ENTIER = "mois >= %(du)s AND mois + interval '1 month' <= %(au)s::date + 1"
_VISITES = "(SELECT * FROM accueil_visite WHERE point_id = %(point)s AND jour BETWEEN %(du)s AND %(au)s) v"
_COMPARAISON = f"""
WITH garde AS (
  SELECT {NOMS} FROM accueil_agregatjour
  WHERE point_id = %(point)s AND jour BETWEEN %(du)s AND %(au)s
), compte AS ({calcul("v.point_id = %(point)s AND v.jour BETWEEN %(du)s AND %(au)s")}
), marquee AS (
  SELECT DISTINCT jour FROM accueil_marqueagregat
  WHERE point_id = %(point)s AND jour BETWEEN %(du)s AND %(au)s
), mois_garde AS (
  SELECT {agregats_mois.NOMS} FROM accueil_agregatmois WHERE point_id = %(point)s AND {_ENTIER}
), mois_compte AS (
  SELECT * FROM ({agregats_mois.additionner("compte")}) m WHERE {_ENTIER}
), colonnes_gardees AS (
  SELECT {colonnes.NOMS} FROM accueil_colonnesmois WHERE point_id = %(point)s AND {_ENTIER}
), colonnes_comptees AS (
  SELECT * FROM ({colonnes.calcul(_VISITES)}) m WHERE {_ENTIER}
)
SELECT '', jour, to_jsonb(g), to_jsonb(c) FROM garde g FULL JOIN compte c USING (point_id, jour)
WHERE jour NOT IN (SELECT jour FROM marquee)
UNION ALL
SELECT 'mois ', mois, to_jsonb(g), to_jsonb(c)
FROM mois_garde g FULL JOIN mois_compte c USING (point_id, mois)
WHERE NOT EXISTS (SELECT FROM marquee m WHERE date_trunc('month', m.jour)::date = mois)
UNION ALL
SELECT 'colonnes ', mois, {colonnes.empreintes("g")}, {colonnes.empreintes("c")}
FROM colonnes_gardees g FULL JOIN colonnes_comptees c USING (point_id, mois)
WHERE NOT EXISTS (SELECT FROM marquee m WHERE date_trunc('month', m.jour)::date = mois)
ORDER BY 2, 1
"""  # noqa: S608 — names of this module only


def _du_reseau(quoi: str, modele: type[Agregat], entre: str, marquee: str) -> str:
    """SQL that compares days or months of the network; `entre`: which ones, of an alias; `marquee`: that of a
    mark."""
    (cle,) = modele.cle()
    return f"""SELECT '{quoi}', {cle}, to_jsonb(g), to_jsonb(c)
FROM (SELECT * FROM {modele._meta.db_table} a WHERE {entre.format("a")}) g
FULL JOIN ({agregats_reseau.additionner(modele, entre.format("l"))}) c USING ({cle})
WHERE {cle} NOT IN (SELECT {marquee} FROM accueil_marqueagregat)"""  # noqa: S608 — names of models


# The network is compared with what its points are said to have done.
_JOURS = "{0}.jour BETWEEN %(du)s AND %(au)s"
_MOIS = "{0}.mois >= %(du)s AND {0}.mois + interval '1 month' <= %(au)s::date + 1"
_JOURS_DU_RESEAU = _du_reseau("", ReseauJour, _JOURS, "jour")
_MOIS_DU_RESEAU = _du_reseau("mois ", ReseauMois, _MOIS, "date_trunc('month', jour)::date")
_DU_RESEAU = f"{_JOURS_DU_RESEAU} UNION ALL {_MOIS_DU_RESEAU} ORDER BY 2, 1"


@dataclass(frozen=True)
class Ecart:
    """One column of a day that differs: `garde` is the aggregate's, `compte` that of the visits.

    A month's columns begin with « mois », and its day is the first. Packed columns begin with « colonnes »:
    their fingerprints are told.
    """

    jour: date
    colonne: str
    garde: Any
    compte: Any


def comparer(point: int, periode: Periode) -> tuple[int, list[Ecart]]:
    """How many days of a point were compared, marked ones left out, and what differs, whole months too."""
    return _comparer(_COMPARAISON, {"point": point, "du": periode.du, "au": periode.au})


def comparer_reseau(periode: Periode) -> tuple[int, list[Ecart]]:
    """How many days of the network were compared with those of its points, and what differs, months too."""
    return _comparer(_DU_RESEAU, {"du": periode.du, "au": periode.au})


def _comparer(ordre: str, valeurs: dict[str, Any]) -> tuple[int, list[Ecart]]:
    with connection.cursor() as curseur:
        curseur.execute(ordre, valeurs)
        lignes = curseur.fetchall()
    ecarts = [ecart for ligne in lignes for ecart in _differences(*ligne)]
    return sum(not quoi for quoi, *_ in lignes), ecarts


def _differences(quoi: str, jour: date, garde: str | None, compte: str | None) -> Iterator[Ecart]:
    gardees, comptees = (json.loads(texte) if texte else {} for texte in (garde, compte))
    for colonne in sorted({**gardees, **comptees}.keys() - {"point_id", "jour", "mois"}):
        if gardees.get(colonne) != comptees.get(colonne):
            yield Ecart(jour, f"{quoi}{colonne}", gardees.get(colonne), comptees.get(colonne))


def lots(
    point: PointAccueil, periode: Periode, lot_de: Callable[[date], Periode] = annee_de
) -> Iterator[Periode]:
    """The days of a point that have visits or aggregates, a calendar year at a time, within `periode`."""
    return _decouper((m.objects.filter(point=point) for m in (Visite, AgregatJour)), periode, lot_de)


def lots_du_reseau(periode: Periode, lot_de: Callable[[date], Periode] = annee_de) -> Iterator[Periode]:
    """The days of the network that have aggregates, a calendar year at a time, within `periode`."""
    return _decouper((m.objects.all() for m in (AgregatJour, ReseauJour)), periode, lot_de)


def _decouper(
    lignes: Iterable[QuerySet], periode: Periode, lot_de: Callable[[date], Periode]
) -> Iterator[Periode]:
    """The days of these rows, a lot at a time, each whole but for `periode`."""
    bornes = [rangee.aggregate(du=Min("jour"), au=Max("jour")) for rangee in lignes]
    jours = [jour for b in bornes for jour in b.values() if jour]
    if not jours:
        return
    lot = lot_de(min(jours))
    while lot.du <= max(jours):
        if lot.au >= periode.du and lot.du <= periode.au:
            yield Periode(max(lot.du, periode.du), min(lot.au, periode.au))
        lot = lot_de(lot.au + UN_JOUR)


def refaire(points: Collection[PointAccueil], periode: Periode) -> int:
    """Compute all the days of these points again, and the network's, whatever they say; how many were wrong.

    A month of all points at a time: some eighty thousand visits where there are ten million in ten years.
    Entry goes on meanwhile; who computes marked days waits for a lot at most.
    """
    lignes = (m.objects.filter(point__in=points) for m in (Visite, AgregatJour))
    changes = 0
    for lot in _decouper(lignes, periode, mois_de):
        jours = _jours(lot)
        changes += recalculer([p.pk for p in points], jours)
        refaire_le_reseau(jours)
    return changes


def _jours(periode: Periode) -> list[date]:
    return [periode.du + timedelta(days=n) for n in range(periode.jours)]


def refaire_reseau(periode: Periode) -> None:
    """Add up all the days of the network of a period again."""
    refaire_le_reseau(_jours(periode))


Mois = tuple[int | None, date]  # a point (None: the network) and the first day of a month


def sonder(nombre: int = SONDES) -> ControleAgregats:
    """Compare months drawn at random, with those where a difference was left: the alarm of `/sante/` goes on
    until they are mended. What differs is written in the log."""
    points = list(PointAccueil.objects.all())
    tires: list[Mois] = []
    for point in random.choices(points, k=nombre if points else 0):  # noqa: S311 — a sample
        age = max((point.aujourdhui() - point.ouvert_le).days, 1)
        jour = point.aujourdhui() - timedelta(days=random.randrange(age))  # noqa: S311 — a sample
        tires.append((point.pk, jour.replace(day=1)))
    annee = timezone.localdate().year
    tires += [(None, date(n, mois, 1)) for n in (annee - 1, annee) for mois in range(1, 13)]
    return _controler([*_restes(), *tires])


def recontroler(trouves: Iterable[Mois]) -> None:
    """Look again where a difference was left, and at those found since: nothing where there is none."""
    if mois := [*_restes(), *trouves]:
        _controler(mois)


def _restes() -> list[Mois]:
    """The months of the last comparison's differences; every month where it didn't keep them, as before they
    were kept: a difference that nobody can place ends by a look everywhere, not by another sample."""
    dernier = ControleAgregats.objects.first()
    if dernier is None:
        return []
    if dernier.ecarts and not dernier.restes:
        return _tous_les_mois()
    return [(point, date.fromisoformat(du)) for point, du in dernier.restes]


def _tous_les_mois() -> list[Mois]:
    """Every month that has visits or aggregates, of each point and of the network."""
    toujours = Periode(date.min, date.max)
    points = [(p.pk, lots(p, toujours, mois_de)) for p in PointAccueil.objects.all()]
    return [
        (cle, lot.du) for cle, mois in [*points, (None, lots_du_reseau(toujours, mois_de))] for lot in mois
    ]


def _controler(mois: Iterable[Mois]) -> ControleAgregats:
    """Compare these months, each once, and keep the result for `/sante/`."""
    jours, ecarts, restes = 0, 0, []
    for point, du in dict.fromkeys(mois):
        mois_lu = mois_de(du)
        compares, trouves = comparer_reseau(mois_lu) if point is None else comparer(point, mois_lu)
        differents = {e.jour for e in trouves}
        jours, ecarts = jours + compares, ecarts + len(differents)
        if differents:
            restes.append([point, du.isoformat()])
            logger.error("agrégats: %s, %s", point or "réseau", ", ".join(map(str, sorted(differents))))
    return ControleAgregats.objects.create(jours=jours, ecarts=ecarts, restes=restes)


def noter_rattrapage(complet: bool) -> None:
    """Write down that marked days were just computed; `complet`: every one of them."""
    maintenant = timezone.now()
    Battement.objects.update_or_create(
        nom=RATTRAPAGE,
        defaults={"emis_le": maintenant} | ({"vu_le": maintenant} if complet else {}),
        create_defaults={"emis_le": maintenant, "vu_le": maintenant},
    )


def dernier_controle() -> dict:
    """What `/sante/` tells: whether the last comparison found no difference, when marked days were last all
    computed, and how many marks wait. Not ok either where no comparison came for two nights, or where some
    day has waited for one. A difference is looked at again each time, so that another sample can't end the
    alarm."""
    maintenant, dernier = timezone.now(), ControleAgregats.objects.first()
    depuis = dernier.fait_le if dernier else _installes_le()
    rattrapes = Battement.objects.filter(nom=RATTRAPAGE).values_list("vu_le", flat=True).first()
    retard = maintenant - (rattrapes or maintenant)
    juste = dernier is None or dernier.ecarts == 0
    return {
        "ok": juste and maintenant - depuis < SILENCE_MAX and retard < RETARD_MAX,
        "controle_le": dernier and dernier.fait_le.isoformat(timespec="seconds"),
        "jours": dernier.jours if dernier else 0,
        "ecarts": dernier.ecarts if dernier else 0,
        "rattrapes_le": rattrapes and rattrapes.isoformat(timespec="seconds"),
        "marques": MarqueAgregat.objects.count(),
    }


def _installes_le() -> datetime:
    """Since when a comparison may be missed: none was made yet."""
    return MigrationRecorder.Migration.objects.filter(app="accueil").earliest("applied").applied
