"""What the forms of written things share: the browser's key, the point, words that no NIR may slip into."""

from collections.abc import Sequence

from django import forms

from accueil.models import PointAccueil
from mediation.textes import refuser_secret
from pimms.socle.formulaires import AvecVersion, Formulaire
from pimms.socle.textes import refuser_nir
from qualite.forms.charte import ChampCle

CHOISIR = "Choisissez."


def mots(label: str, longueur: int, aide: str = "", lignes: int = 4, **options) -> forms.CharField:
    """Free text, sealed once it is sent; what none may hold is refused by its field."""
    return forms.CharField(
        label=label,
        max_length=longueur,
        required=options.pop("required", False),
        help_text=aide,
        validators=[refuser_nir, refuser_secret],
        widget=forms.Textarea(attrs={"rows": lignes}) if lignes > 1 else forms.TextInput(),
        error_messages={"max_length": f"{longueur} caractères au plus (ici %(show_value)d)."},
        **options,
    )


def choix(label: str, valeurs, vide: str = "Choisir", **options) -> forms.ChoiceField:
    """A list to choose from; with `vide`, nothing is chosen beforehand."""
    return forms.ChoiceField(
        label=label,
        choices=[("", vide), *valeurs] if vide else valeurs,
        error_messages={"invalid_choice": CHOISIR, "required": CHOISIR},
        **options,
    )


class EffacerForm(AvecVersion):
    """Why the words are erased."""

    motif = mots(
        "Pourquoi",
        300,
        "Ce motif reste, en clair\u202f; l’union le lit. N’y nommez personne.",
        lignes=3,
        required=True,
    )


class NouveauForm(Formulaire):
    """Something new at one of the points where this person may note it; asked only when there are several."""

    cle = ChampCle()

    def __init__(self, *args, points: Sequence[PointAccueil], **kwargs):
        self.points = {p.code: p for p in points}
        super().__init__(*args, **kwargs)
        if len(points) > 1:
            self.fields = {"point": choix("Point", [(p.code, p.nom) for p in points])} | self.fields

    def point(self) -> PointAccueil:
        """The point chosen, or the only one; call it only when `is_valid()`."""
        code = self.cleaned_data.get("point") or next(iter(self.points))
        return self.points[code]
