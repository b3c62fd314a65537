"""Who is in charge of a case, who reads it, and conflicts of interest."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accueil.acces import Requete, agents_seulement
from mediation import passations
from mediation.cycle_de_vie import ModifieEntretemps
from mediation.etats import Etat
from mediation.forms.vie import (
    AccesForm,
    ConflitForm,
    JustificationForm,
    PassationForm,
    TransfertForm,
)
from mediation.models import Dossier, Evenement
from mediation.transferts import transferer
from mediation.views.cas import conduire_versionne, dernier, dernier_passage, etat_actuel
from mediation.views.commun import dossier_du_responsable, dossier_lisible
from mediation.views.vie import retour
from pimms.socle.pages import conduire, donnees, executer
from pimms.socle.typographie import de


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def passer(request: Requete, reference: str) -> HttpResponse:
    """Hand the case over to a colleague; the manager may, even where they don't read it."""
    dossier = dossier_du_responsable(request, reference)
    form = PassationForm(donnees(request), dossier=dossier)

    def charge() -> list[tuple[str, str]]:
        actuel = dossier_du_responsable(request, reference)
        return [("Chargé du dossier", dernier(actuel, Evenement.Nature.PASSATION, str(actuel.mediateur)))]

    return conduire_versionne(
        request,
        form,
        lambda: passations.passer_la_main(
            request.user,
            dossier,
            form.cleaned_data["a"],
            form.cleaned_data["motif"],
            de=form.cleaned_data["de"],
        ),
        lambda: {"de": dossier_du_responsable(request, reference).mediateur_id},
        dit=charge,
        gabarit="composants/formulaire.html",
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
    return conduire_versionne(
        request,
        form,
        lambda: transferer(
            request.user,
            dossier,
            form.cleaned_data["vers"],
            form.cleaned_data["motif"],
            depuis=form.cleaned_data["depuis"],
            avec_identites=form.cleaned_data["avec_identites"],
        ),
        lambda: etat_actuel(request, reference, Etat.CLOS),
        dit=lambda: dernier_passage(request, reference, Etat.CLOS),
        gabarit="composants/formulaire.html",
        titre=f"Transférer {dossier.reference} à un autre point",
        chapeau="Le dossier se clôt ici. Un dossier lié s’ouvre là-bas, confié au responsable du point. "
        "L’accord des parties à la médiation y est demandé de nouveau.",
        bouton="Transférer le dossier",
        retour=retour(dossier),
        succes=lambda: f"Le dossier est transféré au point {de(form.cleaned_data['vers'].nom)}.",
    )


def _acces(dossier: Dossier) -> dict:
    """Who reads the case, as the form knows it."""
    return {
        "qui": "nommees" if dossier.restreint else "equipe",
        "personnes": list(dossier.lecteurs.values_list("personne", flat=True)),
        "version": dossier.version,
    }


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def acces(request: Requete, reference: str) -> HttpResponse:
    """Restrict the case to named people, or open it to the team again."""
    dossier = dossier_lisible(request, reference)
    form = AccesForm(donnees(request), dossier=dossier, initial=_acces(dossier))

    def ecrire() -> object:
        c = form.cleaned_data
        if c["qui"] == "equipe":
            return passations.rouvrir_a_l_equipe(request.user, dossier, version=c["version"])
        return passations.reserver(request.user, dossier, list(c["personnes"]), version=c["version"])

    return conduire_versionne(
        request,
        form,
        ecrire,
        lambda: _acces(dossier_lisible(request, reference)),
        gabarit="composants/formulaire.html",
        titre=f"Qui lit {dossier.reference}\u202f?",
        chapeau="Réservez un dossier quand un proche ou un collègue est concerné. Le responsable du point "
        "sait qu’il existe, sans les noms.",
        retour=retour(dossier),
        succes="L’accès au dossier est réglé.",
    )


@agents_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def conflit(request: Requete, reference: str) -> HttpResponse:
    """Declare one's own conflict of interest; who has no part in the case is told to whom to speak."""
    dossier = dossier_lisible(request, reference)
    if not passations.travaille_sur(request.user, dossier):
        refus = lambda: passations.exiger_au_travail(request.user, dossier)  # noqa: E731
        return executer(request, refus, "", retour(dossier))
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
        return executer(request, _deja_regle, "", retour(dossier))
    form = JustificationForm(donnees(request))

    def ecrire() -> None:
        try:
            passations.justifier_conflit(request.user, dossier, numero, form.cleaned_data["justification"])
        except ModifieEntretemps:
            _deja_regle()

    return conduire(
        request,
        form,
        ecrire,
        titre="Justifier la poursuite de la médiation",
        chapeau=f"{declare.declare_par} a déclaré un conflit d’intérêts sur {dossier.reference}.",
        bouton="Justifier",
        retour=retour(dossier),
        succes="La poursuite est justifiée\u202f; la médiation peut continuer.",
    )


def _deja_regle() -> None:
    raise ValidationError("Ce conflit d’intérêts a déjà sa suite\u202f: voici où en est le dossier.")
