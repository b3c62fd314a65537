"""Somebody who tries the keys of another point, in addresses and in filters.

Whatever is there must be answered as what exists nowhere, word for word: nothing is told. Faults are
yielded as sentences.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product

from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch, reverse

from accueil import partenariats, retagages
from accueil.models import Partenaire, PointAccueil, Utilisateur
from mediation import redirections
from pimms.pilotage.permissions import Droit, Permission, lire
from qualite.models import Campagne
from tests.confidences import CONFIDENCES
from tests.distribution import Clients, Distribution
from tests.rodeur import NOMMENT_LES_POINTS, texte_de

NULLE_PART = {"code": "ZZZ-9999", "reference": "ZZZ-9999-2020-0001"}
PERSONNE = 2_147_480_000  # no row has that key
# Arguments that name a row; the others say which part of it, or what to do.
QUI_NOMMENT = {"pk", "code", "reference", "partie", "preuve", "rapport", "acces", "journee"}
# What differs at each page: the form's token and its own key.
_JETON = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')


def _signature(clients: Clients, role: str, methode: str, url: str, a_taire: set[str]) -> tuple:
    reponse = clients.demander(role, methode, url)
    texte = _JETON.sub("", texte_de(reponse))
    suite = reponse.get("Location", "")
    for mot in sorted(a_taire, key=len, reverse=True):
        texte, suite = texte.replace(mot, "…"), suite.replace(mot, "…")
    return reponse.status_code, suite, texte


def _melanges(vrais: dict, siens: dict) -> Iterator[dict]:
    """The true arguments, then each mix of theirs with one's own."""
    noms = [n for n in vrais if n in QUI_NOMMENT]
    for garde in product((True, False), repeat=len(noms)):
        siennes = {n: siens[n] for n, g in zip(noms, garde, strict=True) if not g and n in siens}
        if any(garde) and len(siennes) == garde.count(False):
            yield vrais | siennes


def _inexistants(vrais: dict, siens: dict) -> dict:
    """The same address of what is nowhere: one's own arguments stay, the others name no row."""
    return {
        n: NULLE_PART.get(n, PERSONNE) if n in QUI_NOMMENT and siens.get(n) != v else v
        for n, v in vrais.items()
    }


def portees() -> Iterator[tuple[type[models.Model], type, str]]:
    """Methods of querysets that narrow to what a person sees: named « …_par », or « des_partis »."""
    for modele in apps.get_models():
        for classe in modele._default_manager.get_queryset().__class__.__mro__:
            if classe.__module__.startswith(("accueil", "mediation", "qualite")):
                for nom in vars(classe):
                    if nom.endswith("_par") or nom == "des_partis":
                        yield modele, classe, nom


def fautes_des_lignes(personne: Utilisateur, point: PointAccueil) -> Iterator[str]:
    """Rows of that point among those that a queryset gives to somebody of another."""
    for modele, _, nom in portees():
        if {f.name for f in modele._meta.get_fields()} >= {"point"}:
            lignes = getattr(modele._default_manager.all(), nom)(personne).filter(point=point)
            if lignes.exists():
                yield f"{personne} {modele.__name__}.{nom}\u202f: {lignes.first()!r}"
    for lignes in (
        retagages.visibles_par(personne).filter(point=point),
        redirections.visibles_par(personne).filter(point=point),
        partenariats.associations_visibles(personne.portee).filter(pk=point.association_id),
    ):
        if lignes.exists():
            yield f"{personne}\u202f: {lignes.first()!r}"


def fautes_par_les_cles(
    clients: Clients, role: str, ou: dict[str, dict], siens: dict, lignes: Sequence[Permission] = ()
) -> Iterator[str]:
    """What the cast's point holds, asked for from elsewhere."""
    point = ou["point"]["code"]
    for ligne in lignes or lire().lignes:
        if ligne.droits[2] == Droit.OUI:  # everybody's
            continue
        for nom in ligne.pages:
            if ou.get(nom, {}).get("code", point) != point:  # a paper of the network
                continue
            for vrais in _melanges(ou.get(nom, {}), siens):
                faux = _inexistants(vrais, siens)
                tus = {str(v) for v in (*vrais.values(), *faux.values())}
                for methode in ("get", "post"):
                    lue, nulle = (
                        _signature(clients, role, methode, reverse(nom, kwargs=k), tus) for k in (vrais, faux)
                    )
                    if lue != nulle or (lue[0] not in (404, 405)):
                        yield f"{role} {methode} {nom} {vrais}\u202f: {lue[0]} au lieu de {nulle[0]}"


def fautes_par_les_listes(clients: Clients, role: str, cast: Distribution) -> Iterator[str]:
    """Lists and forms opened from elsewhere: not a word of the cast's point, nor of its people."""
    mots = [
        cast.point.code,
        cast.point.nom,
        cast.point.association.nom,
        *CONFIDENCES,
        *map(str, cast.equipe()),
    ]
    if role.startswith("auditeur"):  # invited to none of them
        mots += Campagne.objects.values_list("titre", flat=True)
    for ligne in lire().lignes:
        for nom in ligne.pages:
            if ligne.droits[2] == Droit.OUI or not _sans_arguments(nom) or nom in NOMMENT_LES_POINTS:
                continue
            texte = texte_de(clients.demander(role, "get", reverse(nom)))
            if dits := [mot for mot in mots if mot in texte]:
                yield f"{role} {nom}\u202f: dit {dits}"


def fautes_par_les_filtres(
    clients: Clients, role: str, cast: Distribution, noms: tuple[str, ...]
) -> Iterator[str]:
    """A list asked for what is the cast's."""
    bailleur = Partenaire.objects.get(association=cast.point.association).pk
    valeurs = {
        "point": (cast.point.code, NULLE_PART["code"]),
        "points": (cast.point.code, NULLE_PART["code"]),
        "association": (cast.point.association_id, PERSONNE),
        "auteur": (cast.proprietaire.pk, PERSONNE),
        "personne": (cast.proprietaire.pk, PERSONNE),
        "partenaire": (bailleur, PERSONNE),
    }
    for ligne in lire().lignes:
        for nom in ligne.pages:
            if ligne.droits[2] != Droit.CHEZ_SOI or not _sans_arguments(nom):
                continue
            for filtre in noms:
                vraie, fausse = valeurs[filtre]
                tus = {str(vraie), str(fausse)}
                lue, nulle = (
                    _signature(clients, role, "get", f"{reverse(nom)}?{filtre}={v}", tus)
                    for v in (vraie, fausse)
                )
                if lue != nulle:
                    yield f"{role} {nom}?{filtre}\u202f: {lue[0]} au lieu de {nulle[0]}"


def _sans_arguments(nom: str) -> bool:
    try:
        return bool(reverse(nom))
    except NoReverseMatch:
        return False
