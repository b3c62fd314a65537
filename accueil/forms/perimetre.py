"""The points that an address chooses among those that one reads: by région, département or association, or
one by one. Any page understands it; a page whose form offers the choice shows the fields."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, QueryDict

from accueil.filtres import CHOISIS, PERIMETRES, Options
from pimms.socle.formulaires import INCONNU
from pimms.socle.textes import cle_tri

NOMMES = 3  # chosen points that are told by name

Couples = Sequence[tuple[str, str]]
Choix = tuple[tuple[str, str, str], ...]  # what points are chosen by: key, value, and that in words


@dataclass(frozen=True)
class Perimetre:
    """What was chosen; `points` None where nothing was."""

    choix: Choix
    points: frozenset[int] | None

    @property
    def parametres(self) -> dict[str, str]:
        return {cle: valeur for cle, valeur, _ in self.choix}

    @property
    def url(self) -> str:
        return urlencode(self.parametres)

    @property
    def mots(self) -> list[tuple[str, str]]:
        """Each choice with its label."""
        return [(PERIMETRES.get(cle, "Points"), mots) for cle, _, mots in self.choix]


PARTOUT = Perimetre((), None)


def lire_perimetre(
    parametres: QueryDict, options: Options, cles: Collection[str] = tuple(PERIMETRES)
) -> Perimetre:
    """What an address chooses, for a page without these fields: an unknown value is ignored.

    Raises Http404 for a point that one may not look at.
    """
    choisis = points_choisis(parametres, options)
    lus = {cle: parametres[cle] for cle in cles if parametres.get(cle)}
    choix = composer(options, {c: v for c, v in lus.items() if v in dict(_lieux(options, c))}, choisis)
    return Perimetre(choix, dans(options, choix) if choix else None)


def points_choisis(parametres: QueryDict, options: Options) -> tuple[str, ...]:
    """Codes of the points chosen one by one. Raises Http404 for one that may not be looked at."""
    choisis = tuple(dict.fromkeys(c for v in parametres.getlist(CHOISIS) for c in v.split(".") if c))
    if not options.points.keys() >= set(choisis):
        raise Http404
    return choisis


def champs(options: Options, data: QueryDict, *, offerts: bool) -> dict[str, forms.ChoiceField]:
    """The fields of a form: all where they are offered, else hidden ones for what the address holds."""
    lus = {}
    for cle, nom in PERIMETRES.items():
        if offerts or data.get(cle):
            lus[cle] = choisir(nom, partial(_lieux, options, cle))
            if not offerts:
                lus[cle].widget = forms.HiddenInput()
    return lus


def choisir(label: str, choix, vide: str = "Tous") -> forms.ChoiceField:
    """A list whose choices are read only where it is shown or a value is checked."""
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=lambda: [("", vide), *choix()],
        error_messages={"invalid_choice": INCONNU},
    )


def composer(options: Options, donnees: Mapping[str, Any], choisis: tuple[str, ...]) -> Choix:
    """What several points are chosen by, with its name."""
    noms = {cle: dict(_lieux(options, cle)) for cle in PERIMETRES if donnees.get(cle)}
    choix = [(cle, donnees[cle], noms[cle][donnees[cle]]) for cle in noms]
    if choisis:
        mots = ", ".join(options.points[c].nom for c in choisis) if len(choisis) <= NOMMES else ""
        choix.append((CHOISIS, ".".join(choisis), mots or f"{len(choisis)} points"))
    return tuple(choix)


def dans(options: Options, choix: Choix) -> frozenset[int]:
    """Keys of the points that all of it holds."""
    gardes = set(options.points)
    for cle, valeur, _ in choix:
        if cle == CHOISIS:
            gardes &= set(valeur.split("."))
        else:
            gardes &= {code for code, lieu in options.lieux.items() if lieu.dans(cle)[0] == valeur}
    return frozenset(options.points[code].pk for code in gardes)


def _lieux(options: Options, sorte: str) -> Couples:
    """Régions, départements or associations that hold a point which may be read, by name."""
    trouves = {lieu.dans(sorte) for lieu in options.lieux.values()}
    return sorted(trouves, key=lambda couple: cle_tri(couple[1]))
