"""The life of a case: one table of transitions, and no illegal state by the model nor by raw SQL."""

import uuid
from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from mediation.cycle_de_vie import ajouter, changer_etat
from mediation.etats import ISSUES, OUVERTS, PAR_PAIRE, TRANSFERT, TRANSITIONS, Etat
from mediation.models import ConflitInteret, Dossier, Engagement, Etape, Partie, Redirection
from mediation.transferts import transferer
from tests.fabrique import un_partenaire
from tests.mediation.fabrique import un_consentement, un_dossier, un_dossier_engage, une_partie
from tests.mediation.sql import forcer_etat, sql


def test_the_database_holds_the_same_transitions(db):
    with connection.cursor() as curseur:
        curseur.execute("SELECT de, vers, motif, transfert FROM mediation_transition")
        assert set(curseur.fetchall()) == {
            (t.de.value, t.vers.value, t.motif, t.transfert) for t in TRANSITIONS
        }


def test_every_state_can_be_reached_and_leads_to_the_end():
    suites = {e: {t.vers for t in TRANSITIONS if t.de == e} for e in Etat}
    atteints, a_voir = {Etat.DEMANDE}, [Etat.DEMANDE]
    while a_voir:
        for suite in suites[a_voir.pop()] - atteints:
            atteints.add(suite)
            a_voir.append(suite)
    assert atteints == set(Etat)


# --- Random lives: moves by the model and by raw SQL among things that happen to the case ---

FAITS = ("donne", "retire", "conflit", "decide", "etape_accord", "engagement", "suite", "redirection")
IMPORTANTES = (TRANSFERT, *ISSUES, "")
SUITE = st.tuples(st.just("suite"), st.integers(0, 9), st.sampled_from(("modele", "juste")))
COUPS = st.one_of(
    SUITE,
    SUITE,
    SUITE,
    st.tuples(st.just("fait"), st.sampled_from(FAITS)),
    st.tuples(st.just("modele"), st.sampled_from(list(Etat))),
    st.tuples(st.just("sql"), st.sampled_from(list(Etat)), st.sampled_from(IMPORTANTES), st.booleans()),
    st.tuples(st.just("juste"), st.sampled_from(list(Etat))),
    st.tuples(st.just("issue"), st.sampled_from(IMPORTANTES)),
    st.tuples(st.just("transfert")),
)


@dataclass(frozen=True)
class Place:
    """Where a case stands, and what its next move depends on; told apart from the product's own rules."""

    etat: str
    issue: str
    clos_le: object
    accord: bool
    conflit: bool
    etape_accord: bool
    engagements: int
    redirection: bool

    @classmethod
    def de(cls, dossier) -> "Place":
        d = Dossier.objects.get(pk=dossier.pk)
        mots = list(d.parties.get(role="demandeur").consentements.order_by("id"))
        return cls(
            d.etat,
            d.issue,
            d.clos_le,
            accord=bool(mots) and mots[-1].etat == "donne",
            conflit=d.conflitinterets.filter(decision="").exists(),
            etape_accord=d.etapes.filter(nature="accord").exists(),
            engagements=d.engagements.filter(suite="").count(),
            redirection=Redirection.objects.filter(dossier=d).exists(),
        )

    def issue_apres(self, vers: str) -> str:
        return "" if vers in OUVERTS else vers if vers in ISSUES else self.issue

    def permet(self, vers: str) -> bool:
        """Whether a case that stands here may move there, a transfer left out."""
        transition = PAR_PAIRE.get((self.etat, vers))
        if transition is None or transition.transfert or self.issue == TRANSFERT:
            return False
        return not (
            (vers == Etat.SUIVI and self.issue == Etat.HORS_CHAMP)
            or (vers == Etat.EN_COURS and not self.accord)
            or (vers == Etat.ACCORD and not self.etape_accord)
            or (vers == Etat.HORS_CHAMP and not self.redirection)
            or (vers == Etat.CLOS and self.engagements)
            or (self.conflit and vers not in (Etat.CLOS, Etat.HORS_CHAMP, Etat.REFUSE, Etat.RETRAIT))
        )


def _arriver(distribution, dossier, fait: str) -> None:
    """Something happens to the case, as rows that the model itself would write."""
    moi, partie = distribution.proprietaire, Partie.objects.get(dossier=dossier, role="demandeur")
    place = Place.de(dossier)
    if fait in ("donne", "retire"):
        un_consentement(partie, moi, fait)
    elif fait == "conflit" and not place.conflit:
        conflit = ConflitInteret(dossier=dossier, declare_par=moi, declare_le=dossier.ouvert_le)
        ajouter(conflit, {})
    elif fait == "decide":
        ConflitInteret.objects.filter(dossier=dossier, decision="").update(
            decision="justifie", decide_par=distribution.responsable, decide_le=dossier.ouvert_le
        )
    elif fait == "etape_accord":
        ajouter(
            Etape(dossier=dossier, nature="accord", jour=dossier.ouvert_le, auteur=moi, cle=uuid.uuid4()), {}
        )
    elif fait == "engagement" and place.etape_accord and place.etat != Etat.CLOS:
        etape = dossier.etapes.filter(nature="accord").first()
        ajouter(Engagement(dossier=dossier, etape=etape, partie=partie, echeance=dossier.ouvert_le), {})
    elif fait == "suite":
        Engagement.objects.filter(dossier=dossier, suite="").update(
            suite="tenu", constate_le=dossier.ouvert_le, constate_par=moi
        )
    elif fait == "redirection" and not place.redirection:
        redirection = Redirection(
            dossier=dossier, point=dossier.point, auteur=moi, cle=uuid.uuid4(), jour=dossier.ouvert_le,
            domaine="penale",
        )  # fmt: skip
        redirection.sceller("Maison de justice")
        redirection.save()


def _accepte(ecrire) -> bool:
    try:
        with transaction.atomic():
            ecrire()
    except (ValidationError, IntegrityError):
        return False
    return True


def _modele(distribution, dossier, vers: str):
    return lambda: changer_etat(
        distribution.proprietaire,
        dossier,
        vers,
        depuis=Dossier.objects.get(pk=dossier.pk).etat,
        motif="Repris à la demande des parties",
        partenaire=un_partenaire() if vers == Etat.ORIENTE else None,
        retrait_de="partie" if vers == Etat.RETRAIT else "",
    )


def _transfert(distribution, dossier):
    return lambda: transferer(
        distribution.proprietaire,
        dossier,
        distribution.ailleurs,
        "Déménagement",
        depuis=Dossier.objects.get(pk=dossier.pk).etat,
        avec_identites=False,
    )


def _sql(dossier, vers: str, issue: str, raconte: bool):
    partenaire = un_partenaire() if vers == Etat.ORIENTE else None
    return lambda: forcer_etat(dossier, vers, issue, raconte=raconte, partenaire=partenaire)


def _jouer(distribution, dossier, voie: str, *coup) -> None:
    avant = Place.de(dossier)
    if voie == "suite":  # one of the moves that are allowed from here, so that lives go far
        permis = [vers for vers in Etat if avant.permet(vers)]
        if not permis:
            return
        voie, coup = coup[1], (permis[coup[0] % len(permis)],)
    if voie == "fait":
        permis = (
            coup[0] != "etape_accord"
            or avant.etat == Etat.EN_COURS
            or (avant.issue == Etat.ACCORD and avant.etat != Etat.CLOS)
        )
        assert _accepte(lambda: _arriver(distribution, dossier, coup[0])) is permis
        return
    if voie == "issue":
        change = coup[0] != avant.issue
        ecrire = lambda: sql("UPDATE mediation_dossier SET issue = %s WHERE id = %s", coup[0], dossier.pk)  # noqa: E731
        assert _accepte(ecrire) is not change
        return
    if voie == "transfert":
        permis = avant.etat in OUVERTS and not avant.engagements
        assert _accepte(_transfert(distribution, dossier)) is permis
        return
    vers = coup[0]
    if voie == "modele":
        permis, ecrire = avant.permet(vers), _modele(distribution, dossier, vers)
    elif voie == "juste":  # by raw SQL, with all that the move needs
        permis, ecrire = avant.permet(vers), _sql(dossier, vers, avant.issue_apres(vers), True)
    else:
        _, issue, raconte = coup
        permis = avant.permet(vers) and issue == avant.issue_apres(vers) and raconte
        ecrire = _sql(dossier, vers, issue, raconte)
    if vers == avant.etat and voie != "modele":
        return
    assert _accepte(ecrire) is permis
    apres = Place.de(dossier)
    event(f"{voie} {vers if permis else 'refusé'}")
    assert (apres.etat, apres.issue) == (
        (vers, avant.issue_apres(vers)) if permis else (avant.etat, avant.issue)
    )


@given(coups=st.lists(COUPS, min_size=4, max_size=16))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_model_and_database_accept_the_same_moves_and_no_other(distribution, coups):
    with transaction.atomic():
        dossier = un_dossier(distribution.proprietaire, distribution.point)
        un_consentement(une_partie(dossier), distribution.proprietaire)
        for coup in coups:
            _jouer(distribution, dossier, *coup)
        connection.check_constraints()
        transaction.set_rollback(True)


@given(deja=st.sets(st.sampled_from(FAITS[4:])), coups=st.lists(COUPS, min_size=3, max_size=12))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_so_they_do_once_a_mediation_is_under_way(distribution, deja, coups):
    with transaction.atomic():
        dossier, *_ = un_dossier_engage(distribution.proprietaire, distribution.point)
        for fait in sorted(deja):
            _arriver(distribution, dossier, fait)
        for coup in coups:
            _jouer(distribution, dossier, *coup)
        connection.check_constraints()
        transaction.set_rollback(True)


# --- What raw SQL could do, each in so many words ---


def test_the_outcome_of_a_transferred_case_is_not_rewritten(distribution):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    transferer(
        distribution.proprietaire, dossier, distribution.ailleurs, "Déménagement", depuis="demande",
        avec_identites=False,
    )  # fmt: skip
    for issue in ISSUES:
        with pytest.raises(IntegrityError):
            sql("UPDATE mediation_dossier SET issue = %s WHERE id = %s", issue, dossier.pk)
    with pytest.raises(IntegrityError):
        forcer_etat(dossier, "suivi", "accord")


def test_a_case_is_not_transferred_to_nowhere(distribution):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    with pytest.raises(IntegrityError, match="a sa suite"):
        forcer_etat(dossier, "clos", "transfert")


def test_no_mediation_begins_by_raw_sql_without_the_agreement_of_who_asks(distribution):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    forcer_etat(dossier, "prise_de_contact", "")
    with pytest.raises(IntegrityError, match="accord de la partie qui demande"):
        forcer_etat(dossier, "en_cours", "")
    un_consentement(une_partie(dossier), distribution.proprietaire)
    forcer_etat(dossier, "en_cours", "")


def test_an_event_follows_the_one_before(distribution):
    dossier = un_dossier(distribution.proprietaire, distribution.point)
    for de, vers in (("prise_de_contact", "en_cours"), ("demande", "refuse")):
        with pytest.raises(IntegrityError):
            sql(
                "INSERT INTO mediation_evenement (dossier_id, point_id, numero, nature, le, par_id, de, vers,"
                " retrait_de) VALUES (%s, %s, 9, 'transition', now(), %s, %s, %s, '')",
                dossier.pk, dossier.point_id, dossier.mediateur_id, de, vers,
            )  # fmt: skip


def test_a_case_with_a_commitment_of_unknown_outcome_is_not_transferred(distribution):
    moi = distribution.proprietaire
    dossier, *_ = un_dossier_engage(moi, distribution.point)
    _arriver(distribution, dossier, "etape_accord")
    _arriver(distribution, dossier, "engagement")
    with pytest.raises(ValidationError, match="sans suite connue"):
        transferer(
            moi, dossier, distribution.ailleurs, "Déménagement", depuis="en_cours", avec_identites=False
        )
