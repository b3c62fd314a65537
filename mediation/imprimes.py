"""Papers of a case, to print and sign: made on demand from what is recorded, kept nowhere."""

from typing import Any

from django.template.loader import render_to_string

from accueil.models import Utilisateur
from mediation.lecture import Lecture
from mediation.models import Dossier, Etape, Mandat, Partie
from pimms.socle.journal import journaliser


class ImpressionImpossible(Exception):
    """This server has not what it needs to make a PDF (Pango)."""


def en_pdf(gabarit: str, contexte: dict[str, Any]) -> bytes:
    """A template of `mediation/imprimes/` as a PDF; raises ImpressionImpossible."""
    try:
        from pimms.socle import pdf  # noqa: PLC0415 — the rest of the site runs without Pango
    except OSError as erreur:
        raise ImpressionImpossible from erreur
    return pdf.en_pdf(render_to_string(f"mediation/imprimes/{gabarit}.html", contexte), "imprimes.css")


def _base(dossier: Dossier) -> dict[str, Any]:
    return {"dossier": dossier, "aujourdhui": dossier.point.aujourdhui()}


def _representant(lecture: Lecture, partie: Partie) -> str:
    representant = partie.representants.filter(retiree_le__isnull=True).first()
    return lecture.nom(representant) if representant else ""


def consentement(acteur: Utilisateur, lecture: Lecture, partie: Partie) -> bytes:
    """The form by which a party accepts the mediation, or not."""
    journaliser(acteur, "imprimer", partie, point_id=partie.point_id)
    return en_pdf(
        "consentement",
        _base(lecture.dossier) | {"nom": lecture.nom(partie), "representant": _representant(lecture, partie)},
    )


def accord(acteur: Utilisateur, lecture: Lecture, etape: Etape) -> bytes:
    """What the parties agreed upon, with each one's commitments; of the notes, the shareable part alone."""
    journaliser(acteur, "imprimer", etape, point_id=etape.point_id)
    engagements = []
    for engagement in etape.engagements.select_related("partie__partenaire").order_by("echeance", "numero"):
        texte = lecture.textes(engagement).get("texte", "")
        nom = lecture.nom(engagement.partie)
        engagements.append({"nom": nom, "texte": texte, "echeance": engagement.echeance})
    presentes = etape.parties.select_related("partenaire").order_by("numero")
    return en_pdf(
        "accord",
        _base(lecture.dossier)
        | {
            "etape": etape,
            "mediateur": etape.auteur,  # who led it: the case may be in other hands since
            "noms": [lecture.nom(p) for p in presentes if p.principale],
            "resume": lecture.textes(etape).get("resume", ""),
            "engagements": engagements,
        },
    )


def mandat(acteur: Utilisateur, lecture: Lecture, mandat: Mandat) -> bytes:
    """The mandate to be signed: what may be done, until when, and its limits."""
    journaliser(acteur, "imprimer", mandat, point_id=mandat.point_id)
    return en_pdf(
        "mandat",
        _base(lecture.dossier)
        | {
            "mandat": mandat,
            "objet": lecture.textes(mandat).get("objet", ""),
            "nom": lecture.nom(mandat.partie),
            "representant": _representant(lecture, mandat.partie),
        },
    )


def orientation(
    acteur: Utilisateur, lecture: Lecture, partie: Partie, partenaire, contact: str, objet: str
) -> bytes:
    """The letter that goes with an orientation; its text is kept nowhere."""
    dossier = lecture.dossier
    journaliser(acteur, "imprimer", dossier, point_id=dossier.point_id, apres={"orientation": partenaire.pk})
    return en_pdf(
        "orientation",
        _base(dossier)
        | {"nom": lecture.nom(partie), "partenaire": partenaire, "contact": contact, "objet": objet},
    )
