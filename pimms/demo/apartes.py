"""What a few of the demo's cases hold besides their story: readers, papers, a transfer, another register."""

import hashlib
from datetime import timedelta

from accueil.models.personnes import Role
from accueil.registres import RETAGAGE_TARDIF
from mediation.etats import TRANSFERT
from mediation.models import Document, Fichier, Lecteur, Partie, PropositionRegistre
from pimms.demo import recits
from pimms.demo.equipes import Affectation
from pimms.demo.hasard import Hasard
from pimms.demo.papiers import papier
from pimms.demo.reseau import POINT_DEMO, Point
from pimms.demo.vies import Ouverture, Vie

# Shares of the cases; where the demo is looked at there are more, so that each is met.
RESERVES, TRANSFERES, PAPIERS, PROPOSES = 0.02, 0.02, 0.15, 0.02
FOIS_AU_POINT_DEMO = 3
EN_ATTENTE = 15  # days before the reference: a younger proposal still waits for its answer
FOIS_EN_ATTENTE = 5  # those are few days among years, and what waits is what one comes to see


class Aparte(Vie):
    """A case whose asides are drawn by a chance of their own: none moves its story."""

    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.a_part = Hasard(self.d.params.graine, "aparte", self.dossier.reference)
        self.fois = FOIS_AU_POINT_DEMO if self.point.lieu.code == POINT_DEMO else 1

    def arrive(self, part: float) -> bool:
        """Whether what happens to that share of the cases happens to this one."""
        return self.a_part.chance(part * self.fois)

    def _equipe(self) -> list[Affectation]:
        return [a for a in self.d.equipes.par_point[self.point.pk] if a.acces.couvre(self.jour)]

    def reserver(self, *, nommer: bool = True) -> None:
        """Only who is in charge reads it, and now and then a colleague who is named."""
        self.dossier.restreint = True
        self.raconter("restriction", vers="restreint")
        autres = sorted({a.personne.pk for a in self._equipe()} - {self.qui.personne.pk})
        if nommer and autres and self.a_part.chance(0.5):
            nomme = Lecteur(
                dossier=self.dossier, point_id=self.point.pk, personne_id=self.a_part.choice(autres)
            )
            self.d.carnet.ajouter(nomme)

    def joindre(self, partie: Partie) -> None:
        """The signed paper by which a party accepts the mediation."""
        lignes = (
            "Accord à la médiation",
            f"Dossier {self.dossier.reference}",
            f"Signé le {self.jour:%d/%m/%Y}",
        )
        octets = papier(*lignes)
        piece = Document(
            cle=self._uuid(self.a_part),
            nature=Document.Nature.CONSENTEMENT,
            format=Document.Format.PDF,
            taille=len(octets),
            empreinte=hashlib.sha256(octets).hexdigest(),
            partie=partie,
            ajoute_par=self.qui.personne,
            ajoute_le=self._instant(),
        )
        self.ecrire(piece, {"nom": "Accord signé.pdf"})
        scelle = self.dossier.coffre.sceller(f"fichier:{piece.numero}", octets)
        self.d.carnet.garder(Fichier(document=piece, point_id=self.point.pk, octets=scelle))

    def proposer(self) -> None:
        """Now and then the manager proposes another register; who is in charge answers after some days."""
        recente = (self.d.params.reference - self.jour).days <= EN_ATTENTE
        if not self.arrive(PROPOSES * (FOIS_EN_ATTENTE if recente else 1)):
            return
        chefs = [a for a in self._equipe() if a.acces.role == Role.RESPONSABLE]
        if not chefs or chefs[0].personne.pk == self.dossier.mediateur_id:
            return
        avant = self.dossier.registre
        vers = self.a_part.choice([r for r in (1, 2, 3, 5) if r not in (avant, self.recit.second)])
        proposition = PropositionRegistre(
            dossier=self.dossier,
            point_id=self.point.pk,
            registre_de=avant,
            registre_vers=vers,
            motif=self.a_part.choice(PropositionRegistre.Motif.values),
            tardive=(self.jour - self.dossier.ouvert_le).days > RETAGAGE_TARDIF,
            par=chefs[0].personne,
            le=self._instant(),
        )
        self.d.carnet.ajouter(proposition)
        if recente:
            return
        proposition.decide_par, proposition.decide_le = self.qui.personne, self._instant() + timedelta(days=2)
        # A case taken from a request keeps the register that it was given at the desk.
        acceptee = self.dossier.demande_id is None and self.a_part.chance(0.7)
        proposition.decision = "acceptee" if acceptee else "refusee"
        if acceptee:
            self.dossier.registre, self.dossier.version = vers, self.dossier.version + 1
            self.raconter("registre", registre_de=avant, registre_vers=vers)

    def transferer(self) -> bool:
        """Close here; a successor opens at another point. False when no other point could receive it."""
        accueil = self._accueil()
        if accueil is None:
            return False
        self.dossier.issue = TRANSFERT
        self.passer("clos")
        self.raconter("transfert", {"motif": recits.TRANSFERT})
        self.d.transferts.append(Ouverture(accueil[0], self.jour, accueil[1], predecesseur=self.dossier))
        return True

    def _accueil(self) -> tuple[Point, Affectation] | None:
        """A point, of the same association where there is one, and who receives the case there."""
        autres = []
        for point in self.d.points:
            presents = [a for a in self.d.equipes.par_point[point.pk] if a.acces.couvre(self.jour)]
            presents.sort(key=lambda a: (a.acces.role != Role.RESPONSABLE, a.acces.debut, a.cle))
            ferme = point.dernier_jour and point.dernier_jour < self.jour
            if point.pk != self.point.pk and presents and point.objet.ouvert_le <= self.jour and not ferme:
                autres.append((point, presents[0]))
        association = self.point.objet.association_id
        voisins = [a for a in autres if a[0].objet.association_id == association]
        return self.a_part.choice(voisins or autres) if autres else None
