"""What a report tells beside findings: what was heard, parameters, « sans objet »."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from accueil.models import PointAccueil
from pimms.socle.periodes import Periode
from qualite.evaluation import Cadre
from qualite.models import DemandeDroits, Incident, Parametre, Reclamation, SansObjet, Sujet, Valeur
from qualite.models.referentiel import parametres_au


def ecoute(
    points: Sequence[PointAccueil], periode: Periode, moment: datetime | None = None
) -> dict[str, Any]:
    """Complaints, requests about data and incidents of the period: counts, never a word of them. `moment`:
    without what was written down after it."""
    bornes: dict[str, Any] = {"point__in": points} | ({"saisie_le__lte": moment} if moment else {})
    du_au = {"recue_le__range": (periode.du, periode.au)}
    recues = list(Reclamation.objects.filter(**bornes, **du_au))
    demandes = list(DemandeDroits.objects.filter(**bornes, **du_au))
    incidents = Incident.objects.filter(**bornes, jour__range=(periode.du, periode.au))
    suivis = list(incidents.values_list("nature", "suivi_le"))
    natures = Counter(nature for nature, _ in suivis)
    return {
        "reclamations": _etats(recues, periode.au),
        "demandes": _etats(demandes, periode.au),
        "incidents": {
            "nombre": len(suivis),
            "suivis": sum(suivi is not None and suivi <= periode.au for _, suivi in suivis),
            "natures": {str(n.label): natures[n.value] for n in Incident.Nature if natures[n.value]},
        },
    }


def _etats(saisines: Sequence[Reclamation | DemandeDroits], jour: date) -> dict[str, int]:
    etats = Counter(str(s.etat(jour)) for s in saisines)
    noms = ("a_temps", "trop_tard", "en_cours", "en_retard")
    return {"nombre": len(saisines)} | {nom: etats[nom] for nom in noms}


def parametres(cadre: Cadre, jour: date, moment: datetime) -> list[dict[str, Any]]:
    """The numbers that rules used on the day, those of the network's own included, and who had changed them
    since the file by that moment, why."""
    changements: dict[tuple, list[dict[str, Any]]] = {}
    decidees = Valeur.objects.filter(debut__lte=jour, le__lte=moment).select_related("par", "parametre")
    for valeur in decidees.order_by("debut", "id"):
        changements.setdefault(valeur.parametre.nombre, []).append(
            {
                "valeur": valeur.valeur,
                "debut": valeur.debut.isoformat(),
                "motif": valeur.motif,
                "par": str(valeur.par),
            }
        )
    lignes = parametres_au(cadre.referentiel, jour)
    return [_parametre(p, cadre.seuils[p.code], changements.get(p.nombre, [])) for p in lignes]


def _parametre(parametre: Parametre, valeur: int, changements: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "code": parametre.code,
        "libelle": parametre.libelle,
        "valeur": valeur,
        "defaut": parametre.defaut,
        "unite": parametre.unite,
        "origine": parametre.get_origine_display(),
        "changements": changements,
    }


def sans_objet(
    decidees: Mapping[Sujet, SansObjet], sujets: set[tuple[str, int | None, int | None]]
) -> list[dict[str, Any]]:
    """What the union put aside for these subjects (level and keys), with who, when and why; under the code
    that the requirement has in this version, whatever it was when that was decided."""
    gardees = sorted(
        ((s, d) for s, d in decidees.items() if s[1:] in sujets), key=lambda g: [str(c) for c in g[0]]
    )
    return [
        {
            "code": code,
            "niveau": niveau,
            "sujet": str(decision.point or decision.association or "le réseau"),
            "motif": decision.motif,
            "par": str(decision.par),
            "le": decision.le.date().isoformat(),
        }
        for (code, niveau, *_), decision in gardees
    ]
