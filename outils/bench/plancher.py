"""The floor: a bare Django view behind the same login that inserts the same rows, and nothing more."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accueil.models import Demande, Visite
from pimms.socle.contexte import requete_id
from pimms.socle.models import EntreeJournal


@login_required
@require_POST
def plancher(request: HttpRequest) -> HttpResponse:
    """A visit, its two requests and a line of the journal, in one transaction; an empty answer.

    It takes the fields as they come. `saisie.exiger_memes_lignes` holds its rows equal to the product's.
    """
    champs = request.POST
    themes = [int(champs[f"d{rang}-theme"]) for rang in (0, 1)]
    issues = [champs[f"d{rang}-issue"] for rang in (0, 1)]
    partenaire = int(champs["d0-partenaire"])
    visite_colonnes = {
        "canal": champs["canal"],
        "duree": int(champs["duree"]),
        "duree_estimee": False,
        "personnes": 1,
        "nb_demandes": 2,
    }
    with transaction.atomic():
        visite = Visite.objects.create(
            point_id=int(champs["plancher-point"]),
            auteur=request.user,
            cle=champs["cle"],
            jour=champs["plancher-jour"],
            heure=10,
            **visite_colonnes,
        )
        Demande.objects.bulk_create(
            Demande(
                visite=visite,
                point_id=visite.point_id,
                rang=rang,
                theme_id=themes[rang],
                partenaire_id=partenaire,
                issue=issues[rang],
            )
            for rang in (0, 1)
        )
        EntreeJournal.objects.create(
            acteur_id=visite.auteur_id,
            requete=requete_id.get(),
            point_id=visite.point_id,
            objet="visite",
            objet_id=visite.pk,
            acte="creer",
            apres=visite_colonnes
            | {
                "jour": champs["plancher-jour"],
                "public": False,
                "note": False,
                "demandes": [
                    [champs[f"plancher-theme-{rang}"], issues[rang], partenaire, None, "", None]
                    for rang in (0, 1)
                ],
            },
        )
    return HttpResponse()
