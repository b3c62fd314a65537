"""Build static/polices/espace-fine.woff2: a font of one glyph, the narrow no-break space (U+202F).

The web subset of Source Sans 3 has no such glyph, and a browser then makes it half a space wide:
« 14 212 » looks stuck together. Ours is 0.15 em wide. Usage: python pimms/outils/espace_fine.py
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

CIBLE = Path(__file__).resolve().parents[2] / "static" / "polices" / "espace-fine.woff2"
CADRATIN = 1000  # units per em
LARGEUR = 150  # units


def _carre() -> Glyph:
    """A square for « .notdef »: browsers refuse a font without any outline."""
    plume = TTGlyphPen(None)
    plume.moveTo((0, 0))
    for point in ((0, 100), (100, 100), (100, 0)):
        plume.lineTo(point)
    plume.closePath()
    return plume.glyph()


def construire() -> None:
    """Write the font; ascent and descent are those of Source Sans 3, so that lines keep their height."""
    police = FontBuilder(CADRATIN, isTTF=True)
    police.setupGlyphOrder([".notdef", "espacefine"])
    police.setupCharacterMap({0x202F: "espacefine"})
    police.setupGlyf({".notdef": _carre(), "espacefine": Glyph()})
    police.setupHorizontalMetrics({".notdef": (LARGEUR, 0), "espacefine": (LARGEUR, 0)})
    police.setupHorizontalHeader(ascent=1024, descent=-400)
    police.setupNameTable({"familyName": "Espace fine", "styleName": "Regular"})
    police.setupOS2(sTypoAscender=1024, sTypoDescender=-400, usWinAscent=1024, usWinDescent=400)
    police.setupPost()
    police.font["head"].created = police.font["head"].modified = 3_800_000_000  # the same bytes each time
    police.font.recalcTimestamp = False
    police.font.flavor = "woff2"
    CIBLE.parent.mkdir(parents=True, exist_ok=True)
    police.save(CIBLE)


if __name__ == "__main__":
    construire()
