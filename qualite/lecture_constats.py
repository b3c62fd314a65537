"""Read findings for the requirements of one version, whichever version they were made by."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import DateTimeField, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL

from accueil.models import PointAccueil
from qualite.decisions import NIVEAUX
from qualite.lignees import actuels
from qualite.models import Constat, Exigence, Niveau
from qualite.verdicts import Verdict


def _decides(colonne: str) -> RawSQL:
    """That column of the union's « sans objet » for a finding's subject, the oldest first. A constant text:
    the ORM took longer to write it, twice a page, than the database to answer."""
    texte = f"""ARRAY(SELECT s.{colonne} FROM qualite_sansobjet s
      WHERE s.niveau = qualite_constat.niveau AND (s.point_id = qualite_constat.point_id
        OR s.association_id = qualite_constat.association_id OR s.niveau = '{Niveau.RESEAU}')
      ORDER BY s.id)"""  # noqa: S608 — names of this module only
    return RawSQL(texte, [], output_field=ArrayField(TextField()))  # noqa: S611 — the same


DERNIER_CALCUL = RawSQL(
    "(SELECT c.fin FROM qualite_calcul c ORDER BY c.id DESC LIMIT 1)", [], output_field=DateTimeField()
)


def constats_du_point(point: PointAccueil, exigences: Sequence[Exigence]) -> dict[tuple[str, str], Constat]:
    """Findings of the point, its association and the network, by code and level, for requirements of one
    version; one statement.

    Each with the codes and justifications of the union's « sans objet » for its subject, the oldest first,
    and with the moment of the last run, which is that of all.
    """
    du_point = Constat.objects.filter(
        Q(point=point) | Q(association=point.association_id) | Q(niveau=Niveau.RESEAU)
    ).annotate(codes_decides=_decides("code"), motifs_decides=_decides("motif"), calcule_le=DERNIER_CALCUL)
    return {(code, c.niveau): c for code, c in constats_de(exigences, du_point)}


# Some thousands of findings, of which a page tells numbers alone: those of one requirement are opened.
_VERDICTS = """
SELECT code, verdict, count(*), json_agg(detail) FILTER (WHERE code = %(code)s) FROM qualite_constat
WHERE niveau = %(niveau)s AND referentiel_id = %(referentiel)s AND point_id = ANY(%(points)s) GROUP BY 1, 2"""


def compter_verdicts(
    exigences: Sequence[Exigence], points: Iterable[int], code: str
) -> tuple[Counter[tuple[str, str]], list[list[int]]]:
    """How many of these points have each verdict of each requirement of a version, and what the findings of
    one of them counted; one statement."""
    version = exigences[0].referentiel_id
    valeurs: dict[str, Any] = {
        "niveau": Niveau.POINT.value,
        "referentiel": version,
        "points": [*points],
        "code": code,
    }
    with connection.cursor() as curseur:
        curseur.execute(_VERDICTS, valeurs)
        lignes = curseur.fetchall()
    comptes = Counter({(exigence, verdict): n for exigence, verdict, n, _ in lignes})
    return comptes, [detail for *_, details in lignes for detail in details or ()]


def ecartee(exigence: Exigence, constat: Any) -> str:
    """The justification of the union's « sans objet » for a finding of `constats_du_point`, or ""."""
    decides = zip(constat.codes_decides, constat.motifs_decides, strict=True)
    return next(reversed([motif for code, motif in decides if code in exigence.lignee]), "")


def constats_de(exigences: Sequence[Exigence], parmi: QuerySet[Constat]) -> Iterable[tuple[str, Constat]]:
    """Findings among these, each with the code of the requirement that it speaks for.

    Before the first run of a version, those of the earlier one go on; its own come last, and so replace
    them. One statement.
    """
    codes, par_code = actuels(exigences), {e.code: e for e in exigences}
    constats = list(parmi.filter(code__in=list(codes)))
    constats.sort(key=lambda c: (c.referentiel_id == exigences[0].referentiel_id, c.referentiel_id))
    for constat in constats:
        for code in codes[constat.code]:
            if constat.niveau in par_code[code].niveaux:
                yield code, constat


def retenir(exigence: Exigence, constats: Mapping[tuple[str, str], Constat]) -> Constat | None:
    """The finding that speaks for a point: the most particular level, unless it has no object there."""
    trouves = [c for n in NIVEAUX if n in exigence.niveaux and (c := constats.get((exigence.code, n)))]
    return next((c for c in trouves if c.verdict != Verdict.SANS_OBJET), trouves[0] if trouves else None)
