"""The order of the desk's tiles: frequent first, frozen for the week."""

from datetime import timedelta

from django.utils import timezone

from accueil.frequences import ordonner_les_bureaux, ranger_pour
from accueil.models import OrdreFrequent, Partenaire, Theme, Visite
from tests.fabrique import un_partenaire, un_theme, une_visite

SEMAINE_DERNIERE = 8


def _themes_du_bureau(distribution, qui):
    themes, _ = ranger_pour(distribution.point, qui, list(Theme.objects.all()), [])
    return [t.code for t in themes]


def _une_demande(distribution, qui, theme, fois=1, **champs):
    for _ in range(fois):
        demande = {"theme": un_theme(theme)} | champs
        une_visite(distribution.point, qui, il_y_a=SEMAINE_DERNIERE, demandes=[demande])


def test_without_history_the_unions_order_stands(distribution):
    assert ordonner_les_bureaux() == 0
    assert _themes_du_bureau(distribution, distribution.proprietaire)[0] == "papiers"


def test_ones_own_frequent_themes_come_first(distribution):
    _une_demande(distribution, distribution.proprietaire, "justice", fois=2)
    _une_demande(distribution, distribution.collegue, "logement", fois=3)
    ordonner_les_bureaux()
    assert _themes_du_bureau(distribution, distribution.proprietaire)[:2] == ["justice", "logement"]
    assert _themes_du_bureau(distribution, distribution.collegue)[:2] == ["logement", "justice"]


def test_a_newcomer_gets_the_points_order(distribution):
    _une_demande(distribution, distribution.proprietaire, "courrier")
    ordonner_les_bureaux()
    assert _themes_du_bureau(distribution, distribution.responsable)[0] == "courrier"


def test_frequent_partners_come_first(distribution):
    _une_demande(distribution, distribution.proprietaire, "energie", partenaire=un_partenaire("Suez"))
    ordonner_les_bureaux()
    _, partenaires = ranger_pour(
        distribution.point, distribution.proprietaire, [], list(Partenaire.objects.all())
    )
    assert partenaires[0].nom == "Suez"


def test_the_order_does_not_move_within_a_week(distribution):
    _une_demande(distribution, distribution.proprietaire, "justice")
    ordonner_les_bureaux()
    _une_demande(distribution, distribution.proprietaire, "loisirs", fois=5)
    assert ordonner_les_bureaux() == 0
    assert _themes_du_bureau(distribution, distribution.proprietaire)[0] == "justice"


def test_the_order_follows_the_next_week(distribution):
    _une_demande(distribution, distribution.proprietaire, "justice")
    ordonner_les_bureaux()
    _une_demande(distribution, distribution.proprietaire, "loisirs", fois=5)
    OrdreFrequent.objects.update(semaine=distribution.point.aujourdhui() - timedelta(days=14))
    ordonner_les_bureaux()
    assert _themes_du_bureau(distribution, distribution.proprietaire)[0] == "loisirs"


def test_a_cancelled_visit_weighs_nothing(distribution):
    _une_demande(distribution, distribution.proprietaire, "justice")
    _une_demande(distribution, distribution.proprietaire, "loisirs", fois=2)
    Visite.objects.filter(demandes__theme__code="loisirs").update(annulee_le=timezone.now())
    ordonner_les_bureaux()
    assert _themes_du_bureau(distribution, distribution.proprietaire)[0] == "justice"
