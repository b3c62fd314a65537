"""What a campaign's measure does within the application: `mener N` leads one to its closing and asks for its
audit files, `pages DOSSIER` writes each report's HTML down. Answers in JSON on the standard output."""

import json
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.utils import timezone  # noqa: E402

from accueil.models import Acces, PointAccueil, Utilisateur  # noqa: E402
from accueil.models.personnes import Role  # noqa: E402
from qualite import campagnes, cloture, echantillonnage  # noqa: E402
from qualite.etats_campagne import EtatCampagne, NatureCampagne, etapes  # noqa: E402
from qualite.models import Campagne, Evaluation, InstantaneRapport  # noqa: E402
from qualite.parametres import en_vigueur  # noqa: E402
from qualite.rapports import demandes, instantane  # noqa: E402
from qualite.rapports.demandes import Demande, Sujet  # noqa: E402
from qualite.rapports.document import Document  # noqa: E402


def _siege() -> tuple[Utilisateur, Utilisateur]:
    """Two people of the union: two sign."""
    postes = Acces.objects.filter(role=Role.UNION, personne__is_active=True)
    cles = postes.en_vigueur(timezone.localdate()).values("personne")
    une, autre = Utilisateur.objects.filter(pk__in=cles).order_by("pk")[:2]
    return une, autre


def mener(nombre: int) -> int:
    """A self-evaluation of the network with that many points in its sample, closed, its files asked for."""
    union, autre = _siege()
    jour = timezone.localdate()
    projet = campagnes.Projet(
        titre="Campagne mesurée",
        nature=NatureCampagne.AUTO_EVALUATION,
        referentiel=en_vigueur(jour),
        pilote=union,
        du=jour - timedelta(days=364),
        au=jour,
    )
    campagne = campagnes.creer(union, uuid.uuid4(), projet)
    points = list(PointAccueil.objects.ouverts(jour).select_related("association").order_by("pk"))
    choisis = points[:nombre]
    for point in choisis:
        echantillonnage.ajouter_point(union, campagne, point, "Mesure")
    campagne.refresh_from_db()
    for etat in etapes(campagne.nature)[1:-1]:
        if etat == EtatCampagne.REVUE:
            for ligne in campagne.points.select_related("point", "campagne"):
                echantillonnage.remettre(union, ligne, "")
        campagne = campagnes.avancer(union, campagne, campagne.version, etat)
    campagne = cloture.decider(union, campagne, campagne.version, "favorable", "")
    cloture.signer(union, campagne, campagne.version)
    close = cloture.signer(autre, campagne, campagne.version)
    return len(_demander(union, close, choisis, tous=len(choisis) == len(points)))


def _demander(union: Utilisateur, campagne: Campagne, points: list[PointAccueil], *, tous: bool) -> list:
    """The whole network's files in one click, or those of some points."""
    evaluation = Evaluation.objects.get(pk=campagne.evaluation_id)
    if tous:
        return demandes.demander_tous(union, evaluation, uuid.uuid4())
    sujets = [Sujet(), *(Sujet(point=p) for p in points)]
    return [
        demandes.demander(union, Demande(uuid.uuid4(), sujet, evaluation.jour, evaluation))
        for sujet in sujets
    ]


def pages(dossier: Path) -> int:
    """Write the HTML of each report that was made, as the worker had it."""
    pris = InstantaneRapport.objects.select_related("rapport__coffre").order_by("pk")
    for nombre, ligne in enumerate(pris, 1):
        html = Document(instantane.ouvrir(ligne), ligne.empreinte).html()
        (dossier / f"{nombre:03d}.html").write_text(html, encoding="utf-8")
    return pris.count()


if __name__ == "__main__":
    geste, valeur = sys.argv[1:]
    json.dump(mener(int(valeur)) if geste == "mener" else pages(Path(valeur)), sys.stdout)
