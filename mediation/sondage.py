"""How one entry is told to who checks a figure from outside: coded values and pseudonyms, no free text.

Which entries, and who may look at them, is for the caller to say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accueil.models import Demande, Visite
from mediation.interventions import Sorte
from mediation.models import Action, Alerte, ConflitInteret, Dossier, Etape, Evenement, Partie, Transmission
from mediation.models.etapes import Presence
from mediation.models.parties import Consentement, EtatConsentement, RolePartie
from pimms.socle.typographie import compte


@dataclass(frozen=True)
class Recit:
    """A kind of entries: its name (singular, plural), their rows by key, a title and what is coded of one."""

    mots: str
    lire: Callable[[Sequence[int]], QuerySet[Any]]
    dire: Callable[[Any], tuple[str, list[Any]]]

    @property
    def pluriel(self) -> str:
        return self.mots.split(",")[1]


def _demandes(cles: Sequence[int]) -> QuerySet[Any]:
    return Demande.objects.filter(pk__in=cles).select_related(
        "visite", "theme", "partenaire", "vers_partenaire"
    )


def _dossiers(cles: Sequence[int]) -> QuerySet[Any]:
    paroles = Consentement.objects.filter(partie=OuterRef("pk")).order_by("-id").values("etat")[:1]
    parties = Partie.objects.filter(dossier=OuterRef("pk"), retiree_le=None).order_by("numero")
    partie = JSONObject(numero="numero", role="role", accord=Subquery(paroles))
    dossiers = Dossier.objects.filter(pk__in=cles).select_related("theme", "partenaire")
    return dossiers.annotate(pseudonymes=ArraySubquery(parties.values(json=partie)))


def _lire(modele: Any, *liens: str) -> Callable[[Sequence[int]], QuerySet[Any]]:
    return lambda cles: modele.objects.filter(pk__in=cles).select_related(*liens)


def _pseudonyme(numero: int, role: str) -> str:
    return f"Partie {chr(ord('A') + numero - 1)} ({RolePartie(role).label.lower()}"


def _partie(p: dict[str, Any]) -> str:
    accord = EtatConsentement(p["accord"]).label.lower() if p["accord"] else "accord non demandé"
    return f"{_pseudonyme(p['numero'], p['role'])}, {accord})"


def _retard(saisie: Any) -> str:
    return f"tracée {compte(saisie.retard, 'jour')} après" if saisie.retard else "tracée le jour même"


def _registre(numero: int | None) -> str:
    return f"registre {numero}" if numero else ""


def _dire_demande(d: Any) -> tuple[str, list[Any]]:
    aide = d.get_aide_display() if d.aide else None
    suite = [d.get_issue_display(), d.vers_partenaire, _retard(d.visite)]
    return str(d.theme), [d.partenaire, _registre(d.registre), aide, *suite]


def _dire_visite(v: Any) -> tuple[str, list[Any]]:
    corrigee = "corrigée depuis" if v.version > 1 else None
    return v.get_canal_display(), [compte(v.nb_demandes, "demande"), _retard(v), corrigee]


def _dire_etape(e: Any) -> tuple[str, list[Any]]:
    return e.get_nature_display(), [f"dossier {e.dossier.reference}", _registre(e.registre), _retard(e)]


def _dire_participation(p: Any) -> tuple[str, list[Any]]:
    qui = f"{_pseudonyme(p.partie.numero, p.partie.role)})"
    protegee = p.partie.get_protection_display().lower() if p.partie.protection else None
    return p.etape.get_nature_display(), [f"dossier {p.etape.dossier.reference}", qui, protegee]


RECITS: dict[str, Recit] = {
    "visite": Recit("visite,visites", _lire(Visite), _dire_visite),
    Sorte.DEMANDE: Recit(Sorte.DEMANDE.mots, _demandes, _dire_demande),
    Sorte.DOSSIER: Recit(
        Sorte.DOSSIER.mots,
        _dossiers,
        lambda d: (d.reference, [d.theme, d.get_etat_display(), *map(_partie, d.pseudonymes)]),
    ),
    Sorte.ETAPE: Recit(Sorte.ETAPE.mots, _lire(Etape, "dossier"), _dire_etape),
    Sorte.ACTION: Recit(
        Sorte.ACTION.mots,
        _lire(Action),
        lambda a: (a.get_nature_display(), [_registre(a.registre), _retard(a)]),
    ),
    Sorte.ALERTE: Recit(
        Sorte.ALERTE.mots,
        lambda cles: Alerte.objects.filter(pk__in=cles).annotate(envois=Count("transmissions")),
        lambda a: (a.get_nature_display(), [a.get_gravite_display(), compte(a.envois, "transmission")]),
    ),
    "transmission": Recit(
        "transmission à un partenaire,transmissions à des partenaires",
        _lire(Transmission, "partenaire", "alerte"),
        lambda t: (str(t.partenaire), [t.alerte.get_nature_display(), t.get_reponse_display()]),
    ),
    "participation": Recit(
        "participation à un échange,participations à des échanges",
        _lire(Presence, "etape__dossier", "partie"),
        _dire_participation,
    ),
    "retrait": Recit(
        "retrait,retraits",
        _lire(Evenement, "dossier"),
        lambda e: (e.get_retrait_de_display() or "Retrait", [f"dossier {e.dossier.reference}"]),
    ),
    "conflit": Recit(
        "conflit d’intérêts,conflits d’intérêts",
        _lire(ConflitInteret, "dossier"),
        lambda c: (f"Dossier {c.dossier.reference}", [c.get_decision_display()]),
    ),
}
