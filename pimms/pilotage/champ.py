"""What a dashboard looks at, read from the URL: the journal's filter, a comparison, a step."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, QueryDict

from accueil.filtres import Filtre, Options
from accueil.forms.journal import FiltreForm, lire_filtre
from accueil.models import PointAccueil
from pimms.socle.periodes import UN_JOUR, Periode, finissant_le

JOURS_MAX = 3660  # ten years: as far as an activity report ever looks back
TROP_LONGUE = "Choisissez au plus dix ans\u202f: la période n’est pas appliquée."
COMPARAISONS = (
    ("an", "l’an dernier"),
    ("avant", "la période d’avant"),
    ("non", "rien"),
)
PAS = (("jour", "par jour"), ("semaine", "par semaine"), ("mois", "par mois"))
PAS_MAX = 370  # steps of one curve
JOURS_DU_PAS = {"jour": 1, "semaine": 7, "mois": 28}


class TableauForm(FiltreForm):
    """The journal's fields but cancelled visits, which are counted nowhere here."""

    DEFAUT = "12_mois"

    def __init__(self, data: QueryDict, options: Options) -> None:
        super().__init__(data, options)
        del self.fields["annulees"]
        for nom, label, choix in (("compare", "Comparé à", COMPARAISONS), ("pas", "Courbe", PAS)):
            vide = [("", "selon la période")] if nom == "pas" else []
            self.fields[nom] = forms.ChoiceField(label=label, required=False, choices=[*vide, *choix])

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        du, au = donnees.get("du"), donnees.get("au")
        if du and ((au or self._aujourdhui()) - du).days > JOURS_MAX:
            self.add_error("du", TROP_LONGUE)
        return donnees


class ReseauForm(TableauForm):
    """The same for several points: chosen by région, département or association, or one by one. Nobody's own
    figures are read there."""

    PLUSIEURS = True

    def __init__(self, data: QueryDict, options: Options) -> None:
        super().__init__(data, options)
        self.fields.pop("auteur", None)
        self.fields.pop("point", None)


@dataclass(frozen=True)
class Champ:
    """The filter of one point or of several, what it is compared with, and the step of its curve."""

    filtre: Filtre
    point: PointAccueil | None
    compare: str
    pas: str
    pas_choisi: bool

    @property
    def avant(self) -> Periode | None:
        """The period it is compared with; None without one, or before the calendar begins."""
        return periode_comparee(self.filtre.periode, self.compare)

    @property
    def en_mots(self) -> str:
        """What the comparison is called beside a figure."""
        return {"an": "sur un an", "avant": "sur la période d’avant"}.get(self.compare, "")

    def url(self, *sans: str, **autres: str) -> str:
        """Query string of this page, some keys left out, others replaced."""
        propres = {"compare": self.compare} if self.compare != "an" else {}
        propres |= {"pas": self.pas} if self.pas_choisi else {}
        gardees = {c: v for c, v in propres.items() if c not in sans}
        return self.filtre.url(*sans, **gardees | autres)


def _an_plus_tot(jour: date) -> date:
    """The same day a year before; 28 February for the 29th. Raises ValueError in year 1."""
    try:
        return jour.replace(year=jour.year - 1)
    except ValueError:
        return jour.replace(year=jour.year - 1, day=28)


def periode_comparee(periode: Periode, compare: str) -> Periode | None:
    """The days a year before, or as many days just before."""
    try:
        if compare == "an":
            return Periode(_an_plus_tot(periode.du), _an_plus_tot(periode.au))
        if compare == "avant":
            return finissant_le(periode.du - UN_JOUR, periode.jours)
    except (ValueError, OverflowError):
        return None
    return None


def pas_de(periode: Periode, choisi: str) -> str:
    """The step asked for, if the curve stays readable; else one that suits the period."""
    if choisi and periode.jours / JOURS_DU_PAS[choisi] <= PAS_MAX:
        return choisi
    return "jour" if periode.jours <= 45 else "semaine" if periode.jours <= 740 else "mois"


def lire_champ(
    parametres: QueryDict, options: Options, courant: PointAccueil | None
) -> tuple[Champ | None, TableauForm]:
    """Read the URL; without a point in it, the one where this person works now, or their only one.

    None when there is a choice to make first. Raises Http404 for a point that they may not look at.
    """
    code = parametres.get("point") or (courant.code if courant else "")
    if not code and len(options.points) == 1:
        code = next(iter(options.points))
    if code and code not in options.points:
        raise Http404
    complets = parametres.copy()
    complets["point"] = code
    filtre, formulaire = lire_filtre(complets, options, TableauForm)
    if filtre.point is None:
        return None, formulaire  # type: ignore[return-value]
    return _champ(replace(filtre, point_choisi=True), formulaire), formulaire  # type: ignore[return-value]


def lire_champ_reseau(parametres: QueryDict, options: Options) -> tuple[Champ, ReseauForm]:
    """Read the URL for all the points that this person may look at, or those it chooses among them.

    Raises Http404 for a point that they may not look at.
    """
    filtre, formulaire = lire_filtre(parametres, options, ReseauForm)
    return _champ(filtre, formulaire), formulaire  # type: ignore[return-value]


def _champ(filtre: Filtre, formulaire: FiltreForm) -> Champ:
    compare = formulaire.cleaned_data.get("compare") or "an"
    choisi = formulaire.cleaned_data.get("pas") or ""
    pas = pas_de(filtre.periode, choisi)
    return Champ(filtre, filtre.point, compare, pas, pas == choisi)
