"""A program beside the application: it answers, fails, and ends as its callers do. Real processes."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from pimms.socle.annexe import RACINE, Annexe, Interrompu
from tests.ouvrier import attendre

MODULE = "tests.socle.travaux"


@pytest.fixture
def annexe():
    annexe = Annexe(MODULE)
    yield annexe
    annexe.fermer()


def _enfants() -> list[psutil.Process]:
    """Who works for this test."""
    return [p for p in psutil.Process().children(recursive=True) if _travaille(p)]


def _travaille(processus: psutil.Process) -> bool:
    try:
        return processus.status() != psutil.STATUS_ZOMBIE and MODULE in processus.cmdline()
    except psutil.NoSuchProcess:  # ended since it was listed
        return False


def test_each_call_is_answered_by_a_process_of_its_own_which_ends(annexe):
    premier, second = annexe.appeler("qui"), annexe.appeler("qui")
    assert len({os.getpid(), *premier, *second}) == 4  # the program, which both share, and each one's own
    attendre(lambda: len(_enfants()) == 1, 5)


def test_a_call_leaves_no_temporary_file(annexe):
    dossier = Path(annexe.appeler("poser"))
    attendre(lambda: not dossier.parent.exists(), 5)


def test_a_call_that_the_system_refuses_fails_alone(monkeypatch, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    annexe = Annexe("tests.socle.travaux_refuses")  # the first fork
    with pytest.raises(BlockingIOError):
        annexe.appeler("qui")
    programme, _ = annexe.appeler("qui")
    shutil.rmtree(place)
    with pytest.raises(FileNotFoundError):
        annexe.appeler("qui")
    place.mkdir()
    assert annexe.appeler("qui")[0] == programme
    annexe.fermer()


def test_what_a_killed_program_leaves_goes_with_the_next_and_a_living_one_keeps_its_own(
    monkeypatch, tmp_path, annexe
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    tue = Annexe(MODULE)
    for programme in (annexe, tue):
        programme.appeler("qui")
    (reste,) = set(tmp_path.iterdir()) - {_dossier_de(annexe)}
    os.kill(tue.appeler("qui")[0], signal.SIGKILL)
    attendre(lambda: len(_enfants()) == 1, 5)
    assert reste.exists()
    assert _dossier_de(tue) != reste
    assert set(tmp_path.iterdir()) == {_dossier_de(tue), _dossier_de(annexe)}
    for programme in (annexe, tue):
        programme.fermer()
    assert not list(tmp_path.iterdir())


def _dossier_de(annexe: Annexe) -> Path:
    """Where its program keeps temporary files."""
    return Path(annexe.appeler("poser")).parents[1]


def test_what_a_call_raises_is_raised_with_where(annexe):
    with pytest.raises(ValueError, match="non") as leve:
        annexe.appeler("refuser", "non")
    assert "travaux.py" in leve.value.__notes__[0]


def test_more_memory_than_allowed_fails_alone(monkeypatch, annexe):
    monkeypatch.setenv("MEMOIRE_MAX_MO", "100")
    with pytest.raises(MemoryError):
        annexe.appeler("remplir", 200)
    assert annexe.appeler("remplir", 1) == 1


def test_a_process_that_dies_is_told_and_a_program_that_died_is_started_again(annexe):
    with pytest.raises(Interrompu):
        annexe.appeler("mourir", signal.SIGABRT)
    avant, _ = annexe.appeler("qui")
    os.kill(avant, signal.SIGKILL)
    attendre(lambda: not _enfants(), 5)
    apres, _ = annexe.appeler("qui")
    assert avant != apres


def test_a_caller_that_gives_up_takes_the_work_along(annexe):
    annexe.appeler("qui")

    def assez(*_):
        raise TimeoutError

    avant = signal.signal(signal.SIGALRM, assez)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(TimeoutError):
            annexe.appeler("durer", 60)
    finally:
        signal.signal(signal.SIGALRM, avant)
    attendre(lambda: len(_enfants()) == 1, 5)


def test_a_caller_killed_leaves_no_process():
    code = f"from pimms.socle.annexe import Annexe; Annexe({MODULE!r}).appeler('durer', 60)"
    appelant = subprocess.Popen([sys.executable, "-c", code], cwd=RACINE)
    attendre(lambda: len(psutil.Process(appelant.pid).children(recursive=True)) == 2)
    laisses = psutil.Process(appelant.pid).children(recursive=True)
    appelant.kill()
    appelant.wait()
    _, vivants = psutil.wait_procs(laisses, 5)
    assert not vivants


def test_two_calls_are_worked_on_at_once(annexe, tmp_path):
    annexe.appeler("qui")
    fils = [threading.Thread(target=annexe.appeler, args=("se_joindre", str(tmp_path), 2)) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(list(tmp_path.iterdir())) == 2
