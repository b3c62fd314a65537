"""The order of the desk's tiles: what this person and this point use most, frozen for a week."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.db import connection
from django.utils import timezone

from accueil.models import OrdreFrequent, Partenaire, PointAccueil, Theme, Utilisateur

FENETRE = timedelta(weeks=8)
POIDS_PERSONNEL = 3  # one's own requests weigh three of a colleague's

Rangeable = TypeVar("Rangeable", Theme, Partenaire)

# One statement for everyone in post: counts per person and point, ranked, kept as JSON lists.
_CALCUL = """
WITH postes AS (
  SELECT DISTINCT a.point_id, a.personne_id FROM accueil_acces a
  WHERE a.point_id IS NOT NULL AND a.role IN ('mediateur', 'responsable')
    AND a.debut <= %(jour)s AND (a.fin IS NULL OR a.fin >= %(jour)s)
    AND NOT EXISTS (SELECT 1 FROM accueil_ordrefrequent o WHERE o.point_id = a.point_id
                    AND o.personne_id = a.personne_id AND o.semaine >= %(lundi)s)
), usages AS (
  SELECT v.point_id, v.auteur_id, d.theme_id, d.partenaire_id, count(*) AS n
  FROM accueil_visite v JOIN accueil_demande d ON d.visite_id = v.id
  WHERE v.jour >= %(debut)s AND v.jour < %(lundi)s AND v.annulee_le IS NULL
    AND v.point_id IN (SELECT point_id FROM postes)
  GROUP BY 1, 2, 3, 4
), poids AS (
  SELECT p.point_id, p.personne_id, u.theme_id, u.partenaire_id,
         sum(u.n * CASE WHEN u.auteur_id = p.personne_id THEN %(poids)s ELSE 1 END) AS n
  FROM postes p JOIN usages u USING (point_id) GROUP BY 1, 2, 3, 4
), themes AS (
  SELECT point_id, personne_id, jsonb_agg(theme_id ORDER BY n DESC, theme_id) AS liste
  FROM (SELECT point_id, personne_id, theme_id, sum(n) AS n FROM poids GROUP BY 1, 2, 3) t GROUP BY 1, 2
), partenaires AS (
  SELECT point_id, personne_id, jsonb_agg(partenaire_id ORDER BY n DESC, partenaire_id) AS liste
  FROM (SELECT point_id, personne_id, partenaire_id, sum(n) AS n FROM poids
        WHERE partenaire_id IS NOT NULL GROUP BY 1, 2, 3) t GROUP BY 1, 2
)
INSERT INTO accueil_ordrefrequent (point_id, personne_id, semaine, themes, partenaires)
SELECT point_id, personne_id, %(lundi)s, t.liste, coalesce(p.liste, '[]'::jsonb)
FROM themes t LEFT JOIN partenaires p USING (point_id, personne_id)
ON CONFLICT (point_id, personne_id) DO UPDATE
  SET semaine = EXCLUDED.semaine, themes = EXCLUDED.themes, partenaires = EXCLUDED.partenaires
"""


def ordonner_les_bureaux(jour: date | None = None) -> int:
    """Compute the order of this week for each person in post who has none yet; returns how many.

    Counts the eight weeks before Monday, so that running it twice in a week changes nothing.
    """
    jour = jour or timezone.localdate()
    lundi = jour - timedelta(days=jour.weekday())
    with connection.cursor() as curseur:
        curseur.execute(
            _CALCUL, {"jour": jour, "lundi": lundi, "debut": lundi - FENETRE, "poids": POIDS_PERSONNEL}
        )
        return curseur.rowcount


def _ranger(elements: Iterable[Rangeable], ordre: Sequence[int]) -> list[Rangeable]:
    rangs = {pk: rang for rang, pk in enumerate(ordre)}
    return sorted(elements, key=lambda e: rangs.get(e.pk, len(rangs)))


def ranger_pour(
    point: PointAccueil, personne: Utilisateur, themes: Sequence[Theme], partenaires: Sequence[Partenaire]
) -> tuple[list[Theme], list[Partenaire]]:
    """Themes and partners in this person's order at this point; the given order breaks ties."""
    ordre = OrdreFrequent.objects.filter(point=point, personne=personne).first()
    if ordre is None:
        return list(themes), list(partenaires)
    return _ranger(themes, ordre.themes), _ranger(partenaires, ordre.partenaires)
