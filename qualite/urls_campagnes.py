"""URLs of campaigns and audits, under /qualite/."""

from django.urls import path

from qualite.views import (
    audits,
    audits_rapports,
    audits_saisie,
    campagnes,
    campagnes_fin,
    campagnes_plan,
    campagnes_saisie,
)

C, A = "campagnes/<int:pk>/", "campagnes/<int:pk>/dossier/"
urlpatterns = [
    path("campagnes/", campagnes.campagnes, name="campagnes"),
    path("campagnes/nouvelle/", campagnes_saisie.campagne_nouvelle, name="campagne_nouvelle"),
    path("campagnes/cycle/nouvelle/", campagnes_saisie.echeance_nouvelle, name="echeance_nouvelle"),
    path("campagnes/cycle/<int:pk>/", campagnes_saisie.echeance, name="echeance"),
    path("campagnes/cycle/<int:pk>/retirer/", campagnes_saisie.echeance_retirer, name="echeance_retirer"),
    path(C, campagnes.campagne, name="campagne"),
    path(f"{C}modifier/", campagnes_saisie.campagne_modifier, name="campagne_modifier"),
    path(f"{C}etat/<slug:vers>/", campagnes_saisie.campagne_etat, name="campagne_etat"),
    path(f"{C}decider/", campagnes_fin.campagne_decider, name="campagne_decider"),
    path(f"{C}signer/", campagnes_fin.campagne_signer, name="campagne_signer"),
    path(f"{C}annuler/", campagnes_fin.campagne_annuler, name="campagne_annuler"),
    path(f"{C}rouvrir/", campagnes_fin.campagne_rouvrir, name="campagne_rouvrir"),
    path(f"{C}tirage/", campagnes.campagne_tirage, name="campagne_tirage"),
    path(
        f"{C}tirage/<int:tirage>/<slug:forme>/",
        campagnes.campagne_tirage_fichier,
        name="campagne_tirage_fichier",
    ),
    path(f"{C}tirer/", campagnes_plan.campagne_tirer, name="campagne_tirer"),
    path(f"{C}points/nouveau/", campagnes_plan.campagne_point_nouveau, name="campagne_point_nouveau"),
    path(
        f"{C}points/<slug:code>/retirer/",
        campagnes_plan.campagne_point_retirer,
        name="campagne_point_retirer",
    ),
    path(f"{C}points/<slug:code>/remettre/", campagnes_saisie.campagne_remettre, name="campagne_remettre"),
    path(f"{C}plan/nouveau/", campagnes_plan.campagne_journee_nouvelle, name="campagne_journee_nouvelle"),
    path(
        f"{C}plan/<int:journee>/retirer/",
        campagnes_plan.campagne_journee_retirer,
        name="campagne_journee_retirer",
    ),
    path(f"{C}inviter/", campagnes_plan.campagne_inviter, name="campagne_inviter"),
    path(f"{C}acces/<int:acces>/fin/", campagnes_plan.campagne_acces_fin, name="campagne_acces_fin"),
    path("audits/", audits.mes_audits, name="mes_audits"),
    path(A, audits.dossier, name="dossier_audit"),
    path(f"{A}rapports/", audits_rapports.dossier_rapports, name="dossier_rapports"),
    path(f"{A}rapports/<int:rapport>/", audits_rapports.dossier_rapport, name="dossier_rapport"),
    path(f"{A}preuves/<int:preuve>/", audits.dossier_preuve, name="dossier_preuve"),
    path(f"{A}preuves/<int:preuve>/fichier/", audits.dossier_fichier, name="dossier_fichier"),
    path(f"{A}lieux/<slug:code>/", audits.dossier_lieu, name="dossier_lieu"),
    path(f"{A}lieux/<slug:code>/<str:exigence>/entrees/", audits.dossier_entrees, name="dossier_entrees"),
    path(f"{A}constats/nouveau/", audits_saisie.constat_audit_nouveau, name="constat_audit_nouveau"),
    path(
        f"{A}constats/<int:numero>/corriger/",
        audits_saisie.constat_audit_corriger,
        name="constat_audit_corriger",
    ),
    path(f"{A}notes/nouvelle/", audits_saisie.note_audit_nouvelle, name="note_audit_nouvelle"),
    path(
        f"{C}constats/<int:numero>/repondre/",
        audits_saisie.constat_audit_repondre,
        name="constat_audit_repondre",
    ),
    path(f"{C}constats/<int:numero>/agir/", audits_saisie.constat_audit_agir, name="constat_audit_agir"),
]
