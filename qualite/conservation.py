"""The nightly retention: notices, cases, visits, accounts, by the numbers in force; each run reports.

`a_blanc` counts what a run would do, and writes nothing but that.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accueil import conservation as du_bureau
from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import Role
from mediation import conservation as des_dossiers
from mediation.models import Preavis
from qualite.conservation_ecrits import effacer_les_commentaires, effacer_les_ecrits
from qualite.models import PassageConservation
from qualite.parametres import valeurs_du_jour
from qualite.relances import ecrire_a
from qualite.validite import plus_mois

logger = logging.getLogger(__name__)

VERROU = 60_800  # first half of the advisory locks: the second tells a run that only counts
DOSSIERS_MAX = 2_000  # anonymised in one run; the others wait for the next night
CODES = (
    "conservation_dossiers",
    "conservation_preavis",
    "conservation_notes",
    "conservation_ecrits",
    "conservation_avis",
    "conservation_comptes",
)
SILENCE_MAX = timedelta(hours=50)  # two nights, and some


@dataclass
class Comptes:
    """How much a run did. `par_mois`: anonymised cases by the month in which they were opened."""

    annonces: int = 0
    dossiers: int = 0
    fichiers: int = 0
    visites: int = 0
    notes: int = 0
    versions: int = 0
    ecrits: int = 0
    commentaires: int = 0
    comptes: int = 0
    echecs: int = 0
    par_mois: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Bornes:
    """The days that the numbers in force lead to."""

    contact_annonce: date  # no contact since before that day: the point is told
    contact: date  # …: the case is anonymised
    visites: date
    ecrits: date
    avis: date
    comptes: date
    preavis: int  # days

    @classmethod
    def du(cls, jour: date, seuils: dict[str, int]) -> "Bornes":
        preavis = max(seuils["conservation_preavis"], des_dossiers.PREAVIS_MIN)
        contact = plus_mois(jour, -seuils["conservation_dossiers"])
        return cls(
            contact + timedelta(days=preavis),
            contact,
            plus_mois(jour, -seuils["conservation_notes"]),
            plus_mois(jour, -seuils["conservation_ecrits"]),
            plus_mois(jour, -seuils["conservation_avis"]),
            plus_mois(jour, -seuils["conservation_comptes"]),
            preavis,
        )


def passer(
    jour: date, *, par: Utilisateur | None = None, a_blanc: bool = False
) -> PassageConservation | None:
    """One run on that day (Paris's); None when another of its kind is under way: one that only counts, asked
    for late, doesn't cost the night its own."""
    verrou = [VERROU, int(a_blanc)]
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_lock(%s, %s)", verrou)
        if not curseur.fetchone()[0]:
            return None
    try:
        return _passer(jour, par, a_blanc)
    finally:
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_advisory_unlock(%s, %s)", verrou)


def _passer(jour: date, par: Utilisateur | None, a_blanc: bool) -> PassageConservation:
    debut = timezone.now()
    seuils = {code: n for code, n in valeurs_du_jour(jour).items() if code in CODES}
    bornes, comptes = Bornes.du(jour, seuils), Comptes()
    jusqu_a: list[date | None] = []
    erreurs = _tenter(
        {
            "préavis": lambda: _annoncer(comptes, bornes, jour, a_blanc),
            "dossiers": lambda: _anonymiser(comptes, bornes, a_blanc),
            "visites": lambda: jusqu_a.append(_vieillir(comptes, bornes, a_blanc)),
            "écrits": lambda: _effacer_les_ecrits(comptes, bornes, a_blanc),
            "commentaires": lambda: _effacer_les_commentaires(comptes, bornes, a_blanc),
            "comptes": lambda: _fermer(comptes, bornes, a_blanc),
        }
    )
    return PassageConservation.objects.create(
        jour=jour,
        commence_le=debut,
        a_blanc=a_blanc,
        par=par,
        seuils=seuils,
        comptes=dict(vars(comptes)),
        visites_avant=next(iter(jusqu_a), None),
        erreurs=erreurs,
    )


def _tenter(parts: dict[str, Callable[[], object]]) -> str:
    """Do each part whatever became of the others; which failed and how, in codes: the report always comes."""
    echecs = []
    for nom, faire in parts.items():
        try:
            faire()
        except Exception as erreur:  # told here and in the log, and the next night tries again
            logger.exception("conservation: %s", nom)
            echecs.append(f"{nom} : {type(erreur).__name__}")
    return ", ".join(echecs)


def _effacer_les_ecrits(comptes: Comptes, bornes: Bornes, a_blanc: bool) -> None:
    comptes.ecrits, echecs = effacer_les_ecrits(bornes.ecrits, a_blanc=a_blanc)
    comptes.echecs += echecs


def _effacer_les_commentaires(comptes: Comptes, bornes: Bornes, a_blanc: bool) -> None:
    comptes.commentaires = effacer_les_commentaires(bornes.avis, a_blanc=a_blanc)


def _fermer(comptes: Comptes, bornes: Bornes, a_blanc: bool) -> None:
    comptes.comptes = du_bureau.fermer_les_comptes(bornes.comptes, a_blanc=a_blanc)


def _annoncer(comptes: Comptes, bornes: Bornes, jour: date, a_blanc: bool) -> None:
    dus = des_dossiers.a_annoncer(bornes.contact_annonce).select_related("point")
    if a_blanc:
        comptes.annonces = min(dus.count(), DOSSIERS_MAX)
        return
    prevu = des_dossiers.jour_de_la_base() + timedelta(days=bornes.preavis)
    with transaction.atomic():
        preavis = des_dossiers.annoncer(dus[:DOSSIERS_MAX], prevu)
        comptes.annonces = len(preavis)
        _prevenir(preavis, prevu, jour)


def _prevenir(preavis: list[Preavis], prevu: date, jour: date) -> None:
    """One mail a point and manager; failing a manager, its association's direction. No name in it."""
    par_point: Counter[PointAccueil] = Counter(p.dossier.point for p in preavis)
    acces = Acces.objects.en_vigueur(jour).filter(personne__is_active=True).select_related("personne")
    lien = f"{settings.ADRESSE_SITE}{reverse('dossiers_en_preavis')}"
    for point, nombre in par_point.items():
        qui = {a.personne for a in acces.filter(point=point, role=Role.RESPONSABLE)}
        qui = qui or {a.personne for a in acces.filter(association=point.association_id, role=Role.DIRECTION)}
        for personne in qui:
            contexte = {"point": point, "nombre": nombre, "prevu": prevu, "lien": lien}
            ecrire_a(personne, "preavis_conservation", contexte)


def _anonymiser(comptes: Comptes, bornes: Bornes, a_blanc: bool) -> None:
    """Each case in its own transaction: one that fails stops no other, and is told."""
    for dossier in des_dossiers.a_anonymiser(bornes.contact)[:DOSSIERS_MAX]:
        mois = f"{dossier.ouvert_le:%Y-%m}"
        try:
            fait = None if a_blanc else des_dossiers.anonymiser(None, dossier)
        except DatabaseError:
            logger.exception("conservation: dossier %s", dossier.pk)
            comptes.echecs += 1
            continue
        if a_blanc or fait:
            comptes.dossiers += 1
            comptes.par_mois[mois] += 1
            comptes.fichiers += fait.fichiers if fait else 0


def _vieillir(comptes: Comptes, bornes: Bornes, a_blanc: bool) -> date | None:
    """Let visits grow old, day by day from where the last run stopped; up to which day it went."""
    passages = PassageConservation.objects.filter(a_blanc=False, visites_avant__isnull=False)
    depuis = passages.values_list("visites_avant", flat=True).first()
    jusqu_a, total = depuis, du_bureau.Vieillies()
    for jour in du_bureau.jours_a_vieillir(depuis, bornes.visites):
        total += du_bureau.vieillir(jour, a_blanc=a_blanc)
        jusqu_a = jour + timedelta(days=1)
    comptes.visites, comptes.notes, comptes.versions = total.visites, total.notes, total.versions
    return jusqu_a


def etat_de_la_conservation() -> dict[str, Any]:
    """The last night's run, for `/sante/`: not ok where a part failed, or none came for two nights.

    None before the first.
    """
    dernier = PassageConservation.objects.filter(a_blanc=False).first()
    if dernier is None:
        return {"ok": None}
    bon = not dernier.erreurs and not dernier.comptes["echecs"]
    recent = timezone.now() - dernier.fini_le < SILENCE_MAX
    return {"ok": bon and recent, "jour": dernier.jour.isoformat()}
