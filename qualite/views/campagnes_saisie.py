"""What is done with a campaign: creating, changing, its moves, its end, the dates of the cycle."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accueil.acces import Requete, encadrants_seulement, union_seulement
from accueil.models import Acces, Utilisateur
from accueil.models.personnes import ROLES_DU_RESEAU
from pimms.socle.pages import conduire, donnees, executer
from pimms.socle.versions import ModifieEntretemps, conduire_version, remplacer
from qualite import campagnes as ecriture
from qualite import cloture, cycle, echantillonnage
from qualite.etats_campagne import MODIFIABLES, PAR_PAIRE, EtatCampagne
from qualite.forms.campagnes import (
    DeciderForm,
    EcheanceForm,
    EcheanceModifierForm,
    ModifierForm,
    NouvelleForm,
    PasForm,
    RemettreForm,
    RouvrirForm,
    initial_de,
)
from qualite.models import Campagne, Echeance, PointCampagne, Referentiel
from qualite.parametres import en_vigueur
from qualite.views.campagnes import trouver

ENTRETEMPS = "Quelqu’un vient de modifier cette campagne\u202f: relisez-la, puis recommencez."


def _pilotes() -> QuerySet[Utilisateur]:
    """Those in post at the union."""
    postes = Acces.objects.filter(role__in=ROLES_DU_RESEAU).en_vigueur(timezone.localdate())
    return Utilisateur.objects.filter(pk__in=postes.values("personne"), is_active=True)


def relire(request: Requete, form, pk: int, ecrire: Callable[[int], object]) -> Callable[[], None]:
    """Carry out with the version that this person saw; when it is past, say so and let them try again."""

    def agir() -> None:
        try:
            ecrire(form.cleaned_data["version"])
        except ModifieEntretemps as erreur:
            remplacer(form, "version", trouver(request, pk).version)
            raise ValidationError(ENTRETEMPS) from erreur

    return agir


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_nouvelle(request: Requete) -> HttpResponse:
    """Open a campaign; `echeance` in the address chooses a date of the cycle."""
    jour = timezone.localdate()
    referentiel: Referentiel | None = en_vigueur(jour)
    demandee = request.GET.get("echeance", "")
    initial = {
        "pilote": request.user.pk,
        "referentiel": referentiel and referentiel.pk,
        "echeance": demandee if demandee.isdecimal() else "",
        "du": jour.replace(month=1, day=1),
        "au": jour,
    }
    form = NouvelleForm(donnees(request), initial=initial, pilotes=_pilotes())
    faites: list[Campagne] = []
    return conduire(
        request,
        form,
        lambda: faites.append(ecriture.creer(request.user, form.cleaned_data["cle"], form.projet())),
        titre="Ouvrir une campagne",
        chapeau="D’abord ce qu’elle regarde, et quand. L’échantillon et le plan viennent ensuite.",
        bouton="Ouvrir la campagne",
        retour=reverse("campagnes"),
        suite=lambda: reverse("campagne", args=[faites[0].pk]),
        succes="La campagne est ouverte.",
    )


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_modifier(request: Requete, pk: int) -> HttpResponse:
    campagne = trouver(request, pk)
    if campagne.etat not in MODIFIABLES:
        raise Http404
    fige = campagne.etat != EtatCampagne.PREPARATION
    form = ModifierForm(donnees(request), initial=initial_de(campagne), pilotes=_pilotes(), fige=fige)
    return conduire_version(
        request,
        form,
        lambda: ecriture.modifier(request.user, campagne, form.cleaned_data["version"], form.projet()),
        lambda: initial_de(trouver(request, pk)),
        titre="Modifier la campagne",
        retour=reverse("campagne", args=[pk]),
        succes="La campagne est enregistrée.",
    )


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_etat(request: Requete, pk: int, vers: str) -> HttpResponse:
    """Move a campaign on, or back with a reason."""
    campagne = trouver(request, pk)
    transition = PAR_PAIRE.get((campagne.etat, vers))
    if transition is None or vers == EtatCampagne.CLOSE or not transition.vaut_pour(campagne.nature):
        raise Http404
    form = PasForm(donnees(request), initial={"version": campagne.version}, transition=transition)

    def ecrire(version: int) -> None:
        motif = form.cleaned_data.get("motif", "")
        ecriture.avancer(request.user, campagne, version, vers, motif)

    return conduire(
        request,
        form,
        relire(request, form, pk, ecrire),
        titre=f"{transition.libelle}\u202f: {campagne.titre}",
        chapeau=CHAPEAUX.get(EtatCampagne(vers), "") if not transition.motif else "",
        bouton=transition.libelle,
        retour=reverse("campagne", args=[pk]),
        succes=f"La campagne en est à\u202f: {EtatCampagne(vers).label.lower()}.",
    )


CHAPEAUX = {
    EtatCampagne.AUTO_EVALUATION: "Chaque point de l’échantillon est invité à relire ses constats et à les "
    "remettre. L’échantillon ne changera plus.",
    EtatCampagne.GEL: "Les constats et les preuves du jour sont gardés tels quels, pour toujours. Ce sera "
    "le dossier de l’audit.",
    EtatCampagne.AUDIT: "Les auditeurs invités peuvent écrire leurs constats.",
    EtatCampagne.REPONSE: "Les constats ne changeront plus\u202f; chaque point y répond.",
}


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_decider(request: Requete, pk: int) -> HttpResponse:
    campagne = trouver(request, pk)
    if campagne.etat != EtatCampagne.DECISION:
        raise Http404
    noms = ("version", "decision", "motif_decision")
    form = DeciderForm(donnees(request), initial={n: getattr(campagne, n) for n in noms})

    def ecrire(version: int) -> None:
        c = form.cleaned_data
        cloture.decider(request.user, campagne, version, c["decision"], c["motif_decision"])

    return conduire(
        request,
        form,
        relire(request, form, pk, ecrire),
        titre="Écrire la décision",
        chapeau="Deux personnes de l’union la signeront\u202f; elle ne changera plus.",
        bouton="Enregistrer la décision",
        retour=reverse("campagne", args=[pk]),
        succes="La décision est écrite\u202f: deux personnes la signent pour clore.",
    )


@union_seulement
@require_POST
def campagne_signer(request: Requete, pk: int) -> HttpResponse:
    """Sign the closing; the second signature closes."""
    campagne = trouver(request, pk)
    version = request.POST.get("version", "")

    def signer() -> None:
        try:
            cloture.signer(request.user, campagne, int(version) if version.isdecimal() else -1)
        except ModifieEntretemps as erreur:
            raise ValidationError(ENTRETEMPS) from erreur

    retour = reverse("campagne", args=[pk])
    return executer(request, signer, "Votre signature est enregistrée.", retour)


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_rouvrir(request: Requete, pk: int) -> HttpResponse:
    """Open the successor of a closed campaign, with a reason."""
    campagne = trouver(request, pk)
    if not campagne.close or hasattr(campagne, "successeur"):
        raise Http404
    form = RouvrirForm(donnees(request), initial={"cle": uuid.uuid4()})
    faites: list[Campagne] = []

    def ecrire() -> None:
        c = form.cleaned_data
        faites.append(cloture.rouvrir(request.user, campagne, c["motif"], c["cle"]))

    return conduire(
        request,
        form,
        ecrire,
        titre="Rouvrir par une autre campagne",
        chapeau="Celle qui est close reste telle quelle. Une nouvelle la remplace, avec le même échantillon.",
        bouton="Ouvrir la campagne qui la remplace",
        retour=reverse("campagne", args=[pk]),
        suite=lambda: reverse("campagne", args=[faites[0].pk]),
        succes="La campagne qui la remplace est ouverte.",
    )


@encadrants_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def campagne_remettre(request: Requete, pk: int, code: str) -> HttpResponse:
    """Hand in a point's self-evaluation: who looks after it."""
    campagne = trouver(request, pk)
    lignes = PointCampagne.objects.select_related("point", "campagne")
    ligne = get_object_or_404(lignes, campagne=campagne, point__code=code)
    if campagne.etat != EtatCampagne.AUTO_EVALUATION or not request.user.portee.gere(ligne.point):
        raise Http404
    form = RemettreForm(donnees(request), initial={"remarque": ligne.remarque})
    return conduire(
        request,
        form,
        lambda: echantillonnage.remettre(request.user, ligne, form.cleaned_data["remarque"]),
        titre=f"Remettre l’auto-évaluation de {ligne.point}",
        chapeau="Vous avez relu les constats du point, ajouté les preuves qui manquaient et ouvert les "
        "actions utiles. L’union les relit, puis gèle le dossier.",
        bouton="Remettre l’auto-évaluation",
        retour=reverse("campagne", args=[pk]),
        succes="L’auto-évaluation est remise.",
    )


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def echeance_nouvelle(request: Requete) -> HttpResponse:
    form = EcheanceForm(donnees(request))
    return _regler(request, form, lambda: cycle.ajouter(request.user, **form.cleaned_data))


@union_seulement
@require_http_methods(["GET", "HEAD", "POST"])
def echeance(request: Requete, pk: int) -> HttpResponse:
    """Change a date of the cycle."""
    lue = get_object_or_404(Echeance, pk=pk)
    noms = ("version", "nature", "jour", "confirmee")

    def valeurs() -> dict[str, Any]:
        actuelle = Echeance.objects.get(pk=pk)
        return {n: getattr(actuelle, n) for n in noms}

    form = EcheanceModifierForm(donnees(request), initial={n: getattr(lue, n) for n in noms})
    return conduire_version(
        request,
        form,
        lambda: cycle.modifier(request.user, lue, **form.cleaned_data),
        valeurs,
        titre="Une date du cycle",
        chapeau=CYCLE,
        retour=reverse("campagnes"),
        succes="Le cycle est enregistré.",
    )


CYCLE = "Un certificat vaut quatre ans, avec un audit à deux ans."


def _regler(request: Requete, form, ecrire: Callable[[], object]) -> HttpResponse:
    return conduire(
        request,
        form,
        ecrire,
        titre="Une date du cycle",
        chapeau=CYCLE,
        retour=reverse("campagnes"),
        succes="Le cycle est enregistré.",
    )
