"""One-time links by mail: what they have in common, and the one by which a lost password is replaced."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int


class Jeton(PasswordResetTokenGenerator):
    """Serves once (it dies with the password that it sets), for an open account, and for `vie`.

    Django's PASSWORD_RESET_TIMEOUT bounds every link; a kind of link may only be shorter.
    """

    vie: timedelta

    def check_token(self, user, token) -> bool:
        return bool(user and user.is_active) and super().check_token(user, token) and self._frais(token)

    def _frais(self, token: str) -> bool:
        emis = base36_to_int(token.partition("-")[0])  # seconds; well formed, as the parent has read it
        return self._num_seconds(self._now()) - emis <= self.vie.total_seconds()


class JetonMotDePasse(Jeton):
    """The link of « mot de passe oublié »."""

    key_salt = "accueil.mot_de_passe"
    vie = settings.VIE_LIEN_MOT_DE_PASSE
