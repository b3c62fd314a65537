"""What the templates of cases need, without a query."""

from collections.abc import Callable

from django import template

from mediation.documents import peut_retirer
from mediation.etapes import peut_corriger
from mediation.etats import Etat
from mediation.models import Consentement, Document, Dossier, Engagement, Etape, Evenement
from mediation.models.dossiers import RetraitDe

register = template.Library()

TONS_ETAT: dict[str, str] = {
    Etat.DEMANDE: "bleu",
    Etat.PRISE_DE_CONTACT: "bleu",
    Etat.EN_COURS: "pin",
    Etat.ACCORD: "vert",
    Etat.SUIVI: "pin",
}
TONS_URGENCE: dict[str, str] = {Dossier.Urgence.RAPIDE: "ocre", Dossier.Urgence.IMMEDIATE: "rouge"}
ICONES = {
    Evenement.Nature.OUVERTURE: "folder-plus",
    Evenement.Nature.TRANSITION: "signpost-2",
    Evenement.Nature.PASSATION: "arrow-left-right",
    Evenement.Nature.TRANSFERT: "box-arrow-right",
    Evenement.Nature.RESTRICTION: "lock",
    Evenement.Nature.REGISTRE: "bookmark-star",
    Evenement.Nature.MODIFICATION: "pencil",
}


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
ICONES_ETAPE = {
    Etape.Nature.ENTRETIEN: "chat-left-text",
    Etape.Nature.APPEL: "telephone",
    Etape.Nature.COURRIER: "envelope",
    Etape.Nature.DEMARCHE: "bank",
    Etape.Nature.NAVETTE: "arrow-left-right",
    Etape.Nature.TABLE_RONDE: "people",
    Etape.Nature.VISITE: "geo-alt",
    Etape.Nature.ACCORD: "patch-check",
}


@register.filter
def ton_accord(etat: str) -> str:
    """Tone of what a party said of the mediation."""
    return TONS_ACCORD.get(etat, "")


@register.filter
def ton_suite(suite: str) -> str:
    """Tone of the outcome of a commitment."""
    return TONS_SUITE.get(suite, "")


@register.filter
def icone_etape(nature: str) -> str:
    return ICONES_ETAPE[Etape.Nature(nature)]


@register.simple_tag(takes_context=True)
def se_corrige(context, etape: Etape) -> bool:
    """Whether this person may correct the step now; no query."""
    dossier = etape.dossier
    return dossier.actif and not etape.annulee_le and peut_corriger(context["user"], etape, dossier)


@register.simple_tag(takes_context=True)
def se_retire(context, document: Document) -> bool:
    """Whether this person may take the document out now; no query."""
    return document.dossier.actif and peut_retirer(context["user"], document, document.dossier)


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


@register.filter
def icone_evenement(evenement: Evenement) -> str:
    return ICONES[Evenement.Nature(evenement.nature)]


def _transition(e: Evenement) -> str:
    if e.de == Etat.CLOS:
        return f"Rouvert\u202f: {Etat(e.vers).label.lower()}"
    if e.vers == Etat.RETRAIT:
        retrait = "Retrait d’une partie"
        if e.retrait_de == RetraitDe.MEDIATEUR:
            retrait = "Retrait du médiateur" + (", relais proposé" if e.relais_propose else "")
        return retrait
    if e.vers == Etat.ORIENTE and e.partenaire:
        return f"Orienté vers {e.partenaire}"
    return Etat(e.vers).label


def _restriction(e: Evenement) -> str:
    reserve = e.vers == "restreint"
    return "Accès réservé à des personnes nommées" if reserve else "Accès rouvert à l’équipe"


_PHRASES: dict[str, Callable[[Evenement], str]] = {
    Evenement.Nature.OUVERTURE: lambda e: "Dossier ouvert",
    Evenement.Nature.TRANSITION: _transition,
    Evenement.Nature.PASSATION: lambda e: f"Confié à {e.personne}",
    Evenement.Nature.TRANSFERT: lambda e: "Transféré à un autre point",
    Evenement.Nature.RESTRICTION: _restriction,
    Evenement.Nature.REGISTRE: lambda e: f"Registre {e.registre_de or 'aucun'} devenu {e.registre_vers}",
    Evenement.Nature.MODIFICATION: lambda e: "Dossier modifié",
}


@register.filter
def quoi(evenement: Evenement) -> str:
    """What happened, in coded words: everyone who sees the case may read it."""
    return _PHRASES[evenement.nature](evenement)
