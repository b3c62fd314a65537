"""From one version of the référentiel to the next: which old codes a requirement goes on from.

A code keeps one meaning for ever (the catalogue refuses another), so that what was written under an old
one (a proof, a decision, an action, a change of verdict) is found by the requirement that came from it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from qualite.models import Exigence


def actuels(exigences: Iterable[Exigence]) -> Mapping[str, list[str]]:
    """Each code, old or new, and the codes of these requirements that go on from it."""
    codes: dict[str, list[str]] = defaultdict(list)
    for exigence in exigences:
        for code in exigence.lignee:
            codes[code].append(exigence.code)
    return codes


def trouver(exigences: Iterable[Exigence], code: str) -> Exigence | None:
    """The requirement of that code, or the first that goes on from it."""
    return next((e for e in exigences if code in e.lignee), None)
