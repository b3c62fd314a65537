"""The snapshot: all that a report says, as canonical JSON, sealed once and never read from tables again.

`SCHEMA` names what its keys mean; docs/verification.md describes them.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from pimms.socle.chainage import Tete
from pimms.socle.chiffrement import Indechiffrable
from pimms.socle.instants import un_instant
from qualite.models import (
    EtatRapport,
    Evaluation,
    EvenementCampagne,
    InstantaneRapport,
    PointCampagne,
    Rapport,
)
from qualite.rapports import contenus, perimetre
from qualite.rapports.logiciels import logiciels
from qualite.rapports.moment import fuseau_de

SCHEMA = "pimms.rapport/1"
AVERTISSEMENT = "Auto-évaluation. Ne vaut pas constat d’AFNOR Certification."


def canonique(contenu: Mapping[str, Any]) -> bytes:
    """The bytes whose sha256 is printed: keys sorted, no space, UTF-8."""
    return json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def prendre(rapport: Rapport) -> InstantaneRapport:
    """The report's snapshot: the one already taken, else a new one, sealed. Made twice, the first stays.

    All that it says is read at one moment: no figure of it can know of an entry that another does not.
    """
    deja = InstantaneRapport.objects.filter(rapport=rapport).first()
    if deja:
        return deja
    with un_instant():
        moment = timezone.now()
        lu = Rapport.objects.avec_ses_liens().get(pk=rapport.pk)
        precedent = precedent_de(lu)
        definitif = lu.evaluation is not None and lu.evaluation.definitive
        octets = canonique(construire(lu, precedent, moment))
    try:
        with transaction.atomic():
            if precedent or definitif:
                Rapport.objects.filter(pk=rapport.pk).update(precedent=precedent, definitif=definitif)
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
    """Reports of the same kind about the same subject; of one year or period, where they tell of one."""
    memes = Rapport.objects.filter(
        genre=rapport.genre,
        niveau=rapport.niveau,
        association=rapport.association_id,
        point=rapport.point_id,
        choisis=rapport.choisis,
    )
    if rapport.genre == Rapport.Genre.BILAN:
        return memes.filter(au=rapport.au)
    if rapport.genre == Rapport.Genre.PARTENAIRE:
        return memes.filter(partenaire=rapport.partenaire_id, du=rapport.du, au=rapport.au)
    return memes


def precedent_de(rapport: Rapport) -> Rapport | None:
    """The last one that was ready before this one was asked for."""
    prets = meme_sujet(rapport).filter(etat=EtatRapport.PRET, pk__lt=rapport.pk)
    return prets.select_related("instantane").order_by("-pk").first()


def construire(rapport: Rapport, precedent: Rapport | None, moment: datetime) -> dict[str, Any]:
    """Read everything; JSON values only."""
    lu = contenus.lire(rapport)
    return {
        "schema": SCHEMA,
        "genre": rapport.genre,
        "genre_nom": rapport.get_genre_display(),
        "reference": rapport.reference,
        "fait_le": moment.isoformat(timespec="seconds"),
        "fuseau": fuseau_de(rapport),
        "demande_par": str(rapport.demande_par),
        "verifier": f"{settings.ADRESSE_SITE}/verifier/",
        "avertissement": AVERTISSEMENT,
        "logiciels": logiciels(),
        "periode": {"du": lu.periode.du.isoformat(), "au": lu.periode.au.isoformat()},
        "referentiel": {
            "code": lu.referentiel.code,
            "titre": lu.referentiel.titre,
            "empreinte": lu.referentiel.empreinte,
            "inconnues": list(lu.referentiel.inconnues),
            "blocs": lu.referentiel.blocs,
        },
        "evaluation": _evaluation(rapport),
        "precedent": _precedent(precedent),
        "journal": _journal(),
        "perimetre": perimetre.decrire(rapport, lu.points),
    } | lu.contenu


def _precedent(precedent: Rapport | None) -> dict[str, str] | None:
    if precedent is None:
        return None
    return {
        "reference": precedent.reference,
        "empreinte": precedent.instantane.empreinte,
        "fait_le": precedent.instantane.fait_le.isoformat(timespec="seconds"),
    }


def _journal() -> dict[str, Any] | None:
    """The head of the journal's chain: printed, it can't be rewritten with the database."""
    tete = Tete.lire()
    if tete is None:
        return None
    return {
        "maillon": tete.numero,
        "empreinte": tete.empreinte,
        "fait_le": tete.fait_le.isoformat(timespec="seconds"),
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
        "definitive": evaluation.definitive,
        "campagne": evaluation.campagne and evaluation.campagne.titre,
        "remise": _remise(rapport, evaluation),
    } | _cloture(evaluation)


def _remise(rapport: Rapport, evaluation: Evaluation) -> dict[str, str] | None:
    """Who handed in the self-evaluation of a point of the sample, when, with what remark."""
    lignes = PointCampagne.objects.filter(campagne=evaluation.campagne_id, point=rapport.point_id)
    remise = lignes.filter(remise_le__lte=evaluation.arretee_le).select_related("remise_par").first()
    if remise is None or remise.remise_le is None:
        return None
    le = remise.remise_le.isoformat(timespec="seconds")
    return {"par": str(remise.remise_par), "le": le, "remarque": remise.remarque}


def _cloture(evaluation: Evaluation) -> dict[str, Any]:
    """What was decided at the end of the campaign that froze it, and the two who signed; nothing before."""
    campagne = evaluation.campagne
    if campagne is None or not evaluation.definitive:
        return {}
    signatures = campagne.evenements.filter(nature=EvenementCampagne.Nature.SIGNATURE).select_related("par")
    derniers = sorted(signatures.order_by("-pk")[:2], key=lambda e: e.pk)
    return {"decision": campagne.get_decision_display(), "signataires": [str(e.par) for e in derniers]}
