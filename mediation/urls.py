"""Addresses of mediation, under /mediation/."""

from django.urls import path

from mediation.views import actions

urlpatterns = [
    path("actions/", actions.liste, name="actions"),
]
