"""Exports as the tests make and read them."""

from django.http import QueryDict
from django.utils import timezone

from accueil import exports
from accueil.export_visites import ExportVisites, points_avec_public
from accueil.filtres import Options
from accueil.forms.journal import lire_filtre
from accueil.models import Export, Utilisateur
from accueil.taches import produire_export


def personne(distribution, role: str) -> Utilisateur:
    return Utilisateur.objects.get(pk=getattr(distribution, role).pk)


def contenu(distribution, role: str, url: str = "") -> tuple[dict, list[dict]]:
    """Heading and lines (by column) that this role's export of that filter holds."""
    qui = personne(distribution, role)
    options = Options(qui)
    filtre, _ = lire_filtre(QueryDict(url), options)
    public = points_avec_public(filtre, options.portee)
    tableau = ExportVisites(filtre, options, public).tableau(qui, timezone.now())
    colonnes = [c.titre for c in tableau.colonnes]
    return dict(tableau.entete), [dict(zip(colonnes, ligne, strict=True)) for ligne in tableau.lignes]


def demander(client, filtre: str = "", format_fichier: str = "csv"):
    return client.post("/accueil/journal/exporter/", {"filtre": filtre, "format": format_fichier})


def un_export(distribution, role: str = "proprietaire", **champs) -> Export:
    qui = personne(distribution, role)
    filtre, _ = lire_filtre(QueryDict(champs.pop("url", "")), Options(qui))
    defauts = {"format": "csv", "filtre": exports.figer(filtre, qui.portee), "point": filtre.point}
    return Export.objects.create(demande_par=qui, **defauts | champs)


def un_produit(distribution, role: str = "proprietaire", **champs) -> Export:
    export = un_export(distribution, role, **champs)
    produire_export(export.pk)
    export.refresh_from_db()
    return export


def telecharge(distribution, export: Export, role: str = "proprietaire") -> bytes:
    reponse = distribution.client(role).get(f"/accueil/exports/{export.pk}/telecharger/")
    assert reponse.status_code == 200
    return b"".join(reponse.streaming_content)
