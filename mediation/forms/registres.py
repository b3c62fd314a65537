"""Reading the scope of the registers' panel from the URL: a point or all of them, a period."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, QueryDict

from accueil.filtres import Options
from accueil.models import PointAccueil
from accueil.regle_registres import Regle, regle_du
from mediation.interventions import MOIS_MAX
from pimms.socle.formulaires import RENVERSEE, ChampJour
from pimms.socle.periodes import Periode, mois_finissant_le

TOUS = "tous"
TROP_LONGUE = f"Choisissez au plus {MOIS_MAX} mois\u202f: la période n’est pas appliquée."


@dataclass(frozen=True)
class Champ:
    """What the panel looks at. `point` None: all the points that this person reads."""

    periode: Periode
    point: PointAccueil | None
    plusieurs: bool  # whether there is more than one point to choose from
    du_repere: bool  # whether this is the period over which the landmark is read
    regle: Regle  # in force on the period's last day
    niveau: str = "point"

    def url(self, **autres: str) -> str:
        """Query string of this scope, some keys replaced."""
        periode = (
            {} if self.du_repere else {"du": self.periode.du.isoformat(), "au": self.periode.au.isoformat()}
        )
        point = {"point": self.point.code if self.point else TOUS} if self.plusieurs else {}
        return urlencode(point | periode | autres)


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
    formulaire = ChampForm(parametres, options, courant)
    formulaire.is_valid()
    du, au = formulaire.cleaned_data.get("du"), formulaire.cleaned_data.get("au")
    if du and au and not formulaire.errors:
        periode, du_repere = Periode(du, au), False
        regle = regle_du(au)
    else:
        aujourdhui, du_repere = options.aujourdhui(point), True
        regle = regle_du(aujourdhui)
        periode = mois_finissant_le(aujourdhui, regle.mois)
    niveau = "association" if parametres.get("niveau") == "association" else "point"
    return Champ(periode, point, len(options.points) > 1, du_repere, regle, niveau), formulaire
