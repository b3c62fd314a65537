"""The snapshot: all that a report says, as canonical JSON, sealed once and never read from tables again.

`SCHEMA` names what its keys mean; docs/verification.md describes them.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accueil.models import PointAccueil
from pimms.socle.chiffrement import Indechiffrable
from qualite.models import EtatRapport, InstantaneRapport, Niveau, Rapport
from qualite.rapports import constats, perimetre, suites
from qualite.rapports.polices import POLICES
from qualite.verdicts import Verdict

SCHEMA = "pimms.rapport/1"
BIBLIOTHEQUES = ("weasyprint", "pydyf", "fonttools", "pyhanko", "django")
AVERTISSEMENT = "Auto-évaluation. Ne vaut pas constat d’AFNOR Certification."


def canonique(contenu: Mapping[str, Any]) -> bytes:
    """The bytes whose sha256 is printed: keys sorted, no space, UTF-8."""
    return json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def prendre(rapport: Rapport) -> InstantaneRapport:
    """The report's snapshot: the one already taken, else a new one, sealed. Made twice, the first stays."""
    deja = InstantaneRapport.objects.filter(rapport=rapport).first()
    if deja:
        return deja
    moment = timezone.now()
    precedent = precedent_de(rapport)
    octets = canonique(construire(rapport, precedent, moment))
    try:
        with transaction.atomic():
            if precedent:
                Rapport.objects.filter(pk=rapport.pk).update(precedent=precedent)
            return InstantaneRapport.objects.create(
                rapport=rapport,
                scelle=rapport.coffre.coffre.sceller(f"{rapport.usage}:instantane", octets),
                empreinte=hashlib.sha256(octets).hexdigest(),
                fait_le=moment,
            )
    except IntegrityError:
        return InstantaneRapport.objects.get(rapport=rapport)


def ouvrir(instantane: InstantaneRapport) -> bytes:
    """The canonical bytes; raises Indechiffrable when they are not those that were sealed."""
    rapport = instantane.rapport
    octets = rapport.coffre.coffre.ouvrir(f"{rapport.usage}:instantane", instantane.scelle)
    if hashlib.sha256(octets).hexdigest() != instantane.empreinte:
        raise Indechiffrable(rapport.usage)
    return octets


def meme_sujet(rapport: Rapport):
    """Reports of the same kind about the same subject."""
    return Rapport.objects.filter(
        genre=rapport.genre, niveau=rapport.niveau, association=rapport.association_id, point=rapport.point_id
    )


def precedent_de(rapport: Rapport) -> Rapport | None:
    """The last one that was ready before this one was asked for."""
    prets = meme_sujet(rapport).filter(etat=EtatRapport.PRET, pk__lt=rapport.pk)
    return prets.select_related("instantane").order_by("-pk").first()


def construire(rapport: Rapport, precedent: Rapport | None, moment: datetime) -> dict[str, Any]:
    """Read everything; JSON values only."""
    lecture = constats.lire(rapport)
    cadre, periode = lecture.cadre, lecture.faits.periode
    retenus = [
        constats.decrire(e, *retenu)
        for e in cadre.exigences
        if (retenu := constats.retenir(lecture, rapport, e))
    ]
    sujets = {
        (str(n), *constats.cle_du_niveau(rapport, n)) for n in constats.NIVEAUX_LUS[Niveau(rapport.niveau)]
    }
    return {
        "schema": SCHEMA,
        "genre": rapport.genre,
        "genre_nom": rapport.get_genre_display(),
        "reference": rapport.reference,
        "fait_le": moment.isoformat(timespec="seconds"),
        "fuseau": rapport.point.fuseau if rapport.point else settings.TIME_ZONE,
        "demande_par": str(rapport.demande_par),
        "verifier": f"{settings.ADRESSE_SITE}/verifier/",
        "avertissement": AVERTISSEMENT,
        "logiciels": logiciels(),
        "periode": {"du": periode.du.isoformat(), "au": periode.au.isoformat()},
        "referentiel": {
            "code": cadre.referentiel.code,
            "titre": cadre.referentiel.titre,
            "empreinte": cadre.referentiel.empreinte,
            "inconnues": list(cadre.referentiel.inconnues),
            "blocs": cadre.referentiel.blocs,
        },
        "evaluation": _evaluation(rapport),
        "precedent": _precedent(precedent),
        "perimetre": perimetre.decrire(rapport, lecture.points),
        "constats": _arreter(rapport, retenus),
        "mois": lecture.interventions.mois,
        "registres": constats.registres(lecture, rapport),
        "points": _points(lecture, rapport),
        "constats_des_points": _exigences_des_points(lecture, rapport),
        "seuils": dict(cadre.seuils),
        "faits": constats.faits_gardes(lecture, rapport),
        "saisie": _saisie(lecture),
        "preuves": suites.preuves(rapport, cadre),
        "actions": suites.actions(rapport, periode),
        "ecoute": suites.ecoute(lecture.points, periode),
        "parametres": suites.parametres(cadre, rapport.au),
        "sans_objet": suites.sans_objet(lecture.sans_objet, sujets, rapport.au),
    }


@cache
def logiciels() -> dict[str, Any]:
    """What lays the report out: libraries and fonts, so that it can be done again."""
    polices = {}
    for nom in POLICES:
        octets = (Path(settings.BASE_DIR) / "static" / nom).read_bytes()
        polices[nom.rpartition("/")[2]] = hashlib.sha256(octets).hexdigest()
    return {"bibliotheques": {nom: version(nom) for nom in BIBLIOTHEQUES}, "polices": polices}


def _precedent(precedent: Rapport | None) -> dict[str, str] | None:
    if precedent is None:
        return None
    return {
        "reference": precedent.reference,
        "empreinte": precedent.instantane.empreinte,
        "fait_le": precedent.instantane.fait_le.isoformat(timespec="seconds"),
    }


def _evaluation(rapport: Rapport) -> dict[str, Any] | None:
    """The closed evaluation that the report stands on."""
    evaluation = rapport.evaluation
    if evaluation is None:
        return None
    return {
        "titre": evaluation.titre,
        "jour": evaluation.jour.isoformat(),
        "par": str(evaluation.arretee_par),
        "le": evaluation.arretee_le.isoformat(timespec="seconds"),
        "empreinte": evaluation.empreinte,
    }


ARRETES = ("verdict", "phrase", "valeur", "seuil", "sur")


def _arreter(rapport: Rapport, retenus: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings as the evaluation closed them; what the facts give now stands beside one that differs."""
    if rapport.evaluation is None:
        return retenus
    arretes = {
        (c["code"], c["niveau"], c["association_id"], c["point_id"]): c for c in rapport.evaluation.constats
    }
    lignes = []
    for constat in retenus:
        cle = (constat["code"], constat["niveau"], *constats.cle_du_niveau(rapport, constat["niveau"]))
        arrete = arretes.get(cle)
        if arrete and arrete["verdict"] != constat["verdict"]:
            recalcule = {champ: constat[champ] for champ in ARRETES}
            lignes.append(constat | {champ: arrete[champ] for champ in ARRETES} | {"recalcule": recalcule})
        else:
            lignes.append(constat)
    return lignes


def _points(lecture: constats.Lecture, rapport: Rapport) -> list[dict[str, Any]]:
    """For a consolidated file, each site's verdicts, the facts that give them, what the union put aside."""
    if rapport.niveau == Niveau.POINT:
        return []
    return [_point(lecture, point) for point in lecture.points]


def _point(lecture: constats.Lecture, point: PointAccueil) -> dict[str, Any]:
    verdicts = {c[0]: str(r.verdict) for c, r in lecture.resultats.items() if c[3] == point.pk}
    comptes = Counter(verdicts.values())
    return {
        "code": point.code,
        "nom": point.nom,
        "verdicts": verdicts,
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
