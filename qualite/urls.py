"""URLs of quality, under /qualite/."""

from django.urls import path

from qualite.views import referentiel as vues

urlpatterns = [
    path("referentiel/", vues.referentiel, name="referentiel"),
    path("referentiel/changer/", vues.version_suivante, name="version_suivante"),
    path("referentiel/<slug:code>/", vues.referentiel, name="referentiel_version"),
    path("parametres/", vues.parametres, name="parametres"),
    path("parametres/<slug:code>/", vues.parametre, name="parametre"),
]
