"""The sprite holds what the templates and the code name."""

import re
from pathlib import Path

import pytest

from accueil.registres import REGISTRES

RACINE = Path(__file__).resolve().parents[2]
SPRITE = (RACINE / "static/vendor/bootstrap-icons/icones.svg").read_text(encoding="utf-8")
CONNUES = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE))
APPELS = re.compile(r'{% icone "([a-z0-9-]+)"|\bicone="([a-z0-9-]+)"')


def _appels() -> list[tuple[str, str]]:
    appels = []
    for gabarit in sorted((RACINE / "templates").rglob("*.html")):
        for trouve in APPELS.finditer(gabarit.read_text(encoding="utf-8")):
            appels.append((str(gabarit.relative_to(RACINE)), trouve[1] or trouve[2]))
    return appels


def test_each_icon_a_template_names_is_in_the_sprite():
    assert [appel for appel in _appels() if appel[1] not in CONNUES] == []


@pytest.mark.parametrize("registre", REGISTRES, ids=lambda r: r.icone)
def test_each_register_has_its_icon(registre):
    assert registre.icone in CONNUES


def test_the_sprite_and_its_list_agree():
    lignes = (RACINE / "pimms/outils/icones.txt").read_text(encoding="utf-8").splitlines()
    assert {ligne for ligne in lignes if ligne and not ligne.startswith("#")} == CONNUES


def test_the_sprite_writes_no_colour():
    assert set(re.findall(r'fill="([^"]+)"', SPRITE)) <= {"currentColor", "none"}
