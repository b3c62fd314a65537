"""The charts of a report, by the definitions that dashboards draw theirs with."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from accueil.conservation import TRANCHE
from pimms.socle.graphiques import Chaleur, Courbe, Moment, Part, par_heure, repartir
from pimms.socle.typographie import JOURS, MOIS_COURTS
from pimms.socle.typographie import mois as mois_annee

MARQUES_MAX = 12  # names under a curve's axis: a partner's account goes up to two years


def courbe_des_mois(
    unite: str, mois: Sequence[tuple[date, int | None]], avant: Sequence[int] = (), nom_avant: str = ""
) -> Courbe:
    """What was counted each month, from its first day, beside the same months of the year before."""
    pas = -(-len(mois) // MARQUES_MAX) or 1
    moments = [
        Moment(
            mois_annee(jour),
            n,
            avant[rang] if avant else None,
            "" if rang % pas else f"{MOIS_COURTS[jour.month - 1]}\u00a0{jour:%y}",
        )
        for rang, (jour, n) in enumerate(mois)
    ]
    return Courbe(f"{unite.capitalize()} par mois", unite, moments, nom_avant)


def courbe_du_partenaire(compte: Mapping[str, Any]) -> Courbe:
    """A partner's requests month by month, months as days; broken where they are masked."""
    return courbe_des_mois("demandes", [(m["mois"], m["demandes"]) for m in compte["mois"]])


def chaleur_de_semaine(lignes: Iterable[Mapping[str, Any]]) -> Chaleur | None:
    """When people came; None where no hour is known, or for a snapshot from before it was kept."""
    comptes = {(JOURS.index(x["jour"]), x["heure"]): x["visites"] for x in lignes}
    return par_heure("Quand vient-on\u202f?", "visites", comptes, tranche=TRANCHE)


def partager(titre: str, unite: str, lignes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A whole and each of its lines with its part; none for a line that is masked or holds nothing.

    Where some are masked, percentages would be of what is shown alone: they are not told.
    """
    repartition = repartir(titre, unite, [(x["nom"], x["nombre"], "") for x in lignes if x["nombre"]])
    parts = iter(repartition.parts)
    rangs: list[tuple[Mapping[str, Any], Part | None]] = [
        (ligne, next(parts) if ligne["nombre"] else None) for ligne in lignes
    ]
    masquee = any(ligne["nombre"] is None for ligne in lignes)
    return {"repartition": repartition, "lignes": rangs, "masquee": masquee}
