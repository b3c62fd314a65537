"""The référentiel's files: checked as a whole, loaded once, never changed."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from qualite import catalogue
from qualite.catalogue import DOSSIER, charger, charger_reseau, charger_tous
from qualite.controles import regle
from qualite.evaluation import evaluer
from qualite.grilles import ReferentielInvalide, lire
from qualite.models import Application, Exigence, Parametre, Referentiel, Valeur, Verification, valeurs_au
from qualite.parametres import LUS, appliquer, decider_valeur, en_vigueur, valeurs_du_jour

DEMAIN = date.today() + timedelta(days=1)


@pytest.fixture
def grille(tmp_path):
    """Write a file that is right but for what is changed in it, and give its path."""

    def ecrire(**champs):
        contenu = {
            "code": "essai",
            "titre": "Essai",
            "statut": "brouillon",
            "avertissement": "Essai",
            "blocs": {"cadre": "Cadre"},
            "parametres": NOMBRES | {"seuil": _parametre()},
            "exigences": [_exigence()],
        }
        chemin = tmp_path / "essai.yaml"
        chemin.write_text(yaml.safe_dump(contenu | champs, allow_unicode=True))
        return chemin

    return ecrire


def _parametre(**champs):
    defauts = {"libelle": "Seuil", "valeur": 5, "unite": "registres", "min": 1, "max": 8, "origine": "loi"}
    return defauts | champs


# All that the code reads, as a text would give it.
NOMBRES = {code: _parametre(unite="jours", valeur=4) for code in LUS}


def _exigence(**champs):
    defauts = {"code": "A-1", "bloc": "cadre", "niveaux": ["point"], "origine": "loi"}
    return defauts | {"verification": ["doc"], "libelle": "Une exigence"} | champs


def _erreurs(chemin) -> str:
    with pytest.raises(ReferentielInvalide) as info:
        lire(chemin)
    return str(info.value)


def test_the_project_s_versions_are_loaded_by_the_migration(db):
    assert list(Referentiel.objects.values_list("code", flat=True)) == ["xp-x60-600-2016", "nf-x60-600"]
    assert Exigence.objects.filter(referentiel__code="xp-x60-600-2016").count() == 35


def test_loading_again_changes_nothing(db):
    assert not any(neuf for _, neuf in charger_tous())


def test_the_draft_says_what_is_not_known_and_maps_each_old_code(db):
    brouillon = Referentiel.objects.get(code="nf-x60-600")
    assert brouillon.inconnues
    assert all(e.ancien_code == e.code and e.a_valider for e in brouillon.exigences.all())


def test_a_loaded_version_refuses_another_content(db, grille):
    charger(grille())
    with pytest.raises(ReferentielInvalide, match="ne change plus"):
        charger(grille(titre="Autre"))


@pytest.mark.parametrize("modele", [Referentiel, Exigence, Parametre])
def test_the_database_keeps_a_loaded_version_as_it_is(db, modele):
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        modele.objects.update(code="x")


def test_all_the_errors_of_a_file_are_said_at_once(grille):
    erreurs = _erreurs(grille(statut="?", exigences=[_exigence(bloc="inconnu"), _exigence(origine="?")]))
    for attendu in ("statut", "bloc « inconnu »", "origine « ? »", "A-1 : code en double"):
        assert attendu in erreurs


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"exigences": []}, "aucune exigence"),
        ({"exigences": [{"code": "A-1"}]}, "« libelle » manque"),
        ({"exigences": [_exigence(surprise=1)]}, "« surprise » est inconnu"),
        ({"exigences": [_exigence(niveaux=["lune"])]}, "« niveaux » parmi"),
        ({"exigences": [_exigence(verification=[])]}, "« verification » parmi"),
        ({"exigences": [_exigence(verification=["auto"])]}, "aucun contrôle connu ne la calcule"),
        ({"exigences": "rien"}, "une liste est attendue"),
        ({"parametres": {"seuil": _parametre(valeur=9)}}, "n’est pas entre"),
        ({"parametres": {"seuil": _parametre(valeur=9, max=9)}}, "il n’y a que 8 registres"),
        ({"parametres": {"seuil": _parametre(valeur="cinq")}}, "sont des nombres entiers"),
        ({"parametres": {"registres_seuil": _parametre(valeur=9, max=9, unite="x")}}, "que 8 registres"),
        ({"parametres": {"seuil": _parametre(unite="mois", max=999)}}, "de 0 à 120 mois"),
        ({"parametres": {"seuil": _parametre(valeur=-3, min=-5)}}, "de 0 à 8 registres"),
        ({"parametres": {"un seuil": _parametre()}}, "un code de 40 caractères"),
        ({"parametres": {5: _parametre()}}, "un code de 40 caractères"),
        ({"parametres": {"seuil": _parametre(libelle="x" * 201)}}, "200 caractères au plus"),
        ({"blocs": 3}, "des codes et leurs titres"),
        ({"blocs": {"cadre": 3}}, "« cadre » : un texte"),
        ({"inconnues": "rien"}, "« inconnues » : une liste"),
        ({"inconnues": [3]}, "inconnues : « 1 » : un texte"),
        ({"titre": 2016}, "« titre » : un texte"),
        ({"titre": "x" * 161}, "160 caractères au plus"),
        ({"remplace": ["x"]}, "« remplace » : un texte"),
        ({"reprend": "oui"}, "« reprend » : true ou false"),
        ({"exigences": [_exigence(bloc=["cadre"])]}, "bloc « ['cadre'] » inconnu"),
        ({"exigences": [_exigence(niveaux=[["point"]])]}, "« niveaux » parmi"),
        ({"exigences": [_exigence(niveaux=["point", "point"])]}, "chacun une fois"),
        ({"exigences": [_exigence(code="A-123456789-B")]}, "un code de 12 caractères"),
        ({"exigences": [_exigence(code="A/1")]}, "un code de 12 caractères"),
        ({"exigences": [_exigence(code=4.2)]}, "« code » : un texte"),
        ({"exigences": [_exigence(libelle="a\0b")]}, "« libelle » : un texte"),
        ({"exigences": [_exigence(periodicite_mois=-3)]}, "de 1 à 120 mois"),
        ({"exigences": [_exigence(periodicite_mois=True)]}, "de 1 à 120 mois"),
        ({"exigences": [_exigence(sans_verdict="non")]}, "« sans_verdict » : true ou false"),
        ({"parametres": ["seuil"]}, "des clés et leurs précisions"),
        ({"code": "autre"}, "doit être le nom du fichier"),
        ({"reprend": True}, "quelle version"),
    ],
)
def test_a_file_half_known_is_refused_with_the_place(grille, champs, attendu):
    assert attendu in _erreurs(grille(**champs))


def test_a_computed_requirement_keeps_the_rule_of_its_old_code(db, grille):
    calculee = _exigence(verification=["auto"], ancien_code="CAD-1")
    nouvelle, _ = charger(grille(remplace="xp-x60-600-2016", exigences=[calculee]))
    assert regle(nouvelle.exigences.get()) is regle(Exigence(code="CAD-1"))


def test_a_computed_requirement_whose_old_code_has_no_rule_is_refused(db, grille):
    calculee = _exigence(verification=["auto"], ancien_code="CAD-3")
    with pytest.raises(ReferentielInvalide, match="aucun contrôle connu"):
        charger(grille(remplace="xp-x60-600-2016", exigences=[calculee]))


@pytest.mark.django_db
def test_every_computed_requirement_of_the_2016_grid_has_its_rule():
    automatiques = Exigence.objects.filter(
        referentiel__code="xp-x60-600-2016", verification__contains=[Verification.AUTO]
    )
    assert all(regle(e) for e in automatiques)


def test_broken_yaml_is_said_with_its_line(tmp_path):
    chemin = tmp_path / "essai.yaml"
    chemin.write_text("code: [essai\ntitre: x")
    assert "line 2" in _erreurs(chemin)


@pytest.mark.parametrize(
    "texte", ["? [a, b]\n: c", "code: 2026-13-45", "a: {? {b: c} : d}", "code: !!python/name:os.system x"]
)
def test_what_yaml_cannot_build_is_said_in_words(tmp_path, texte):
    chemin = tmp_path / "essai.yaml"
    chemin.write_text(texte)
    assert "YAML illisible" in _erreurs(chemin)


@pytest.mark.parametrize("code", sorted(LUS))
def test_a_version_without_a_number_that_the_code_reads_is_refused(db, grille, code):
    nombres = {c: p for c, p in NOMBRES.items() if c != code}
    with pytest.raises(ReferentielInvalide, match=f"paramètre {code} : il manque"):
        charger(grille(parametres=nombres))
    assert not Referentiel.objects.filter(code="essai").exists()


def test_a_version_that_lacks_a_number_is_never_applied(distribution):
    ancienne = Referentiel.objects.create(
        code="essai", titre="Essai", statut="brouillon", avertissement="x", blocs={}, empreinte="x"
    )
    with pytest.raises(ValidationError) as erreur:
        appliquer(distribution.union, ancienne, DEMAIN)
    assert "registres_periode" in erreur.value.message_dict["referentiel"][0]


def test_the_list_of_numbers_is_what_the_code_reads(db):
    """Any number of the 2016 grid that some module names is on the list, and nothing else."""
    ici = Path(catalogue.__file__).parent
    modules = [m for m in ici.rglob("*.py") if m.name != "parametres.py" and "migrations" not in m.parts]
    source = "".join(m.read_text() for m in modules)
    donnes = Parametre.objects.filter(referentiel__code="xp-x60-600-2016").values_list("code", flat=True)
    assert {c for c in donnes if re.search(rf"[\"']{c}[\"']", source)} == LUS


def test_a_version_with_these_numbers_alone_keeps_the_network_working(distribution, grille):
    nouvelle, _ = charger(
        grille(remplace="xp-x60-600-2016", exigences=[_exigence(code="CAD-2", verification=["auto"])])
    )
    appliquer(distribution.union, nouvelle, date.today())
    evaluer()
    for nom in ("constats_point", "constats_et_si", "satisfaction_point"):
        assert distribution.client("responsable").get(reverse(nom, args=["LYO-GER"])).status_code == 200
    for nom in ("registres", "charte", "parcours_equipe", "seances", "matrice"):
        assert distribution.client("responsable").get(reverse(nom)).status_code == 200


def test_a_key_given_twice_is_refused(tmp_path):
    chemin = tmp_path / "essai.yaml"
    chemin.write_text("code: essai\ncode: essai\n")
    assert "clé en double" in _erreurs(chemin)


def test_a_version_that_replaces_an_unknown_one_is_refused(db, grille):
    with pytest.raises(ReferentielInvalide, match="inconnue"):
        charger(grille(remplace="nulle-part"))


def test_a_file_of_the_project_is_named_after_its_code():
    for chemin in DOSSIER.glob("*.yaml"):
        assert lire(chemin).entete["code"] == chemin.stem


def test_switching_on_a_date_keeps_the_history(distribution):
    appliquer(distribution.union, Referentiel.objects.get(code="nf-x60-600"), DEMAIN)
    assert en_vigueur(date.today()).code == "xp-x60-600-2016"
    assert en_vigueur(DEMAIN).code == "nf-x60-600"


def test_two_versions_on_one_day_are_refused_by_the_database(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(referentiel=Referentiel.objects.get(code="nf-x60-600"), debut=DEMAIN)


def test_a_decision_counts_from_its_day_on(distribution):
    parametre = Parametre.objects.get(referentiel__code="xp-x60-600-2016", code="registres_seuil")
    decider_valeur(distribution.union, parametre, 6, DEMAIN, "Exigence relevée")
    assert valeurs_au(parametre.referentiel, date.today())["registres_seuil"] == 5
    assert valeurs_au(parametre.referentiel, DEMAIN)["registres_seuil"] == 6


@pytest.mark.parametrize(
    ("valeur", "jours", "champ"), [(9, 1, "valeur"), (0, 1, "valeur"), (5, 1, "valeur"), (6, -1, "debut")]
)
def test_a_decision_out_of_bounds_or_of_the_past_is_refused(distribution, valeur, jours, champ):
    parametre = Parametre.objects.get(referentiel__code="xp-x60-600-2016", code="registres_seuil")
    with pytest.raises(ValidationError) as info:
        decider_valeur(distribution.union, parametre, valeur, date.today() + timedelta(days=jours), "x")
    assert list(info.value.message_dict) == [champ]
    assert not Valeur.objects.exists()


@pytest.fixture
def du_reseau(tmp_path):
    """Write a file of the network's own numbers, and give its path."""

    def ecrire(**parametres):
        chemin = tmp_path / "reseau.yaml"
        chemin.write_text(yaml.safe_dump(parametres, allow_unicode=True))
        return chemin

    return ecrire


def test_a_number_of_the_network_can_be_added_later(db, du_reseau):
    (ajoute,) = charger_reseau(du_reseau(delai=_parametre(unite="jours")))
    assert ajoute.referentiel is None
    assert valeurs_au(Referentiel.objects.get(code="nf-x60-600"), date.today())["delai"] == 5


def test_a_number_of_the_network_never_changes_in_its_file(db, du_reseau):
    charger_reseau(du_reseau(delai=_parametre(unite="jours")))
    with pytest.raises(ReferentielInvalide, match="ne change plus que par une décision"):
        charger_reseau(du_reseau(delai=_parametre(unite="jours", valeur=6)))


def test_a_number_belongs_to_the_network_or_to_a_text(db, du_reseau, grille):
    with pytest.raises(ReferentielInvalide, match="déjà donné ailleurs"):
        charger_reseau(du_reseau(dossier_revue=_parametre(unite="jours")))
    with pytest.raises(ReferentielInvalide, match="déjà donné ailleurs"):
        charger(grille(parametres={"incident_suite": _parametre(unite="jours")}))


def test_a_number_of_the_network_is_decided_like_the_others(db, distribution):
    client = distribution.client("union")
    envoi = {"valeur": 45, "debut": date.today(), "motif": "Plus de temps"}
    client.post(reverse("parametre", args=["incident_suite"]), envoi)
    page = client.get(reverse("parametres")).content.decode()
    assert "Plus de temps" in page
    assert valeurs_du_jour(date.today())["incident_suite"] == 45
    assert valeurs_du_jour(date.today() - timedelta(days=1))["incident_suite"] == 30
