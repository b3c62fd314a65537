"""The life of a case: its state, who is in charge, who reads it, what it waits for."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accueil.acces import Requete, agents_seulement
from mediation import attentes, passations
from mediation.cycle_de_vie import ModifieEntretemps, changer_etat
from mediation.etats import PAR_PAIRE, TRANSFERT, Etat
from mediation.forms.vie import (
    AccesForm,
    AttenteForm,
    ConflitForm,
    EtatForm,
    HorsChampForm,
    JustificationForm,
    OrienterForm,
    PassationForm,
    RetraitForm,
    TransfertForm,
)
from mediation.models import Dossier
from mediation.redirections import sortir_du_champ
from mediation.transferts import transferer
from mediation.views.cas import conduire_versionne
from mediation.views.commun import dossier_du_responsable, dossier_lisible
from pimms.socle.pages import conduire, donnees, executer
from pimms.socle.typographie import de

ENTRETEMPS = (
    "Quelqu’un a changé ce dossier pendant que vous l’aviez ouvert. Rien n’est enregistré\u202f: "
    "revenez au dossier pour voir où il en est."
)
FORMULAIRES = {Etat.ORIENTE: OrienterForm, Etat.RETRAIT: RetraitForm}


def retour(dossier: Dossier) -> str:
    return reverse("dossier", args=[dossier.reference])


def ou_le_dire(ecrire: Callable[[], object]) -> Callable[[], object]:
    """The same write; a change made meanwhile by someone else is said as a refusal."""

    def enveloppe() -> object:
        try:
            return ecrire()
        except ModifieEntretemps as erreur:
            raise ValidationError(ENTRETEMPS, code="entretemps") from erreur

    return enveloppe


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def etat(request: Requete, reference: str, vers: str) -> HttpResponse:
    """One move of the case, with what it asks for; the write checks that it is allowed."""
    dossier = dossier_lisible(request, reference)
    if vers not in Etat.values:
        raise Http404
    transition = PAR_PAIRE.get((dossier.etat, vers))
    if transition is None or transition.transfert or dossier.issue == TRANSFERT:
        # An old page, or a button pressed twice: the page says where the case is.
        return executer(request, _refuser, "", retour(dossier))
    if vers == Etat.HORS_CHAMP:
        return _hors_champ(request, dossier)
    classe = FORMULAIRES.get(transition.vers, EtatForm)
    form = classe(donnees(request), transition=transition, dossier=dossier)
    return conduire(
        request,
        form,
        ou_le_dire(
            lambda: changer_etat(
                request.user, dossier, vers, depuis=form.cleaned_data["depuis"], **form.precisions()
            )
        ),
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
    return conduire(
        request,
        form,
        ou_le_dire(
            lambda: sortir_du_champ(
                request.user,
                dossier,
                form.reorientation(form.cleaned_data["cle"]),
                depuis=form.cleaned_data["depuis"],
                motif=form.cleaned_data["motif"],
            )
        ),
        titre="Hors du champ de la médiation sociale",
        chapeau="La personne est orientée vers quelqu’un de nommé, et le dossier ne compte plus "
        "comme une médiation.",
        bouton="Noter la réorientation",
        retour=retour(dossier),
        succes="La réorientation est notée\u202f; le dossier est hors champ.",
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def passer(request: Requete, reference: str) -> HttpResponse:
    """Hand the case over to a colleague; the manager may, even where they don't read it."""
    dossier = dossier_du_responsable(request, reference)
    form = PassationForm(donnees(request), dossier=dossier)
    return conduire(
        request,
        form,
        ou_le_dire(
            lambda: passations.passer_la_main(
                request.user,
                dossier,
                form.cleaned_data["a"],
                form.cleaned_data["motif"],
                de=form.cleaned_data["de"],
            )
        ),
        titre=f"Passer la main sur {dossier.reference}",
        chapeau=f"Chargé du dossier aujourd’hui\u202f: {dossier.mediateur}.",
        bouton="Passer la main",
        retour=reverse("dossiers") if dossier.restreint else retour(dossier),
        succes=lambda: f"Le dossier est confié à {form.cleaned_data['a']}.",
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def transfert(request: Requete, reference: str) -> HttpResponse:
    """Send the case to another point: it closes here, a linked one opens there."""
    dossier = dossier_lisible(request, reference)
    form = TransfertForm(donnees(request), dossier=dossier)
    return conduire(
        request,
        form,
        ou_le_dire(
            lambda: transferer(
                request.user,
                dossier,
                form.cleaned_data["vers"],
                form.cleaned_data["motif"],
                depuis=form.cleaned_data["depuis"],
                avec_identites=form.cleaned_data["avec_identites"],
            )
        ),
        titre=f"Transférer {dossier.reference} à un autre point",
        chapeau="Le dossier se clôt ici. Un dossier lié s’ouvre là-bas, confié au responsable du point. "
        "L’accord des parties à la médiation y est demandé de nouveau.",
        bouton="Transférer le dossier",
        retour=retour(dossier),
        succes=lambda: f"Le dossier est transféré au point {de(form.cleaned_data['vers'].nom)}.",
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def acces(request: Requete, reference: str) -> HttpResponse:
    """Restrict the case to named people, or open it to the team again."""
    dossier = dossier_lisible(request, reference)
    nommees = list(dossier.lecteurs.values_list("personne", flat=True))
    form = AccesForm(donnees(request), dossier=dossier, initial={"personnes": nommees})

    def ecrire() -> object:
        c = form.cleaned_data
        if c["qui"] == "equipe":
            return passations.rouvrir_a_l_equipe(request.user, dossier, version=c["version"])
        return passations.reserver(request.user, dossier, list(c["personnes"]), version=c["version"])

    return conduire(
        request,
        form,
        ou_le_dire(ecrire),
        titre=f"Qui lit {dossier.reference}\u202f?",
        chapeau="Réservez un dossier quand un proche ou un collègue est concerné. Le responsable du point "
        "sait qu’il existe, sans les noms.",
        retour=retour(dossier),
        succes="L’accès au dossier est réglé.",
    )


def _attente(dossier: Dossier) -> dict:
    """What the form shows of the wait that runs."""
    en_cours = dossier.attentes.filter(fin__isnull=True).first()
    if en_cours is None:
        return {"partenaire": dossier.partenaire_id, "vue": ""}
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
    return executer(
        request,
        lambda: attentes.reprendre(request.user, dossier),
        "L’attente est finie\u202f: le dossier est de nouveau suivi.",
        retour(dossier),
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def conflit(request: Requete, reference: str) -> HttpResponse:
    """Declare one's own conflict of interest."""
    dossier = dossier_lisible(request, reference)
    form = ConflitForm(donnees(request))
    return conduire(
        request,
        form,
        lambda: passations.declarer_conflit(request.user, dossier, form.cleaned_data["motif"]),
        titre="Déclarer un conflit d’intérêts",
        chapeau="Vous connaissez une partie, ou vous avez un intérêt dans l’affaire\u202f: dites-le. "
        "La médiation s’arrête jusqu’à ce que vous passiez la main, ou que le responsable du point "
        "justifie que vous continuiez.",
        bouton="Déclarer",
        retour=retour(dossier),
        succes="Le conflit d’intérêts est déclaré. Passez la main, ou parlez-en à votre responsable.",
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def justifier(request: Requete, reference: str, numero: int) -> HttpResponse:
    """The point's manager says why the médiateur may go on."""
    dossier = dossier_du_responsable(request, reference)
    if dossier.point_id not in request.user.portee.points_de_responsable:
        raise Http404
    declare = dossier.conflitinterets.filter(numero=numero, decision="").first()
    if declare is None:
        return redirect(retour(dossier))
    form = JustificationForm(donnees(request))
    return conduire(
        request,
        form,
        ou_le_dire(
            lambda: passations.justifier_conflit(
                request.user, dossier, numero, form.cleaned_data["justification"]
            )
        ),
        titre="Justifier la poursuite de la médiation",
        chapeau=f"{declare.declare_par} a déclaré un conflit d’intérêts sur {dossier.reference}.",
        bouton="Justifier",
        retour=retour(dossier),
        succes="La poursuite est justifiée\u202f; la médiation peut continuer.",
    )
