from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "pimms.socle"
    label = "socle"
    verbose_name = "Socle"

    def ready(self) -> None:
        from django.core.signals import request_finished  # noqa: PLC0415

        from pimms.socle.middleware import oublier_la_requete  # noqa: PLC0415

        request_finished.connect(oublier_la_requete)
