"""Forms of one's own account."""

from django import forms
from django.core.exceptions import ValidationError

from pimms.socle.formulaires import Formulaire

CHIFFRES = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "8"}


class CodeForm(Formulaire):
    """A short code, typed twice."""

    code = forms.CharField(
        max_length=8,
        widget=forms.PasswordInput(attrs=CHIFFRES),
        help_text="Quatre à huit chiffres, que vous seul connaissez. Ni 0000, ni 1234.",
    )
    encore = forms.CharField(
        label="le même, une seconde fois", max_length=8, widget=forms.PasswordInput(attrs=CHIFFRES)
    )

    def clean_encore(self) -> str:
        if self.cleaned_data["encore"] != self.cleaned_data.get("code"):
            raise ValidationError("Les deux codes ne sont pas les mêmes.")
        return self.cleaned_data["encore"]
