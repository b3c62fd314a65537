"""Associations and points of the demo's network: contracts, labels, opening hours, closures, bus rounds."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta

from accueil.horaires import ferie
from accueil.models import (
    Association,
    Commune,
    ContratFranchise,
    Fermeture,
    JourneeMobile,
    LabelFranceServices,
    PlageHoraire,
    PointAccueil,
)
from pimms.demo import lexique
from pimms.demo.hasard import Hasard
from pimms.demo.lexique import Lieu
from pimms.demo.parametres import Carnet, Existant, Parametres
from pimms.socle.textes import cle_tri

UN_JOUR = timedelta(days=1)
# The two points of the demo's médiateur; no closure ever falls on the day of reference there.
POINT_DEMO, SECOND_POINT_DEMO = "LYO-GER", "LYO-VAI"
# Days before the reference on which these points closed or opened.
FERMES = {"VIT-PIN": 140}
RECENTS = {"PAR-20E": 100, "EVR-PYR": 320, "TLS-EMP": 480}
TOURNEES_A_VENIR = timedelta(weeks=6)
ARRETS_DU_BUS = 6
ANNONCE_MAX = timedelta(days=40)  # closures further ahead are not known yet

_MATIN, _APRES_MIDI = (time(9), time(12)), (time(13, 30), time(17, 30))
_TOT, _FIN_DE_JOURNEE = (time(8, 30), time(12, 30)), (time(13, 30), time(17, 30))
# Openings by weekday (0 is Monday), as points announce them.
SEMAINES = {
    "tot": {j: [_TOT, _FIN_DE_JOURNEE] for j in range(5)},
    "classique": {j: [_MATIN, _APRES_MIDI] for j in range(5)},
    "vendredi_court": {j: [_TOT, (time(13, 30), time(17))][: 1 if j == 4 else 2] for j in range(5)},
    "continu": {j: [(time(9), time(17))] for j in range(5)},
    "samedi": {j: [(time(9), time(12, 30)), (time(14), time(18))][j == 3 :] for j in range(5)}
    | {5: [(time(9), time(12))]},
}
ANTENNES = (
    {1: [_MATIN], 3: [_APRES_MIDI]},
    {0: [_MATIN, _APRES_MIDI], 2: [_MATIN], 4: [_MATIN]},
    {1: [(time(9, 30), time(16, 30))], 4: [(time(9, 30), time(12, 30))]},
)
IMPREVUS = (
    ("Formation de toute l’équipe", True),
    ("Assemblée générale de l’association", True),
    ("Réunion du réseau", True),
    ("Travaux dans les locaux", True),
    ("Panne de chauffage", False),
    ("Coupure d’électricité", False),
    ("Équipe incomplète", False),
    ("Intempéries", False),
)


@dataclass
class Point:
    """A point being made up: its row, its place in the catalogue, its dated openings."""

    objet: PointAccueil
    lieu: Lieu
    plages: list[PlageHoraire] = field(default_factory=list)
    fermetures: list[Fermeture] = field(default_factory=list)
    journees: dict[date, list[JourneeMobile]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pk: int = self.objet.pk  # a model's own `pk` is slow, and read millions of times

    @property
    def dernier_jour(self) -> date | None:
        """Last local day before the point closed."""
        return self.objet.ferme_le and self.objet.ferme_le - UN_JOUR


def batir(params: Parametres, existant: Existant, carnet: Carnet) -> list[Point]:
    """Make up the associations and points, in the catalogue's order."""
    associations: dict[str, Association] = {}
    points = []
    for lieu in _lieux(params.points, existant):
        hasard = Hasard(params.graine, "point", lieu.code)
        association = associations.get(lieu.association)
        if association is None:
            association = _association(params, existant, carnet, lieu)
            associations[lieu.association] = association
        point = Point(_point(params, existant, carnet, lieu, association, hasard), lieu)
        _ouvertures(params, existant, carnet, point, hasard)
        _fermetures(params, carnet, point, hasard)
        _label(params, carnet, point, hasard)
        points.append(point)
    return points


def _lieux(nombre: int, existant: Existant) -> list[Lieu]:
    """The catalogue's points, then one in each large commune of mainland France still without."""
    choisis = list(lexique.lieux()[:nombre])
    connues = {(lieu.commune, lieu.departement) for lieu in lexique.lieux()}
    autres = sorted(
        (c for d, liste in existant.communes.items() if len(d) == 2 for c in liste),
        key=lambda c: (-c.population, c.code),
    )
    libres = (c for c in autres if (c.nom, c.departement) not in connues)
    while len(choisis) < nombre:
        c = next(libres)
        code, association = f"X{c.departement}-{len(choisis) + 1:03d}", f"{c.nom} ({c.departement})"
        adresse = "1 place de la Mairie"
        choisis.append(
            Lieu(code, c.nom, c.nom, c.departement, "fixe", association, "centre", adresse, c.code_postal)
        )
    return choisis


def _association(params: Parametres, existant: Existant, carnet: Carnet, lieu: Lieu) -> Association:
    hasard = Hasard(params.graine, "association", lieu.association)
    nom = f"PIMMS Médiation {lieu.association}"
    association = carnet.ajouter(
        Association(
            nom=nom,
            nom_tri=cle_tri(nom),
            adresse=lieu.adresse,
            commune_id=existant.commune(lieu.commune, lieu.departement).code,
            courriel=f"contact@{lexique.etiquette(lieu.association)}.pimms.example",
            telephone=lexique.telephone(lieu.departement, hasard.randrange(10_000)),
        )
    )
    debut = date(params.debut.year - hasard.randrange(1, 9), hasard.choice((1, 4, 7, 9)), 1)
    while debut <= params.reference:
        fin = date(debut.year + 4, debut.month, 1) - UN_JOUR
        carnet.ajouter(ContratFranchise(association=association, debut=debut, fin=fin))
        debut = fin + UN_JOUR
    return association


def _point(params, existant, carnet, lieu: Lieu, association: Association, hasard: Hasard) -> PointAccueil:
    commune = existant.commune(lieu.commune, lieu.departement)
    ouvert_le = date(hasard.randrange(2001, params.debut.year), hasard.randrange(1, 13), 1)
    if lieu.code in RECENTS:
        ouvert_le = max(params.reference - timedelta(days=RECENTS[lieu.code]), params.debut)
    ferme_le = params.reference - timedelta(days=FERMES[lieu.code]) if lieu.code in FERMES else None
    return carnet.ajouter(
        PointAccueil(
            association=association,
            code=lieu.code,
            nom=lieu.nom,
            nom_tri=cle_tri(lieu.nom),
            nature=lieu.nature,
            adresse=lieu.adresse,
            code_postal=lieu.code_postal or commune.code_postal,
            commune=Commune(code=commune.code, departement_id=commune.departement),
            telephone=lexique.telephone(lieu.departement, hasard.randrange(10_000)),
            fuseau=lieu.fuseau,
            ouvert_le=ouvert_le,
            ferme_le=ferme_le,
        )
    )


def _ouvertures(params, existant, carnet, point: Point, hasard: Hasard) -> None:
    if point.lieu.nature == "mobile":
        _tournees(params, existant, carnet, point, hasard)
        return
    antenne = point.lieu.nature == "antenne"
    semaines = list(ANTENNES if antenne else SEMAINES.values())
    actuelle = SEMAINES["tot"] if point.lieu.code == POINT_DEMO else hasard.choice(semaines)
    debut = point.objet.ouvert_le
    changement = date(params.reference.year - 1, 9, 1)
    if hasard.chance(0.3) and debut < changement < params.reference:
        avant = hasard.choice([s for s in semaines if s is not actuelle])
        _semaine(carnet, point, avant, debut, changement - UN_JOUR)
        debut = changement
    _semaine(carnet, point, actuelle, debut, None)


def _semaine(carnet: Carnet, point: Point, semaine: dict, debut: date, fin: date | None) -> None:
    for jour, creneaux in semaine.items():
        for ouvre, ferme in creneaux:
            plage = PlageHoraire(point=point.objet, jour=jour, ouvre=ouvre, ferme=ferme, debut=debut, fin=fin)
            point.plages.append(carnet.ajouter(plage))


def _tournees(params, existant, carnet, point: Point, hasard: Hasard) -> None:
    """Four days a week, each stop every other week; none on holidays nor in mid-August."""
    departement = point.lieu.departement
    arrets = hasard.sample(existant.communes[departement][5:], ARRETS_DU_BUS)
    jour = max(params.debut, point.objet.ouvert_le) - UN_JOUR
    while (jour := jour + UN_JOUR) <= params.reference + TOURNEES_A_VENIR:
        if (
            jour.weekday() in (2, 5, 6)
            or ferie(departement, jour)
            or (jour.month == 8 and 5 <= jour.day <= 20)
        ):
            continue
        arret = arrets[(jour.toordinal() // 7 % 2 * 3 + jour.weekday()) % ARRETS_DU_BUS]
        annulee = hasard.chance(0.02)
        for ouvre, ferme in ((time(9, 30), time(12, 30)), (time(14), time(16, 30))):
            journee = JourneeMobile(
                point=point.objet,
                jour=jour,
                lieu=f"{arret.nom}, place de la mairie",
                commune_id=arret.code,
                ouvre=ouvre,
                ferme=ferme,
                annulee=annulee,
            )
            point.journees.setdefault(jour, []).append(carnet.ajouter(journee))


def _fermer(params, carnet, point: Point, debut: date, fin: date, motif: str, annoncee: date | None) -> None:
    if debut < point.objet.ouvert_le or (point.objet.ferme_le and fin >= point.objet.ferme_le):
        return
    if debut > params.reference + ANNONCE_MAX:
        return
    if point.lieu.code in (POINT_DEMO, SECOND_POINT_DEMO) and debut <= params.reference <= fin:
        return
    if any(f.debut <= fin and (f.fin is None or debut <= f.fin) for f in point.fermetures):
        return  # closed on those days already
    fermeture = Fermeture(point=point.objet, debut=debut, fin=fin, motif=motif, annoncee_le=annoncee)
    point.fermetures.append(carnet.ajouter(fermeture))


def _fermetures(params: Parametres, carnet: Carnet, point: Point, hasard: Hasard) -> None:
    """Summer, Christmas, and a few days a year, one or two of them unannounced."""
    ete, noel = hasard.chance(0.35), hasard.chance(0.5)
    for annee in range(params.debut.year, params.reference.year + 1):
        if ete:
            lundi = date(annee, 8, hasard.randrange(1, 15))
            lundi -= timedelta(days=lundi.weekday())
            fin = lundi + timedelta(days=hasard.choice((6, 13)))
            _fermer(params, carnet, point, lundi, fin, "Congés d’été", lundi - timedelta(days=40))
        if noel:
            debut, fin = date(annee, 12, 24), date(annee + 1, 1, 1)
            _fermer(params, carnet, point, debut, fin, "Fêtes de fin d’année", debut - timedelta(days=30))
        for _ in range(hasard.randrange(1, 5)):
            jour = date(annee, 1, 1) + timedelta(days=hasard.randrange(365))
            motif, prevue = hasard.choice(IMPREVUS)
            annoncee = jour - timedelta(days=hasard.randrange(5, 30)) if prevue else None
            if params.debut <= jour < params.reference and jour.weekday() < 5:
                _fermer(params, carnet, point, jour, jour, motif, annoncee)


def _label(params: Parametres, carnet: Carnet, point: Point, hasard: Hasard) -> None:
    """Six points in ten hold the label, from 2020 at the earliest; one in twenty lost it."""
    if point.lieu.nature == "antenne" or not hasard.chance(0.6):
        return
    debut = max(date(2020, hasard.choice((1, 3, 7, 10)), 1), point.objet.ouvert_le)
    debut = min(debut, params.reference)
    perdu = hasard.chance(0.05) and debut < params.reference - timedelta(days=400)
    fin = params.reference - timedelta(days=hasard.randrange(30, 300)) if perdu else None
    carnet.ajouter(LabelFranceServices(point=point.objet, debut=debut, fin=fin))
