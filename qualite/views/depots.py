"""Adding a proof, or a later version of one."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accueil.acces import Portee, Requete, en_poste, encadrants_seulement
from accueil.equipe import points_geres
from accueil.models import Association, Utilisateur
from pimms.socle.pages import conduire
from pimms.socle.televersement import trop_lourds
from qualite import lignees
from qualite import preuves as ecriture
from qualite.depots import Objet
from qualite.droits_actions import objet_de, tient
from qualite.evaluation import exigences_en_vigueur
from qualite.forms.preuves import PreuveForm, VersionForm
from qualite.lecture_preuves import valeurs_de
from qualite.models import ActionCorrective
from qualite.pages_actions import code_de
from qualite.views.actions import trouver as trouver_action
from qualite.views.preuves import trouver_tenue

PERSONNES_MAX = 500  # of the teams looked after: the largest association has some tens


def _envoi(request: Requete) -> dict:
    """What the form is bound to; a file dropped for its size while it came in is told as such."""
    if request.method != "POST":
        return {}
    lourd = "fichier" in trop_lourds(request)
    return {"data": request.POST, "files": request.FILES, "trop_lourd": lourd}


def _objets(request: Requete) -> dict[str, Objet]:
    """All those for whom this person may add a proof, by the form's code."""
    portee = request.user.portee
    points = list(points_geres(portee))
    associations = (
        Association.objects.all() if portee.reseau else Association.objects.filter(pk__in=portee.associations)
    )
    objets = {"reseau": Objet()} if portee.reseau else {}
    objets |= {f"association-{a.pk}": Objet(association=a) for a in associations}
    objets |= {f"point-{p.code}": Objet(point=p) for p in points}
    return objets | _personnes(portee)


def _personnes(portee: Portee) -> dict[str, Objet]:
    """Those in post today in a team looked after, once for each association that employs them."""
    equipes = en_poste(portee)
    employeurs = Association.objects.in_bulk(equipes)
    toutes = Utilisateur.objects.filter(pk__in=set().union(*equipes.values()))
    return {
        f"personne-{p.pk}-{cle}": Objet(association=employeurs[cle], personne=p)
        for p in toutes.order_by("nom_tri", "pk")[:PERSONNES_MAX]
        for cle, equipe in equipes.items()
        if p.pk in equipe
    }


def _action(request: Requete) -> ActionCorrective | None:
    """The action named in the address, where this person holds it; else 404."""
    code = request.GET.get("action", "")
    if not code:
        return None
    action = trouver_action(request, int(code)) if code.isdecimal() and len(code) < 19 else None
    if action is None or not tient(request.user.portee, action):
        raise Http404
    return action


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def preuve_nouvelle(request: Requete) -> HttpResponse:
    """Add a proof; `exigence` and `objet` in the address choose for the person who comes from a finding.

    With `action`, it shows the work of that corrective action, for the same subject.
    """
    exigences = exigences_en_vigueur(timezone.localdate())
    action = _action(request)
    objets = {code_de(objet_de(action)): objet_de(action)} if action else _objets(request)
    voulue = lignees.trouver(exigences, action.exigence if action else request.GET.get("exigence", ""))
    initial = {"exigence": voulue and voulue.code, "objet": request.GET.get("objet")}
    if len(objets) == 1:
        initial["objet"] = next(iter(objets))
    form = PreuveForm(**_envoi(request), exigences=exigences, objets=objets, initial=initial)

    def ecrire() -> None:
        codes = form.exigences_choisies()
        ecriture.deposer(request.user, form.objet_choisi(), codes, form.depot(), action)

    return conduire(
        request,
        form,
        ecrire,
        titre=f"Ajouter une preuve à l’action «\u202f{action.titre}\u202f»"
        if action
        else "Ajouter une preuve",
        chapeau="Le fichier est gardé chiffré. Ce qui a été ajouté ne s’efface pas : on le remplace.",
        bouton="Ajouter cette preuve",
        retour=reverse("corrective", args=[action.pk]) if action else reverse("preuves"),
        succes="La preuve est ajoutée.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def preuve_version(request: Requete, pk: int) -> HttpResponse:
    """Add a later version; the earlier ones stay."""
    preuve = trouver_tenue(request, pk)
    derniere = preuve.versions.select_related("preuve__coffre").first()
    form = VersionForm(
        **_envoi(request), initial={"titre": valeurs_de(derniere)["titre"] if derniere else ""}
    )
    return conduire(
        request,
        form,
        lambda: ecriture.ajouter_version(request.user, preuve, form.depot()),
        titre="Ajouter une version",
        chapeau="Les versions d’avant restent, avec leurs dates.",
        bouton="Ajouter cette version",
        retour=reverse("preuve", args=[pk]),
        succes="La version est ajoutée.",
    )
