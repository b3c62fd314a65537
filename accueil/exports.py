"""The life of an export: asked for, taken by a worker, written, kept seven days.

Its state is a row, so that losing Redis or a worker loses nothing. A worker takes the row by a
conditional UPDATE and signs it with its number of tries: each sign of progress renews the claim, and
a worker whose claim was taken over stops without touching the row again.
"""

import errno
import os
import secrets
import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone

from accueil.acces import Portee
from accueil.export_visites import ExportVisites, points_avec_public
from accueil.filtres import Filtre, Options
from accueil.forms.journal import lire_filtre
from accueil.models import Export, Utilisateur
from pimms.socle.exports import LIGNES_EXCEL, ecrire_csv, ecrire_xlsx
from pimms.socle.taches import Abandon, Impossible, vivre

ESSAIS_MAX = 3
SILENCE = timedelta(minutes=10)  # a claim without progress for so long belonged to a dead worker
GARDES = 20  # exports kept for a person, the oldest going first
MARGE_EXCEL = 50  # lines kept for the heading
RESEAU = "reseau"
DISQUE_PLEIN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

ACCES_PERDU = "Vous n’avez plus accès aux points de cet export."
TROP_DE_LIGNES = (
    "Excel n’ouvre pas plus de 1 048 576 lignes. Choisissez le format CSV, ou une période plus courte."
)
PLUS_DE_PLACE = (
    "Le serveur n’a plus de place pour écrire le fichier. Prévenez l’administrateur, puis refaites l’export."
)
INTERROMPU = (
    "Le travail a été interrompu trois fois. Refaites l’export, ou choisissez une période plus courte."
)
INATTENDU = "Une erreur inattendue a arrêté le travail trois fois. Prévenez l’administrateur."


def dossier() -> Path:
    """Where the files are: private, served by an authorised view only."""
    chemin = Path(settings.MEDIA_ROOT) / "exports"
    chemin.mkdir(mode=0o700, parents=True, exist_ok=True)
    return chemin


@dataclass(frozen=True)
class Demande:
    """An export as it was asked for: its filter, and the points whose public attributes it holds."""

    filtre: Filtre
    public: frozenset[int]


def figer(filtre: Filtre, portee: Portee) -> str:
    """The filter as text that will mean the same later: its days, its points and what it shows of them."""
    perimetre = RESEAU if filtre.points is None else _cles(filtre.points)
    public = _cles(points_avec_public(filtre, portee))
    return urlencode(filtre.parametres(fige=True) | {"perimetre": perimetre, "public": public})


def _cles(points: frozenset[int]) -> str:
    return ".".join(map(str, sorted(points)))


def _points(cles: str) -> frozenset[int]:
    return frozenset(int(cle) for cle in cles.split(".") if cle)


def relire(export: Export, options: Options) -> Demande:
    """The export as it was asked for, if its person still has the same rights on those points.

    Raises Impossible otherwise: rights are checked again when the file is made and at each
    download. Who left a point and still reads it from above may not read its public attributes.
    """
    parametres = QueryDict(export.filtre, mutable=True)
    perimetre = parametres.pop("perimetre", [""])[0]
    public = _points(parametres.pop("public", [""])[0])
    filtre = _relire_le_filtre(parametres, perimetre, options)
    if not public <= options.portee.points_de_role:
        raise Impossible(ACCES_PERDU)
    return Demande(filtre, public)


def _relire_le_filtre(parametres: QueryDict, perimetre: str, options: Options) -> Filtre:
    try:
        filtre, formulaire = lire_filtre(parametres, options)
    except Http404 as erreur:
        raise Impossible(ACCES_PERDU) from erreur
    if not options.utilisateur.is_active or not options.portee.lecteur or formulaire.errors:
        raise Impossible(ACCES_PERDU)
    if perimetre == RESEAU:
        if filtre.points is not None:
            raise Impossible(ACCES_PERDU)
        return filtre
    points = _points(perimetre)
    if filtre.points is not None and not points <= filtre.points:
        raise Impossible(ACCES_PERDU)
    return replace(filtre, points=points)


def a_produire() -> QuerySet[Export]:
    """Exports waiting, or left by a dead worker, with tries left."""
    abandonne = Q(etat=Export.Etat.EN_COURS, pris_le__lt=timezone.now() - SILENCE)
    return Export.objects.filter(Q(etat=Export.Etat.DEMANDE) | abandonne, essais__lt=ESSAIS_MAX)


def prendre(pk: int) -> Export | None:
    """Take an export by a conditional UPDATE that must change one row; None when there is none to take."""
    pris = (
        a_produire()
        .filter(pk=pk)
        .update(
            etat=Export.Etat.EN_COURS,
            pris_le=timezone.now(),
            essais=F("essais") + 1,
            lignes=0,
            erreur="",
        )
    )
    return Export.objects.select_related("demande_par", "point").get(pk=pk) if pris else None


def _sien(export: Export) -> QuerySet[Export]:
    """The row, as long as this worker's claim on it holds."""
    return Export.objects.filter(pk=export.pk, etat=Export.Etat.EN_COURS, essais=export.essais)


def _avancer(export: Export, **champs) -> None:
    if not _sien(export).update(pris_le=timezone.now(), **champs):
        raise Abandon
    vivre("exports")  # what asks for a sign of life may wait behind this


def produire(export: Export) -> None:
    """Write the file of a taken export and say that it is ready.

    The file gets its name at the very end, so a file with its name is whole. Raises Impossible
    with what to tell the person, Abandon, OSError.
    """
    options = Options(export.demande_par)
    demande = relire(export, options)
    total = demande.filtre.demandes().count()
    if export.format == Export.Format.XLSX and total > LIGNES_EXCEL - MARGE_EXCEL:
        raise Impossible(TROP_DE_LIGNES)
    _avancer(export, lignes_total=total)
    partiel = dossier() / f"{export.pk}-{export.essais}.partiel"
    definitif = dossier() / f"{export.pk}-{secrets.token_hex(8)}.{export.format}"
    try:
        lignes = _ecrire(export, ExportVisites(demande.filtre, options, demande.public), partiel)
        os.replace(partiel, definitif)
    except OSError as erreur:
        if erreur.errno in DISQUE_PLEIN:
            raise Impossible(PLUS_DE_PLACE) from erreur
        raise
    finally:
        partiel.unlink(missing_ok=True)
    _rendre(export, definitif, lignes)


def _ecrire(export: Export, contenu: ExportVisites, chemin: Path) -> int:
    """Write the file, telling progress; returns the number of lines."""
    ecrites = 0

    def progres(lignes: int) -> None:
        nonlocal ecrites
        ecrites = lignes
        _avancer(export, lignes=lignes)

    tableau = contenu.tableau(export.demande_par, export.demande_le)
    if export.format == Export.Format.XLSX:
        ecrire_xlsx(chemin, tableau, progres)
    else:
        with chemin.open("wb") as fichier:
            ecrire_csv(fichier, tableau, progres)
    with chemin.open("rb") as ecrit:
        os.fsync(ecrit.fileno())
    return ecrites


def _rendre(export: Export, fichier: Path, lignes: int) -> None:
    rendu = _sien(export).update(
        etat=Export.Etat.PRET,
        fichier=fichier.name,
        lignes=lignes,
        lignes_total=lignes,
        fini_le=timezone.now(),
    )
    if not rendu:
        fichier.unlink(missing_ok=True)
        raise Abandon


def echouer(export: Export, raison: str) -> None:
    """Say for good that the export failed, and why."""
    _sien(export).update(etat=Export.Etat.ECHEC, erreur=raison[:200], fini_le=timezone.now())


def remettre(export: Export, raison: str) -> None:
    """Put an export back in the queue after an unexpected error; it fails for good at the third."""
    if export.essais >= ESSAIS_MAX:
        echouer(export, raison)
    else:
        _sien(export).update(etat=Export.Etat.DEMANDE, pris_le=None)


def reposer(export: Export) -> None:
    """Put an export back in the queue as if it had not been taken: the database failed."""
    _sien(export).update(etat=Export.Etat.DEMANDE, pris_le=None, essais=export.essais - 1)


def supprimer(exports: QuerySet[Export]) -> None:
    """Delete these exports; their files go after the commit (`purger` finds one that would stay)."""
    fichiers = [f for f in exports.values_list("fichier", flat=True) if f]
    exports.delete()
    for fichier in fichiers:
        transaction.on_commit(partial((dossier() / fichier).unlink, missing_ok=True))


def retirer_les_plus_anciens(demande_par: Utilisateur) -> None:
    """Keep a person's `GARDES` latest exports; one still in the making is never taken away."""
    siens = Export.objects.visibles_par(demande_par).order_by("-id")
    en_trop = siens.values("pk")[GARDES:]
    supprimer(Export.objects.filter(pk__in=list(en_trop.values_list("pk", flat=True)), etat__in=Export.FINIS))


def clore_abandonnes() -> int:
    """Say that exports whose worker died at the last try have failed; returns how many."""
    perdus = Export.objects.filter(
        etat=Export.Etat.EN_COURS, essais__gte=ESSAIS_MAX, pris_le__lt=timezone.now() - SILENCE
    )
    return perdus.update(etat=Export.Etat.ECHEC, erreur=INTERROMPU, fini_le=timezone.now())


def purger() -> int:
    """Delete the exports finished seven days ago with their files, and what dead workers left.

    Returns how many files. A file that no export names goes once it is a day old: a younger one may be
    on its way to its name. That each export was asked for stays in the journal of changes.
    """
    maintenant = timezone.now()
    supprimer(Export.objects.filter(etat__in=Export.FINIS, fini_le__lte=maintenant - Export.VIE))
    gardes = set(Export.objects.exclude(fichier="").values_list("fichier", flat=True))
    veille = (maintenant - timedelta(days=1)).timestamp()
    perimes = [c for c in dossier().iterdir() if c.name not in gardes and c.stat().st_mtime < veille]
    for chemin in perimes:
        shutil.rmtree(chemin) if chemin.is_dir() else chemin.unlink()
    return len(perimes)
