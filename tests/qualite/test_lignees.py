"""The network goes by another version from a day on: what was written under the old codes is found again."""

from datetime import date, timedelta

import pytest
import yaml
from django.urls import reverse
from django.utils import timezone

from accueil.models import ContratFranchise, LabelFranceServices
from qualite import lignees
from qualite.actions import ouvrir
from qualite.catalogue import DOSSIER, charger
from qualite.decisions import avancer, declarer_sans_objet, rendre_due, travaux_du_point
from qualite.evaluation import Cadre, evaluer
from qualite.grilles import ReferentielInvalide
from qualite.models import Application, Calcul, Changement, Constat, Exigence, Parametre
from qualite.parametres import appliquer, decider_valeur
from qualite.preuves import Objet
from qualite.projection import projeter
from qualite.reevaluation import evaluer_ce_qui_est_du
from tests.fabrique import LONGTEMPS, une_visite
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_actions import une_corrective, une_ouverture

RENOMMEES = {"CAD-2": "4.2", "CAD-3": "4.3", "CAD-4": "4.4", "MEO-2": "5.2", "ORG-1": "6.1", "SUI-2": "7.2"}


def _fichier(dossier, code, remplace, renommees):
    """A version that holds everything of 2016's, some requirements under another code."""
    contenu = yaml.safe_load((DOSSIER / "xp-x60-600-2016.yaml").read_text())
    contenu |= {"code": code, "titre": "Essai", "remplace": remplace}
    for exigence in contenu["exigences"]:
        ancien = exigence["code"]
        if ancien in renommees:
            exigence |= {"code": renommees[ancien], "ancien_code": ancien}
    chemin = dossier / f"{code}.yaml"
    chemin.write_text(yaml.safe_dump(contenu, allow_unicode=True))
    return chemin


@pytest.fixture
def basculer(distribution, tmp_path):
    """Make the network go by a version where some codes are others, from today on."""

    def faire():
        nouvelle, _ = charger(_fichier(tmp_path, "essai", "xp-x60-600-2016", RENOMMEES))
        appliquer(distribution.union, nouvelle, date.today())
        return nouvelle

    return faire


def _exigence(code):
    return Exigence.objects.get(referentiel__code="xp-x60-600-2016", code=code)


def _nouvelle(code):
    return Exigence.objects.get(referentiel__code="essai", code=code)


def _page(distribution, nom, *args, role="responsable"):
    return distribution.client(role).get(reverse(nom, args=args))


def test_a_requirement_knows_all_its_older_codes(basculer, tmp_path):
    basculer()
    chemin = _fichier(tmp_path, "encore", "essai", {})
    contenu = yaml.safe_load(chemin.read_text())
    for exigence in contenu["exigences"]:
        code = RENOMMEES.get(exigence["code"], exigence["code"])
        exigence |= {"code": "A-2" if code == "4.2" else code, "ancien_code": code}
    chemin.write_text(yaml.safe_dump(contenu))
    encore, _ = charger(chemin)
    assert encore.exigences.get(code="A-2").lignee == ("A-2", "4.2", "CAD-2")
    assert encore.exigences.get(code="4.4").lignee == ("4.4", "CAD-4")


def test_a_code_never_takes_another_meaning(db, tmp_path):
    chemin = _fichier(tmp_path, "essai", "xp-x60-600-2016", {"CAD-3": "DEO-8", "DEO-8": "CAD-3"})
    with pytest.raises(ReferentielInvalide, match="DEO-8 : ce code a déjà un autre sens"):
        charger(chemin)


def test_only_one_requirement_goes_on_from_a_code(db, tmp_path):
    """Else what was decided under it, or is written later, would be both's for ever."""
    chemin = _fichier(tmp_path, "essai", "xp-x60-600-2016", {"CAD-3": "4.3a"})
    contenu = yaml.safe_load(chemin.read_text())
    (premiere,) = (e for e in contenu["exigences"] if e["code"] == "4.3a")
    contenu["exigences"].append(premiere | {"code": "4.3b"})
    chemin.write_text(yaml.safe_dump(contenu))
    with pytest.raises(ReferentielInvalide, match=r"4\.3a et 4\.3b : une seule peut continuer CAD-3"):
        charger(chemin)


def test_an_old_code_and_its_successor_are_not_both_kept(db, tmp_path, basculer):
    basculer()
    chemin = _fichier(tmp_path, "encore", "essai", RENOMMEES)
    contenu = yaml.safe_load(chemin.read_text())
    for exigence in contenu["exigences"]:
        exigence["ancien_code"] = exigence["code"]
    sociale = next(e for e in contenu["exigences"] if e["code"] == "4.3")
    contenu["exigences"].append({c: v for c, v in sociale.items() if c != "ancien_code"} | {"code": "CAD-3"})
    chemin.write_text(yaml.safe_dump(contenu))
    with pytest.raises(ReferentielInvalide, match=r"4\.3 et CAD-3 : une seule"):
        charger(chemin)


def test_the_history_of_a_cell_goes_on_under_its_new_code(distribution, basculer):
    evaluer()
    basculer()
    evaluer()
    page = _page(distribution, "constat", "LYO-GER", "4.2")
    changements = page.context["changements"]
    assert [(c.code, c.avant, c.apres) for c in changements] == [
        ("4.2", "a_traiter", "a_traiter"),
        ("CAD-2", "", "a_traiter"),
    ]
    assert "inchangé par la nouvelle version" in page.content.decode()


def test_a_verdict_that_holds_keeps_its_first_day(distribution, basculer):
    evaluer()
    Constat.objects.filter(code="CAD-2").update(depuis=LONGTEMPS)
    basculer()
    evaluer()
    assert Constat.objects.get(code="4.2", point=distribution.point).depuis == LONGTEMPS


def test_only_what_turns_is_told_as_a_change(distribution, basculer):
    evaluer()
    basculer()
    assert evaluer().changements == 0
    assert Changement.objects.filter(referentiel__code="essai").exists()


def test_an_address_of_an_old_code_still_leads_to_the_requirement(distribution, basculer):
    evaluer()
    basculer()
    evaluer()
    assert _page(distribution, "constat", "LYO-GER", "CAD-2").context["exigence"].code == "4.2"


def test_registers_and_reliability_stay_on_the_point_s_page(distribution, basculer):
    une_visite(distribution.point, distribution.proprietaire)
    basculer()
    evaluer()
    page = _page(distribution, "constats_point", "LYO-GER")
    assert len(page.context["tuiles"]) == 8
    assert page.context["fiabilite"]["interventions"] == 1


def test_a_document_of_an_old_code_still_proves(distribution, basculer):
    une_preuve(distribution.responsable, ["CAD-4"], point=distribution.point)
    basculer()
    evaluer()
    assert Constat.objects.get(code="4.4", point=distribution.point).verdict == "atteint"


@pytest.mark.parametrize("code", ["ORG-1", "6.1"])
def test_a_job_description_counts_under_either_code(distribution, basculer, code):
    association = distribution.point.association
    basculer()
    for personne in (distribution.proprietaire, distribution.collegue):
        une_preuve(distribution.responsable, [code], personne=personne, employeur=association)
    evaluer()
    assert Constat.objects.get(code="6.1", association=association).valeur == 2


def test_proofs_are_listed_under_the_new_code(distribution, basculer):
    preuve = une_preuve(distribution.responsable, ["CAD-4"], point=distribution.point)
    basculer()
    page = distribution.client("responsable").get(reverse("preuves"), {"exigence": "4.4"})
    assert [lue.preuve for lue in page.context["lues"]] == [preuve]
    assert [e.code for e in _page(distribution, "preuve", preuve.pk).context["exigences"]] == ["4.4"]


def test_open_work_goes_on(distribution, basculer):
    avancer(distribution.responsable, distribution.point, _exigence("CAD-2"), "en_cours")
    basculer()
    travaux = travaux_du_point(distribution.point, Cadre.du(date.today()).exigences)
    assert travaux["4.2", "point"].avancement == "en_cours"


def test_the_same_word_under_the_new_code_changes_nothing(distribution, basculer):
    avancer(distribution.responsable, distribution.point, _exigence("CAD-2"), "en_cours")
    basculer()
    avancer(distribution.responsable, distribution.point, _nouvelle("4.2"), "en_cours")
    assert travaux_du_point(distribution.point, [_nouvelle("4.2")])["4.2", "point"].code == "CAD-2"


def test_sans_objet_goes_on_and_can_be_taken_back(distribution, basculer):
    declarer_sans_objet(distribution.union, _exigence("CAD-2"), distribution.point, "Point en sommeil")
    basculer()
    evaluer()
    assert Constat.objects.get(code="4.2", point=distribution.point).verdict == "sans_objet"
    rendre_due(distribution.union, _nouvelle("4.2"), distribution.point)
    evaluer()
    assert Constat.objects.get(code="4.2", point=distribution.point).verdict == "a_traiter"


def test_open_actions_stay_beside_their_finding(distribution, basculer):
    responsable = distribution.responsable
    action = une_corrective(responsable, responsable, point=distribution.point, exigence="CAD-2")
    basculer()
    evaluer()
    page = _page(distribution, "constat", "LYO-GER", "4.2")
    assert [a.pk for a in page.context["actions"]] == [action.pk]
    assert _page(distribution, "corrective", action.pk).context["exigence"].code == "4.2"


def test_et_si_says_nothing_of_what_has_no_sense_in_advance(distribution, basculer):
    basculer()
    evaluer()
    codes = {b.exigence.code for b in projeter(distribution.point, date.today() + timedelta(days=90))}
    assert codes.isdisjoint({"5.2", "7.2"})


def test_et_si_looks_past_a_change_of_version(distribution, tmp_path):
    """What holds today by one version, and would lapse once the next one applies, is told."""
    association, jour = distribution.point.association, date.today()
    ContratFranchise.objects.create(association=association, debut=LONGTEMPS, fin=jour + timedelta(days=40))
    nouvelle, _ = charger(_fichier(tmp_path, "essai", "xp-x60-600-2016", {"ORG-7": "6.7"}))
    appliquer(distribution.union, nouvelle, jour + timedelta(days=30))
    evaluer()
    avant = projeter(distribution.point, jour + timedelta(days=35))
    apres = projeter(distribution.point, jour + timedelta(days=60))
    assert "6.7" not in {b.exigence.code for b in avant}
    assert "6.7" in {b.exigence.code for b in apres}


def test_between_the_change_of_version_and_the_first_run_pages_keep_the_last_findings(distribution, basculer):
    une_visite(distribution.point, distribution.proprietaire)
    evaluer()
    basculer()
    page = _page(distribution, "constats_point", "LYO-GER")
    assert page.context["nombre"] == 35
    assert len(page.context["tuiles"]) == 8
    constat = _page(distribution, "constat", "LYO-GER", "4.2").context["ligne"].constat
    assert (constat.code, constat.verdict) == ("CAD-2", "a_traiter")


def test_an_action_opened_then_quotes_the_last_finding(distribution, basculer):
    evaluer()
    basculer()
    objet = Objet(association=distribution.point.association)
    ouverture = une_ouverture(distribution.direction, objet=objet, exigence=_nouvelle("4.3"))
    assert ouvrir(distribution.direction, ouverture).verdict == "preuve_manquante"


def test_a_change_of_version_is_evaluated_at_once(distribution, tmp_path):
    """Not at four in the morning: as soon as the day begins."""
    evaluer()
    nouvelle, _ = charger(_fichier(tmp_path, "essai", "xp-x60-600-2016", RENOMMEES))
    Application.objects.update(fin=date.today() - timedelta(days=1))
    Application.objects.create(referentiel=nouvelle, debut=date.today())
    Calcul.objects.update(au=date.today() - timedelta(days=1), journal=2**40)
    minuit = timezone.localtime().replace(hour=0, minute=1)
    assert evaluer_ce_qui_est_du(minuit) is not None
    assert Constat.objects.filter(code="4.2", point=distribution.point).exists()


def test_a_decided_number_goes_on_in_the_version_that_takes_it_over(distribution, basculer):
    seuil = Parametre.objects.get(referentiel__code="xp-x60-600-2016", code="registres_repere")
    decider_valeur(distribution.union, seuil, 2, date.today(), "Repère revu")
    basculer()
    assert Cadre.du(date.today()).seuils["registres_repere"] == 2


def test_the_network_s_numbers_are_the_same_in_every_version(distribution, basculer):
    LabelFranceServices.objects.create(point=distribution.point, debut=LONGTEMPS)
    agents = Parametre.objects.get(code="france_services_agents")
    decider_valeur(distribution.union, agents, 5, date.today(), "Charte révisée")
    basculer()
    evaluer()
    assert Constat.objects.get(code="ORG-5", point=distribution.point).seuil == 5


def test_the_period_of_a_document_is_that_of_its_lineage(distribution, basculer):
    basculer()
    periode = Parametre.objects.get(code="utilite_sociale_periode")
    decider_valeur(distribution.union, periode, 24, date.today(), "Tous les deux ans")
    exigences = Cadre.du(date.today()).exigences
    assert lignees.trouver(exigences, "CAD-3").periodicite == 24
