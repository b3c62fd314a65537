"""People of the demo's network: teams that change, managers, directions, the union, absences."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from accueil.models import Absence, Acces, Utilisateur
from accueil.models.personnes import Origine, Role
from pimms.demo import lexique
from pimms.demo.absences import Absents, tirer_absences
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Carnet, Parametres
from pimms.demo.reseau import POINT_DEMO, SECOND_POINT_DEMO, UN_JOUR, Point
from pimms.socle.textes import cle_tri

TAILLES = {"fixe": (6, 9), "antenne": (4, 5), "mobile": (4, 5)}  # people of a team, least and most
TOUS_LES_JOURS = frozenset(range(7))
EN_POSTE_DEPUIS = 1100  # days, mean of a stay
MOT_DE_PASSE_INUTILISABLE = "!"
# Names of the people whose logins the demo prints.
VEDETTES = {
    "mediateur": ("Sonia", "Benali"),
    "responsable": ("Léa", "Tissot"),
    "union": ("Paul", "Girard"),
    "auditeur": ("Inès", "Faure"),
}


@dataclass
class Affectation:
    """A stay of a person at a point, with the weekdays worked there and the pace of their entries."""

    personne: Utilisateur
    acces: Acces
    jours: frozenset[int]
    rythme: float

    def __post_init__(self) -> None:
        self.cle: int = self.personne.pk

    def couvre(self, jour: date) -> bool:
        return jour.weekday() in self.jours and self.acces.couvre(jour)


@dataclass
class Equipes:
    """Who works where and when; `vedettes` are the people of the demo's logins."""

    par_point: dict[int, list[Affectation]] = field(default_factory=lambda: defaultdict(list))
    absents: Absents = field(default_factory=set)
    vedettes: dict[str, Utilisateur] = field(default_factory=dict)
    siege: list[Utilisateur] = field(default_factory=list)


class _Recrutement:
    """Makes up people, each with a name and an address of their own."""

    def __init__(self, params: Parametres, carnet: Carnet) -> None:
        self.params, self.carnet = params, carnet
        self.adresses: dict[tuple[str, str], int] = defaultdict(int)

    def personne(
        self,
        hasard: Hasard,
        domaine: str,
        departement: str,
        arrivee: date,
        nom: tuple[str, str] | None = None,
    ) -> Utilisateur:
        prenom, patronyme = nom or (
            hasard.choice(lexique.mots("prenoms")),
            hasard.choice(lexique.noms(departement)),
        )
        compte = f"{lexique.etiquette(prenom)}.{lexique.etiquette(patronyme)}"
        self.adresses[compte, domaine] += 1
        suffixe = self.adresses[compte, domaine]
        adresse = f"{compte}{suffixe if suffixe > 1 else ''}@{domaine}.pimms.example"
        return self.carnet.ajouter(
            Utilisateur(
                email=adresse,
                prenom=prenom,
                nom=patronyme,
                nom_tri=cle_tri(f"{patronyme} {prenom}"),
                password=MOT_DE_PASSE_INUTILISABLE,
                cree_le=datetime.combine(arrivee, time(8), UTC),
            )
        )

    def acces(self, personne: Utilisateur, role: str, debut: date, fin: date | None, **portee) -> Acces:
        acces = Acces(personne=personne, role=role, debut=debut, fin=fin, **portee)
        acces.cree_le = datetime.combine(debut, time(8), UTC)
        return self.carnet.ajouter(acces)


def constituer(params: Parametres, carnet: Carnet, points: list[Point]) -> Equipes:
    """Make up everyone, their dated roles and their absences."""
    equipes, recrutement = Equipes(), _Recrutement(params, carnet)
    _siege(params, recrutement, equipes)
    _directions(params, recrutement, equipes, points)
    for point in points:
        _equipe(params, recrutement, equipes, point)
    _deux_points(params, recrutement, equipes, points)
    _absences(params, carnet, equipes)
    return equipes


def _siege(params: Parametres, recrutement: _Recrutement, equipes: Equipes) -> None:
    hasard = Hasard(params.graine, "union")
    for rang in range(6):
        debut = params.debut - timedelta(days=hasard.randrange(30, 2000))
        personne = recrutement.personne(
            hasard, "union", "75", debut, VEDETTES["union"] if rang == 0 else None
        )
        role = Role.REFERENT_QUALITE if rang == 5 else Role.UNION
        recrutement.acces(personne, role, debut, None, origine=Origine.SYSTEME)
        equipes.siege.append(personne)
    equipes.vedettes["union"] = equipes.siege[0]
    # An auditor sees nothing until a campaign grants it: a person without any role.
    auditeur = recrutement.personne(hasard, "audit", "75", params.reference, VEDETTES["auditeur"])
    equipes.vedettes["auditeur"] = auditeur


def _directions(params, recrutement: _Recrutement, equipes: Equipes, points: list[Point]) -> None:
    """One director an association; one in five changed during the span."""
    vues = set()
    for point in points:
        association = point.objet.association
        if association.pk in vues:
            continue
        vues.add(association.pk)
        hasard = Hasard(params.graine, "direction", association.nom)
        debut = params.debut - timedelta(days=hasard.randrange(100, 2500))
        releve = params.debut + timedelta(days=hasard.randrange(60, 600)) if hasard.chance(0.2) else None
        if releve and releve >= params.reference:
            releve = None
        for du, au in ((debut, releve and releve - UN_JOUR), (releve, None)):
            if du is None:
                continue
            domaine = lexique.etiquette(point.lieu.association)
            personne = recrutement.personne(hasard, domaine, point.lieu.departement, du)
            recrutement.acces(
                personne,
                Role.DIRECTION,
                du,
                au,
                association=association,
                origine=Origine.UNION,
                accorde_par=equipes.siege[1],
            )


def _equipe(params: Parametres, recrutement: _Recrutement, equipes: Equipes, point: Point) -> None:
    hasard = Hasard(params.graine, "equipe", point.lieu.code)
    for place in range(hasard.randint(*TAILLES[point.lieu.nature])):
        vedette = point.lieu.code == POINT_DEMO and ("responsable", "mediateur", *[""] * 9)[place]
        if vedette:
            _poste_de_vedette(params, recrutement, equipes, point, vedette)
        else:
            role = Role.RESPONSABLE if place == 0 else Role.MEDIATEUR
            _succession(params, recrutement, equipes, point, role, hasard)


def _affecter(recrutement, equipes: Equipes, point: Point, personne, role, debut, fin, jours, rythme) -> None:
    par = equipes.siege[1]
    acces = recrutement.acces(
        personne,
        role,
        debut,
        fin,
        point=point.objet,
        origine=Origine.UNION,
        accorde_par=par,
        quotite=_quotite(jours),
    )
    equipes.par_point[point.pk].append(Affectation(personne, acces, jours, rythme))


def _quotite(jours: frozenset[int]) -> int | None:
    """Working time of somebody who is there on these days of the week."""
    return min(100, 20 * len(jours)) or None


def _poste_de_vedette(params, recrutement, equipes: Equipes, point: Point, vedette: str) -> None:
    """The people of the demo's logins: long in post, and there on the day of reference."""
    hasard = Hasard(params.graine, "vedette", vedette)
    debut = max(params.debut - timedelta(days=400), point.objet.ouvert_le)
    domaine = lexique.etiquette(point.lieu.association)
    personne = recrutement.personne(hasard, domaine, "69", debut, VEDETTES[vedette])
    equipes.vedettes[vedette] = personne
    ailleurs = frozenset({(params.reference.weekday() + 2) % 5} if vedette == "mediateur" else ())
    rythme = 1.6 if vedette == "mediateur" else 0.5
    _affecter(
        recrutement, equipes, point, personne, Role(vedette), debut, None, TOUS_LES_JOURS - ailleurs, rythme
    )


def _succession(params, recrutement, equipes: Equipes, point: Point, role: Role, hasard: Hasard) -> None:
    """The people who held one place, one after the other; some come back after months away."""
    domaine = lexique.etiquette(point.lieu.association)
    dernier = point.dernier_jour
    debut = max(params.debut - timedelta(days=hasard.randrange(1500)), point.objet.ouvert_le)
    personne = None
    while debut <= min(params.reference, dernier or params.reference):
        if personne is None:
            personne = recrutement.personne(hasard, domaine, point.lieu.departement, debut)
            partiel = role == Role.MEDIATEUR and hasard.chance(0.2)
            jours = TOUS_LES_JOURS - {hasard.randrange(5)} if partiel else TOUS_LES_JOURS
            rythme = hasard.facteur(0.25) * (0.35 if role == Role.RESPONSABLE else 1)
        fin: date | None = debut + timedelta(days=90 + int(hasard.expovariate(1 / EN_POSTE_DEPUIS)))
        if fin > params.reference:
            parti = hasard.chance(0.03)
            fin = params.reference + timedelta(days=hasard.randrange(15, 60)) if parti else None
        if dernier and (fin is None or fin > dernier):
            fin = dernier
        _affecter(recrutement, equipes, point, personne, role, debut, fin, jours, rythme)
        if fin is None or fin >= params.reference:
            return
        revient = hasard.chance(0.1)
        debut = fin + timedelta(days=hasard.randrange(60, 300) if revient else hasard.randrange(4, 45))
        personne = personne if revient else None


def _deux_points(params, recrutement, equipes: Equipes, points: list[Point]) -> None:
    """One médiateur in fifteen also works, on a day of the week, at a neighbouring point."""
    voisins: dict[int, list[Point]] = defaultdict(list)
    for point in points:
        if point.dernier_jour is None:
            voisins[point.objet.association_id].append(point)
    for point in points:
        hasard = Hasard(params.graine, "deux-points", point.lieu.code)
        autres = [p for p in voisins[point.objet.association_id] if p is not point]
        for affectation in list(equipes.par_point[point.pk]):
            if not autres or affectation.acces.role != Role.MEDIATEUR or affectation.acces.fin:
                continue
            if affectation.personne is equipes.vedettes.get("mediateur"):
                second = next((p for p in autres if p.lieu.code == SECOND_POINT_DEMO), None)
                jour = (params.reference.weekday() + 2) % 5
            else:
                second = hasard.choice(autres) if hasard.chance(1 / 15) else None
                jour = hasard.choice(sorted(affectation.jours - {5, 6}))
            if second is None or any(
                a.personne is affectation.personne for a in equipes.par_point[second.pk]
            ):
                continue
            affectation.jours -= {jour}
            affectation.acces.quotite = _quotite(affectation.jours)
            debut = max(affectation.acces.debut, second.objet.ouvert_le) + timedelta(days=30)
            _affecter(
                recrutement, equipes, second, affectation.personne, Role.MEDIATEUR,
                min(debut, params.reference), None, frozenset({jour}), affectation.rythme,
            )  # fmt: skip


def _absences(params: Parametres, carnet: Carnet, equipes: Equipes) -> None:
    """Leave and illness of each person in post; a manager's long leave is delegated."""
    faites = set()
    vedettes = {p.pk for p in equipes.vedettes.values()}
    for affectations in list(equipes.par_point.values()):
        for affectation in list(affectations):
            personne, acces = affectation.personne, affectation.acces
            if personne.pk in faites:
                continue
            faites.add(personne.pk)
            presence = params.reference if personne.pk in vedettes else None
            for debut, fin, motif in tirer_absences(params, personne.email, acces.debut, acces.fin, presence):
                carnet.ajouter(
                    Absence(personne=personne, point=acces.point, debut=debut, fin=fin, motif=motif)
                )
                for n in range((fin - debut).days + 1):
                    equipes.absents.add((personne.pk, debut + timedelta(days=n)))
                if acces.role == Role.RESPONSABLE and (fin - debut).days >= 9:
                    _deleguer(params, carnet, equipes, affectations, affectation, debut, fin)


def _deleguer(params, carnet, equipes: Equipes, affectations, responsable, debut: date, fin: date) -> None:
    """While the manager is away, a médiateur of the team, there all along, holds the role."""
    if debut < params.reference - timedelta(days=365) or (responsable.acces.fin or fin) < fin:
        return
    for a in affectations:
        # The demo's médiateur stays one: what the role sees must not change from a week to the next.
        dans_l_equipe = a.acces.role == Role.MEDIATEUR and a.acces.debut <= debut
        dans_l_equipe &= a.personne is not equipes.vedettes.get("mediateur")
        if dans_l_equipe and (a.acces.fin is None or a.acces.fin >= fin):
            acces = Acces(
                personne=a.personne,
                role=Role.RESPONSABLE,
                point=a.acces.point,
                debut=debut,
                fin=fin,
                origine=Origine.DELEGATION,
                accorde_par=responsable.personne,
                cree_le=datetime.combine(debut, time(8), UTC),
            )
            carnet.ajouter(acces)
            return
