"""The figures of a filter counted one row after the other in Python."""

from collections import Counter
from dataclasses import fields
from datetime import date, timedelta

from accueil.chiffres import Chiffres, Sommes
from accueil.indicateurs import Totaux, totaliser
from accueil.models import Demande, Visite
from accueil.models.agregats import DES_DEMANDES, DES_VISITES
from pimms.socle.periodes import Periode


def recompter(
    filtre, periode: Periode | None = None, pas: str = "jour", *, annulees: bool = False
) -> Chiffres:
    """What `accueil.chiffres.lire` has to find, distributions without their zeros; or, of cancelled visits,
    what none may count."""
    periode = periode or filtre.periode
    visites = [
        v
        for v in Visite.objects.prefetch_related("demandes")
        if periode.du <= v.jour <= periode.au
        and (v.annulee_le is not None) == annulees
        and (filtre.points is None or v.point_id in filtre.points)
        and (not filtre.canal or v.canal == filtre.canal)
        and (not filtre.auteur or v.auteur_id == filtre.auteur.pk)
        and (not filtre.semaine or v.jour.isoweekday() == filtre.semaine)
        and (filtre.heure is None or v.heure == filtre.heure)
    ]
    demandes = {v.pk: [d for d in v.demandes.all() if _repond(d, filtre)] for v in visites}
    visites = [v for v in visites if demandes[v.pk]]
    toutes = [d for v in visites for d in demandes[v.pk]]
    repartitions = {r.colonne: Counter(getattr(v, r.champ) for v in visites) for r in DES_VISITES}
    repartitions |= {r.colonne: Counter(getattr(d, r.champ) for d in toutes) for r in DES_DEMANDES}
    repartitions["communes"] = Counter(str(v.commune_id or "") for v in visites)
    repartitions["themes"] = Counter(str(d.theme_id) for d in toutes)
    repartitions["partenaires"] = Counter(str(d.partenaire_id or "") for d in toutes)
    return Chiffres(
        visites=len(visites),
        passages=sum(v.personnes for v in visites),
        minutes=sum(v.duree for v in visites),
        minutes_estimees=sum(v.duree for v in visites if v.duree_estimee),
        demandes=len(toutes),
        resolues=sum(d.issue == "resolu" for d in toutes),
        repartitions=repartitions,
        chaleur=Counter((v.jour.weekday(), v.heure) for v in visites if v.heure is not None),
        courbe=Counter(_debut(v.jour, pas) for v in visites),
    )


def recompter_totaux(filtre) -> Totaux:
    """What `accueil.indicateurs.totaliser` has to find."""
    comptees = recompter(filtre)
    return Totaux(
        visites=comptees.visites,
        passages=comptees.passages,
        demandes=comptees.demandes,
        minutes=comptees.minutes,
        minutes_estimees=comptees.minutes_estimees,
        annulees=recompter(filtre, annulees=True).visites if filtre.annulees else 0,
    )


def totaux_recomptes(filtre) -> Totaux:
    """The totals that a list tells, once they are those of its rows."""
    totaux = totaliser(filtre)
    assert totaux == recompter_totaux(filtre)
    return totaux


def sommes_de(chiffres: Chiffres) -> Sommes:
    """What is told of a period that is compared."""
    return Sommes(**{champ.name: getattr(chiffres, champ.name) for champ in fields(Sommes)})


def sans_zeros(chiffres: Chiffres) -> Chiffres:
    """The same, as the recount writes it."""
    repartitions = {
        colonne: {valeur: n for valeur, n in comptes.items() if n}
        for colonne, comptes in chiffres.repartitions.items()
    }
    return Chiffres(**vars(chiffres) | {"repartitions": repartitions})


def _repond(demande: Demande, filtre) -> bool:
    if filtre.sans_partenaire and demande.partenaire_id:
        return False
    conditions = {c: v for c, v in filtre.sur_demandes.items() if c != "partenaire__isnull"}
    return all(getattr(demande, champ) == valeur for champ, valeur in conditions.items())


def _debut(jour: date, pas: str) -> date:
    if pas == "semaine":
        return jour - timedelta(days=jour.weekday())
    return jour.replace(day=1) if pas == "mois" else jour
