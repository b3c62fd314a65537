"""The filter of the journal of acts, read from the address."""

from django import forms
from django.core.exceptions import ValidationError

from accueil.actes import Recherche, objets_connus
from accueil.models import PointAccueil, Utilisateur
from pimms.socle.formulaires import Base, ChampJour


class ActesForm(Base, forms.Form):
    """All optional; what is in error is told beside its field and not applied."""

    periode = ("du", "au")

    objet = forms.ChoiceField(label="Quoi", required=False)
    acte = forms.CharField(
        label="Acte", required=False, max_length=40, help_text="Par exemple «\u202fcreer\u202f»."
    )
    qui = forms.EmailField(label="Adresse électronique de la personne", required=False)
    point = forms.ModelChoiceField(PointAccueil.objects.none(), label="Point", required=False)
    du = ChampJour("Du")
    au = ChampJour("Au")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["objet"].choices = [("", "Tout"), *objets_connus()]  # type: ignore[attr-defined]
        self.fields["point"].queryset = PointAccueil.objects.order_by("nom_tri")  # type: ignore[attr-defined]
        self.fields["point"].empty_label = "Tous"  # type: ignore[attr-defined]

    def clean_qui(self) -> Utilisateur | None:
        adresse = self.cleaned_data["qui"]
        if not adresse:
            return None
        personne = Utilisateur.objects.filter(email__iexact=adresse).first()
        if personne is None:
            raise ValidationError("Personne n’a cette adresse.")
        return personne

    def recherche(self) -> Recherche:
        """What was understood; nothing at all of a form in error, rather than a wider search."""
        lus = self.cleaned_data if self.is_valid() else {}
        return Recherche(
            lus.get("objet") or "",
            (lus.get("acte") or "").strip().replace(" ", "_").lower(),
            lus.get("qui"),
            lus.get("point"),
            lus.get("du"),
            lus.get("au"),
        )
