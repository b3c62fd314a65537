"""Forms of complaints and persons' requests: noting one, directing it, prolonging, answering."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from accueil.models import Utilisateur
from pimms.socle.formulaires import AvecVersion, ChampDate, ligne
from qualite.droits import Demande
from qualite.forms.ecrits import NouveauForm, choix, mots
from qualite.models import DemandeDroits, Reclamation
from qualite.models.reclamations import CanalReclamation
from qualite.reclamations import Plainte


class ReclamationForm(NouveauForm):
    """A complaint: what about, what is said; the rest is filled in beforehand."""

    objet = choix("Sur quoi porte-t-elle\u202f?", Reclamation.Objet.choices)
    texte = mots(
        "Ce qui est reproché",
        2000,
        "Avec les mots de la personne. Chiffré\u202f; lu par qui la traite.",
        required=True,
    )
    canal = choix("Reçue", Reclamation.Canal.choices, vide="", initial=CanalReclamation.SUR_PLACE.value)
    recue_le = ChampDate(label="le")
    personne = mots("Qui, et comment répondre", 200, "Vide si la personne ne veut pas se nommer.", lignes=1)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tete = ["point"] if "point" in self.fields else []
        self.helper.layout = Layout(*tete, "objet", "texte", ligne("canal", "recue_le"), "personne", "cle")

    def plainte(self) -> Plainte:
        c = self.cleaned_data
        return Plainte(c["cle"], c["recue_le"], c["canal"], c["objet"], c["texte"], c["personne"])


class DemandeForm(NouveauForm):
    """A request of a person about their data."""

    droit = choix("Ce qui est demandé", DemandeDroits.Droit.choices)
    personne = mots(
        "Qui, et comment répondre",
        200,
        "Chiffré\u202f; lu par le responsable et la direction. Demandez une pièce d’identité seulement en "
        "cas de doute, sans la garder.",
        lignes=1,
        required=True,
    )
    texte = mots("Précisions", 2000)
    recue_le = ChampDate(label="Reçue le")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tete = ["point"] if "point" in self.fields else []
        self.helper.layout = Layout(*tete, "droit", "personne", "recue_le", "texte", "cle")

    def demande(self) -> Demande:
        c = self.cleaned_data
        return Demande(c["cle"], c["recue_le"], c["droit"], c["personne"], c["texte"])


class OrienterForm(AvecVersion):
    """What a complaint is about, and who handles it."""

    objet = choix("Sur quoi porte-t-elle\u202f?", Reclamation.Objet.choices, vide="")
    a_la_direction = forms.BooleanField(
        label="Traitée par la direction de l’association",
        required=False,
        help_text="Toujours, si elle porte sur le responsable\u202f: lui ne la lit plus.",
    )
    instructeur = forms.ModelChoiceField(
        Utilisateur.objects.none(), label="Suivie par", required=False, empty_label="Personne encore"
    )

    def __init__(self, *args, instructeurs, **kwargs):
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["instructeur"]
        champ.queryset = instructeurs


class ProlongerForm(AvecVersion):
    """A longer delay, told to the person, with its reason."""

    annoncee_le = ChampDate(label="La personne en a été informée le")
    jusqu_au = ChampDate(label="Nouvelle date de réponse")
    motif = mots("Pourquoi", 500, required=True, lignes=3)

    def __init__(self, *args, limite: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["jusqu_au"].help_text = f"Au plus tard le {limite:%d/%m/%Y}."


class RepondreForm(AvecVersion):
    """What was answered, and when."""

    issue = choix("Suite donnée", ())
    repondue_le = ChampDate(label="Réponse donnée le")
    reponse = mots("Ce qui a été répondu", 2000, "Chiffré.", required=True)

    def __init__(self, *args, issues: Iterable[tuple[str, Any]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["issue"].choices = [("", "Choisir"), *issues]  # type: ignore[attr-defined]
