"""URLs of the reception app, all under `/accueil/`."""

urlpatterns: list = []
