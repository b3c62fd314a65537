"""The visits themselves, as lines of COPY, lot by lot: constant memory whatever their number."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from random import Random
from zoneinfo import ZoneInfo

from accueil.saisie import RECUL_MEDIATEUR
from pimms.demo import lexique, usages
from pimms.demo.equipes import Affectation
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Parametres
from pimms.demo.plan import JourDePoint
from pimms.demo.profils import NUL, TAILLE, ModeleDemande, Profil
from pimms.demo.reseau import Point
from pimms.demo.suivis import Suivis

# Columns of each line, in order.
COLONNES = {
    "accueil_visite": (
        "id point_id auteur_id cle jour heure saisie_le retard canal duree duree_estimee personnes"
        " nb_demandes genre tranche_age situation commune_id premiere_visite version annulee_le"
    ),
    "accueil_demande": (
        "id visite_id point_id rang theme_id partenaire_id registre aide issue vers_partenaire_id vers_texte"
    ),
    "accueil_notevisite": "visite_id point_id texte",
    "accueil_suivi": "id demande_id point_id code expire_le suite suite_le suite_par_id",
    "accueil_visiteversion": "id visite_id point_id numero faite_le par_id etat",
}
LOT = 50_000  # visits; each COPY leaves up to 64 empty pages a table
# One visit in so many is of a rarer kind; shares are cumulated.
TARDIVE, ANNULEE, CORRIGEE, COMPTAGE, NOTEE = 0.025, 0.033, 0.048, 0.053, 0.085
RECUL_RESPONSABLE = 40  # days: managers catch up on older entries
RETARD_MOYEN = 0.8  # open days
SANS_PUBLIC = f"\t\t\t{NUL}\t{NUL}"

_HHMM = [f"{m // 60:02d}:{m % 60:02d}" for m in range(1440)]
_SS = [f"{s:02d}" for s in range(60)]
_UUID4 = ~((0xF << 76) | (0x3 << 62)) & ((1 << 128) - 1), (4 << 76) | (2 << 62)

Octets = tuple[int, dict[str, bytes]]  # number of visits, lines by table


@dataclass
class Lot:
    """Lines to copy, by table, and the number of visits among them."""

    visites: int = 0
    lignes: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in COLONNES})

    def octets(self) -> Octets:
        """The same, encoded: cheap to hand to another process."""
        return self.visites, {t: "".join(lignes).encode() for t, lignes in self.lignes.items() if lignes}


@dataclass(slots=True)
class Entree:
    """One visit before it has a key: keys follow the order of entry in the whole network."""

    instant: int  # seconds of the day, UTC
    point: int
    colonnes: str
    demandes: list[ModeleDemande]
    saisi_le: date  # local day of entry
    jour: date
    affectation: Affectation
    note: str = ""
    version: tuple[str, str] | None = None  # when it was changed, its state before


class Fabrique:
    """Turns the plan into lots. What is drawn for a day of a point depends on nothing else."""

    def __init__(self, params: Parametres, points: list[Point], profils: list[Profil]) -> None:
        self.params, self.points, self.profils = params, points, profils
        self.historiques: list[deque] = [deque(maxlen=RECUL_RESPONSABLE) for _ in points]
        self.nombres = Hasard(params.graine, "nombres").bassin(usages.NB_DEMANDES, TAILLE)
        self.suivis = Suivis(params)
        self.visite = self.demande = self.version = 0  # last keys given
        self.notes = lexique.notes()

    def lots(self, plan: list[JourDePoint]) -> Iterator[Lot]:
        """The whole plan, day after day; within a day, in the order of the instants of entry."""
        lot, debut = Lot(), 0
        while debut < len(plan):
            fin = debut
            while fin < len(plan) and plan[fin].jour == plan[debut].jour:
                fin += 1
            entrees = [e for j in plan[debut:fin] for e in self._entrees(j)]
            entrees.sort(key=attrgetter("instant"))
            for entree in entrees:
                self._ecrire(lot, entree)
                if lot.visites >= LOT:
                    yield lot
                    lot = Lot()
            debut = fin
        if lot.visites:
            yield lot

    def _entrees(self, prevu: JourDePoint) -> Iterator[Entree]:
        """The visits logged at a point on a day."""
        point, profil = self.points[prevu.rang], self.profils[prevu.rang]
        hasard = Hasard(self.params.graine, "visites", point.lieu.code, prevu.jour)
        midi = datetime.combine(prevu.jour, time(12), ZoneInfo(point.lieu.fuseau))
        decalage = midi.utcoffset() or timedelta()
        fuseau, jour, pk = midi.strftime("%z"), str(prevu.jour), point.pk
        instants = profil.instants(prevu.creneaux)
        mois, publics = profil.mois[prevu.jour.month - 1], profil.publics
        auteurs = hasard.choices(prevu.presents, [a.rythme for a in prevu.presents], k=prevu.visites)
        ecart, (masque, version) = int(decalage.total_seconds()), _UUID4
        tirer = hasard.random
        for auteur in auteurs:
            minute, seconde = instants[int(tirer() * TAILLE)], int(tirer() * 60)
            demandes = self._demandes(tirer, mois)
            nombre = len(demandes)
            cle = hasard.getrandbits(128) & masque | version
            saisie = f"{jour} {_HHMM[minute]}:{_SS[seconde]}{fuseau}"
            service = profil.services[nombre if nombre < 3 else 3][int(tirer() * TAILLE)]
            public = publics[int(tirer() * TAILLE)]
            instant = minute * 60 + seconde - ecart
            entree = Entree(instant, prevu.rang, "", demandes, prevu.jour, prevu.jour, auteur)
            if (sort := tirer()) < NOTEE:
                entree.colonnes = self._rare(
                    hasard, sort, entree, (f"{cle:032x}", saisie, minute // 60, service, public)
                )
            else:
                entree.colonnes = (
                    f"{pk}\t{auteur.cle}\t{cle:032x}\t{jour}\t{minute // 60}\t{saisie}\t0\t{service}"
                    f"\t1\t{nombre}\t{public}\t1\t{NUL}\n"
                )
            yield entree
        self.historiques[prevu.rang].append((prevu.jour, prevu.presents))

    def _demandes(self, tirer, mois: list[ModeleDemande]) -> list[ModeleDemande]:
        premiere = mois[int(tirer() * TAILLE)]
        demandes = [premiere]
        for _ in range(self.nombres[int(tirer() * TAILLE)] - 1):
            if tirer() < usages.MEME_THEME:
                demandes.append(premiere.freres[int(tirer() * len(premiere.freres))])
            else:
                demandes.append(mois[int(tirer() * TAILLE)])
        return demandes

    def _ecrire(self, lot: Lot, entree: Entree) -> None:
        """Give the visit and its requests their keys, and add their lines to the lot."""
        self.visite += 1
        lot.visites += 1
        lignes, visite, pk = lot.lignes, self.visite, self.points[entree.point].pk
        lignes["accueil_visite"].append(f"{visite}\t{entree.colonnes}")
        demandes = lignes["accueil_demande"]
        for rang, modele in enumerate(entree.demandes):
            self.demande += 1
            demandes.append(f"{self.demande}\t{visite}\t{pk}\t{rang}\t{modele.colonnes}\n")
            if modele.suivable:
                suivi = self.suivis.ligne(self.demande, pk, entree.saisi_le, entree.affectation)
                if suivi:
                    lignes["accueil_suivi"].append(suivi)
        if entree.note:
            lignes["accueil_notevisite"].append(f"{visite}\t{pk}\t{entree.note}\n")
        if entree.version:
            quand, etat = entree.version
            versions = lignes["accueil_visiteversion"]
            self.version += 1
            auteur = entree.affectation.cle
            versions.append(f"{self.version}\t{visite}\t{pk}\t1\t{quand}\t{auteur}\t{etat}\n")

    def _rare(self, hasard: Random, sort: float, entree: Entree, pieces: tuple) -> str:
        """Columns of a visit entered late, cancelled, corrected, tallied, or with a note."""
        cle, saisie, heure, service, public = pieces
        jour, retard, personnes, version, annulee = entree.jour, 0, 1, 1, NUL
        if sort < TARDIVE:
            jour = self._jour_en_retard(hasard, entree)
            retard = (entree.jour - jour).days
        elif sort < CORRIGEE:
            apres = self._plus_tard(hasard, entree)
            if apres:
                version = 2
                canal = service.split("\t")[0]
                avant = service
                if sort < ANNULEE:
                    annulee = apres
                else:
                    avant = service.replace(canal, "telephone" if canal == "sur_place" else "sur_place", 1)
                entree.version = apres, self._etat(entree, heure, avant, public)
        elif sort < COMPTAGE:
            personnes, public = hasard.randint(4, 25), SANS_PUBLIC
            service = "sur_place\t60\tf"
        else:
            textes = self.notes.get(entree.demandes[0].theme)
            entree.note = textes[int(hasard.random() * len(textes))] if textes else ""
        entree.jour = jour
        pk, auteur, nombre = self.points[entree.point].pk, entree.affectation.cle, len(entree.demandes)
        return (
            f"{pk}\t{auteur}\t{cle}\t{jour}"
            f"\t{NUL if retard else heure}\t{saisie}\t{retard}\t{service}\t{personnes}\t{nombre}"
            f"\t{public}\t{version}\t{annulee}\n"
        )

    def _jour_en_retard(self, hasard: Random, entree: Entree) -> date:
        """An earlier open day when the author was there, within what their role allows."""
        historique = self.historiques[entree.point]
        if not historique:
            return entree.jour
        responsable = entree.affectation.acces.role == "responsable"
        moyenne = RETARD_MOYEN / 6 if responsable else RETARD_MOYEN
        recul = 1 + int(hasard.expovariate(moyenne))
        jour, presents = historique[-min(recul, len(historique))]
        limite = RECUL_RESPONSABLE if responsable else RECUL_MEDIATEUR
        permis = (entree.jour - jour).days <= limite and entree.affectation in presents
        return jour if permis else entree.jour

    def _plus_tard(self, hasard: Random, entree: Entree) -> str:
        """An instant after the entry, the same day and past; empty when there is none."""
        apres = entree.instant + 60 + int(hasard.expovariate(1 / 1500))
        jour = datetime.combine(entree.jour, time(), ZoneInfo("UTC"))
        instant = jour + timedelta(seconds=apres)
        if self.params.maintenant and instant >= self.params.maintenant:
            return ""
        return instant.isoformat(" ")

    def _etat(self, entree: Entree, heure: int, service: str, public: str) -> str:
        """The state kept before a change, as `accueil.saisie.etat` writes it."""
        canal, duree, estimee = service.split("\t")
        genre, age, situation, commune, premiere = public.split("\t")
        etat = {
            "jour": str(entree.jour),
            "heure": heure,
            "canal": canal,
            "duree": int(duree),
            "duree_estimee": estimee == "t",
            "personnes": 1,
            "nb_demandes": len(entree.demandes),
            "genre": genre,
            "tranche_age": age,
            "situation": situation,
            "commune": None if commune == NUL else commune,
            "premiere_visite": {"t": True, "f": False}.get(premiere),
            "note": "",
            "annulee": False,
            "demandes": [d.etat for d in entree.demandes],
        }
        return json.dumps(etat, ensure_ascii=False)
