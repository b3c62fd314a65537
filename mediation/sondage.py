"""A sample of the entries behind a figure, for who checks it from outside: coded values, no text.

The same seed shows the same entries, so that two people look at the same ones. The caller has checked that
this person may look at the point.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, F, OuterRef, QuerySet, Subquery, Value, Window
from django.db.models.functions import MD5, Cast, Concat, JSONObject

from accueil.models import Demande, PointAccueil
from mediation.interventions import Sorte
from mediation.models import Action, Alerte, Dossier, Etape, Partie
from mediation.models.parties import Consentement, EtatConsentement, RolePartie
from pimms.socle.periodes import Periode
from pimms.socle.typographie import compte

TAILLE = 20


@dataclass(frozen=True)
class EntreeSondee:
    """One entry: its day and what is coded of it."""

    jour: date
    titre: str
    suite: str


@dataclass(frozen=True)
class Sondage:
    """Some of the entries of a kind, and how many there are."""

    entrees: list[EntreeSondee]
    total: int


def _demandes(point: PointAccueil, periode: Periode, issues: Iterable[str]) -> QuerySet[Any]:
    demandes = Demande.objects.filter(
        visite__point=point, visite__jour__range=(periode.du, periode.au), visite__annulee_le=None
    )
    if issues:
        demandes = demandes.filter(issue__in=list(issues))
    liens = ("visite", "theme", "partenaire", "vers_partenaire")
    return demandes.select_related(*liens).annotate(quand=F("visite__jour"))


def _dossiers(point: PointAccueil, periode: Periode, _: Iterable[str]) -> QuerySet[Any]:
    paroles = Consentement.objects.filter(partie=OuterRef("pk")).order_by("-id").values("etat")[:1]
    parties = Partie.objects.filter(dossier=OuterRef("pk"), retiree_le=None).order_by("numero")
    partie = JSONObject(numero="numero", role="role", accord=Subquery(paroles))
    dossiers = Dossier.objects.filter(point=point, ouvert_le__range=(periode.du, periode.au))
    return dossiers.select_related("theme", "partenaire").annotate(
        quand=F("ouvert_le"), pseudonymes=ArraySubquery(parties.values(json=partie))
    )


def _etapes(point: PointAccueil, periode: Periode, _: Iterable[str]) -> QuerySet[Any]:
    etapes = Etape.objects.filter(dossier__point=point, jour__range=(periode.du, periode.au), annulee_le=None)
    return etapes.select_related("dossier", "partenaire").annotate(quand=F("jour"))


def _actions(point: PointAccueil, periode: Periode, _: Iterable[str]) -> QuerySet[Any]:
    actions = Action.objects.filter(point=point, etat="faite", jour__range=(periode.du, periode.au))
    return actions.annotate(quand=F("jour"))


def _alertes(point: PointAccueil, periode: Periode, _: Iterable[str]) -> QuerySet[Any]:
    alertes = Alerte.objects.filter(point=point, annulee_le=None, jour__range=(periode.du, periode.au))
    return alertes.annotate(quand=F("jour"), envois=Count("transmissions"))


def _partie(p: dict[str, Any]) -> str:
    role = RolePartie(p["role"]).label.lower()
    accord = EtatConsentement(p["accord"]).label.lower() if p["accord"] else "accord non demandé"
    return f"Partie {chr(ord('A') + p['numero'] - 1)} ({role}, {accord})"


def _dire_demande(d: Any) -> tuple[str, list]:
    retard = f"tracée {compte(d.visite.retard, 'jour')} après" if d.visite.retard else "tracée le jour même"
    registre = f"registre {d.registre}" if d.registre else None
    aide = d.get_aide_display() if d.aide else None
    return str(d.theme), [d.partenaire, registre, aide, d.get_issue_display(), d.vers_partenaire, retard]


# How each kind is read, and what is said of one entry.
_LECTURES: dict[Sorte, tuple[Callable[..., QuerySet], Callable[[Any], tuple[str, list]]]] = {
    Sorte.DEMANDE: (_demandes, _dire_demande),
    Sorte.DOSSIER: (
        _dossiers,
        lambda d: (d.reference, [d.theme, d.get_etat_display(), *map(_partie, d.pseudonymes)]),
    ),
    Sorte.ETAPE: (
        _etapes,
        lambda e: (e.get_nature_display(), [f"dossier {e.dossier.reference}", f"registre {e.registre}"]),
    ),
    Sorte.ACTION: (_actions, lambda a: (a.get_nature_display(), [f"registre {a.registre}"])),
    Sorte.ALERTE: (
        _alertes,
        lambda a: (a.get_nature_display(), [a.get_gravite_display(), compte(a.envois, "transmission")]),
    ),
}


def sonder(
    point: PointAccueil, sorte: Sorte, periode: Periode, graine: str, issues: Iterable[str] = ()
) -> Sondage:
    """Draw some entries of a kind at a point, by a seed; one statement.

    `issues`: only the requests that ended so.
    """
    lire, dire = _LECTURES[sorte]
    hasard = MD5(Concat(Value(f"{graine}:"), Cast("pk", CharField())))
    lignes = lire(point, periode, issues).annotate(total=Window(Count("pk"))).order_by(hasard)
    lues = list(lignes[:TAILLE])
    entrees = [
        EntreeSondee(ligne.quand, titre, " · ".join(str(m) for m in mots if m))
        for ligne in sorted(lues, key=lambda ligne: (ligne.quand, ligne.pk), reverse=True)
        for titre, mots in [dire(ligne)]
    ]
    return Sondage(entrees, lues[0].total if lues else 0)
