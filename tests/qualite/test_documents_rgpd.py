"""Data protection papers: complete in what the application knows, blank where the association answers."""

import io
import zipfile
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from qualite.documents_rgpd import DOCUMENTS, preparer


@pytest.mark.parametrize("code", DOCUMENTS)
def test_each_paper_opens_and_names_the_association(distribution, code):
    octets = preparer(code, distribution.point.association, timezone.localdate())
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.namelist()[0] == "mimetype"
        contenu = archive.read("content.xml").decode()
    texte = "".join(ElementTree.fromstring(contenu).itertext())  # noqa: S314 — our own
    assert distribution.point.association.nom in texte
    assert "[" in texte
    assert "{%" not in texte


def test_the_register_says_the_delays_in_force(distribution):
    with zipfile.ZipFile(io.BytesIO(preparer("registre", None, timezone.localdate()))) as archive:
        contenu = archive.read("content.xml").decode()
    assert "anonymisées 24 mois après le dernier contact" in contenu
    assert "[nom de l’association]" in contenu
