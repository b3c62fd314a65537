"""« Aujourd’hui » over several points: the day that most of them are in, in the lists behind too."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from accueil.filtres import Options
from accueil.forms.journal import lire_filtre
from accueil.indicateurs import totaliser
from accueil.models import Utilisateur
from pimms.pilotage.champ import lire_champ_reseau
from pimms.pilotage.tableau import lire_tableau
from tests.fabrique import un_acces, un_point, une_visite

pytestmark = pytest.mark.django_db
HIER, AUJOURDHUI, DEMAIN = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11)


@pytest.fixture
def reseau(distribution, monkeypatch):
    """At 10 p.m. UTC it is tomorrow in Nouméa, where the morning's first visit was entered."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 3, 10, 22, 0, tzinfo=UTC))
    noumea = un_point(distribution.point.association, code="NCL-NOU", fuseau="Pacific/Noumea")
    un_point(distribution.point.association)
    un_acces(distribution.proprietaire, "mediateur", noumea)
    une_visite(noumea, distribution.proprietaire, heure=9)
    une_visite(distribution.point, distribution.proprietaire)
    return distribution


def _options(personne) -> Options:
    return Options(Utilisateur.objects.get(pk=personne.pk))


@pytest.mark.parametrize(
    ("role", "choix", "jour"),
    [
        ("union", "", AUJOURDHUI),
        ("union", "points=NCL-NOU", DEMAIN),
        ("union", "points=LYO-GER", AUJOURDHUI),
        ("union", "points=LYO-GER.NCL-NOU", DEMAIN),  # as many in each: the later one
        ("direction", "", AUJOURDHUI),
        ("direction", "points=NCL-NOU", DEMAIN),
    ],
)
def test_today_is_the_day_that_most_of_these_points_are_in(reseau, role, choix, jour):
    options = _options(getattr(reseau, role))
    champ, _ = lire_champ_reseau(QueryDict(f"periode=aujourd_hui&{choix}"), options)
    assert (champ.filtre.periode.du, champ.filtre.periode.au) == (jour, jour)
    (aujourdhui, _) = lire_tableau(champ, options, avec_public=False).maintenant
    liste, _ = lire_filtre(QueryDict(aujourdhui.url.partition("?")[2]), options)
    assert liste.periode.au == jour
    assert aujourdhui.valeur == f"{totaliser(liste).visites}\u00a0visite" == "1\u00a0visite"


def test_points_that_are_late_are_in_their_own_day_too(reseau, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 3, 10, 2, 0, tzinfo=UTC))
    un_point(reseau.point.association, code="GUY-CAY", fuseau="America/Cayenne")
    champ, _ = lire_champ_reseau(QueryDict("points=GUY-CAY&periode=aujourd_hui"), _options(reseau.union))
    assert champ.filtre.periode.au == HIER
