"""The floor: a bare Django view behind the same login that inserts the same rows, and nothing more."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from accueil.models import Demande, Visite
from pimms.socle.contexte import requete_id
from pimms.socle.models import EntreeJournal

RANGS = (0, 1)


@login_required
@require_POST
def plancher(request: HttpRequest) -> HttpResponse:
    """A visit, its two requests and a line of the journal, in one transaction; an empty answer.

    It takes the fields as they come. `saisie.exiger_memes_lignes` holds its rows equal to the product's.
    """
    champs = request.POST
    colonnes = {
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
            **colonnes,
        )
        Demande.objects.bulk_create(_demande(visite, champs, rang) for rang in RANGS)
        EntreeJournal.objects.create(
            acteur_id=visite.auteur_id,
            requete=requete_id.get(),
            point_id=visite.point_id,
            objet="visite",
            objet_id=visite.pk,
            acte="creer",
            apres=colonnes | _apres(champs),
        )
    return HttpResponse()


def _demande(visite: Visite, champs: QueryDict, rang: int) -> Demande:
    return Demande(
        visite=visite,
        point_id=visite.point_id,
        rang=rang,
        theme_id=int(champs[f"d{rang}-theme"]),
        partenaire_id=int(champs["d0-partenaire"]),
        issue=champs[f"d{rang}-issue"],
    )


def _apres(champs: QueryDict) -> dict:
    """What the journal's line holds beside the visit's own columns."""
    partenaire = int(champs["d0-partenaire"])
    return {
        "jour": champs["plancher-jour"],
        "public": False,
        "note": False,
        "demandes": [
            [champs[f"plancher-theme-{rang}"], champs[f"d{rang}-issue"], partenaire, None, "", None]
            for rang in RANGS
        ],
    }
