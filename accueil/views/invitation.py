"""The page that an invitation's link opens: choose a password, then logged in."""

from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.urls import reverse_lazy

from accueil.forms.equipe import MotDePasseForm
from accueil.invitations import jeton_invitation
from pimms.socle.journal import journaliser


class Invitation(PasswordResetConfirmView):
    """Django's own one-time link: the token goes to the session, out of the address, before the form."""

    token_generator = jeton_invitation
    form_class = MotDePasseForm
    template_name = "accueil/invitation/page.html"
    success_url = reverse_lazy("accueil")
    post_reset_login = True
    post_reset_login_backend = "allauth.account.auth_backends.AuthenticationBackend"
    reset_url_token = "choisir"  # noqa: S105 — the path that stands in for the token
    title = "Bienvenue"

    @transaction.atomic
    def form_valid(self, form):
        journaliser(form.user, "accepter_invitation", form.user)
        return super().form_valid(form)


page = Invitation.as_view()
