"""Floors of mediation: behind the same login, the least that each page must read or write."""

from django.contrib.auth.decorators import login_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mediation.dossiers import _SUIVANT
from mediation.models import Dossier, Evenement
from pimms.socle.contexte import requete_id
from pimms.socle.models import CleDonnees, EntreeJournal
from pimms.socle.periodes import preselection

REGISTRES = """
SELECT v.point_id, q.registre, count(*) FROM accueil_visite v JOIN accueil_demande q ON q.visite_id = v.id
WHERE v.jour BETWEEN %s AND %s AND v.annulee_le IS NULL AND q.registre IS NOT NULL GROUP BY 1, 2
"""


@login_required
@require_safe
def registres(request: HttpRequest) -> HttpResponse:
    """Requests by point and register over twelve months, nothing else, and nothing drawn."""
    periode = preselection("12_mois", timezone.localdate())
    with connection.cursor() as curseur:
        curseur.execute(REGISTRES, [periode.du, periode.au])
        return HttpResponse(str(len(curseur.fetchall())))


@login_required
@require_safe
def dossier(request: HttpRequest, reference: str) -> HttpResponse:
    """A case with its parties, steps and events, opened and written as bare lines."""
    tenu = Dossier.objects.select_related("cle_donnees").get(reference=reference)
    lignes = [str(tenu.valeurs())]
    for partie in tenu.parties.all():
        partie.dossier = tenu
        lignes.append(str(partie.valeurs()))
    for etape in tenu.etapes.select_related("auteur").prefetch_related("presences"):
        etape.dossier = tenu
        lignes.append(f"{etape.jour} {etape.get_nature_display()} {etape.auteur} {etape.valeurs()}")
    for evenement in tenu.evenements.select_related("par"):
        evenement.dossier = tenu
        lignes.append(f"{evenement.le} {evenement.par} {evenement.valeurs()}")
    return HttpResponse("\n".join(lignes))


@login_required
@require_POST
def ouvrir(request: HttpRequest) -> HttpResponse:
    """A case, its key, its number, its first event and the journal's line, in one transaction."""
    c = request.POST
    point, jour = int(c["plancher-point"]), timezone.localdate()
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute(_SUIVANT, [point, jour.year])
            (numero,) = curseur.fetchone()
        dossier = Dossier(
            point_id=point,
            reference=f"{c['plancher-code']}-{jour.year}-{numero:04d}",
            annee=jour.year,
            numero=numero,
            cle=c["cle"],
            cle_donnees=CleDonnees.creer(),
            ouvert_par_id=int(c["mediateur"]),
            mediateur_id=int(c["mediateur"]),
            ouvert_le=jour,
            registre=int(c["registre"]),
            theme_id=int(c["theme"]),
        )
        dossier.sceller({"objet": c["objet"]})
        dossier.save(force_insert=True)
        Evenement.objects.create(
            dossier=dossier,
            point_id=point,
            numero=1,
            nature="ouverture",
            par_id=int(c["mediateur"]),
            registre_vers=dossier.registre,
        )
        EntreeJournal.objects.create(
            acteur_id=dossier.mediateur_id,
            requete=requete_id.get(),
            point_id=point,
            objet="dossier",
            objet_id=dossier.pk,
            acte="ouverture",
            apres={"registre_vers": dossier.registre},
        )
    return HttpResponse()
