"""What a dashboard looks at, read from the URL: the journal's filter, a comparison, a step."""

from collections.abc import Sequence
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

    def tranches(self, debuts: Sequence[date]) -> list[date]:
        """Where the period before is cut, so that each step (`debuts`: their first days) faces its own days.

        One more day than there are steps: a slice ends the day before the next begins, the last with the
        period, so that no day is left out. Years before, dates face each other: 29 February faces nothing
        where the other year has none, and goes with the 28th where only that one has it. Else the days do.
        """
        periode, avant = self.filtre.periode, self.avant
        if avant is None:
            return []
        if ans := _ans_d_ecart(periode, self.compare):
            places = [_ans_plus_tot(debut, ans, (3, 1)) for debut in debuts[1:]]
        else:
            du = avant.du.toordinal()
            places = [date.fromordinal(max(d.toordinal() - periode.jours, du)) for d in debuts[1:]]
        return [avant.du, *places, avant.au + UN_JOUR]

    @property
    def en_mots(self) -> str:
        """What the comparison is called beside a figure that moved."""
        return {"an": "sur un an", "avant": "sur la période d’avant"}.get(self.compare, "")

    @property
    def avant_en_mots(self) -> str:
        """When the period before was, after a figure of it."""
        return {"an": "l’an dernier", "avant": "pendant la période d’avant"}.get(self.compare, "")

    def url(self, *sans: str, **autres: str) -> str:
        """Query string of this page, some keys left out, others replaced."""
        propres = {"compare": self.compare} if self.compare != "an" else {}
        propres |= {"pas": self.pas} if self.pas_choisi else {}
        gardees = {c: v for c, v in propres.items() if c not in sans}
        return self.filtre.url(*sans, **gardees | autres)


def _ans_plus_tot(jour: date, ans: int, sinon: tuple[int, int] = (2, 28)) -> date:
    """The same day so many years before; `sinon` for a 29 February that they had not.

    Raises ValueError before year 1.
    """
    try:
        return jour.replace(year=jour.year - ans)
    except ValueError:
        return date(jour.year - ans, *sinon)


def _ans_d_ecart(periode: Periode, compare: str) -> int:
    """How many years lie between a period and the one before; 0 where it is counted in days."""
    if compare == "an":
        return 1
    suite = periode.au + UN_JOUR
    ans = suite.year - periode.du.year
    return ans if ans and _ans_plus_tot(suite, ans, (3, 1)) == periode.du else 0


def periode_comparee(periode: Periode, compare: str) -> Periode | None:
    """The days a year before; or just before, as many years where the period is made of such, else days."""
    try:
        if compare == "an":
            return Periode(_ans_plus_tot(periode.du, 1), _ans_plus_tot(periode.au, 1))
        if compare == "avant":
            ans = _ans_d_ecart(periode, compare)
            if ans:
                return Periode(_ans_plus_tot(periode.du, ans), periode.du - UN_JOUR)
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
