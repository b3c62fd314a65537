"""The whole walk: each role, several addresses of each kind, every filter of every list."""

import pytest

from tests.rodeur import Promenade
from tests.serrures import fautes_par_les_filtres
from tests.test_rodeur import pose

__all__ = ["pose"]

FILTRES = ("point", "points", "association", "auteur", "personne", "partenaire")
PAR_ROUTE = 6


@pytest.mark.epreuve
@pytest.mark.parametrize("role", ["proprietaire", "responsable", "direction"])
def test_no_link_and_no_form_leads_nowhere_or_elsewhere(pose, db, role, capsys):
    _, _, la_bas, clients = pose
    promenade = Promenade(clients, role, la_bas, PAR_ROUTE)
    fautes = list(promenade.fautes())
    with capsys.disabled():
        print(f"\n{role}\u202f: {promenade.pages} pages lues, {promenade.envois} envois")  # noqa: T201
    assert not fautes, "\n".join(fautes)


@pytest.mark.epreuve
@pytest.mark.parametrize("role", ["mediateur de là-bas", "responsable de là-bas", "direction de là-bas"])
def test_no_filter_tells_of_another_point(pose, db, role):
    cast, _, _, clients = pose
    fautes = list(fautes_par_les_filtres(clients, role, cast, FILTRES))
    assert not fautes, "\n".join(fautes)
