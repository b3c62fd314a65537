"""The quality app; each migration brings the project's versions of the référentiel up to date."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _charger(plan=(), **_) -> None:
    if any(retour for _, retour in plan):  # tables of before: this code's files are not theirs
        return
    from qualite.catalogue import charger_tous  # noqa: PLC0415 — the models are not loaded before

    charger_tous()


class QualiteConfig(AppConfig):
    name = "qualite"
    verbose_name = "Qualité"

    def ready(self) -> None:
        from accueil import nouvelles  # noqa: PLC0415 — models are loaded by now
        from accueil.regle_registres import suivre  # noqa: PLC0415
        from qualite.rapports.nouvelles import COMPTE, NOUVEAUX_RAPPORTS  # noqa: PLC0415
        from qualite.regle_registres import lire  # noqa: PLC0415

        suivre(lire)
        nouvelles.suivre(NOUVEAUX_RAPPORTS, COMPTE)
        post_migrate.connect(_charger, sender=self)
