"""The registers: a point's panel, the table of all points, the entries behind a figure."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accueil.acces import Portee, Requete, lecteurs_seulement, point_courant
from accueil.filtres import Options
from accueil.models import PointAccueil, Utilisateur
from accueil.registres import PAR_NUMERO, REGISTRES
from mediation.entrees import lire_entrees
from mediation.forms.registres import ENSEMBLE, PAR_ASSOCIATION, Champ, lire_champ, nom_de_l_association
from mediation.interventions import Releve, Sorte
from mediation.models import Dossier
from mediation.models.actions import NatureAction
from mediation.models.veille import NatureAlerte
from mediation.panneau import Panneau, compter, sans_registre, tableau, tableau_des_associations
from mediation.verifications import DELAI, PAR_REGLE, Regle, Trouvaille, chercher
from pimms.socle.budgets import BudgetDepasse
from pimms.socle.curseurs import Curseur, CurseurIllisible

DES_DOSSIERS = (Sorte.DOSSIER, Sorte.ETAPE)
SORTES = frozenset(s.value for s in Sorte)


@lecteurs_seulement
@require_safe
def panneau(request: Requete) -> HttpResponse:
    """The eight tiles of a point, an association or all of them; or a table of every point."""
    options = Options(request.user)
    champ, formulaire = lire_champ(request.GET, options, point_courant(request))
    contexte = {"champ": champ, "regle": champ.regle, "form": formulaire, "registres": REGISTRES}
    gabarit = "panneau" if champ.detaille else "reseau"
    try:
        if champ.detaille:
            contexte |= _tuiles(champ, request.user.portee)
        else:
            contexte |= _de_tous(champ, options)
    except BudgetDepasse:
        contexte["trop_long"] = True
    return render(request, f"mediation/registres/{gabarit}.html", contexte)


def _tuiles(champ: Champ, portee: Portee) -> dict:
    """The eight registers of the points looked at, taken together; of one point, what it lacks too."""
    compte = compter(champ.points, champ.periode)
    huit = Panneau(compte.ensemble(), champ.regle, du_point=champ.point is not None)
    return {
        "panneau": huit,
        "tuiles": [
            (r, deploye, [(c.nombre, s.mots, _entrees(champ, r, s)) for s, c in r.par_sorte.items()])
            for r, deploye in huit.tuiles
        ],
    } | (_manques(huit, champ, champ.point, portee) if champ.point else {})


def _manques(panneau: Panneau, champ: Champ, point: PointAccueil, portee: Portee) -> dict:
    """What a point lacks, with where to note it for who works there."""
    sans, demandes = sans_registre(point, champ.periode)
    y_travaille = point.pk in portee.points_de_saisie
    return {
        "manques": [(m, reverse(m.ou) if m.ou and y_travaille else "") for m in panneau.manques()],
        "sans": sans,
        "demandes": demandes,
    }


def _entrees(champ: Champ, releve: Releve, sorte: Sorte) -> str:
    return f"{reverse('registre_entrees', args=[releve.registre.numero, sorte])}?{champ.url()}"


def _de_tous(champ: Champ, options: Options) -> dict:
    points = [p for p in options.points.values() if champ.points is None or p.pk in champ.points]
    compte = compter(champ.points, champ.periode)
    if champ.niveau == PAR_ASSOCIATION:
        portee = options.portee
        rangees = tableau_des_associations(
            compte, points, champ.regle, lambda a: nom_de_l_association(a, portee.lit_l_association(a.pk))
        )
    else:
        rangees = tableau(compte, points, champ.regle)
    return {
        "rangees": [
            (r, champ.url(point=r.code) if r.code else champ.url(association=str(r.cle))) for r in rangees
        ],
        "ensemble": Panneau(compte.ensemble(), champ.regle),
        "url_ensemble": champ.url(niveau=ENSEMBLE),
        "url_points": champ.url(),
        "url_associations": champ.url(niveau=PAR_ASSOCIATION),
    }


@lecteurs_seulement
@require_safe
def entrees(request: Requete, registre: int, sorte: str) -> HttpResponse:
    """The entries that one figure counts, 50 a page."""
    options = Options(request.user)
    champ, _ = lire_champ(request.GET, options, point_courant(request))
    if registre not in PAR_NUMERO or sorte not in SORTES:
        raise Http404
    texte = request.GET.get("curseur", "")
    try:
        curseur = Curseur.lire(texte) if texte else None
    except CurseurIllisible:
        messages.warning(request, "L’adresse de cette page est incomplète\u202f: voici les plus récentes.")
        curseur = None
    points = {p.pk: p for p in options.points.values()}
    try:
        page = lire_entrees(
            request.user, champ.points, points, registre, Sorte(sorte), champ.periode, curseur
        )
    except BudgetDepasse:
        page = None
    contexte = {
        "champ": champ,
        "registre": PAR_NUMERO[registre],
        "sorte": Sorte(sorte),
        "page": page,
        # Said to whoever may know of fewer cases than are counted, whether or not one is missing here.
        "peut_manquer": sorte in DES_DOSSIERS and not (options.portee.reseau or options.portee.associations),
        "premiere_page": curseur is None,
        "suivant": page and page.suivant and f"?{champ.url(curseur=page.suivant)}",
    }
    return render(request, "mediation/registres/entrees.html", contexte)


@lecteurs_seulement
@require_safe
def a_verifier(request: Requete) -> HttpResponse:
    """Likely mistakes at one point, or at all those this person reads."""
    options = Options(request.user)
    champ, formulaire = lire_champ(request.GET, options, point_courant(request))
    trouvees = chercher(champ.points, champ.periode, _dossiers_caches(request.user))
    noms = {p.pk: p.nom for p in options.points.values()}
    regles = [
        (
            regle,
            total,
            [(t, noms[t.point], _adresse(regle, t), _nom(regle, t)) for t in lues],
        )
        for regle, total, lues in trouvees
    ]
    contexte = {"champ": champ, "form": formulaire, "regles": regles, "par_regle": PAR_REGLE, "delai": DELAI}
    return render(request, "mediation/registres/a_verifier.html", contexte)


def _dossiers_caches(utilisateur: Utilisateur) -> list[int]:
    """Cases restricted to others where this person works: their number too would tell of them."""
    ici = Dossier.objects.filter(restreint=True, point__in=utilisateur.portee.points_de_role)
    connus = Dossier.objects.visibles_par(utilisateur).values("pk")
    return list(ici.exclude(pk__in=connus).values_list("pk", flat=True))


def _adresse(regle: Regle, trouvaille: Trouvaille) -> str:
    argument = trouvaille.nom if regle.page == "dossier" else trouvaille.pk
    return reverse(regle.page, args=[argument])


def _nom(regle: Regle, trouvaille: Trouvaille) -> str:
    """A case by its reference, the rest by their kind."""
    if regle.page == "action":
        return str(NatureAction(trouvaille.nom).label)
    if regle.page == "alerte":
        return str(NatureAlerte(trouvaille.nom).label)
    return trouvaille.nom
