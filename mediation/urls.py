"""Addresses of mediation, under /mediation/."""

from django.urls import include, path

from mediation.views import actions, actions_saisie, dossiers, modifier, registres, veille, vie

urlpatterns = [
    path("dossiers/", dossiers.liste, name="dossiers"),
    path("dossiers/nouveau/", dossiers.nouveau, name="dossier_nouveau"),
    path("dossiers/recherche/", dossiers.recherche, name="dossiers_recherche"),
    path("dossiers/<str:reference>/", dossiers.page, name="dossier"),
    path("dossiers/<str:reference>/modifier/", modifier.modifier, name="dossier_modifier"),
    path("dossiers/<str:reference>/etat/<slug:vers>/", vie.etat, name="dossier_etat"),
    path("dossiers/<str:reference>/passer/", vie.passer, name="dossier_passer"),
    path("dossiers/<str:reference>/transferer/", vie.transfert, name="dossier_transferer"),
    path("dossiers/<str:reference>/acces/", vie.acces, name="dossier_acces"),
    path("dossiers/<str:reference>/attente/", vie.attente, name="dossier_attente"),
    path("dossiers/<str:reference>/reprendre/", vie.reprendre, name="dossier_reprendre"),
    path("dossiers/<str:reference>/conflit/", vie.conflit, name="dossier_conflit"),
    path("dossiers/<str:reference>/conflit/<int:numero>/", vie.justifier, name="dossier_justifier"),
    path("dossiers/<str:reference>/", include("mediation.urls_dossier")),
    path("redirections/", dossiers.redirections, name="redirections"),
    path("actions/", actions.liste, name="actions"),
    path("actions/nouvelle/", actions_saisie.nouvelle, name="action_nouvelle"),
    path("actions/nouvelle/<slug:nature>/", actions_saisie.prevoir, name="action_prevoir"),
    path("actions/<int:pk>/", actions.page, name="action"),
    path("actions/<int:pk>/modifier/", actions_saisie.modifier, name="action_modifier"),
    path("actions/<int:pk>/rapport/", actions_saisie.rapport, name="action_rapport"),
    path("actions/<int:pk>/annuler/", actions_saisie.annuler, name="action_annuler"),
    path("actions/<int:pk>/remettre/", actions_saisie.remettre, name="action_remettre"),
    path("veille/", veille.board, name="veille"),
    path("veille/alertes/", veille.liste, name="alertes"),
    path("veille/alertes/nouvelle/", veille.nouvelle, name="alerte_nouvelle"),
    path("veille/alertes/<int:pk>/", veille.page, name="alerte"),
    path("veille/alertes/<int:pk>/modifier/", veille.modifier, name="alerte_modifier"),
    path("veille/alertes/<int:pk>/transmettre/", veille.transmettre, name="alerte_transmettre"),
    path("veille/alertes/<int:pk>/clore/", veille.clore, name="alerte_clore"),
    path("veille/alertes/<int:pk>/annuler/", veille.annuler, name="alerte_annuler"),
    path("veille/alertes/<int:pk>/rouvrir/", veille.rouvrir, name="alerte_rouvrir"),
    path("veille/transmissions/<int:pk>/relance/", veille.relancer, name="transmission_relancer"),
    path("veille/transmissions/<int:pk>/reponse/", veille.repondre, name="transmission_repondre"),
    path("registres/", registres.panneau, name="registres"),
    path("registres/<int:registre>/<slug:sorte>/", registres.entrees, name="registre_entrees"),
]
