"""Close an evaluation: a sealed picture of all findings, that nothing changes afterwards."""

import hashlib
import json
import uuid
from collections import defaultdict
from datetime import date
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import PointAccueil, Utilisateur
from pimms.socle.journal import journaliser
from qualite.envois import exiger_meme
from qualite.etat_preuve import etat_de_la_preuve
from qualite.evaluation import Cadre, tout_evaluer
from qualite.faits import Faits
from qualite.lecture_preuves import evenements_par_version, periodes, pure
from qualite.models import (
    Calcul,
    Campagne,
    Constat,
    Evaluation,
    Niveau,
    Parametre,
    Preuve,
    PreuveArretee,
    Rapport,
    Valeur,
    VersionPreuve,
)
from qualite.verdicts import Verdict

CHAMPS = (
    "code", "niveau", "association_id", "point_id", "verdict", "phrase", "valeur", "seuil", "sur", "depuis",
)  # fmt: skip


def empreinte(instantane: dict[str, Any]) -> str:
    """The sha256 of a picture, whatever the order in which the database gives back its keys."""
    texte = json.dumps(instantane, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(texte.encode()).hexdigest()


def arreter(
    acteur: Utilisateur,
    titre: str,
    cle: uuid.UUID,
    campagne: Campagne | None = None,
    jour: date | None = None,
) -> Evaluation:
    """Evaluate, and seal what was found, with version, numbers and names; the same form twice is one.

    What is sealed is of one run: findings, the numbers that it used, and proofs held meanwhile, so that none
    goes. `campagne`: the one that this freezes. `jour`: as of which local day, for a story told afterwards;
    each point's own today otherwise; findings then stand as of that day until the next run. Raises
    ValidationError when the person is not the union's, or when a run is under way, and ValueError for a day
    that has not come.
    """
    if jour and jour > timezone.localdate():
        raise ValueError(jour)
    if not acteur.portee.reseau:
        raise ValidationError("Seule l’union nationale arrête une évaluation.")
    with transaction.atomic():
        deja = Evaluation.objects.filter(arretee_par=acteur, cle=cle).first()
        if deja:
            exiger_meme(deja, {"titre": titre})
            return deja
        _tenir_les_preuves()
        evalue = tout_evaluer(jour)
        if evalue is None:
            raise ValidationError("Un calcul est en cours\u202f: réessayez dans une minute.")
        calcul, cadre, faits = evalue
        retenues = _preuves_en_vigueur(cadre, calcul)
        instantane = _instantane(cadre, calcul, faits, retenues)
        evaluation = Evaluation.objects.create(
            referentiel=cadre.referentiel,
            titre=titre,
            jour=calcul.au,
            arretee_par=acteur,
            instantane=instantane,
            empreinte=empreinte(instantane),
            cle=cle,
            campagne=campagne,
        )
        PreuveArretee.objects.bulk_create(PreuveArretee(evaluation=evaluation, version=v) for v in retenues)
        apres = {"jour": evaluation.jour, "empreinte": evaluation.empreinte}
        journaliser(acteur, "arreter", evaluation, apres=apres)
    return evaluation


def _tenir_les_preuves() -> list[Preuve]:
    """All that is not erased, held until the end of the transaction."""
    preuves = Preuve.objects.select_for_update(of=("self",)).filter(coffre__isnull=False)
    return list(preuves.order_by("pk"))


def _preuves_en_vigueur(cadre: Cadre, calcul: Calcul) -> list[VersionPreuve]:
    """The version that speaks for each proof in force on the day."""
    tenues = {p.pk: p for p in _tenir_les_preuves()}
    versions = list(VersionPreuve.objects.filter(preuve__in=tenues).order_by("preuve", "numero"))
    evenements = evenements_par_version(versions)
    periodicites = periodes(cadre.exigences)
    retenues = []
    for preuve, groupe in groupby(versions, lambda v: v.preuve_id):
        siennes = {v.numero: v for v in groupe}
        codes = tenues[preuve].exigences
        periode = min((periodicites[c] for c in codes if c in periodicites), default=None)
        pures = [pure(v, evenements[v.pk]) for v in siennes.values()]
        etat, version = etat_de_la_preuve(pures, calcul.au, periode)
        if etat.vaut:
            siennes[version.numero].preuve = tenues[preuve]
            retenues.append(siennes[version.numero])
    return retenues


def _preuve_gardee(version: VersionPreuve) -> dict[str, Any]:
    """What is kept of a proof: nothing that names someone."""
    return {
        "preuve": version.preuve_id,
        "version": version.numero,
        "niveau": version.preuve.niveau,
        "exigences": version.preuve.exigences,
        "empreinte": version.empreinte,
        "debut": version.debut.isoformat(),
        "fin": version.fin.isoformat() if version.fin else None,
    }


def _instantane(cadre: Cadre, calcul: Calcul, faits: Faits, preuves: list[VersionPreuve]) -> dict[str, Any]:
    ouverts = PointAccueil.objects.ouverts(calcul.au)
    constats = Constat.objects.filter(
        Q(niveau=Niveau.RESEAU) | Q(point__in=ouverts) | Q(association__in=ouverts.values("association")),
        referentiel=cadre.referentiel,
    ).select_related("point", "association")
    lignes, bilans = [], []
    for constat in constats.order_by("niveau", "association", "point", "code"):
        if constat.verdict == Verdict.ATTEINT and constat.lien and constat.lien["sujet"] == "bilan":
            bilans.append(constat.lien["cle"])
        ligne = {champ: getattr(constat, champ) for champ in CHAMPS}
        sujet = constat.point or constat.association
        lignes.append(ligne | {"depuis": constat.depuis.isoformat(), "sujet": str(sujet or "le réseau")})
    return {
        "referentiel": cadre.referentiel.code,
        "registres_du_reseau": list(faits.reseau.registres),
        "empreinte_du_referentiel": cadre.referentiel.empreinte,
        "seuils": dict(cadre.seuils),
        "du": calcul.du.isoformat(),
        "au": calcul.au.isoformat(),
        "constats": lignes,
        "preuves": [_preuve_gardee(version) for version in preuves],
        "bilans": _bilans_gardes(bilans),
    }


def _bilans_gardes(cles: list[int]) -> list[dict[str, Any]]:
    """What is kept of the signed yearly accounts that stand for a proof."""
    lus = Rapport.objects.filter(pk__in=cles).select_related("fichier").defer("fichier__scelle")
    return [
        {
            "rapport": bilan.pk,
            "reference": bilan.reference,
            "association": bilan.association_id,
            "annee": bilan.au.year,
            "empreinte": bilan.fichier.empreinte,
        }
        for bilan in lus.order_by("pk")
    ]


def intacte(evaluation: Evaluation) -> bool:
    """Whether the picture is still the one that was sealed."""
    return empreinte(evaluation.instantane) == evaluation.empreinte


def nombres_retenus(evaluation: Evaluation) -> list[tuple[Parametre, int, list[Valeur]]]:
    """The numbers in its picture, each with the changes of it that began in the months looked at, decided
    before it was closed; rows that never change, two statements."""
    valeurs = evaluation.instantane.get("seuils", {})
    if not valeurs:
        return []
    du_texte = Q(referentiel=evaluation.referentiel_id) | Q(referentiel__isnull=True)
    parametres = Parametre.objects.filter(du_texte, code__in=valeurs)
    decidees: dict[tuple, list[Valeur]] = defaultdict(list)
    periode = (evaluation.instantane["du"], evaluation.instantane["au"])
    for valeur in Valeur.objects.filter(
        parametre__code__in=valeurs, debut__range=periode, le__lte=evaluation.arretee_le
    ).select_related("parametre", "par"):
        decidees[valeur.parametre.nombre].append(valeur)
    ordre = F("referentiel").asc(nulls_last=True)
    return [(p, valeurs[p.code], decidees[p.nombre]) for p in parametres.order_by(ordre, "rang", "pk")]
