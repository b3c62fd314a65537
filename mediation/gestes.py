"""What mediation offers beside a visit, and what it holds of it: a case is never out of scope."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from accueil.correction import modifiable
from accueil.gestes import Geste
from accueil.models import Demande, Utilisateur, Visite
from accueil.models.visites import Issue
from mediation.dossiers import dossiers_de
from mediation.etats import TRANSFERT, Etat
from mediation.models import Dossier


def mediations(
    utilisateur: Utilisateur, visites: Sequence[Visite], neuves: bool
) -> Mapping[int, list[Geste]]:
    """By visit: its cases, and the opening of one for a request that has none; a case reserved to others
    is as if it were not there. Nothing for a request out of scope. For the manager, another register to
    propose to who recorded it."""
    demandes: list[Demande] = [d for v in visites for d in v.demandes_liste]  # type: ignore[attr-defined]
    ouverts: dict[int | None, list[str]] = {}
    if not neuves:
        for demande, reference in dossiers_de(utilisateur, demandes).values_list("demande", "reference"):
            ouverts.setdefault(demande, []).append(reference)
    return {
        v.pk: _gestes(v.demandes_liste, ouverts) + ([] if neuves else _registres(utilisateur, v))  # type: ignore[attr-defined]
        for v in visites
    }


def _gestes(demandes: Sequence[Demande], ouverts: Mapping[int | None, Sequence[str]]) -> list[Geste]:
    gestes = [
        Geste("voir la médiation", reverse("dossier", args=[reference]))
        for d in demandes
        for reference in ouverts.get(d.pk, ())
    ]
    libre = next((d for d in demandes if d.pk not in ouverts and d.issue != Issue.HORS_CHAMP), None)
    if libre:
        url = f"{reverse('dossier_nouveau')}?demande={libre.pk}"
        gestes.append(Geste("médiation", url, "ouvrir une "))
    return gestes


def _registres(utilisateur: Utilisateur, visite: Visite) -> list[Geste]:
    """Another register for each request that somebody else recorded."""
    if visite.auteur_id == utilisateur.pk or visite.point_id not in utilisateur.portee.points_de_responsable:
        return []
    if not modifiable(utilisateur, visite):
        return []
    demandes: list[Demande] = visite.demandes_liste  # type: ignore[attr-defined]
    return [
        Geste(
            "registre" if len(demandes) == 1 else f"registre ({d.theme.nom})",
            reverse("registre_proposer", args=["demande", d.pk]),
            "proposer un autre ",
        )
        for d in demandes
    ]


def tient_au_champ(utilisateur: Utilisateur, demandes: Sequence[Demande]) -> dict[int, str]:
    """Why these requests can't be out of scope: a case stands on them. A case reserved to others is not
    named."""
    tenues = Dossier.objects.filter(demande__in=demandes).exclude(issue=Etat.HORS_CHAMP)
    # Those that may still move: a transferred case, or one made anonymous, has no outcome to be given.
    connus = dict(
        dossiers_de(utilisateur, demandes)
        .filter(pk__in=tenues.values("pk"), anonymise_le__isnull=True)
        .exclude(issue=TRANSFERT)
        .values_list("demande", "reference")
    )
    motifs = {}
    for demande in tenues.values_list("demande", flat=True):
        motif = "Cette demande a eu une suite\u202f: elle ne peut plus être hors champ."
        if demande in connus:
            motif = (
                f"Le dossier {connus[demande]} est né de cette demande\u202f: classez-le d’abord hors champ, "
                "avec la personne vers qui réorienter."
            )
        motifs[demande] = motif
    return motifs
