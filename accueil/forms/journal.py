"""Reading the journal's filter from the URL: a value in error is told beside its field and not applied."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, QueryDict

from accueil.filtres import AIDES, CHOISIS, MOI, PERIMETRES, Filtre, Options
from accueil.models.visites import Canal, Issue
from accueil.registres import NUMEROS
from pimms.socle.formulaires import INCONNU, RENVERSEE, ChampJour
from pimms.socle.periodes import PRESELECTIONS, SEPT_JOURS, Periode, finissant_le, preselection
from pimms.socle.textes import cle_tri
from pimms.socle.typographie import JOURS

# What a square of a heat map is chosen by: no field, but understood in an address.
MOMENTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "semaine": ("Jour", [(str(n), nom) for n, nom in enumerate(JOURS, 1)]),
    "heure": ("Heure", [(str(n), str(n)) for n in range(24)]),
}
NOMMES = 3  # chosen points that are told by name

Couples = Sequence[tuple[str, str]]


def _choix(label: str, vide: str, choix: Callable[[], Couples]) -> forms.ChoiceField:
    """A list whose choices are read only where it is shown or a value is checked."""
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=lambda: [("", vide), *choix()],
        error_messages={"invalid_choice": INCONNU},
    )


class FiltreForm(forms.Form):
    """The filter's fields. Unknown keys of the URL are ignored. `DEFAUT`: the period when none is asked.

    `PLUSIEURS`: whether the page offers to choose several points; any page understands an address that does.
    """

    DEFAUT = SEPT_JOURS
    PLUSIEURS = False

    def __init__(self, data: QueryDict, options: Options) -> None:
        super().__init__(data)
        self.options = options
        self.fields["periode"] = _choix("Période", "", lambda: PRESELECTIONS)
        self.fields["periode"].widget = forms.HiddenInput()
        self.fields["du"] = ChampJour("Du")
        self.fields["au"] = ChampJour("Au")
        if len(options.points) > 1:
            self.fields["point"] = _choix("Point", "Tous les points", lambda: _noms(options.points))
        self.fields["theme"] = _choix("Thème", "Tous", lambda: _noms(options.themes))
        self.fields["partenaire"] = _choix("Partenaire", "Tous", lambda: _noms(options.partenaires))
        self.fields["registre"] = _choix("Registre", "Tous", lambda: NUMEROS)
        self.fields["issue"] = _choix("Résultat", "Tous", lambda: Issue.choices)
        self.fields["aide"] = _choix("Type d’aide", "Tous", lambda: AIDES)
        self.fields["canal"] = _choix("Canal", "Tous", lambda: Canal.choices)
        if options.portee.points:
            self.fields["auteur"] = _choix(
                "Saisies de", "Tout le point", lambda: [(MOI, "Moi"), *_noms(options.equipe)]
            )
        self.fields["annulees"] = forms.BooleanField(label="Montrer les visites annulées", required=False)
        for cle, (nom, choix) in MOMENTS.items():
            if data.get(cle):
                self.fields[cle] = _choix(nom, "Tous", partial(list, choix))
                self.fields[cle].widget = forms.HiddenInput()
        for cle, nom in PERIMETRES.items():
            if self.PLUSIEURS or data.get(cle):
                self.fields[cle] = _choix(nom, "Tous", partial(_lieux, options, cle))
                if not self.PLUSIEURS:
                    self.fields[cle].widget = forms.HiddenInput()

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
        code = donnees.get("periode") or self.DEFAUT
        return preselection(code, aujourdhui), code


def _lieux(options: Options, sorte: str) -> Couples:
    """Régions, départements or associations that hold a point which may be read, by name."""
    trouves = {lieu.dans(sorte) for lieu in options.lieux.values()}
    return sorted(trouves, key=lambda couple: cle_tri(couple[1]))


def _noms(objets: dict[str, Any]) -> Couples:
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
    choisis = tuple(dict.fromkeys(c for v in parametres.getlist(CHOISIS) for c in v.split(".") if c))
    if not options.points.keys() >= {*choisis, *([code] if code else [])}:
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
        perimetre=_perimetre(options, donnees, choisis),
        point=point,
        point_choisi=bool(code),
        theme=options.themes[donnees["theme"]] if donnees.get("theme") else None,
        partenaire=options.partenaires[donnees["partenaire"]] if donnees.get("partenaire") else None,
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
        filtre = filtre.reduit_a(_dans_le_perimetre(options, filtre))
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


def _perimetre(
    options: Options, donnees: dict[str, Any], choisis: tuple[str, ...]
) -> tuple[tuple[str, str, str], ...]:
    """What several points are chosen by, with its name."""
    noms = {cle: dict(_lieux(options, cle)) for cle in PERIMETRES if donnees.get(cle)}
    perimetre = [(cle, donnees[cle], noms[cle][donnees[cle]]) for cle in noms]
    if choisis:
        mots = ", ".join(options.points[c].nom for c in choisis) if len(choisis) <= NOMMES else ""
        perimetre.append((CHOISIS, ".".join(choisis), mots or f"{len(choisis)} points"))
    return tuple(perimetre)


def _dans_le_perimetre(options: Options, filtre: Filtre) -> frozenset[int]:
    """Keys of the points that all of it holds."""
    gardes = set(options.points)
    for cle, valeur, _ in filtre.perimetre:
        if cle == CHOISIS:
            gardes &= set(valeur.split("."))
        else:
            gardes &= {code for code, lieu in options.lieux.items() if lieu.dans(cle)[0] == valeur}
    return frozenset(options.points[code].pk for code in gardes)


def _auteur(options: Options, cle: str):
    if not cle:
        return None
    return options.utilisateur if cle == MOI else options.equipe[cle]
