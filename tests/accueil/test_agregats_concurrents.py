"""Aggregates while several people write and several workers compute at once."""

import multiprocessing
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from io import StringIO
from itertools import cycle

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accueil import chiffres_croises
from accueil.agregats import rattraper, recalculer
from accueil.chiffres import lire
from accueil.filtres import Filtre
from accueil.models import AgregatJour, AgregatMois, MarqueAgregat, PointAccueil, Utilisateur, Visite
from accueil.saisie import enregistrer
from accueil.taches import tenir_les_agregats
from pimms.socle.budgets import budget
from pimms.socle.instants import un_instant
from pimms.socle.models import Battement
from pimms.socle.periodes import UN_JOUR, finissant_le
from qualite.rapports import activite
from tests.accueil.recompte import recompter, sans_zeros, sommes_de, totaux_recomptes
from tests.accueil.saisies_tirees import DEMANDE, changer, saisie_de, tirer
from tests.fabrique import un_partenaire, un_theme, une_visite
from tests.filtres import filtre_de

pytestmark = pytest.mark.django_db(transaction=True)

ACTES = 17  # of each writer
CROISES = (
    "canal=sur_place",
    "canal=sur_place&issue=resolu",
    "theme=justice&partenaire=aucun",
    "registre=2&aide=informer&annulees=1",
)


def _ecrire(auteur_pk: int, point, graine: int) -> None:
    """Random entries, corrections (of the day too), cancellations and restorations of one person."""
    auteur, hasard = Utilisateur.objects.get(pk=auteur_pk), random.Random(graine)  # noqa: S311
    siennes: list[int] = []
    for _ in range(ACTES):
        valeurs = tirer(hasard, jours=3)
        acte = hasard.choice(["saisir", "saisir", "corriger", "annuler", "retablir"])
        if acte == "saisir" or not siennes:
            siennes.append(enregistrer(auteur, point, saisie_de(point, valeurs))[0].pk)
        else:
            visites = Visite.objects.select_related("point", "auteur")
            changer(visites.get(pk=hasard.choice(siennes)), acte, valeurs)


def _lancer(*travaux) -> None:
    """Run each in a thread, hence a session of the database, of its own; the first error is raised."""
    erreurs: list[BaseException] = []

    def courir(travail) -> None:
        try:
            travail()
        except BaseException as erreur:
            erreurs.append(erreur)
        finally:
            connection.close()

    fils = [threading.Thread(target=courir, args=(t,)) for t in travaux]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    if erreurs:
        raise erreurs[0]


@contextmanager
def _en_processus(*travaux) -> Iterator[Callable[[], bool]]:
    """Run each in a process of its own; gives whether one still runs, and checks that all ended well."""

    def courir(travail) -> None:
        connection.connection = None  # the parent's: a child opens its own
        travail()

    contexte = multiprocessing.get_context("fork")
    enfants = [contexte.Process(target=courir, args=(t,), daemon=True) for t in travaux]
    for enfant in enfants:
        enfant.start()
    try:
        yield lambda: any(enfant.is_alive() for enfant in enfants)
        for enfant in enfants:
            enfant.join(120)
    finally:
        for enfant in enfants:
            enfant.kill()  # nothing, for who has ended
            enfant.join()
    assert [enfant.exitcode for enfant in enfants] == [0] * len(enfants)


def _exacts(filtres: Sequence[Filtre], pas: str) -> None:
    """The figures of each of these, of the week before, and by point, are those of a recount."""
    avant = finissant_le(filtres[0].periode.du - UN_JOUR, 7)
    for filtre in filtres:
        lus, (precedents,) = lire(filtre, [avant], pas)
        assert sans_zeros(lus) == recompter(filtre, pas=pas)
        assert precedents == sommes_de(recompter(filtre, avant, pas))
    reseau, *_ = filtres
    seuls = {
        point: sommes_de(recompter(replace(reseau, points=frozenset({point}))))
        for point in PointAccueil.objects.values_list("pk", flat=True)
    }
    attendues = {point: replace(sommes, courbe={}) for point, sommes in seuls.items() if sommes.visites}
    assert lire(reseau, par_point=True)[0].par_point == attendues


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # children only talk to the database
def test_figures_are_exact_at_every_moment_and_at_the_end(distribution):
    filtres = filtre_de(distribution.union), filtre_de(distribution.proprietaire)
    croises = [filtre_de(distribution.union, url) for url in CROISES]
    equipes = [("proprietaire", "point"), ("collegue", "point"), ("etranger", "ailleurs")] * 2
    redacteurs = [
        partial(_ecrire, getattr(distribution, qui).pk, getattr(distribution, ou), n)
        for n, (qui, ou) in enumerate(equipes)
    ]

    with _en_processus(*redacteurs) as ecrivent:

        def recalculer_sans_cesse() -> None:
            while ecrivent():
                rattraper()

        def lire_sans_cesse() -> None:
            for pas in cycle(("jour", "semaine", "mois")):
                if not ecrivent():
                    return
                with un_instant():
                    _exacts(filtres, pas)
                    for croise in croises:
                        assert sans_zeros(lire(croise)[0]) == recompter(croise)
                        totaux_recomptes(croise)

        _lancer(recalculer_sans_cesse, recalculer_sans_cesse, lire_sans_cesse)
    rattraper()
    assert not MarqueAgregat.objects.exists()
    assert lire(filtres[0])[0].visites
    _exacts(filtres, "jour")
    assert all(lire(filtres[0])[0].repartitions["themes"].get(str(un_theme(t).pk)) for t in DEMANDE["theme"])


def test_totals_and_months_are_of_one_moment_though_a_visit_is_entered_between(distribution, monkeypatch):
    partenaire = un_partenaire("CAF")
    une_visite(distribution.point, distribution.proprietaire, demandes=[{"partenaire": partenaire}] * 3)
    demander, saisir = (
        activite.par_mois,
        lambda: une_visite(
            distribution.point, distribution.proprietaire, demandes=[{"partenaire": partenaire}]
        ),
    )

    def saisir_puis_demander(filtre):
        _lancer(saisir)
        return demander(filtre)

    monkeypatch.setattr(activite, "par_mois", saisir_puis_demander)
    filtre = filtre_de(distribution.union, f"partenaire={partenaire.pk}")
    for attendu in (3, 4):
        with budget(3_000):
            lu, total, _ = activite.activite(filtre)
        assert total.demandes == sum(mois["demandes"] for mois in lu["mois"]) == attendu


def test_a_period_and_the_one_before_are_of_one_moment_though_a_visit_is_entered_between(
    distribution, monkeypatch
):
    saisir = partial(une_visite, distribution.point, distribution.proprietaire)
    saisir()
    lots = chiffres_croises.lots

    def saisir_puis_lire(*valeurs):
        _lancer(saisir)
        return lots(*valeurs)

    monkeypatch.setattr(chiffres_croises, "lots", saisir_puis_lire)
    filtre = filtre_de(distribution.union, "canal=sur_place")
    for sans_budget in (False, True):
        total, (encore,) = lire(filtre, [filtre.periode], sans_budget=sans_budget)
        assert total.visites == encore.visites
    assert total.visites == 4


def test_a_change_not_yet_committed_keeps_its_mark_for_later(distribution):
    une_visite(distribution.point, distribution.proprietaire)
    rattraper()
    ecrite, calculee = threading.Event(), threading.Event()

    def ecrire() -> None:
        with transaction.atomic():
            une_visite(distribution.point, distribution.proprietaire)
            ecrite.set()
            assert calculee.wait(20)

    def calculer() -> None:
        assert ecrite.wait(20)
        recalculer([distribution.point.pk], [distribution.point.aujourdhui()])
        calculee.set()

    _lancer(ecrire, calculer)
    assert AgregatJour.objects.get().visites == 1
    assert MarqueAgregat.objects.exists()
    assert lire(filtre_de(distribution.proprietaire))[0].visites == 2
    rattraper()
    assert AgregatJour.objects.get().visites == 2


def test_entering_a_visit_does_not_wait_for_a_day_being_computed(distribution):
    with transaction.atomic():
        recalculer([distribution.point.pk], [distribution.point.aujourdhui()])
        _lancer(lambda: une_visite(distribution.point, distribution.proprietaire))
    assert lire(filtre_de(distribution.proprietaire))[0].visites == 1


def test_a_point_whose_days_cannot_be_computed_holds_no_other_back_and_is_told(distribution, caplog):
    point, ailleurs = distribution.point, distribution.ailleurs

    def tenir() -> None:
        with connection.cursor() as curseur:
            curseur.execute("SET lock_timeout = '100ms'")
        tenir_les_agregats()

    def juste() -> bool:
        return Battement.objects.get(nom="agregats").vu_le > depart

    tenir_les_agregats()
    une_visite(point, distribution.proprietaire)
    une_visite(ailleurs, distribution.etranger)
    depart = timezone.now()
    with transaction.atomic():  # somebody holds the first of both for ever
        recalculer([point.pk], [point.aujourdhui() - UN_JOUR])
        _lancer(tenir)
    assert AgregatJour.objects.get().point == ailleurs
    assert set(MarqueAgregat.objects.values_list("point", flat=True)) == {point.pk}
    assert f"agrégats: point {point.pk}" in caplog.text
    assert not juste()
    assert lire(filtre_de(distribution.union))[0].visites == 2
    tenir_les_agregats()
    assert juste()
    assert not MarqueAgregat.objects.exists()


def test_a_visit_entered_while_everything_is_computed_again_is_counted_once(distribution):
    une_visite(distribution.point, distribution.proprietaire)
    rattraper()
    ecrite, refaite = threading.Event(), threading.Event()

    def ecrire() -> None:
        with transaction.atomic():
            une_visite(distribution.point, distribution.proprietaire)
            ecrite.set()
            assert refaite.wait(20)

    def refaire() -> None:
        assert ecrite.wait(20)
        call_command("verifier_agregats", "--refaire", stdout=StringIO())
        refaite.set()

    _lancer(ecrire, refaire)
    assert lire(filtre_de(distribution.proprietaire))[0].visites == 2
    rattraper()
    assert AgregatJour.objects.get().visites == AgregatMois.objects.get().visites == 2
