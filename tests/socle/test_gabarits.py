"""What holds for every template: the strict CSP, and error pages that stand alone."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string

GABARITS = Path(__file__).resolve().parents[2] / "templates"
PAGES = sorted(GABARITS.rglob("*.html"))
ERREURS = ["400", "403", "403_csrf", "404", "429", "500", "503"]
INTERDITS = {
    "style in an attribute": r"\sstyle=",
    "style in the page": r"<style\b",
    "script in the page": r"<script(?![^>]*\ssrc=)",
    "script in an attribute": r"\son[a-z]+=|\shx-on",
    "script in an address": r"javascript:",
    "file from elsewhere": r"""(?:src|href)=["'](?:https?:)?//""",
    # Sent before its script is there, it would be read with its secrets in the address.
    "form that says no method": r"<form\b(?![^>]*\smethod=)",
}


@pytest.mark.parametrize("nom", INTERDITS)
def test_no_template_holds_what_is_forbidden(nom):
    fautes = [
        str(page.relative_to(GABARITS))
        for page in PAGES
        if "rapports" not in page.parts and re.search(INTERDITS[nom], page.read_text(encoding="utf-8"))
    ]
    assert fautes == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(GABARITS)))
def test_each_template_can_be_read(page):
    get_template(str(page.relative_to(GABARITS)))


@pytest.mark.parametrize("code", ERREURS)
def test_an_error_page_needs_no_context(code):
    assert f"Erreur {code[:3]}" in render_to_string(f"{code}.html")


@pytest.mark.parametrize("code", ERREURS)
def test_an_error_page_names_no_hashed_file(code, settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    assert 'href="/static/css/theme.css"' in render_to_string(f"{code}.html")


def test_the_frame_needs_no_one_logged_in():
    page = render_to_string("base.html")
    assert "Aller au contenu" in page
    assert "Se déconnecter" not in page


def test_the_frame_lets_htmx_evaluate_nothing():
    assert '"allowEval": false' in render_to_string("base.html")


def test_punctuation_never_starts_a_line():
    balises = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", re.S)
    fautes = [
        (str(page.relative_to(GABARITS)), extrait)
        for page in PAGES
        if page.name != "composants.html"  # its comment is a notice in English
        for extrait in re.findall(
            r".{,20}(?: [:;!?](?:[\s|]|$)|« | »).{,8}", balises.sub("|", page.read_text(encoding="utf-8"))
        )
    ]
    assert fautes == []
