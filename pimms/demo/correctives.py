"""Corrective actions of the demo: a few a point, in every state, and two good practices drawn from them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from accueil.models import Utilisateur
from accueil.models.personnes import Role
from pimms.demo.equipes import Affectation, Equipes
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Carnet, Parametres
from pimms.demo.reseau import POINT_DEMO, Point
from qualite.models import ActionCorrective, BonnePratique, EvenementAction

MODELES = (ActionCorrective, EvenementAction, BonnePratique)
# A row is copied as it stands at the end of its story, told by its events.
GARDE = ("qualite_actioncorrective", "actioncorrective_garde")
ETATS = {"close": 5, "en_cours": 3, "a_faire": 2, "realisee": 2, "efficace": 1, "inefficace": 1, "annulee": 1}
ETATS_DU_POINT_DEMO = (
    "en_cours",
    "realisee",
    "close",
    "a_faire",
    "inefficace",
    "efficace",
    "close",
    "annulee",
)
EN_RETARD, REPORTEES, CLOSES_TARD = 0.12, 0.2, 0.06
PRATIQUES = 2
Pas = tuple[str, date]  # a move and its day


@dataclass(frozen=True)
class Recit:
    """What an action tells, and what its verification found."""

    exigence: str
    titre: str
    description: str
    cause: str
    correction: str
    mesure: str
    trouve: str


RECITS = (
    Recit(
        "MEO-2",
        "Tracer les visites le jour même",
        "Les visites du samedi sont saisies le mardi, parfois plus tard.",
        "Une seule personne est présente le samedi, sans temps de saisie.",
        "Les visites en attente ont été saisies.",
        "Un quart d’heure de saisie est réservé à la fermeture du samedi.",
        "Sur quatre samedis, tout était saisi le soir même.",
    ),
    Recit(
        "MEO-4",
        "Connaître la suite des orientations",
        "Les suites des mises en relation restent inconnues au bout de trois mois.",
        "Personne n’est chargé de relancer les partenaires.",
        "Les dix plus anciennes ont été relancées.",
        "Chaque lundi, une personne relance ce qui date de plus d’un mois.",
        "Neuf orientations sur dix ont une suite connue.",
    ),
    Recit(
        "MEO-3",
        "Revoir les dossiers sans étape",
        "Plusieurs dossiers n’ont pas bougé depuis deux mois.",
        "Les dossiers d’un collègue parti n’ont pas été repris.",
        "Ils ont été confiés à quelqu’un.",
        "Un point dossiers est fait chaque mois en réunion d’équipe.",
        "Aucun dossier sans étape depuis plus de soixante jours.",
    ),
    Recit(
        "DEO-3",
        "Pouvoir échanger à l’écart",
        "Le bureau fermé sert aussi de réserve.",
        "La réserve a été réduite pendant les travaux.",
        "Un paravent a été installé.",
        "La réserve est rangée ailleurs, le bureau se réserve au planning.",
        "Le bureau est libre et utilisé chaque jour.",
    ),
    Recit(
        "MEO-1",
        "Annoncer les fermetures imprévues",
        "Deux matinées fermées n’ont pas été annoncées.",
        "L’équipe ne savait pas qui prévenir.",
        "Les fermetures ont été notées après coup.",
        "Une fiche près du téléphone dit qui prévient, et comment.",
        "La dernière fermeture a été annoncée la veille.",
    ),
    Recit(
        "SUI-5",
        "Relancer les partenaires sur les alertes",
        "Des alertes transmises restent sans réponse.",
        "Les relances dépendaient d’une seule personne.",
        "Les partenaires concernés ont été rappelés.",
        "La relance est à l’ordre du jour de la réunion de quinzaine.",
        "Toutes les alertes du mois ont une réponse ou une relance.",
    ),
    Recit(
        "CAD-1",
        "Nommer un contact pour ce qui est hors champ",
        "Des demandes hors champ sont réorientées sans contact précis.",
        "La liste des permanences juridiques n’était plus à jour.",
        "La liste a été refaite.",
        "Elle est relue chaque trimestre avec la maison de la justice.",
        "Chaque réorientation du mois nomme quelqu’un.",
    ),
)


def decider(params: Parametres, carnet: Carnet, equipes: Equipes, points: list[Point]) -> None:
    """Make up each open point's actions, and the practices that the union drew from them."""
    for point in points:
        hasard = Hasard(params.graine, "correctives", point.lieu.code)
        equipe = _en_poste(equipes.par_point[point.pk], params.reference)
        if point.dernier_jour is not None or len(equipe) < 3:
            continue
        recits = hasard.sample(RECITS, len(RECITS))
        if params.demo and point.lieu.code == POINT_DEMO:
            etats: list[str] = list(ETATS_DU_POINT_DEMO)
        else:
            etats = [hasard.pese(ETATS) for _ in range(hasard.randint(2, 4))]
        for n, etat in enumerate(etats):
            _Vie(params, carnet, hasard, point, equipe, recits[n % len(recits)]).mener(etat)
    _publier(params, carnet, equipes.siege[0])


def _en_poste(affectations: list[Affectation], jour: date) -> list[Affectation]:
    """One line a person, managers first: those who have been there for a year at least."""
    depuis = jour - timedelta(days=365)
    stables = [a for a in affectations if a.acces.debut <= depuis and a.acces.couvre(jour)]
    stables.sort(key=lambda a: a.acces.role != Role.RESPONSABLE)
    return list({a.cle: a for a in stables}.values())


class _Vie:
    """One action from its opening to where it stands on the day of reference."""

    def __init__(
        self,
        params: Parametres,
        carnet: Carnet,
        hasard: Hasard,
        point: Point,
        equipe: list[Affectation],
        recit: Recit,
    ) -> None:
        self.jour, self.carnet, self.hasard = params.reference, carnet, hasard
        self.point, self.recit = point, recit
        self.tient = equipe[0].personne
        self.pilote, self.verifie = (a.personne for a in hasard.sample(equipe, 2))

    def mener(self, etat: str) -> None:
        ouverte, faits, echeance = self._dates(etat)
        initiale = echeance
        reporte = etat == "en_cours" and echeance > self.jour and self.hasard.chance(REPORTEES)
        if reporte:
            initiale = self.jour - timedelta(days=self.hasard.randint(0, 4))
        avec_cause = etat not in ("a_faire", "annulee")
        action = self.carnet.ajouter(
            ActionCorrective(
                niveau="point",
                point=self.point.objet,
                provenance="constat",
                exigence=self.recit.exigence,
                titre=self.recit.titre,
                description=self.recit.description,
                correction=self.recit.correction,
                cause=self.recit.cause if avec_cause else "",
                mesure=self.recit.mesure if avec_cause else "",
                pilote=self.pilote,
                ouverte_le=ouverte,
                echeance=echeance,
                echeance_initiale=initiale,
                etat=etat,
                version=len(faits) + 1 + reporte,
                cle=uuid.UUID(int=self.hasard.getrandbits(128), version=4),
                creee_par=self.tient,
                creee_le=_moment(ouverte),
            )
        )
        self._evenement(
            action, ouverte, self.tient, "ouverture", vers="a_faire", echeance=initiale, pilote=self.pilote
        )
        self._raconter(action, faits)
        if reporte:
            motif = "Le partenaire a demandé trois semaines de plus."
            veille = max(ouverte, initiale - timedelta(days=3))
            self._evenement(
                action, veille, self.tient, "report", avant=initiale, echeance=echeance, motif=motif
            )

    def _avant(self, jours: int) -> date:
        """So many days before the reference; after it when negative."""
        return self.jour - timedelta(days=jours)

    def _dates(self, etat: str) -> tuple[date, list[Pas], date]:
        """Opening, each move with its day, due date."""
        avant, au_hasard = self._avant, self.hasard.randint
        if etat == "close":
            return self._dates_de_close()
        if etat in ("efficace", "inefficace"):
            realisee, verifiee = avant(au_hasard(12, 18)), avant(au_hasard(1, 5))
            faits = [("en_cours", avant(40)), ("realisee", realisee), (etat, verifiee)]
            return avant(45), faits, avant(-au_hasard(5, 30))
        if etat == "realisee":
            faits = [("en_cours", avant(30)), ("realisee", avant(au_hasard(1, 6)))]
            return avant(35), faits, avant(-au_hasard(4, 25))
        if etat == "annulee":
            return avant(60), [("annulee", avant(50))], avant(10)
        if etat == "a_faire":
            return avant(au_hasard(1, 8)), [], avant(-au_hasard(20, 80))
        depuis = au_hasard(25, 45)
        retard = self.hasard.chance(EN_RETARD)
        echeance = avant(au_hasard(1, 9) if retard else -au_hasard(3, 60))
        return avant(depuis), [("en_cours", avant(depuis - 2))], echeance

    def _dates_de_close(self) -> tuple[date, list[Pas], date]:
        au_hasard = self.hasard.randint
        ouverte = self._avant(au_hasard(90, 300))
        jours = {
            "en_cours": 3,
            "realisee": au_hasard(20, 35),
            "efficace": au_hasard(42, 55),
            "close": 57,
        }
        delai = 50 if self.hasard.chance(CLOSES_TARD) else 60
        faits = [(vers, ouverte + timedelta(days=n)) for vers, n in jours.items()]
        return ouverte, faits, ouverte + timedelta(days=delai)

    def _raconter(self, action: ActionCorrective, faits: list[Pas]) -> None:
        de = "a_faire"
        for vers, jour in faits:
            par, motif, precise = self.pilote, "", None
            if vers == "realisee":
                action.realisee_le, action.realisee_par, precise = jour, self.pilote, jour
            elif vers in ("efficace", "inefficace"):
                action.verifiee_le, action.verifiee_par, precise = jour, self.verifie, jour
                par, motif = self.verifie, self.recit.trouve
                if vers == "inefficace":
                    motif = "Sur deux semaines, la situation est la même qu’avant."
            elif vers in ("close", "annulee"):
                par = self.tient
                if vers == "close":
                    action.close_le = jour
                else:
                    motif = "Le même sujet est traité par une autre action."
            self._evenement(action, jour, par, "etat", de=de, vers=vers, jour=precise, motif=motif)
            de = vers

    def _evenement(
        self, action: ActionCorrective, quand: date, par: Utilisateur, nature: str, **champs
    ) -> None:
        self.carnet.ajouter(
            EvenementAction(action=action, nature=nature, par=par, le=_moment(quand), **champs)
        )


def _moment(jour: date) -> datetime:
    return datetime.combine(jour, time(10), UTC)


def _sources(carnet: Carnet) -> Iterator[ActionCorrective]:
    """Closed actions, one a requirement."""
    closes = (a for a in carnet.lignes.get(ActionCorrective, []) if a.etat == "close")
    yield from {a.exigence: a for a in closes}.values()


def _publier(params: Parametres, carnet: Carnet, union: Utilisateur) -> None:
    hasard = Hasard(params.graine, "pratiques")
    for action, _ in zip(_sources(carnet), range(PRATIQUES), strict=False):
        carnet.ajouter(
            BonnePratique(
                titre=action.titre,
                texte=f"{action.description} {action.mesure}",
                exigence=action.exigence,
                action=action,
                publiee_par=union,
                publiee_le=_moment(action.echeance),
                cle=uuid.UUID(int=hasard.getrandbits(128), version=4),
            )
        )


@contextmanager
def sans_garde(curseur) -> Iterator[None]:
    """Copy actions as they stand: in this transaction what watches over moves waits, constraints stay."""
    table, garde = GARDE
    curseur.execute(f"ALTER TABLE {table} DISABLE TRIGGER {garde}")
    yield
    curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")  # ALTER TABLE refuses pending checks
    curseur.execute(f"ALTER TABLE {table} ENABLE TRIGGER {garde}")
