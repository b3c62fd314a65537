"""Forms of associations and of their contracts."""

from crispy_forms.layout import Layout

from accueil.champs import ChampCommune
from accueil.forms.points import PeriodeForm
from accueil.models import Association, ContratFranchise
from pimms.socle.formulaires import FormulaireModele, ligne


class AssociationForm(FormulaireModele):
    commune = ChampCommune()

    class Meta:
        model = Association
        fields = ["nom", "siret", "adresse", "commune", "courriel", "telephone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "nom", "siret", ligne("adresse", "commune"), ligne("courriel", "telephone")
        )

    def clean_siret(self) -> str:
        return self.cleaned_data["siret"].replace(" ", "")


class ContratForm(PeriodeForm):
    class Meta(PeriodeForm.Meta):
        model = ContratFranchise
