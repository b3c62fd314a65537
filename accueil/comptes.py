"""How allauth meets our accounts: nobody signs up alone, mails go through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from accueil import sessions
from accueil.models import Utilisateur
from pimms.socle.courriels import poster
from pimms.socle.journal import journaliser

LIENS = {"account/email/password_reset_key": settings.VIE_LIEN_MOT_DE_PASSE}


class Adaptateur(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        message = self.render_mail(template_prefix, email, context)
        poster(email, message.subject, message.body, valable=LIENS.get(template_prefix))

    @transaction.atomic
    def set_password(self, user: Utilisateur, password: str) -> None:
        """Set it with its line in the journal, which says how and holds no value; other devices are out."""
        super().set_password(user, password)
        journaliser(user, _acte(context.request), user)
        sessions.fermer_les_autres(user, context.request.session.get(sessions.CLE))


class AdaptateurOidc(DefaultSocialAccountAdapter):
    """The network's identity provider, from the environment alone: no row of the database adds another."""

    def list_apps(self, request: HttpRequest, provider=None, client_id=None) -> list:
        return [
            app
            for apps in _build_apps_from_settings(provider=provider, client_id=client_id).values()
            for app in apps
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """An identity opens a session and does nothing else: it is not tied to an account by whoever finds
        one open, and the account's password, which allauth would wipe, stays."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin._did_authenticate_by_email = None


def suivre_la_session(sender, request: HttpRequest, **_) -> None:
    """A changed password gives the session another key (allauth's signal)."""
    sessions.suivre(request)


def _acte(request: HttpRequest | None) -> str:
    """« remplacer » by a link for a lost password, « changer » by someone who knows the former one."""
    route = request.resolver_match if request else None
    par_lien = route is not None and route.url_name == "account_reset_password_from_key"
    return "remplacer_mot_de_passe" if par_lien else "changer_mot_de_passe"
