"""Pools of ready-made pieces of a visit, drawn once a point, with that point's own leanings.

Drawing from a pool costs a tenth of a weighted draw, and there are millions of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from accueil.models.visites import DUREE_PAR_DEFAUT, Issue
from pimms.demo import usages
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import CommuneConnue, Existant, Parametres
from pimms.demo.reseau import Point

NUL = "\\N"  # NULL, in the text format of COPY
TAILLE = 512
PAR_THEME = 64
SUIVIES = {Issue.ORIENTE, Issue.A_SUIVRE}


@dataclass(slots=True)
class ModeleDemande:
    """A request ready to be copied: its columns, whether it can be followed up, its coded state."""

    colonnes: str
    suivable: bool
    etat: list
    theme: str
    freres: list["ModeleDemande"]


@dataclass
class Profil:
    """What the visits of a point are drawn from."""

    mois: list[list[ModeleDemande]]  # by month (0 is January)
    services: dict[int, list[str]]  # channel, minutes, estimated; by number of requests (1 to 3)
    publics: list[str]  # genre, age, situation, commune, first visit
    hasard: Hasard
    minutes: dict[tuple, list[int]] = field(default_factory=dict)

    def instants(self, creneaux: Sequence) -> list[int]:
        """Minutes of the day within these openings, more of them where people come."""
        cle = tuple(creneaux)
        if cle not in self.minutes:
            minutes = [
                m
                for c in creneaux
                for m in range(c.ouvre.hour * 60 + c.ouvre.minute, c.ferme.hour * 60 + c.ferme.minute)
            ]
            poids = [usages.HEURES.get(m // 60, usages.HEURE_CREUSE) for m in minutes]
            self.minutes[cle] = self.hasard.bassin(minutes, poids, TAILLE)
        return self.minutes[cle]


def dresser(
    params: Parametres,
    existant: Existant,
    point: Point,
    locaux: dict[str, int],
    communes: list[CommuneConnue],
) -> Profil:
    """Draw the pools of a point. `locaux` are its association's partners by kind."""
    hasard = Hasard(params.graine, "profil", point.lieu.code)
    # A theme that the union added is asked for now and then.
    gouts = {
        t: usages.THEMES.get(t, 1)
        * usages.PROFILS.get(point.lieu.profil, {}).get(t, 1)
        * hasard.facteur(0.35)
        for t in existant.themes
    }
    modeles = {t: _demandes(existant, point, locaux, t, hasard) for t in existant.themes}
    mois = [_mois(gouts, modeles, numero, hasard) for numero in range(1, 13)]
    canaux = usages.CANAUX_MOBILE if point.lieu.nature == "mobile" else usages.CANAUX
    choisie = 0.35 + 0.4 * hasard.random()
    services = {n: _services(canaux, n, choisie, hasard) for n in usages.DUREES}
    return Profil(mois, services, _publics(point, communes, hasard), hasard)


def _mois(gouts: dict[str, float], modeles: dict[str, list], numero: int, hasard: Hasard) -> list:
    poids = [g * usages.SAISONS.get(t, {}).get(numero, 1) for t, g in gouts.items()]
    themes = hasard.choices(list(gouts), poids, k=TAILLE)
    return [hasard.choice(modeles[t]) for t in themes]


def _demandes(existant: Existant, point: Point, locaux: dict, theme: str, hasard: Hasard) -> list:
    connus = existant.partenaires | locaux | {"": None}
    penchants = usages.PARTENAIRES_PROFILS.get(point.lieu.profil, {})
    outremer = len(point.lieu.departement) > 2
    partenaires = {
        nom: poids * penchants.get(nom, 1) * hasard.facteur(0.3)
        for nom, poids in usages.PARTENAIRES.get(theme, {"": 1}).items()
        if nom in connus and not (outremer and nom in usages.SEULEMENT_METROPOLE)
    }
    particularites = usages.ISSUES_THEMES.get(theme, {})
    issues = {i: p * particularites.get(i, 1) * hasard.facteur(0.2) for i, p in usages.ISSUES.items()}
    bassin: list[ModeleDemande] = []
    for _ in range(PAR_THEME):
        bassin.append(_demande(existant, connus, theme, partenaires, issues, hasard, bassin))
    return bassin


def _demande(existant, connus, theme, partenaires, issues, hasard: Hasard, freres) -> ModeleDemande:
    partenaire = connus[hasard.pese(partenaires)] if partenaires else None
    issue = hasard.pese(issues)
    aide = hasard.pese(usages.AIDES.get(theme, usages.AIDES[""])).removeprefix("nulle")
    registre = hasard.pese(usages.REGISTRES.get(theme, usages.REGISTRES[""])) or None
    vers_partenaire, vers_texte = None, ""
    if issue == Issue.ORIENTE:
        registre = 5 if hasard.chance(usages.REGISTRE_ORIENTATION) else registre
        if partenaire and hasard.chance(0.7):
            vers_partenaire = partenaire
        else:
            vers_texte = hasard.choice(usages.VERS)
    elif issue == Issue.HORS_CHAMP:
        vers_texte = hasard.choice(usages.VERS_HORS_CHAMP)
    valeurs = (existant.themes[theme], partenaire, registre, aide, issue, vers_partenaire, vers_texte)
    return ModeleDemande(
        colonnes="\t".join(NUL if v is None else str(v) for v in valeurs),
        suivable=issue in SUIVIES,
        etat=[theme, issue, partenaire, registre, aide, vers_partenaire, vers_texte],
        theme=theme,
        freres=freres,
    )


def _services(canaux: Mapping[str, float], demandes: int, choisie: float, hasard: Hasard) -> list[str]:
    bassin = []
    for canal in hasard.choices(list(canaux), list(canaux.values()), k=TAILLE):
        if hasard.chance(choisie):
            bassin.append(f"{canal}\t{hasard.pese(usages.DUREES[demandes])}\tf")
        else:
            bassin.append(f"{canal}\t{DUREE_PAR_DEFAUT}\tt")
    return bassin


def _publics(point: Point, communes: list[CommuneConnue], hasard: Hasard) -> list[str]:
    """Attributes of the public: partly filled, as a médiateur with five people waiting fills them."""
    ici = point.objet.commune_id
    poids = {c.code: float(c.population) for c in communes}
    total = sum(poids.values()) or 1
    poids = {code: p / total for code, p in poids.items()} | {ici: 2.5}
    bassin = []
    for _ in range(TAILLE):
        genre = hasard.pese(usages.GENRES) if hasard.chance(0.6) else ""
        age = hasard.pese(usages.AGES) if hasard.chance(0.55) else ""
        situation = hasard.pese(usages.SITUATIONS[age]) if age and hasard.chance(0.8) else ""
        commune = hasard.pese(poids) if hasard.chance(0.35) else NUL
        premiere = NUL if hasard.chance(0.35) else "tf"[not hasard.chance(usages.PREMIERE_VISITE)]
        bassin.append(f"{genre}\t{age}\t{situation}\t{commune}\t{premiere}")
    return bassin
