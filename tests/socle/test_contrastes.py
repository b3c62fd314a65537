"""Colours of static/css/theme.css reach WCAG 2.2 AA in both themes: 4.5 for text, 3 for what is drawn."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "static/css/theme.css").read_text(encoding="utf-8")
BLOCS = re.findall(r"color-scheme: (light|dark);\n(.*?)\n\s*}", CSS, re.DOTALL)
THEMES = ["clair", "sombre-systeme", "sombre-choisi"]

TEXTE = [
    (encre, fond)
    for encre in ("encre", "gris", "pin", "rouge", "vert", "ocre", "bleu", "neutre")
    for fond in ("papier", "carte")
] + [
    ("encre", "creux"),
    ("gris", "creux"),
    ("pin", "creux"),
    ("encre", "pin-teinte"),
    ("gris", "pin-teinte"),
    ("pin", "pin-teinte"),
    ("vert", "vert-teinte"),
    ("rouge", "rouge-teinte"),
    ("ocre", "ocre-teinte"),
    ("bleu", "bleu-teinte"),
    ("neutre", "neutre-teinte"),
    ("encre", "neutre-teinte"),
    ("encre", "rouge-teinte"),
    ("encre", "ocre-teinte"),
    ("encre", "bleu-teinte"),
    ("encre", "vert-teinte"),
    ("sur-pin", "pin-plein"),
    ("sur-pin", "pin-survol"),
    ("sur-pin-doux", "pin-plein"),
    ("sur-pin", "rouge-plein"),
]
TRAIT = [
    ("trait-fort", "papier"),
    ("trait-fort", "carte"),
    ("pin", "papier"),
    ("pin", "pin-teinte"),
    ("pin-plein", "carte"),
    ("pin-plein", "papier"),
]


def couleurs(bloc: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", bloc))


def luminance(couleur: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, v, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux)
    return 0.2126 * r + 0.7152 * v + 0.0722 * b


def contraste(une: str, autre: str) -> float:
    claire, sombre = sorted((luminance(une), luminance(autre)), reverse=True)
    return (claire + 0.05) / (sombre + 0.05)


@pytest.mark.parametrize("theme", range(3), ids=THEMES)
@pytest.mark.parametrize(("encre", "fond"), TEXTE)
def test_text_is_readable(theme, encre, fond):
    palette = couleurs(BLOCS[theme][1])
    assert contraste(palette[encre], palette[fond]) >= 4.5


@pytest.mark.parametrize("theme", range(3), ids=THEMES)
@pytest.mark.parametrize(("trait", "fond"), TRAIT)
def test_edges_of_fields_and_focus_are_visible(theme, trait, fond):
    palette = couleurs(BLOCS[theme][1])
    assert contraste(palette[trait], palette[fond]) >= 3


def test_both_ways_to_dark_give_the_same_colours():
    assert couleurs(BLOCS[1][1]) == couleurs(BLOCS[2][1])


def test_dark_names_every_colour_of_light():
    assert couleurs(BLOCS[0][1]).keys() == couleurs(BLOCS[1][1]).keys()


# WeasyPrint gives the boxes around a page no variable: papers repeat the light theme's colours.
PAPIERS = ("imprimes.css", "rapports.css")
A_PART = "dossier.css"  # sealed reports have a print design of their own


def test_no_other_style_sheet_writes_a_colour():
    dossier = Path(__file__).resolve().parents[2] / "static/css"
    ecrite = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
    fautes = {
        feuille.name: ecrite.findall(feuille.read_text(encoding="utf-8"))
        for feuille in dossier.glob("*.css")
        if feuille.name not in ("theme.css", A_PART, *PAPIERS)
    }
    assert not any(fautes.values()), fautes


@pytest.mark.parametrize("feuille", PAPIERS)
def test_papers_take_their_colours_from_the_light_theme(feuille):
    texte = (Path(__file__).resolve().parents[2] / "static/css" / feuille).read_text(encoding="utf-8")
    ecrites = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", texte))
    assert ecrites <= set(couleurs(BLOCS[0][1]).values())
