from django.apps import AppConfig
from django.contrib.admin import apps as admin


class AccueilConfig(AppConfig):
    name = "accueil"
    verbose_name = "Accueil"

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_set  # noqa: PLC0415 — need the models
        from allauth.mfa.models import Authenticator  # noqa: PLC0415
        from allauth.mfa.signals import (  # noqa: PLC0415
            authenticator_added,
            authenticator_removed,
            authenticator_reset,
        )
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415
        from django.db.models.signals import post_delete  # noqa: PLC0415

        from accueil import comptes, second_facteur, sessions, verrous  # noqa: PLC0415

        user_logged_in.connect(sessions.noter)
        user_logged_in.connect(verrous.commencer)
        password_changed.connect(comptes.suivre_la_session)
        password_set.connect(comptes.suivre_la_session)
        authenticator_added.connect(second_facteur.noter_ajout)
        authenticator_removed.connect(second_facteur.noter_retrait)
        authenticator_reset.connect(second_facteur.noter_nouveaux_codes)
        post_delete.connect(second_facteur.effacer_la_cle, sender=Authenticator)


class AdministrationConfig(admin.AdminConfig):
    """Django's admin with our own door (named in INSTALLED_APPS instead of `django.contrib.admin`)."""

    default = False
    default_site = "accueil.administration.Administration"
