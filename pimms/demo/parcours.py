"""Paths of the demo's médiateurs: qualifications, trainings, tutoring, job descriptions, sessions."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import Origine, Role
from pimms.demo import seances
from pimms.demo.equipes import Equipes
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Carnet, Parametres
from pimms.demo.reseau import UN_JOUR, Point
from pimms.socle.chiffrement import coffre, nouvelle_cle
from pimms.socle.models import CleDonnees
from qualite.models import FormationSuivie, Preuve, Qualification, Tutorat, VersionPreuve

# In the order in which rows refer to each other.
MODELES = (
    CleDonnees, Preuve, VersionPreuve, Qualification, FormationSuivie, Tutorat, *seances.MODELES
)  # fmt: skip
Nature = Qualification.Nature
NATURES = {Nature.DIPLOME: 0.3, Nature.TITRE: 0.35, Nature.INITIALE: 0.25, Nature.PARCOURS: 0.1}
INTITULES = {
    Nature.DIPLOME: ("BUT carrières sociales", "Licence professionnelle médiation", "DEJEPS"),
    Nature.TITRE: ("Médiateur social accès aux droits et services", "Agent de médiation sociale"),
    Nature.INITIALE: ("Formation initiale au métier, 70 heures", "Socle du réseau, 10 jours"),
    Nature.PARCOURS: ("Médiateur social accès aux droits et services, par la VAE",),
}
FORMATIONS = (
    ("Accueillir un public en colère", 14), ("Les droits à la CAF, mise à jour", 7),
    ("Lire une facture d’énergie, lutter contre la précarité", 7), ("Écrire clair", 7),
    ("Accompagner au numérique sans faire à la place", 14), ("Secret et protection des données", 3),
    ("La retraite pas à pas", 7), ("Repérer les violences, orienter", 7), ("Posture de tiers", 14),
    ("France services, espaces partagés", 6), ("Gestes de premiers secours", 7),
)  # fmt: skip
ORGANISMES = ("Union nationale", "Centre de gestion", "Caisse d’allocations familiales", "Croix-Rouge")
QUALIFIES, FORMES, TUTORES, DECRITS = 0.92, 0.85, 0.85, 0.9  # shares of those in post
HEURES = 21


@dataclass(frozen=True)
class _Personne:
    """Someone in post on the day of reference: the present post, the first day, who manages."""

    personne: Utilisateur
    point: PointAccueil
    arrivee: date
    responsable: Utilisateur
    hasard: Hasard

    def commun(self, jour: date, par: Utilisateur | None = None) -> dict:
        return {
            "point": self.point,
            "personne": self.personne,
            "saisi_par": par or self.responsable,
            "cree_le": moment(jour),
            "cle": cle(self.hasard),
        }


def suivre(params: Parametres, carnet: Carnet, equipes: Equipes, points: list[Point]) -> None:
    """Note the path of each médiateur in post, then the sessions of each point."""
    for suivi in _en_poste(params, carnet, equipes):
        _qualifier(params, carnet, suivi)
        _former(params, carnet, suivi)
        _tutorer(params, carnet, equipes, suivi)
        _decrire(params, carnet, suivi)
        if suivi.personne is equipes.vedettes.get("mediateur"):
            _declarer(params, carnet, suivi)
    seances.tenir(params, carnet, equipes, points)


def moment(jour: date) -> datetime:
    return datetime.combine(jour, time(10), UTC)


def cle(hasard: Hasard) -> uuid.UUID:
    return uuid.UUID(int=hasard.getrandbits(128), version=4)


def _en_poste(params: Parametres, carnet: Carnet, equipes: Equipes) -> Iterator[_Personne]:
    arrivees: dict[int, date] = {}
    responsables: dict[int, Utilisateur] = {}
    for acces in carnet.lignes[Acces]:
        if acces.role == Role.MEDIATEUR:
            arrivees[acces.personne_id] = min(acces.debut, arrivees.get(acces.personne_id, date.max))
        # The manager of the day; between two, the one who has just left.
        if acces.role == Role.RESPONSABLE and acces.origine != Origine.DELEGATION:
            responsables[acces.point_id] = acces.personne
    vus = set()
    for acces in carnet.lignes[Acces]:
        en_poste = acces.role == Role.MEDIATEUR and acces.couvre(params.reference)
        responsable = responsables.get(acces.point_id)
        if not en_poste or responsable is None or acces.personne_id in vus:
            continue
        vus.add(acces.personne_id)
        hasard = Hasard(params.graine, "parcours", acces.personne_id)
        yield _Personne(acces.personne, acces.point, arrivees[acces.personne_id], responsable, hasard)


def _qualifier(params: Parametres, carnet: Carnet, suivi: _Personne) -> None:
    hasard = suivi.hasard
    if not hasard.chance(QUALIFIES):
        return
    nature = hasard.pese(NATURES)
    debut = suivi.arrivee - timedelta(days=hasard.randint(30, 2500))
    fin = None
    if nature == Nature.PARCOURS:
        debut = params.reference - timedelta(days=hasard.randint(20, 200))
        fin = params.reference + timedelta(days=hasard.randint(30, 400))
    carnet.ajouter(
        Qualification(
            nature=nature,
            intitule=hasard.choice(INTITULES[nature]),
            debut=debut,
            fin_prevue=fin,
            **suivi.commun(max(suivi.arrivee, params.debut)),
        )
    )


def _former(params: Parametres, carnet: Carnet, suivi: _Personne) -> None:
    """Trainings of each year gone by, until the hours are there; some people miss a day."""
    for annee in range(params.annees):
        assez = HEURES if suivi.hasard.chance(FORMES) else HEURES // 2
        fin = params.reference - timedelta(days=365 * annee + 2)
        debut = max(fin - timedelta(days=350), suivi.arrivee)
        jours = (fin - debut).days
        if jours < 30:
            continue
        heures, attendues = 0, assez * jours / 350
        for titre, duree in suivi.hasard.sample(FORMATIONS, len(FORMATIONS)):
            if heures >= attendues:
                break
            heures += duree
            _former_a(carnet, suivi, titre, duree, debut + timedelta(days=suivi.hasard.randrange(jours)))


def _former_a(carnet: Carnet, suivi: _Personne, titre: str, heures: int, jour: date) -> None:
    jour -= timedelta(days=max(0, jour.weekday() - 3))  # two days in a row within a week
    fin = jour + UN_JOUR if heures > 7 else jour
    carnet.ajouter(
        FormationSuivie(
            titre=titre,
            organisme=suivi.hasard.choice(ORGANISMES),
            debut=jour,
            fin=fin,
            heures=Decimal(heures),
            confirmee_par=suivi.responsable,
            confirmee_le=moment(fin),
            **suivi.commun(fin),
        )
    )


def _declarer(params: Parametres, carnet: Carnet, suivi: _Personne) -> None:
    """The demo's médiateur has declared a training that waits for its confirmation."""
    jour = params.reference - timedelta(days=6)
    carnet.ajouter(
        FormationSuivie(
            titre="Les aides à la mobilité",
            organisme="Métropole",
            debut=jour,
            fin=jour,
            heures=Decimal("3.5"),
            **suivi.commun(jour, suivi.personne),
        )
    )


def _tutorer(params: Parametres, carnet: Carnet, equipes: Equipes, suivi: _Personne) -> None:
    recent = (params.reference - suivi.arrivee).days <= 365
    if not recent or not suivi.hasard.chance(TUTORES):
        return
    anciens = [
        a.personne
        for a in equipes.par_point[suivi.point.pk]
        if a.acces.debut < suivi.arrivee - timedelta(days=90) and a.acces.couvre(suivi.arrivee)
    ]
    fin = suivi.arrivee + timedelta(days=suivi.hasard.randint(45, 100))
    tuteur = suivi.hasard.choice([a for a in anciens if a is not suivi.personne] or [suivi.responsable])
    if tuteur is suivi.personne:
        return
    carnet.ajouter(
        Tutorat(
            tuteur=tuteur,
            debut=suivi.arrivee,
            fin=fin if fin < params.reference else None,
            **suivi.commun(suivi.arrivee),
        )
    )


def _decrire(params: Parametres, carnet: Carnet, suivi: _Personne) -> None:
    """A job description, as a link: sealed like any proof."""
    if not suivi.hasard.chance(DECRITS):
        return
    debut = max(suivi.arrivee, params.debut)
    nom, enveloppe = nouvelle_cle()
    coffre_de_donnees = carnet.ajouter(CleDonnees(nom=nom, enveloppe=enveloppe, cree_le=moment(debut)))
    preuve = carnet.ajouter(
        Preuve(
            niveau="personne",
            personne=suivi.personne,
            employeur_id=suivi.point.association_id,
            exigences=["ORG-1"],
            coffre=coffre_de_donnees,
            cle=cle(suivi.hasard),
            creee_par=suivi.responsable,
            creee_le=moment(debut),
        )
    )
    lien = f"https://documents.pimms.example/fiches-de-poste/{suivi.personne.pk}"
    version = VersionPreuve(
        preuve=preuve,
        numero=1,
        nature="lien",
        empreinte=hashlib.sha256(lien.encode()).hexdigest(),
        debut=debut,
        deposee_par=suivi.responsable,
        deposee_le=moment(debut),
        cle=cle(suivi.hasard),
    )
    valeurs = {"titre": "Fiche de poste", "lien": lien}
    version.scelle = coffre(nom, enveloppe).sceller_valeurs(version.usage, valeurs)
    carnet.ajouter(version)
