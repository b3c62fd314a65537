"""A closed evaluation: sealed once, unchanged by whatever changes under it."""

import uuid
from datetime import date, timedelta

import psycopg2
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from qualite.arrets import arreter, intacte
from qualite.evaluation import evaluer
from qualite.models import Constat, Evaluation, EvenementPreuve, Parametre, PreuveArretee, Referentiel
from qualite.parametres import decider_valeur
from qualite.preuves import effacer, noter, retirer
from tests.fabrique import une_visite
from tests.qualite.fabrique import une_preuve

TOUT = [{"registre": n} for n in range(1, 6)] * 2


@pytest.fixture
def arretee(distribution):
    evaluer()
    return arreter(distribution.union, "Avant l’audit", uuid.uuid4())


def test_what_changes_afterwards_leaves_it_unchanged(distribution, arretee):
    avant = arretee.empreinte
    for _ in range(2):
        une_visite(distribution.point, distribution.proprietaire, demandes=TOUT)
    evaluer()
    assert Constat.objects.get(code="CAD-2", point=distribution.point).verdict == "atteint"
    relue = Evaluation.objects.get()
    assert (relue.empreinte, intacte(relue)) == (avant, True)
    point = [c for c in relue.constats if c["point_id"] == distribution.point.pk and c["code"] == "CAD-2"]
    assert point[0]["verdict"] == "a_traiter"
    assert relue.instantane["seuils"]["registres_seuil"] == 5


@pytest.mark.parametrize(
    "ordre",
    ["UPDATE qualite_evaluation SET titre = 'x'", "DELETE FROM qualite_evaluation"],
)
def test_the_application_s_role_cannot_touch_it(arretee, ordre):
    with pytest.raises(ProgrammingError) as erreur, transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)
    assert isinstance(erreur.value.__cause__, psycopg2.errors.InsufficientPrivilege)


def test_nor_does_the_model(arretee):
    arretee.titre = "Autre"
    with pytest.raises(ProgrammingError), transaction.atomic():
        arretee.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        arretee.delete()


def test_the_same_form_sent_twice_closes_one(distribution, arretee):
    assert arreter(distribution.union, "Avant l’audit", arretee.cle) == arretee


def test_the_same_form_under_another_name_is_refused(distribution, arretee):
    with pytest.raises(ValidationError):
        arreter(distribution.union, "Autre", arretee.cle)
    assert Evaluation.objects.count() == 1


def test_only_the_union_closes_one(distribution):
    evaluer()
    with pytest.raises(ValidationError):
        arreter(distribution.direction, "Essai", uuid.uuid4())


def test_closing_evaluates_first(distribution):
    """No run was made yet, or one before the last entries: the picture is of the day all the same."""
    evaluer()
    for _ in range(2):
        une_visite(distribution.point, distribution.proprietaire, demandes=TOUT)
    envoi = {"titre": "Essai", "cle": uuid.uuid4()}
    assert distribution.client("union").post(reverse("evaluation_arreter"), envoi).status_code == 302
    assert _verdict_du_point(Evaluation.objects.get(), distribution.point, "CAD-2") == "atteint"


def test_one_told_afterwards_knows_nothing_of_the_days_that_follow(distribution):
    for _ in range(2):
        une_visite(distribution.point, distribution.proprietaire, demandes=TOUT)
    veille = distribution.point.aujourdhui() - timedelta(days=1)
    evaluation = arreter(distribution.union, "La veille", uuid.uuid4(), jour=veille)
    assert (evaluation.jour, evaluation.instantane["au"]) == (veille, veille.isoformat())
    assert _verdict_du_point(evaluation, distribution.point, "CAD-2") == "a_traiter"


def test_the_numbers_sealed_are_those_of_its_verdicts(distribution):
    """A threshold decided after the last run is in the picture, and so is what it makes of the finding."""
    for _ in range(2):
        une_visite(distribution.point, distribution.proprietaire, demandes=TOUT)
    evaluer()
    seuil = Parametre.objects.get(referentiel__code="xp-x60-600-2016", code="registres_seuil_point")
    decider_valeur(distribution.union, seuil, 6, date.today(), "Exigence relevée")
    evaluation = arreter(distribution.union, "Avant l’audit", uuid.uuid4())
    assert evaluation.instantane["seuils"]["registres_seuil_point"] == 6
    assert _verdict_du_point(evaluation, distribution.point, "CAD-2") == "a_traiter"


def test_its_page_tells_the_numbers_and_who_changed_them_in_its_months(distribution, arretee):
    seuil = Parametre.objects.get(referentiel__code="xp-x60-600-2016", code="registres_seuil")
    decider_valeur(distribution.union, seuil, 6, date.today(), "Exigence relevée")
    suivante = arreter(distribution.union, "Après", uuid.uuid4())
    decider_valeur(distribution.union, seuil, 7, date.today(), "Décidée ensuite")
    client = distribution.client("union")
    page = client.get(reverse("evaluation", args=[suivante.pk])).content.decode()
    assert "Registres déployés attendus, sur 8" in page
    assert f"Exigence relevée ({distribution.union}, le" in page
    assert "Décidée ensuite" not in page
    assert "Exigence relevée" not in client.get(reverse("evaluation", args=[arretee.pk])).content.decode()


def test_its_page_reads_the_picture_alone(distribution, arretee):
    page = distribution.client("union").get(reverse("evaluation", args=[arretee.pk])).content.decode()
    assert "intacte" in page
    assert "Lyon – Gerland" in page


def _verdict_du_point(evaluation, point, code):
    lignes = (c for c in evaluation.constats if (c["point_id"], c["code"]) == (point.pk, code))
    return next(lignes)["verdict"]


@pytest.fixture
def sur_preuve(distribution):
    """An evaluation closed while the display of the charter was proved."""
    preuve = une_preuve(distribution.responsable, ["CAD-4"], point=distribution.point)
    evaluer()
    return preuve, arreter(distribution.union, "Avant l’audit", uuid.uuid4())


def test_it_keeps_what_its_proofs_were(distribution, sur_preuve):
    preuve, evaluation = sur_preuve
    version = preuve.versions.get()
    (gardee,) = evaluation.instantane["preuves"]
    assert (gardee["preuve"], gardee["version"], gardee["empreinte"]) == (preuve.pk, 1, version.empreinte)
    assert "titre" not in gardee


def test_a_proof_not_in_force_is_none_of_its_proofs(distribution):
    hier = distribution.point.aujourdhui() - timedelta(days=1)
    preuve = une_preuve(distribution.responsable, ["CAD-4"], point=distribution.point, fin=hier)
    evaluer()
    arreter(distribution.union, "Avant l’audit", uuid.uuid4())
    retirer(distribution.responsable, preuve, "Mauvais point")
    assert not PreuveArretee.objects.exists()


def test_a_proof_it_stood_on_is_not_withdrawn(distribution, sur_preuve):
    preuve, _ = sur_preuve
    with pytest.raises(ValidationError, match="évaluation arrêtée"):
        retirer(distribution.responsable, preuve, "Mauvais point")
    page = distribution.client("responsable").get(reverse("preuve", args=[preuve.pk])).content.decode()
    assert reverse("preuve_retirer", args=[preuve.pk]) not in page
    assert "Elle a servi à une évaluation arrêtée" in page
    envoi = {"motif": "Mauvais point"}
    reponse = distribution.client("responsable").post(reverse("preuve_retirer", args=[preuve.pk]), envoi)
    assert reponse.status_code == 422


def test_nor_by_sql(distribution, sur_preuve):
    preuve, _ = sur_preuve
    version = preuve.versions.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        noter(distribution.responsable, version, "retrait", "Mauvais point")


def test_a_lawful_erasure_takes_it_and_leaves_hash_date_and_reason(distribution, sur_preuve):
    preuve, _ = sur_preuve
    empreinte = preuve.versions.get().empreinte
    effacer(distribution.direction, preuve, "Demande de la personne")
    evaluer()
    assert Constat.objects.get(code="CAD-4", point=distribution.point).verdict == "preuve_manquante"
    relue = Evaluation.objects.get()
    assert intacte(relue)
    assert relue.instantane["preuves"][0]["empreinte"] == empreinte
    evenement = EvenementPreuve.objects.get()
    assert (evenement.nature, evenement.motif) == ("effacement", "Demande de la personne")
    assert _verdict_du_point(relue, distribution.point, "CAD-4") == "atteint"


def test_nothing_done_through_the_pages_changes_it(distribution, sur_preuve):
    preuve, evaluation = sur_preuve
    union, avant = distribution.client("union"), evaluation.instantane
    page = union.get(reverse("evaluation", args=[evaluation.pk])).content.decode()
    demain = (distribution.point.aujourdhui() + timedelta(days=1)).isoformat()
    suivante = Referentiel.objects.get(code="nf-x60-600")
    envois = [
        ("parametre", ["registres_seuil"], {"valeur": 4, "debut": demain, "motif": "Essai"}),
        ("preuve_refuser", [preuve.pk, 1], {"motif": "Illisible"}),
        ("constat_sans_objet", ["LYO-GER", "CAD-2"], {"motif": "Essai"}),
        ("constat_travail", ["LYO-GER", "CAD-2"], {"avancement": "valide"}),
        ("version_suivante", [], {"referentiel": suivante.pk, "debut": demain}),
    ]
    for nom, arguments, envoi in envois:
        assert union.post(reverse(nom, args=arguments), envoi).status_code == 302, nom
    evaluer()
    relue = Evaluation.objects.get()
    assert (relue.instantane, intacte(relue)) == (avant, True)
    apres = union.get(reverse("evaluation", args=[evaluation.pk])).content.decode()
    assert _tableau(apres) == _tableau(page)


def _tableau(page: str) -> str:
    return page[page.index("<table") : page.index("</table>")]


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE qualite_evaluation SET instantane = '{}'",
        "UPDATE qualite_evaluation SET empreinte = 'x'",
        "DELETE FROM qualite_preuvearretee",
        "UPDATE qualite_preuvearretee SET version_id = 0",
        "TRUNCATE qualite_evaluation CASCADE",
        "UPDATE qualite_valeur SET valeur = 1",
        "UPDATE qualite_exigence SET libelle = 'x'",
        "ALTER TABLE qualite_evaluation DISABLE TRIGGER USER",
    ],
)
def test_nothing_under_it_changes_by_sql(sur_preuve, ordre):
    with pytest.raises(ProgrammingError) as erreur, transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)
    assert isinstance(erreur.value.__cause__, psycopg2.errors.InsufficientPrivilege)
