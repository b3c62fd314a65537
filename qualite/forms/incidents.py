"""Forms of incidents: reporting one, saying what was done."""

from crispy_forms.layout import Layout
from django import forms

from pimms.socle.formulaires import AvecVersion, ChampDate, ligne
from qualite.forms.ecrits import NouveauForm, choix, mots
from qualite.incidents import Signalement
from qualite.models import Incident
from qualite.models.incidents import GraviteIncident, LieuIncident


class IncidentForm(NouveauForm):
    """What happened; day, place and seriousness are filled in beforehand."""

    nature = choix("Que s’est-il passé\u202f?", Incident.Nature.choices)
    texte = mots(
        "Les faits",
        2000,
        "Ce qui s’est passé, dans l’ordre. Chiffré\u202f; lu par le responsable et la direction.",
        required=True,
    )
    gravite = forms.TypedChoiceField(
        label="Gravité",
        choices=Incident.Gravite.choices,
        coerce=int,
        initial=GraviteIncident.MOYENNE.value,
        error_messages={"invalid_choice": "Choisissez."},
    )
    lieu = choix("Où", Incident.Lieu.choices, vide="", initial=LieuIncident.ACCUEIL.value)
    jour = ChampDate(label="Le")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tete = ["point"] if "point" in self.fields else []
        self.helper.layout = Layout(*tete, "nature", "texte", "gravite", ligne("lieu", "jour"), "cle")

    def signalement(self) -> Signalement:
        c = self.cleaned_data
        return Signalement(c["cle"], c["jour"], c["lieu"], c["nature"], c["gravite"], c["texte"])


class SuiteForm(AvecVersion):
    """What was done about it."""

    suites = forms.MultipleChoiceField(
        label="Ce qui a été fait",
        choices=Incident.Suite.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez ce qui a été fait."},
    )
    mesures = mots("Précisions", 2000, "Chiffré.")
    suivi_le = ChampDate(label="Le")
