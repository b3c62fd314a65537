"""Build the SVG sprite of the icons named in icones.txt, from the npm package bootstrap-icons.

Usage: python pimms/outils/icones.py PATH/TO/node_modules/bootstrap-icons
"""

import re
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
SPRITE = RACINE / "static" / "vendor" / "bootstrap-icons" / "icones.svg"
_SVG = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def noms_voulus() -> list[str]:
    """Names in icones.txt, without comments, in the order of the alphabet."""
    lignes = (RACINE / "pimms/outils/icones.txt").read_text(encoding="utf-8").splitlines()
    return sorted({ligne.strip() for ligne in lignes if ligne.strip() and not ligne.startswith("#")})


def construire(paquet: Path) -> str:
    """Return the sprite: one <symbol> an icon. Raises FileNotFoundError on an unknown name."""
    symboles = []
    for nom in noms_voulus():
        source = (paquet / "icons" / f"{nom}.svg").read_text(encoding="utf-8")
        dessin = _SVG.search(source)
        if dessin is None:
            raise ValueError(f"{nom}.svg ne contient pas de <svg>")
        traces = re.sub(r">\s+<", "><", dessin.group(1).strip())
        symboles.append(f'<symbol id="{nom}" viewBox="0 0 16 16" fill="currentColor">{traces}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symboles) + "\n</svg>\n"


def ecrire(paquet: Path) -> int:
    """Write the sprite and return the number of icons in it."""
    SPRITE.parent.mkdir(parents=True, exist_ok=True)
    SPRITE.write_text(construire(paquet), encoding="utf-8")
    return len(noms_voulus())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.stdout.write(f"{ecrire(Path(sys.argv[1]))} icônes dans {SPRITE.relative_to(RACINE)}\n")
