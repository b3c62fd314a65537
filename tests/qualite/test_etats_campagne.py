"""The life of a campaign: one table of moves, in Python and in the database, and no other way."""

import uuid
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from accueil.models import Acces
from pimms.socle.models import Courriel
from qualite import campagnes, cloture, echantillonnage
from qualite.arrets import arreter
from qualite.etats_campagne import (
    FIGEES,
    FINIES,
    PAR_PAIRE,
    TRANSITIONS,
    EtatCampagne,
    NatureCampagne,
    depuis,
    etapes,
)
from qualite.models import Campagne, Evaluation, EvenementCampagne
from tests.fabrique import une_personne
from tests.qualite.fabrique_campagnes import amener, pas, un_auditeur, un_calcul, une_campagne, une_union

E, N = EtatCampagne, NatureCampagne


def test_the_database_holds_the_same_moves(db):
    with connection.cursor() as curseur:
        curseur.execute("SELECT de, vers, motif, audit FROM qualite_transitioncampagne")
        assert set(curseur.fetchall()) == {(t.de.value, t.vers.value, t.motif, t.audit) for t in TRANSITIONS}


@pytest.mark.parametrize("nature", [N.AUTO_EVALUATION, N.AUDIT_BLANC])
def test_each_kind_goes_through_its_own_states_only(nature):
    chemin = etapes(nature)
    for de, vers in pairwise(chemin):
        assert PAR_PAIRE[de, vers].vaut_pour(nature)
    atteints = {t.vers for e in chemin for t in depuis(e, nature)} | {E.CLOSE, E.PREPARATION}
    assert atteints == set(chemin)


def test_nothing_leaves_a_closed_or_cancelled_campaign():
    assert [t for t in TRANSITIONS if t.de in FINIES] == []


def test_going_back_always_wants_a_reason():
    rangs = {e: n for n, e in enumerate(E)}
    assert all(t.motif is (rangs[t.vers] < rangs[t.de] or t.vers == E.ANNULEE) for t in TRANSITIONS)


@pytest.fixture
def campagne(distribution) -> Campagne:
    un_calcul()
    return une_campagne(distribution.union)


def test_a_campaign_goes_from_its_sample_to_its_closing(distribution, campagne):
    campagne = amener(campagne, "close", distribution.union, [distribution.point])
    dits = EvenementCampagne.objects.filter(campagne=campagne, nature="etat").values_list("vers", flat=True)
    assert list(dits) == [str(e) for e in etapes(campagne.nature)[1:]]


def test_a_self_evaluation_has_no_audit(distribution, campagne):
    auto = une_campagne(distribution.union, nature=N.AUTO_EVALUATION, debut_audit=None, fin_audit=None)
    auto = amener(auto, "gel", distribution.union, [distribution.point])
    with pytest.raises(ValidationError, match="ne passe pas"):
        campagnes.avancer(distribution.union, auto, auto.version, "audit")
    assert pas(auto, E.DECISION, distribution.union).etat == E.DECISION


@pytest.mark.parametrize("role", ["responsable", "direction", "auditeur", "proprietaire"])
def test_only_the_union_moves_a_campaign(distribution, campagne, role):
    echantillonnage.ajouter_point(distribution.union, campagne, distribution.point, "Pour l’essai.")
    with pytest.raises(ValidationError, match="Seule l’union"):
        campagnes.avancer(getattr(distribution, role), campagne, campagne.version, "auto_evaluation")


def test_no_self_evaluation_without_a_sample(distribution, campagne):
    with pytest.raises(ValidationError, match="échantillon"):
        campagnes.avancer(distribution.union, campagne, campagne.version, "auto_evaluation")


def test_no_review_before_each_point_has_handed_in(distribution, campagne):
    campagne = amener(campagne, "auto_evaluation", distribution.union, [distribution.point])
    with pytest.raises(ValidationError, match="auto-évaluation à remettre encore"):
        campagnes.avancer(distribution.union, campagne, campagne.version, "revue")


def test_freezing_closes_an_evaluation_and_going_back_leaves_it(distribution, campagne):
    campagne = amener(campagne, "gel", distribution.union, [distribution.point])
    premiere = campagne.evaluation
    campagne = campagnes.avancer(
        distribution.union, campagne, campagne.version, "revue", "Une preuve manquait."
    )
    assert campagne.evaluation is None
    campagne = pas(campagne, E.GEL, distribution.union)
    assert Evaluation.objects.count() == 2
    assert campagne.evaluation != premiere


def test_no_freezing_by_another_version_of_the_referentiel(distribution):
    un_calcul()
    brouillon = campagnes.Referentiel.objects.get(code="nf-x60-600")
    campagne = une_campagne(distribution.union, referentiel=brouillon)
    with pytest.raises(ValidationError, match="grille en vigueur"):
        amener(campagne, "gel", distribution.union, [distribution.point])
    assert not Evaluation.objects.exists()


def test_two_different_people_sign_the_closing(distribution, campagne):
    campagne = amener(campagne, "decision", distribution.union, [distribution.point])
    campagne = cloture.decider(distribution.union, campagne, campagne.version, "reserves", "À revoir.")
    cloture.signer(distribution.union, campagne, campagne.version)
    with pytest.raises(ValidationError, match="déjà signé"):
        cloture.signer(distribution.union, campagne, campagne.version)
    assert Campagne.objects.get().etat == E.DECISION
    assert cloture.signer(une_union(), campagne, campagne.version).etat == E.CLOSE


def test_a_signed_decision_does_not_change(distribution, campagne):
    campagne = amener(campagne, "decision", distribution.union, [distribution.point])
    campagne = cloture.decider(distribution.union, campagne, campagne.version, "favorable", "")
    cloture.signer(distribution.union, campagne, campagne.version)
    with pytest.raises(ValidationError, match="signée ne change pas"):
        cloture.decider(distribution.union, campagne, campagne.version, "defavorable", "")
    with pytest.raises(DatabaseError, match="signée ne change pas"), transaction.atomic():
        Campagne.objects.filter(pk=campagne.pk).update(decision="defavorable")


def test_going_back_takes_decision_and_signatures_away(distribution, campagne):
    campagne = amener(campagne, "decision", distribution.union, [distribution.point])
    campagne = cloture.decider(distribution.union, campagne, campagne.version, "favorable", "")
    cloture.signer(distribution.union, campagne, campagne.version)
    campagne = campagnes.avancer(
        distribution.union, campagne, campagne.version, "reponse", "Une réponse manque."
    )
    assert (campagne.decision, cloture.signataires(campagne)) == ("", [])


def test_a_closed_campaign_never_changes_even_by_sql(distribution, campagne):
    campagne = amener(campagne, "close", distribution.union, [distribution.point])
    for colonnes in ({"titre": "Autre"}, {"etat": "decision"}, {"decision": "defavorable"}):
        with pytest.raises(DatabaseError, match="close ne change pas"), transaction.atomic():
            Campagne.objects.filter(pk=campagne.pk).update(**colonnes)
    with pytest.raises(DatabaseError), transaction.atomic():
        campagne.points.update(explication="Autre")
    with pytest.raises(DatabaseError), transaction.atomic():
        campagne.points.all().delete()


def test_reopening_is_a_successor_with_a_reason_and_the_sample(distribution, campagne):
    campagne = amener(campagne, "close", distribution.union, [distribution.point])
    with pytest.raises(ValidationError, match="pourquoi"):
        cloture.rouvrir(distribution.union, campagne, " ", campagne.cle)
    suite = cloture.rouvrir(distribution.union, campagne, "Un constat mal gradé.", uuid.uuid4())
    assert (suite.etat, suite.predecesseur) == ("preparation", campagne)
    assert [p.point for p in suite.points.all()] == [distribution.point]
    assert campagne.evenements.filter(nature="reprise", motif="Un constat mal gradé.").exists()
    assert Campagne.objects.get(pk=campagne.pk).etat == E.CLOSE


def test_a_closed_campaign_has_one_successor(distribution, campagne):
    campagne = amener(campagne, "close", distribution.union, [distribution.point])
    cle = uuid.uuid4()
    suite = cloture.rouvrir(distribution.union, campagne, "Une erreur.", cle)
    assert cloture.rouvrir(distribution.union, campagne, "Une erreur.", cle) == suite
    with pytest.raises(ValidationError, match="déjà rouverte"):
        cloture.rouvrir(une_union(), campagne, "Une autre.", cle)


def test_a_campaign_opened_by_mistake_is_cancelled_with_its_reason(distribution, campagne):
    campagne = amener(campagne, "revue", distribution.union, [distribution.point])
    invitation = un_auditeur(campagne, une_personne("Alix"))
    with pytest.raises(ValidationError, match="pourquoi"):
        cloture.annuler(distribution.union, campagne, campagne.version, " ")
    cloture.annuler(distribution.union, campagne, campagne.version, "Ouverte deux fois.")
    dernier = campagne.evenements.order_by("-id")[0]
    assert (dernier.de, dernier.vers, dernier.motif) == ("revue", "annulee", "Ouverte deux fois.")
    assert not Acces.objects.filter(pk=invitation.acces_id).exists()
    assert "annulé la campagne" in Courriel.objects.latest("pk").corps
    with pytest.raises(DatabaseError, match="annulée ne change pas"), transaction.atomic():
        Campagne.objects.filter(pk=campagne.pk).update(titre="Autre")


def test_points_that_were_asked_are_told_of_a_campaign_cancelled_from_its_preparation(distribution, campagne):
    campagne = amener(campagne, "auto_evaluation", distribution.union, [distribution.point])
    campagne = campagnes.avancer(
        distribution.union, campagne, campagne.version, "preparation", "L’échantillon change."
    )
    cloture.annuler(distribution.union, campagne, campagne.version, "Ouverte deux fois.")
    assert "annulé la campagne" in Courriel.objects.latest("pk").corps


def test_a_frozen_campaign_is_not_cancelled_and_a_manager_cancels_none(distribution, campagne):
    with pytest.raises(ValidationError, match="Seule l’union"):
        cloture.annuler(distribution.responsable, campagne, campagne.version, "Non.")
    campagne = amener(campagne, "gel", distribution.union, [distribution.point])
    with pytest.raises(ValidationError, match="avant le gel"):
        cloture.annuler(distribution.union, campagne, campagne.version, "Trop tard.")


def test_a_campaign_whose_successor_was_cancelled_is_reopened_again(distribution, campagne):
    campagne = amener(campagne, "close", distribution.union, [distribution.point])
    suite = cloture.rouvrir(distribution.union, campagne, "Une erreur.", uuid.uuid4())
    cloture.annuler(distribution.union, suite, suite.version, "Par mégarde.")
    autre = cloture.rouvrir(distribution.union, campagne, "Une vraie erreur.", uuid.uuid4())
    assert Campagne.objects.get(pk=campagne.pk).successeur == autre


def test_a_file_is_frozen_on_the_campaign_s_own_evaluation(distribution, campagne):
    autre = amener(une_campagne(distribution.union), "gel", distribution.union, [distribution.ailleurs])
    campagne = amener(campagne, "revue", distribution.union, [distribution.point])
    with pytest.raises(DatabaseError, match="propre évaluation"), transaction.atomic():
        Campagne.objects.filter(pk=campagne.pk).update(etat="gel", evaluation=autre.evaluation)


# --- Random lives: the model and the database accept the same moves, and no other ---

PAS = st.one_of(
    st.tuples(st.sampled_from(["modele", "sql", "muet"]), st.sampled_from(list(E))),
    st.tuples(st.just("suite"), st.integers(0, 5)),
    st.tuples(st.just("suite_sql"), st.integers(0, 5)),
    st.tuples(st.sampled_from(["remettre", "decider", "signer", "signer_autre", "annuler"]), st.none()),
)


def _accepte(ecrire) -> bool:
    try:
        with transaction.atomic():
            ecrire()
            connection.check_constraints()
    except (ValidationError, DatabaseError):
        return False
    return True


def _permis(campagne: Campagne, vers: str) -> bool:
    """Whether that move is right now, said once more in the test's own words."""
    t = PAR_PAIRE.get((campagne.etat, vers))
    if t is None or not t.vaut_pour(campagne.nature):
        return False
    if (t.de, vers) == (E.AUTO_EVALUATION, E.REVUE):
        return not campagne.points.filter(remise_le=None).exists()
    return vers != E.CLOSE or len(cloture.signataires(campagne)) == 2


def _sql(campagne: Campagne, vers: str, par, evaluation: Evaluation, raconte: bool):
    """The bare UPDATE, with or without its event."""

    def ecrire() -> None:
        gele = (campagne.evaluation or evaluation) if vers in FIGEES else None
        champs = {"etat": vers, "evaluation": gele}
        if vers not in (E.DECISION, E.CLOSE):
            champs |= {"decision": "", "motif_decision": ""}
        Campagne.objects.filter(pk=campagne.pk).update(**champs)
        if raconte:
            pas_ = {"de": campagne.etat, "vers": vers, "motif": "Par SQL."}
            EvenementCampagne.objects.create(campagne=campagne, nature="etat", par=par, **pas_)

    return ecrire


def _jouer(distribution, autre, evaluation, cle: int, voie: str, coup) -> None:
    union, campagne = distribution.union, Campagne.objects.get(pk=cle)
    if voie in ("suite", "suite_sql"):
        permis = [e for e in E if _permis(campagne, e)]
        if not permis:
            return
        voie, coup = ("modele" if voie == "suite" else "sql"), permis[coup % len(permis)]
    if voie == "remettre":
        ligne = campagne.points.get()
        attendu = campagne.etat == E.AUTO_EVALUATION
        assert _accepte(lambda: echantillonnage.remettre(union, ligne, "")) is attendu
        return
    if voie == "decider":
        attendu = campagne.etat == E.DECISION and not cloture.signataires(campagne)
        ecrire = lambda: cloture.decider(union, campagne, campagne.version, "favorable", "")  # noqa: E731
        assert _accepte(ecrire) is attendu
        return
    if voie in ("signer", "signer_autre"):
        qui = union if voie == "signer" else autre
        dispose = campagne.etat == E.DECISION and campagne.decision
        attendu = bool(dispose) and qui.pk not in cloture.signataires(campagne)
        assert _accepte(lambda: cloture.signer(qui, campagne, campagne.version)) is attendu
        return
    if voie == "annuler":
        attendu = campagne.etat in (E.PREPARATION, E.AUTO_EVALUATION, E.REVUE)
        ecrire = lambda: cloture.annuler(union, campagne, campagne.version, "Erreur.")  # noqa: E731
        assert _accepte(ecrire) is attendu
        return
    if coup == campagne.etat:
        return
    permis = _permis(campagne, coup)
    if voie == "modele":
        attendu = permis and coup not in FINIES
        ecrire = lambda: campagnes.avancer(union, campagne, campagne.version, coup, "Motif.")  # noqa: E731
    else:
        attendu = permis and voie == "sql"
        ecrire = _sql(campagne, coup, union, evaluation, voie == "sql")
    assert _accepte(ecrire) is attendu, (voie, campagne.etat, coup)
    event(f"{voie} {campagne.etat} → {coup} {'permis' if attendu else 'refusé'}")
    assert Campagne.objects.get(pk=cle).etat == (coup if attendu else campagne.etat)


@pytest.mark.parametrize("nature", [N.AUTO_EVALUATION, N.AUDIT_BLANC, N.AFNOR_MI_CYCLE])
@given(coups=st.lists(PAS, min_size=6, max_size=22))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_model_and_database_accept_the_same_moves_and_no_other(distribution, nature, coups):
    with transaction.atomic():
        un_calcul()
        autre = une_union()
        campagne = une_campagne(distribution.union, nature=nature)
        echantillonnage.ajouter_point(distribution.union, campagne, distribution.point, "Pour l’essai.")
        evaluation = arreter(distribution.union, campagne.titre, uuid.uuid4(), campagne)
        for voie, coup in coups:
            _jouer(distribution, autre, evaluation, campagne.pk, voie, coup)
        transaction.set_rollback(True)
