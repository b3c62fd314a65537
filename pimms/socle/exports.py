"""CSV and XLSX files from one generator of rows, in constant memory, with no cell able to start a formula.

A number that isn't whole is told to one decimal.

Formulas: a text that begins like one would be computed by the spreadsheet that opens the file (« CSV
injection », OWASP). In CSV such a text gets an apostrophe before it; in XLSX a text is written as text.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError


class Pourcentage(int):
    """A share in percent: 34 in CSV, whose heading says « % »; in XLSX 0.34, shown as 34 %."""


Cellule = str | int | float | date | bool | None
Progres = Callable[[int], None]

PAS = 2_000  # rows between two calls of the progress function
ANNEE_EXCEL = 1900  # before it, no date is one
LIGNES_EXCEL = 1_048_576  # limit of the format itself, heading included
TEXTE_EXCEL = 32_767  # characters in a cell
OPTIONS_EXCEL = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# Spaces and invisible marks that a spreadsheet may skip before a sign that starts a formula; the
# full-width signs count too.
_FORMULE = re.compile("[\\s\ufeff\u200b-\u200f\u2060\u00ad\x00-\x20]*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_CONTROLES = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Colonne:
    """A column: its heading and its width in characters."""

    titre: str
    largeur: int = 14


@dataclass(frozen=True)
class Tableau:
    """What a file holds: a title, lines that say who, when and what, then columns and their rows."""

    titre: str
    entete: Sequence[tuple[str, str]]
    colonnes: Sequence[Colonne]
    lignes: Iterable[Sequence[Cellule]]
    feuille: str = "Journal"  # the sheet's name


def neutraliser(texte: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    A tab or a carriage return counts wherever leading blanks hold one, for it may end the cell.
    """
    return f"'{texte}" if _FORMULE.match(texte) else texte


def _propre(texte: str) -> str:
    """Without control characters, which no file format here may hold."""
    return _CONTROLES.sub("", texte)


def _pour_csv(cellule: Cellule) -> str | int:
    if cellule is None:
        return ""
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    if isinstance(cellule, int):
        return cellule
    if isinstance(cellule, float):
        return f"{cellule:.1f}".replace(".", ",")
    return neutraliser(_propre(_en_texte(cellule)))


def _en_texte(cellule: str | date) -> str:
    if isinstance(cellule, date):
        return f"{cellule.day:02d}/{cellule.month:02d}/{cellule.year:04d}"
    return cellule


def _compter(lignes: Iterable[Sequence[Cellule]], progres: Progres) -> Iterator[Sequence[Cellule]]:
    rang = 0
    for rang, ligne in enumerate(lignes, 1):
        yield ligne
        if rang % PAS == 0:
            progres(rang)
    progres(rang)


def ecrire_csv(fichier: IO[bytes], tableau: Tableau, progres: Progres = lambda _: None) -> None:
    """Write the table as French Excel reads it: UTF-8 with BOM, semicolons, texts between quotes."""
    texte = io.TextIOWrapper(fichier, encoding="utf-8-sig", newline="", write_through=False)
    try:
        sortie = csv.writer(texte, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        sortie.writerow([_pour_csv(tableau.titre)])
        sortie.writerows([_pour_csv(nom), _pour_csv(valeur)] for nom, valeur in tableau.entete)
        sortie.writerow([])
        sortie.writerow([_pour_csv(c.titre) for c in tableau.colonnes])
        for ligne in _compter(tableau.lignes, progres):
            sortie.writerow([_pour_csv(c) for c in ligne])
    finally:
        texte.detach()


def ecrire_xlsx(chemin: Path, tableau: Tableau, progres: Progres = lambda _: None) -> None:
    """Write the table as a workbook of one sheet, its temporary files beside it.

    Raises OSError (disk full), and ValueError past the rows that a sheet can hold.
    """
    with tempfile.TemporaryDirectory(dir=chemin.parent, prefix=f"{chemin.name}-") as dossier:
        classeur = xlsxwriter.Workbook(str(chemin), OPTIONS_EXCEL | {"tmpdir": dossier})
        try:
            _Feuille(classeur, tableau).remplir(progres)
        except BaseException:
            with suppress(Exception):
                classeur.close()
            raise
        try:
            classeur.close()
        except FileCreateError as erreur:
            raise OSError(*erreur.args[0].args) from erreur


class _Feuille:
    """The only sheet of a workbook, written from top to bottom."""

    def __init__(self, classeur: Any, tableau: Tableau) -> None:
        self.tableau = tableau
        self.feuille = classeur.add_worksheet(tableau.feuille)
        self.gras = classeur.add_format({"bold": True})
        self.titres = classeur.add_format({"bold": True, "bottom": 1})
        self.decimal = classeur.add_format({"num_format": "0.0"})
        self.part = classeur.add_format({"num_format": "0 %"})
        self.jour = classeur.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        classeur.set_properties({"title": tableau.titre})

    def remplir(self, progres: Progres) -> None:
        feuille, tableau = self.feuille, self.tableau
        for rang, colonne in enumerate(tableau.colonnes):
            feuille.set_column(rang, rang, colonne.largeur)
        premiere = len(tableau.entete) + 3
        feuille.freeze_panes(premiere, 0)
        feuille.write_string(0, 0, _propre(tableau.titre), self.gras)
        for rang, (nom, valeur) in enumerate(tableau.entete, 1):
            feuille.write_string(rang, 0, _propre(nom), self.gras)
            feuille.write_string(rang, 2, _propre(valeur)[:TEXTE_EXCEL])
        for rang, colonne in enumerate(tableau.colonnes):
            feuille.write_string(premiere - 1, rang, colonne.titre, self.titres)
        derniere = premiere
        for derniere, ligne in enumerate(_compter(tableau.lignes, progres), premiere):
            if derniere >= LIGNES_EXCEL:
                raise ValueError("trop de lignes pour une feuille")
            self._ecrire(derniere, ligne)
        feuille.autofilter(premiere - 1, 0, derniere, len(tableau.colonnes) - 1)

    def _ecrire(self, rang: int, ligne: Sequence[Cellule]) -> None:
        for colonne, cellule in enumerate(ligne):
            if cellule is None or cellule == "":
                continue
            if isinstance(cellule, bool):
                self.feuille.write_string(rang, colonne, "oui" if cellule else "non")
            elif isinstance(cellule, Pourcentage):
                self.feuille.write_number(rang, colonne, cellule / 100, self.part)
            elif isinstance(cellule, int):
                self.feuille.write_number(rang, colonne, cellule)
            elif isinstance(cellule, float):
                self.feuille.write_number(rang, colonne, cellule, self.decimal)
            elif isinstance(cellule, date) and cellule.year >= ANNEE_EXCEL:
                self.feuille.write_datetime(rang, colonne, cellule, self.jour)
            else:
                self.feuille.write_string(rang, colonne, _propre(_en_texte(cellule))[:TEXTE_EXCEL])
