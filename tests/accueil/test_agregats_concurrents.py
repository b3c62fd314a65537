"""Aggregates while several people write and several workers compute at once."""

import random
import threading
import uuid
from contextlib import nullcontext
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accueil import chiffres
from accueil.agregats import rattraper, recalculer
from accueil.chiffres import lire
from accueil.correction import annuler, corriger, retablir
from accueil.models import AgregatJour, AgregatMois, MarqueAgregat, Utilisateur, Visite
from accueil.saisie import DemandeSaisie, VisiteSaisie, enregistrer
from tests.accueil.recompte import recompter, sans_zeros
from tests.fabrique import un_theme, une_visite
from tests.filtres import filtre_de

pytestmark = pytest.mark.django_db(transaction=True)

ACTES = 25  # of each writer


def _ecrire(auteur_pk: int, point, theme, graine: int) -> None:
    """Random entries, corrections (of the day too), cancellations and restorations of one person."""
    auteur, hasard = Utilisateur.objects.get(pk=auteur_pk), random.Random(graine)  # noqa: S311
    siennes: list[Visite] = []
    for _ in range(ACTES):
        jour = point.aujourdhui() - timedelta(days=hasard.randrange(3))
        demandes = [DemandeSaisie(theme=theme, issue="resolu")] * hasard.randint(1, 2)
        saisie = VisiteSaisie(cle=uuid.uuid4(), jour=jour, demandes=demandes, duree=hasard.choice([None, 30]))
        acte = hasard.choice(["saisir", "saisir", "corriger", "annuler", "retablir"])
        if acte == "saisir" or not siennes:
            siennes.append(enregistrer(auteur, point, saisie)[0])
            continue
        visite = Visite.objects.select_related("point").get(pk=hasard.choice(siennes).pk)
        if acte == "corriger" and not visite.annulee_le:
            corriger(auteur, visite, saisie, visite.version)
        elif acte != "corriger":
            {"annuler": annuler, "retablir": retablir}[acte](auteur, visite)


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


def test_figures_are_exact_at_every_moment_and_at_the_end(distribution, monkeypatch):
    monkeypatch.setattr(chiffres, "budget", lambda _: nullcontext())  # its transaction would be another
    theme, point, fini = un_theme(), distribution.point, threading.Event()
    filtre = filtre_de(distribution.union)
    auteurs = [distribution.proprietaire.pk, distribution.collegue.pk]

    def ecrire() -> None:
        redacteurs = [
            lambda a=a, n=n: _ecrire(a, point, theme, n) for n, a in enumerate([*auteurs, *auteurs])
        ]
        try:
            _lancer(*redacteurs)
        finally:
            fini.set()

    def recalculer_sans_cesse() -> None:
        while not fini.is_set():
            rattraper()

    def lire_sans_cesse() -> None:
        while not fini.is_set():
            with transaction.atomic():
                with connection.cursor() as curseur:
                    curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                assert sans_zeros(lire(filtre)[0]) == recompter(filtre)

    _lancer(ecrire, recalculer_sans_cesse, recalculer_sans_cesse, lire_sans_cesse)
    rattraper()
    assert not MarqueAgregat.objects.exists()
    assert sans_zeros(lire(filtre)[0]) == recompter(filtre)


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
