"""What the network's page shows of its points: on a map, beside similar ones, against the référentiel."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from accueil.chiffres import Sommes, sommes_par_point
from accueil.filtres import CHOISIS, PERIMETRES, Options
from accueil.models import PointAccueil
from accueil.registres import REGISTRES, Registre
from pimms.pilotage.carte import Carte, dessiner
from pimms.pilotage.champ import Champ
from pimms.pilotage.etat_points import Etat, Groupe, etats, grouper, mesurer
from qualite.controles import cad_2
from qualite.evaluation import Cadre
from qualite.lecture_constats import compter_verdicts
from qualite.lignees import trouver
from qualite.models import Exigence, Niveau
from qualite.verdicts import Verdict

JUGES = (Verdict.ATTEINT, Verdict.A_TRAITER, Verdict.PREUVE_MANQUANTE, Verdict.NON_EVALUE)


@dataclass(frozen=True)
class Ligne:
    """One point: what it did, how that lies among similar points, when it last logged. `url` is that of its
    dashboard, `liste` of the visits counted, `du_jour` of those of its last day."""

    point: PointAccueil
    sommes: Sommes
    mesures: Mapping[str, float]
    groupe: Groupe | None
    etat: Etat | None
    url: str
    liste: str
    du_jour: str

    @property
    def places(self) -> dict[str, str]:
        """Each measure beside the middle half of its group, in a word."""
        quartiles = self.groupe.quartiles if self.groupe else {}
        return {nom: quartiles[nom].situer(v) for nom, v in self.mesures.items() if nom in quartiles}


@dataclass(frozen=True)
class Points:
    """The points of the filter, in French order, without ranking; groups with the page of their points."""

    lignes: list[Ligne]
    groupes: list[tuple[Groupe, str]]
    carte: Carte
    muets: list[Ligne]


def lire_points(champ: Champ, options: Options, par_point: Mapping[int, Sommes]) -> Points:
    """Two statements, a third for part of the network: similar points are in all of it.

    `par_point`: figures of the filter, by point.
    """
    filtre, aujourdhui = champ.filtre, options.aujourdhui(champ.point, champ.filtre.points)
    connus = etats(aujourdhui)
    lus = {point.pk: point.code for point in options.points.values()}
    groupes = {} if filtre.selectif else grouper(connus, _semblables(champ, connus, par_point), lus)
    adresses = _adresses(champ)
    lignes = [
        _ligne(point, par_point, connus, groupes, adresses)
        for point in options.points.values()
        if filtre.points is None or point.pk in filtre.points
    ]
    presents = {ligne.groupe.nom for ligne in lignes if ligne.groupe}
    return Points(
        lignes=lignes,
        groupes=[
            (groupe, _des_points(champ, groupe, lus)) for groupe in groupes.values() if groupe.nom in presents
        ],
        carte=_carte(champ, options, lignes),
        muets=[x for x in lignes if x.etat and x.etat.muet_depuis(x.point.aujourdhui())],
    )


def _semblables(
    champ: Champ, connus: Mapping[int, Etat], par_point: Mapping[int, Sommes]
) -> Mapping[int, Sommes]:
    """Figures of the filter's points, and of the others of the same kinds and sizes."""
    points, periode = champ.filtre.points, champ.filtre.periode
    if points is None:
        return par_point
    groupes = {connus[cle].groupe for cle in points if cle in connus}
    autres = frozenset(cle for cle, etat in connus.items() if etat.groupe in groupes) - points
    return {**par_point, **sommes_par_point(periode, autres)} if autres else par_point


def _adresses(champ: Champ) -> tuple[str, str, str]:
    """Of a point's dashboard, of its visits of these days, of its visits of one: written once, for those of
    sixty-eight points differ by their last words. Each point has its own today, so days are written."""
    filtre, journal = champ.filtre, reverse("journal")
    jours = {"du": filtre.periode.du.isoformat(), "au": filtre.periode.au.isoformat()}
    return (
        f"{reverse('tableau_de_bord')}?{_sans_lieu(champ)}&point=",
        f"{journal}?{filtre.url(*PERIMETRES, CHOISIS, 'point', 'periode', **jours)}&point=",
        f"{journal}?point=",
    )


def _ligne(
    point: PointAccueil,
    par_point: Mapping[int, Sommes],
    connus: Mapping[int, Etat],
    groupes: Mapping[tuple[str, str], Groupe],
    adresses: tuple[str, str, str],
) -> Ligne:
    sommes, etat = par_point.get(point.pk, Sommes()), connus.get(point.pk)
    groupe = groupes.get(etat.groupe) if etat else None
    url, liste, journal = (debut + point.code for debut in adresses)
    dernier = etat.dernier if etat else None
    du_jour = f"{journal}&du={dernier}&au={dernier}" if dernier else ""
    return Ligne(point, sommes, mesurer(sommes), groupe, etat, url, liste, du_jour)


def _des_points(champ: Champ, groupe: Groupe, lus: Mapping[int, str]) -> str:
    """The page of a group's points, for who reads all of them."""
    if not groupe.membres <= lus.keys():
        return ""
    return f"?{_sans_lieu(champ)}&{CHOISIS}={'.'.join(lus[cle] for cle in sorted(groupe.membres))}"


def _sans_lieu(champ: Champ) -> str:
    """The filter without what it says of places; a period at least is left."""
    return champ.url(*PERIMETRES, CHOISIS, "point")


def _carte(champ: Champ, options: Options, lignes: list[Ligne]) -> Carte:
    lieux: dict[str, list[Ligne]] = {}
    for ligne in lignes:
        lieux.setdefault(options.lieux[ligne.point.code].departement, []).append(ligne)
    filtre = champ.url("departement")  # the other choices stay: they are what the numbers were counted in
    noms = {lieu.departement: lieu.nom_departement for lieu in options.lieux.values()}
    return dessiner(
        (
            code,
            noms[code],
            len(siennes),
            sum(ligne.sommes.visites for ligne in siennes),
            sum(ligne.sommes.demandes for ligne in siennes),
            f"?{filtre}&departement={code}",
        )
        for code, siennes in lieux.items()
    )


@dataclass(frozen=True)
class LigneRegistre:
    """One register: its interventions at all the points, and those judged that deploy it, by key."""

    registre: Registre
    interventions: int
    points: frozenset[int]


@dataclass(frozen=True)
class Conformite:
    """Findings of the points: each requirement with its points by verdict, then the eight registers, of the
    points `comptes`, by key."""

    exigences: list[tuple[Exigence, list[tuple[str, int]], int]]
    registres: list[LigneRegistre]
    comptes: frozenset[int]
    juges: int
    atteints: int
    seuil: int


def lire_conformite(cadre: Cadre, points: Mapping[int, int]) -> Conformite:
    """How many points each verdict holds for, requirement by requirement; one statement. `points`: their
    associations, by point."""
    registre = trouver(cadre.exigences, cad_2.CODE)
    code = registre.code if registre else ""
    lus = compter_verdicts(cadre.exigences, points, code)
    exigences = []
    for exigence in cadre.exigences:
        juges = [(v.value, lus.verdicts[exigence.code, v]) for v in JUGES]
        if Niveau.POINT in exigence.niveaux and any(n for _, n in juges) and not exigence.sans_verdict:
            exigences.append((exigence, juges, sum(n for _, n in juges)))
    complets = {cle: lu for cle, lu in lus.ouvertes.items() if len(lu[1]) == len(REGISTRES)}
    return Conformite(
        exigences=exigences,
        registres=_registres(complets, cadre.seuils["registres_repere"]),
        comptes=frozenset(complets),
        juges=sum(lus.verdicts[code, v] for v in JUGES if v != Verdict.NON_EVALUE),
        atteints=lus.verdicts[code, Verdict.ATTEINT],
        seuil=cadre.seuils["registres_seuil_point"],
    )


def _registres(constats: Mapping[int, tuple[str, list[int]]], repere: int) -> list[LigneRegistre]:
    """What a point not judged yet did is counted with the others' interventions, not it among the points."""
    return [
        LigneRegistre(
            registre,
            sum(detail[n] for _, detail in constats.values()),
            frozenset(
                point
                for point, (verdict, detail) in constats.items()
                if verdict != Verdict.NON_EVALUE and detail[n] >= repere
            ),
        )
        for n, registre in enumerate(REGISTRES if constats else ())
    ]
