"""CSV and XLSX from one generator: what the cells are, and that none can start a formula."""

import csv
import errno
import io
import resource
import signal
import tracemalloc
from contextlib import contextmanager
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pimms.socle.exports import PAS, Colonne, Pourcentage, Tableau, ecrire_csv, ecrire_xlsx, neutraliser

SIGNES = "=+-@\t\r＝＋－＠"
LIGNE = (12, "Énergie – Eau", date(2026, 2, 3), True, None, -4)
NOMBRES = (2.0, Pourcentage(34), Pourcentage(0))


def _tableau(lignes, entete=(("Demandé par", "Sonia Benali"),), colonnes=6) -> Tableau:
    return Tableau("Journal", entete, [Colonne(f"c{n}") for n in range(colonnes)], lignes)


def _csv(tableau: Tableau) -> bytes:
    tampon = io.BytesIO()
    ecrire_csv(tampon, tableau)
    return tampon.getvalue()


def _lignes_csv(octets: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"))


def _feuille(dossier, tableau: Tableau):
    chemin = dossier / "essai.xlsx"
    ecrire_xlsx(chemin, tableau)
    classeur = openpyxl.load_workbook(chemin)
    return classeur.active


@contextmanager
def _fichiers_d_au_plus(octets: int):
    """No file of this process may grow past that size: the write fails as on a full disk."""
    avant = resource.getrlimit(resource.RLIMIT_FSIZE)
    ancien = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, avant[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, avant)
        signal.signal(signal.SIGXFSZ, ancien)


def test_csv_begins_with_the_mark_that_excel_needs():
    assert _csv(_tableau([])).startswith(b"\xef\xbb\xbf")


def test_csv_has_title_heading_blank_line_then_columns():
    lignes = _lignes_csv(_csv(_tableau([])))
    assert lignes == [["Journal"], ["Demandé par", "Sonia Benali"], [], [f"c{n}" for n in range(6)]]


def test_csv_cells_are_written_as_a_french_spreadsheet_reads_them():
    assert _lignes_csv(_csv(_tableau([LIGNE])))[-1] == ["12", "Énergie – Eau", "03/02/2026", "oui", "", "-4"]


def test_a_semicolon_or_a_quote_stays_in_its_cell():
    assert _lignes_csv(_csv(_tableau([['a;=1+1"', "b"]])))[-1] == ['a;=1+1"', "b"]


def test_a_negative_number_is_a_number_not_a_formula():
    assert b";-4" in _csv(_tableau([LIGNE]))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
@example("=1+1")
@example("\ufeff =cmd|' /C calc'!A0")
@example("\x7f=1")
@example("\x00@SUM(A1)")
@example("\u200b+33")
@example("\t=1")
def test_no_csv_cell_begins_like_a_formula(texte):
    lue = next(
        csv.reader(
            io.StringIO(_csv(_tableau([[texte]])).decode("utf-8-sig").split("\r\n", 4)[4], newline=""),
            delimiter=";",
        )
    )
    premier = lue[0].lstrip(" \ufeff\u00a0\u200b\u2060\x00\n")[:1] if lue else ""
    assert premier not in SIGNES or premier == ""


@given(st.sampled_from(SIGNES), st.text(max_size=10))
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(signe, suite):
    assert neutraliser(signe + suite) == f"'{signe}{suite}"


@given(st.from_regex(r"[0-9A-Za-zÀ-ÿ«(][^\x00]*", fullmatch=True))
def test_an_ordinary_text_is_left_as_it_is(texte):
    assert neutraliser(texte) == texte


def test_xlsx_cells_have_their_types(tmp_path):
    feuille = _feuille(tmp_path, _tableau([LIGNE]))
    valeurs = [c.value for c in feuille[5]]
    assert valeurs == [12, "Énergie – Eau", datetime(2026, 2, 3), "oui", None, -4]


def test_xlsx_decimals_and_percentages_are_numbers_with_their_format(tmp_path):
    cellules = _feuille(tmp_path, _tableau([NOMBRES]))[5][:3]
    lues = [(c.data_type, c.value, c.number_format) for c in cellules]
    assert lues == [("n", 2, "0.0"), ("n", 0.34, "0 %"), ("n", 0, "0 %")]


def test_csv_decimals_have_a_comma_and_percentages_are_whole():
    assert _lignes_csv(_csv(_tableau([NOMBRES])))[-1] == ["2,0", "34", "0"]


def test_a_day_that_no_spreadsheet_knows_is_a_text(tmp_path):
    assert _feuille(tmp_path, _tableau([[date(1826, 1, 2)]]))["A5"].value == "02/01/1826"


def test_xlsx_dates_are_shown_as_in_french(tmp_path):
    assert _feuille(tmp_path, _tableau([LIGNE]))["C5"].number_format == "dd/mm/yyyy"


@pytest.mark.parametrize("texte", ["=1+1", "+1", "-1", "@SUM(A1)", "https://exemple.fr", "{=1}", "007"])
def test_xlsx_texts_stay_texts(tmp_path, texte):
    cellule = _feuille(tmp_path, _tableau([[texte]]))["A5"]
    assert (cellule.data_type, cellule.value, cellule.hyperlink) == ("s", texte, None)


def test_xlsx_heading_stays_in_sight_and_columns_can_be_filtered(tmp_path):
    feuille = _feuille(tmp_path, _tableau([LIGNE, LIGNE]))
    assert feuille.freeze_panes == "A5"
    assert feuille.auto_filter.ref == "A4:F6"


def test_both_formats_hold_the_same_rows(tmp_path):
    lignes = [(n, f"thème {n}", date(2026, 1, 1 + n), n % 2 == 0, None, -n) for n in range(20)]
    feuille = _feuille(tmp_path, _tableau(lignes))
    xlsx = [[c.value for c in rangee] for rangee in feuille.iter_rows(min_row=5)]
    en_csv = _lignes_csv(_csv(_tableau(lignes)))[4:]
    assert [str(r[0]) for r in xlsx] == [r[0] for r in en_csv]
    assert [r[1] for r in xlsx] == [r[1] for r in en_csv]


def test_control_characters_are_taken_out(tmp_path):
    assert _feuille(tmp_path, _tableau([["a\x00b\x0bc\x1f"]]))["A5"].value == "abc"


def test_progress_is_told_at_each_step_and_at_the_end(tmp_path):
    vus = []
    ecrire_xlsx(tmp_path / "a.xlsx", _tableau([[n] for n in range(PAS + 5)], colonnes=1), vus.append)
    assert vus == [PAS, PAS + 5]


def test_memory_does_not_grow_with_the_rows(tmp_path):
    def pointe(lignes: int) -> int:
        tracemalloc.start()
        ecrire_xlsx(tmp_path / "m.xlsx", _tableau(([n, "x" * 50] for n in range(lignes)), colonnes=2))
        pic = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return pic

    pointe(100)
    assert pointe(20_000) < pointe(2_000) * 2


@pytest.mark.parametrize("format_fichier", ["csv", "xlsx"])
def test_a_full_disk_is_told_as_such_and_leaves_no_temporary_file(tmp_path, format_fichier):
    tableau = _tableau([[n, "x" * 200] for n in range(5_000)], colonnes=2)

    def ecrire():
        if format_fichier == "xlsx":
            ecrire_xlsx(tmp_path / "plein", tableau)
        else:
            with (tmp_path / "plein").open("wb") as fichier:
                ecrire_csv(fichier, tableau)

    with pytest.raises(OSError) as erreur, _fichiers_d_au_plus(50_000):  # noqa: PT011
        ecrire()
    assert erreur.value.errno == errno.EFBIG
    assert [c.name for c in tmp_path.iterdir()] in ([], ["plein"])
