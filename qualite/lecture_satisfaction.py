"""Satisfaction as pages show it: answers of a period by face, never a rate under the threshold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accueil.models import PointAccueil, Utilisateur
from pimms.socle.chiffrement import Indechiffrable
from pimms.socle.parts import parts_entieres
from pimms.socle.periodes import Periode
from qualite.models import Avis, CommentaireAvis, Questionnaire, Visage
from qualite.models.ecrits import ILLISIBLE
from qualite.models.satisfaction import SATISFAITS

PAR_PAGE = 50
ICONES = {4: "emoji-laughing", 3: "emoji-smile", 2: "emoji-frown", 1: "emoji-angry"}
TONS = {4: "vert", 3: "doux", 2: "ocre", 1: "rouge"}


@dataclass(frozen=True)
class Resultats:
    """Answers by face; `seuil`: how many are needed for a rate."""

    par_visage: dict[int, int]
    seuil: int

    @property
    def nombre(self) -> int:
        return sum(self.par_visage.values())

    @property
    def suffit(self) -> bool:
        return self.nombre >= self.seuil

    @property
    def taux(self) -> float | None:
        """Share of the two best faces; None under the threshold."""
        if not self.suffit:
            return None
        return sum(self.par_visage.get(v, 0) for v in SATISFAITS) / self.nombre

    @property
    def lignes(self) -> list[dict[str, Any]]:
        """One line a face, the best first; shares, in percent, only from the threshold on."""
        parts = parts_entieres([self.par_visage.get(visage, 0) for visage in Visage])
        return [
            {
                "libelle": visage.label,
                "icone": ICONES[visage],
                "ton": TONS[visage],
                "nombre": self.par_visage.get(visage, 0),
                "part": part if self.suffit else None,
            }
            for visage, part in zip(Visage, parts, strict=True)
        ]


# A count a face, point after point, as the index has them: no group to look for, answer by answer. A constant
# text: the ORM took longer to write it than the database to answer.
_FACES = f"""
SELECT point_id, {", ".join(f"count(*) FILTER (WHERE visage = {v})" for v in Visage.values)}
FROM qualite_avis WHERE point_id = ANY(%s) AND jour BETWEEN %s AND %s GROUP BY 1"""  # noqa: S608 — numbers only


def resultats(points: Iterable[int], periode: Periode, seuil: int) -> dict[int, Resultats]:
    """Results by point; one statement whatever their number."""
    cles = list(points)
    comptes: dict[int, dict[int, int]] = {cle: {} for cle in cles}
    with connection.cursor() as curseur:
        curseur.execute(_FACES, [cles, periode.du, periode.au])
        for point, *nombres in curseur.fetchall():
            comptes[point] = {visage: n for visage, n in zip(Visage.values, nombres, strict=True) if n}
    return {cle: Resultats(par_visage, seuil) for cle, par_visage in comptes.items()}


def vivants(points: Iterable[int]) -> dict[int, Questionnaire]:
    """The open questionnaire of each of these points that has one; one statement."""
    ouverts = Questionnaire.objects.filter(point__in=list(points), ferme_le__isnull=True)
    return {q.point_id: q for q in ouverts}


@dataclass(frozen=True)
class Mot:
    """A comment opened for whom may read it."""

    pk: int
    avis: Avis
    texte: str

    @property
    def icone(self) -> str:
        return ICONES[self.avis.visage]


def mots(
    utilisateur: Utilisateur, point: PointAccueil, periode: Periode, avant: int | None
) -> tuple[Sequence[Mot], int | None]:
    """Fifty comments of the period, the latest first, and where the next ones begin; one statement."""
    lignes = CommentaireAvis.objects.lisibles_par(utilisateur).filter(
        point=point, avis__jour__range=(periode.du, periode.au)
    )
    if avant:
        lignes = lignes.filter(avis__lt=avant)
    page = lignes.select_related("avis__questionnaire__coffre").order_by("-avis_id")[: PAR_PAGE + 1]
    lus = [Mot(c.pk, c.avis, _ouvrir(c)) for c in page]
    return lus[:PAR_PAGE], lus[PAR_PAGE - 1].pk if len(lus) > PAR_PAGE else None


def _ouvrir(commentaire: CommentaireAvis) -> str:
    coffre = commentaire.avis.questionnaire.coffre
    try:
        return coffre.coffre.ouvrir(commentaire.usage, commentaire.scelle).decode()
    except Indechiffrable:
        return ILLISIBLE
