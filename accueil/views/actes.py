"""The journal of acts for the union, and the history of one object for those who see it."""

from urllib.parse import urlencode

from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accueil.acces import Requete, agents_seulement, union_seulement
from accueil.actes import HISTOIRE_MAX, histoire, lire_page
from accueil.effacement import a_des_mots, effacer_note
from accueil.forms.actes import ActesForm
from accueil.models import Visite
from pimms.socle.chainage import Tete
from pimms.socle.models import ControleJournal
from pimms.socle.pages import executer

CLE_MAX = 18  # digits of an entry's number


@union_seulement
@require_safe
def actes(request: Requete) -> HttpResponse:
    """Who did what, latest first, fifty a page; the head of the chain above."""
    form = ActesForm(request.GET)
    texte = request.GET.get("avant", "")
    avant = int(texte) if texte.isascii() and texte.isdecimal() and len(texte) <= CLE_MAX else None
    page = lire_page(form.recherche(), avant) if form.is_valid() else None
    filtre = {c: v for c, v in request.GET.items() if v and c in form.fields}
    contexte = {
        "form": form,
        "page": page,
        "tete": Tete.lire(),
        "controle": ControleJournal.objects.first(),
        "filtre": filtre,
        "premiere": avant is None,
        "recentes": f"?{urlencode(filtre)}",
        "suivant": f"?{urlencode(filtre | {'avant': page.suivant})}" if page and page.suivant else "",
    }
    return render(request, "accueil/actes/page.html", contexte, status=200 if page else 422)


def montrer_histoire(
    request: Requete, objet: models.Model, titre: str, retour: str, **contexte: object
) -> HttpResponse:
    """The history of an object; the caller has checked that this person sees it."""
    contexte |= {
        "titre": titre,
        "retour": retour,
        "lignes": histoire(objet._meta.model_name or "", objet.pk),
        "maximum": HISTOIRE_MAX,
    }
    return render(request, "accueil/actes/histoire.html", contexte)


@agents_seulement
@require_safe
def visite_histoire(request: Requete, pk: int) -> HttpResponse:
    """What was done to a visit, for those who may correct it: it tells who entered it."""
    visite = get_object_or_404(Visite.objects.modifiables_par(request.user).select_related("point"), pk=pk)
    jour = f"{visite.jour:%Y-%m-%d}"
    retour = f"{reverse('journal')}?du={jour}&au={jour}&point={visite.point.code}"
    responsable = visite.point_id in request.user.portee.points_de_responsable
    effacer = reverse("visite_effacer_note", args=[pk]) if responsable and a_des_mots(visite) else ""
    return montrer_histoire(
        request, visite, f"Visite du {visite.jour:%d/%m/%Y}", retour, effacer_la_note=effacer
    )


@agents_seulement
@require_POST
def visite_effacer_note(request: Requete, pk: int) -> HttpResponse:
    """Erase a visit's note for good, for the manager of its point."""
    visite = get_object_or_404(Visite.objects.modifiables_par(request.user), pk=pk)
    return executer(
        request,
        lambda: effacer_note(request.user, visite),
        "La note est effacée, de cette visite et de ses états précédents, l’interlocuteur écrit aussi.",
        reverse("visite_histoire", args=[pk]),
    )
