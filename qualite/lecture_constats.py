"""Read findings for the requirements of one version, whichever version they were made by."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


# Some thousands of findings, of which a page tells numbers alone: those of one requirement are opened. All
# are read: to look for those of most points takes five times as long.
_VERDICTS = """
SELECT referentiel_id, code, niveau, verdict, array_agg(coalesce(point_id, association_id, 0)),
  json_agg(detail) FILTER (WHERE code = ANY(%(ouverts)s) AND point_id IS NOT NULL)
FROM qualite_constat GROUP BY 1, 2, 3, 4"""


@dataclass(frozen=True)
class Comptes:
    """How many points have each verdict of each requirement, and the verdict of each for one of them, with
    what its own finding counted."""

    verdicts: Counter[tuple[str, str]]
    ouvertes: Mapping[int, tuple[str, list[int]]]


def compter_verdicts(exigences: Sequence[Exigence], points: Mapping[int, int], code: str) -> Comptes:
    """Cells of the matrix of these points, added up, for requirements that are judged at a point: what
    `constats_de` and `retenir` say of each. One statement.

    `points`: their associations, by point. `code`: the requirement whose findings are opened.
    """
    jugees = [e for e in exigences if Niveau.POINT in e.niveaux]
    codes = actuels(jugees)
    ouverts = [ancien for ancien, suivants in codes.items() if code in suivants]
    with connection.cursor() as curseur:
        curseur.execute(_VERDICTS, {"ouverts": ouverts})
        lignes = curseur.fetchall()
    # Those of an earlier version first, so that its own replace them.
    version = exigences[0].referentiel_id
    lignes.sort(key=lambda ligne: (ligne[0] == version, ligne[0]))
    lus: defaultdict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    details: dict[int, list[int]] = {}
    for _, ancien, niveau, verdict, sujets, comptes in lignes:
        for actuel in codes.get(ancien, ()):
            lus[actuel, niveau].update(dict.fromkeys(sujets, verdict))
        details.update(zip(sujets, comptes or (), strict=False))
    verdicts: Counter[tuple[str, str]] = Counter()
    ouvertes: dict[int, tuple[str, list[int]]] = {}
    for exigence in jugees:
        retenus = _retenus(exigence, points, lus)
        verdicts.update({(exigence.code, v): n for v, n in Counter(retenus.values()).items() if v})
        if exigence.code == code:
            ouvertes = {point: (v, details.get(point, [])) for point, v in retenus.items() if v}
    return Comptes(verdicts, ouvertes)


def _retenus(
    exigence: Exigence, points: Mapping[int, int], lus: Mapping[tuple[str, str], Mapping[int, str]]
) -> dict[int, str]:
    """As `retenir`, for many points: their own verdict; another level's where it has no object or there is
    none; "" without any."""
    siens = lus[exigence.code, Niveau.POINT]
    retenus = {point: siens.get(point, "") for point in points}
    for niveau in (n for n in NIVEAUX if n in exigence.niveaux and n != Niveau.POINT):
        verdicts = lus[exigence.code, niveau]
        for point, retenu in retenus.items():
            if retenu in ("", Verdict.SANS_OBJET):
                sujet = {Niveau.ASSOCIATION: points[point], Niveau.RESEAU: 0}.get(niveau, point)
                autre = verdicts.get(sujet, "")
                if autre != Verdict.SANS_OBJET or not retenu:
                    retenus[point] = autre or retenu
    return retenus


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
