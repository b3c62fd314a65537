from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "pimms.demo"
    label = "demo"
