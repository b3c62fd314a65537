"""URLs of what is heard: satisfaction (inside, and for the public), complaints, requests, incidents."""

from django.urls import path

from qualite.views import donnees, droits, incidents, reclamations, satisfaction
from qualite.views import satisfaction_publique as publique

# Under /qualite/.
urlpatterns = [
    path("satisfaction/", satisfaction.satisfaction_points, name="satisfaction_points"),
    path("satisfaction/<slug:code>/", satisfaction.satisfaction_point, name="satisfaction_point"),
    path("satisfaction/<slug:code>/ouvrir/", satisfaction.satisfaction_ouvrir, name="satisfaction_ouvrir"),
    path("satisfaction/<slug:code>/fermer/", satisfaction.satisfaction_fermer, name="satisfaction_fermer"),
    path("satisfaction/<slug:code>/affiche/", satisfaction.satisfaction_affiche, name="satisfaction_affiche"),
    path(
        "satisfaction/<slug:code>/<int:pk>/effacer/",
        satisfaction.satisfaction_effacer,
        name="satisfaction_effacer",
    ),
    path("reclamations/", reclamations.reclamations, name="reclamations"),
    path("reclamations/nouvelle/", reclamations.reclamation_nouvelle, name="reclamation_nouvelle"),
    path("reclamations/<int:pk>/", reclamations.reclamation, name="reclamation"),
    path("reclamations/<int:pk>/orienter/", reclamations.reclamation_orienter, name="reclamation_orienter"),
    path(
        "reclamations/<int:pk>/prolonger/", reclamations.reclamation_prolonger, name="reclamation_prolonger"
    ),
    path("reclamations/<int:pk>/repondre/", reclamations.reclamation_repondre, name="reclamation_repondre"),
    path("reclamations/<int:pk>/effacer/", reclamations.reclamation_effacer, name="reclamation_effacer"),
    path("demandes/", droits.demandes_droits, name="demandes_droits"),
    path("demandes/nouvelle/", droits.demande_droits_nouvelle, name="demande_droits_nouvelle"),
    path("demandes/<int:pk>/", droits.demande_droits, name="demande_droits"),
    path("demandes/<int:pk>/prolonger/", droits.demande_droits_prolonger, name="demande_droits_prolonger"),
    path("demandes/<int:pk>/repondre/", droits.demande_droits_repondre, name="demande_droits_repondre"),
    path("demandes/<int:pk>/donnees/", donnees.demande_droits_donnees, name="demande_droits_donnees"),
    path(
        "demandes/<int:pk>/donnees/<int:partie>/corriger/",
        donnees.demande_droits_rectifier,
        name="demande_droits_rectifier",
    ),
    path(
        "demandes/<int:pk>/donnees/<int:partie>/oublier/",
        donnees.demande_droits_oublier,
        name="demande_droits_oublier",
    ),
    path("demandes/<int:pk>/effacer/", droits.demande_droits_effacer, name="demande_droits_effacer"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/nouveau/", incidents.incident_nouveau, name="incident_nouveau"),
    path("incidents/<int:pk>/", incidents.incident, name="incident"),
    path("incidents/<int:pk>/suite/", incidents.incident_suite, name="incident_suite"),
    path("incidents/<int:pk>/effacer/", incidents.incident_effacer, name="incident_effacer"),
]

# Under /satisfaction/, open to everyone who has the token.
publiques = [
    path("<slug:jeton>/", publique.question, name="satisfaction"),
    path("<slug:jeton>/merci/<uuid:cle>/", publique.merci, name="satisfaction_merci"),
    path("<slug:jeton>/mot/<uuid:cle>/", publique.mot, name="satisfaction_mot"),
]
