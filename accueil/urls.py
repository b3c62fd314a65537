"""URLs of the reception app, all under `/accueil/`."""

from django.urls import path

from accueil.views import reprise, saisie, suivi

urlpatterns = [
    # The desk
    path("saisie/", saisie.saisie, name="saisie"),
    path("saisie/resume/", saisie.resume, name="saisie_resume"),
    path("visites/<int:pk>/corriger/", saisie.visite_corriger, name="visite_corriger"),
    path("visites/<int:pk>/annuler/", saisie.visite_annuler, name="visite_annuler"),
    path("visites/<int:pk>/retablir/", saisie.visite_retablir, name="visite_retablir"),
    path("demandes/<int:pk>/code/", suivi.code_de_suivi, name="code_de_suivi"),
    path("demandes/<int:pk>/suite/", suivi.suite, name="suite"),
    path("suivi/", suivi.suivi, name="suivi"),
    path("reprise/", reprise.reprise, name="reprise"),
]
