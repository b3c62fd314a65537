"""The one way an ordinary form is shown, refused beside its fields, or carried out."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from pimms.socle.formulaires import ajouter_erreurs


def conduire(
    request: HttpRequest,
    form: forms.BaseForm,
    ecrire: Callable[[], object],
    *,
    titre: str,
    retour: str,
    succes: str | Callable[[], str],
    suite: Callable[[], str] | None = None,
    bouton: str = "Enregistrer",
    gabarit: str = "composants/formulaire.html",
    **contexte,
) -> HttpResponse:
    """Show a form; when it is right, `ecrire` and go to `retour` (a URL) with the message `succes`.

    `suite` tells where else to go once it is written, such as the page of what was created.
    A ValidationError of the write comes back beside its field, with all that was typed (422). What
    disappeared, or ceased to be this person's, between the page and the write is not found (404).
    """
    if form.is_bound and form.is_valid():
        try:
            ecrire()
        except ValidationError as erreur:
            ajouter_erreurs(form, erreur)
        except ObjectDoesNotExist as absent:
            raise Http404 from absent
        else:
            messages.success(request, succes() if callable(succes) else succes)
            return redirect(suite() if suite else retour)
    contexte |= {"form": form, "titre": titre, "retour": retour, "bouton": bouton}
    return render(request, gabarit, contexte, status=422 if form.is_bound else 200)


def executer(request: HttpRequest, ecrire: Callable[[], object], succes: str, retour: str) -> HttpResponse:
    """Carry out a button's act and come back; a refusal is said at the head of the page, what is not
    there any more is not found (404)."""
    try:
        ecrire()
    except ValidationError as erreur:
        for message in erreur.messages:
            messages.error(request, message)
    except ObjectDoesNotExist as absent:
        raise Http404 from absent
    else:
        messages.success(request, succes)
    return redirect(retour)


def donnees(request: HttpRequest):
    """POST data, or None so that the form is unbound."""
    return request.POST if request.method == "POST" else None


def adresse_du_site(request: HttpRequest) -> str:
    """The site's own address, without the last slash, for the links in mails."""
    return request.build_absolute_uri("/").rstrip("/")


def suite_sure(request: HttpRequest, sinon: str) -> str:
    """The `next` path when it is one of ours, else `sinon`."""
    suite = request.POST.get("next") or request.GET.get("next") or ""
    # A path: `redirect` would take anything else for the name of a page.
    sure = suite.startswith("/") and url_has_allowed_host_and_scheme(suite, allowed_hosts=None)
    return suite if sure else sinon


def recherche(request: HttpRequest) -> str:
    """The text looked for (`q`), short and free of what PostgreSQL can't hold."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:80]
