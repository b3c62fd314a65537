"""Load the facts at a date, for all points or some, in fourteen statements whatever their number."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import connection

from accueil.horaires import Calendrier
from accueil.models import PointAccueil
from mediation.interventions import Interventions, Releve, interventions_par_registre
from pimms.socle.periodes import UN_JOUR, Periode, mois_finissant_le
from qualite import mesures, mesures_ecoute
from qualite.attestations import equipes
from qualite.controles.resultat import Seuils
from qualite.faits import Faits, FaitsAssociation, FaitsPoint, FaitsReseau
from qualite.lecture_parcours import Releve as Equipes
from qualite.lecture_parcours import lire_equipes
from qualite.preuves_en_faits import Preuves

COLONNES_ENTREES = ("interventions", "tardives", "visites", "corrigees", "estimees")
# Name of a count → the two facts that it gives.
COMPTES_DU_POINT = {
    "hors_champ": ("hors_champ", "hors_champ_nommes"),
    "aides": ("informer", "faire_avec"),
    "a_la_place": ("faire_a_la_place", ""),
    "relations": ("relations", "relations_suivies"),
    "accords": ("accords_dus", "accords_donnes"),
    "retraits_mediateur": ("retraits_mediateur", "retraits_motives"),
    "retraits_parties": ("retraits_parties", ""),
    "acces": ("acces_identites", "acces_en_poste"),
    "gestes": ("gestes_sous_mandat", "gestes_mandat_valable"),
    "dossiers": ("dossiers", "dossiers_a_revoir"),
    "alertes": ("alertes", "alertes_gardees"),
    "transmissions": ("transmissions", "transmissions_muettes"),
    "retaguees": ("retaguees", ""),
    "equipe": ("agents", "encadrants"),
    "fermetures": ("fermetures", "fermetures_tues"),
    "correctives_closes": ("correctives_closes", "correctives_a_temps"),
    "correctives": ("correctives", "correctives_en_retard"),
    "correctives_reportees": ("correctives_reportees", ""),
    "correctives_annulees": ("correctives_annulees_tard", ""),
} | mesures_ecoute.COMPTES_DU_POINT


def periode_de(jour: date, seuils: Seuils) -> Periode:
    """The months over which the rules look, the day included."""
    return mois_finissant_le(jour, seuils["registres_periode"])


def charger(
    points: Sequence[PointAccueil],
    jour: date,
    seuils: Seuils,
    *,
    partiel: bool = False,
    saisies: bool = True,
    interventions: Interventions | None = None,
) -> Faits:
    """Facts at the local day `jour` of these points, their associations and the network.

    `points` come with their commune. They are the whole network; with `partiel` they are some of it: what
    their associations count is still that of all their points, and the network's registers say nothing.
    Without `saisies`, the entries' own quality, openings and attestations are left out, and the load takes
    four statements. `interventions`: those of these months, of these associations at least, if they are read
    already.
    """
    periode = periode_de(jour, seuils)
    cles, employeurs = [p.pk for p in points], sorted({p.association_id for p in points})
    lues = interventions or interventions_par_registre(
        None, periode, associations=employeurs if partiel else None
    )
    parametres = parametres_de(periode, seuils, cles) | {"associations": employeurs}
    entrees, comptes = _compter(parametres, partiel, saisies)
    preuves, personnel = Preuves.charger(), lire_equipes(points, jour, seuils)
    faits = {
        p.pk: FaitsPoint(
            jour=jour,
            depuis=p.ouvert_le,
            registres=_nombres(lues.du_point(p.pk)),
            personnel=personnel.du_point(p),
            preuves=preuves.pour(p.pk, p.association_id),
            **_champs(p.pk, entrees, comptes),
        )
        for p in points
    }
    if saisies:
        notes = {cle: set(releve[5]) for cle, releve in entrees.items()}
        faits = _attestations(points, _ouvertures(points, faits, periode, notes), jour)
    associations = _des_associations(employeurs, jour, comptes, lues, personnel, preuves)
    return Faits(periode, _reseau(jour, lues, comptes, preuves), faits, associations)


def _compter(parametres: dict, partiel: bool, saisies: bool) -> tuple[dict, dict]:
    """What was counted of entries by point, and of all else by measure and subject; two statements."""
    portee = {a: f"{a}.point_id = ANY(%(points)s)" if partiel else "true" for a in mesures.ALIAS}
    entrees = {}
    if saisies:
        entrees = {r[0]: r[1:] for r in _lire(mesures.ENTREES.format(**portee), parametres)}
    comptes = {(r[0], r[1]): r[2:] for r in _lire(mesures.COMPTES.format(**portee), parametres)}
    return entrees, comptes


def _reseau(jour: date, interventions: Interventions, comptes: dict, preuves: Preuves) -> FaitsReseau:
    conventions, echues = comptes.get(("conventions", 0), (0, 0))
    return FaitsReseau(
        jour,
        _nombres(interventions.ensemble()),
        conventions=conventions,
        conventions_echues=echues,
        audits_internes=comptes.get(("audits_internes", 0), (0, 0))[0],
        preuves=preuves.pour(None, None),
    )


def _des_associations(
    cles: Sequence[int],
    jour: date,
    comptes: dict,
    interventions: Interventions,
    personnel: Equipes,
    preuves: Preuves,
) -> dict[int, FaitsAssociation]:
    return {
        cle: FaitsAssociation(
            registres=_nombres(interventions.de_l_association(cle)),
            personnel=personnel.de_l_association(cle),
            preuves=preuves.pour(None, cle),
            **_de_l_association(jour, comptes, cle),
        )
        for cle in cles
    }


def _de_l_association(jour: date, comptes: dict, association: int) -> dict[str, Any]:
    """An association's own counts, by the names of its facts."""
    bilan_annee, bilan = comptes.get(("bilans", association), (0, 0))
    annee, avant = comptes.get(("annees", association), (0, 0))
    conflits, traites = comptes.get(("conflits", association), (0, 0))
    contrats, en_vigueur = comptes.get(("contrats", association), (0, 0))
    conventions, echues = comptes.get(("conventions", association), (0, 0))
    return {
        "jour": jour,
        "bilan_annee": bilan_annee,
        "bilan": bilan,
        "points_annee": annee,
        "points_avant": avant,
        "conflits": conflits,
        "conflits_traites": traites,
        "contrats": contrats,
        "contrats_en_vigueur": en_vigueur,
        "conventions": conventions,
        "conventions_echues": echues,
    } | mesures_ecoute.de_l_association(comptes, association)


def _champs(point: int, entrees: dict, comptes: dict) -> dict[str, Any]:
    """The counts of one point, by the names of its facts."""
    # Sums come back as decimals.
    champs: dict[str, Any] = {
        c: int(n) for c, n in zip(COLONNES_ENTREES, entrees.get(point, ()), strict=False)
    }
    for nom, (un, deux) in COMPTES_DU_POINT.items():
        n, m = comptes.get((nom, point), (0, 0))
        champs |= {un: n} | ({deux: m} if deux else {})
    champs["france_services"] = ("labels", point) in comptes
    return champs


def _nombres(releves: Iterable[Releve]) -> tuple[int, ...]:
    return tuple(r.tout.nombre for r in releves)


def parametres_de(periode: Periode, seuils: Seuils, points: list[int]) -> dict:
    def limite(code: str) -> date:
        return periode.au - timedelta(days=seuils[code])

    return {
        "du": periode.du,
        "au": periode.au,
        "points": points,
        "retard": seuils["saisie_retard"],
        "absence_longue": seuils["absence_longue"],
        "suite_limite": limite("suite_delai"),
        "revue_limite": limite("dossier_revue"),
        "relance_limite": limite("veille_relance"),
        "identites": list(mesures.IDENTITES),
        "lectures": list(mesures.LECTURES),
        "avis_recents": limite("satisfaction_recente"),
        "incidents_limite": limite("incident_suite"),
    }


def _lire(ordre: str, parametres: dict) -> list[tuple]:
    with connection.cursor() as curseur:
        curseur.execute(ordre, parametres)
        return curseur.fetchall()


def _ouvertures(
    points: Sequence[PointAccueil],
    faits: dict[int, FaitsPoint],
    periode: Periode,
    notes: dict[int, set[date]],
) -> dict[int, FaitsPoint]:
    """Open days of each point before the last day (it is not over), and those of them that hold no entry.

    Three statements.
    """
    fin = periode.au - UN_JOUR
    calendrier = Calendrier.charger(points, periode.du, fin)
    jours = [periode.du + timedelta(days=n) for n in range((fin - periode.du).days + 1)]
    completes = {}
    for point in points:
        complet = faits[point.pk]
        if calendrier.plages[point.pk] or calendrier.journees[point.pk]:
            ouverts = [j for j in jours if calendrier.le(point, j).ouverte]
            tenus = notes.get(point.pk, set())
            muets = tuple(j for j in ouverts if j not in tenus)
            complet = replace(complet, ouvertures=len(ouverts), ouvertures_muettes=muets)
        completes[point.pk] = complet
    return completes


def _attestations(
    points: Sequence[PointAccueil], faits: dict[int, FaitsPoint], jour: date
) -> dict[int, FaitsPoint]:
    """Where the médiateurs of each point stand with the charter; six statements."""
    completes = dict(faits)
    for equipe in equipes(points, jour):
        completes[equipe.point.pk] = replace(
            faits[equipe.point.pk],
            charte_en_vigueur=equipe.charte is not None,
            mediateurs=len(equipe.lignes),
            mediateurs_attestes=equipe.a_jour,
            mediateurs_en_retard=equipe.en_retard,
        )
    return completes
