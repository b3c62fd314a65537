"""The yearly account of activity: what was done over a calendar year, beside the year before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from accueil.conservation import TRANCHE
from accueil.filtres import Filtre
from accueil.models import PointAccueil
from mediation.interventions import Sorte, interventions_par_registre
from pimms.socle.periodes import Periode
from pimms.socle.typographie import JOURS
from qualite.evaluation import Cadre
from qualite.models import Niveau, Rapport
from qualite.rapports import suites
from qualite.rapports.activite import activite, annee_avant, chiffre, chiffres, par_partenaire
from qualite.rapports.bilan_comptes import compter, terrain
from qualite.rapports.bilan_public import public
from qualite.rapports.conformite import conformite

# Figures beside the desk's: code of the count, what it is called.
COMPTES = (
    ("dossiers_ouverts", "Dossiers de médiation ouverts"),
    ("dossiers_clos", "Dossiers de médiation clos"),
    ("accords", "dont sur un accord"),
    ("alertes", "Alertes de veille"),
    ("avis", "Réponses de satisfaction"),
    ("formations", "Formations suivies"),
    ("reclamations", "Réclamations reçues"),
    ("incidents", "Incidents de sécurité"),
    ("correctives_ouvertes", "Actions correctives ouvertes"),
    ("correctives_closes", "Actions correctives closes"),
    ("correctives_a_temps", "dont dans les délais"),
)


def lire(rapport: Rapport, points: Sequence[PointAccueil], periode: Periode, cadre: Cadre) -> dict[str, Any]:
    """The account's part of the snapshot; some twenty statements, whatever the number of points.

    `points`: those that were in service in the year. Entries count at each point of the subject.
    """
    cles = cles_du_sujet(rapport)
    periodes = [periode, annee_avant(periode)]
    lu, total, avant = activite(Filtre(periode, None if cles is None else frozenset(cles)))
    annee, precedente = compter(cles, rapport.association_id, periodes)
    faites, faites_avant = terrain(cles, periodes)
    autres = [chiffre(code, nom, annee[code], precedente[code]) for code, nom in COMPTES]
    hors_accueil = chiffre(
        "terrain", "Actions de terrain et collectives", _nombre(faites), _nombre(faites_avant)
    )
    return {
        "annee": periode.au.year,
        "chiffres": [*chiffres(total, avant), *autres[:3], hors_accueil, *autres[3:]],
        "semaine": _semaine(total.chaleur),
        "registres": _registres(cles, periode),
        "partenaires": par_partenaire(total),
        "public": public(rapport, periode),
        "terrain": faites,
        "satisfaction": _satisfaction(annee, cadre),
        "heures": annee["heures"],
        "ecoute": suites.ecoute(points, periode),
        "conformite": conformite(rapport, points, cadre),
    } | lu


def _semaine(chaleur: Mapping[tuple[int, int], int]) -> list[dict[str, Any]]:
    """Visits by weekday and first hour of a slot: what ageing leaves of the hours of old visits, so that a
    year is told alike whenever it is asked for."""
    comptes: Counter[tuple[int, int]] = Counter()
    for (jour, heure), n in chaleur.items():
        comptes[jour, heure - heure % TRANCHE] += n
    return [
        {"jour": JOURS[jour], "heure": heure, "visites": n} for (jour, heure), n in sorted(comptes.items())
    ]


def cles_du_sujet(rapport: Rapport) -> list[int] | None:
    """Keys of the subject's points, closed ones too; None for the network."""
    if rapport.point_id:
        return [rapport.point_id]
    if rapport.choisis:
        return sorted(rapport.choisis)
    if rapport.niveau == Niveau.RESEAU:
        return None
    return sorted(
        PointAccueil.objects.filter(association=rapport.association_id).values_list("pk", flat=True)
    )


def _nombre(actions: list[dict[str, Any]]) -> int:
    return sum(a["nombre"] for a in actions)


def _registres(cles: list[int] | None, periode: Periode) -> list[dict[str, Any]]:
    """The eight registers: each kind of entry apart, for they are unlike units."""
    releves = interventions_par_registre(cles, periode).ensemble()
    return [
        {
            "numero": r.registre.numero,
            "nom": r.registre.libelle,
            "court": r.registre.court,
            "mois": r.tout.mois,
        }
        | {str(s): r.par_sorte[s].nombre if s in r.par_sorte else 0 for s in Sorte}
        for r in releves
    ]


def _satisfaction(comptes: dict[str, float], cadre: Cadre) -> dict[str, Any]:
    """How many answered; how many of them satisfied, from the number on that allows a rate."""
    seuil = cadre.seuils["satisfaction_reponses"]
    suffit = comptes["avis"] >= seuil
    return {
        "reponses": comptes["avis"],
        "seuil": seuil,
        "satisfaits": comptes["satisfaits"] if suffit else None,
    }
