"""URLs of quality, under /qualite/."""

from django.urls import path

from qualite.views import attestations, charte
from qualite.views import referentiel as vues

urlpatterns = [
    path("referentiel/", vues.referentiel, name="referentiel"),
    path("referentiel/changer/", vues.version_suivante, name="version_suivante"),
    path("referentiel/<slug:code>/", vues.referentiel, name="referentiel_version"),
    path("parametres/", vues.parametres, name="parametres"),
    path("parametres/<slug:code>/", vues.parametre, name="parametre"),
    path("charte/", charte.charte, name="charte"),
    path("charte/attester/", charte.charte_attester, name="charte_attester"),
    path("charte/publier/", charte.charte_publier, name="charte_publier"),
    path("charte/versions/<int:numero>/", charte.charte_version, name="charte_version"),
    path("charte/attestations/<int:pk>/", charte.attestation, name="attestation"),
    path("attestations/", attestations.attestations, name="attestations"),
]
