from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "pimms.socle"
    label = "socle"
    verbose_name = "Socle"
