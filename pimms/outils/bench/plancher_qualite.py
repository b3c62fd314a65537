"""Floor of an evaluation: the aggregate queries that it sends, alone, one after the other."""

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext
from django.views.decorators.http import require_safe

from qualite.evaluation import evaluer

_AGREGATS: list[str] = []


@login_required
@require_safe
def evaluation(request: HttpRequest) -> HttpResponse:
    """Evaluate the whole network: facts, rules, findings written where they changed."""
    calcul = evaluer()
    return HttpResponse(str(calcul.constats if calcul else 0))


@login_required
@require_safe
def agregats(request: HttpRequest) -> HttpResponse:
    """The statements of an evaluation that count rows, with their values, read and thrown away.

    Which they are is noted once, at the first call: it is not counted.
    """
    if not _AGREGATS:
        with CaptureQueriesContext(connection) as releve:
            evaluer()
        _AGREGATS.extend(e["sql"] for e in releve.captured_queries if "GROUP BY" in e["sql"])
    lignes = 0
    for ordre in _AGREGATS:
        with connection.cursor() as curseur:
            curseur.execute(ordre)
            lignes += len(curseur.fetchall())
    return HttpResponse(f"{len(_AGREGATS)} {lignes}")
