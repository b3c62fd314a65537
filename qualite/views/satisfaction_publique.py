"""The question asked of the public: on a tablet at the point, or by the poster's code. No login, no trace.

Pages are rendered without the request: no session, no cookie (hence no CSRF token: a forged form could do
no more than anyone's own), nothing of whoever may be logged in on that tablet. On the tablet (`?borne=1`)
the thanks go back to the question by themselves, by a header, so that no script is needed.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from pimms.socle.debit import laisse_passer, provenance
from qualite import satisfaction
from qualite.forms.satisfaction import MotForm, VisageForm
from qualite.lecture_satisfaction import ICONES
from qualite.models import Questionnaire, Visage

# Uses in five minutes: a workshop's group that answers at once stays well below.
PAR_PROVENANCE, PAR_QUESTIONNAIRE = 40, 120
RETOUR = 10  # seconds after which the tablet's thanks give way to the question
ATTENTE = 30  # seconds after which it asks again, when too many answers came
RETOUR_DU_MOT = 180  # seconds after which a comment left half written does
VISAGES = [(v.value, v.label, ICONES[v.value]) for v in Visage]


def _page(gabarit: str, contexte: dict[str, Any], statut: int = 200) -> HttpResponse:
    reponse = HttpResponse(render_to_string(f"satisfaction/{gabarit}.html", contexte), status=statut)
    reponse["Cache-Control"] = "no-store"
    return reponse


def _aller(url: str) -> HttpResponse:
    reponse = HttpResponseRedirect(url)
    reponse["Cache-Control"] = "no-store"
    return reponse


def ouverte(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the living questionnaire of the token; closed, renewed, unknown look alike (404)."""

    @csrf_exempt
    @wraps(vue)
    def enveloppe(request: HttpRequest, jeton: str, **kwargs) -> HttpResponse:
        questionnaire = satisfaction.trouver(jeton)
        if questionnaire is None:
            return _page("ferme", {}, 404)
        if request.method == "POST" and not _laisse_passer(request, questionnaire):
            trop = _page("trop", {"point": questionnaire.point}, 429)
            return _puis_la_question(trop, request, jeton, ATTENTE)
        return vue(request, questionnaire, **kwargs)

    return enveloppe


def _laisse_passer(request: HttpRequest, questionnaire: Questionnaire) -> bool:
    ici = f"satisfaction:{questionnaire.pk}"
    limites = {ici: PAR_QUESTIONNAIRE, f"{ici}:{provenance(request)}": PAR_PROVENANCE}
    return laisse_passer(limites)


def _adresse(request: HttpRequest, nom: str, *arguments) -> str:
    """An address of these pages that stays on the tablet, if it is one."""
    return reverse(nom, args=arguments) + ("?borne=1" if "borne" in request.GET else "")


def _puis_la_question(reponse: HttpResponse, request: HttpRequest, jeton: str, secondes: int) -> HttpResponse:
    if "borne" in request.GET:
        reponse["Refresh"] = f"{secondes}; url={_adresse(request, 'satisfaction', jeton)}"
    return reponse


@ouverte
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, questionnaire: Questionnaire) -> HttpResponse:
    """Four faces; one touch is an answer."""
    form = VisageForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        c = form.cleaned_data
        avis = satisfaction.repondre(questionnaire, c["cle"], c["visage"])
        return _aller(_adresse(request, "satisfaction_merci", questionnaire.jeton, avis.cle))
    contexte = {
        "point": questionnaire.point,
        "cle": uuid.uuid4(),
        "visages": VISAGES,
        "erreur": form.is_bound,
    }
    return _page("question", contexte, 422 if form.is_bound else 200)


@ouverte
@require_safe
def merci(request: HttpRequest, questionnaire: Questionnaire, cle: uuid.UUID) -> HttpResponse:
    """Thanks; and a few words to add, while they may be."""
    jeton = questionnaire.jeton
    a_commenter = satisfaction.a_commenter(questionnaire, cle)
    contexte = {
        "point": questionnaire.point,
        "mot": _adresse(request, "satisfaction_mot", jeton, cle) if a_commenter else "",
        "question": _adresse(request, "satisfaction", jeton) if "borne" in request.GET else "",
    }
    return _puis_la_question(_page("merci", contexte), request, jeton, RETOUR)


@ouverte
@require_http_methods(["GET", "HEAD", "POST"])
def mot(request: HttpRequest, questionnaire: Questionnaire, cle: uuid.UUID) -> HttpResponse:
    """A few words after the face, which is recorded already: nothing refused here loses it."""
    jeton = questionnaire.jeton
    suite = _adresse(request, "satisfaction_merci", jeton, cle)
    # Without a word: on to the next person, or back to the thanks on one's own phone.
    sans_mot = _adresse(request, "satisfaction", jeton) if "borne" in request.GET else suite
    avis = satisfaction.a_commenter(questionnaire, cle)
    if avis is None:
        return _aller(suite)
    form = MotForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        texte = form.cleaned_data["texte"]
        try:
            if texte:
                satisfaction.commenter(questionnaire, avis, texte)
        except ValidationError as erreur:
            form.add_error("texte", erreur)
        else:
            return _aller(suite if texte else sans_mot)
    contexte = {
        "point": questionnaire.point,
        "form": form,
        "sans_mot": sans_mot,
        "borne": "borne" in request.GET,
        "minutes": RETOUR_DU_MOT // 60,
    }
    reponse = _page("mot", contexte, 422 if form.errors else 200)
    return _puis_la_question(reponse, request, jeton, RETOUR_DU_MOT)
