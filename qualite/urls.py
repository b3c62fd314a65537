"""URLs of quality, under /qualite/."""

from django.urls import path

from qualite import urls_ecoute
from qualite.views import actions, actions_saisie, arrets, attestations, charte, constats, pratiques, preuves
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
    path("preuves/", preuves.preuves, name="preuves"),
    path("preuves/nouvelle/", preuves.preuve_nouvelle, name="preuve_nouvelle"),
    path("preuves/<int:pk>/", preuves.preuve, name="preuve"),
    path("preuves/<int:pk>/version/", preuves.preuve_version, name="preuve_version"),
    path("preuves/<int:pk>/retirer/", preuves.preuve_retirer, name="preuve_retirer"),
    path("preuves/<int:pk>/effacer/", preuves.preuve_effacer, name="preuve_effacer"),
    path("preuves/<int:pk>/<int:numero>/fichier/", preuves.preuve_fichier, name="preuve_fichier"),
    path("preuves/<int:pk>/<int:numero>/refuser/", preuves.preuve_refuser, name="preuve_refuser"),
    path("preuves/<int:pk>/<int:numero>/lever/", preuves.preuve_lever, name="preuve_lever"),
    path("actions/", actions.board, name="correctives"),
    path("actions/liste/", actions.liste, name="correctives_liste"),
    path("actions/nouvelle/", actions_saisie.nouvelle, name="corrective_nouvelle"),
    path("actions/<int:pk>/", actions.page, name="corrective"),
    path("actions/<int:pk>/modifier/", actions_saisie.modifier, name="corrective_modifier"),
    path("actions/<int:pk>/confier/", actions_saisie.confier, name="corrective_confier"),
    path("actions/<int:pk>/echeance/", actions_saisie.echeance, name="corrective_echeance"),
    path("actions/<int:pk>/etat/<slug:vers>/", actions_saisie.etat, name="corrective_etat"),
    path("bonnes-pratiques/", pratiques.pratiques, name="bonnes_pratiques"),
    path("bonnes-pratiques/publier/", pratiques.publier, name="pratique_publier"),
    path("bonnes-pratiques/<int:pk>/retirer/", pratiques.retirer, name="pratique_retirer"),
    path("evaluations/", arrets.evaluations, name="evaluations"),
    path("evaluations/arreter/", arrets.evaluation_arreter, name="evaluation_arreter"),
    path("evaluations/<int:pk>/", arrets.evaluation, name="evaluation"),
    path("matrice/", constats.matrice, name="matrice"),
    path("points/<slug:code>/", constats.point, name="constats_point"),
    path("points/<slug:code>/et-si/", constats.et_si, name="constats_et_si"),
    path("points/<slug:code>/<str:exigence>/", constats.constat, name="constat"),
    *urls_ecoute.urlpatterns,
]
