"""Tags and filters of every template."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

from pimms.socle.typographie import FINE


def rendre(gabarit: str, **contexte) -> str:
    return Template(gabarit).render(Context(contexte))


def test_an_icon_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in rendre('{% icone "house" %}')


def test_an_icon_that_stands_for_a_word_says_it():
    assert 'role="img" aria-label="Accueil"' in rendre('{% icone "house" titre="Accueil" %}')


def test_an_icon_points_into_the_sprite():
    assert 'icones.svg#house"' in rendre('{% icone "house" %}')


def test_the_name_of_an_icon_is_escaped():
    assert "<script>" not in rendre("{% icone nom %}", nom="<script>")


@pytest.mark.parametrize(
    "filtre", ["nombre", "heure", "duree", "date_longue", "date_courte", "compte:'visite'"]
)
@pytest.mark.parametrize("rien", [None, ""])
def test_a_filter_writes_nothing_of_nothing(filtre, rien):
    assert rendre(f"{{{{ valeur|{filtre} }}}}", valeur=rien) == ""


def test_zero_is_not_nothing():
    assert rendre("{{ valeur|nombre }}", valeur=0) == "0"


def test_de_escapes_what_it_precedes():
    assert rendre("{{ nom|de }}", nom="<b>") == "de &lt;b&gt;"


def test_an_hour_is_that_of_the_active_zone():
    with timezone.override(ZoneInfo("Indian/Reunion")):
        assert rendre("{{ h|heure }}", h=datetime(2026, 11, 23, 6, 10, tzinfo=UTC)) == f"10{FINE}h{FINE}10"


def test_a_day_is_that_of_the_active_zone():
    with timezone.override(ZoneInfo("Indian/Reunion")):
        soir = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
        assert rendre("{{ d|date_longue }}", d=soir) == "lundi 23 novembre"


def test_a_long_date_takes_its_year():
    assert rendre('{{ d|date_longue:"annee" }}', d=date(2026, 11, 23)).endswith("2026")


def test_a_plural_counts_a_list():
    assert rendre("{{ l|pluriel }}", l=[1, 2]) == "s"


def test_a_plural_takes_a_number():
    assert rendre('{{ n|pluriel:"journal,journaux" }}', n=1) == "journal"


def test_the_title_of_a_card_is_escaped():
    assert "<b>" not in rendre("{% carte titre=titre %}…{% endcarte %}", titre="<b>")


def test_what_a_card_holds_is_escaped_once():
    assert "&lt;b&gt;" in rendre("{% carte %}{{ texte }}{% endcarte %}", texte="<b>")


def test_a_card_has_the_level_of_heading_asked_for():
    assert "<h3>Points</h3>" in rendre('{% carte titre="Points" niveau=3 %}…{% endcarte %}')


def test_a_table_says_its_caption():
    assert "<caption" in rendre('{% tableau legende="Points" %}<tbody></tbody>{% endtableau %}')


def test_the_error_of_a_group_is_tied_to_it():
    rendu = rendre('{% groupe legende="Durée" id="duree" erreur="Trop long." %}{% endgroupe %}')
    assert 'aria-describedby="duree-erreur"' in rendu
    assert 'id="duree-erreur"' in rendu


def test_a_pane_opens_when_asked():
    assert " open>" in rendre('{% volet libelle="Note" ouvert=True %}…{% endvolet %}')


def test_a_bar_is_a_share_with_a_point_whatever_the_language():
    assert 'width="33.33%"' in rendre('{% barre 1 3 "un tiers" %}')


def test_a_bar_never_leaves_its_frame():
    assert 'width="100%"' in rendre('{% barre 12 3 "trop" %}')


def test_a_bar_of_nothing_is_empty():
    assert 'width="0%"' in rendre('{% barre 0 0 "rien" %}')


def test_columns_say_their_values_to_screen_readers():
    rendu = rendre('{% colonnes d "Visites par heure" %}', d=[("8 h", 5)])
    assert f'8 h<span class="visually-hidden">{FINE}: 5</span>' in rendu


def test_columns_of_nothing_are_flat():
    assert 'height="0%"' in rendre('{% colonnes d "Visites" %}', d=[("8 h", 0)])


def test_the_current_column_is_marked():
    rendu = rendre('{% colonnes d "Visites" "9 h" %}', d=[("8 h", 1), ("9 h", 2)])
    assert rendu.count("colonne-courante") == 1
