"""Forms of themes."""

from typing import Any

from django import forms

from accueil.models import Theme
from pimms.socle.formulaires import ChampDate, Formulaire, FormulaireModele, ligne

# Icons of the sprite that suit a theme, with a word for those who choose.
ICONES = [
    ("chat-left-text", "Conversation"),
    ("person-vcard", "Carte d’identité"),
    ("passport", "Passeport"),
    ("people", "Famille, groupe"),
    ("person-hearts", "Entraide"),
    ("heart-pulse", "Santé"),
    ("hospital", "Hôpital"),
    ("briefcase", "Travail"),
    ("mortarboard", "Études"),
    ("house", "Maison"),
    ("key", "Clé"),
    ("bus-front", "Bus"),
    ("train-front", "Train"),
    ("bicycle", "Vélo"),
    ("airplane", "Voyage"),
    ("cash-coin", "Argent"),
    ("credit-card", "Carte bancaire"),
    ("piggy-bank", "Épargne"),
    ("receipt", "Facture"),
    ("bank", "Justice, institution"),
    ("shield-check", "Protection"),
    ("globe-europe-africa", "Étranger"),
    ("translate", "Langues"),
    ("palette", "Culture"),
    ("music-note-beamed", "Musique"),
    ("trophy", "Sport"),
    ("balloon-heart", "Loisirs"),
    ("diagram-3", "Associations"),
    ("lightning", "Énergie"),
    ("droplet", "Eau"),
    ("envelope", "Courrier"),
    ("mailbox", "Boîte aux lettres"),
    ("newspaper", "Presse"),
    ("laptop", "Ordinateur"),
    ("phone", "Téléphone"),
    ("wifi", "Internet"),
    ("tree", "Environnement"),
    ("flag", "Citoyenneté"),
]


class ThemeForm(FormulaireModele):
    class Meta:
        model = Theme
        fields = ["nom", "nom_court", "icone"]
        help_texts = {
            "nom": "Le nom entier, pour les bilans.",
            "nom_court": "24 caractères au plus, pour les touches de l’écran de saisie.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choix = list(ICONES)
        if self.instance.icone not in dict(ICONES):
            choix.append((self.instance.icone, self.instance.icone))
        self.fields["icone"] = forms.ChoiceField(label="icône", choices=choix)
        self.helper.layout.fields[:] = ["nom", ligne("nom_court", "icone")]

    def clean_nom(self) -> str:
        nom = self.cleaned_data["nom"]
        if (
            Theme.objects.filter(nom__iexact=nom, retire_le__isnull=True)
            .exclude(pk=self.instance.pk)
            .exists()
        ):
            raise forms.ValidationError("Un thème en service porte déjà ce nom.")
        return nom


class RetraitForm(Formulaire):
    successeur = forms.ModelChoiceField(
        Theme.objects.none(),
        label="remplacé par",
        empty_label="Choisir",
        help_text="Les bilans pourront réunir les deux.",
    )
    retire_le = ChampDate(
        label="à partir du",
        help_text="Premier jour où l’on ne peut plus le choisir. Les visites passées le gardent.",
    )

    def __init__(self, *args, theme: Theme, **kwargs):
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["successeur"]
        champ.queryset = Theme.objects.filter(retire_le__isnull=True).exclude(pk=theme.pk)
