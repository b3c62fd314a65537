"""The floor: a bare Django view behind the same login that inserts the same rows, and nothing more."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accueil.models import Demande, Visite
from pimms.socle.models import EntreeJournal


@login_required
@require_POST
def plancher(request: HttpRequest) -> HttpResponse:
    """A visit, its two requests and a row of the journal, in one transaction; an empty answer."""
    champs = request.POST
    with transaction.atomic():
        visite = Visite.objects.create(
            point_id=champs["point_id"],
            auteur=request.user,
            cle=champs["cle"],
            jour=champs["jour"],
            heure=10,
            nb_demandes=2,
        )
        Demande.objects.bulk_create(
            Demande(
                visite=visite,
                point_id=visite.point_id,
                rang=rang,
                theme_id=champs[f"d{rang}-theme"],
                issue=champs[f"d{rang}-issue"],
            )
            for rang in (0, 1)
        )
        EntreeJournal.objects.create(
            acteur_id=visite.auteur_id,
            requete="",
            point_id=visite.point_id,
            objet="visite",
            objet_id=visite.pk,
            acte="creer",
            apres={"jour": champs["jour"], "nb_demandes": 2},
        )
    return HttpResponse()
