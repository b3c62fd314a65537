"""What the desk's templates need of a visit, without a query."""

import json
from collections import Counter

from django import forms, template
from django.utils import timezone

from accueil.correction import modifiable
from accueil.models import Demande, Utilisateur, Visite
from accueil.models.visites import Issue
from pimms.socle import typographie

register = template.Library()

TONS = {
    Issue.RESOLU: "vert",
    Issue.ORIENTE: "bleu",
    Issue.A_SUIVRE: "ocre",
    Issue.NON_ABOUTI: "",
    Issue.HORS_CHAMP: "",
}


@register.filter
def champ_nomme(formulaire: forms.Form, nom: str) -> forms.BoundField:
    return formulaire[nom]


@register.filter
def heure_de_saisie(visite: Visite) -> str:
    """Local clock time of the entry, « 10 h 42 »."""
    return typographie.heure(timezone.localtime(visite.saisie_le, visite.point.tz))


@register.filter
def issues_distinctes(demandes: list[Demande]) -> list[tuple[str, str, str]]:
    """Each outcome of a visit once: code, label, tone of its pill."""
    codes = dict.fromkeys(d.issue for d in demandes)
    return [(c, Issue(c).label, TONS[Issue(c)]) for c in codes]


@register.filter
def modifiable_par(visite: Visite, utilisateur: Utilisateur) -> bool:
    """Whether this person may still correct or cancel the visit."""
    return modifiable(utilisateur, visite)


@register.filter
def geree_par(visite: Visite, utilisateur: Utilisateur) -> bool:
    """Whether this person manages the visit's point."""
    return visite.point_id in utilisateur.portee.points_de_responsable


@register.filter
def partenaires_distincts(demandes: list[Demande]) -> list[str]:
    """Names of the partners of a visit, each once."""
    return list(dict.fromkeys(d.partenaire.nom for d in demandes if d.partenaire))


@register.filter
def themes_comptes(demandes: list[Demande]) -> str:
    """Themes of a visit in short, each once: « Papiers, Numérique (2) »."""
    comptes = Counter(d.theme.nom_court for d in demandes)
    return ", ".join(f"{nom} ({n})" if n > 1 else nom for nom, n in comptes.items())


@register.filter
def suivables(demandes: list[Demande]) -> list[tuple[Demande, str]]:
    """Requests that may get a code, each with the name that tells it from the others of its visit."""
    retenues = [d for d in demandes if d.suivable]
    themes = Counter(d.theme_id for d in retenues)
    noms = [
        f"{d.theme.nom_court}, {d.partenaire.nom}"
        if d.partenaire and themes[d.theme_id] > 1
        else d.theme.nom_court
        for d in retenues
    ]
    doubles = Counter(noms)
    return [
        (d, f"{nom} ({noms[: n + 1].count(nom)})" if doubles[nom] > 1 else nom)
        for n, (d, nom) in enumerate(zip(retenues, noms, strict=True))
    ]


@register.filter
def repetition(visite: Visite) -> str:
    """What « comme la précédente » fills in again: never the note nor the public."""
    return json.dumps(
        {
            "canal": visite.canal,
            "duree": None if visite.duree_estimee else visite.duree,
            "demandes": [
                {
                    "theme": d.theme_id,
                    "partenaire": d.partenaire_id,
                    "partenaire_nom": d.partenaire.nom if d.partenaire else "",
                    "issue": d.issue,
                    "vers": d.vers_partenaire.nom if d.vers_partenaire else d.vers_texte,
                    "registre": d.registre,
                    "aide": d.aide,
                }
                for d in visite.demandes_liste  # type: ignore[attr-defined]
            ],
        }
    )
