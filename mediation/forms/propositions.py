"""Another register, and why."""

from typing import Any

from django import forms

from accueil.registres import CHOIX
from mediation.models import PropositionRegistre


class PropositionForm(forms.Form):
    """The registers but the present one; the reason is coded, so that no text is kept."""

    vers = forms.TypedChoiceField(
        label="Registre", coerce=int, choices=(), error_messages={"required": "Choisissez un registre."}
    )
    motif = forms.ChoiceField(
        label="Pourquoi\u202f?",
        choices=[("", "Choisir"), *PropositionRegistre.Motif.choices],
        error_messages={"required": "Dites pourquoi."},
    )

    def __init__(self, data: Any, *, actuel: int | None) -> None:
        super().__init__(data)
        self.fields["vers"].choices = [("", "Choisir"), *((n, nom) for n, nom in CHOIX if n != actuel)]  # type: ignore[attr-defined]
