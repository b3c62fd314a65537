"""The actions as one reads them: calendar, list, one action or project."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accueil.acces import Requete, lecteurs_seulement, point_courant
from accueil.filtres import Options
from accueil.models.visites import Genre, TrancheAge
from accueil.registres import PAR_NUMERO
from mediation.calendrier import (
    A_RAPPORTER,
    LISTE,
    VUES,
    a_rapporter,
    calendrier,
    etapes_du_projet,
    lire_liste,
    montrer,
)
from mediation.compte_rendu import AUX_PASSAGES, Satisfaction
from mediation.forms.filtre_actions import lire_filtre
from mediation.models import Action
from mediation.pages import curseur_de
from mediation.tableau_veille import nombre_a_traiter
from pimms.socle.periodes import UN_JOUR


@lecteurs_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """The calendar of a point by week or month, or the list; what waits for its report comes first."""
    options = Options(request.user)
    courant = point_courant(request)
    filtre, formulaire = lire_filtre(request.GET, options, courant)
    aujourdhui = options.aujourdhui(filtre.point)
    attendent = a_rapporter(request.user, [courant.pk]) if courant else []
    # The calendar is that of one point.
    vues = VUES if filtre.point or courant else {LISTE: VUES[LISTE]}
    contexte = {
        "filtre": filtre,
        "form": formulaire,
        "vues": [(nom, filtre.url(vue=vue), vue == filtre.vue) for vue, nom in vues.items()],
        "aujourdhui": aujourdhui,
        "peut_prevoir": bool(request.user.portee.points),
        "attendent": attendent[:A_RAPPORTER],
        "attendent_encore": len(attendent) > A_RAPPORTER,
        "alertes": nombre_a_traiter(request.user, courant) if courant else {},
    }
    if filtre.vue == LISTE:
        page = lire_liste(request.user, filtre, curseur_de(request))
        contexte |= {
            "page": page,
            "precedent": page.precedent and filtre.url(curseur=page.precedent),
            "suivant": page.suivant and filtre.url(curseur=page.suivant),
        }
    else:
        periode = filtre.periode
        contexte |= {
            "periode": periode,
            "calendrier": calendrier(request.user, filtre, aujourdhui),
            "avant": filtre.url(jour=(periode.du - UN_JOUR).isoformat()),
            "apres": filtre.url(jour=(periode.au + UN_JOUR).isoformat()),
            "maintenant": filtre.url(jour=aujourdhui.isoformat()),
        }
    return render(request, "mediation/actions/liste.html", contexte)


@lecteurs_seulement
@require_safe
def page(request: Requete, pk: int) -> HttpResponse:
    """One action: what was planned, what was reported; a project with its steps."""
    actions = Action.objects.visibles_par(request.user)
    actions = actions.select_related("point", "commune", "projet").prefetch_related(
        "partenaires", "equipe", "participations"
    )
    action = montrer([get_object_or_404(actions, pk=pk)], request.user.portee)[0]
    etapes = etapes_du_projet(request.user, action) if action.nature == Action.Nature.PROJET else []
    participants = sum(p.nombre for p in action.participations.all())
    fin, aujourdhui = action.jour_fin, action.point.aujourdhui()
    return render(
        request,
        "mediation/actions/page.html",
        {
            "action": action,
            "registre": PAR_NUMERO[action.registre],
            "peut_proposer": action.etat != Action.Etat.ANNULEE and _decide(request, action),
            "travaille_ici": action.point_id in request.user.portee.points_de_saisie,
            "peut_rapporter": action.jour <= aujourdhui,
            # A project's balance is due at its end; before, its steps come first.
            "est_due": (fin or aujourdhui) <= aujourdhui and (fin or action.nature != Action.Nature.PROJET),
            "aux_passages": action.nature in AUX_PASSAGES,
            "participants": participants,
            # Small counts by age and genre stay at the point.
            "detail": _detail(action) if action.lisible else [],
            "satisfaction": [
                (s.label, action.satisfaits.get(s.value, 0)) for s in Satisfaction if action.satisfaits
            ],
            "etapes": etapes,
            "etapes_faites": [e for e in etapes if e.etat == Action.Etat.FAITE],
            "participations_aux_etapes": sum(
                e.participants or 0 for e in etapes if e.etat == Action.Etat.FAITE
            ),
        },
    )


def _decide(request: Requete, action: Action) -> bool:
    """Whether this person may change the action's register, or propose another."""
    portee = request.user.portee
    sienne = action.auteur_id == request.user.pk and action.point_id in portee.points_de_saisie
    return sienne or action.point_id in portee.points_de_responsable


def _detail(action: Action) -> list[tuple[str, list[tuple[str, int]], int]]:
    """Participants by age: label, (genre, number) pairs that are not nought, total."""
    lignes = []
    participations = {(p.tranche_age, p.genre): p.nombre for p in action.participations.all()}
    for age in TrancheAge:
        nombres = [(genre.label, participations.get((age.value, genre.value), 0)) for genre in Genre]
        total = sum(n for _, n in nombres)
        if total:
            lignes.append((str(age.label), [(str(g), n) for g, n in nombres if n], total))
    inconnus = len(lignes) == 1 and set(participations) == {(TrancheAge.NC.value, Genre.NC.value)}
    return [] if inconnus else lignes
