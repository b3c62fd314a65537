"""What was done at the desk over a period, as a report tells it: sums, months, shares by what was noted."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from accueil.annees import par_mois
from accueil.chiffres import Chiffres, Sommes, lire
from accueil.filtres import Filtre
from accueil.models import Partenaire, Theme
from accueil.models.visites import Canal, Issue
from pimms.socle.periodes import Periode

SANS_PARTENAIRE = "Sans partenaire"


def annee_avant(periode: Periode) -> Periode:
    """The same days of the year before; of 29 February, the 28th."""
    return Periode(*(_un_an_avant(jour) for jour in (periode.du, periode.au)))


def _un_an_avant(jour: date) -> date:
    return date(jour.year - 1, jour.month, min(jour.day, monthrange(jour.year - 1, jour.month)[1]))


def activite(filtre: Filtre) -> tuple[dict[str, Any], Chiffres, Sommes]:
    """The desk's part of a snapshot, its figures and those of the year before; four statements.

    The caller holds one moment (`pimms.socle.instants`), so that months add up to the totals.
    """
    avant = annee_avant(filtre.periode)
    total, (precedent,) = lire(filtre, [avant], "mois", sans_budget=True)
    themes = dict(Theme.objects.values_list("pk", "nom"))
    contenu = {
        "mois": _mois(filtre, precedent),
        "themes": _par_cle(total.repartitions["themes"], themes),
        "issues": _par_valeur(total.repartitions["issues"], dict(Issue.choices)),
        "canaux": _par_valeur(total.repartitions["canaux"], dict(Canal.choices)),
    }
    return contenu, total, precedent


def par_partenaire(total: Chiffres) -> list[dict[str, Any]]:
    """Partners and their requests, the largest first, those without one last; one statement."""
    noms = dict(Partenaire.objects.values_list("pk", "nom"))
    return _par_cle(total.repartitions["partenaires"], noms)


def chiffres(total: Sommes, avant: Sommes) -> list[dict[str, Any]]:
    """The desk's figures, each beside that of the year before."""
    return [
        chiffre("visites", "Visites", total.visites, avant.visites),
        chiffre("passages", "Passages", total.passages, avant.passages),
        chiffre("demandes", "Demandes", total.demandes, avant.demandes),
        chiffre(
            "resolues",
            "Demandes résolues sur place",
            total.resolues,
            avant.resolues,
        ),
        chiffre("minutes", "Temps d’accueil", total.minutes, avant.minutes, "duree"),
        chiffre("estimees", "dont estimé", total.minutes_estimees, avant.minutes_estimees, "duree"),
    ]


def chiffre(code: str, nom: str, valeur: float, avant: float, forme: str = "nombre") -> dict[str, Any]:
    return {"code": code, "nom": nom, "valeur": valeur, "avant": avant, "forme": forme}


def _mois(filtre: Filtre, precedent: Sommes) -> list[dict[str, Any]]:
    """Each month that the period touches, beside the same month of the year before."""
    lus, lignes = par_mois(filtre), []
    mois = filtre.periode.du.replace(day=1)
    while mois <= filtre.periode.au:
        sommes = lus.get(mois, {})
        lignes.append(
            {
                "mois": mois.isoformat(),
                "visites": sommes.get("visites", 0),
                "passages": sommes.get("passages", 0),
                "demandes": sommes.get("demandes", 0),
                "minutes": sommes.get("minutes", 0),
                "minutes_estimees": sommes.get("minutes_estimees", 0),
                "visites_avant": precedent.courbe.get(mois.replace(year=mois.year - 1), 0),
            }
        )
        mois = mois.replace(year=mois.year + mois.month // 12, month=mois.month % 12 + 1)
    return lignes


def _par_cle(comptes: Mapping[str, int], noms: Mapping[int, str]) -> list[dict[str, Any]]:
    """Names and numbers, the largest first; what has no key last."""
    lignes = [(noms[int(cle)] if cle else "", n) for cle, n in comptes.items() if n]
    lignes.sort(key=lambda ligne: (not ligne[0], -ligne[1], ligne[0]))
    return [{"nom": nom or SANS_PARTENAIRE, "nombre": n} for nom, n in lignes]


def _par_valeur(comptes: Mapping[Any, int], noms: Mapping[str, str]) -> list[dict[str, Any]]:
    """Names and numbers in the order of the closed list."""
    return [{"nom": str(noms[valeur]), "nombre": n} for valeur, n in comptes.items()]
