"""Forms for documents and mandates of a case."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from accueil.models import Partenaire
from mediation.documents import TROP_LOURD, Depot
from mediation.forms.champs import (
    ChampCle,
    ChampLigne,
    ChampMandat,
    ChampPartie,
    ChampTexte,
    ChoixDeParties,
)
from mediation.lecture import Lecture
from mediation.mandats import MandatSaisi
from mediation.models import Document, Mandat, Partie
from mediation.models.documents import TAILLE_MAX
from pimms.socle.formulaires import ChampDate, Formulaire, ligne


class ChampFichier(forms.FileField):
    """A PDF or an image; the browser says at once what is too heavy, the server checks."""

    widget = forms.FileInput(
        attrs={"accept": "application/pdf,image/jpeg,image/png", "data-taille-max": TAILLE_MAX}
    )
    default_error_messages = {
        "required": "Choisissez un fichier\u202f: un PDF ou une image, de 10 Mo au plus.",
        "empty": "Ce fichier est vide.",
    }

    def clean(self, data, initial=None):
        fichier = super().clean(data, initial)
        if fichier and fichier.size > TAILLE_MAX:
            raise ValidationError(TROP_LOURD, code="taille")
        return fichier


class DocumentForm(Formulaire):
    cle = ChampCle()
    fichier = ChampFichier(label="Fichier", help_text="PDF, JPEG ou PNG, 10 Mo au plus.")
    nature = forms.ChoiceField(
        label="De quoi s’agit-il\u202f?", choices=Document.Nature.choices, initial=Document.Nature.PIECE
    )
    mandat = ChampMandat(label="Pour un mandat signé\u202f: lequel\u202f?", required=False)
    partie = ChampPartie(label="Quelle partie concerne-t-il\u202f?", required=False)
    note = ChampLigne(label="Note", required=False, max_length=200)

    def __init__(self, *args, lecture: Lecture, parties: list[Partie], mandats: list[Mandat], **kwargs):
        super().__init__(*args, **kwargs)
        if mandats:
            champ: ChampMandat = self.fields["mandat"]  # type: ignore[assignment]
            champ.offrir(mandats, lecture, "Choisir")
        else:
            self.oter("mandat")
        if parties:
            ChoixDeParties(lecture, parties).offrir(self.fields["partie"])
        else:
            self.oter("partie")

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        if donnees.get("nature") == Document.Nature.MANDAT and "mandat" in self.fields:
            if "mandat" not in self.errors and donnees.get("mandat") is None:
                self.add_error("mandat", "Dites de quel mandat c’est le document signé.")
        elif donnees.get("mandat"):
            self.add_error("nature", "Un mandat signé est un document de la sorte «\u202fMandat\u202f».")
        return donnees

    def depot(self) -> Depot:
        c = self.cleaned_data
        fichier: UploadedFile = c["fichier"]
        return Depot(
            cle=c["cle"],
            nom=fichier.name or "",
            octets=fichier.read(),
            nature=c["nature"],
            note=c["note"],
            partie=c.get("partie"),
            mandat=c.get("mandat"),
        )


class MandatForm(Formulaire):
    cle = ChampCle()
    partie = ChampPartie(label="Qui donne ce mandat\u202f?")
    objet = ChampTexte(
        label="Ce qui peut être fait, précisément",
        rows=3,
        max_length=600,
        help_text="Une démarche nommée, auprès de qui. Aucun identifiant ni mot de passe.",
    )
    debut = ChampDate(label="Du")
    fin = ChampDate(label="Au (inclus)", help_text="Un an au plus\u202f; le mandat se révoque à tout moment.")

    def __init__(self, *args, lecture: Lecture, parties: list[Partie], **kwargs):
        super().__init__(*args, **kwargs)
        ChoixDeParties(lecture, [p for p in parties if p.principale]).offrir(self.fields["partie"])
        self.helper.layout.fields[:] = ["cle", "partie", "objet", ligne("debut", "fin")]

    def saisi(self) -> MandatSaisi:
        c = self.cleaned_data
        return MandatSaisi(c["partie"], c["objet"], c["debut"], c["fin"], c["cle"])


class JourForm(Formulaire):
    jour = ChampDate(label="À partir du")


class OrientationForm(Formulaire):
    """The letter that goes with an orientation: written here, printed, not kept."""

    partie = ChampPartie(label="Pour quelle partie")
    partenaire = forms.ModelChoiceField(label="Vers quel partenaire", queryset=Partenaire.objects.none())
    contact = ChampLigne(label="À l’attention de", required=False)
    objet = ChampTexte(
        label="Ce qui est demandé",
        rows=6,
        max_length=1500,
        help_text="Ce que la personne accepte de dire, et rien de l’autre partie.",
    )

    def __init__(self, *args, lecture: Lecture, parties: list[Partie], **kwargs):
        super().__init__(*args, **kwargs)
        ChoixDeParties(lecture, [p for p in parties if p.principale]).offrir(self.fields["partie"])
        point = lecture.dossier.point
        self.fields["partenaire"].queryset = Partenaire.objects.utilisables(point.association_id)  # type: ignore[attr-defined]
