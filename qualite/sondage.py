"""A sample of the entries behind a figure, drawn from exactly what the figure counts.

`DERRIERE` names, for each requirement whose value counts entries, the very sources that its measures count;
`RAISONS` says of the others what their value is. The same seed shows the same entries, so that two people
look at the same ones. The caller has checked that this person may look there.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accueil.models import PointAccueil
from mediation.interventions import CHAINES, DES_ASSOCIATIONS, SELECTIONS, Sorte
from pimms.socle.periodes import Periode
from qualite import mesures, mesures_ecoute
from qualite.chargement import parametres_de, periode_de
from qualite.lecture_parcours import seances
from qualite.models import Evaluation, Exigence, Niveau, SeanceCollective
from qualite.parcours import Annee
from qualite.recits import RECITS
from qualite.sources import Source

TAILLE = 20


@dataclass(frozen=True)
class Sonde:
    """One kind of entries behind a figure: how they are told, and the words for a right one and a wrong one.

    `annee`: counted over the twelve months that end on the day, whatever the period of the registers.
    """

    recit: str
    source: Source
    bonne: str = ""
    fautive: str = ""
    annee: bool = False
    nom: str = ""  # where the kind's own name is not enough

    @property
    def mots(self) -> str:
        return self.nom or RECITS[self.recit].pluriel


@dataclass(frozen=True)
class Derriere:
    """What is behind a requirement's value; `total`: the field of a finding that counts all of it."""

    sondes: tuple[Sonde, ...]
    total: str = "sur"


def _du_registre(sorte: Sorte) -> Source:
    """The entries that count for a register; the text itself is narrowed, whatever the level."""
    lues = SELECTIONS[sorte].replace("{portee_", "{")
    texte = f"FROM ({CHAINES}{lues}) i (point_id, registre, jour, id)"
    return Source(texte, "%(sujet)s::bigint", "i.jour", "i.id")


_DELAI = ("dans le délai", "hors délai")
_SAISIE = ("tracée à temps", "tracée trop tard")
_NATURE = SeanceCollective.Nature
DERRIERE: dict[str, Derriere] = {
    "CAD-1": Derriere(
        (Sonde("demande", mesures.HORS_CHAMP, "interlocuteur nommé", "sans interlocuteur nommé"),)
    ),
    "CAD-2": Derriere(tuple(Sonde(s, _du_registre(s)) for s in Sorte), total=""),
    "DEO-1": Derriere((Sonde("participation", mesures.ACCORDS, "accord noté", "accord non noté"),)),
    "DEO-2": Derriere((Sonde("conflit", mesures.CONFLITS, "traité", "à traiter"),)),
    "DEO-3": Derriere(
        (Sonde("acces", mesures.ACCES, "par une personne en poste", "par une personne qui ne l’était pas"),)
    ),
    "DEO-4": Derriere((Sonde("droits", mesures_ecoute.DEMANDES_DROITS, *_DELAI),)),
    "DEO-5": Derriere(
        (
            Sonde(
                "retrait",
                mesures.RETRAITS_MEDIATEUR,
                "motivé, avec un relais",
                "sans motif ou sans relais",
                nom="retraits du médiateur",
            ),
            Sonde("retrait", mesures.RETRAITS_PARTIES, nom="retraits d’une partie"),
        ),
        total="",
    ),
    "DEO-6": Derriere((Sonde("seance", seances(_NATURE.ANALYSE), annee=True),), total="valeur"),
    "DEO-7": Derriere(
        (
            Sonde(
                "etape",
                mesures.GESTES,
                "sous un mandat signé et en cours",
                "mandat non signé ou pas en cours",
            ),
        )
    ),
    "DEO-9": Derriere((Sonde("demande", mesures.AIDES),)),
    "MEO-2": Derriere(
        (
            Sonde("visite", mesures.VISITES, *_SAISIE),
            Sonde("etape", mesures.ETAPES, *_SAISIE),
            Sonde("action", mesures.ACTIONS, *_SAISIE),
        )
    ),
    "MEO-3": Derriere((Sonde("dossier", mesures.DOSSIERS, "suivi", "à revoir", nom="dossiers en cours"),)),
    "MEO-4": Derriere((Sonde("demande", mesures.RELATIONS, "suite connue", "suite inconnue"),)),
    "MEO-5": Derriere((Sonde("convention", mesures.CONVENTIONS, "en vigueur", "échue"),)),
    "MEO-6": Derriere((Sonde("reclamation", mesures_ecoute.RECLAMATIONS, *_DELAI),)),
    "ORG-6": Derriere(
        (Sonde("seance", seances(_NATURE.REUNION), annee=True, nom="réunions"),), total="valeur"
    ),
    "ORG-8": Derriere(
        (Sonde("incident", mesures_ecoute.INCIDENTS, "suivi, ou dans le délai", "laissé sans suite"),)
    ),
    "SUI-2": Derriere((Sonde("avis", mesures_ecoute.AVIS),), total="valeur"),
    "SUI-4": Derriere(
        (Sonde("corrective", mesures.CORRECTIVES, "close à temps", "en retard, close ou annulée trop tard"),)
    ),
    "SUI-5": Derriere(
        (
            Sonde("alerte", mesures.ALERTES, "transmise, close ou récente", "gardée pour soi"),
            Sonde("transmission", mesures.TRANSMISSIONS, "répondue, relancée ou récente", "à relancer"),
        )
    ),
}
AUCUNE = "Ce chiffre ne compte pas de saisies"
_PERSONNES = "il compte des personnes en poste"
# What the value of the other rules is.
RAISONS = dict.fromkeys(("CAD-5", "ORG-1", "ORG-2", "ORG-3", "ORG-4", "ORG-5"), _PERSONNES) | {
    "MEO-1": "il compte des jours d’ouverture annoncés",
    "ORG-7": "il dit si un contrat est en vigueur",
    "SUI-3": "il dit si un bilan est signé",
    "SUI-7": "il compte des audits clos",
}


def derriere(exigence: Exigence) -> Derriere | None:
    """What is behind a requirement's value, whatever the version of the référentiel."""
    return next((DERRIERE[code] for code in exigence.lignee if code in DERRIERE), None)


def raison(exigence: Exigence) -> str:
    """Why there is nothing to sample behind a requirement, in words; "" where there is."""
    if derriere(exigence):
        return ""
    dite = next(
        (RAISONS[code] for code in exigence.lignee if code in RAISONS), "un document en est la preuve"
    )
    return f"{AUCUNE}\u202f: {dite}."


@dataclass(frozen=True)
class Sujet:
    """Whom a finding is about: a level, and the point or the association."""

    niveau: str
    point: PointAccueil | None = None

    @property
    def cle(self) -> int:
        if self.point is None or self.niveau == Niveau.RESEAU:
            return 0
        return self.point.association_id if self.niveau == Niveau.ASSOCIATION else self.point.pk

    @property
    def portee(self) -> str:
        """The condition on a row's point, after its alias."""
        if self.niveau == Niveau.RESEAU:
            return " IS NOT NULL"
        return f" {DES_ASSOCIATIONS}" if self.niveau == Niveau.ASSOCIATION else " = ANY(%(points)s)"


@dataclass(frozen=True)
class EntreeSondee:
    """One entry: its day, what is coded of it, and how it counted."""

    jour: date
    titre: str
    suite: str
    compte: str


@dataclass(frozen=True)
class Sondage:
    """Some of the entries of a kind; how many of each kind there are, with those that count as right."""

    sonde: Sonde
    entrees: list[EntreeSondee]
    nombres: list[tuple[Sonde, int, int]]
    periode: Periode

    @property
    def total(self) -> int:
        return next(n for sonde, n, _ in self.nombres if sonde is self.sonde)

    @property
    def tout(self) -> int:
        return sum(n for _, n, _ in self.nombres)


def jour_gele(evaluation: Evaluation, sujet: Sujet) -> date:
    """The local day at which an evaluation looked at a subject: the earliest of its association's points."""
    if sujet.niveau == Niveau.RESEAU or sujet.point is None:
        return evaluation.jour
    points = PointAccueil.objects.ouverts(evaluation.jour).filter(association=sujet.point.association_id)
    jours = {evaluation.arretee_le.astimezone(p.tz).date() for p in points.only("fuseau")}
    return min(jours, default=evaluation.jour)


def sonder(evaluation: Evaluation, sujet: Sujet, sonde_: int, quoi: Derriere, graine: str) -> Sondage:
    """Draw entries of a kind (its rank) by a seed, as the frozen evaluation counted them; four statements."""
    jour = jour_gele(evaluation, sujet)
    # A number that came after this file limits nothing that it counted.
    seuils = defaultdict(int, evaluation.instantane["seuils"])
    sonde = quoi.sondes[sonde_]
    periode, lues = _fenetre(sonde, jour, seuils)
    valeurs = (
        parametres_de(periode, seuils, [sujet.point.pk] if sujet.point else [])
        | {
            "associations": [sujet.cle] if sujet.niveau == Niveau.ASSOCIATION else [],
            "sujet": sujet.cle,
            "graine": f"{graine}:",
            "taille": TAILLE,
        }
        | lues
    )
    nombres = _compter(quoi, sujet, valeurs)
    lignes = _tirer(sonde, sujet, valeurs)
    recit = RECITS[sonde.recit]
    rangees = {r.pk: r for r in recit.lire([cle for _, cle, _ in lignes])}
    entrees = []
    for quand, cle, bon in sorted(lignes, reverse=True):
        titre, mots = recit.dire(rangees[cle])
        suite = " · ".join(str(m) for m in mots if m)
        entrees.append(EntreeSondee(quand, titre, suite, sonde.bonne if bon else sonde.fautive))
    return Sondage(sonde, entrees, nombres, Periode(valeurs["du"], valeurs["au"]))


def _fenetre(sonde: Sonde, jour: date, seuils: Mapping[str, int]) -> tuple[Periode, dict[str, Any]]:
    """The months that the measures look at, and the days of this kind's own where they differ."""
    periode = periode_de(jour, seuils)
    return periode, {"du": Annee.du(jour, seuils).debut} if sonde.annee else {}


def _lignes(sonde: Sonde, sujet: Sujet) -> str:
    portee = {a: f"{a}.point_id{sujet.portee}" for a in mesures.ALIAS}
    return (
        f"FROM ({sonde.source.lignes.format(**portee)}) x (sujet, jour, cle, bon) WHERE x.sujet = %(sujet)s"
    )


def _compter(quoi: Derriere, sujet: Sujet, valeurs: dict[str, Any]) -> list[tuple[Sonde, int, int]]:
    ordre = " UNION ALL ".join(
        f"(SELECT {rang}, count(*), count(*) FILTER (WHERE x.bon) {_lignes(sonde, sujet)})"
        for rang, sonde in enumerate(quoi.sondes)
    )
    return [(quoi.sondes[rang], n, bons) for rang, n, bons in sorted(_lire(ordre, valeurs))]


def _tirer(sonde: Sonde, sujet: Sujet, valeurs: dict[str, Any]) -> list[tuple[date, int, bool]]:
    ordre = (
        f"SELECT x.jour, x.cle, coalesce(x.bon, false) {_lignes(sonde, sujet)}"
        " ORDER BY md5(%(graine)s || x.cle), x.cle LIMIT %(taille)s"
    )
    return _lire(ordre, valeurs)


def _lire(ordre: str, valeurs: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as curseur:
        curseur.execute(ordre, valeurs)
        return curseur.fetchall()
