"""The report of an action: how many people, told apart where known; satisfaction; observations."""

from collections.abc import Iterator

from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accueil.models.visites import Genre, TrancheAge
from mediation.actions import ETALEES, Nature
from mediation.compte_rendu import AUX_PASSAGES, NOTEES, CompteRendu, Satisfaction
from mediation.forms.actions import texte
from mediation.forms.mise_en_page import Volet, paires, volets
from mediation.models import Action
from mediation.models.actions import NOMBRE_MAX, TEXTE_MAX
from pimms.socle.formulaires import AvecVersion, ChampDate

INCONNUS = (TrancheAge.NC.value, Genre.NC.value)  # of whom nothing is known: the rest of the total
COLONNES = (
    (Genre.FEMME, "Femmes"),
    (Genre.HOMME, "Hommes"),
    (Genre.AUTRE, "Autre"),
    (Genre.NC, "Genre\u202f?"),
)
PASSAGES = {
    Nature.TOURNEE: "Personnes rencontrées",
    Nature.PRESENCE: "Personnes rencontrées",
    Nature.PERMANENCE: "Personnes reçues",
    Nature.CAMPAGNE: "Personnes touchées",
}


def _nombre(label: str, required: bool = False) -> forms.IntegerField:
    """A count of people, typed on the digits of a phone."""
    bornes = f"Entre 0 et {NOMBRE_MAX}."
    return forms.IntegerField(
        label=label,
        required=required,
        validators=[MinValueValidator(0, bornes), MaxValueValidator(NOMBRE_MAX, bornes)],
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "min": 0}),
        error_messages={"invalid": "Écrivez un nombre."},
    )


def _cases() -> Iterator[tuple[str, str, str]]:
    """Name, age and genre of each cell of the detail."""
    for age in TrancheAge.values:
        for genre in Genre.values:
            if (age, genre) != INCONNUS:
                yield f"p_{age}_{genre}".replace("+", "p").replace("-", "a"), age, genre


CASES = {(age, genre): nom for nom, age, genre in _cases()}


class Detail(LayoutObject):
    """Participants by age and genre, as a table of small boxes."""

    def __init__(self) -> None:
        self.fields = list(CASES.values())

    def render(self, form, context, template_pack="bootstrap5", **kwargs) -> SafeString:
        form.rendered_fields.update(self.fields)
        lignes = [
            (age.label, [(libelle, form[CASES[age, g]]) for g, libelle in COLONNES if (age, g) in CASES])
            for age in TrancheAge
        ]
        erreurs = [e for nom in self.fields for e in form[nom].errors]
        return render_to_string(
            "mediation/champs/participants.html",
            {"lignes": lignes, "colonnes": [libelle for _, libelle in COLONNES], "erreurs": erreurs},
        )


class CompteRenduForm(AvecVersion):
    """The report of one kind of action: one number is enough.

    `participants` is the total; the cells of the detail may tell a part of it, the rest is unknown.
    """

    jour_fin = ChampDate(label="terminé le")
    passages = _nombre("passages", required=True)
    participants = _nombre("participants")
    s_tres, s_plutot, s_peu, s_pas = (_nombre(s.label) for s in Satisfaction)
    observations = texte(
        "observations",
        TEXTE_MAX,
        "Sans nom de personne. Reste au point.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, action: Action, **kwargs):
        super().__init__(*args, **kwargs)
        self.nature = Nature(action.nature)
        for nom in self._inutiles():
            del self.fields[nom]
        if self.compte_participants:
            self.fields |= {nom: _nombre(f"{age}, {genre}") for (age, genre), nom in CASES.items()}
            label = "Habitants" if self.nature in (Nature.PROJET, Nature.ETAPE_PROJET) else "Participants"
            self.fields["participants"].label = label
        else:
            self.fields["passages"].label = PASSAGES[self.nature]
        if self.nature == Nature.PROJET:
            self.fields["observations"].label, self.fields["observations"].required = "Bilan", True
        premier = "participants" if self.compte_participants else "passages"
        self.fields[premier].widget.attrs["autofocus"] = True
        self._disposer(premier)

    @property
    def compte_participants(self) -> bool:
        return self.nature not in AUX_PASSAGES

    def _inutiles(self) -> list[str]:
        """Fields that this kind of action does not have."""
        inutiles = ["passages"] if self.compte_participants else ["participants"]
        if self.nature not in ETALEES:
            inutiles.append("jour_fin")
        if self.nature not in NOTEES:
            inutiles += [f"s_{s.value}" for s in Satisfaction]
        return inutiles

    def _disposer(self, premier: str) -> None:
        facultatifs = []
        if self.compte_participants:
            facultatifs.append(Volet("Âges et genres", Detail(), icone="people"))
        if self.nature in NOTEES:
            avis = [f"s_{s.value}" for s in Satisfaction]
            for nom, s in zip(avis, Satisfaction, strict=True):
                self.fields[nom].label = s.label
            facultatifs.append(Volet("Satisfaction", paires(*avis), icone="hand-thumbs-up"))
        if self.nature != Nature.PROJET:
            facultatifs.append(Volet("Observations", "observations", icone="pencil"))
        visibles = [premier]
        if self.nature in ETALEES:
            visibles.append("jour_fin")
        if self.nature == Nature.PROJET:
            visibles.append("observations")
        self.helper.layout = Layout(*visibles, volets(*facultatifs), "version")

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        if self.compte_participants and not any(nom in self.errors for nom in CASES.values()):
            detail = sum(donnees.get(nom) or 0 for nom in CASES.values())
            total = donnees.get("participants")
            if total is None and not detail and "participants" not in self.errors:
                self.add_error("participants", "À remplir\u202f; 0 si personne n’est venu.")
            elif total is not None and total < detail:
                self.add_error("participants", f"Le détail compte {detail} personnes, plus que le total.")
        return donnees

    def compte_rendu(self) -> CompteRendu:
        """The checked report; call it only when `is_valid()`."""
        donnees = self.cleaned_data
        participations = {cle: donnees[nom] for cle, nom in CASES.items() if donnees.get(nom)}
        connus = sum(participations.values())
        reste = (donnees.get("participants") or connus) - connus
        if reste:
            participations[INCONNUS] = reste
        return CompteRendu(
            passages=donnees.get("passages"),
            participations=participations,
            satisfaits={s.value: donnees.get(f"s_{s.value}") or 0 for s in Satisfaction},
            observations=donnees.get("observations", ""),
            jour_fin=donnees.get("jour_fin"),
        )


def initial_du_compte_rendu(action: Action) -> dict:
    """Values of the form that stand for what was reported; for a first report, the day's own."""
    participations = {(p.tranche_age, p.genre): p.nombre for p in action.participations.all()}
    faite, aujourdhui = action.etat == Action.Etat.FAITE, action.point.aujourdhui()
    return {
        "jour_fin": action.jour_fin if faite else min(action.jour_fin or aujourdhui, aujourdhui),
        "passages": action.passages,
        "participants": sum(participations.values()) if faite or participations else None,
        "observations": action.observations,
        "version": action.version,
        **{CASES[cle]: n for cle, n in participations.items() if cle in CASES},
        **{f"s_{code}": n for code, n in (action.satisfaits or {}).items()},
    }
