"""The acts of one case of the demo: each dated, numbered and sealed as the product would."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from mediation.etats import ISSUES, OUVERTS
from mediation.models import (
    Attente,
    Consentement,
    Dossier,
    Etape,
    Evenement,
    Partie,
    Presence,
)
from mediation.models.bases import DuDossier
from mediation.parties import empreinte
from pimms.demo import lexique, recits
from pimms.demo.equipes import Affectation, Equipes
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Carnet, Existant, Parametres
from pimms.demo.recits import Recit
from pimms.demo.reseau import Point
from pimms.socle.chiffrement import nouvelle_cle
from pimms.socle.models import CleDonnees

ATTENTES = 0.3  # of the cases that wait for an institution


@dataclass(frozen=True)
class Ouverture:
    """A case to open: where, when, by whom, and the request it comes from, if any."""

    point: Point
    jour: date
    affectation: Affectation
    demande: tuple[int, int, int | None, int] | None = None  # request, theme, partner (keys), register
    predecesseur: Dossier | None = None  # the case that this one goes on from


@dataclass(frozen=True)
class Monde:
    """What a case may draw from, and the carnet it is written in."""

    params: Parametres
    existant: Existant
    carnet: Carnet
    equipes: Equipes
    points: Sequence[Point] = ()
    transferts: list[Ouverture] = field(default_factory=list)  # cases to open at another point


class Demain(Exception):
    """The rest of the story lies beyond the last day, or nobody is left to go on with it."""


class Vie:
    """One case being lived. `jour` goes on with each act; nothing is written beyond the last day."""

    def __init__(self, monde: Monde, ouverture: Ouverture, numero: int, recit: Recit) -> None:
        self.d, self.point, self.recit = monde, ouverture.point, recit
        suite = (ouverture.predecesseur.reference,) if ouverture.predecesseur else ()
        code = ouverture.point.lieu.code
        self.hasard = Hasard(monde.params.graine, "dossier", code, ouverture.jour, *suite)
        self.jour, self.qui = ouverture.jour, ouverture.affectation
        self.rangs: dict[type, int] = {}
        self.dossier = self._ouvrir(ouverture, numero)

    def _uuid(self, hasard: Hasard | None = None) -> uuid.UUID:
        return uuid.UUID(int=(hasard or self.hasard).getrandbits(128), version=4)

    def _instant(self) -> datetime:
        minutes = 9 * 60 + self.rangs.get(Evenement, 0) + self.rangs.get(Etape, 0)
        return datetime.combine(self.jour, time(minutes // 60, minutes % 60), UTC)

    def _ouvrir(self, ouverture: Ouverture, numero: int) -> Dossier:
        existant = self.d.existant
        avant = ouverture.predecesseur
        demande, theme, partenaire, registre = (
            _du_predecesseur(avant, existant)
            if avant
            else ouverture.demande
            or (
                None,
                existant.themes[self.recit.theme],
                existant.partenaires.get(self.recit.partenaire),
                self.recit.registre,
            )
        )
        nom, enveloppe = nouvelle_cle()
        cle = CleDonnees(nom=nom, enveloppe=enveloppe, cree_le=self._instant())
        annee = self.jour.year
        dossier = Dossier(
            point_id=self.point.pk,
            annee=annee,
            numero=numero,
            cle=self._uuid(),
            reference=f"{self.point.lieu.code}-{annee}-{numero:04d}",
            cle_donnees=self.d.carnet.ajouter(cle),
            ouvert_par=self.qui.personne,
            mediateur=self.qui.personne,
            ouvert_le=self.jour,
            cree_le=self._instant(),
            registre=registre,
            theme_id=theme,
            demande_id=demande,
            partenaire_id=partenaire,
            predecesseur=avant,
            urgence=self.hasard.pese({"normale": 7, "rapide": 3, "immediate": 1}),
            origine=self.hasard.pese({"personne": 7, "institution": 2, "temoin": 1, "nous": 1}),
            restreint=False,
            etat="demande",
            issue="",
            version=1,
        )
        self.d.carnet.ajouter(dossier)
        dossier.sceller({"objet": f"Transféré de {avant.reference}" if avant else self.recit.objet})
        return dossier

    def avancer(self, jours: tuple[int, int]) -> None:
        """Go some days on, from hand to hand if someone leaves. Raises Demain."""
        suite = self.jour + timedelta(days=self.hasard.randint(*jours))
        while suite.weekday() > 4:
            suite += timedelta(days=1)
        if suite >= self.d.params.reference:
            raise Demain
        fin = self.qui.acces.fin
        self.jour = suite
        if fin and suite > fin:
            self._relayer()

    def _relayer(self) -> None:
        """Someone of the team takes the case over."""
        equipe = [a for a in self.d.equipes.par_point[self.point.pk] if a.acces.couvre(self.jour)]
        if not equipe:
            raise Demain
        self.qui = self.hasard.choice(equipe)
        self.dossier.mediateur = self.qui.personne
        self.raconter("passation", {"motif": recits.PASSATION}, personne=self.qui.personne)

    def ecrire(self, ligne: DuDossier, textes: dict[str, str]) -> None:
        """Number, seal and keep a part of the case."""
        modele = type(ligne)
        self.rangs[modele] = ligne.numero = self.rangs.get(modele, 0) + 1
        ligne.dossier, ligne.point_id = self.dossier, self.point.pk
        ligne.sceller(textes)
        self.d.carnet.ajouter(ligne)

    def raconter(self, nature: str, textes: dict[str, str] | None = None, **champs) -> None:
        """An event of the case."""
        self.ecrire(
            Evenement(nature=nature, le=self._instant(), par=self.qui.personne, **champs), textes or {}
        )

    def passer(self, vers: str, textes: dict[str, str] | None = None, **champs) -> None:
        """A change of state, with its event."""
        de, self.dossier.etat = self.dossier.etat, vers
        if vers in ISSUES:
            self.dossier.issue = vers
        elif vers in OUVERTS:
            self.dossier.issue = ""
        self.dossier.clos_le = self.jour if vers == "clos" else None
        self.dossier.version += 1
        self.raconter("transition", textes, de=de, vers=vers, **champs)

    def partie(self, role: str, **champs) -> Partie:
        """A party, named unless it is a partner."""
        prenom = self.hasard.choice(lexique.mots("prenoms"))
        nom = f"{prenom} {self.hasard.choice(lexique.noms(self.point.lieu.departement))}"
        anonyme = "partenaire_id" in champs
        textes = {} if anonyme else {"nom": nom}
        if not anonyme and self.hasard.chance(0.6):
            textes["telephone"] = lexique.telephone(
                self.point.lieu.departement, self.hasard.randrange(10_000)
            )
        partie = Partie(
            role=role,
            informee_le=self.jour,
            cle=self._uuid(),
            saisie_par=self.qui.personne,
            empreinte=None if anonyme else empreinte(self.point.pk, nom),
            **champs,
        )
        self.ecrire(partie, textes)
        return partie

    def accord(self, partie: Partie, etat: str = "donne", *, signe: bool = False) -> None:
        """A party's word on the mediation itself; `signe` says that its paper is there."""
        forme = self.hasard.choice(("oral", "oral", "ecrit")) if etat == "donne" else ""
        forme = "ecrit" if signe else forme
        self.d.carnet.ajouter(
            Consentement(
                partie=partie,
                point_id=self.point.pk,
                etat=etat,
                forme=forme,
                jour=self.jour,
                saisi_par=self.qui.personne,
                saisi_le=self._instant(),
                cle=self._uuid(),
            )
        )

    def etape(
        self, nature: str, textes: tuple[str, str], *parties: Partie, registre: int | None = None
    ) -> Etape:
        """A step, with those who took part."""
        resume, prive = textes
        etape = Etape(
            cle=self._uuid(),
            nature=nature,
            jour=self.jour,
            auteur=self.qui.personne,
            registre=registre,
            duree=self.hasard.choice((10, 15, 30, 45, 60)),
            saisie_le=self._instant(),
            retard=0,
            version=1,
            partenaire_id=self.dossier.partenaire_id if nature in ("appel", "demarche", "courrier") else None,
        )
        self.ecrire(etape, {"resume": resume, "prive": prive})
        for partie in parties:
            self.d.carnet.ajouter(Presence(etape=etape, partie=partie))
        return etape

    def attendre(self) -> None:
        """Wait for the institution, from the last act on."""
        if self.dossier.partenaire_id and self.hasard.chance(ATTENTES):
            relance = self.jour + timedelta(days=self.hasard.choice((10, 15, 21)))
            self.d.carnet.ajouter(
                Attente(
                    dossier=self.dossier,
                    point_id=self.point.pk,
                    de="institution",
                    debut=self.jour,
                    partenaire_id=self.dossier.partenaire_id,
                    relance_le=relance,
                )
            )


def _du_predecesseur(avant: Dossier, existant: Existant) -> tuple[None, int, int | None, int]:
    """What a case sent without its parties takes along: theme, a national partner, register."""
    national = avant.partenaire_id in existant.partenaires.values()
    return None, avant.theme_id, avant.partenaire_id if national else None, avant.registre
