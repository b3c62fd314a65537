"""A draw to take away: all that it was made from and what it gave, so that anybody may play it again."""

import io
import json
from typing import Any

from pimms.socle.exports import Colonne, Tableau, ecrire_csv
from pimms.socle.typographie import date_courte
from qualite.echantillon import rang_du_sort
from qualite.models import Tirage

SCHEMA = "pimms.tirage/1"
COLONNES = (
    Colonne("code"),
    Colonne("région", 24),
    Colonne("type"),
    Colonne("taille", 18),
    Colonne("exigences à traiter"),
    Colonne("mois depuis le dernier audit"),
    Colonne("empreinte de « graine:code »", 66),
    Colonne("rang dans l’échantillon"),
    Colonne("choix"),
    Colonne("explication", 60),
)


def contenu(tirage: Tirage) -> dict[str, Any]:
    """What `docs/refaire_le_tirage.py` reads."""
    return {
        "schema": SCHEMA,
        "campagne": tirage.campagne_id,
        "nature": tirage.campagne.nature,
        "tire_le": tirage.le.isoformat(),
        "graine": tirage.graine,
        "entree": tirage.entree,
        "resultat": tirage.resultat,
    }


def en_json(tirage: Tirage) -> bytes:
    return json.dumps(contenu(tirage), ensure_ascii=False, sort_keys=True, indent=1).encode()


def en_csv(tirage: Tirage) -> bytes:
    """One row a point of the entry, in the order of chance, with its place in the sample if it has one."""
    retenus = {r["code"]: r for r in tirage.resultat}
    sorts = {c["code"]: rang_du_sort(tirage.graine, c["code"]) for c in tirage.entree}
    lignes = []
    for c in sorted(tirage.entree, key=lambda c: sorts[c["code"]]):
        r = retenus.get(c["code"], {})
        connu = (c["code"], c["region"], c["type"], c["taille"], c["a_traiter"], c["mois"], sorts[c["code"]])
        lignes.append((*connu, r.get("rang"), r.get("choix"), r.get("explication")))
    entete = (("graine", tirage.graine), ("tiré le", date_courte(tirage.le)))
    sortie = io.BytesIO()
    ecrire_csv(sortie, Tableau(f"Tirage, {tirage.campagne.titre}", entete, COLONNES, lignes))
    return sortie.getvalue()


FORMES = {
    "json": ("application/json", en_json),
    "csv": ("text/csv; charset=utf-8", en_csv),
}
