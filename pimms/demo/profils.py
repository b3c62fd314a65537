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
            poids = {m: usages.HEURES.get(m // 60, usages.HEURE_CREUSE) for m in minutes}
            self.minutes[cle] = self.hasard.bassin(poids, TAILLE)
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
    themes = hasard.bassin(dict(zip(gouts, poids, strict=True)), TAILLE)
    return [modeles[t][int(hasard.random() * PAR_THEME)] for t in themes]


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
    tirages = zip(
        hasard.bassin(partenaires or {"": 1}, PAR_THEME),
        hasard.bassin(issues, PAR_THEME),
        hasard.bassin(usages.AIDES.get(theme, usages.AIDES[""]), PAR_THEME),
        hasard.bassin(usages.REGISTRES.get(theme, usages.REGISTRES[""]), PAR_THEME),
        strict=True,
    )
    for nom, issue, aide, registre in tirages:
        choix = (connus[nom], issue, aide.removeprefix("nulle"), registre or None)
        bassin.append(_demande(existant.themes[theme], theme, choix, hasard, bassin))
    return bassin


def _demande(cle: int, theme: str, choix: tuple, hasard: Hasard, freres: list) -> ModeleDemande:
    partenaire, issue, aide, registre = choix
    vers_partenaire, vers_texte = None, ""
    if issue == Issue.ORIENTE:
        registre = 5 if hasard.chance(usages.REGISTRE_ORIENTATION) else registre
        if partenaire and hasard.chance(0.7):
            vers_partenaire = partenaire
        else:
            vers_texte = hasard.choice(usages.VERS)
    elif issue == Issue.HORS_CHAMP:
        vers_texte = hasard.choice(usages.VERS_HORS_CHAMP)
    valeurs = (cle, partenaire, registre, aide, issue, vers_partenaire, vers_texte)
    return ModeleDemande(
        colonnes="\t".join(NUL if v is None else str(v) for v in valeurs),
        suivable=issue in SUIVIES,
        etat=[theme, issue, partenaire, registre, aide, vers_partenaire, vers_texte],
        theme=theme,
        freres=freres,
    )


def _services(canaux: Mapping[str, float], demandes: int, choisie: float, hasard: Hasard) -> list[str]:
    durees = hasard.bassin(usages.DUREES[demandes], TAILLE)
    return [
        f"{canal}\t{duree}\tf" if hasard.chance(choisie) else f"{canal}\t{DUREE_PAR_DEFAUT}\tt"
        for canal, duree in zip(hasard.bassin(canaux, TAILLE), durees, strict=True)
    ]


def _publics(point: Point, communes: list[CommuneConnue], hasard: Hasard) -> list[str]:
    """Attributes of the public: partly filled, as a médiateur with five people waiting fills them."""
    ici = point.objet.commune_id
    poids = {c.code: float(c.population) for c in communes}
    total = sum(poids.values()) or 1
    poids = {code: p / total for code, p in poids.items()} | {ici: 2.5}
    bassin = []
    tirages = (hasard.bassin(p, TAILLE) for p in (usages.GENRES, usages.AGES, poids))
    for tire in zip(*tirages, strict=True):
        genre, age, commune = (
            valeur if hasard.chance(part) else vide
            for valeur, part, vide in zip(tire, (0.6, 0.55, 0.35), ("", "", NUL), strict=True)
        )
        situation = hasard.pese(usages.SITUATIONS[age]) if age and hasard.chance(0.8) else ""
        premiere = NUL if hasard.chance(0.35) else "tf"[not hasard.chance(usages.PREMIERE_VISITE)]
        bassin.append(f"{genre}\t{age}\t{situation}\t{commune}\t{premiere}")
    return bassin
