"""A dashboard's curve: steps of its period, each beside the days before that correspond to it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from pimms.pilotage.champ import Champ
from pimms.socle.graphiques import Courbe, Moment
from pimms.socle.periodes import UN_JOUR, Periode
from pimms.socle.typographie import MOIS_COURTS, date_courte, date_longue
from pimms.socle.typographie import mois as mois_annee

DATES = ("du", "au")
FIN_DU_CALENDRIER = 32  # days before the last one that Python knows: no step may go past it
MARQUES_MAX = 7  # names under a curve's axis
TITRES = {"jour": "Visites par jour", "semaine": "Visites par semaine", "mois": "Visites par mois"}
NOMS_AVANT = {"an": "l’an dernier", "avant": "la période d’avant"}


def debuts_des_pas(periode: Periode, pas: str) -> list[date]:
    """First day of each step that the period touches."""
    debut = {
        "jour": periode.du,
        "semaine": date.fromordinal(max(periode.du.toordinal() - periode.du.weekday(), 1)),
        "mois": periode.du.replace(day=1),
    }[pas]
    debuts = []
    while debut <= periode.au:
        debuts.append(debut)
        if (date.max - debut).days < FIN_DU_CALENDRIER:
            break
        debut = (
            (debut.replace(day=28) + timedelta(days=4)).replace(day=1)
            if pas == "mois"
            else debut + (UN_JOUR if pas == "jour" else timedelta(days=7))
        )
    return debuts


def dessiner(
    champ: Champ,
    debuts: Sequence[date],
    tranches: Sequence[date],
    visites: Mapping[date, int],
    avant: Mapping[date, int],
    liste: Callable[..., str],
) -> Courbe:
    """The curve of these steps; `avant` is told by the first days of `tranches` (see `Champ.tranches`)."""
    periode, pas = champ.filtre.periode, champ.pas
    precedents = [avant.get(du, 0) if du < suite else None for du, suite in pairwise(tranches)]
    ecart = max(-(-len(debuts) // MARQUES_MAX), 1)
    # Written once: hundreds of addresses differ by their two days.
    base = f"{liste(*DATES, 'periode')}&"
    finis = [*(d - UN_JOUR for d in debuts[1:]), periode.au]
    moments = [
        Moment(
            _nom_du_pas(d, pas),
            valeur := visites.get(d, 0),
            precedents[n] if precedents else None,
            _marque(d, pas) if n % ecart == 0 else "",
            f"{base}du={max(d, periode.du)}&au={finis[n]}" if valeur else "",
            d,
        )
        for n, d in enumerate(debuts)
    ]
    return Courbe(TITRES[pas], "visites", moments, NOMS_AVANT[champ.compare] if precedents else "")


def _nom_du_pas(debut: date, pas: str) -> str:
    if pas == "mois":
        return mois_annee(debut)
    return date_longue(debut, avec_annee=True) if pas == "jour" else f"semaine du {date_courte(debut)}"


def _marque(jour: date, pas: str) -> str:
    court = MOIS_COURTS[jour.month - 1]
    return f"{court} {jour:%y}" if pas == "mois" else f"{jour.day} {court}"
