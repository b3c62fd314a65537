"""The product's URLs and, beside them, the floor's."""

from django.urls import path

from pimms.outils.bench import plancher_mediation, plancher_qualite, plancher_tableau
from pimms.outils.bench.plancher import plancher
from pimms.urls import urlpatterns as produit

urlpatterns = [
    path("banc/plancher/", plancher, name="plancher"),
    path("banc/ouvrir/", plancher_mediation.ouvrir, name="plancher_ouvrir"),
    path("banc/dossier/<str:reference>/", plancher_mediation.dossier, name="plancher_dossier"),
    path("banc/registres/", plancher_mediation.registres, name="plancher_registres"),
    path("banc/evaluation/", plancher_qualite.evaluation, name="banc_evaluation"),
    path("banc/agregats/", plancher_qualite.agregats, name="plancher_evaluation"),
    path("banc/tableau-de-bord/", plancher_tableau.tableau, name="plancher_tableau"),
    path("banc/reseau/", plancher_tableau.reseau, name="plancher_reseau"),
    *produit,
]
