"""All URLs: composition of the apps."""

from allauth.account import views as comptes
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from pimms.pilotage import views, views_reseau, views_tableau
from qualite.urls_ecoute import publiques
from qualite.views import verification

connexion = [
    path("connexion/", comptes.login, name="account_login"),
    path("deconnexion/", comptes.logout, name="account_logout"),
    path("connexion/inscription/", comptes.signup, name="account_signup"),
    path("connexion/confirmer/", comptes.reauthenticate, name="account_reauthenticate"),
    path("connexion/inactif/", comptes.account_inactive, name="account_inactive"),
    path("mot-de-passe/", comptes.password_change, name="account_change_password"),
    # Someone invited who has no password yet gets one by mail, as whoever forgot theirs.
    path(
        "mot-de-passe/choisir/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("mot-de-passe/oublie/", comptes.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", comptes.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        comptes.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/fait/",
        comptes.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("tableau-de-bord/", views_tableau.tableau_de_bord, name="tableau_de_bord"),
    path("tableau-de-bord/<slug:quoi>.<slug:sorte>", views_tableau.fichier, name="tableau_de_bord_fichier"),
    path("reseau/", views_reseau.reseau, name="reseau"),
    path("reseau/<slug:quoi>.<slug:sorte>", views_reseau.fichier, name="reseau_fichier"),
    path("sante/", views.sante, name="sante"),
    path("aide/", views.aide, name="aide"),
    path("aide/<slug:guide>/", views.aide, name="guide"),
    path("courriels/", views.courriels, name="courriels"),
    path("composants/", views.composants, name="composants"),
    path("accueil/", include("accueil.urls")),
    path("mediation/", include("mediation.urls")),
    path("qualite/", include("qualite.urls")),
    path("satisfaction/", include(publiques)),
    path("verifier/", verification.verifier, name="verifier"),
    path("verifier/<slug:code>/", verification.verifier_code, name="verifier_code"),
    path("administration/", admin.site.urls),
    *connexion,
]
