from django.apps import AppConfig


class PilotageConfig(AppConfig):
    name = "pimms.pilotage"
    label = "pilotage"
