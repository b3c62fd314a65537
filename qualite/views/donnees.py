"""What is held about a person who asks: searching it, copying it, setting it right, erasing it. For the
point's manager."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accueil.acces import Requete, encadrants_seulement
from accueil.confirmation import confirmee
from mediation import droits_des_personnes as droits
from mediation.conservation import anonymiser_sur_demande
from mediation.consultations import noter_lecture_de_droits
from mediation.imprimes import ImpressionImpossible
from mediation.models import Dossier, Partie
from pimms.socle.pages import conduire, donnees
from pimms.socle.versions import conduire_version
from qualite import droits_des_ecrits
from qualite.droits_des_ecrits import Ecrit
from qualite.forms.donnees import NomForm, OublierForm, RectifierForm
from qualite.models import DemandeDroits
from qualite.views.ecrits import trouver

SANS_PANGO = "Ce serveur ne peut pas préparer de PDF pour le moment\u202f: prenez la copie en JSON."


def _demande(request: Requete, pk: int) -> DemandeDroits:
    """The request, for the manager of its point alone: identities are read there only."""
    demande = trouver(request, DemandeDroits, pk)
    if demande.point_id not in request.user.portee.points_de_responsable:
        raise Http404
    return demande


@encadrants_seulement
@require_http_methods(["GET", "POST"])
@confirmee
def demande_droits_donnees(request: Requete, pk: int) -> HttpResponse:
    """Search by exact name; from what is found, a copy to hand over (JSON, PDF), and the way to erase."""
    demande = _demande(request, pk)
    form = NomForm(donnees(request))
    contexte: dict[str, Any] = {"saisine": demande, "form": form}
    if form.is_bound and form.is_valid():
        nom = form.cleaned_data["nom"]
        parties = droits.trouver(request.user, demande.point, nom)
        ecrits = droits_des_ecrits.trouver(request.user, demande.point, nom)
        copie = request.POST.get("copie", "")
        siens = [trouve.ligne for trouve in ecrits if trouve.entier]
        if (parties or siens) and copie in ("json", "pdf"):
            return _copier(request, demande, parties, siens, copie)
        contexte |= {"cherche": True, "parties": parties, "ecrits": ecrits, "a_copier": parties or siens}
    return render(request, "qualite/saisines/donnees.html", contexte, status=422 if form.errors else 200)


def _copier(
    request: Requete, demande: DemandeDroits, parties: list[Partie], siens: list[Ecrit], sorte: str
) -> HttpResponse:
    copies = droits.copier(request.user, parties)
    ecrits = droits_des_ecrits.copier(request.user, siens)
    if sorte == "json":
        texte = json.dumps({"dossiers": copies, "ecrits": ecrits}, ensure_ascii=False, indent=2)
        reponse = HttpResponse(texte, content_type="application/json; charset=utf-8")
    else:
        try:
            octets = droits.en_papier(demande.point, copies, ecrits)
        except ImpressionImpossible:
            messages.error(request, SANS_PANGO)
            return redirect("demande_droits_donnees", pk=demande.pk)
        reponse = HttpResponse(octets, content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="copie-demande-{demande.pk}.{sorte}"'
    reponse["Cache-Control"] = "no-store, private"
    return reponse


def _partie(request: Requete, demande: DemandeDroits, partie: int) -> Partie:
    """A party of the cases of the request's point that this person reads; else 404."""
    cas = Dossier.objects.lisibles_par(request.user).filter(point=demande.point)
    lignes = Partie.objects.filter(dossier__in=cas.values("pk"))
    return get_object_or_404(lignes.select_related("dossier__point", "dossier__cle_donnees"), pk=partie)


@encadrants_seulement
@require_http_methods(["GET", "POST"])
@confirmee
def demande_droits_rectifier(request: Requete, pk: int, partie: int) -> HttpResponse:
    """Set right who the person is in a case, a closed one too; its state does not change."""
    demande = _demande(request, pk)
    trouvee = _partie(request, demande, partie)
    noter_lecture_de_droits(request.user, trouvee.dossier)

    def lue(ligne: Partie) -> dict[str, Any]:
        return ligne.valeurs() | {"version": ligne.version}

    form = RectifierForm(donnees(request), initial=lue(trouvee), nomme=not trouvee.partenaire_id)
    return conduire_version(
        request,
        form,
        lambda: droits.rectifier(request.user, trouvee, form.textes(), form.cleaned_data["version"]),
        lambda: lue(_partie(request, demande, partie)),
        titre=f"Corriger {trouvee.pseudonyme} dans le dossier {trouvee.dossier.reference}",
        chapeau="Le nom et les coordonnées, même si le dossier est clos\u202f: rien d’autre n’y change.",
        bouton="Corriger",
        retour=reverse("demande_droits", args=[pk]),
        succes="C’est corrigé. Notez maintenant la réponse.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
@confirmee
def demande_droits_oublier(request: Requete, pk: int, partie: int) -> HttpResponse:
    """Erase the person from a case, or the whole case; there is no way back."""
    trouvee = _partie(request, _demande(request, pk), partie)
    form = OublierForm(donnees(request))

    def ecrire() -> None:
        if form.cleaned_data["etendue"] == OublierForm.DOSSIER:
            anonymiser_sur_demande(request.user, trouvee.dossier)
        else:
            droits.oublier(request.user, trouvee)

    return conduire(
        request,
        form,
        ecrire,
        titre=f"Effacer {trouvee.pseudonyme} du dossier {trouvee.dossier.reference}",
        chapeau="C’est pour toujours, et les sauvegardes l’oublient aussi. Un nom peut rester dans le texte "
        "d’une étape\u202f: relisez le dossier avant, ou effacez-le entier.",
        bouton="Effacer pour de bon",
        retour=reverse("demande_droits", args=[pk]),
        succes="C’est effacé. Notez maintenant la réponse.",
    )
