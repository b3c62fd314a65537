"""Access keys (WebAuthn): what a browser answers, read within bounds that the library doesn't set."""

import json
from typing import Any

from allauth.mfa.webauthn import forms as cles
from django import forms

REPONSE_MAX = 20_000  # characters; a key answers with some 2,000
NOM_MAX = 100


class Lecteur(json.JSONDecoder):
    """Whatever can't be read is « not JSON »: a number of 5,000 digits, or brackets without end, too."""

    def decode(self, s: str, *args: Any) -> Any:
        if len(s) > REPONSE_MAX:
            raise json.JSONDecodeError("too long", "", 0)
        try:
            return super().decode(s, *args)
        except (ValueError, RecursionError) as erreur:
            raise json.JSONDecodeError(str(erreur), "", 0) from erreur


def _reponse() -> forms.JSONField:
    return forms.JSONField(decoder=Lecteur, widget=forms.HiddenInput)


class AjouterCleForm(cles.AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=NOM_MAX)
    credential = _reponse()


class CleForm(cles.AuthenticateWebAuthnForm):
    credential = _reponse()


class ReprendreParCleForm(cles.ReauthenticateWebAuthnForm):
    credential = _reponse()
