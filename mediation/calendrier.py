"""Read the actions: the calendar of a point by week or month, and the list of one or all points.

Everything starts from `Action.objects.visibles_par`. What was typed freely (title, place) is for
those with a role at the very point; others read the kind, the register, the days and the counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accueil.acces import Portee
from accueil.models import Partenaire, PointAccueil, Utilisateur
from mediation.actions import Etat, Nature
from mediation.models import Action, Participation
from mediation.pages import Page, lire_page
from pimms.socle.curseurs import Curseur
from pimms.socle.periodes import Periode

SEMAINE, MOIS, LISTE = "semaine", "mois", "liste"
VUES = {SEMAINE: "Semaine", MOIS: "Mois", LISTE: "Liste"}
PAR_JOUR = 5  # actions shown in one day of a month
A_RAPPORTER = 5  # actions waiting for their report that are shown at once
UN_JOUR = timedelta(days=1)

ICONES = {
    Nature.TOURNEE: "signpost-2",
    Nature.PRESENCE: "train-front",
    Nature.PERMANENCE: "shop-window",
    Nature.CONCERTATION: "people",
    Nature.PROJET: "flower1",
    Nature.ETAPE_PROJET: "flag",
    Nature.ATELIER: "easel",
    Nature.FORMATION: "mortarboard",
    Nature.CAMPAGNE: "megaphone",
}
TONS = {Etat.PREVUE: "bleu", Etat.FAITE: "vert", Etat.ANNULEE: ""}


@dataclass(frozen=True)
class FiltreActions:
    """Checked filter. `points` None is the whole network; `point` the only one looked at, if so."""

    vue: str
    jour: date
    points: frozenset[int] | None
    point: PointAccueil | None = None
    point_choisi: bool = False
    nature: str = ""
    registre: int | None = None
    etat: str = ""
    du: date | None = None
    au: date | None = None
    de_moi: Utilisateur | None = None

    def parametres(self) -> dict[str, str]:
        """The filter as URL parameters, without those at their default."""
        parametres = {
            "vue": self.vue,
            "jour": "" if self.vue == LISTE else self.jour.isoformat(),
            "point": self.point.code if self.point and self.point_choisi else "",
            "nature": self.nature,
            "registre": str(self.registre or ""),
            "etat": self.etat,
            "du": self.du.isoformat() if self.du else "",
            "au": self.au.isoformat() if self.au else "",
            "moi": "1" if self.de_moi else "",
        }
        return {cle: valeur for cle, valeur in parametres.items() if valeur}

    def url(self, *sans: str, **autres: str) -> str:
        """Query string of this filter, some keys left out, others replaced."""
        parametres = {c: v for c, v in self.parametres().items() if c not in sans} | autres
        return "?" + urlencode(parametres)

    def appliquer(self, actions: QuerySet[Action]) -> QuerySet[Action]:
        """Rows that match, whatever their day."""
        if self.points is not None:
            actions = actions.filter(point__in=self.points)
        if self.nature:
            actions = actions.filter(nature=self.nature)
        if self.registre:
            actions = actions.filter(registre=self.registre)
        if self.etat:
            actions = actions.filter(etat=self.etat)
        if self.de_moi:
            siennes = Action.equipe.through.objects.filter(utilisateur=self.de_moi).values("action")
            actions = actions.filter(Q(auteur=self.de_moi) | Q(pk__in=siennes))
        return actions

    @property
    def periode(self) -> Periode:
        """The days of the calendar that the person sees."""
        if self.vue == MOIS:
            debut = self.jour.replace(day=1)
            suivant = (debut + timedelta(days=31)).replace(day=1)
            return Periode(debut, suivant - UN_JOUR)
        lundi = self.jour - timedelta(days=self.jour.weekday())
        return Periode(lundi, lundi + timedelta(days=6))


@dataclass
class Jour:
    """One day of the calendar. `de_trop`: how many actions are not shown."""

    jour: date
    dans_le_mois: bool = True
    aujourdhui: bool = False
    actions: list[Action] = field(default_factory=list)
    de_trop: int = 0


@dataclass(frozen=True)
class Calendrier:
    jours: list[Jour]
    longues: list[Action]  # projects and campaigns that last several days
    nombre: int


def participants_en_plus(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Add `participants`, people who took part (None when nobody was counted).

    A sub-select, so that a page sums those of its own rows only.
    """
    lignes = Participation.objects.filter(action=OuterRef("pk")).order_by().values("action")
    return actions.annotate(participants=Subquery(lignes.annotate(n=Sum("nombre")).values("n")))


def montrer(actions: Iterable[Action], portee: Portee) -> list[Any]:
    """The actions as this person may read them: `intitule`, `lisible`, `icone`, `ton`."""
    montrees = list[Any](actions)
    for action in montrees:
        action.lisible = portee.lit_les_notes(action.point_id)
        action.intitule = action.titre if action.lisible else action.get_nature_display()
        action.icone, action.ton = ICONES[Nature(action.nature)], TONS[Etat(action.etat)]
    return montrees


def calendrier(utilisateur: Utilisateur, filtre: FiltreActions, aujourdhui: date) -> Calendrier:
    """The actions of the week or month, by day, in one statement; whole weeks are shown."""
    periode = filtre.periode
    debut = periode.du - timedelta(days=periode.du.weekday())
    fin = periode.au + timedelta(days=6 - periode.au.weekday())
    pendant = Q(jour__range=(debut, fin)) | Q(jour__lt=debut, jour_fin__gte=debut)
    # A project without a known end goes on until its balance.
    pendant |= Q(jour__lt=debut, nature=Nature.PROJET, jour_fin__isnull=True, etat=Etat.PREVUE)
    lignes = filtre.appliquer(Action.objects.visibles_par(utilisateur)).filter(pendant)
    actions = montrer(lignes.order_by("jour", F("debut").asc(nulls_first=True), "id"), utilisateur.portee)
    par_jour: dict[date, Jour] = {}
    for n in range((fin - debut).days + 1):
        jour = debut + timedelta(days=n)
        par_jour[jour] = Jour(jour, periode.du <= jour <= periode.au, jour == aujourdhui)
    longues = []
    for action in actions:
        if action.nature == Nature.PROJET or (action.jour_fin or action.jour) > action.jour:
            longues.append(action)
        else:
            par_jour[action.jour].actions.append(action)
    if filtre.vue == MOIS:
        for case in par_jour.values():
            case.de_trop = max(0, len(case.actions) - PAR_JOUR)
            case.actions = case.actions[:PAR_JOUR]
    return Calendrier(list(par_jour.values()), longues, len(actions))


def lire_liste(utilisateur: Utilisateur, filtre: FiltreActions, curseur: Curseur | None) -> Page:
    """Fifty actions of the filter, the latest day first, in three statements."""
    lignes = filtre.appliquer(Action.objects.visibles_par(utilisateur))
    if filtre.du:
        lignes = lignes.filter(jour__gte=filtre.du)
    if filtre.au:
        lignes = lignes.filter(jour__lte=filtre.au)
    lignes = participants_en_plus(lignes).select_related("point").prefetch_related(_partenaires())
    page = lire_page(lignes, curseur)
    montrer(page.lignes, utilisateur.portee)
    return page


def _partenaires() -> Prefetch:
    return Prefetch("partenaires", queryset=Partenaire.objects.order_by("nom_tri", "id"))


def a_rapporter(utilisateur: Utilisateur, points: Iterable[int]) -> list[Any]:
    """Actions of these points, where the person works, whose last day has come and that wait for
    their report, today's first, then the latest: one more than are shown tells that others wait.
    Days are compared in each point's own time zone."""
    en_charge = [p for p in utilisateur.portee.points if p.pk in set(points)]
    passees = Q(pk__in=[])
    for point in en_charge:
        passees |= Q(point=point, dernier_jour__lte=point.aujourdhui())
    lignes = (
        Action.objects.modifiables_par(utilisateur)
        .filter(etat=Etat.PREVUE)
        .exclude(nature=Nature.PROJET, jour_fin__isnull=True)
        .annotate(dernier_jour=Coalesce("jour_fin", "jour"))
        .filter(passees)
        .order_by("-dernier_jour", F("debut").asc(nulls_first=True), "id")
    )
    return montrer(lignes[: A_RAPPORTER + 1], utilisateur.portee)


def etapes_du_projet(utilisateur: Utilisateur, projet: Action) -> list[Any]:
    """Steps of a project, the first day first, with their participants."""
    etapes = participants_en_plus(Action.objects.visibles_par(utilisateur).filter(projet=projet))
    return montrer(etapes.order_by("jour", "id"), utilisateur.portee)


def projets_en_cours(point: PointAccueil) -> QuerySet[Action]:
    """Projects of a point that may still get a step, the latest first."""
    return Action.objects.filter(point=point, nature=Nature.PROJET, etat=Etat.PREVUE).order_by("-jour", "-id")
