"""People: the union's list, a person's page, their roles, and the list pasted or uploaded."""

import hashlib
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil import absences, equipe, import_personnes, invitations
from accueil.acces import Requete, encadrants_seulement, union_seulement
from accueil.forms.equipe import AccesForm, FinForm, ListeForm, NouvellePersonneForm, PersonneForm
from accueil.models import Acces, Utilisateur
from accueil.models.personnes import Origine
from accueil.second_facteur import types_de
from pimms.socle.formulaires import ajouter_erreurs
from pimms.socle.pages import adresse_du_site, conduire, donnees, executer, recherche, suite_sure
from pimms.socle.textes import cle_tri
from pimms.socle.typographie import compte, date_longue, de

PAGE = 50  # people a page


def trouver(request: Requete, pk: int) -> Utilisateur:
    """A person of a team one looks after (anyone for the union), else 404."""
    return get_object_or_404(equipe.personnes_visibles(request.user.portee), pk=pk)


@union_seulement
@require_safe
def liste(request: Requete) -> HttpResponse:
    """People by name, 50 a page, the next ones after the last name shown (`apres`)."""
    q = recherche(request)
    cle = cle_tri(q)
    personnes = Utilisateur.objects.filter(
        Q(nom_tri__startswith=cle) | Q(nom_tri__contains=f" {cle}") | Q(email__istartswith=q)
    )
    apres = request.GET.get("apres", "").replace("\x00", "")
    nom, _, pk = apres.rpartition("~")
    if pk.isdecimal():
        personnes = personnes.filter(Q(nom_tri__gt=nom) | Q(nom_tri=nom, pk__gt=int(pk[:18])))
    trouvees = list(personnes[: PAGE + 1])
    suivantes = f"{trouvees[PAGE - 1].nom_tri}~{trouvees[PAGE - 1].pk}" if len(trouvees) > PAGE else ""
    trouvees = trouvees[:PAGE]
    jour = timezone.localdate()
    roles: dict[int, list[Acces]] = {}
    for acces in (
        Acces.objects.en_vigueur(jour).filter(personne__in=trouvees).select_related("point", "association")
    ):
        roles.setdefault(acces.personne_id, []).append(acces)
    return render(
        request,
        "accueil/personnes/liste.html",
        {
            "lignes": [(p, roles.get(p.pk, [])) for p in trouvees],
            "q": q,
            "apres": apres,
            "suivantes": suivantes,
        },
    )


@encadrants_seulement
@require_safe
def page(request: Requete, pk: int) -> HttpResponse:
    """A person: dated roles (those one may read), absences, invitation."""
    personne = trouver(request, pk)
    portee = request.user.portee
    jour = timezone.localdate()
    acces = equipe.acces_visibles(portee).filter(personne=personne).order_by("-debut", "-pk")
    points = absences.points_de_poste(portee, personne)
    moi = personne.pk == request.user.pk
    lignes = [
        {"acces": a, "reglable": not moi and not _fini(a) and equipe.peut_regler(portee, a), "fini": _fini(a)}
        for a in acces
    ]
    return render(
        request,
        "accueil/personnes/page.html",
        {
            "personne": personne,
            "lignes": lignes,
            "absences": absences.lectures(portee, personne, points),
            "en_poste": bool(points),
            "en_attente": invitations.en_attente(personne),
            "invitation_en_panne": invitations.en_panne(personne),
            "jour": jour,
            "moi": moi,
            "reseau": portee.reseau,
            "second_facteur": portee.reseau and not moi and bool(types_de(personne)),
        },
    )


def _fini(acces: Acces) -> bool:
    jour = acces.point.aujourdhui() if acces.point else timezone.localdate()
    return acces.fin is not None and acces.fin < jour


@union_seulement
@require_http_methods(["GET", "POST"])
def nouvelle(request: Requete) -> HttpResponse:
    form = NouvellePersonneForm(donnees(request), initial={"debut": timezone.localdate()})

    def ecrire() -> None:
        c = form.cleaned_data
        equipe.inviter(
            request.user,
            email=c["email"],
            prenom=c["prenom"],
            nom=c["nom"],
            acces=form.acces(None),
            adresse=adresse_du_site(request),
        )

    return conduire(
        request,
        form,
        ecrire,
        titre="Nouvelle personne",
        bouton="Envoyer l’invitation",
        retour=reverse("personnes"),
        succes=lambda: f"L’invitation part à {form.cleaned_data['email']}. Elle vaut 7 jours.",
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    personne = trouver(request, pk)
    return conduire(
        request,
        PersonneForm(donnees(request), instance=personne),
        lambda: equipe.modifier_personne(request.user, personne),
        titre=f"Modifier le compte {de(str(personne))}",
        retour=reverse("personne", args=[pk]),
        succes="Le compte est enregistré.",
    )


@union_seulement
@require_http_methods(["GET", "POST"])
def acces_nouveau(request: Requete, pk: int) -> HttpResponse:
    personne = trouver(request, pk)
    form = AccesForm(donnees(request), initial={"debut": timezone.localdate()})
    return conduire(
        request,
        form,
        lambda: equipe.accorder(request.user, form.acces(personne), adresse_du_site(request)),
        titre=f"Nouveau rôle {de(str(personne))}",
        bouton="Donner ce rôle",
        retour=reverse("personne", args=[pk]),
        succes="Le rôle est donné, et la personne prévenue.",
    )


@encadrants_seulement
@require_http_methods(["GET", "POST"])
def acces_fin(request: Requete, pk: int) -> HttpResponse:
    """Set the last day of someone's role: today, unless another day is chosen."""
    acces = get_object_or_404(equipe.acces_visibles(request.user.portee), pk=pk)
    personne, ou = acces.personne, acces.point or acces.association or "le réseau"
    jour = acces.point.aujourdhui() if acces.point else timezone.localdate()
    form = FinForm(donnees(request), initial={"fin": acces.fin or jour})
    restes: list[Acces | None] = []
    sans_fin = acces.fin and acces.origine != Origine.DELEGATION
    return conduire(
        request,
        form,
        lambda: restes.append(equipe.fixer_fin(request.user, acces, form.cleaned_data["fin"])),
        titre=f"Fin de mission {de(str(personne))}",
        chapeau=f"{acces.get_role_display().capitalize()}, {ou}.",
        retour=_suite(request, acces),
        succes=lambda: _fin_dite(personne, restes[0], jour),
        acte_a_part=sans_fin and reverse("acces_sans_fin", args=[pk]),
        acte_a_part_bouton="Laisser sans date de fin",
    )


def _suite(request: Requete, acces: Acces) -> str:
    """Where one came from, else the team: the page of someone whose only role is taken back is closed."""
    if acces.point is None or request.user.portee.reseau:
        return suite_sure(request, reverse("personne", args=[acces.personne_id]))
    return suite_sure(request, f"{reverse('equipe')}?point={acces.point.code}")


def _fin_dite(personne: Utilisateur, acces: Acces | None, jour: date) -> str:
    """The fact, once written: taken back, over, or over soon."""
    if acces is None or acces.fin is None:
        return f"Le rôle {de(str(personne))} est retiré\u202f: il n’avait pas encore servi."
    verbe = "s’est terminée" if acces.fin < jour else "se termine"
    return f"La mission {de(str(personne))} {verbe} le {date_longue(acces.fin, avec_annee=True)}."


@encadrants_seulement
@require_POST
def acces_sans_fin(request: Requete, pk: int) -> HttpResponse:
    """Take away the last day of someone's role."""
    acces = get_object_or_404(equipe.acces_visibles(request.user.portee), pk=pk)
    return executer(
        request,
        lambda: equipe.fixer_fin(request.user, acces, None),
        f"La mission {de(str(acces.personne))} n’a plus de date de fin.",
        _suite(request, acces),
    )


def _empreinte(texte: str) -> str:
    return hashlib.sha256("\n".join(texte.split()).encode()).hexdigest()[:32]


@union_seulement
@require_http_methods(["GET", "POST"])
def importer(request: Requete) -> HttpResponse:
    """Check a list, show each line, and add people only once that very list has been shown."""
    form = ListeForm(request.POST or None, request.FILES or None)
    contexte: dict = {"form": form}
    if not (form.is_bound and form.is_valid()):
        return render(
            request, "accueil/personnes/importer.html", contexte, status=422 if form.is_bound else 200
        )
    try:
        texte = _texte(form)
        lignes = import_personnes.controler(request.user, texte)
    except ValidationError as erreur:
        ajouter_erreurs(form, erreur)
        return render(request, "accueil/personnes/importer.html", contexte, status=422)
    vue = request.POST.get("controle") == _empreinte(texte)
    if "ajouter" in request.POST and vue:
        faites = import_personnes.importer(request.user, lignes, adresse_du_site(request))
        if faites:
            messages.success(request, f"{compte(faites, 'invitation')}\u202f: c’est parti.")
        lignes = [ligne for ligne in lignes if not ligne.juste]
        if not lignes:
            return redirect("personnes")
        texte = import_personnes.reste(texte, lignes)
        lignes = import_personnes.controler(request.user, texte)
    elif "ajouter" in request.POST:
        contexte["changee"] = True
    return render(request, "accueil/personnes/importer.html", contexte | _resultat(texte, lignes))


def _texte(form: ListeForm) -> str:
    fichier = form.cleaned_data["fichier"]
    return import_personnes.decoder(fichier.read()) if fichier else form.cleaned_data["liste"]


def _resultat(texte: str, lignes: list[import_personnes.Ligne]) -> dict:
    """The checked list as the page shows it; the text, a file's too, is back in its box."""
    return {
        "form": ListeForm(initial={"liste": texte}),
        "lignes": lignes,
        "justes": sum(ligne.juste for ligne in lignes),
        "fausses": sum(not ligne.juste for ligne in lignes),
        "controle": _empreinte(texte),
    }
