"""A real Chromium driven by Playwright, and axe-core for accessibility.

    @pytest.mark.navigateur
    def test_three_actions_log_a_visit(page, distribution): ...

`page` is a fresh context on the live server: French, Paris time, 1366 × 768 unless
`@pytest.mark.parametrize("ecran", [ECRANS["tablette"]])` says otherwise. An error in the page's
console or a failed request of the page fails the test.
"""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.distribution import confirmer

DRAPEAUX = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ECRANS: dict[str, ViewportSize] = {
    "bureau": {"width": 1366, "height": 768},
    "tablette": {"width": 820, "height": 1180},
    "telephone": {"width": 390, "height": 844},
}
PATIENCE = 25_000  # milliseconds, for what is done and for what is expected
RGAA = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def chemin_de_chromium() -> str:
    """The system's Chromium; the tests that need it fail without it, and are never skipped."""
    chemin = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chemin:
        pytest.fail("Chromium est absent : sh pimms/outils/paquets-systeme.sh essais", pytrace=False)
    return chemin


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run."""
    # Playwright's loop runs in this thread, where Django would refuse the ORM.
    essai = pytest.MonkeyPatch()
    essai.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=chemin_de_chromium(), args=DRAPEAUX)
        yield navigateur
        navigateur.close()
    essai.undo()


@pytest.fixture
def ecran() -> ViewportSize:
    """Size of the window; parametrize it with values of ECRANS."""
    return ECRANS["bureau"]


@pytest.fixture
def ouvrir_contexte(chromium, live_server, ecran) -> Iterator[Callable[..., BrowserContext]]:
    """`ouvrir_contexte(**options)`: one more browser profile (a second person, dark mode, no script)."""
    ouverts: list[BrowserContext] = []

    def ouvrir(**options) -> BrowserContext:
        defauts = {
            "base_url": live_server.url,
            "locale": "fr-FR",
            "timezone_id": "Europe/Paris",
            "viewport": ecran,
            "accept_downloads": True,
        }
        contexte = chromium.new_context(**defauts | options)
        contexte.set_default_timeout(PATIENCE)
        ouverts.append(contexte)
        return contexte

    yield ouvrir
    for contexte in ouverts:
        contexte.close()


class Erreurs(list[str]):
    """What went wrong in the pages; a test that provokes a refusal clears it: `.clear()`.

    The browser notes the status of an answer when it pleases: one provoked before may come afterwards.
    """

    refus_attendu = False

    def clear(self) -> None:
        super().clear()
        self.refus_attendu = True

    def noter(self, texte: str) -> None:
        if not (self.refus_attendu and "Failed to load resource" in texte):
            self.append(texte)


@pytest.fixture
def erreurs_de_page() -> Erreurs:
    """The errors of this test's pages."""
    return Erreurs()


@pytest.fixture
def contexte(ouvrir_contexte) -> BrowserContext:
    """The browser profile of this test."""
    return ouvrir_contexte()


@pytest.fixture
def page(contexte, erreurs_de_page) -> Iterator[Page]:
    """A page of a fresh profile; script errors, CSP refusals and failed resources fail the test."""
    page = contexte.new_page()
    page.on("pageerror", lambda erreur: erreurs_de_page.noter(f"script : {erreur}"))
    page.on("console", lambda m: erreurs_de_page.noter(f"console : {m.text}") if m.type == "error" else None)
    yield page
    assert erreurs_de_page == []


def connecter(contexte: BrowserContext, base_url: str, personne, *, confirme: bool = True) -> None:
    """Log a person in by the session cookie, without the form; `confirme`: as if by password just now."""
    client = Client()
    client.force_login(personne)
    if confirme:
        confirmer(client, personne)
    biscuit = client.cookies[settings.SESSION_COOKIE_NAME]
    contexte.add_cookies([{"name": biscuit.key, "value": biscuit.value, "url": base_url}])


@pytest.fixture
def connecte(contexte, live_server) -> Callable[..., None]:
    """`connecte(personne)`: this test's browser is that person from now on."""
    return lambda personne, **comment: connecter(contexte, live_server.url, personne, **comment)


@pytest.fixture
def verifier_acces() -> Callable[..., None]:
    """`verifier_acces(page)`: no WCAG 2.2 A or AA violation that axe-core can see."""

    def verifier(page: Page, contexte: str | list | dict | None = None) -> None:
        page.wait_for_load_state()  # a click ends before the page that it leads to has come
        resultats = Axe().run(page, context=contexte, options=RGAA | {"resultTypes": ["violations"]})
        assert resultats.violations_count == 0, resultats.generate_report()

    return verifier
