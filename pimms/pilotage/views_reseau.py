"""The network's dashboard: the figures of all one's points, or of those chosen among them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accueil.acces import Requete, reserve_a
from accueil.confirmation import confirmee
from accueil.filtres import CHOISIS, Filtre, Options
from accueil.models import PointAccueil
from mediation.forms.registres import ENSEMBLE, TOUS
from pimms.pilotage.champ import Champ, lire_champ_reseau
from pimms.pilotage.definitions import DEFINITIONS, DU_RESEAU, HORS_VISITES
from pimms.pilotage.dossiers import compter, listes
from pimms.pilotage.fichiers import servir
from pimms.pilotage.perimetre import en_mots, unite_de
from pimms.pilotage.reseau import Conformite, LigneRegistre, lire_conformite, lire_points
from pimms.pilotage.tableau import Repartition, lire_tableau, public_masque
from pimms.pilotage.views_tableau import (
    carte_de_satisfaction,
    carte_des_mediations,
    du_filtre,
    fichier_trop_long,
    note_des_heures,
)
from pimms.socle.budgets import BudgetDepasse
from qualite.evaluation import Cadre
from qualite.lecture_satisfaction import Resultats, resultats
from qualite.parametres import valeurs_du_jour
from qualite.rapports.bilan_public import TITRES, annee_civile, lire_tables
from qualite.validite import plus_mois

GABARIT = "pilotage/reseau/page.html"
plusieurs_points = reserve_a(lambda p: p.reseau or bool(p.associations))


@plusieurs_points
@require_safe
def reseau(request: Requete) -> HttpResponse:
    """The figures of several points over the filter's period, and what each of them did."""
    return render(request, *composer(request))


def composer(request: Requete) -> tuple[str, dict[str, Any]]:
    """The template of the page and all that it shows."""
    options = Options(request.user)
    champ, formulaire = lire_champ_reseau(request.GET, options)
    contexte = du_filtre(champ, formulaire) | {
        "perimetre": en_mots(champ.filtre, options),
        "choix": [(p, p.code in _choisis(champ)) for p in options.points.values()],
        "reseau": options.portee.reseau,
    }
    try:
        tableau = lire_tableau(champ, options, avec_public=False, par_point=True)
    except BudgetDepasse:
        return GABARIT, contexte | {"trop_long": True}
    contexte |= {
        "tableau": tableau,
        "definitions": (*DEFINITIONS, *DU_RESEAU),
        "points": lire_points(champ, options, tableau.total.par_point),
        "public": _public(champ, options),
        "annee_civile": _annee_civile(champ, options),
    }
    if not champ.filtre.selectif:
        hors_visites = {"definitions": (*DEFINITIONS, *HORS_VISITES, *DU_RESEAU)}
        contexte |= _hors_visites(request, champ, options) | hors_visites
    elif tableau.chaleur:
        jour = options.aujourdhui(champ.point, champ.filtre.points)
        contexte["heures"] = note_des_heures(champ.filtre.periode, jour, valeurs_du_jour(jour))
    return GABARIT, contexte


@plusieurs_points
@require_safe
@confirmee
def fichier(request: Requete, quoi: str, sorte: str) -> HttpResponse:
    """The page's figures, or one of its charts, as a file."""
    _, lu = composer(request)
    if "trop_long" in lu:
        return fichier_trop_long(request, reverse("reseau"), lu["champ"])
    return servir(quoi, sorte, lu, request.user, lu["perimetre"])


def _choisis(champ: Champ) -> set[str]:
    """Codes of the points chosen one by one."""
    return {code for cle, valeur, _ in champ.filtre.perimetre if cle == CHOISIS for code in valeur.split(".")}


def _public(champ: Champ, options: Options) -> list[Repartition]:
    """The public of the network, an association or a point over a calendar year, small numbers masked as in
    every yearly account; nothing otherwise: sets and periods that differ by little tell of a few people."""
    filtre = champ.filtre
    if filtre.selectif or not annee_civile(filtre.periode):
        return []
    unite = unite_de(filtre, options)
    tables = lire_tables(Filtre(filtre.periode, None), unite, tuple(TITRES)) if unite else []
    return [public_masque(table) for table in tables]


def _annee_civile(champ: Champ, options: Options) -> str:
    """The address of the same page over the last calendar year that has ended."""
    annee = options.aujourdhui(champ.point, champ.filtre.points).year - 1
    return f"?{champ.url('periode', 'du', 'au', du=f'{annee}-01-01', au=f'{annee}-12-31')}"


def _hors_visites(request: Requete, champ: Champ, options: Options) -> dict[str, Any]:
    """What no filter on visits narrows: cases, satisfaction, conformity."""
    filtre = champ.filtre
    points = filtre.points
    lus = [p for p in options.points.values() if points is None or p.pk in points]
    cles = frozenset(p.pk for p in lus)
    ouverts = [p for p in lus if p.est_ouvert_le(p.aujourdhui())]
    cadre = Cadre.sans_textes(timezone.localdate())
    jour = options.aujourdhui(champ.point, points)
    dossiers = compter(request.user, None if points is None else lus, jour, filtre.periode)
    lieux = {cle: valeur for cle, valeur, _ in filtre.perimetre}
    if filtre.point and not lieux:
        lieux = {CHOISIS: filtre.point.code}
    derriere = listes(jour, filtre.periode, lieux)
    jours = {"du": filtre.periode.du.isoformat(), "au": filtre.periode.au.isoformat()}
    seuil, mois = cadre.seuils["satisfaction_reponses"], cadre.seuils["registres_periode"]
    conformite = lire_conformite(cadre, {p.pk: p.association_id for p in ouverts})
    avis = _ensemble(resultats(cles, filtre.periode, seuil).values(), seuil)
    return {
        "dossiers": dossiers,
        "listes": derriere,
        "ages": [(*age, url) for age, url in zip(dossiers.par_age, derriere.par_age, strict=True)],
        "heures": note_des_heures(filtre.periode, jour, cadre.seuils),
        "avis": avis,
        "conformite": conformite,
        "registres": _registres(conformite, lieux, lus, ouverts, plus_mois(jour, -mois)),
        "lieux": urlencode(lieux),
        "mois": mois,
        "cartes": [
            carte_des_mediations(dossiers, derriere.ouverts),
            carte_de_satisfaction(avis, f"{reverse('satisfaction_points')}?{urlencode(jours | lieux)}"),
        ],
    }


def _registres(
    conformite: Conformite,
    lieux: Mapping[str, str],
    lus: Collection[PointAccueil],
    ouverts: Collection[PointAccueil],
    depuis: date,
) -> list[tuple[LigneRegistre, str, str]]:
    """Each register with the address of its interventions, then that of the points that deploy it."""
    page, codes = reverse("registres"), {p.pk: p.code for p in lus}

    def choisir(points: Collection[int]) -> dict[str, str]:
        return {CHOISIS: ".".join(code for cle, code in codes.items() if cle in points)}

    # Findings leave out a point that closed during these months, opened today or was set aside.
    actifs = {p.pk for p in lus if p in ouverts or (p.ferme_le and depuis < p.ferme_le)}
    ensemble = lieux if conformite.comptes >= actifs else choisir(conformite.comptes)
    interventions = urlencode({"point": TOUS, "niveau": ENSEMBLE, **ensemble})
    return [
        (
            ligne,
            f"{page}?{interventions}#registre-{ligne.registre.numero}",
            f"{page}?{urlencode({'point': TOUS, **choisir(ligne.points)})}",
        )
        for ligne in conformite.registres
    ]


def _ensemble(par_point: Iterable[Resultats], seuil: int) -> Resultats:
    """The answers of all these points together."""
    total: Counter[int] = Counter()
    for resultat in par_point:
        total.update(resultat.par_visage)
    return Resultats(dict(total), seuil)
