"""The rules, one a file, pure: `controler(faits, seuils) -> Resultat`, found here by requirement code."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from pimms.socle.typographie import date_courte
from qualite.controles import (
    cad_1,
    cad_2,
    cad_5,
    deo_1,
    deo_2,
    deo_3,
    deo_4,
    deo_5,
    deo_6,
    deo_7,
    deo_9,
    documents,
    meo_1,
    meo_2,
    meo_3,
    meo_4,
    meo_5,
    meo_6,
    org_1,
    org_2,
    org_3,
    org_4,
    org_5,
    org_6,
    org_7,
    org_8,
    sui_2,
    sui_3,
    sui_4,
    sui_5,
    sui_7,
)
from qualite.controles.resultat import Qui, Resultat, Seuils, Verdict
from qualite.faits import FaitsPoint, FaitsSujet
from qualite.models import Exigence, Verification

logger = logging.getLogger(__name__)

MODULES: Iterable[Any] = (
    cad_1, cad_2, cad_5, deo_1, deo_2, deo_3, deo_4, deo_5, deo_6, deo_7, deo_9, meo_1, meo_2, meo_3,
    meo_4, meo_5, meo_6, org_1, org_2, org_3, org_4, org_5, org_6, org_7, org_8, sui_2, sui_3, sui_4, sui_5,
    sui_7,
)  # fmt: skip
REGLES: dict[str, Callable[..., Resultat]] = {m.CODE: m.controler for m in MODULES}

# A document tells of what was made elsewhere, where none is recorded here.
A_DEFAUT = frozenset({"SUI-3", "SUI-7"})
PAR_PERSONNE = frozenset({"ORG-1"})  # a document for each médiateur: no single one proves it
SANS_REGLE = "Aucune règle ne juge cette exigence."
ECARTE = "déclaré sans objet par l’union"
EN_PANNE = "Le contrôle a rencontré une erreur\u202f; les autres ont continué."


def regle(exigence: Exigence) -> Callable[..., Resultat] | None:
    """The rule of a requirement; a later version of the référentiel names the codes it comes from."""
    return next((REGLES[code] for code in exigence.lignee if code in REGLES), None)


def connue(*codes: str) -> bool:
    """Whether a computed requirement of one of these codes can be judged."""
    return any(code in REGLES for code in codes)


def juger(exigence: Exigence, faits: FaitsSujet, seuils: Seuils) -> Resultat:
    """The result of one requirement for one subject; never raises.

    A rule that raises leaves its requirement « non évalué » and says so; a point in its first months
    keeps its figures without a verdict.
    """
    try:
        resultat = _controler(exigence, faits, seuils)
    except Exception:
        logger.exception("contrôle %s en erreur", exigence.code)
        return Resultat(Verdict.NON_EVALUE, EN_PANNE)
    fin = fin_de_demarrage(faits, seuils)
    if fin and resultat.verdict != Verdict.MONTRE:
        phrase = f"en démarrage jusqu’au {date_courte(fin)}\u202f; {resultat.phrase}"
        return replace(resultat, verdict=Verdict.NON_EVALUE, phrase=phrase)
    return resultat


def ecarter(motif: str) -> Resultat:
    """The result of a requirement that the union declared without object for a subject."""
    return Resultat(Verdict.SANS_OBJET, f"{ECARTE}\u202f: {motif}", qui=Qui.UNION)


def _controler(exigence: Exigence, faits: FaitsSujet, seuils: Seuils) -> Resultat:
    controler = regle(exigence)
    auto = Verification.AUTO in exigence.verification
    par_personne = not PAR_PERSONNE.isdisjoint(exigence.lignee)
    if controler is None and auto:
        return Resultat(Verdict.NON_EVALUE, SANS_REGLE)
    if controler is None or not (par_personne or auto):
        return documents.controler(exigence, faits)
    if not A_DEFAUT.isdisjoint(exigence.lignee):
        return _a_defaut(controler(faits, seuils), documents.controler(exigence, faits))
    if par_personne or Verification.DOC not in exigence.verification:
        return controler(faits, seuils)
    return _ensemble(controler(faits, seuils), documents.controler(exigence, faits))


def _a_defaut(calcul: Resultat, document: Resultat) -> Resultat:
    """Either is enough; without both, what is said tells both."""
    if document.verdict == Verdict.ATTEINT and calcul.verdict != Verdict.ATTEINT:
        return document
    if calcul.verdict != Verdict.PREUVE_MANQUANTE:
        return calcul
    return replace(document, phrase=f"{calcul.phrase}, {document.phrase}")


def _ensemble(calcul: Resultat, document: Resultat) -> Resultat:
    """What is computed and the document are both due: the graver of the two is the verdict."""
    phrase = f"{calcul.phrase.removesuffix('.')}\u202f; {document.phrase}"
    if calcul.verdict != Verdict.A_TRAITER and document.verdict == Verdict.PREUVE_MANQUANTE:
        return replace(document, phrase=phrase)
    if calcul.verdict == Verdict.SANS_OBJET:
        return replace(document, phrase=phrase)
    return replace(calcul, phrase=phrase)


def fin_de_demarrage(faits: FaitsSujet, seuils: Seuils) -> date | None:
    """First day after a point's first months, when the day comes before it; else None."""
    if not isinstance(faits, FaitsPoint) or faits.depuis is None:
        return None
    mois = faits.depuis.month - 1 + seuils["demarrage"]
    annee, mois = faits.depuis.year + mois // 12, mois % 12 + 1
    # The day itself, or the first of the next month where that month is shorter.
    try:
        fin = date(annee, mois, faits.depuis.day)
    except ValueError:
        fin = date(annee + mois // 12, mois % 12 + 1, 1)
    return fin if faits.jour < fin else None
