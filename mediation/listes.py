"""Lists of cases: one filter read from the URL, pages by key."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accueil.forms.perimetre import PARTOUT, Perimetre
from accueil.models import PointAccueil, Theme, Utilisateur
from mediation.a_suivre import A_RELANCER, ECHUS, URGENTS, a_revoir, avec_echeances, est_du, titre_de
from mediation.etats import TRANSFERT
from mediation.models import Dossier, Lecteur, Partie
from mediation.parties import empreinte
from pimms.socle.curseurs import Curseur

PAR_PAGE = 50
MIENS, POINT, A_REVOIR, CLOS = "miens", "point", "a_revoir", "clos"
# No tabs, but where a dashboard's counts lead. Over some days, a case that was passed on is opened where it
# began and closed where it ended, as registers and yearly accounts count it.
OUVERTS, TERMINES = "ouverts", "termines"
DUS = {URGENTS: "À traiter aujourd’hui", A_RELANCER: "À relancer", ECHUS: "Engagements échus"}
HORS_ONGLETS = {OUVERTS: "Ouverts, transferts reçus à part", TERMINES: "Clos, transferts à part"} | DUS


def jour_de(vue: str) -> str:
    """The day that a list's dates are about."""
    return "clos_le" if vue in (CLOS, TERMINES) else "ouvert_le"


@dataclass(frozen=True)
class FiltreDossiers:
    """A checked filter. `vue` is one of the tabs; the others narrow it."""

    vue: str
    point: PointAccueil | None = None
    etat: str = ""
    registre: int | None = None
    theme: Theme | None = None
    urgence: str = ""
    du: date | None = None
    au: date | None = None
    miens: bool = False  # of any tab, those that one is in charge of
    perimetre: Perimetre = PARTOUT

    @property
    def jour(self) -> str:
        """The day that `du` and `au` are about."""
        return jour_de(self.vue)

    def lignes(self, utilisateur: Utilisateur) -> QuerySet[Dossier]:
        """Cases of the filter with the days that follow them, unordered."""
        return avec_echeances(self.choisir(utilisateur))

    def choisir(self, utilisateur: Utilisateur) -> QuerySet[Dossier]:
        """Cases of the filter that this person may know of, unordered."""
        dossiers = Dossier.objects.visibles_par(utilisateur)
        if self.perimetre.points is not None:
            dossiers = dossiers.filter(point__in=self.perimetre.points)
        if self.miens or self.vue == MIENS:
            dossiers = dossiers.filter(mediateur=utilisateur)
        conditions: dict[str, Any] = {
            "point": self.point,
            "etat": self.etat,
            "registre": self.registre,
            "theme": self.theme,
            "urgence": self.urgence,
            f"{self.jour}__gte": self.du,
            f"{self.jour}__lte": self.au,
        }
        dossiers = dossiers.filter(**{c: v for c, v in conditions.items() if v})
        if self.vue == OUVERTS:
            return dossiers.filter(predecesseur__isnull=True)
        if self.vue == TERMINES:
            return dossiers.termines().exclude(issue=TRANSFERT)
        if self.vue in DUS:
            jour = self.point.aujourdhui() if self.point else timezone.localdate()
            return dossiers.actifs().filter(est_du(self.vue, jour))
        if self.vue == A_REVOIR:
            return dossiers.actifs().filter(a_revoir())
        return dossiers.termines() if self.vue == CLOS else dossiers.actifs()

    def parametres(self) -> dict[str, str]:
        """The filter as URL parameters, without what is left at its default."""
        valeurs = {
            "vue": self.vue,
            "point": self.point.code if self.point else "",
            "etat": self.etat,
            "registre": str(self.registre or ""),
            "theme": self.theme.code if self.theme else "",
            "urgence": self.urgence,
            "du": self.du.isoformat() if self.du else "",
            "au": self.au.isoformat() if self.au else "",
            "miens": "1" if self.miens else "",
        } | self.perimetre.parametres
        return {c: v for c, v in valeurs.items() if v}

    def url(self, **autres: str) -> str:
        return urlencode({c: v for c, v in (self.parametres() | autres).items() if v})

    @property
    def restreint(self) -> bool:
        """Whether anything besides the tab was chosen."""
        return len(self.parametres()) > 1


@dataclass
class Ligne:
    """One case of a list, as this person reads it."""

    dossier: Dossier
    titre: str
    complete: bool


@dataclass(frozen=True)
class Page:
    """Cases, newest first, and the positions of the pages around; "" where there is none."""

    lignes: list[Ligne]
    precedent: str = ""
    suivant: str = ""


def onglets(utilisateur: Utilisateur) -> list[tuple[str, str]]:
    """The tabs that make sense for this person: code and name."""
    portee = utilisateur.portee
    miens = [(MIENS, "Les miens")] if portee.points else []
    tous = "Ceux du point" if len(portee.points) == 1 and not portee.reseau else "Tous"
    return [*miens, (POINT, tous), (A_REVOIR, "À revoir"), (CLOS, "Clos")]


def compter(utilisateur: Utilisateur) -> dict[str, int]:
    """How many active cases each tab holds, in one statement; closed ones are not counted."""
    visibles = Dossier.objects.visibles_par(utilisateur)
    return visibles.actifs().aggregate(
        miens=Count("pk", filter=Q(mediateur=utilisateur)),
        point=Count("pk"),
        a_revoir=Count("pk", filter=a_revoir()),
    )


def lire_page(utilisateur: Utilisateur, dossiers: QuerySet[Dossier], curseur: Curseur | None) -> Page:
    """The page at that position; two statements at most."""
    remonte = curseur is not None and curseur.remonte
    if curseur:
        sens = "gt" if remonte else "lt"
        ici = Q(ouvert_le=curseur.jour, **{f"pk__{sens}": curseur.id})
        dossiers = dossiers.filter(Q(**{f"ouvert_le__{sens}": curseur.jour}) | ici)
    ordre = ("ouvert_le", "pk") if remonte else ("-ouvert_le", "-pk")
    choisis = dossiers.select_related("point", "cle_donnees", "mediateur", "theme").order_by(*ordre)
    lus = list(choisis[: PAR_PAGE + 1])
    plus = len(lus) > PAR_PAGE
    lus = lus[:PAR_PAGE]
    if remonte:
        lus.reverse()
    haut = Curseur(lus[0].ouvert_le, lus[0].pk, remonte=True) if lus else None
    bas = Curseur(lus[-1].ouvert_le, lus[-1].pk) if lus else None
    retour = replace(curseur, remonte=not curseur.remonte) if curseur else None
    if remonte:
        precedent, suivant = haut if plus else None, bas or retour
    else:
        precedent, suivant = curseur and (haut or retour), bas if plus else None
    return Page(lignes(utilisateur, lus), str(precedent or ""), str(suivant or ""))


def lignes(utilisateur: Utilisateur, dossiers: list[Dossier]) -> list[Ligne]:
    """Each case with its subject where this person reads it; one statement, and none when nothing is
    restricted."""
    nommes: set[int] = set()
    if any(d.restreint for d in dossiers):
        lecteurs = Lecteur.objects.filter(dossier__in=dossiers, personne=utilisateur)
        nommes = set(lecteurs.values_list("dossier_id", flat=True))
    roles = utilisateur.portee.points_de_role
    lues = []
    for d in dossiers:
        libre = not d.restreint or d.mediateur_id == utilisateur.pk or d.pk in nommes
        complete = d.point_id in roles and libre and d.anonymise_le is None
        lues.append(Ligne(d, titre_de(utilisateur, d, complete), complete))
    return lues


def chercher(utilisateur: Utilisateur, nom: str) -> QuerySet[Dossier]:
    """Cases that this person reads where a party bears this exact name (case, accents and the order of
    the words don't matter), closed ones included."""
    empreintes = [e for p in utilisateur.portee.points_de_role if (e := empreinte(p, nom))]
    parties = Partie.objects.filter(empreinte__in=empreintes)
    trouves = Dossier.objects.lisibles_par(utilisateur).filter(pk__in=parties.values("dossier"))
    return avec_echeances(trouves)
