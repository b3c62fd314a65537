"""Forms of partners and conventions."""

from typing import Any

from django import forms

from accueil.acces import Portee
from accueil.models import Association, Convention, Partenaire
from accueil.partenariats import associations_gerees
from pimms.socle.formulaires import ChampDate, Formulaire, FormulaireModele, ligne

POUR_LE_RESEAU = "Tout le réseau (national)"


class PorteeMixin:
    """The field `association`: those that the actor looks after, and the network for the union."""

    def limiter(self, portee: Portee) -> None:
        champ: forms.ModelChoiceField = self.fields["association"]  # type: ignore[attr-defined]
        champ.queryset = associations_gerees(portee)
        champ.required = not portee.reseau
        champ.label, champ.help_text = "pour qui", ""
        champ.empty_label = POUR_LE_RESEAU if portee.reseau else "Choisir"
        if not portee.reseau and not self.is_bound and not self.instance.pk:  # type: ignore[attr-defined]
            seule = list(champ.queryset[:2])
            if len(seule) == 1:
                self.initial["association"] = seule[0]  # type: ignore[attr-defined]


class PartenaireForm(PorteeMixin, FormulaireModele):
    association = forms.ModelChoiceField(Association.objects.none(), required=False)

    class Meta:
        model = Partenaire
        fields = ["nom", "nature", "association"]

    def __init__(self, *args, portee: Portee, **kwargs):
        super().__init__(*args, **kwargs)
        self.limiter(portee)
        self.helper.layout.fields[:] = ["nom", ligne("nature", "association")]


class ConventionForm(PorteeMixin, FormulaireModele):
    periode = ("debut", "fin")

    association = forms.ModelChoiceField(Association.objects.none(), required=False)

    class Meta:
        model = Convention
        fields = ["association", "debut", "fin", "tacite"]
        help_texts = {
            "fin": "Dernier jour couvert.",
            "tacite": "Elle se renouvelle d’elle-même chaque année tant que personne ne la dénonce.",
        }

    def __init__(self, *args, portee: Portee, **kwargs):
        super().__init__(*args, **kwargs)
        self.limiter(portee)
        self.helper.layout.fields[:] = ["association", ligne("debut", "fin"), "tacite"]
        locale = self.instance.partenaire.association_id
        if locale:
            champ: Any = self.fields["association"]
            champ.queryset = Association.objects.filter(pk=locale)
            champ.required = True
            self.initial.setdefault("association", locale)

    def clean(self):
        super().clean()
        donnees = self.cleaned_data
        if donnees.get("tacite") and not donnees.get("fin") and "fin" not in self.errors:
            self.add_error("fin", "Une tacite reconduction suppose une date de fin.")
        return donnees


class DenonciationForm(Formulaire):
    denoncee_le = ChampDate(
        label="prend fin le", help_text="Premier jour où la convention ne s’applique plus."
    )
