"""The list of erasures kept apart: nothing of it is lost, and what can't be read is told."""

import json

from pimms.socle.effacements import ecrire, reecrire, relire
from pimms.socle.models import Effacement
from tests.fabrique import une_visite


def _effacer(distribution) -> Effacement:
    return ecrire(
        distribution.responsable, une_visite(distribution.point, distribution.proprietaire), "demande"
    )


def test_a_line_goes_to_the_file_after_the_commit(
    distribution, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.EFFACEMENTS = tmp_path / "effacements.jsonl"
    with django_capture_on_commit_callbacks(execute=True):
        effacement = _effacer(distribution)
    (ligne,) = relire(settings.EFFACEMENTS).lignes
    assert (ligne["objet"], ligne["objet_id"], ligne["le"]) == ("visite", effacement.objet_id, effacement.le)
    assert settings.EFFACEMENTS.stat().st_mode & 0o077 == 0


def test_a_line_after_one_cut_short_stands_on_its_own(
    distribution, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.EFFACEMENTS = tmp_path / "effacements.jsonl"
    settings.EFFACEMENTS.write_text('{"objet": "visi')
    with django_capture_on_commit_callbacks(execute=True):
        _effacer(distribution)
    liste = relire(settings.EFFACEMENTS)
    assert (len(liste.lignes), liste.illisibles) == (1, [1])


def test_the_night_brings_back_a_lost_line_and_keeps_what_the_table_does_not_know(distribution, tmp_path):
    chemin = tmp_path / "effacements.jsonl"
    d_avant = {"objet": "dossier", "objet_id": 7, "motif": "demande", "acteur_id": 1}
    chemin.write_text(json.dumps(d_avant | {"le": "2026-01-02T03:04:05+00:00"}) + "\nillisible\n")
    effacement = _effacer(distribution)
    assert reecrire(chemin) == 1
    lignes = relire(chemin)
    assert [ligne["objet_id"] for ligne in lignes.lignes] == [7, effacement.objet_id]
    assert lignes.illisibles == []
    assert "illisible" in (tmp_path / "effacements.jsonl.illisible").read_text()
    assert reecrire(chemin) == 0
