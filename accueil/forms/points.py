"""Forms of points, with what is dated about them."""

from crispy_forms.layout import Layout
from django import forms

from accueil.champs import ChampCommune
from accueil.models import Fermeture, JourneeMobile, LabelFranceServices, PointAccueil
from pimms.socle.formulaires import ChampDate, FormulaireModele, ligne
from pimms.socle.textes import refuser_nir


class PeriodeForm(FormulaireModele):
    """A dated row whose only fields are its two days."""

    periode = ("debut", "fin")

    class Meta:
        fields = ["debut", "fin"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(ligne("debut", "fin"))


class LabelForm(PeriodeForm):
    class Meta(PeriodeForm.Meta):
        model = LabelFranceServices


class ChampCode(forms.CharField):
    """A point's code, in capitals whatever was typed."""

    def to_python(self, value) -> str:
        return (super().to_python(value) or "").upper()


class PointForm(FormulaireModele):
    code = ChampCode(
        max_length=12,
        help_text="La ville, un tiret, le quartier, trois lettres chacun\u202f: LYO-GER.",
    )
    commune = ChampCommune()

    class Meta:
        model = PointAccueil
        fields = [
            "association",
            "code",
            "nom",
            "nature",
            "adresse",
            "code_postal",
            "commune",
            "telephone",
            "fuseau",
            "ouvert_le",
        ]
        help_texts = {
            "fuseau": "Les jours et les heures du point se comptent dans ce fuseau.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "association",
            ligne("nom", "code"),
            ligne("nature", "ouvert_le"),
            "adresse",
            ligne("code_postal", "commune"),
            ligne("telephone", "fuseau"),
        )
        if self.instance.pk:
            self.fields["code"].disabled = True
            aide = "Il figure dans les adresses et les exports\u202f: il ne change plus."
            self.fields["code"].help_text = aide


class ServiceForm(FormulaireModele):
    """From when, and up to when, a point exists."""

    class Meta:
        model = PointAccueil
        fields = ["ouvert_le", "ferme_le"]
        help_texts = {
            "ferme_le": "Premier jour où le point n’existe plus. Effacez la date pour le rouvrir.",
        }


class FermetureForm(FormulaireModele):
    periode = ("debut", "fin")

    class Meta:
        model = Fermeture
        fields = ["debut", "fin", "motif", "annoncee_le"]
        labels = {"fin": "au (inclus)"}
        help_texts = {
            "fin": "Pour un seul jour, le même. Vide\u202f: on ne sait pas encore quand le point rouvre.",
            "motif": "En quelques mots, sans nom de personne\u202f: travaux, formation de l’équipe…",
            "annoncee_le": "Le jour où le public a été prévenu.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(ligne("debut", "fin"), "motif", "annoncee_le")

    def clean_motif(self) -> str:
        refuser_nir(self.cleaned_data["motif"])
        return self.cleaned_data["motif"]


class JourneeForm(FormulaireModele):
    commune = ChampCommune(required=False)

    class Meta:
        model = JourneeMobile
        fields = ["jour", "ouvre", "ferme", "lieu", "commune", "annulee"]
        labels = {"annulee": "Cette journée est annulée"}
        help_texts = {"lieu": "Place du marché, devant la mairie…"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("jour", ligne("ouvre", "ferme"), ligne("lieu", "commune"), "annulee")

    def clean_lieu(self) -> str:
        refuser_nir(self.cleaned_data["lieu"])
        return self.cleaned_data["lieu"]

    def clean(self):
        super().clean()
        donnees = self.cleaned_data
        ouvre, ferme = donnees.get("ouvre"), donnees.get("ferme")
        if ouvre and ferme and ferme <= ouvre:
            self.add_error("ferme", "La fin précède le début.")
        return donnees


class TourneeForm(JourneeForm):
    """A new day of a bus, which may come back each week."""

    periode = ("jour", "jusqu_au")

    jusqu_au = ChampDate(
        label="répéter chaque semaine jusqu’au",
        required=False,
        help_text="Vide pour un seul jour. Les jours fériés sont sautés.",
    )

    class Meta(JourneeForm.Meta):
        fields = ["jour", "ouvre", "ferme", "lieu", "commune"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            ligne("jour", "jusqu_au"), ligne("ouvre", "ferme"), ligne("lieu", "commune")
        )


class FiltrePoints(forms.Form):
    """Filters of the list of points, held in the URL; a value that no longer exists filters nothing."""

    q = forms.CharField(required=False, max_length=80, strip=True)
    region = forms.CharField(required=False, max_length=3)
    association = forms.IntegerField(required=False)
    nature = forms.ChoiceField(required=False, choices=PointAccueil.Nature)
    etat = forms.ChoiceField(required=False, choices=[("ouverts", ""), ("fermes", ""), ("labellises", "")])

    def valeurs(self) -> dict:
        self.is_valid()
        return {cle: self.cleaned_data.get(cle) for cle in self.fields if self.cleaned_data.get(cle)}
