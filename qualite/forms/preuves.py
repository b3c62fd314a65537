"""Forms of proofs: a deposit, a later version, a reason."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from mediation.documents import TROP_LOURD
from mediation.models.documents import TAILLE_MAX
from pimms.socle.formulaires import ChampDate, Formulaire
from pimms.socle.textes import refuser_nir
from qualite.depots import Depot, Objet
from qualite.forms.charte import ChampCle
from qualite.models import Exigence


class ChampFichier(forms.FileField):
    """A PDF or an image; the browser says at once what is too heavy, the server checks."""

    widget = forms.FileInput(
        attrs={"accept": "application/pdf,image/jpeg,image/png", "data-taille-max": TAILLE_MAX}
    )
    default_error_messages = {"empty": "Ce fichier est vide."}

    def clean(self, data, initial=None):
        fichier = super().clean(data, initial)
        if fichier and fichier.size > TAILLE_MAX:
            raise ValidationError(TROP_LOURD, code="taille")
        return fichier


class VersionForm(Formulaire):
    """A file or a link, with the days it is worth."""

    periode = ("debut", "fin")

    cle = ChampCle()
    titre = forms.CharField(label="Titre", max_length=120, validators=[refuser_nir])
    fichier = ChampFichier(
        label="Fichier",
        help_text="PDF, JPEG ou PNG, 10 Mo au plus. N’ajoutez ni pièce d’identité, ni carte Vitale, "
        "ni courrier médical.",
    )
    lien = forms.URLField(
        label="Ou un lien",
        max_length=500,
        assume_scheme="https",
        validators=[refuser_nir],
        help_text="Vers un document en ligne que l’auditeur pourra ouvrir.",
    )
    debut = ChampDate(label="Valable à partir du", help_text="Le jour de la signature, pas celui du dépôt.")
    fin = ChampDate(label="Jusqu’au (inclus)", required=False, help_text="Vide s’il n’a pas de terme.")
    note = forms.CharField(label="Note", required=False, max_length=300, validators=[refuser_nir])

    def __init__(self, *args, trop_lourd: bool = False, **kwargs):
        self.trop_lourd = trop_lourd
        kwargs["initial"] = {"debut": timezone.localdate()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        # One of the two is due: neither is called optional.
        self.fields["fichier"].required = self.fields["lien"].required = False
        self.fields["lien"].error_messages["invalid"] = "Écrivez une adresse comme https://exemple.fr/page."

    def clean_lien(self) -> str:
        lien = self.cleaned_data["lien"]
        if lien and not lien.startswith(("https://", "http://")):
            raise ValidationError("Écrivez une adresse qui commence par https://.")
        return lien

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        if self.trop_lourd:
            self.add_error("fichier", TROP_LOURD)
        elif "fichier" not in self.errors and "lien" not in self.errors:
            if not donnees.get("fichier") and not donnees.get("lien"):
                self.add_error("fichier", "Choisissez un fichier, ou donnez un lien.")
            elif donnees.get("fichier") and donnees.get("lien"):
                self.add_error("lien", "Un fichier ou un lien, pas les deux.")
        return donnees

    def depot(self) -> Depot:
        c = self.cleaned_data
        fichier: UploadedFile | None = c["fichier"]
        if fichier:
            fichier.seek(0)
        return Depot(
            cle=c["cle"],
            titre=c["titre"],
            debut=c["debut"],
            fin=c["fin"],
            note=c["note"],
            lien=c["lien"],
            nom=fichier.name or "" if fichier else "",
            octets=fichier.read() if fichier else None,
        )


class PreuveForm(VersionForm):
    """A new proof: what it proves, for whom, then its first version."""

    exigence = forms.ChoiceField(label="Ce qu’elle prouve")
    exigence_2 = forms.ChoiceField(label="Et aussi", required=False)
    objet = forms.ChoiceField(label="Pour qui")

    field_order = ("cle", "exigence", "exigence_2", "objet")

    def __init__(self, *args, exigences: Sequence[Exigence], objets: dict[str, Objet], **kwargs):
        super().__init__(*args, **kwargs)
        codes = [(e.code, str(e)) for e in exigences]
        self.objets = objets
        noms = [(code, nommer(objet)) for code, objet in objets.items()]
        for champ, choix in (("exigence", codes), ("exigence_2", codes), ("objet", noms)):
            self.fields[champ].choices = [("", "Choisir"), *choix]  # type: ignore[attr-defined]

    def exigences_choisies(self) -> list[str]:
        c = self.cleaned_data
        return [code for code in (c["exigence"], c["exigence_2"]) if code]

    def objet_choisi(self) -> Objet:
        return self.objets[self.cleaned_data["objet"]]


def nommer(objet: Objet) -> str:
    """How someone or something is offered in a list: « Point : Lyon – Gerland »."""
    if objet.personne:
        return f"Personne\u202f: {objet.personne}, {objet.association}"
    if objet.point:
        return f"Point\u202f: {objet.point.nom}"
    if objet.association:
        return f"Association\u202f: {objet.association.nom}"
    return "Le réseau"


class MotifForm(Formulaire):
    """Why a proof is refused, withdrawn or erased."""

    motif = forms.CharField(
        label="Pourquoi",
        max_length=300,
        validators=[refuser_nir],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce motif reste, même si la preuve est effacée : n’y nommez personne.",
    )
