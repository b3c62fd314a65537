"""What pages show of findings: a point's requirements by block, where each leads, a history."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.http import urlencode

from accueil.acces import Portee, ouvre
from accueil.models import PointAccueil
from accueil.registres import REGISTRES
from pimms.socle.periodes import Periode
from qualite.controles import cad_2, meo_2
from qualite.decisions import sujet_de
from qualite.lecture_constats import retenir
from qualite.lignees import trouver
from qualite.models import Calcul, Changement, Constat, Exigence, Niveau, Travail
from qualite.verdicts import Qui, Verdict

TONS = {
    Verdict.ATTEINT: "vert",
    Verdict.A_TRAITER: "rouge",
    Verdict.PREUVE_MANQUANTE: "ocre",
    Verdict.SANS_OBJET: "",
    Verdict.NON_EVALUE: "",
    Verdict.MONTRE: "bleu",
}
# One sign a verdict, so that a cell of the matrix needs no colour.
SIGNES = {
    Verdict.ATTEINT: "✓",
    Verdict.A_TRAITER: "!",
    Verdict.PREUVE_MANQUANTE: "?",
    Verdict.SANS_OBJET: "–",
    Verdict.NON_EVALUE: "·",
    Verdict.MONTRE: "≈",
}
LIBELLES = dict(Verdict.choices)
MOTS = {
    Verdict.ATTEINT: "atteinte,atteintes",
    Verdict.A_TRAITER: "à traiter,à traiter",
    Verdict.PREUVE_MANQUANTE: "preuve manquante,preuves manquantes",
    Verdict.SANS_OBJET: "sans objet,sans objet",
    Verdict.NON_EVALUE: "non évaluée,non évaluées",
    Verdict.MONTRE: "montrée sans verdict,montrées sans verdict",
}
A_FAIRE = (Verdict.A_TRAITER, Verdict.PREUVE_MANQUANTE)
PROUVE_PAR = {
    Niveau.ASSOCIATION: "constaté pour l’association",
    Niveau.RESEAU: "constaté pour le réseau",
    Niveau.PERSONNE: "constaté pour chaque personne",
}


@dataclass(frozen=True)
class Ligne:
    """One requirement as a point's page shows it. `url`: the entries behind, where this person may go."""

    exigence: Exigence
    constat: Constat
    url: str = ""
    travail: Travail | None = None

    @property
    def ton(self) -> str:
        return TONS[Verdict(self.constat.verdict)]

    @property
    def ton_barre(self) -> str:
        return (
            "rouge" if self.constat.verdict == Verdict.A_TRAITER else "vert" if self.ton == "vert" else "doux"
        )

    @property
    def barre(self) -> bool:
        return self.constat.valeur is not None and bool(self.constat.sur)

    @property
    def prouve_par(self) -> str:
        return PROUVE_PAR.get(Niveau(self.constat.niveau), "")

    @property
    def qui(self) -> str:
        """Who can do something about it, where something is to be done."""
        return Qui(self.constat.qui).label if self.constat.verdict in A_FAIRE else ""


@dataclass(frozen=True)
class Bloc:
    """The requirements of one block, in the order an auditor would see."""

    titre: str
    lignes: list[Ligne]

    @property
    def atteintes(self) -> int:
        return sum(ligne.constat.verdict == Verdict.ATTEINT for ligne in self.lignes)

    @property
    def jugees(self) -> int:
        """Requirements with a verdict that asks for something or not."""
        return sum(ligne.constat.verdict in (Verdict.ATTEINT, *A_FAIRE) for ligne in self.lignes)


def lignes_du_point(
    point: PointAccueil,
    exigences: Iterable[Exigence],
    constats: Mapping[tuple[str, str], Constat],
    calcul: Calcul | Periode | None,
    portee: Portee,
    travaux: Mapping[tuple[str, str], Travail] | None = None,
) -> list[Ligne]:
    """A line for each requirement that has a finding. `calcul`: the days that were looked at."""
    suivis = travaux or {}
    return [
        Ligne(
            exigence,
            constat,
            url_du_lien(constat, point, calcul, portee),
            suivis.get(sujet_de(exigence, point)[:2]),
        )
        for exigence in exigences
        if (constat := retenir(exigence, constats))
    ]


def en_blocs(lignes: Iterable[Ligne], titres: Mapping[str, str]) -> list[Bloc]:
    return [
        Bloc(titres[bloc], list(groupe))
        for bloc, groupe in groupby(lignes, lambda ligne: ligne.exigence.bloc)
    ]


def url_du_lien(
    constat: Constat, point: PointAccueil, calcul: Calcul | Periode | None, portee: Portee
) -> str:
    """Address of the entries behind a finding; "" when there is none or this person may not open it."""
    lien = constat.lien
    if not lien:
        return ""
    arguments: dict[str, dict[str, Any]] = {
        "code": {"code": point.code},
        "association": {"pk": point.association_id},
        "bilan": {"pk": lien.get("cle")},
    }
    if lien["sujet"] == "bilan" and not (portee.reseau or point.association_id in portee.associations):
        return ""  # an association's report is its direction's and the union's
    try:
        chemin = reverse(lien["nom"], kwargs=arguments.get(lien["sujet"], {}))
    except NoReverseMatch:
        return ""
    if not ouvre(portee, resolve(chemin).func):
        return ""
    filtre = [("point", point.code)] if lien["sujet"] == "point" else []
    filtre += [tuple(couple) for couple in lien["filtre"]]
    if lien["sur_periode"] and calcul:
        filtre += [("du", calcul.du.isoformat()), ("au", calcul.au.isoformat())]
    return f"{chemin}?{urlencode(filtre)}" if filtre else chemin


def repartition(comptes: Counter) -> list[dict[str, Any]]:
    """How many findings of each verdict, in order, with the place of each on a bar of 100."""
    total, debut, parts = sum(comptes.values()), 0.0, []
    for verdict in Verdict:
        if nombre := comptes[verdict]:
            largeur = 100 * nombre / total
            parts.append(
                {
                    "code": verdict.value,
                    "nombre": nombre,
                    "mots": MOTS[verdict],
                    "debut": f"{debut:.4g}",
                    "largeur": f"{largeur:.4g}",
                }
            )
            debut += largeur
    return parts


@dataclass(frozen=True)
class Tuile:
    """One register of the point: its number of entries and whether it reaches the landmark."""

    registre: Any
    nombre: int
    repere: int

    @property
    def deploye(self) -> bool:
        return self.nombre >= self.repere

    @property
    def etat(self) -> str:
        if self.deploye:
            return "déployé"
        return f"{self.nombre} sur {self.repere}" if self.nombre else "aucune"


def _constat_de(
    regle: str, exigences: Iterable[Exigence], constats: Mapping[tuple[str, str], Constat]
) -> Constat | None:
    """The point's finding of the requirement that this rule judges, whatever its code by now."""
    exigence = trouver(exigences, regle)
    return constats.get((exigence.code, Niveau.POINT)) if exigence else None


def tuiles(
    exigences: Iterable[Exigence], constats: Mapping[tuple[str, str], Constat], repere: int
) -> list[Tuile]:
    """The eight registers as CAD-2 counted them at the point; nothing before the first run."""
    registres = _constat_de(cad_2.CODE, exigences, constats)
    if registres is None:
        return []
    return [Tuile(r, n, repere) for r, n in zip(REGISTRES, registres.detail, strict=True)]


def fiabilite(
    exigences: Iterable[Exigence], constats: Mapping[tuple[str, str], Constat]
) -> dict[str, int] | None:
    """How the entries behind the figures were kept, as MEO-2 counted them at the point."""
    saisie = _constat_de(meo_2.CODE, exigences, constats)
    noms = ("interventions", "tardives", "visites", "corrigees", "estimees", "retaguees")
    return dict(zip(noms, saisie.detail, strict=True)) if saisie and saisie.detail else None


def historique(exigence: Exigence, constat: Constat) -> QuerySet[Changement]:
    """Changes of one finding, newest first, whatever the version of the référentiel and its code there."""
    return Changement.objects.filter(
        code__in=exigence.lignee,
        niveau=constat.niveau,
        association=constat.association_id,
        point=constat.point_id,
    ).order_by("-id")
