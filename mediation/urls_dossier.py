"""Addresses inside one case, under /mediation/dossiers/<reference>/; parts go by their number in it."""

from django.urls import path

from mediation.views import documents, etapes, imprimes, parties

urlpatterns = [
    path("parties/nouvelle/", parties.nouvelle, name="partie_nouvelle"),
    path("parties/<int:numero>/", parties.modifier, name="partie_modifier"),
    path("parties/<int:numero>/supprimer/", parties.supprimer, name="partie_supprimer"),
    path("parties/<int:numero>/accord/", parties.parole, name="partie_accord"),
    path("parties/<int:numero>/accord/imprimer/", imprimes.consentement, name="partie_accord_imprimer"),
    path("parties/<int:numero>/retrait/", parties.retrait, name="partie_retrait"),
    path("etapes/nouvelle/", etapes.nouvelle, name="etape_nouvelle"),
    path("etapes/<int:numero>/", etapes.modifier, name="etape_modifier"),
    path("etapes/<int:numero>/annuler/", etapes.annuler, name="etape_annuler"),
    path("etapes/<int:numero>/imprimer/", imprimes.accord, name="accord_imprimer"),
    path("engagements/<int:numero>/", etapes.suite, name="engagement_suite"),
    path("documents/nouveau/", documents.nouveau, name="document_nouveau"),
    path("documents/<int:numero>/", documents.telecharger, name="document"),
    path("documents/<int:numero>/retirer/", documents.retirer, name="document_retirer"),
    path("mandats/nouveau/", documents.mandat_nouveau, name="mandat_nouveau"),
    path("mandats/<int:numero>/revoquer/", documents.mandat_revoquer, name="mandat_revoquer"),
    path("mandats/<int:numero>/imprimer/", imprimes.mandat, name="mandat_imprimer"),
    path("orientation/", imprimes.orientation, name="orientation_imprimer"),
]
