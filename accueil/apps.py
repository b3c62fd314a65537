from django.apps import AppConfig
from django.contrib.admin import apps as admin


class AccueilConfig(AppConfig):
    name = "accueil"
    verbose_name = "Accueil"


class AdministrationConfig(admin.AdminConfig):
    """Django's admin with our own door (named in INSTALLED_APPS instead of `django.contrib.admin`)."""

    default = False
    default_site = "accueil.administration.Administration"
