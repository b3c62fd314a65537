"""What a report of each kind holds beside what all of them say."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from accueil.models import PointAccueil
from pimms.socle.periodes import Periode
from qualite.attestations import Ligne, equipes
from qualite.chargement import periode_de
from qualite.evaluation import Cadre
from qualite.models import Niveau, Rapport, Referentiel
from qualite.rapports import audits_passes, bilan, compte_rendu, constats, documents, plan, suites
from qualite.rapports.moment import moment_de
from qualite.verdicts import Verdict


@dataclass(frozen=True)
class Lu:
    """What was read for a report: its own part of the snapshot, and what all parts speak of."""

    referentiel: Referentiel
    periode: Periode
    points: Sequence[PointAccueil]
    contenu: dict[str, Any]


def lire(rapport: Rapport) -> Lu:
    """Read what this kind of report holds, JSON values only."""
    return LECTURES[rapport.genre](rapport)


def _dossier(rapport: Rapport) -> Lu:
    """The audit file: findings and all that stands around them."""
    lecture = constats.lire(rapport)
    cadre, periode, gel = lecture.cadre, lecture.faits.periode, rapport.evaluation
    retenus = [
        constats.decrire(e, *retenu)
        for e in cadre.exigences
        if (retenu := constats.retenir(lecture, rapport, e))
    ]
    niveaux = constats.NIVEAUX_LUS[Niveau(rapport.niveau)]
    sujets = {(str(n), *constats.cle_du_niveau(rapport, n)) for n in niveaux}
    if rapport.niveau != Niveau.POINT:
        sujets |= {(str(n), None, p.pk) for n in (Niveau.POINT, Niveau.PERSONNE) for p in lecture.points}
    contenu = {
        "constats": _arreter(rapport, retenus),
        "mois": lecture.interventions.mois,
        "registres": constats.registres(lecture, rapport),
        "points": _points(lecture, rapport),
        "constats_des_points": _exigences_des_points(lecture, rapport),
        "seuils": dict(cadre.seuils),
        "faits": constats.faits_gardes(lecture, rapport),
        "saisie": _saisie(lecture),
        "preuves": documents.preuves(rapport, lecture),
        "constats_d_audits": audits_passes.constats_d_audits(rapport, lecture.points),
        "actions": plan.actions(rapport, periode),
        "ecoute": suites.ecoute(lecture.points, periode, gel.arretee_le if gel else None),
        "parametres": suites.parametres(cadre, rapport.au, moment_de(rapport)),
        "sans_objet": suites.sans_objet(lecture.sans_objet, sujets),
    }
    return Lu(cadre.referentiel, periode, lecture.points, contenu)


def _plan(rapport: Rapport) -> Lu:
    """The action plan: what is open on the day, and what was closed or cancelled over the period."""
    cadre = Cadre.du(rapport.au)
    periode = periode_de(rapport.au, cadre.seuils)
    contenu = {"actions": plan.actions(rapport, periode)}
    return Lu(cadre.referentiel, periode, constats.points_du_sujet(rapport), contenu)


def _attestations(rapport: Rapport) -> Lu:
    """Who has attested the charter: each médiateur in post on the day, by point."""
    cadre, points = Cadre.du(rapport.au), constats.points_du_sujet(rapport)
    lignes = [
        {"point": equipe.point.nom} | _attestation(ligne)
        for equipe in equipes(points, rapport.au)
        for ligne in equipe.lignes
    ]
    return Lu(cadre.referentiel, periode_de(rapport.au, cadre.seuils), points, {"attestations": lignes})


def _attestation(ligne: Ligne) -> dict[str, Any]:
    derniere, echeance = ligne.derniere, ligne.situation.echeance
    return {
        "personne": str(ligne.personne),
        "etat": str(ligne.situation.etat),
        "le": derniere.jour.isoformat() if derniere else None,
        "charte": derniere.charte.numero if derniere else None,
        "empreinte": derniere.empreinte if derniere else "",
        "echeance": echeance.isoformat() if echeance else None,
    }


def _bilan(rapport: Rapport) -> Lu:
    """The account of the calendar year that ends on the report's day."""
    cadre, periode = Cadre.du(rapport.au), Periode(rapport.au.replace(month=1, day=1), rapport.au)
    points = constats.points_du_sujet(rapport, periode.du)
    return Lu(cadre.referentiel, periode, points, {"bilan": bilan.lire(rapport, points, periode, cadre)})


def _compte_rendu(rapport: Rapport) -> Lu:
    """What was done for a partner's public, from the first day asked for to the last."""
    periode = Periode(rapport.du or rapport.au, rapport.au)
    points = constats.points_du_sujet(rapport, periode.du)
    contenu = {"compte_rendu": compte_rendu.lire(rapport, periode)}
    return Lu(Cadre.du(rapport.au).referentiel, periode, points, contenu)


LECTURES: dict[str, Callable[[Rapport], Lu]] = {
    Rapport.Genre.DOSSIER: _dossier,
    Rapport.Genre.PLAN: _plan,
    Rapport.Genre.ATTESTATIONS: _attestations,
    Rapport.Genre.BILAN: _bilan,
    Rapport.Genre.PARTENAIRE: _compte_rendu,
}
ARRETES = ("verdict", "phrase", "valeur", "seuil", "sur")


def _arreter(rapport: Rapport, retenus: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings as the evaluation closed them; what the facts give now stands beside one that differs."""
    arretes = _arretes(rapport)
    lignes = []
    for constat in retenus:
        cle = (constat["code"], constat["niveau"], *constats.cle_du_niveau(rapport, constat["niveau"]))
        arrete = arretes.get(cle)
        if arrete and any(arrete[champ] != constat[champ] for champ in ARRETES):
            recalcule = {champ: constat[champ] for champ in ARRETES}
            lignes.append(constat | {champ: arrete[champ] for champ in ARRETES} | {"recalcule": recalcule})
        else:
            lignes.append(constat)
    return lignes


def _arretes(rapport: Rapport) -> dict[tuple, dict[str, Any]]:
    """The findings that the report's evaluation closed, by code, level, association and point."""
    lus = rapport.evaluation.constats if rapport.evaluation else ()
    return {
        (c["code"], c["niveau"], c["association_id"], c["point_id"]): c
        | {"phrase": c["phrase"].removesuffix(".")}
        for c in lus
    }


def _points(lecture: constats.Lecture, rapport: Rapport) -> list[dict[str, Any]]:
    """For a consolidated file, each site's verdicts, the facts that give them, what the union put aside."""
    if rapport.niveau == Niveau.POINT:
        return []
    arretes = _arretes(rapport)
    return [_point(lecture, point, arretes) for point in lecture.points]


def _point(lecture: constats.Lecture, point: PointAccueil, arretes: dict[tuple, dict]) -> dict[str, Any]:
    siens = {c: str(r.verdict) for c, r in lecture.resultats.items() if c[3] == point.pk}
    verdicts = {c[0]: arretes[c]["verdict"] if c in arretes else verdict for c, verdict in siens.items()}
    recalcules = {c[0]: verdict for c, verdict in siens.items() if verdicts[c[0]] != verdict}
    comptes = Counter(verdicts.values())
    return {
        "code": point.code,
        "nom": point.nom,
        "verdicts": verdicts,
        "recalcule": recalcules,
        "comptes": {v.value: comptes[v.value] for v in Verdict},
        "ecartees": sorted(s[0] for s in lecture.sans_objet if s[3] == point.pk),
        "faits": constats.en_json(lecture.faits.points[point.pk]),
    }


def _exigences_des_points(lecture: constats.Lecture, rapport: Rapport) -> list[dict[str, Any]]:
    """For a consolidated file, the requirements that each site answers itself."""
    if rapport.niveau == Niveau.POINT:
        return []
    au_point = {str(Niveau.POINT), str(Niveau.PERSONNE)}
    return [
        constats.identifier(e) | {"niveau": str(Niveau.POINT)}
        for e in lecture.cadre.exigences
        if au_point.intersection(e.niveaux)
    ]


def _saisie(lecture: constats.Lecture) -> dict[str, int]:
    """How the entries behind the figures were kept, over the subject's points."""
    noms = ("interventions", "tardives", "visites", "corrigees", "estimees", "retaguees")
    faits = [lecture.faits.points[p.pk] for p in lecture.points]
    return {nom: sum(getattr(f, nom) for f in faits) for nom in noms}
