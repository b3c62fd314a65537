"""The life of a case: its state, and what it waits for."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accueil.acces import Requete, agents_seulement
from mediation import attentes
from mediation.cycle_de_vie import ModifieEntretemps, changer_etat
from mediation.etats import PAR_PAIRE, TRANSFERT, Etat, Transition
from mediation.forms.vie import AttenteForm, EtatForm, HorsChampForm, OrienterForm, RetraitForm
from mediation.models import Dossier
from mediation.redirections import sortir_du_champ
from mediation.views.cas import conduire_versionne, dernier_passage, etat_actuel
from mediation.views.commun import dossier_lisible
from pimms.socle.pages import donnees, executer

FORMULAIRES = {Etat.ORIENTE: OrienterForm, Etat.RETRAIT: RetraitForm}
ECRITS = ("motif", "relais", "partenaire", "retrait_de")  # what a form of a move may have taken time to say


AUTRE_ATTENTE = (
    "L’attente a changé depuis que vous avez ouvert cette page\u202f: la voici. Si la réponse reçue est "
    "bien celle-là, notez-la de nouveau."
)


def retour(dossier: Dossier) -> str:
    return reverse("dossier", args=[dossier.reference])


def _transition(request: Requete, dossier: Dossier, vers: str) -> Transition | None:
    """The move asked for, none when the case is no longer where the page showed it.

    A form filled in before someone else's move keeps that of its page: its words are not lost, and the
    page that comes back shows what changed.
    """
    permise = PAR_PAIRE.get((dossier.etat, vers))
    if permise and not permise.transfert and dossier.issue != TRANSFERT:
        return permise
    vue = PAR_PAIRE.get((request.POST.get("depuis", ""), vers))
    ecrit = any(request.POST.get(champ) for champ in ECRITS)
    return vue if ecrit and vue and not vue.transfert and vue.de != dossier.etat else None


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def etat(request: Requete, reference: str, vers: str) -> HttpResponse:
    """One move of the case, with what it asks for; the write checks that it is allowed."""
    dossier = dossier_lisible(request, reference)
    if vers not in Etat.values:
        raise Http404
    transition = _transition(request, dossier, vers)
    if transition is None:
        # An old page, or a button pressed twice: the page says where the case is.
        return executer(request, _refuser, "", retour(dossier))
    if vers == Etat.HORS_CHAMP:
        return _hors_champ(request, dossier)
    classe = FORMULAIRES.get(transition.vers, EtatForm)
    form = classe(donnees(request), transition=transition, dossier=dossier)
    return conduire_versionne(
        request,
        form,
        lambda: changer_etat(
            request.user, dossier, vers, depuis=form.cleaned_data["depuis"], **form.precisions()
        ),
        lambda: etat_actuel(request, reference, vers),
        dit=lambda: dernier_passage(request, reference, vers),
        gabarit="composants/formulaire.html",
        titre=transition.libelle,
        chapeau=f"Dossier {dossier.reference}, {dossier.get_etat_display().lower()}.",
        bouton="Clore" if vers == Etat.CLOS else "Confirmer",
        retour=retour(dossier),
        succes=f"Le dossier est maintenant\u202f: {Etat(vers).label.lower()}.",
    )


def _refuser() -> None:
    raise ValidationError("Le dossier a changé d’état\u202f: voici où il en est.")


def _hors_champ(request: Requete, dossier: Dossier) -> HttpResponse:
    form = HorsChampForm(donnees(request), dossier=dossier)
    return conduire_versionne(
        request,
        form,
        lambda: sortir_du_champ(
            request.user,
            dossier,
            form.reorientation(form.cleaned_data["cle"]),
            depuis=form.cleaned_data["depuis"],
            motif=form.cleaned_data["motif"],
        ),
        lambda: etat_actuel(request, dossier.reference, Etat.HORS_CHAMP),
        dit=lambda: dernier_passage(request, dossier.reference, Etat.HORS_CHAMP),
        gabarit="composants/formulaire.html",
        titre="Hors du champ de la médiation sociale",
        chapeau="La personne est orientée vers quelqu’un de nommé, et le dossier ne compte plus "
        "comme une médiation.",
        bouton="Noter la réorientation",
        retour=retour(dossier),
        succes="La réorientation est notée\u202f; le dossier est hors champ.",
    )


def _attente(dossier: Dossier) -> dict:
    """What the form shows of the wait that runs."""
    en_cours = dossier.attentes.filter(fin__isnull=True).first()
    if en_cours is None:
        return {"de": "", "partenaire": dossier.partenaire_id, "relance_le": None, "vue": ""}
    return {
        "de": en_cours.de,
        "partenaire": en_cours.partenaire_id,
        "relance_le": en_cours.relance_le,
        "vue": attentes.vue_de(en_cours),
    }


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def attente(request: Requete, reference: str) -> HttpResponse:
    """Wait for a third party: reminders are suspended until the day chosen."""
    dossier = dossier_lisible(request, reference)
    form = AttenteForm(donnees(request), dossier=dossier, initial=_attente(dossier))
    return conduire_versionne(
        request,
        form,
        lambda: attentes.attendre(request.user, dossier, form.saisie(), vue=form.cleaned_data["vue"]),
        lambda: _attente(dossier),
        dossier=dossier,
        titre="En attente d’une réponse",
        retour=retour(dossier),
        succes=lambda: "Le dossier est en attente\u202f: il reviendra le jour de la relance.",
    )


@agents_seulement
@require_POST
def reprendre(request: Requete, reference: str) -> HttpResponse:
    """The answer came, or nobody waits any more."""
    dossier = dossier_lisible(request, reference)

    def ecrire() -> None:
        try:
            attentes.reprendre(request.user, dossier, vue=request.POST.get("vue", ""))
        except ModifieEntretemps as autre:
            raise ValidationError(AUTRE_ATTENTE) from autre

    return executer(
        request,
        ecrire,
        "L’attente est finie\u202f: le dossier est de nouveau suivi.",
        retour(dossier),
    )
