"""The charter: read it, attest it, read an earlier version; the union publishes the next one."""

from datetime import date

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accueil.acces import Requete, agents_seulement, lecteurs_seulement, union_seulement
from pimms.socle.pages import conduire, donnees
from pimms.socle.typographie import date_courte
from qualite import attestation_pdf
from qualite.attestations import Dossiers, dossier_de
from qualite.charte import attestations_visibles, attester, en_vigueur, jour_de, publier
from qualite.forms.charte import AttestationForm, CharteForm
from qualite.models import Charte
from qualite.parametres import valeurs_du_jour
from qualite.textes_charte import morceaux, proposition
from qualite.validite import Etat

RENOUVELER = 30  # days before the end during which one may attest again


@lecteurs_seulement
@require_safe
def charte(request: Requete) -> HttpResponse:
    """The version in force; to a médiateur, where they stand and the way to attest."""
    return _page(request, AttestationForm(), 200)


@agents_seulement
@require_http_methods(["POST"])
def charte_attester(request: Requete) -> HttpResponse:
    """Attest: the form first, then the password again, then the attestation."""
    form = AttestationForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    return _signer(request, form)


@reauthentication_required
def _signer(request: Requete, form: AttestationForm) -> HttpResponse:
    """Write the attestation; allauth asks for the password first, then sends the same form here."""
    donnees = form.cleaned_data
    try:
        attester(request.user, empreinte_lue=donnees["empreinte"], cle=donnees["cle"])
    except ValidationError as erreur:  # nothing was typed: the page shows the text to read now
        for message in erreur.messages:
            messages.error(request, message)
        return redirect("charte")
    messages.success(request, "Merci : votre attestation est enregistrée. Son PDF se prépare.")
    return redirect("charte")


def _page(request: Requete, form: AttestationForm, statut: int) -> HttpResponse:
    personne = request.user
    jour = jour_de(personne)
    dossier = dossier_de(personne, jour)
    version = dossier.charte(jour)
    contexte: dict = {
        "charte": version,
        "form": form,
        "morceaux": list(morceaux(version.texte)) if version else [],
        "versions": dossier.chartes,
        "publie": personne.portee.reseau,
        "jour": jour,
    }
    if version and personne.portee.points:
        contexte |= _situation(dossier, personne.pk, version, jour)
    return render(request, "qualite/charte/page.html", contexte, status=statut)


def _situation(dossier: Dossiers, personne_id: int, version: Charte, jour: date) -> dict:
    """Where someone who may attest stands; a manager, of whom nothing is asked, may all the same."""
    situation = dossier.situation(personne_id, jour)
    derniere = dossier.derniere(personne_id, jour)
    reste = situation.reste(jour)
    de_gre = situation.etat is Etat.HORS_POSTE and derniere is not None and derniere.charte == version
    a_jour = situation.etat is Etat.A_JOUR or de_gre
    return {
        "situation": situation,
        "reste": reste,
        "attestations": dossier.attestations[personne_id],
        "a_jour": a_jour,
        "peut_attester": not a_jour or (reste is not None and reste <= RENOUVELER),
    }


@lecteurs_seulement
@require_safe
def charte_version(request: Requete, numero: int) -> HttpResponse:
    """An earlier or a coming version."""
    version = get_object_or_404(Charte, numero=numero)
    contexte = {
        "charte": version,
        "morceaux": list(morceaux(version.texte)),
        "courante": en_vigueur(timezone.localdate()),
    }
    return render(request, "qualite/charte/version.html", contexte)


@union_seulement
@require_http_methods(["GET", "POST"])
def charte_publier(request: Requete) -> HttpResponse:
    """Publish the next version, written from the last one, or from the network's proposal."""
    derniere = Charte.objects.first()
    form = CharteForm(
        donnees(request),
        delai=valeurs_du_jour(timezone.localdate())["attestation_delai"],
        initial={"texte": derniere.texte if derniere else proposition()},
    )
    return conduire(
        request,
        form,
        lambda: publier(request.user, **form.cleaned_data),
        titre="Publier une version de la charte",
        chapeau="Une version publiée ne change plus. Les attestations d’avant restent, avec leur texte.",
        bouton="Publier cette version",
        retour=reverse("charte"),
        succes=lambda: (
            f"C’est publié, en vigueur à partir du {date_courte(form.cleaned_data['en_vigueur_le'])}."
        ),
    )


@lecteurs_seulement
@require_safe
def attestation(request: Requete, pk: int) -> HttpResponse:
    """The PDF of an attestation: one's own, or of someone of a team that one looks after."""
    objet = get_object_or_404(attestations_visibles(request.user.portee, request.user), pk=pk)
    try:
        octets = attestation_pdf.lire(objet)
    except attestation_pdf.PdfAltere:
        messages.error(request, "Attention : ce PDF a été modifié depuis sa production. Prévenez l’union.")
        return redirect("charte")
    if octets is None:
        messages.info(request, "Ce PDF se prépare : réessayez dans un instant.")
        return redirect("charte")
    nom = f"attestation-charte-{objet.personne.nom_tri.replace(' ', '-')}-{objet.jour}.pdf"
    reponse = HttpResponse(octets, content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse
