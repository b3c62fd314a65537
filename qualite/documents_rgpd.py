"""Register of processing, impact assessment, information notices: prepared with what the application
knows, to be completed by the association, which answers for them."""

from datetime import date

from django.template.loader import render_to_string

from accueil.models import Association, PointAccueil
from pimms.socle.odt import en_odt
from qualite.conservation import CODES
from qualite.parametres import valeurs_du_jour

# code: title, what it is for
DOCUMENTS = {
    "registre": (
        "Registre des traitements",
        "Ce qui est traité, pourquoi, par qui, combien de temps (article 30).",
    ),
    "aipd": (
        "Analyse d’impact",
        "La trame de l’AIPD\u202f: nécessité, risques, mesures, décision (article 35).",
    ),
    "notice_accueil": (
        "Notice pour l’accueil",
        "À afficher et à remettre aux personnes reçues (article 13).",
    ),
    "notice_partie": (
        "Notice à la partie adverse",
        "Pour qui n’a rien demandé et figure dans un dossier (article 14).",
    ),
    "notice_equipe": ("Notice aux équipes", "Pour les salariés et les bénévoles qui se servent de l’outil."),
}


def preparer(code: str, association: Association | None, jour: date) -> bytes:
    """One document as ODT; without an association its name is left to be written."""
    seuils = valeurs_du_jour(jour)
    points = PointAccueil.objects.filter(association=association).order_by("nom_tri") if association else []
    contexte = {
        "association": association,
        "points": [p.nom for p in points],
        "jour": jour,
        "delais": {c: seuils[c] for c in CODES},
    }
    return en_odt(render_to_string(f"documents/{code}.txt", contexte))
