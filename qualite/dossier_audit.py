"""The file that an auditor reads, from the frozen evaluation alone: requirements, proofs, findings."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT
from pimms.socle.journal import LIRE, journaliser_consultation
from qualite.decisions import NIVEAUX
from qualite.droits_campagnes import Audit
from qualite.etats_action import FINIES, EtatAction
from qualite.models import (
    Campagne,
    ConstatAudit,
    Evaluation,
    EvenementCampagne,
    Exigence,
    Grade,
    Niveau,
    Preuve,
    PreuveArretee,
    ReponseConstat,
    SuiteConstat,
    VersionPreuve,
)
from qualite.pages_constats import PROUVE_PAR, TONS
from qualite.sondage import raison
from qualite.verdicts import Verdict

TONS_GRADE = {
    Grade.POINT_FORT: "vert",
    Grade.PISTE: "bleu",
    Grade.SENSIBLE: "ocre",
    Grade.MINEURE: "ocre",
    Grade.MAJEURE: "rouge",
}

RIEN_COMPTE = "aucune saisie n’est comptée ici"
AU_DELA = {
    Niveau.ASSOCIATION: "Ce chiffre compte les saisies de toute l’association, au-delà de votre invitation.",
    Niveau.RESEAU: "Ce chiffre compte les saisies de tout le réseau, au-delà de votre invitation.",
}


@dataclass(frozen=True)
class LigneGelee:
    """One requirement as the frozen picture has it, for a place.

    `sans_entrees`: why nothing is sampled behind its value for this reader; "" where something is.
    """

    exigence: Exigence
    verdict: str
    phrase: str
    niveau: str
    nombres: dict[str, int | None]
    sans_entrees: str
    preuves: list[PreuveArretee]

    @property
    def libelle(self) -> str:
        return Verdict(self.verdict).label

    @property
    def ton(self) -> str:
        return TONS[Verdict(self.verdict)]

    @property
    def prouve_par(self) -> str:
        return PROUVE_PAR.get(Niveau(self.niveau), "")


def _du_lieu(ligne: dict[str, Any], point: PointAccueil | None) -> bool:
    """Whether a finding of the picture speaks of a point, or of the network for the central function."""
    if ligne["niveau"] == Niveau.RESEAU:
        return True
    if point is None:
        return False
    return point.pk == ligne["point_id"] or (
        ligne["association_id"] == point.association_id and ligne["association_id"] is not None
    )


def lignes_gelees(audit: Audit, point: PointAccueil | None) -> list[LigneGelee]:
    """The requirements of a place as they were frozen, with their proofs; two statements."""
    evaluation = audit.campagne.evaluation
    if evaluation is None:
        return []
    constats = _constats_du_lieu(evaluation, point)
    preuves = list(preuves_du_lieu(evaluation, point))
    exigences = Exigence.objects.filter(referentiel=audit.campagne.referentiel_id)
    lues = (_ligne(audit, point, e, constats, preuves) for e in exigences)
    return [ligne for ligne in lues if ligne]


def ligne_gelee(audit: Audit, point: PointAccueil | None, code: str) -> LigneGelee | None:
    """One requirement of a place, without its proofs; None when the file says nothing of it."""
    evaluation = audit.campagne.evaluation
    exigence = Exigence.objects.filter(referentiel=audit.campagne.referentiel_id, code=code).first()
    if evaluation is None or exigence is None:
        return None
    return _ligne(audit, point, exigence, _constats_du_lieu(evaluation, point), [])


def _constats_du_lieu(evaluation: Evaluation, point: PointAccueil | None) -> dict[tuple[str, str], Any]:
    return {(c["code"], c["niveau"]): c for c in evaluation.constats if _du_lieu(c, point)}


def _ligne(
    audit: Audit,
    point: PointAccueil | None,
    exigence: Exigence,
    constats: dict[tuple[str, str], Any],
    preuves: list[PreuveArretee],
) -> LigneGelee | None:
    trouves = [c for n in NIVEAUX if n in exigence.niveaux and (c := constats.get((exigence.code, n)))]
    retenu = next((c for c in trouves if c["verdict"] != Verdict.SANS_OBJET), next(iter(trouves), None))
    if retenu is None:
        return None
    return LigneGelee(
        exigence,
        retenu["verdict"],
        retenu["phrase"],
        retenu["niveau"],
        {champ: retenu[champ] for champ in ("valeur", "sur")},
        _sans_entrees(audit, point, exigence, retenu),
        [p for p in preuves if {*exigence.lignee} & {*p.version.preuve.exigences}],
    )


def _sans_entrees(audit: Audit, point: PointAccueil | None, exigence: Exigence, constat: Any) -> str:
    """Why this reader samples nothing behind a finding: its value counts no entry, or more than is open."""
    if raison_ := raison(exigence):
        return raison_
    if constat["verdict"] == Verdict.SANS_OBJET:
        return f"Sans objet\u202f: {RIEN_COMPTE}."
    if not audit.couvre_niveau(constat["niveau"], point):
        return AU_DELA[Niveau(constat["niveau"])]
    return ""


def en_blocs(lignes: Iterable[LigneGelee], titres: Mapping[str, str]) -> list[tuple[str, list[LigneGelee]]]:
    """The requirements by block, in the order of the référentiel."""
    return [
        (titres[bloc], list(groupe)) for bloc, groupe in groupby(lignes, lambda ligne: ligne.exigence.bloc)
    ]


def repartition_par_lieu(campagne: Campagne, points: Iterable[PointAccueil]) -> dict[int, Counter]:
    """How many findings of each verdict the picture holds about each point; no statement."""
    comptes: dict[int, Counter] = {p.pk: Counter() for p in points}
    for ligne in campagne.evaluation.constats if campagne.evaluation else []:
        if ligne["point_id"] in comptes:
            comptes[ligne["point_id"]][ligne["verdict"]] += 1
    return comptes


def preuves_du_lieu(evaluation: Evaluation, point: PointAccueil | None) -> QuerySet[PreuveArretee]:
    """The proofs that the evaluation stood on for a place: its own, the levels above, its people's on that
    day (as employed by its association). Nothing sealed is opened."""
    du_lieu = Q(version__preuve__niveau=Niveau.RESEAU)
    if point:
        postes = Acces.objects.filter(point=point, role__in=ROLES_DE_POINT).en_vigueur(evaluation.jour)
        du_lieu |= (
            Q(version__preuve__point=point)
            | Q(version__preuve__association=point.association_id)
            | Q(
                version__preuve__employeur=point.association_id,
                version__preuve__personne__in=postes.values("personne"),
            )
        )
    preuves = PreuveArretee.objects.filter(du_lieu, evaluation=evaluation)
    return preuves.select_related("version__preuve").order_by("version__preuve__niveau", "id")


def preuve_de_l_audit(audit: Audit, pk: int) -> PreuveArretee | None:
    """A proof of the file that this person may read, by its key in the file; None otherwise."""
    evaluation = audit.campagne.evaluation
    if evaluation is None or not audit.lisible:
        return None
    liens = ("association", "point", "personne", "coffre")
    preuves = PreuveArretee.objects.select_related(*(f"version__preuve__{lien}" for lien in liens))
    arretee = preuves.filter(evaluation=evaluation, pk=pk).first()
    if arretee is None or not _a_lire(arretee.version.preuve, audit, evaluation.jour):
        return None
    return arretee


def _a_lire(preuve: Preuve, audit: Audit, jour: date) -> bool:
    """Whether a proof speaks of some place of the audit; as `preuves_du_lieu`, for one of them."""
    if preuve.niveau == Niveau.RESEAU:
        return audit.centrale or bool(audit.points)
    if preuve.personne_id is None:
        associations = {p.association_id for p in audit.points}
        return preuve.point_id in audit.cles or preuve.association_id in associations
    leurs = [p.pk for p in audit.points if p.association_id == preuve.employeur_id]
    postes = Acces.objects.filter(personne=preuve.personne_id, point__in=leurs, role__in=ROLES_DE_POINT)
    return postes.en_vigueur(jour).exists()


def noter_lecture(acteur: Utilisateur, version: VersionPreuve, campagne: Campagne) -> None:
    """Tell the journal that this person reads a proof's words, each time, as for its file."""
    lus: Any = [(version, version.preuve.point_id)]
    journaliser_consultation(acteur, LIRE, lus, {"campagne": campagne.pk})


def constats_avec_suites(constats: QuerySet[ConstatAudit]) -> QuerySet[Any]:
    """Findings with their latest answer and what was opened from each, in one statement."""
    reponses = ReponseConstat.objects.filter(constat=OuterRef("pk")).order_by("-id")
    reponse = JSONObject(texte="texte", le="le", prenom="par__prenom", nom="par__nom")
    suites = SuiteConstat.objects.filter(constat=OuterRef("pk")).order_by("id")
    suite = JSONObject(pk="action_id", titre="action__titre", etat="action__etat")
    return constats.select_related("point", "auteur", "campagne").annotate(
        derniere_reponse=ArraySubquery(reponses.values(json=reponse)[:1]),
        actions=ArraySubquery(suites.values(json=suite)),
        repondu=ArraySubquery(reponses.filter(le__gte=OuterRef("modifie_le")).values("pk")[:1]),
    )


@dataclass(frozen=True)
class ConstatVu:
    """A finding as pages show it: its answer, its actions, and whether it is resolved."""

    constat: Any

    @property
    def ton(self) -> str:
        return TONS_GRADE[Grade(self.constat.grade)]

    @property
    def reponse(self) -> dict[str, Any] | None:
        return next(iter(self.constat.derniere_reponse), None)

    @property
    def attend(self) -> bool:
        """An answer is due, or due again since the finding changed."""
        return self.constat.appelle_reponse and not self.constat.repondu

    @property
    def actions(self) -> list[dict[str, Any]]:
        return [a | {"mot": EtatAction(a["etat"]).label} for a in self.constat.actions]

    @property
    def suite(self) -> tuple[str, str]:
        """Whether it is resolved, in a word, and its tone: by actions closed, their effect verified."""
        etats = [a["etat"] for a in self.constat.actions]
        if not self.constat.appelle_reponse:
            return ("", "")
        if EtatAction.CLOSE in etats and all(e in FINIES for e in etats):
            return ("Résolu", "vert")
        if any(e not in FINIES for e in etats):
            return ("Action en cours", "bleu")
        return ("Sans action", "")


def voir(constats: QuerySet[ConstatAudit]) -> list[ConstatVu]:
    return [ConstatVu(c) for c in constats_avec_suites(constats)]


def anterieurs(audit: Audit, point: PointAccueil | None) -> QuerySet[ConstatAudit]:
    """Findings of the campaigns closed before this file was frozen, at a place, the latest first."""
    evaluation = audit.campagne.evaluation
    fins = EvenementCampagne.objects.filter(
        campagne=OuterRef("campagne"), vers=Campagne.Etat.CLOSE, le__lte=evaluation and evaluation.arretee_le
    )
    closes = ConstatAudit.objects.filter(Exists(fins), point=point)
    return closes.exclude(campagne=audit.campagne).order_by("-campagne__au", "numero")
