"""How an auditor is told of the entries that this app keeps: coded values alone, as `mediation.sondage`."""

from typing import Any

from accueil.models import Convention
from mediation.sondage import RECITS as DE_MEDIATION
from mediation.sondage import Recit
from pimms.socle.journal import LIRE
from pimms.socle.models import EntreeJournal
from pimms.socle.typographie import date_courte
from qualite.models import ActionCorrective, Avis, DemandeDroits, Incident, Reclamation, SeanceCollective

_GESTES = {LIRE: "Lecture", "telecharger": "Téléchargement", "imprimer": "Impression"}
_OBJETS = {
    "dossier": "un dossier",
    "partie": "une partie",
    "etape": "une étape",
    "mandat": "un mandat",
    "document": "un document",
}


def _lire(modele: Any, *liens: str):
    """Rows by key, without what is sealed in them."""
    sans = [f.name for f in modele._meta.fields if f.name == "scelle"]
    return lambda cles: modele.objects.filter(pk__in=cles).select_related(*liens).defer(*sans)


def _dire_saisine(titre: str):
    """`titre`: the name of the coded field that says what it is about."""

    def dire(s: Any) -> tuple[str, list[Any]]:
        repondue = f"répondue le {date_courte(s.repondue_le)}" if s.repondue_le else "sans réponse"
        dit = f"prolongée au {date_courte(s.terme)}" if s.prolongee_au else f"due le {date_courte(s.terme)}"
        return getattr(s, f"get_{titre}_display")(), [s.point.code, dit, repondue, s.get_issue_display()]

    return dire


def _dire_corrective(a: Any) -> tuple[str, list[Any]]:
    close = f"close le {date_courte(a.close_le)}" if a.close_le else None
    due = f"échéance le {date_courte(a.echeance)}"
    return f"Action {a.pk}", [a.exigence, a.get_etat_display(), due, close]


def _dire_convention(c: Any) -> tuple[str, list[Any]]:
    fin = f"jusqu’au {date_courte(c.fin)}" if c.fin else "sans terme"
    denoncee = f"dénoncée le {date_courte(c.denoncee_le)}" if c.denoncee_le else None
    return str(c.partenaire), [fin, "tacite reconduction" if c.tacite else None, denoncee]


RECITS: dict[str, Recit] = DE_MEDIATION | {
    "acces": Recit(
        "accès à des identités,accès à des identités",
        _lire(EntreeJournal),
        lambda e: (_GESTES[e.acte], [_OBJETS[e.objet]]),
    ),
    "droits": Recit(
        "demande d’une personne,demandes de personnes", _lire(DemandeDroits, "point"), _dire_saisine("droit")
    ),
    "reclamation": Recit(
        "réclamation,réclamations", _lire(Reclamation, "point"), _dire_saisine("objet")
    ),
    "incident": Recit(
        "incident,incidents",
        _lire(Incident, "point"),
        lambda i: (
            i.get_nature_display(),
            [i.point.code, i.get_lieu_display(), i.get_gravite_display()],
        ),
    ),
    "seance": Recit(
        "séance,séances",
        _lire(SeanceCollective),
        lambda s: (s.get_nature_display().capitalize(), [s.get_mode_display(), f"{s.duree} min"]),
    ),
    "avis": Recit("réponse,réponses", _lire(Avis), lambda a: (a.get_visage_display(), [])),
    "corrective": Recit("action corrective,actions correctives", _lire(ActionCorrective), _dire_corrective),
    "convention": Recit("convention,conventions", _lire(Convention, "partenaire"), _dire_convention),
}  # fmt: skip
