"""Who is in charge of a case, who reads it, and conflicts of interest."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from mediation.cycle_de_vie import ModifieEntretemps, changer_etat
from mediation.etapes import EtapeSaisie, noter_etape
from mediation.models import ConflitInteret, Dossier, Evenement, Lecteur
from mediation.passations import (
    declarer_conflit,
    justifier_conflit,
    passer_la_main,
    reserver,
    rouvrir_a_l_equipe,
)
from pimms.socle.models import EntreeJournal
from tests.mediation.fabrique import un_dossier, une_partie


@pytest.fixture
def dossier(distribution):
    return un_dossier(distribution.proprietaire, distribution.point)


def _passer(distribution, dossier, a, par="proprietaire", motif="Congé", de=None):
    de = de or Dossier.objects.get(pk=dossier.pk).mediateur_id
    return passer_la_main(getattr(distribution, par), dossier, a, motif, de=de)


def test_a_case_is_handed_over_with_a_reason_that_is_sealed(distribution, dossier):
    _passer(distribution, dossier, distribution.collegue, motif="Je pars en congé")
    evenement = Evenement.objects.get(nature="passation")
    assert Dossier.objects.get().mediateur == distribution.collegue
    assert evenement.personne == distribution.collegue
    assert evenement.valeurs()["motif"] == "Je pars en congé"
    assert "congé" not in str(list(EntreeJournal.objects.values()))


def test_no_case_is_handed_over_without_a_reason(distribution, dossier):
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        _passer(distribution, dossier, distribution.collegue, motif="")


def test_a_case_is_not_handed_over_to_someone_of_elsewhere(distribution, dossier):
    with pytest.raises(ValidationError, match="ne travaille pas dans ce point"):
        _passer(distribution, dossier, distribution.etranger)


def test_a_second_handing_over_learns_of_the_first(distribution, dossier):
    _passer(distribution, dossier, distribution.collegue)
    with pytest.raises(ModifieEntretemps):
        _passer(distribution, dossier, distribution.responsable, de=distribution.proprietaire.pk)


def test_a_closed_case_is_not_handed_over(distribution, dossier):
    changer_etat(distribution.proprietaire, dossier, "refuse", depuis="demande")
    changer_etat(distribution.proprietaire, dossier, "clos", depuis="refuse")
    with pytest.raises(ValidationError, match="clos"):
        _passer(distribution, dossier, distribution.collegue)


def test_a_declared_conflict_holds_the_mediation(distribution, dossier):
    declarer_conflit(distribution.proprietaire, dossier, "Je connais la voisine")
    with pytest.raises(ValidationError, match="conflit d’intérêts"):
        changer_etat(distribution.proprietaire, dossier, "prise_de_contact", depuis="demande")


def test_handing_over_settles_a_conflict(distribution, dossier):
    declarer_conflit(distribution.proprietaire, dossier, "")
    _passer(distribution, dossier, distribution.collegue)
    assert ConflitInteret.objects.get().decision == "passe_la_main"
    changer_etat(distribution.collegue, dossier, "prise_de_contact", depuis="demande")


def test_who_declared_a_conflict_does_not_get_the_case_back(distribution, dossier):
    declarer_conflit(distribution.proprietaire, dossier, "")
    _passer(distribution, dossier, distribution.collegue)
    with pytest.raises(ValidationError, match="a déclaré un conflit"):
        _passer(distribution, dossier, distribution.proprietaire, par="responsable")


def test_the_manager_justifies_that_one_goes_on(distribution, dossier):
    conflit = declarer_conflit(distribution.proprietaire, dossier, "Même immeuble")
    justifier_conflit(distribution.responsable, dossier, conflit.numero, "Aucun lien avec les parties")
    conflit.refresh_from_db()
    assert (conflit.decision, conflit.decide_par) == ("justifie", distribution.responsable)
    assert conflit.valeurs() == {"motif": "Même immeuble", "justification": "Aucun lien avec les parties"}


def test_nobody_justifies_their_own_conflict(distribution, dossier):
    Dossier.objects.update(mediateur=distribution.responsable)
    conflit = declarer_conflit(distribution.responsable, dossier, "")
    with pytest.raises(ValidationError, match="Nul ne justifie"):
        justifier_conflit(distribution.responsable, dossier, conflit.numero, "Tout va bien")


def test_a_colleague_justifies_nothing(distribution, dossier):
    conflit = declarer_conflit(distribution.proprietaire, dossier, "")
    with pytest.raises(ValidationError, match="Seul le responsable"):
        justifier_conflit(distribution.collegue, dossier, conflit.numero, "Tout va bien")


def test_a_reserved_case_is_hidden_from_the_team_and_read_by_who_is_named(distribution, dossier):
    reserver(distribution.proprietaire, dossier, [], version=1)
    url = f"/mediation/dossiers/{dossier.reference}/"
    assert distribution.client("collegue").get(url).status_code == 404
    reserver(distribution.proprietaire, dossier, [distribution.collegue], version=2)
    assertContains(distribution.client("collegue").get(url), "Bruit la nuit")


def test_the_manager_knows_of_a_reserved_case_without_its_names(distribution, dossier):
    une_partie(dossier, "Zéphyrine Dupont")
    reserver(distribution.proprietaire, dossier, [], version=1)
    page = distribution.client("responsable").get(f"/mediation/dossiers/{dossier.reference}/")
    assertContains(page, "Partie A")
    assertNotContains(page, "phyrine")
    assertNotContains(page, "Bruit la nuit")


def test_the_manager_hands_over_a_reserved_case_but_not_to_themselves(distribution, dossier):
    reserver(distribution.proprietaire, dossier, [], version=1)
    with pytest.raises(ValidationError, match="quelqu’un d’autre que vous"):
        _passer(distribution, dossier, distribution.responsable, par="responsable")
    _passer(distribution, dossier, distribution.collegue, par="responsable")
    assert Dossier.objects.get().mediateur == distribution.collegue


def test_reserving_a_case_does_not_lock_out_who_does_it(distribution, dossier):
    with pytest.raises(ValidationError, match="Vous ne liriez plus"):
        reserver(distribution.collegue, dossier, [distribution.responsable], version=1)
    with pytest.raises(ValidationError, match="Vous ne liriez plus"):
        reserver(distribution.collegue, dossier, [], version=1)


def test_a_case_opens_to_the_team_again(distribution, dossier):
    reserver(distribution.proprietaire, dossier, [distribution.collegue], version=1)
    rouvrir_a_l_equipe(distribution.proprietaire, dossier, version=2)
    assert not Lecteur.objects.exists()
    assert distribution.client("collegue").get(f"/mediation/dossiers/{dossier.reference}/").status_code == 200


def test_two_people_set_the_access_at_once_and_the_second_is_told(distribution, dossier):
    reserver(distribution.proprietaire, dossier, [distribution.collegue], version=1)
    with pytest.raises(ModifieEntretemps):
        rouvrir_a_l_equipe(distribution.collegue, dossier, version=1)


def test_a_colleague_who_has_no_part_in_a_case_does_not_stop_it(distribution, dossier):
    with pytest.raises(ValidationError, match="qui travaille sur le dossier"):
        declarer_conflit(distribution.collegue, dossier, "")


def test_a_colleague_who_noted_a_step_declares_a_conflict(distribution, dossier):
    noter_etape(
        distribution.collegue, dossier, EtapeSaisie("appel", dossier.point.aujourdhui(), {"resume": "Vu"})
    )
    assert declarer_conflit(distribution.collegue, dossier, "").declare_par == distribution.collegue


@pytest.mark.parametrize(("role", "offert"), [("proprietaire", True), ("collegue", False)])
def test_the_page_offers_a_conflict_to_who_works_on_the_case(distribution, dossier, role, offert):
    client, url = distribution.client(role), reverse("dossier_conflit", args=[dossier.reference])
    page = client.get(reverse("dossier", args=[dossier.reference])).content.decode()
    assert (url in page, client.get(url).status_code == 200) == (offert, offert)
