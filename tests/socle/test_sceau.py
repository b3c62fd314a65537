"""The seal: valid dates, a key that can't be read, the demo's own."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from pyhanko.sign.signers import PdfSigner

from pimms.socle.piece import Defaut
from pimms.socle.sceau import DEMO, Sceau, SceauImpossible, fabriquer, sceau
from pimms.socle.signature import signer

MAINTENANT = datetime(2026, 11, 26, 12, tzinfo=UTC)
JOUR = timedelta(days=1)


@pytest.fixture(scope="module")
def p12() -> bytes:
    return fabriquer("Union, essai", MAINTENANT - 10 * JOUR, MAINTENANT + 10 * JOUR)


def test_the_environment_s_key_is_read(settings, p12):
    settings.SCEAU_P12 = base64.b64encode(p12).decode()
    lu = sceau(MAINTENANT)
    assert (lu.nom, len(lu.empreinte)) == ("Union, essai", 64)


@pytest.mark.parametrize(("dans", "mot"), [(11, "a pris fin"), (-11, "ne vaut qu’à partir")])
def test_out_of_its_dates_nothing_is_signed(settings, p12, dans, mot):
    settings.SCEAU_P12 = base64.b64encode(p12).decode()
    with pytest.raises(SceauImpossible, match=mot):
        sceau(MAINTENANT + dans * JOUR)


@pytest.mark.parametrize("valeur", ["pas du base64 !", base64.b64encode(b"rien").decode()])
def test_a_key_that_cannot_be_read_is_told(settings, valeur):
    settings.SCEAU_P12 = valeur
    with pytest.raises(SceauImpossible, match="illisible"):
        sceau(MAINTENANT)


def test_without_any_key_out_of_the_demo_it_is_told(settings):
    settings.DEMO, settings.SCEAU_P12 = False, ""
    with pytest.raises(SceauImpossible, match="pas configurée"):
        sceau(MAINTENANT)


def test_the_demo_makes_its_seal_once_and_says_what_it_is_worth(settings, tmp_path):
    settings.SCEAU_P12, settings.MEDIA_ROOT = "", tmp_path
    premier, second = sceau(datetime.now(UTC)), sceau(datetime.now(UTC))
    assert premier.empreinte == second.empreinte
    assert premier.nom == DEMO
    assert "sans valeur" in DEMO
    assert (tmp_path / "sceau-demo.p12").stat().st_mode & 0o077 == 0


def test_a_seal_without_its_password_is_not_read(p12):
    with pytest.raises(SceauImpossible):
        Sceau.lire(p12, "faux")


@pytest.fixture
def pdf() -> bytes:
    sortie = io.BytesIO()
    with pikepdf.new() as neuf:
        neuf.add_blank_page()
        neuf.save(sortie)
    return sortie.getvalue()


def _signer(pdf: bytes) -> bytes:
    """Sign in a thread: pyHanko starts a loop, which the browser's tests leave running in this one."""
    with ThreadPoolExecutor(1) as fil:
        return fil.submit(signer, pdf, sceau(MAINTENANT).cachet, "Union", "Essai").result()


def test_a_file_is_given_with_its_signature_alone_after_it(settings, p12, pdf):
    settings.SCEAU_P12 = base64.b64encode(p12).decode()
    assert _signer(pdf).startswith(pdf)


@pytest.mark.parametrize("gater", [lambda signe: signe + b"%", lambda signe: signe[:-40]])
def test_a_file_whose_signature_is_not_whole_is_not_given(settings, p12, pdf, monkeypatch, gater):
    settings.SCEAU_P12 = base64.b64encode(p12).decode()
    vraiment = PdfSigner.sign_pdf

    def mal_signer(self, ecrivain, *, output, **options):
        bien = io.BytesIO()
        vraiment(self, ecrivain, output=bien, **options)
        output.write(gater(bien.getvalue()))

    monkeypatch.setattr(PdfSigner, "sign_pdf", mal_signer)
    with pytest.raises(Defaut):
        _signer(pdf)
