"""What is done with a campaign: creating, changing, its moves, the dates of the cycle."""

from collections.abc import Callable
from typing import Any

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
from pimms.socle.versions import conduire_version, relire
from qualite import campagnes as ecriture
from qualite import cycle, echantillonnage
from qualite import pages_campagnes as pages
from qualite.etats_campagne import FINIES, MODIFIABLES, PAR_PAIRE, EtatCampagne, Transition
from qualite.forms.campagnes import (
    EcheanceForm,
    EcheanceModifierForm,
    ModifierForm,
    NouvelleForm,
    PasForm,
    RemettreForm,
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
    if transition is None or vers in FINIES or not transition.vaut_pour(campagne.nature):
        raise Http404
    form = PasForm(donnees(request), initial={"version": campagne.version}, transition=transition)

    def ecrire(version: int) -> None:
        motif = form.cleaned_data.get("motif", "")
        ecriture.avancer(request.user, campagne, version, vers, motif)

    return conduire(
        request,
        form,
        relire(form, ecrire, lambda: trouver(request, pk).version, ENTRETEMPS),
        titre=f"{transition.libelle}\u202f: {campagne.titre}",
        chapeau=_chapeau(campagne, transition),
        bouton=transition.libelle,
        retour=reverse("campagne", args=[pk]),
        succes=f"La campagne en est à\u202f: {EtatCampagne(vers).label.lower()}.",
    )


def _chapeau(campagne: Campagne, transition: Transition) -> str:
    dit = CHAPEAUX.get(EtatCampagne(transition.vers), "") if not transition.motif else ""
    return f"{dit} {pages.annonce_du_gel(campagne)}" if transition.vers == EtatCampagne.GEL else dit


CHAPEAUX = {
    EtatCampagne.AUTO_EVALUATION: "Chaque point de l’échantillon est invité à relire ses constats et à les "
    "remettre. L’échantillon ne changera plus.",
    EtatCampagne.GEL: "Les constats et les preuves du jour sont gardés tels quels, pour toujours. Ce sera "
    "le dossier de l’audit.",
    EtatCampagne.AUDIT: "Les auditeurs invités peuvent écrire leurs constats.",
    EtatCampagne.REPONSE: "Les constats ne changeront plus\u202f; chaque point y répond.",
}


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
        suppression="" if lue.confirmee or lue.campagnes.exists() else reverse("echeance_retirer", args=[pk]),
        question="Enlever cette date du cycle\u202f?",
    )


@union_seulement
@require_POST
def echeance_retirer(request: Requete, pk: int) -> HttpResponse:
    """Take a date that was added by mistake out of the cycle."""
    lue = get_object_or_404(Echeance, pk=pk)
    retour = reverse("campagnes")
    return executer(request, lambda: cycle.retirer(request.user, lue), "La date est enlevée.", retour)


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
