"""Making the file: rights at that time, claims, failures, files that expire."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from accueil import exports
from accueil.models import Acces, Export, Utilisateur
from accueil.taches import produire_export, purger_exports, relancer_exports
from tests.exports import un_export, un_produit
from tests.fabrique import un_acces

pytestmark = pytest.mark.django_db


def test_making_it_twice_makes_one_file(distribution, visite):
    export = un_produit(distribution)
    produire_export(export.pk)
    assert [f.name for f in exports.dossier().iterdir()] == [export.fichier]
    assert (export.etat, export.essais, export.lignes) == ("pret", 1, 2)


def test_who_lost_the_point_meanwhile_gets_no_file(distribution, visite):
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    export = un_export(distribution, url="point=LYO-GER")
    Acces.objects.filter(personne=distribution.proprietaire, point=distribution.point).delete()
    produire_export(export.pk)
    export.refresh_from_db()
    assert (export.etat, export.erreur) == ("echec", exports.ACCES_PERDU)


def test_who_left_the_union_meanwhile_does_not_get_the_network(distribution, visite):
    export = un_export(distribution, "union")
    un_acces(distribution.union, "mediateur", distribution.ailleurs)
    Acces.objects.filter(personne=distribution.union, role="union").delete()
    produire_export(export.pk)
    export.refresh_from_db()
    assert export.erreur == exports.ACCES_PERDU


def test_a_closed_account_gets_no_file(distribution, visite):
    export = un_export(distribution)
    Utilisateur.objects.filter(pk=distribution.proprietaire.pk).update(is_active=False)
    produire_export(export.pk)
    export.refresh_from_db()
    assert export.etat == "echec"


def test_more_lines_than_excel_opens_fail_with_the_way_out(distribution, visite, monkeypatch):
    monkeypatch.setattr(exports, "LIGNES_EXCEL", exports.MARGE_EXCEL + 1)
    export = un_produit(distribution, format="xlsx")
    assert "Choisissez le format CSV" in export.erreur


def test_an_unexpected_error_is_tried_three_times_then_told(distribution, monkeypatch):
    def casser(*_):
        raise RuntimeError("panne")

    monkeypatch.setattr(exports, "_ecrire", casser)
    export = un_produit(distribution)
    assert (export.etat, export.essais) == ("demande", 1)
    produire_export(export.pk)
    produire_export(export.pk)
    export.refresh_from_db()
    assert (export.etat, export.erreur) == ("echec", exports.INATTENDU)


def test_a_worker_whose_claim_was_taken_over_leaves_the_row_and_no_file(distribution, visite, monkeypatch):
    ecrire = exports._ecrire

    def doubler(export, *reste):
        Export.objects.filter(pk=export.pk).update(essais=2)
        return ecrire(export, *reste)

    monkeypatch.setattr(exports, "_ecrire", doubler)
    export = un_produit(distribution)
    assert (export.etat, export.essais) == ("en_cours", 2)
    assert list(exports.dossier().iterdir()) == []


def test_a_living_claim_is_not_taken_over(distribution):
    export = un_export(distribution, etat="en_cours", essais=1, pris_le=timezone.now())
    assert exports.prendre(export.pk) is None


def test_a_silent_claim_is_taken_over(distribution):
    export = un_export(distribution, etat="en_cours", essais=1, pris_le=timezone.now() - exports.SILENCE * 2)
    produire_export(export.pk)
    export.refresh_from_db()
    assert (export.etat, export.essais) == ("pret", 2)


def test_three_dead_workers_make_a_failure(distribution):
    export = un_export(distribution, etat="en_cours", essais=3, pris_le=timezone.now() - exports.SILENCE * 2)
    relancer_exports()
    export.refresh_from_db()
    assert (export.etat, export.erreur) == ("echec", exports.INTERROMPU)


def test_what_waits_is_sent_again_and_what_is_done_is_not(distribution, monkeypatch):
    envoyes = []
    monkeypatch.setattr("pimms.socle.taches.enfiler", lambda _, pk: envoyes.append(pk))
    vieux = {"demande_le": timezone.now() - timedelta(minutes=2)}
    attend = un_export(distribution, **vieux)
    silencieux = un_export(
        distribution, etat="en_cours", essais=1, pris_le=timezone.now() - exports.SILENCE * 2, **vieux
    )
    un_export(distribution, etat="en_cours", essais=1, pris_le=timezone.now(), **vieux)
    un_export(distribution, etat="echec", **vieux)
    un_export(distribution)
    relancer_exports()
    assert envoyes == [attend.pk, silencieux.pk]


def _vieillir(nom: str, jours: float) -> None:
    instant = (timezone.now() - timedelta(days=jours)).timestamp()
    os.utime(exports.dossier() / nom, (instant, instant))


def test_files_are_kept_seven_days(distribution):
    export = un_produit(distribution)
    _vieillir(export.fichier, 6.9)
    Export.objects.update(fini_le=timezone.now() - timedelta(days=6.9))
    purger_exports()
    assert (exports.dossier() / export.fichier).exists()


def test_files_are_deleted_after_seven_days(distribution):
    export = un_produit(distribution)
    _vieillir(export.fichier, 7.1)
    Export.objects.update(fini_le=timezone.now() - timedelta(days=7.1))
    purger_exports()
    assert not (exports.dossier() / export.fichier).exists()


def test_an_export_is_deleted_with_its_file(distribution):
    prets = {"etat": "pret", "fichier": "x.csv", "fini_le": timezone.now() - timedelta(days=7.1)}
    un_export(distribution, **prets)
    recent = un_export(distribution, **prets | {"fini_le": timezone.now() - timedelta(days=6.9)})
    en_cours = un_export(distribution, etat="en_cours")
    purger_exports()
    assert set(Export.objects.all()) == {recent, en_cours}


def test_what_a_dead_worker_left_is_deleted_after_a_day(distribution):
    (exports.dossier() / "9-1.partiel").touch()
    (exports.dossier() / "9-1.partiel-x").mkdir()
    _vieillir("9-1.partiel", 1.1)
    _vieillir("9-1.partiel-x", 1.1)
    purger_exports()
    assert list(exports.dossier().iterdir()) == []


def test_what_is_being_written_is_left_alone(distribution):
    (exports.dossier() / "9-1.partiel").touch()
    purger_exports()
    assert (exports.dossier() / "9-1.partiel").exists()
