"""All URLs: composition of the apps."""

from allauth.account import views as comptes
from allauth.mfa.base import views as facteur
from allauth.mfa.recovery_codes import views as secours
from allauth.mfa.totp import views as application
from allauth.mfa.webauthn import views as cles
from allauth.socialaccount import views as ailleurs
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accueil.confirmation import entree_recente
from accueil.urls import compte_et_verrou
from pimms.pilotage import views, views_partenaires, views_permissions, views_reseau, views_tableau
from qualite.urls_ecoute import publiques
from qualite.views import verification

handler500 = "pimms.socle.middleware.faute"

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

VERS_LE_COMPTE = RedirectView.as_view(pattern_name="compte")

# The second factor: to log in, to confirm an act, to set it up. allauth reverses these names.
second_facteur = [
    path("connexion/verification/", facteur.authenticate, name="mfa_authenticate"),
    path("connexion/confirmer/code/", facteur.reauthenticate, name="mfa_reauthenticate"),
    path("connexion/confirmer/cle/", cles.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("compte/verification/", VERS_LE_COMPTE, name="mfa_index"),
    path("compte/application/", entree_recente(application.activate_totp), name="mfa_activate_totp"),
    path("compte/application/retirer/", application.deactivate_totp, name="mfa_deactivate_totp"),
    path("compte/cles/", VERS_LE_COMPTE, name="mfa_list_webauthn"),
    path("compte/cles/ajouter/", entree_recente(cles.add_webauthn), name="mfa_add_webauthn"),
    path("compte/cles/<int:pk>/retirer/", cles.remove_webauthn, name="mfa_remove_webauthn"),
    path("compte/secours/", secours.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("compte/secours/renouveler/", secours.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]

# OpenID Connect, when the environment names a provider (404 else).
openid_connect = [
    path("connexion/<slug:provider_id>/aller/", oidc.login, name="openid_connect_login"),
    path("connexion/<slug:provider_id>/retour/", oidc.callback, name="openid_connect_callback"),
    path("connexion/ailleurs/annulee/", ailleurs.login_cancelled, name="socialaccount_login_cancelled"),
    path("connexion/ailleurs/erreur/", ailleurs.login_error, name="socialaccount_login_error"),
    path("connexion/ailleurs/inscription/", comptes.signup, name="socialaccount_signup"),
    path("compte/ailleurs/", VERS_LE_COMPTE, name="socialaccount_connections"),
]

urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("tableau-de-bord/", views_tableau.tableau_de_bord, name="tableau_de_bord"),
    path("tableau-de-bord/<slug:quoi>.<slug:sorte>", views_tableau.fichier, name="tableau_de_bord_fichier"),
    path("reseau/", views_reseau.reseau, name="reseau"),
    path("reseau/<slug:quoi>.<slug:sorte>", views_reseau.fichier, name="reseau_fichier"),
    path("qui-voit-quoi/", views_permissions.qui_voit_quoi, name="qui_voit_quoi"),
    path("partenaires/", views_partenaires.partenaires, name="compte_partenaires"),
    path("partenaires/compte.<slug:sorte>", views_partenaires.fichier, name="compte_partenaires_fichier"),
    path("partenaires/categories/", views_partenaires.categories, name="categories"),
    path(
        "partenaires/categories.<slug:sorte>", views_partenaires.categories_fichier, name="categories_fichier"
    ),
    path("sante/", views.sante, name="sante"),
    path("aide/", views.aide, name="aide"),
    path("aide/<slug:guide>/", views.aide, name="guide"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
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
    *second_facteur,
    *openid_connect,
    *compte_et_verrou,
]
