"""What the demo's points hear: answers, complaints, requests, incidents, sealed as true ones."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from accueil.models import Acces
from accueil.models.personnes import Role
from accueil.suivi import ALPHABET
from pimms.demo import lexique, paroles
from pimms.demo.copie import regler_sequences
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Carnet, Parametres
from pimms.demo.plan import JourDePoint
from pimms.demo.reseau import Point
from pimms.socle.chiffrement import nouvelle_cle
from pimms.socle.models import CleDonnees
from qualite.models import Avis, CommentaireAvis, DemandeDroits, Incident, Questionnaire, Reclamation
from qualite.models.ecrits import EcritScelle
from qualite.satisfaction import LONGUEUR
from qualite.validite import plus_mois

# In the order in which rows refer to each other.
MODELES = (CleDonnees, Questionnaire, Avis, CommentaireAvis, Reclamation, DemandeDroits, Incident)
# A comment's key is that of its answer.
NUMEROTES = tuple(m for m in MODELES if m is not CommentaireAvis)
TABLES = tuple(m._meta.db_table for m in MODELES)
DEPUIS = timedelta(days=400)
AVIS_PAR_JOUR_MAX, COMMENTES = 4, 0.12
DELAI = 30  # days to answer a complaint, as the référentiel's default
PAR_AN = {Reclamation: 2.2, DemandeDroits: 0.7, Incident: 1.6}  # of a point


def imaginer(
    params: Parametres, carnet: Carnet, acces: list[Acces], points: Sequence[Point], plan: list[JourDePoint]
) -> None:
    """Make up everything into the carnet, without the database."""
    ecoute = Ecoute(params, carnet, acces)
    for point in points:
        ecoute.point(point)
    debut = params.reference - DEPUIS
    for prevu in plan:
        if debut <= prevu.jour < params.reference:
            ecoute.journee(points[prevu.rang], prevu)


def regler(curseur) -> None:
    """Keys go on after those that were copied."""
    regler_sequences(curseur, [m._meta.db_table for m in NUMEROTES])


class Ecoute:
    """Fills the carnet, point by point, then one open day after the other."""

    def __init__(self, params: Parametres, carnet: Carnet, acces: list[Acces]) -> None:
        self.params, self.carnet = params, carnet
        self.questionnaires: dict[int, Questionnaire] = {}
        self.zele: dict[int, float] = {}
        self.encadrants: dict[int, list[Acces]] = {}
        for ligne in acces:
            if ligne.role == Role.RESPONSABLE and ligne.point_id:
                self.encadrants.setdefault(ligne.point_id, []).append(ligne)

    def point(self, point: Point) -> None:
        """The point's open questionnaire, and how readily its visitors answer."""
        hasard = Hasard(self.params.graine, "questionnaire", point.lieu.code)
        ouvert = max(self.params.reference - DEPUIS, point.objet.ouvert_le)
        questionnaire = Questionnaire(
            point_id=point.pk,
            jeton="".join(hasard.choices(ALPHABET, k=LONGUEUR)).lower(),
            coffre=self._cle(ouvert),
            ouvert_le=_moment(ouvert),
        )
        if point.dernier_jour:
            questionnaire.ferme_le = _moment(point.dernier_jour)
        self.questionnaires[point.pk] = self.carnet.ajouter(questionnaire)
        self.zele[point.pk] = hasard.choice((0.005, 0.06, 0.1, 0.14))

    def journee(self, point: Point, prevu: JourDePoint) -> None:
        """What is said on an open day."""
        hasard = Hasard(self.params.graine, "écoute", point.lieu.code, prevu.jour)
        attendu = prevu.visites * self.zele[point.pk]
        for _ in range(min(AVIS_PAR_JOUR_MAX, int(attendu) + hasard.chance(attendu % 1))):
            self._avis(hasard, point, prevu.jour)
        for modele, ecrire in (
            (Reclamation, self._reclamation),
            (DemandeDroits, self._demande),
            (Incident, self._incident),
        ):
            if hasard.chance(PAR_AN[modele] / 230):
                ecrire(hasard, point, prevu)

    def _avis(self, hasard: Hasard, point: Point, jour: date) -> None:
        questionnaire = self.questionnaires[point.pk]
        avis = self.carnet.ajouter(
            Avis(
                point_id=point.pk,
                questionnaire=questionnaire,
                cle=_uuid(hasard),
                jour=jour,
                heure=hasard.randint(9, 17),
                visage=hasard.pese({4: 60, 3: 27, 2: 9, 1: 4}),
            )
        )
        if hasard.chance(COMMENTES):
            commentaire = CommentaireAvis(avis=avis, point_id=point.pk)
            texte = hasard.choice(paroles.COMMENTAIRES[avis.visage])
            commentaire.scelle = questionnaire.coffre.coffre.sceller(commentaire.usage, texte.encode())
            self.carnet.lignes.setdefault(CommentaireAvis, []).append(commentaire)

    def _reclamation(self, hasard: Hasard, point: Point, prevu: JourDePoint) -> None:
        objet, canal, texte, reponse = hasard.choice(paroles.RECLAMATIONS)
        ligne = Reclamation(
            objet=objet,
            canal=canal,
            a_la_direction=objet == "responsable",
            recue_le=prevu.jour,
            echeance=prevu.jour + timedelta(days=DELAI),
        )
        textes = {"texte": texte, "personne": self._quelqu_un(hasard, point) if hasard.chance(0.7) else ""}
        repondue = prevu.jour + timedelta(days=hasard.randint(2, 27) if hasard.chance(0.93) else 36)
        if repondue < self.params.reference:
            ligne.repondue_le = repondue
            ligne.issue = hasard.pese({"fondee": 4, "en_partie": 3, "non_fondee": 2})
            textes["reponse"] = reponse
        self._ajouter(hasard, ligne, point, prevu.jour, hasard.choice(prevu.presents).cle, textes)

    def _demande(self, hasard: Hasard, point: Point, prevu: JourDePoint) -> None:
        encadrant = next((a for a in self.encadrants.get(point.pk, []) if a.couvre(prevu.jour)), None)
        if encadrant is None:
            return
        droit, texte, issue, reponse = hasard.choice(paroles.DEMANDES)
        ligne = DemandeDroits(droit=droit, recue_le=prevu.jour, echeance=plus_mois(prevu.jour, 1))
        textes = {"texte": texte, "personne": self._quelqu_un(hasard, point)}
        repondue = prevu.jour + timedelta(days=hasard.randint(3, 28))
        if repondue < self.params.reference:
            ligne.repondue_le, ligne.issue = repondue, issue
            textes["reponse"] = reponse
        self._ajouter(hasard, ligne, point, prevu.jour, encadrant.personne_id, textes)

    def _incident(self, hasard: Hasard, point: Point, prevu: JourDePoint) -> None:
        lieu, nature, gravite, texte, suites, mesures = hasard.choice(paroles.INCIDENTS)
        ligne = Incident(jour=prevu.jour, lieu=lieu, nature=nature, gravite=gravite)
        textes = {"texte": texte}
        suivi = prevu.jour + timedelta(days=hasard.randint(0, 20))
        encadrant = next((a for a in self.encadrants.get(point.pk, []) if a.couvre(suivi)), None)
        if encadrant and suivi < self.params.reference and hasard.chance(0.95):
            ligne.suivi_le, ligne.suites = suivi, list(suites)
            ligne.suivi_par_id = encadrant.personne_id
            textes["mesures"] = mesures
        self._ajouter(hasard, ligne, point, prevu.jour, hasard.choice(prevu.presents).cle, textes)

    def _ajouter(
        self,
        hasard: Hasard,
        ligne: EcritScelle,
        point: Point,
        jour: date,
        auteur: int,
        textes: dict[str, str],
    ) -> None:
        ligne.point_id, ligne.auteur_id = point.pk, auteur
        ligne.cle, ligne.saisie_le, ligne.coffre = _uuid(hasard), _moment(jour), self._cle(jour)
        ligne.sceller(textes)
        self.carnet.ajouter(ligne)

    def _cle(self, jour: date) -> Any:
        nom, enveloppe = nouvelle_cle()
        return self.carnet.ajouter(CleDonnees(nom=nom, enveloppe=enveloppe, cree_le=_moment(jour)))

    @staticmethod
    def _quelqu_un(hasard: Hasard, point: Point) -> str:
        prenom, nom = (
            hasard.choice(lexique.mots("prenoms")),
            hasard.choice(lexique.noms(point.lieu.departement)),
        )
        return f"{prenom} {nom}, 06 {hasard.randrange(10, 99)} 00 00 00"


def _moment(jour: date) -> datetime:
    return datetime.combine(jour, time(11), UTC)


def _uuid(hasard: Hasard) -> uuid.UUID:
    return uuid.UUID(int=hasard.getrandbits(128), version=4)
