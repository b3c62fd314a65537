from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "pimms.socle"
    label = "socle"
    verbose_name = "Socle"

    def ready(self) -> None:
        from django.core import checks  # noqa: PLC0415
        from django.core.signals import request_finished  # noqa: PLC0415

        import pimms.celery  # noqa: F401, PLC0415 — tasks are sent by its application
        from pimms.socle.controles import adresses_du_journal  # noqa: PLC0415
        from pimms.socle.middleware import oublier_la_requete  # noqa: PLC0415

        checks.register(adresses_du_journal)
        request_finished.connect(oublier_la_requete)
