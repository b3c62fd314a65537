"""Findings of a report, made again from the facts of its day by the rules that pages use."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from accueil.models import PointAccueil
from accueil.registres import REGISTRES
from mediation.interventions import Interventions, Releve, interventions_par_registre
from qualite.chargement import charger, periode_de
from qualite.controles import REGLES
from qualite.controles.resultat import Resultat
from qualite.decisions import NIVEAUX, sans_objet_au
from qualite.evaluation import Cadre, constater
from qualite.faits import Faits, FaitsSujet
from qualite.models import Exigence, Niveau, Rapport, SansObjet
from qualite.models import Sujet as Cle
from qualite.rapports.commande import Sujet, points_en_service
from qualite.rapports.moment import moment_de
from qualite.verdicts import Qui, Verdict

# What a report of each level says: its own level's findings, and those above that count below.
NIVEAUX_LUS = {
    Niveau.POINT: NIVEAUX,
    Niveau.ASSOCIATION: (Niveau.ASSOCIATION, Niveau.RESEAU),
    Niveau.RESEAU: (Niveau.RESEAU,),
}


@dataclass(frozen=True)
class Lecture:
    """All that was counted and judged for a report; `points` are those of its subject alone."""

    cadre: Cadre
    faits: Faits
    resultats: Mapping[Cle, Resultat]
    sans_objet: Mapping[Cle, SansObjet]
    points: Sequence[PointAccueil]
    interventions: Interventions


def lire(rapport: Rapport) -> Lecture:
    """Count and judge on the report's day; twenty statements or so, whatever the number of points.

    Of a closed evaluation, by its own version, numbers and decisions.
    """
    cadre = Cadre.arrete(rapport.evaluation) if rapport.evaluation else Cadre.du(rapport.au)
    reseau = rapport.niveau == Niveau.RESEAU
    voisins = PointAccueil.objects.ouverts(rapport.au).select_related("commune", "association")
    if not reseau:
        # Whole associations: what one level proves, and its people, are counted over all its points.
        voisins = voisins.filter(association=rapport.employeur)
    charges = list(voisins)
    # The network's own registers need every point's entries; a closed evaluation kept them.
    gardes = rapport.evaluation.registres_du_reseau if rapport.evaluation and not reseau else None
    interventions = interventions_par_registre(
        None,
        periode_de(rapport.au, cadre.seuils),
        associations=sorted({p.association_id for p in charges}) if gardes else None,
    )
    faits = charger(charges, rapport.au, cadre.seuils, partiel=not reseau, interventions=interventions)
    if gardes:
        faits = replace(faits, reseau=replace(faits.reseau, registres=gardes))
    decidees = sans_objet_au(cadre.exigences, rapport.au, moment_de(rapport))
    motifs = {sujet: decision.motif for sujet, decision in decidees.items()}
    resultats = constater(faits, cadre, motifs, reseau=True)
    points = [p for p in charges if rapport.niveau != Niveau.POINT or p.pk == rapport.point_id]
    return Lecture(cadre, faits, resultats, decidees, points, interventions)


def points_du_sujet(rapport: Rapport, du: date | None = None) -> list[PointAccueil]:
    """The points that a report is about, in service on its day, or on a day at least since `du`."""
    points = points_en_service(Sujet.de(rapport), du or rapport.au, rapport.au)
    return list(points.select_related("commune", "association"))


def cle_du_niveau(rapport: Rapport, niveau: str) -> tuple[int | None, int | None]:
    """Association's and point's keys of the subject that speaks for a report at a level."""
    if niveau == Niveau.RESEAU:
        return None, None
    if niveau == Niveau.ASSOCIATION:
        return (rapport.employeur.pk if rapport.employeur else None), None
    return None, rapport.point_id


def retenir(lecture: Lecture, rapport: Rapport, exigence: Exigence) -> tuple[str, Resultat] | None:
    """The level and the result that speak for the subject: the most particular that has an object."""
    trouves = []
    for niveau in NIVEAUX_LUS[Niveau(rapport.niveau)]:
        cle = (exigence.code, str(niveau), *cle_du_niveau(rapport, niveau))
        if niveau in exigence.niveaux and cle in lecture.resultats:
            trouves.append((str(niveau), lecture.resultats[cle]))
    return next((t for t in trouves if t[1].verdict != Verdict.SANS_OBJET), trouves[0] if trouves else None)


def identifier(exigence: Exigence) -> dict[str, Any]:
    """Which requirement it is, and what judges it."""
    return {
        "code": exigence.code,
        "codes": list(exigence.lignee),
        "libelle": exigence.libelle,
        "regle": next((code for code in exigence.lignee if code in REGLES), ""),
        "verification": list(exigence.verification),
        "periodicite": exigence.periodicite,
    }


def decrire(exigence: Exigence, niveau: str, resultat: Resultat) -> dict[str, Any]:
    """A finding as the snapshot holds it."""
    return identifier(exigence) | {
        "bloc": exigence.bloc,
        "niveau": niveau,
        "origine": exigence.get_origine_display(),
        "clause": exigence.clause,
        "a_valider": exigence.a_valider,
        "verdict": str(resultat.verdict),
        "phrase": resultat.phrase.removesuffix("."),
        "valeur": resultat.valeur,
        "seuil": resultat.seuil,
        "sur": resultat.sur,
        "qui": Qui(resultat.qui).label,
    }


def registres(lecture: Lecture, rapport: Rapport) -> list[dict[str, Any]]:
    """The eight registers of the subject: entries, months that hold one, whether the landmark is reached."""
    repere = lecture.cadre.seuils["registres_repere"]
    releves = _releves(lecture.interventions, rapport)
    return [
        {
            "numero": registre.numero,
            "nom": registre.libelle,
            "court": registre.court,
            "nombre": releve.tout.nombre,
            "mois": releve.tout.mois,
            "deploye": releve.tout.nombre >= repere,
        }
        for registre, releve in zip(REGISTRES, releves, strict=True)
    ]


def _releves(interventions: Interventions, rapport: Rapport) -> list[Releve]:
    if rapport.point_id:
        return interventions.du_point(rapport.point_id)
    if rapport.association_id:
        return interventions.de_l_association(rapport.association_id)
    return interventions.ensemble()


def faits_gardes(lecture: Lecture, rapport: Rapport) -> dict[str, Any]:
    """The numbers that each level's rules read, so that anybody can apply them again."""
    gardes = {Niveau.RESEAU.value: en_json(lecture.faits.reseau)}
    association, _ = cle_du_niveau(rapport, Niveau.ASSOCIATION)
    if association in lecture.faits.associations:
        gardes[Niveau.ASSOCIATION.value] = en_json(lecture.faits.associations[association])
    if rapport.point_id in lecture.faits.points:
        gardes[Niveau.POINT.value] = en_json(lecture.faits.points[rapport.point_id])
    return gardes


def en_json(faits: FaitsSujet) -> dict[str, Any]:
    """Facts as JSON values: days as text, sequences as lists."""
    return {"niveau": str(faits.niveau)} | _plat(asdict(faits))


def _plat(valeur: Any) -> Any:
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, Mapping):
        return {str(c): _plat(v) for c, v in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [_plat(v) for v in valeur]
    return valeur if valeur is None or isinstance(valeur, bool | int) else str(valeur)
