"""Reading the journal's filter from the URL: a value in error is told beside its field and not applied."""

from typing import Any

from django import forms
from django.http import Http404, QueryDict

from accueil.filtres import MOI, Filtre, Options
from accueil.models.visites import Canal, Issue
from accueil.registres import REGISTRES
from pimms.socle.periodes import PRESELECTIONS, SEPT_JOURS, Periode, finissant_le, preselection

INCONNU = "Ce choix n’existe pas ou n’existe plus : il n’est pas appliqué."
DATE_INVALIDE = "Cette date n’existe pas. Écrivez-la ainsi : 23/11/2026."
RENVERSEE = "La fin précède le début : la période n’est pas appliquée."


class ChampJour(forms.DateField):
    """A day typed in a date box, or in figures where the browser has none."""

    input_formats = ("%Y-%m-%d", "%d/%m/%Y")

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": DATE_INVALIDE},
            input_formats=self.input_formats,
        )


def _choix(label: str, vide: str, choix: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", vide), *choix],
        error_messages={"invalid_choice": INCONNU},
    )


class FiltreForm(forms.Form):
    """The filter's fields. Unknown keys of the URL are ignored."""

    def __init__(self, data: QueryDict, options: Options) -> None:
        super().__init__(data)
        self.options = options
        self.fields["periode"] = _choix("Période", "", list(PRESELECTIONS))
        self.fields["periode"].widget = forms.HiddenInput()
        self.fields["du"] = ChampJour("Du")
        self.fields["au"] = ChampJour("Au")
        if len(options.points) > 1:
            points = [(p.code, p.nom) for p in options.points.values()]
            self.fields["point"] = _choix("Point", "Tous les points", points)
        self.fields["theme"] = _choix("Thème", "Tous", [(c, _nom(t)) for c, t in options.themes.items()])
        partenaires = [(c, _nom(p)) for c, p in options.partenaires.items()]
        self.fields["partenaire"] = _choix("Partenaire", "Tous", partenaires)
        registres = [(str(r.numero), f"{r.numero}. {r.court}") for r in REGISTRES]
        self.fields["registre"] = _choix("Registre", "Tous", registres)
        self.fields["issue"] = _choix("Résultat", "Tous", list(Issue.choices))
        self.fields["canal"] = _choix("Canal", "Tous", list(Canal.choices))
        if options.portee.points:
            equipe = [(cle, str(p)) for cle, p in options.equipe.items()]
            self.fields["auteur"] = _choix("Saisies de", "Tout le point", [(MOI, "Moi"), *equipe])
        self.fields["annulees"] = forms.BooleanField(label="Montrer les visites annulées", required=False)

    def clean(self) -> dict[str, Any]:
        donnees = self.cleaned_data
        du, au = donnees.get("du"), donnees.get("au")
        if du and not au and "au" not in self.errors and du > self._aujourdhui():
            self.add_error("du", "Ce jour n’est pas encore venu : la période n’est pas appliquée.")
        elif du and au and au < du:
            self.add_error("au", RENVERSEE)
        return donnees

    def _point(self):
        return self.options.points.get(self.data.get("point", ""))

    def _aujourdhui(self):
        return self.options.aujourdhui(self._point())

    def periode(self) -> tuple[Periode, str]:
        """The period to apply and the code of the ready-made one, if it is one."""
        donnees, aujourdhui = self.cleaned_data, self._aujourdhui()
        du, au = donnees.get("du"), donnees.get("au")
        if not {"du", "au"} & self.errors.keys():
            if du:
                return Periode(du, au or aujourdhui), ""
            if au:
                return finissant_le(au, 7), ""
        code = donnees.get("periode") or SEPT_JOURS
        return preselection(code, aujourdhui), code


def _nom(objet: Any) -> str:
    return f"{objet.nom} (retiré)" if objet.retire_le else objet.nom


def lire_filtre(parametres: QueryDict, options: Options) -> tuple[Filtre, FiltreForm]:
    """Read the URL for this person. Raises Http404 for a point that they may not look at.

    A value in error is left out of the filter; the form holds the message and what was typed.
    """
    code = parametres.get("point", "")
    if code and code not in options.points:
        raise Http404
    formulaire = FiltreForm(parametres, options)
    formulaire.is_valid()
    donnees = formulaire.cleaned_data
    periode, preselectionnee = formulaire.periode()
    point = options.points.get(code) if code else _seul(options)
    filtre = Filtre(
        periode=periode,
        preselection=preselectionnee,
        points=_points(options, point),
        point=point,
        point_choisi=bool(code),
        theme=options.themes.get(donnees.get("theme", "")),
        partenaire=options.partenaires.get(donnees.get("partenaire", "")),
        registre=int(donnees.get("registre") or 0) or None,
        issue=donnees.get("issue", ""),
        canal=donnees.get("canal", ""),
        annulees=donnees.get("annulees", False),
        auteur=_auteur(options, donnees.get("auteur", "")),
        auteur_est_moi=donnees.get("auteur") == MOI,
    )
    if filtre.auteur and not filtre.auteur_est_moi:
        # A manager looks at one person only within the points they manage.
        filtre = filtre.reduit_a(options.portee.points_de_responsable)
    return filtre, formulaire


def _seul(options: Options):
    """The only point of someone who has but one; the union's network is never one point."""
    return next(iter(options.points.values())) if len(options.points) == 1 else None


def _points(options: Options, point) -> frozenset[int] | None:
    if point:
        return frozenset({point.pk})
    if options.portee.reseau:
        return None
    return frozenset(p.pk for p in options.points.values())


def _auteur(options: Options, cle: str):
    return options.utilisateur if cle == MOI else options.equipe.get(cle)
