"""Read corrective actions: the board by what is to be done, the list, one action and what happened to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.urls import reverse

from accueil.acces import Portee
from accueil.equipe import points_geres
from accueil.models import Association, PointAccueil, Utilisateur
from pimms.socle.curseurs import Curseur
from qualite.droits_actions import peut_ouvrir
from qualite.etats_action import FINIES, EtatAction
from qualite.lecture_preuves import PreuveLue, lire_preuves, periodes
from qualite.models import ActionCorrective, Constat, EvenementAction, Exigence, Niveau, Preuve
from qualite.models.actions import jour_du_sujet
from qualite.preuves import Objet

PAR_SECTION = 8
PAR_PAGE = 50
HISTOIRE_MAX = 200  # events of one action shown at once
PREUVES_MAX = 50


class Rang(models.TextChoices):
    """Where an action stands for who looks at the board; computed, never stored."""

    EN_RETARD = "en_retard", "En retard"
    A_REPRENDRE = "a_reprendre", "À reprendre"
    A_FAIRE = "a_faire", "À faire"
    EN_COURS = "en_cours", "En cours"
    A_VERIFIER = "a_verifier", "À vérifier"
    A_CLORE = "a_clore", "À clore"
    FINIE = "finie", "Closes et annulées"


SECTIONS = tuple(r for r in Rang if r != Rang.FINIE)
_RANG_DE = {
    EtatAction.INEFFICACE: Rang.A_REPRENDRE,
    EtatAction.A_FAIRE: Rang.A_FAIRE,
    EtatAction.EN_COURS: Rang.EN_COURS,
    EtatAction.REALISEE: Rang.A_VERIFIER,
    EtatAction.EFFICACE: Rang.A_CLORE,
}
A_QUOI_SERT = {
    Rang.EN_RETARD: "L’échéance est passée et l’action n’est pas close.",
    Rang.A_REPRENDRE: "Vérifiées sans l’effet attendu.",
    Rang.A_FAIRE: "Décidées, pas encore commencées.",
    Rang.EN_COURS: "Le pilote y travaille.",
    Rang.A_VERIFIER: "Réalisées\u202f: quelqu’un d’autre que le pilote dit si l’effet est là.",
    Rang.A_CLORE: "Vérifiées efficaces\u202f: il reste à les clore.",
}
TONS = {
    EtatAction.A_FAIRE: "",
    EtatAction.EN_COURS: "bleu",
    EtatAction.REALISEE: "ocre",
    EtatAction.EFFICACE: "vert",
    EtatAction.INEFFICACE: "rouge",
    EtatAction.CLOSE: "vert",
    EtatAction.ANNULEE: "",
}


def actions_de(utilisateur: Utilisateur) -> QuerySet[Any]:
    """Actions that this person may read, each with its `rang`; one day for each time zone."""
    rangs = [When(etat=etat, then=Value(rang.value)) for etat, rang in _RANG_DE.items()]
    return (
        ActionCorrective.objects.visibles_par(utilisateur)
        .annotate(ici=jour_du_sujet())
        .annotate(
            rang=Case(
                When(etat__in=FINIES, then=Value(Rang.FINIE.value)),
                When(echeance__lt=F("ici"), then=Value(Rang.EN_RETARD.value)),
                *rangs,
                output_field=models.CharField(),
            )
        )
        .select_related("point", "association", "pilote")
    )


def les_miennes(utilisateur: Utilisateur) -> Q:
    return Q(pilote=utilisateur) | Q(verificateur=utilisateur)


@dataclass
class Section:
    """One part of the board. `nombre` counts all, `actions` holds the first to be due."""

    rang: Rang
    nombre: int = 0
    actions: list[Any] = field(default_factory=list)

    @property
    def explication(self) -> str:
        return A_QUOI_SERT[self.rang]

    @property
    def de_trop(self) -> int:
        return self.nombre - len(self.actions)


def tableau(actions: QuerySet[Any]) -> list[Section]:
    """The open ones of these by what is to be done, overdue first, empty parts left out; two statements."""
    ouvertes = actions.exclude(etat__in=FINIES)
    comptes = dict(ouvertes.order_by().values_list("rang").annotate(n=models.Count("pk")))
    place = models.Window(
        models.functions.RowNumber(), partition_by="rang", order_by=[F("echeance").asc(), F("pk").asc()]
    )
    sections = {r.value: Section(r, comptes[r.value]) for r in SECTIONS if comptes.get(r.value)}
    for action in ouvertes.annotate(place=place).filter(place__lte=PAR_SECTION).order_by("place"):
        sections[action.rang].actions.append(montrer(action))
    return list(sections.values())


def montrer(action: Any) -> Any:
    """Add the tone of its state, for templates."""
    action.ton = TONS[EtatAction(action.etat)]
    return action


@dataclass(frozen=True)
class Page:
    """Rows in order, and the positions around them; "" where there is none."""

    lignes: list[Any]
    precedent: str = ""
    suivant: str = ""


def lire_page(actions: QuerySet[Any], curseur: Curseur | None, *, recentes: bool) -> Page:
    """Fifty actions by due date, the first to be due first, or the latest with `recentes`; one statement."""
    remonte = curseur is not None and curseur.remonte
    decroit = recentes != remonte
    if curseur:
        sens = "lt" if decroit else "gt"
        au_dela = Q(**{f"echeance__{sens}": curseur.jour})
        actions = actions.filter(au_dela | Q(**{"echeance": curseur.jour, f"pk__{sens}": curseur.id}))
    ordre = ("-echeance", "-pk") if decroit else ("echeance", "pk")
    lues = [montrer(a) for a in actions.order_by(*ordre)[: PAR_PAGE + 1]]
    il_en_reste, lues = len(lues) > PAR_PAGE, lues[:PAR_PAGE]
    if not lues:
        return Page([])
    if remonte:
        lues.reverse()
    avant, apres = (il_en_reste, True) if remonte else (curseur is not None, il_en_reste)
    haut, bas = lues[0], lues[-1]
    return Page(
        lues,
        str(Curseur(haut.echeance, haut.pk, remonte=True)) if avant else "",
        str(Curseur(bas.echeance, bas.pk)) if apres else "",
    )


def une_action(utilisateur: Utilisateur, pk: int) -> Any:
    """One action that this person may read, with the people and places it names; None else."""
    lignes = ActionCorrective.objects.visibles_par(utilisateur).select_related(
        "point__association", "association", "pilote", "verificateur", "realisee_par", "verifiee_par"
    )
    action = lignes.filter(pk=pk).first()
    return action and montrer(action)


def histoire(action: ActionCorrective) -> list[EvenementAction]:
    """What happened, the latest first."""
    return list(action.evenements.select_related("par", "pilote").order_by("-pk")[:HISTOIRE_MAX])


def actions_du_constat(
    utilisateur: Utilisateur, point: PointAccueil, exigence: Exigence, nombre: int
) -> list[Any]:
    """Open actions about a requirement for a point, its association or the network; one statement."""
    concernees = Q(point=point) | Q(association=point.association_id) | Q(niveau=Niveau.RESEAU)
    actions = actions_de(utilisateur).filter(concernees, exigence__in=exigence.lignee)
    actions = actions.exclude(etat__in=FINIES)
    return [montrer(a) for a in actions.order_by("echeance", "pk")[:nombre]]


def objets_ouvrables(portee: Portee) -> dict[str, Objet]:
    """All those for whom this person may open an action, by the code that addresses use; two statements."""
    objets = {"reseau": Objet()} if portee.reseau else {}
    associations = Association.objects.all()
    if not portee.reseau:
        associations = associations.filter(pk__in=portee.associations)
    if portee.reseau or portee.associations:
        objets |= {f"association-{a.pk}": Objet(association=a) for a in associations}
    points = points_geres(portee).select_related("association")
    return objets | {f"point-{p.code}": Objet(point=p) for p in points}


def code_de(objet: Objet) -> str:
    """The code that addresses use for a subject."""
    if objet.point:
        return f"point-{objet.point.code}"
    return f"association-{objet.association.pk}" if objet.association else "reseau"


def objet_du_constat(portee: Portee, point: PointAccueil, constat: Constat | None) -> str:
    """The code of the subject for which this person would open an action from a finding: the one it is
    about, else the point; "" when they may open none."""
    objets = [Objet(point=point)]
    if constat and constat.niveau == Niveau.ASSOCIATION:
        objets.insert(0, Objet(association=point.association))
    elif constat and constat.niveau == Niveau.RESEAU:
        objets.insert(0, Objet())
    return next((code_de(o) for o in objets if peut_ouvrir(portee, o)), "")


def preuves_de(action: ActionCorrective, exigences: Iterable[Exigence]) -> list[PreuveLue]:
    """The proofs of its work, the latest first: who reads an action reads them; three statements."""
    siennes = Preuve.objects.filter(action=action).order_by("-pk")
    return lire_preuves(siennes[:PREUVES_MAX], action.aujourdhui(), periodes(exigences))


def adresse_des_preuves(action: ActionCorrective) -> str:
    """The proofs of the same requirement and point; "" when the action is about no requirement."""
    if not action.exigence:
        return ""
    point = f"&point={action.point.code}" if action.point else ""
    return f"{reverse('preuves')}?exigence={action.exigence}{point}"
