"""Reading the scope of the registers' panel from the URL: a point or all of them, a period."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, QueryDict

from accueil.filtres import Options
from accueil.forms.perimetre import PARTOUT, Perimetre, lire_perimetre
from accueil.models import Association, PointAccueil
from accueil.regle_registres import Regle, regle_du
from mediation.interventions import MOIS_MAX
from pimms.socle.formulaires import RENVERSEE, ChampJour
from pimms.socle.periodes import Periode, mois_finissant_le
from pimms.socle.typographie import de

TOUS = "tous"
LIEUX = ("region", "departement")  # that an address narrows to, beside chosen points; an association is apart
PAR_POINT, PAR_ASSOCIATION, ENSEMBLE = NIVEAUX = ("point", "association", "ensemble")
TROP_LONGUE = f"Choisissez au plus {MOIS_MAX} mois\u202f: la période n’est pas appliquée."


def nom_de_l_association(association: Association, entiere: bool) -> str:
    """Its name, or « vos points de… » to who reads some of its points only."""
    return association.nom if entiere else f"vos points {de(association.nom)}"


@dataclass(frozen=True)
class Champ:
    """What the panel looks at: one point, or all those that this person reads. Of all these `niveau` and
    `association` choose what is shown: a line each (`point`, `association`), or the eight registers of
    one association's points or of them all (`ensemble`).
    """

    periode: Periode
    point: PointAccueil | None
    points: frozenset[int] | None  # those looked at; None: the network
    plusieurs: bool  # whether there is more than one point to choose from
    du_repere: bool  # whether this is the period over which the landmark is read
    regle: Regle  # in force on the period's last day
    niveau: str = PAR_POINT
    association: Association | None = None
    entiere: bool = True  # whether all of that association's points are looked at
    perimetre: Perimetre = PARTOUT  # what an address narrowed them to

    @property
    def nom(self) -> str:
        if self.point:
            return self.point.nom
        association = [nom_de_l_association(self.association, self.entiere)] if self.association else []
        if choisis := [*association, *(mots for _, mots in self.perimetre.mots)]:
            return ", ".join(choisis)
        return "tout le réseau" if self.points is None else "vos points"

    @property
    def detaille(self) -> bool:
        """Whether the eight registers are shown, not a line a point or an association."""
        return bool(self.point or self.association or self.niveau == ENSEMBLE)

    def url(self, **autres: str) -> str:
        """Query string of this scope, some keys replaced."""
        periode = (
            {} if self.du_repere else {"du": self.periode.du.isoformat(), "au": self.periode.au.isoformat()}
        )
        return urlencode(self._lieu() | periode | autres)

    def url_du_repere(self) -> str:
        """The same scope over the landmark's period."""
        return urlencode(self._lieu())

    def url_de_la_table(self) -> str:
        """The table that this association, or all the points together, is a line of."""
        periode = replace(self, association=None, niveau=PAR_POINT)
        return periode.url(niveau=PAR_ASSOCIATION)

    def _lieu(self) -> dict[str, str]:
        if not self.plusieurs:
            return {}
        if self.point:
            return {"point": self.point.code}
        if self.association:
            return {"point": TOUS, "association": str(self.association.pk)} | self.perimetre.parametres
        niveau = {"niveau": ENSEMBLE} if self.niveau == ENSEMBLE else {}
        return {"point": TOUS} | niveau | self.perimetre.parametres


class ChampForm(forms.Form):
    """Fields of the panel's scope."""

    du, au = ChampJour("Du"), ChampJour("Au")

    def __init__(self, data: QueryDict, options: Options, courant: PointAccueil | None) -> None:
        super().__init__(data)
        self.options = options
        if len(options.points) > 1:
            choix = [(TOUS, "Tous les points"), *((c, p.nom) for c, p in options.points.items())]
            self.fields["point"] = forms.ChoiceField(label="Point", required=False, choices=choix)
            if not data.get("point"):
                self.initial["point"] = courant.code if courant else TOUS
                self.data = data.copy()
                self.data["point"] = self.initial["point"]

    def clean(self) -> dict[str, Any]:
        du, au = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if du and au and au < du:
            self.add_error("au", RENVERSEE)
        elif du and au and (au.year - du.year) * 12 + au.month - du.month >= MOIS_MAX:
            self.add_error("au", TROP_LONGUE)
        return self.cleaned_data


def lire_champ(
    parametres: QueryDict, options: Options, courant: PointAccueil | None
) -> tuple[Champ, ChampForm]:
    """Read the URL. Without one, the point one works at, else all those one reads, over the rule's months.

    Raises Http404 for a point that this person may not look at. A period in error is left out.
    """
    code = parametres.get("point") or (courant.code if courant else TOUS)
    if code != TOUS and code not in options.points:
        raise Http404
    point = options.points.get(code)
    if point is None and len(options.points) == 1:
        point = next(iter(options.points.values()))
    perimetre = lire_perimetre(parametres, options, LIEUX)
    if point:
        perimetre = PARTOUT
    formulaire = ChampForm(parametres, options, courant)
    formulaire.is_valid()
    du, au = formulaire.cleaned_data.get("du"), formulaire.cleaned_data.get("au")
    if du and au and not formulaire.errors:
        periode, du_repere = Periode(du, au), False
        regle = regle_du(au)
    else:
        aujourdhui, du_repere = options.aujourdhui(point, perimetre.points), True
        regle = regle_du(aujourdhui)
        periode = mois_finissant_le(aujourdhui, regle.mois)
    association = None if point else _association(parametres.get("association", ""), options)
    niveau = parametres.get("niveau", "")
    champ = Champ(
        periode,
        point,
        _points(options, point, association, perimetre),
        len(options.points) > 1,
        du_repere,
        regle,
        niveau if niveau in NIVEAUX else PAR_POINT,
        association,
        association is None or options.portee.lit_l_association(association.pk),
        perimetre,
    )
    return champ, formulaire


def _association(cle: str, options: Options) -> Association | None:
    """The association in the URL; Http404 for one of whose points this person reads none."""
    if not cle:
        return None
    if cle not in {str(p.association_id) for p in options.points.values()}:
        raise Http404
    return Association.objects.get(pk=cle)


def _points(
    options: Options, point: PointAccueil | None, association: Association | None, perimetre: Perimetre
) -> frozenset[int] | None:
    if point:
        return frozenset({point.pk})
    if association is None and perimetre.points is None and options.portee.reseau:
        return None
    lus = [p for p in options.points.values() if association is None or p.association_id == association.pk]
    return frozenset(p.pk for p in lus if perimetre.points is None or p.pk in perimetre.points)
