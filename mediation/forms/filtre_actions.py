"""Reading the filter of the actions from the URL; a value in error is left out."""

from datetime import date, timedelta

from django import forms
from django.http import Http404, QueryDict

from accueil.filtres import Options
from accueil.models import PointAccueil
from accueil.registres import NUMEROS
from mediation.actions import Etat, Nature
from mediation.calendrier import LISTE, SEMAINE, VUES, FiltreActions
from pimms.socle.formulaires import INCONNU, RENVERSEE, ChampJour

ETATS = [(Etat.PREVUE.value, "Prévues"), (Etat.FAITE.value, "Faites"), (Etat.ANNULEE.value, "Annulées")]
PREMIER_JOUR, DERNIER_JOUR = date(2000, 1, 1), date(2100, 1, 1)


def _choix(label: str, vide: str, choix) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=lambda: [("", vide), *choix()],
        error_messages={"invalid_choice": INCONNU},
    )


class FiltreActionsForm(forms.Form):
    """The filter's fields. Unknown keys of the URL are ignored."""

    du, au = ChampJour("Du"), ChampJour("Au")

    def __init__(self, data: QueryDict, options: Options, liste: bool) -> None:
        super().__init__(data)
        if len(options.points) > 1:
            tous = "Tous les points" if liste else "Mon point"
            self.fields["point"] = _choix(
                "Point", tous, lambda: [(code, p.nom) for code, p in options.points.items()]
            )
        self.fields["nature"] = _choix("Sorte", "Toutes", lambda: Nature.choices)
        self.fields["registre"] = _choix("Registre", "Tous", lambda: NUMEROS)
        self.fields["etat"] = _choix("État", "Toutes", lambda: ETATS)
        if not liste:
            del self.fields["du"], self.fields["au"]
        if options.portee.points:
            self.fields["moi"] = forms.BooleanField(label="Seulement les miennes", required=False)

    def clean(self):
        du, au = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if du and au and au < du:
            self.add_error("au", RENVERSEE)
        return self.cleaned_data


def lire_filtre(
    parametres: QueryDict, options: Options, courant: PointAccueil | None
) -> tuple[FiltreActions, FiltreActionsForm]:
    """Read the URL for this person. Raises Http404 for a point that they may not look at.

    The calendar shows one point, the current one when the URL names none; the list shows them all.
    """
    code = parametres.get("point", "")
    if code and code not in options.points:
        raise Http404
    vue = parametres.get("vue", "")
    if vue not in VUES:
        vue = SEMAINE if courant or code else LISTE
    point = options.points[code] if code else None
    if point is None and len(options.points) == 1:
        point = next(iter(options.points.values()))
    if point is None and vue != LISTE:
        point = courant
        vue = vue if courant else LISTE
    formulaire = FiltreActionsForm(parametres, options, vue == LISTE)
    formulaire.is_valid()
    donnees = formulaire.cleaned_data
    renversee = "au" in formulaire.errors
    filtre = FiltreActions(
        vue=vue,
        jour=_jour(parametres.get("jour", ""), options.aujourdhui(point)),
        points=_points(options, point),
        point=point,
        point_choisi=bool(code),
        nature=donnees.get("nature", ""),
        registre=int(donnees.get("registre") or 0) or None,
        etat=donnees.get("etat", ""),
        du=None if renversee else donnees.get("du"),
        au=None if renversee else donnees.get("au"),
        de_moi=options.utilisateur if donnees.get("moi") else None,
    )
    return filtre, formulaire


def _jour(texte: str, aujourdhui: date) -> date:
    """The day in the URL, today when it is none or out of the calendar."""
    try:
        jour = date.fromisoformat(texte)
    except ValueError:
        return aujourdhui
    return jour if PREMIER_JOUR <= jour < DERNIER_JOUR - timedelta(days=31) else aujourdhui


def _points(options: Options, point: PointAccueil | None) -> frozenset[int] | None:
    if point:
        return frozenset({point.pk})
    if options.portee.reseau:
        return None
    return frozenset(p.pk for p in options.points.values())
