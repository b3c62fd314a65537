from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "mediation"
    verbose_name = "Médiation"

    def ready(self) -> None:
        from accueil.gestes import OFFRES, TENUES  # noqa: PLC0415 — models are loaded by now
        from mediation.gestes import mediations, tient_au_champ  # noqa: PLC0415

        if mediations not in OFFRES:
            OFFRES.append(mediations)
            TENUES.append(tient_au_champ)
