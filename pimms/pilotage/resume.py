"""Each Monday morning, last week's figures by mail to the managers who asked for them: numbers, no names."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accueil.chiffres import Sommes, lire
from accueil.filtres import Filtre
from accueil.models import AbonnementResume, PointAccueil, Utilisateur
from accueil.resumes import prendre
from pimms.pilotage.attentes import attentes
from pimms.pilotage.dossiers import compter
from pimms.socle.courriels import poster
from pimms.socle.periodes import UN_JOUR, Periode, finissant_le
from pimms.socle.typographie import compte, duree, nombre, pourcentage
from qualite.echeances import lire_echeances
from qualite.evaluation import Cadre
from qualite.lecture_constats import constats_du_point

logger = logging.getLogger(__name__)

DES_HEURES = 6  # local; a worker that was down on Monday sends it up to Wednesday
DERNIER_JOUR = 2  # Wednesday
ATTENTES_MAX = 6  # told; the others are on the dashboard
SEMAINE = 7


CHIFFRES: tuple[tuple[str, Callable[[Sommes], str]], ...] = (
    ("Visites", lambda s: nombre(s.visites)),
    ("Demandes", lambda s: nombre(s.demandes)),
    ("Demandes résolues", lambda s: pourcentage(s.resolues / s.demandes) if s.demandes else "–"),
    ("Passages", lambda s: nombre(s.passages)),
    ("Temps d’accueil", lambda s: duree(s.minutes)),
)


@dataclass(frozen=True)
class Partie:
    """What the digest says of one point: last week beside the week before, what lapses, what is expected."""

    point: PointAccueil
    chiffres: list[tuple[str, str, str]]
    echeances: list[str]
    attentes: list[str]
    autres: int
    lien: str


def envoyer_les_resumes(maintenant: datetime) -> int:
    """Post the digests that are due, each once a week and person; how many were posted."""
    abonnements = AbonnementResume.objects.filter(personne__is_active=True).select_related("personne")
    envoyes = 0
    for abonnement in abonnements.order_by("pk"):
        try:
            envoyes += _envoyer(abonnement, maintenant)
        except Exception:  # one person's digest keeps nobody else's; the next hour tries again
            logger.exception("résumé hebdomadaire de la personne %s", abonnement.personne_id)
    return envoyes


def _envoyer(abonnement: AbonnementResume, maintenant: datetime) -> bool:
    personne = abonnement.personne
    portee = personne.portee
    points = [p for p in portee.points if p.pk in portee.points_de_responsable]
    lundi = lundi_de(points, maintenant)
    if lundi is None or (abonnement.dernier_lundi and abonnement.dernier_lundi >= lundi):
        return False
    semaine = finissant_le(lundi - UN_JOUR, SEMAINE)
    contexte = {
        "personne": personne,
        "semaine": semaine,
        "parties": [_partie(personne, point, semaine) for point in points],
        "compte": f"{settings.ADRESSE_SITE}{reverse('compte')}#resume",
    }
    sujet, _, corps = render_to_string("courriels/resume.txt", contexte).strip().partition("\n")
    html = render_to_string("courriels/resume.html", contexte)
    return prendre(abonnement, lundi, lambda: poster(personne.email, sujet, corps.strip() + "\n", html=html))


def lundi_de(points: Sequence[PointAccueil], maintenant: datetime) -> date | None:
    """The Monday whose morning has come at each of these points; None before it, past Wednesday, or while
    it is still Sunday at one of them."""
    locaux = [maintenant.astimezone(point.tz) for point in points]
    lundis = {local.date() - timedelta(days=local.weekday()) for local in locaux}
    trop_tot = any(local.weekday() == 0 and local.hour < DES_HEURES for local in locaux)
    if len(lundis) != 1 or trop_tot or any(local.weekday() > DERNIER_JOUR for local in locaux):
        return None
    return lundis.pop()


def _partie(personne: Utilisateur, point: PointAccueil, semaine: Periode) -> Partie:
    """Read one point's part; some ten statements."""
    jour = point.aujourdhui()
    cadre = Cadre.du(jour)
    ici = frozenset({point.pk})
    total, (avant,) = lire(
        Filtre(semaine, ici), [finissant_le(semaine.du - UN_JOUR, SEMAINE)], communes=False
    )
    constats = constats_du_point(point, cadre.exigences)
    attendues = [a[0] for a in attentes(personne.portee, point, cadre, constats)]
    tardifs = compter(personne, [point], jour, semaine).a_revoir
    if tardifs:
        attendues.insert(0, f"{compte(tardifs, 'dossier')} de médiation à revoir")
    return Partie(
        point,
        list(_chiffres(total, avant)),
        [compte(e.nombre, e.mots) for e in lire_echeances(point, jour, cadre.seuils)],
        attendues[:ATTENTES_MAX],
        max(len(attendues) - ATTENTES_MAX, 0),
        f"{settings.ADRESSE_SITE}{reverse('tableau_de_bord')}?point={point.code}",
    )


def _chiffres(total: Sommes, avant: Sommes) -> Iterator[tuple[str, str, str]]:
    """What is told, last week's then the week before's."""
    for nom, ecrire in CHIFFRES:
        yield nom, ecrire(total), ecrire(avant)
