"""What the templates of cases need, without a query."""

from django import template

from mediation.documents import peut_retirer
from mediation.etats import Etat
from mediation.models import Consentement, Document, Dossier, Engagement

register = template.Library()

TONS_ETAT: dict[str, str] = {
    Etat.DEMANDE: "bleu",
    Etat.PRISE_DE_CONTACT: "bleu",
    Etat.EN_COURS: "pin",
    Etat.ACCORD: "vert",
    Etat.SUIVI: "pin",
}
TONS_URGENCE: dict[str, str] = {Dossier.Urgence.RAPIDE: "ocre", Dossier.Urgence.IMMEDIATE: "rouge"}
TONS_ACCORD: dict[str, str] = {
    Consentement.Etat.DONNE: "vert",
    Consentement.Etat.DEMANDE: "bleu",
    Consentement.Etat.REFUSE: "rouge",
    Consentement.Etat.RETIRE: "rouge",
}
TONS_SUITE: dict[str, str] = {
    Engagement.Suite.TENU: "vert",
    Engagement.Suite.EN_PARTIE: "ocre",
    Engagement.Suite.NON_TENU: "rouge",
}


@register.filter
def ton_accord(etat: str) -> str:
    """Tone of what a party said of the mediation."""
    return TONS_ACCORD.get(etat, "")


@register.filter
def ton_suite(suite: str) -> str:
    """Tone of the outcome of a commitment."""
    return TONS_SUITE.get(suite, "")


@register.simple_tag(takes_context=True)
def se_retire(context, document: Document) -> bool:
    """Whether this person may take the document out; no query."""
    return peut_retirer(context["user"], document, document.dossier)


@register.filter
def ton_etat(etat: str) -> str:
    """Tone of a state's pill."""
    return TONS_ETAT.get(etat, "")


@register.filter
def ton_urgence(urgence: str) -> str:
    return TONS_URGENCE.get(urgence, "")


@register.filter
def etat_en_mots(dossier: Dossier) -> str:
    """The state; a closed case says how it ended."""
    if dossier.etat == Etat.CLOS and dossier.issue:
        return f"Clos\u202f: {dossier.get_issue_display().lower()}"
    return dossier.get_etat_display()
