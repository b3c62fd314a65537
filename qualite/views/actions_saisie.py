"""What is done with a corrective action: opening, changing, handing over, its due date, its moves."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accueil.acces import Requete, encadrants_seulement, lecteurs_seulement
from accueil.models import Utilisateur
from pimms.socle.pages import conduire, donnees
from pimms.socle.versions import conduire_version, relire
from qualite import actions as ecriture
from qualite import droits_actions, lignees, suites_action
from qualite import pages_actions as pages
from qualite.etats_action import EtatAction, Qui, Transition
from qualite.evaluation import exigences_en_vigueur
from qualite.forms.actions import ConfierForm, EtatForm, ModifierForm, OuvrirForm, ReporterForm, initial_de
from qualite.models import ActionCorrective, Exigence, Provenance
from qualite.views.actions import trouver

ENTRETEMPS = "Quelqu’un vient de modifier cette action\u202f: relisez-la, puis enregistrez de nouveau."


def _permise(action: ActionCorrective, permis: bool) -> ActionCorrective:
    """The action where this may be done to it, else 404."""
    if not (permis and action.ouverte):
        raise Http404
    return action


@encadrants_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: Requete) -> HttpResponse:
    """Open an action; `objet` and `exigence` in the address choose for who comes from a finding."""
    objets = pages.objets_ouvrables(request.user.portee)
    code = request.POST.get("objet") or request.GET.get("objet", "")
    if len(objets) == 1:
        code = next(iter(objets))
    if code not in objets:
        contexte = {"objets": objets, "exigence": request.GET.get("exigence", "")}
        statut = 422 if request.method == "POST" else 200
        return render(request, "qualite/actions/pour_qui.html", contexte, status=statut)
    objet = objets[code]
    jour = ActionCorrective(point=objet.point).aujourdhui()
    exigences = exigences_en_vigueur(jour)
    voulue = lignees.trouver(exigences, request.GET.get("exigence", ""))
    pilotes = droits_actions.pilotes_possibles(objet, jour)
    initial = {
        "objet": code,
        "exigence": voulue.code if voulue else "",
        "provenance": Provenance.CONSTAT if voulue else Provenance.EQUIPE,
        "pilote": request.user.pk,
    }
    form = OuvrirForm(donnees(request), initial=initial, objet=objet, pilotes=pilotes, exigences=exigences)
    faites: list[ActionCorrective] = []
    reponse = conduire(
        request,
        form,
        lambda: faites.append(ecriture.ouvrir(request.user, form.ouverture())),
        titre="Ouvrir une action",
        chapeau=_chapeau(objet.point or objet.association, voulue),
        bouton="Ouvrir l’action",
        retour=reverse("correctives"),
        succes="L’action est ouverte.",
    )
    if faites:
        reponse["Location"] = reverse("corrective", args=[faites[0].pk])
    return reponse


def _chapeau(sujet: object, exigence: Exigence | None) -> str:
    pour = f"Pour {sujet or 'le réseau'}."
    return f"{pour} Constat\u202f: {exigence}." if exigence else pour


@lecteurs_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    """Write its cause and its measures: its owner, and who holds it."""
    action = trouver(request, pk)
    _permise(action, droits_actions.peut_travailler(request.user, action))
    form = ModifierForm(donnees(request), initial=initial_de(action))
    return conduire_version(
        request,
        form,
        lambda: ecriture.modifier(request.user, action, form.cleaned_data["version"], form.fiche()),
        lambda: initial_de(trouver(request, pk)),
        titre="Modifier l’action",
        retour=reverse("corrective", args=[pk]),
        succes="L’action est enregistrée.",
    )


@lecteurs_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def confier(request: Requete, pk: int) -> HttpResponse:
    """Hand it over, ask someone to verify it: who holds it."""
    action = trouver(request, pk)
    _permise(action, droits_actions.tient(request.user.portee, action))
    jour = action.aujourdhui()
    fige = not droits_actions.change_de_pilote(action)
    permis = droits_actions.pilotes_possibles(droits_actions.objet_de(action), jour)
    form = ConfierForm(
        donnees(request),
        initial=_mains(action),
        pilotes=Utilisateur.objects.filter(pk=action.pilote_id) if fige else permis,
        verificateurs=droits_actions.verificateurs_possibles(action, jour),
        fige=fige,
    )

    def ecrire() -> None:
        c = form.cleaned_data
        ecriture.confier(request.user, action, c["version"], c["pilote"], c["verificateur"])

    return conduire_version(
        request,
        form,
        ecrire,
        lambda: _mains(trouver(request, pk)),
        titre="Confier l’action",
        retour=reverse("corrective", args=[pk]),
        succes="C’est enregistré.",
    )


def _mains(action: ActionCorrective) -> dict[str, int | None]:
    """In whose hands it is, as the form has it."""
    return {"version": action.version, "pilote": action.pilote_id, "verificateur": action.verificateur_id}


@lecteurs_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def echeance(request: Requete, pk: int) -> HttpResponse:
    """Move its due date, with a reason: who holds it."""
    action = trouver(request, pk)
    _permise(action, droits_actions.tient(request.user.portee, action))
    form = ReporterForm(donnees(request), initial={"version": action.version, "echeance": action.echeance})

    def ecrire(version: int) -> None:
        c = form.cleaned_data
        suites_action.reporter(request.user, action, version, c["echeance"], c["motif"])

    return conduire(
        request,
        form,
        relire(form, ecrire, lambda: trouver(request, pk).version, ENTRETEMPS),
        titre="Déplacer l’échéance",
        chapeau="L’échéance d’avant et votre motif restent dans l’histoire de l’action.",
        bouton="Déplacer l’échéance",
        retour=reverse("corrective", args=[pk]),
        succes="L’échéance est déplacée.",
    )


SUCCES = {
    EtatAction.A_FAIRE: "L’action est rétablie.",
    EtatAction.EN_COURS: "L’action est en cours.",
    EtatAction.REALISEE: "L’action est réalisée. Un autre jour, quelqu’un d’autre en vérifie l’effet.",
    EtatAction.EFFICACE: "L’action est vérifiée efficace\u202f: elle peut être close.",
    EtatAction.INEFFICACE: "L’action est vérifiée inefficace\u202f: elle est à reprendre.",
    EtatAction.CLOSE: "L’action est close.",
    EtatAction.ANNULEE: "L’action est annulée.",
}


@lecteurs_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def etat(request: Requete, pk: int, vers: str) -> HttpResponse:
    """Move an action on, for who may make that move."""
    action = trouver(request, pk)
    transition = _transition(request, action, vers)
    form = EtatForm(donnees(request), transition=transition, action=action)

    def ecrire(version: int) -> None:
        c = form.cleaned_data
        precisions = {nom: c[nom] for nom in ("jour", "motif", "echeance") if c.get(nom)}
        suites_action.avancer(request.user, action, version, vers, **precisions)

    return conduire(
        request,
        form,
        relire(form, ecrire, lambda: trouver(request, pk).version, ENTRETEMPS),
        titre=f"{transition.libelle}\u202f: {action.titre}",
        chapeau=action.mesure if transition.qui == Qui.VERIFICATEUR else "",
        bouton=transition.libelle,
        retour=reverse("corrective", args=[pk]),
        succes=SUCCES[EtatAction(vers)],
    )


def _transition(request: Requete, action: ActionCorrective, vers: str) -> Transition:
    trouvees = [t for t in droits_actions.permises(request.user, action) if t.vers == vers]
    if not trouvees:
        raise Http404
    return trouvees[0]
