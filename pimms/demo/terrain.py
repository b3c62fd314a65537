"""Field and collective actions, alerts and redirections of the demo, drawn from the open days."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

from accueil.models.visites import Genre, TrancheAge
from mediation.models import Action, Alerte, Participation, Redirection, Transmission
from mediation.models.actions import REGISTRE_DE, NatureAction
from pimms.demo import recits
from pimms.demo.equipes import Affectation
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Carnet, Existant, Parametres
from pimms.demo.plan import JourDePoint
from pimms.demo.reseau import Point

# An open day with that many visits or more holds so many actions, alerts and redirections.
VISITES_D_UN_JOUR_PLEIN = 8
ACTIONS_PAR_JOUR, ALERTES_PAR_JOUR, REDIRECTIONS_PAR_JOUR = 0.24, 0.06, 0.02
A_VENIR = 28  # days ahead on which actions are planned
ANNULEES, SANS_COMPTE_RENDU, RELANCEES = 0.05, 0.02, 0.5
COLLECTIVES = frozenset({"atelier", "formation", "concertation", "etape_projet", "projet"})
HEURES = (time(9, 30), time(10), time(14), time(14, 30), time(16))
AGES = [t.value for t in TrancheAge]
GENRES = (Genre.FEMME.value, Genre.HOMME.value, Genre.NC.value)


class Terrain:
    """Fills the carnet for one open day after the other."""

    def __init__(
        self, params: Parametres, existant: Existant, carnet: Carnet, locaux: dict[int, dict[str, int]]
    ) -> None:
        self.params, self.existant, self.carnet, self.locaux = params, existant, carnet, locaux
        self.projets: dict[int, Action] = {}
        self.actions = {a[0]: a[2] for a in recits.ACTIONS}
        self.details = {a[0]: (a[1], a[3]) for a in recits.ACTIONS}

    def journee(self, point: Point, prevu: JourDePoint) -> None:
        """What was done outside the desk on an open day."""
        hasard = Hasard(self.params.graine, "terrain", point.lieu.code, prevu.jour)
        part = min(1.0, prevu.visites / VISITES_D_UN_JOUR_PLEIN)
        auteur = hasard.choice(prevu.presents)
        if hasard.chance(ACTIONS_PAR_JOUR * part):
            self._action(hasard, point, prevu.jour, auteur)
        if hasard.chance(ALERTES_PAR_JOUR * part):
            self._alerte(hasard, point, prevu.jour, auteur)
        if hasard.chance(REDIRECTIONS_PAR_JOUR * part):
            self._redirection(hasard, point, prevu.jour, auteur)

    def a_venir(self, point: Point, equipe: list[Affectation]) -> None:
        """Actions on the calendar of the weeks to come."""
        hasard = Hasard(self.params.graine, "a-venir", point.lieu.code)
        for n in range(A_VENIR):
            jour = self.params.reference + timedelta(days=n)
            la = [a for a in equipe if a.couvre(jour)]
            ouvert = point.dernier_jour is None or jour <= point.dernier_jour
            if la and ouvert and jour.weekday() < 5 and hasard.chance(ACTIONS_PAR_JOUR):
                self._action(hasard, point, jour, hasard.choice(la))

    def _partenaire(self, point: Point, genre: str) -> int | None:
        locaux = self.locaux[point.objet.association_id]
        return locaux.get(genre) or self.existant.partenaires.get(genre)

    @staticmethod
    def _instant(jour: date, heure: int) -> datetime:
        return datetime.combine(jour, time(heure), UTC)

    @staticmethod
    def _uuid(hasard: Hasard) -> uuid.UUID:
        return uuid.UUID(int=hasard.getrandbits(128), version=4)

    def _action(self, hasard: Hasard, point: Point, jour: date, auteur: Affectation) -> None:
        nature = hasard.pese(self.actions)
        titres, genre = self.details[nature]
        titre = hasard.choice(titres)
        projet = None
        if nature == "projet" and point.pk in self.projets:
            nature, projet, titre = (
                "etape_projet",
                self.projets[point.pk],
                hasard.choice(recits.ETAPES_DE_PROJET),
            )
        debut = hasard.choice(HEURES)
        action = Action(
            point_id=point.pk,
            cle=self._uuid(hasard),
            auteur=auteur.personne,
            saisie_le=self._instant(min(jour, self.params.reference) - timedelta(days=6), 8),
            nature=nature,
            registre=REGISTRE_DE[NatureAction(nature)],
            titre=titre,
            lieu=hasard.choice(recits.LIEUX),
            commune_id=point.objet.commune_id,
            projet=projet,
            jour=jour,
            debut=debut,
            fin=time(debut.hour + hasard.choice((1, 2)), debut.minute),
        )
        self.carnet.ajouter(action)
        self._liens(action, auteur, self._partenaire(point, genre))
        if nature == "projet":
            # A project lasts: its balance comes later than the demo.
            action.jour_fin = jour + timedelta(days=240)
            self.projets[point.pk] = action
        elif jour < self.params.reference:
            self._rapporter(hasard, action)

    def _liens(self, action: Action, auteur: Affectation, partenaire: int | None) -> None:
        self.carnet.ajouter(Action.equipe.through(action_id=action.pk, utilisateur_id=auteur.cle))
        if partenaire:
            self.carnet.ajouter(Action.partenaires.through(action_id=action.pk, partenaire_id=partenaire))

    def _rapporter(self, hasard: Hasard, action: Action) -> None:
        sort = hasard.random()
        if sort < ANNULEES:
            action.etat, action.motif_annulation = "annulee", hasard.choice(recits.MOTIFS_ANNULATION)
            return
        if sort < ANNULEES + SANS_COMPTE_RENDU:
            return
        action.etat, action.rapportee_le = "faite", self._instant(action.jour, 17)
        action.version = 2
        action.observations = hasard.choice(recits.OBSERVATIONS)
        if action.nature in COLLECTIVES:
            self._participants(hasard, action)
        else:
            action.passages = hasard.randint(3, 45)

    def _participants(self, hasard: Hasard, action: Action) -> None:
        if hasard.chance(0.02):
            return  # forgotten: one of the likely mistakes
        total = hasard.randint(4, 14)
        compte: dict[tuple[str, str], int] = {}
        for _ in range(total):
            case = (hasard.choice(AGES), hasard.choice(GENRES)) if hasard.chance(0.7) else ("nc", "nc")
            compte[case] = compte.get(case, 0) + 1
        for (age, genre), nombre in compte.items():
            self.carnet.ajouter(
                Participation(action_id=action.pk, tranche_age=age, genre=genre, nombre=nombre)
            )
        if hasard.chance(0.5):
            avis = {"tres": total // 2, "plutot": total // 4, "peu": hasard.choice((0, 0, 1))}
            action.satisfaits = {code: n for code, n in avis.items() if n}

    def _alerte(self, hasard: Hasard, point: Point, jour: date, auteur: Affectation) -> None:
        nature, quoi, genre = hasard.choice(recits.ALERTES)
        alerte = Alerte(
            point_id=point.pk,
            cle=self._uuid(hasard),
            auteur=auteur.personne,
            jour=jour,
            saisie_le=self._instant(jour, 11),
            nature=nature,
            gravite=hasard.pese({1: 4, 2: 4, 3: 1}),
            quoi=quoi,
            lieu=hasard.choice(recits.LIEUX),
            commune_id=point.objet.commune_id,
        )
        self.carnet.ajouter(alerte)
        partenaire = self._partenaire(point, genre)
        transmise = jour + timedelta(days=hasard.randint(0, 4))
        if partenaire and transmise < self.params.reference and hasard.chance(0.92):
            self._transmettre(hasard, alerte, auteur, partenaire, transmise)

    def _transmettre(
        self, hasard: Hasard, alerte: Alerte, auteur: Affectation, partenaire: int, jour: date
    ) -> None:
        envoi = Transmission(
            alerte=alerte,
            point_id=alerte.point_id,
            partenaire_id=partenaire,
            transmise_le=jour,
            par=auteur.personne,
            relance_le=jour + timedelta(days=15),
        )
        self.carnet.ajouter(envoi)
        reponse_le = jour + timedelta(days=hasard.randint(2, 40))
        relancee_le = envoi.relance_le + timedelta(days=hasard.randint(0, 5))
        if reponse_le > relancee_le and relancee_le < self.params.reference and hasard.chance(RELANCEES):
            envoi.relancee_le = relancee_le
        if reponse_le >= self.params.reference or not hasard.chance(0.85):
            return
        envoi.reponse_le = reponse_le
        envoi.reponse = hasard.pese({"prise_en_charge": 5, "resolue": 6, "refusee": 1})
        if envoi.reponse == "resolue":
            alerte.close_le = reponse_le

    def _redirection(self, hasard: Hasard, point: Point, jour: date, auteur: Affectation) -> None:
        domaine, vers = hasard.choice(recits.REDIRIGES)
        self.carnet.ajouter(
            Redirection(
                point_id=point.pk,
                cle=self._uuid(hasard),
                auteur=auteur.personne,
                jour=jour,
                saisie_le=self._instant(jour, 15),
                domaine=domaine,
                vers=vers,
            )
        )
