"""What the demo's network is made of: points, names, notes, read from `donnees/`."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pimms.socle.textes import cle_tri

DONNEES = Path(__file__).resolve().parent / "donnees"
FUSEAUX = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "976": "Indian/Mayotte",
}
_SUD_EST = "01 04 05 06 07 11 13 26 30 34 38 42 43 48 63 66 69 73 74 83 84 2A 2B"
_SUD_OUEST = "09 12 16 17 19 23 24 31 32 33 40 46 47 64 65 79 81 82 86 87"
_NORD_EST = "02 08 10 21 25 39 51 52 54 55 57 58 59 60 62 67 68 70 71 80 88 89 90"
_ILE_DE_FRANCE = "75 77 78 91 92 93 94 95"


@dataclass(frozen=True)
class Lieu:
    """One reception point of the catalogue."""

    code: str
    nom: str
    commune: str
    departement: str
    nature: str
    association: str
    profil: str
    adresse: str
    code_postal: str

    @property
    def fuseau(self) -> str:
        return FUSEAUX.get(self.departement, "Europe/Paris")


@cache
def lieux() -> tuple[Lieu, ...]:
    """The sixty-eight points of the demo's network, in the order in which `--points` takes them."""
    with (DONNEES / "points.csv").open(encoding="utf-8", newline="") as fichier:
        return tuple(Lieu(**ligne) for ligne in csv.DictReader(fichier, delimiter=";"))


@cache
def mots(nom: str) -> tuple[str, ...]:
    """The lines of a list of words."""
    return tuple((DONNEES / f"{nom}.txt").read_text(encoding="utf-8").split("\n")[:-1])


@cache
def noms(departement: str) -> tuple[str, ...]:
    """Family names heard in a département."""
    with (DONNEES / "noms_outremer.csv").open(encoding="utf-8", newline="") as fichier:
        locaux = {n["departement"]: n["noms"].split(",") for n in csv.DictReader(fichier, delimiter=";")}
    # Overseas, three local names for one from the common list.
    return tuple(locaux.get(departement, [])) * 30 + mots("noms")


@cache
def notes() -> dict[str, tuple[str, ...]]:
    """Notes that go with a theme, by the theme's code."""
    par_theme: dict[str, list[str]] = {}
    with (DONNEES / "notes.csv").open(encoding="utf-8", newline="") as fichier:
        for ligne in csv.DictReader(fichier, delimiter=";"):
            par_theme.setdefault(ligne["theme"], []).append(ligne["texte"])
    return {theme: tuple(textes) for theme, textes in par_theme.items()}


def telephone(departement: str, numero: int) -> str:
    """A number that ARCEP keeps for fiction (décision 2018-0881), of the right region: nobody answers it."""
    if departement in _ILE_DE_FRANCE.split():
        prefixe = "01 99 00"
    elif departement in _NORD_EST.split():
        prefixe = "03 53 01"
    elif departement in _SUD_EST.split():
        prefixe = "04 65 71"
    elif departement in _SUD_OUEST.split():
        prefixe = "05 36 49"
    else:
        prefixe = "06 39 98" if len(departement) > 2 else "02 61 91"
    return f"{prefixe} {numero // 100 % 100:02d} {numero % 100:02d}"


def etiquette(texte: str) -> str:
    """A text as part of an address: « Pays d’Aix » → « pays-d-aix »."""
    return cle_tri(texte).replace(" ", "-")
