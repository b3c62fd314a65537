"""What is counted of satisfaction, complaints, persons' requests and incidents; as `qualite.mesures` counts.

A complaint or a request is late when it was answered after its day, or when that day has passed without an
answer. What was received before the period counts as long as it has no answer. An association counts by
all its points, those that closed too.
"""

from typing import Any

from qualite.sources import Source

# Answers, and the satisfied ones (the two best faces).
AVIS = Source(
    "FROM qualite_avis k WHERE k.jour BETWEEN %(du)s AND %(au)s AND {k}",
    "k.point_id", "k.jour", "k.id", "k.visage >= 3",
)  # fmt: skip

# Whether measuring is alive: answers of the last weeks, an open questionnaire.
_SATISFACTION_VIVE = """
SELECT 'satisfaction_vive', b.point_id,
  (SELECT count(*) FROM qualite_avis r
   WHERE r.point_id = b.point_id AND r.jour BETWEEN %(avis_recents)s AND %(au)s), 1
FROM qualite_questionnaire b WHERE b.ferme_le IS NULL AND {b}"""


def _dues(table: str, a: str) -> Source:
    """What is due an answer; the right ones are not late."""
    texte = f"""FROM {table} {a} JOIN accueil_pointaccueil p ON p.id = {a}.point_id
WHERE {a}.recue_le <= %(au)s
  AND ({a}.recue_le >= %(du)s OR {a}.repondue_le IS NULL OR {a}.repondue_le >= %(du)s)
  AND p.association_id = ANY(%(associations)s)"""
    a_temps = f"coalesce({a}.repondue_le, %(au)s) <= coalesce({a}.prolongee_au, {a}.echeance)"
    return Source(texte, "p.association_id", f"{a}.recue_le", f"{a}.id", a_temps)


RECLAMATIONS = _dues("qualite_reclamation", "m")
DEMANDES_DROITS = _dues("qualite_demandedroits", "w")
# Incidents; the right ones have a follow-up, or are within the delay.
INCIDENTS = Source(
    """FROM qualite_incident i JOIN accueil_pointaccueil p ON p.id = i.point_id
WHERE i.jour <= %(au)s AND (i.jour >= %(du)s OR i.suivi_le IS NULL OR i.suivi_le >= %(du)s)
  AND p.association_id = ANY(%(associations)s)""",
    "p.association_id", "i.jour", "i.id", "(i.suivi_le IS NOT NULL OR i.jour >= %(incidents_limite)s)",
)  # fmt: skip

TEXTES = (
    AVIS.compte("satisfaction"),
    _SATISFACTION_VIVE,
    RECLAMATIONS.compte("reclamations", fautives=True),
    DEMANDES_DROITS.compte("demandes_droits", fautives=True),
    INCIDENTS.compte("incidents", fautives=True),
)
ALIAS = "kb"
# Name of a count → the two facts that it gives.
COMPTES_DU_POINT = {
    "satisfaction": ("satisfaction", "satisfaits"),
    "satisfaction_vive": ("satisfaction_recentes", "questionnaires"),
}
COMPTES_DE_L_ASSOCIATION = {
    "reclamations": ("reclamations", "reclamations_en_retard"),
    "demandes_droits": ("demandes_droits", "demandes_droits_en_retard"),
    "incidents": ("incidents", "incidents_sans_suite"),
}


def de_l_association(comptes: dict, association: int) -> dict[str, Any]:
    """The counts of one association, by the names of its facts."""
    champs: dict[str, Any] = {}
    for nom, (un, deux) in COMPTES_DE_L_ASSOCIATION.items():
        champs[un], champs[deux] = comptes.get((nom, association), (0, 0))
    return champs
