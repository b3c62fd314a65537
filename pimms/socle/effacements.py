"""The list of what the law had erased: written first, then done; kept apart, so that a backup forgets it too.

Each line also goes to a file beside the backups (`EFFACEMENTS`), which a restored database reads again.
"""

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction

from pimms.socle.models import Effacement

logger = logging.getLogger(__name__)

CONSERVATION, DEMANDE = Effacement.Motif.CONSERVATION, Effacement.Motif.DEMANDE


def ecrire(acteur: models.Model | None, objet: models.Model, motif: str) -> Effacement:
    """Write down that this is erased, in the transaction that erases it. Written twice, it is one line."""
    effacement, nouveau = Effacement.objects.get_or_create(
        objet=objet._meta.model_name or "",
        objet_id=objet.pk,
        motif=motif,
        defaults={"acteur_id": acteur.pk if acteur else None},
    )
    if nouveau:
        transaction.on_commit(lambda: _ajouter_au_fichier(effacement))
    return effacement


def _ajouter_au_fichier(effacement: Effacement) -> None:
    ligne = {
        "objet": effacement.objet,
        "objet_id": effacement.objet_id,
        "motif": effacement.motif,
        "acteur_id": effacement.acteur_id,
        "le": effacement.le.isoformat(),
    }
    chemin = Path(settings.EFFACEMENTS)
    try:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        with chemin.open("a", encoding="utf-8") as fichier:
            fichier.write(json.dumps(ligne) + "\n")
    except OSError:  # it is erased and written down; only a restore would not know of it
        logger.exception("effacement %s: la liste gardée à part ne s’écrit pas", effacement.pk)


def relire(chemin: Path) -> Iterator[dict[str, Any]]:
    """The lines of such a file, oldest first, the moment as such."""
    if not chemin.exists():
        return
    with chemin.open(encoding="utf-8") as fichier:
        for ligne in fichier:
            lue = json.loads(ligne)
            yield lue | {"le": datetime.fromisoformat(lue["le"])}
