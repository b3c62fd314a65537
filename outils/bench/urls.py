"""The product's URLs and, beside them, the floor's."""

from django.urls import path

from outils.bench.plancher import plancher
from pimms.urls import urlpatterns as produit

urlpatterns = [path("banc/plancher/", plancher, name="plancher"), *produit]
