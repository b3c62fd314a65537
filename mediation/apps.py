from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "mediation"
    verbose_name = "Médiation"

    def ready(self) -> None:
        from accueil.gestes import OFFRES  # noqa: PLC0415 — models are loaded by now
        from mediation.gestes import mediations  # noqa: PLC0415

        if mediations not in OFFRES:
            OFFRES.append(mediations)
