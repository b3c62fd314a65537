"""The end of a campaign: its decision, the two signatures that close it, the successor that reopens it; or
its cancelling, for one opened by mistake."""

import uuid

from django.core.exceptions import ValidationError

from accueil.models import Utilisateur
from mediation.textes import verifier_texte
from pimms.socle.journal import journaliser
from qualite import audits, courriels_campagnes
from qualite.campagnes import (
    Nature,
    Projet,
    ecrire,
    exiger_union,
    naitre,
    passer,
    raconter,
    verifier_motif,
    verrou,
)
from qualite.etats_campagne import PAR_PAIRE, EtatCampagne
from qualite.models import Campagne, EvenementCampagne, PointCampagne

SIGNATURES = 2


def decider(acteur: Utilisateur, campagne: Campagne, version: int, decision: str, motif: str) -> Campagne:
    """Write the decision; once somebody has signed it, it no longer changes."""
    exiger_union(acteur)
    verifier_texte(motif, "motif_decision")
    with verrou(campagne, version) as tenue:
        if tenue.etat != EtatCampagne.DECISION:
            raise ValidationError("La campagne n’en est pas à la décision.")
        if signataires(tenue):
            raise ValidationError("Une décision signée ne change pas\u202f: revenez d’abord en arrière.")
        if decision not in Campagne.Decision.values:
            raise ValidationError({"decision": "Choisissez une décision."})
        valeurs = {"decision": decision, "motif_decision": motif.strip()}
        if any(getattr(tenue, c) != v for c, v in valeurs.items()):
            avant, apres = ecrire(tenue, valeurs)
            journaliser(acteur, "decider", tenue, avant=avant, apres=apres)
    return tenue


def signataires(campagne: Campagne) -> list[int]:
    """Keys of those who signed since the latest change of state, the first one first."""
    signes: list[int] = []
    for evenement in EvenementCampagne.objects.filter(campagne=campagne).order_by("id"):
        if evenement.vers:
            signes = []
        elif evenement.nature == Nature.SIGNATURE:
            signes.append(evenement.par_id)
    return signes


def signer(acteur: Utilisateur, campagne: Campagne, version: int) -> Campagne:
    """Sign the closing; the second person's signature closes. Nobody signs twice."""
    exiger_union(acteur)
    with verrou(campagne, version) as tenue:
        if tenue.etat != EtatCampagne.DECISION or not tenue.decision:
            raise ValidationError("On signe une décision\u202f: écrivez-la d’abord.")
        deja = signataires(tenue)
        if acteur.pk in deja:
            raise ValidationError("Vous avez déjà signé\u202f: une autre personne de l’union signe aussi.")
        raconter(acteur, tenue, Nature.SIGNATURE)
        if len(deja) + 1 >= SIGNATURES:
            transition = PAR_PAIRE[EtatCampagne.DECISION, EtatCampagne.CLOSE]
            passer(acteur, tenue, {"etat": EtatCampagne.CLOSE}, transition, "")
    return tenue


def annuler(acteur: Utilisateur, campagne: Campagne, version: int, motif: str) -> Campagne:
    """Cancel a campaign opened by mistake, with its reason, before its file is frozen: it stays to be read.

    Nobody whom it invited audits any more; who was asked for a self-evaluation is told.
    """
    exiger_union(acteur)
    motif = verifier_motif(motif)
    with verrou(campagne, version) as tenue:
        transition = PAR_PAIRE.get((tenue.etat, EtatCampagne.ANNULEE))
        if transition is None:
            raise ValidationError("Une campagne ne s’annule qu’avant le gel de son dossier.")
        audits.terminer_tous(acteur, tenue)
        passer(acteur, tenue, {"etat": EtatCampagne.ANNULEE}, transition, motif)
        if tenue.evenements.filter(vers=EtatCampagne.AUTO_EVALUATION).exists():
            courriels_campagnes.annoncer(tenue)
    return tenue


def rouvrir(acteur: Utilisateur, campagne: Campagne, motif: str, cle: uuid.UUID) -> Campagne:
    """Open the successor of a closed campaign, with its plan and sample; the closed one stays as it is."""
    exiger_union(acteur)
    motif = verifier_motif(motif)
    with verrou(campagne) as tenue:
        deja = tenue.successeur
        if deja:
            if (deja.creee_par_id, deja.cle) == (acteur.pk, cle):
                return deja
            raise ValidationError("Cette campagne est déjà rouverte par une autre.")
        if not tenue.close:
            raise ValidationError("Seule une campagne close se rouvre\u202f: revenez en arrière.")
        colonnes = {c: getattr(tenue, c) for c in Projet.__dataclass_fields__}
        colonnes |= {"pilote": acteur, "predecesseur": tenue, "cle": cle, "creee_par": acteur}
        raconter(acteur, tenue, Nature.REPRISE, motif=motif)
        suite = naitre(acteur, Campagne(**colonnes))
        _reprendre_echantillon(tenue, suite)
    return suite


def _reprendre_echantillon(ancienne: Campagne, suite: Campagne) -> None:
    origine = PointCampagne.Origine
    PointCampagne.objects.bulk_create(
        PointCampagne(
            campagne=suite,
            point_id=p.point_id,
            origine=origine.CERTIFICATEUR
            if p.origine == origine.SUR_PLACE and suite.afnor
            else origine.UNION
            if p.origine == origine.SUR_PLACE
            else p.origine,
            explication=f"Repris de la campagne close. {p.explication}"[:300],
        )
        for p in ancienne.points.order_by("id")
    )
