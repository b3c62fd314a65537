"""Reading the journal's filter from the URL: a value in error is told beside its field and not applied."""

from functools import partial
from typing import Any

from django import forms
from django.http import Http404, QueryDict

from accueil.filtres import AIDES, MOI, SANS_PARTENAIRE, Filtre, Options
from accueil.forms.perimetre import Choix, Couples, champs, choisir, composer, dans, points_choisis
from accueil.models.visites import Canal, Issue
from accueil.registres import NUMEROS
from pimms.socle.formulaires import RENVERSEE, ChampJour
from pimms.socle.periodes import PRESELECTIONS, SEPT_JOURS, Periode, finissant_le, preselection
from pimms.socle.typographie import JOURS

# What a square of a heat map is chosen by: no field, but understood in an address.
MOMENTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "semaine": ("Jour", [(str(n), nom) for n, nom in enumerate(JOURS, 1)]),
    "heure": ("Heure", [(str(n), str(n)) for n in range(24)]),
}


class FiltreForm(forms.Form):
    """The filter's fields. Unknown keys of the URL are ignored. `DEFAUT`: the period when none is asked.

    `PLUSIEURS`: whether the page offers to choose several points; any page understands an address that does.
    """

    DEFAUT = SEPT_JOURS
    PLUSIEURS = False

    def __init__(self, data: QueryDict, options: Options) -> None:
        super().__init__(data)
        self.options = options
        self.choisis = points_choisis(data, options)
        self.fields["periode"] = choisir("Période", lambda: PRESELECTIONS, "")
        self.fields["periode"].widget = forms.HiddenInput()
        self.fields["du"] = ChampJour("Du")
        self.fields["au"] = ChampJour("Au")
        if len(options.points) > 1:
            self.fields["point"] = choisir("Point", lambda: noms(options.points), "Tous les points")
        self.fields["theme"] = choisir("Thème", lambda: noms(options.themes))
        self.fields["partenaire"] = choisir(
            "Partenaire", lambda: [(SANS_PARTENAIRE, "Aucun"), *noms(options.partenaires)]
        )
        self.fields["registre"] = choisir("Registre", lambda: NUMEROS)
        self.fields["issue"] = choisir("Résultat", lambda: Issue.choices)
        self.fields["aide"] = choisir("Type d’aide", lambda: AIDES)
        self.fields["canal"] = choisir("Canal", lambda: Canal.choices)
        if options.portee.points:
            self.fields["auteur"] = choisir(
                "Saisies de", lambda: [(MOI, "Moi"), *noms(options.equipe)], "Tout le point"
            )
        self.fields["annulees"] = forms.BooleanField(label="Montrer les visites annulées", required=False)
        for cle, (nom, choix) in MOMENTS.items():
            if data.get(cle):
                self.fields[cle] = choisir(nom, partial(list, choix))
                self.fields[cle].widget = forms.HiddenInput()
        self.fields.update(champs(options, data, offerts=self.PLUSIEURS))

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
        choix = self.perimetre()
        return self.options.aujourdhui(self._point(), dans(self.options, choix) if choix else None)

    def perimetre(self) -> Choix:
        """What several points are chosen by."""
        return composer(self.options, self.cleaned_data, self.choisis)

    def periode(self) -> tuple[Periode, str]:
        """The period to apply and the code of the ready-made one, if it is one."""
        donnees, aujourdhui = self.cleaned_data, self._aujourdhui()
        du, au = donnees.get("du"), donnees.get("au")
        if not {"du", "au"} & self.errors.keys():
            if du:
                return Periode(du, au or aujourdhui), ""
            if au:
                return finissant_le(au, 7), ""
        code = donnees.get("periode") or self.DEFAUT
        return preselection(code, aujourdhui), code


def noms(objets: dict[str, Any]) -> Couples:
    """Key and name of each; a retired theme or partner says so."""
    return [
        (cle, f"{objet} (retiré)" if getattr(objet, "retire_le", None) else str(objet))
        for cle, objet in objets.items()
    ]


def lire_filtre(
    parametres: QueryDict, options: Options, classe: type[FiltreForm] = FiltreForm
) -> tuple[Filtre, FiltreForm]:
    """Read the URL for this person. Raises Http404 for a point that they may not look at.

    A value in error is left out of the filter; the form holds the message and what was typed.
    `classe` is that of a page with a form of its own.
    """
    code = parametres.get("point", "")
    if code and code not in options.points:
        raise Http404
    formulaire = classe(parametres, options)
    formulaire.is_valid()
    donnees = formulaire.cleaned_data
    periode, preselectionnee = formulaire.periode()
    point = options.points.get(code) if code else _seul(options)
    filtre = Filtre(
        periode=periode,
        preselection=preselectionnee,
        points=_points(options, point),
        perimetre=formulaire.perimetre(),
        point=point,
        point_choisi=bool(code),
        theme=options.themes[donnees["theme"]] if donnees.get("theme") else None,
        partenaire=options.partenaires.get(donnees.get("partenaire", "")),
        sans_partenaire=donnees.get("partenaire") == SANS_PARTENAIRE,
        registre=int(donnees.get("registre") or 0) or None,
        issue=donnees.get("issue", ""),
        aide=donnees.get("aide", ""),
        canal=donnees.get("canal", ""),
        semaine=int(donnees.get("semaine") or 0) or None,
        heure=int(donnees["heure"]) if donnees.get("heure") else None,
        annulees=donnees.get("annulees", False),
        auteur=_auteur(options, donnees.get("auteur", "")),
        auteur_est_moi=donnees.get("auteur") == MOI,
    )
    if filtre.perimetre:
        filtre = filtre.reduit_a(dans(options, filtre.perimetre))
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
    if not cle:
        return None
    return options.utilisateur if cle == MOI else options.equipe[cle]
