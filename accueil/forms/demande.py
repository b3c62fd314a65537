"""One request of the desk's form, and the themes and partners that it offers."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError

from accueil.models import Partenaire, PointAccueil, Theme
from accueil.models.visites import ISSUES_ORIENTEES, Aide, Issue
from accueil.registres import CHOIX as REGISTRES
from accueil.saisie import DemandeSaisie
from pimms.socle.textes import cle_tri, refuser_nir

CHOISIR = "Choisissez une des réponses proposées."


def ou_rien(choix: Sequence[tuple]) -> Callable[[], list[tuple]]:
    """Choices with an empty one first; a function, because Django copies a list for each form."""
    return lambda: [("", ""), *choix]


class Catalogue:
    """Themes and partners one may choose at a point, each loaded once a form, when first asked for.

    `gardes`: keys of partners that a visit being corrected already names, even if retired since.
    `cles`: keys that the form sent, when it sent no name: only those are loaded.
    """

    def __init__(
        self, point: PointAccueil, gardes: Collection[int] = (), cles: Collection[int] | None = None
    ):
        self.point, self.gardes, self.cles = point, gardes, cles

    @cached_property
    def themes(self) -> dict[int, Theme]:
        return {t.pk: t for t in Theme.objects.all()}

    @cached_property
    def tous(self) -> dict[int, Partenaire]:
        """All partners that the point may choose."""
        partenaires = Partenaire.objects.utilisables(self.point.association_id)
        if self.gardes:
            partenaires |= Partenaire.objects.filter(pk__in=self.gardes)
        return {p.pk: p for p in partenaires}

    @cached_property
    def partenaires(self) -> dict[int, Partenaire]:
        """Those among which the answers are looked up: the chosen ones, or all when a name was typed."""
        if self.cles is None or self.gardes:
            return self.tous
        choisis = Partenaire.objects.filter(pk__in=self.cles)
        return {p.pk: p for p in choisis if p.est_utilisable(self.point.association_id)}

    def partenaire_nomme(self, nom: str) -> Partenaire | None:
        cle = cle_tri(nom)
        return next((p for p in self.tous.values() if p.nom_tri == cle), None)


class FormulaireAllege(forms.Form):
    """With `allege`, optional fields that were sent empty are left out: less to copy and to check.

    Only for a form that is expected to be valid; a refused one is made again whole, to be shown.
    """

    toujours: frozenset[str] = frozenset()

    def __init__(self, *args, allege: bool = False, **kwargs):
        donnees, prefixe = (args[0] if args else None), kwargs.get("prefix")
        if allege and donnees is not None:
            # Django copies the fields that it finds under this name.
            self.base_fields = {  # type: ignore[misc]
                nom: champ
                for nom, champ in type(self).base_fields.items()
                if champ.required
                or nom in self.toujours
                or donnees.get(f"{prefixe}-{nom}" if prefixe else nom)
            }
        super().__init__(*args, **kwargs)


class DemandeForm(FormulaireAllege):
    """One request. `partenaire_autre` is a name typed, when no chip was the right one.

    `id` is the recorded request that it corrects: `accueil.correction` checks that it is the visit's.
    """

    id = forms.IntegerField(
        required=False,
        error_messages={"invalid": "Cette demande est mal identifiée\u202f: rouvrez la correction."},
    )
    theme = forms.IntegerField(
        error_messages={"required": "Choisissez un thème.", "invalid": "Ce thème n’existe pas."}
    )
    partenaire = forms.IntegerField(required=False, error_messages={"invalid": "Ce partenaire n’existe pas."})
    partenaire_autre = forms.CharField(
        required=False,
        max_length=80,
        error_messages={"max_length": "80 caractères au plus (ici %(show_value)d)."},
    )
    issue = forms.ChoiceField(
        choices=lambda: Issue.choices,
        error_messages={"required": "Choisissez un résultat.", "invalid_choice": CHOISIR},
    )
    vers = forms.CharField(
        required=False,
        max_length=120,
        error_messages={"max_length": "120 caractères au plus (ici %(show_value)d)."},
    )
    registre = forms.TypedChoiceField(
        choices=ou_rien(REGISTRES),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": CHOISIR},
    )
    aide = forms.ChoiceField(
        choices=ou_rien(Aide.choices),
        required=False,
        error_messages={"invalid_choice": CHOISIR},
    )

    def __init__(self, *args, catalogue: Catalogue, jour: date | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.catalogue, self.jour = catalogue, jour
        self.rang = (self.prefix or "d")[1:]
        self.autre_affiche = ""

    def montrer_autre(self, puces: Collection[Partenaire]) -> None:
        """Put into the free field a chosen partner that has no chip."""
        self.autre_affiche = self["partenaire_autre"].value() or ""
        choisi = str(self["partenaire"].value() or "")
        if not self.autre_affiche and choisi not in {str(p.pk) for p in puces}:
            choisis = [p.nom for p in self.catalogue.tous.values() if str(p.pk) == choisi]
            self.autre_affiche = choisis[0] if choisis else ""

    def clean_theme(self) -> Theme:
        theme = self.catalogue.themes.get(self.cleaned_data["theme"])
        if theme is None:
            raise ValidationError("Ce thème n’existe pas.", code="inconnu")
        if self.jour and not theme.est_utilisable_le(self.jour):
            successeur = self.catalogue.themes.get(theme.successeur_id or 0)
            suite = f" Utilisez « {successeur.nom} »." if successeur else ""
            raise ValidationError(
                f"« {theme.nom} » est retiré depuis le {theme.retire_le:%d/%m/%Y}.{suite}", code="retire"
            )
        return theme

    def clean_partenaire(self) -> Partenaire | None:
        pk = self.cleaned_data["partenaire"]
        if pk is None:
            return None
        partenaire = self.catalogue.partenaires.get(pk)
        if partenaire is None:
            raise ValidationError("Ce partenaire n’existe pas ou n’est plus utilisé.", code="inconnu")
        return partenaire

    def clean_partenaire_autre(self) -> Partenaire | None:
        nom = self.cleaned_data["partenaire_autre"]
        if not nom:
            return None
        partenaire = self.catalogue.partenaire_nomme(nom)
        if partenaire is None:
            raise ValidationError(
                "Aucun partenaire de ce nom : choisissez dans la liste, ou laissez vide.", code="inconnu"
            )
        return partenaire

    def clean_vers(self) -> str:
        vers = self.cleaned_data["vers"]
        refuser_nir(vers)
        return vers

    def saisie(self) -> DemandeSaisie:
        """The checked request; call it only on a valid form."""
        c = self.cleaned_data
        vers = c.get("vers", "") if c["issue"] in ISSUES_ORIENTEES else ""
        vers_partenaire = self.catalogue.partenaire_nomme(vers) if vers else None
        return DemandeSaisie(
            theme=c["theme"],
            issue=c["issue"],
            partenaire=c.get("partenaire_autre") or c.get("partenaire"),
            registre=c.get("registre"),
            aide=c.get("aide", ""),
            vers_partenaire=vers_partenaire,
            vers_texte="" if vers_partenaire else vers,
            pk=c.get("id"),
        )
