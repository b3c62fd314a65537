"""The demo's charter: published when its history begins, attested by most of those in post."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import Role
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Carnet, Parametres
from qualite.models import Attestation, Charte
from qualite.textes_charte import empreinte, proposition

A_JOUR = 0.9  # share of those in post who attested in the last twelve months
MODELES = (Charte, Attestation)


def attester(params: Parametres, carnet: Carnet, a_renouveler: Utilisateur | None) -> None:
    """Publish one version and let people attest it; `a_renouveler` will soon have to do so again."""
    texte, hasard = proposition(), Hasard(params.graine, "charte")
    charte = carnet.ajouter(
        Charte(
            numero=1,
            texte=texte,
            empreinte=empreinte(texte),
            en_vigueur_le=params.debut,
            publiee_le=_moment(params.debut),
            cle=_cle(hasard),
        )
    )
    employeurs = {p.pk: p.association_id for p in carnet.lignes[PointAccueil]}
    vus = set()
    for acces in carnet.lignes[Acces]:
        en_poste = acces.role == Role.MEDIATEUR and acces.couvre(params.reference)
        if not en_poste or acces.personne_id in vus:
            continue
        vus.add(acces.personne_id)
        il_y_a = hasard.randint(10, 340)
        if acces.personne_id == getattr(a_renouveler, "pk", None):
            il_y_a = 350
        elif not hasard.chance(A_JOUR):
            continue
        jour = max(params.reference - timedelta(days=il_y_a), acces.debut, params.debut)
        carnet.ajouter(
            Attestation(
                charte=charte,
                personne_id=acces.personne_id,
                jour=jour,
                le=_moment(jour),
                empreinte=charte.empreinte,
                employeurs=[employeurs[acces.point_id]],
                cle=_cle(hasard),
            )
        )


def _moment(jour: date) -> datetime:
    return datetime.combine(jour, time(10), UTC)


def _cle(hasard: Hasard) -> uuid.UUID:
    return uuid.UUID(int=hasard.getrandbits(128), version=4)
