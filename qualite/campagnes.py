"""Campaigns: create one, change what it plans, move it on. The only doors, with `qualite.cloture` (decide,
sign, reopen), `qualite.echantillonnage` (the sample and the plan), `qualite.audits` and their invitations.

Each takes the actor and, once the campaign exists, the `version` that this person saw (ModifieEntretemps
when it was changed since); each move is told by an event and in the journal, where texts are « modifié ».
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F

from accueil.ecritures import integrite_lisible
from accueil.models import Association, Utilisateur
from mediation.textes import verifier_texte
from pimms.socle.journal import journaliser
from pimms.socle.typographie import compte
from pimms.socle.versions import ModifieEntretemps, ecrire_version
from qualite import courriels_campagnes
from qualite.arrets import arreter
from qualite.envois import exiger_meme
from qualite.etats_campagne import FINIES, MODIFIABLES, PAR_PAIRE, EtatCampagne, Transition
from qualite.models import (
    Campagne,
    ConstatAudit,
    Echeance,
    EvenementCampagne,
    PointCampagne,
    Referentiel,
    ReponseConstat,
)
from qualite.models.audits import SANS_REPONSE

Nature = EvenementCampagne.Nature
TEXTES = frozenset({"titre", "motif_decision"})
SEULE_L_UNION = "Seule l’union nationale conduit une campagne."


@dataclass(frozen=True)
class Projet:
    """What a campaign plans, as filled in."""

    titre: str
    nature: str
    referentiel: Referentiel
    pilote: Utilisateur
    du: date
    au: date
    association: Association | None = None
    echeance: Echeance | None = None
    debut_audit: date | None = None
    fin_audit: date | None = None

    def colonnes(self) -> dict[str, Any]:
        return {c: getattr(self, c) for c in self.__dataclass_fields__}


def creer(acteur: Utilisateur, cle: uuid.UUID, projet: Projet) -> Campagne:
    """Open a campaign. Sent twice, it is opened once; another content under the same key is refused."""
    exiger_union(acteur)
    _verifier_projet(projet)
    with integrite_lisible(Campagne):
        Utilisateur.objects.select_for_update().get(pk=acteur.pk)  # one click at a time
        deja = Campagne.objects.filter(creee_par=acteur, cle=cle).first()
        if deja:
            exiger_meme(deja, projet.colonnes())
            return deja
        return naitre(acteur, Campagne(cle=cle, creee_par=acteur, **projet.colonnes()))


def naitre(acteur: Utilisateur, campagne: Campagne) -> Campagne:
    campagne.save(force_insert=True)
    colonnes = ("nature", "referentiel", "association", "pilote", "du", "au", "predecesseur")
    apres = {c: v for c in colonnes if (v := getattr(campagne, c)) is not None}
    raconter(acteur, campagne, Nature.OUVERTURE, apres=apres, vers=campagne.etat)
    return campagne


def exiger_union(acteur: Utilisateur) -> None:
    if not acteur.portee.reseau:
        raise ValidationError(SEULE_L_UNION)


def _verifier_projet(projet: Projet) -> None:
    verifier_texte(projet.titre, "titre")
    if projet.au < projet.du:
        raise ValidationError({"au": "La fin précède le début."})
    if projet.debut_audit and projet.fin_audit and projet.fin_audit < projet.debut_audit:
        raise ValidationError({"fin_audit": "La fin précède le début."})
    if bool(projet.debut_audit) != bool(projet.fin_audit):
        vide = "fin_audit" if projet.debut_audit else "debut_audit"
        raise ValidationError({vide: "Un audit a un premier et un dernier jour."})
    if not projet.pilote.portee.reseau:
        raise ValidationError({"pilote": "Le pilote est quelqu’un de l’union nationale."})


@contextmanager
def verrou(campagne: Campagne, version: int | None = None) -> Iterator[Campagne]:
    """Hold a campaign for one change, in one transaction; gives the row as it is now.

    `version`: what this person saw, for a change that another one could contradict.
    """
    with integrite_lisible(Campagne):
        lignes = Campagne.objects.select_related("pilote", "referentiel", "association")
        tenue = lignes.select_for_update(of=("self",)).get(pk=campagne.pk)
        if version is not None and tenue.version != version:
            raise ModifieEntretemps
        yield tenue


def ecrire(campagne: Campagne, valeurs: dict[str, Any]) -> tuple[dict, dict]:
    """Save these columns of a campaign that is held; returns what the journal says of it."""
    return ecrire_version(campagne, valeurs, TEXTES)


def raconter(
    acteur: Utilisateur,
    campagne: Campagne,
    nature: str,
    *,
    avant: dict | None = None,
    apres: dict | None = None,
    **champs,
) -> None:
    EvenementCampagne.objects.create(campagne=campagne, nature=nature, par=acteur, **champs)
    journaliser(acteur, str(nature), campagne, avant=avant, apres=apres)


def modifier(acteur: Utilisateur, campagne: Campagne, version: int, projet: Projet) -> Campagne:
    """Change what a campaign plans: all of it in preparation, then its title, pilot and audit days."""
    exiger_union(acteur)
    _verifier_projet(projet)
    with verrou(campagne, version) as tenue:
        if tenue.etat not in MODIFIABLES:
            raise ValidationError("Cette campagne ne se modifie plus.")
        changes = {c: v for c, v in projet.colonnes().items() if v != getattr(tenue, c)}
        fixes = {"nature", "referentiel", "association", "du", "au"} & changes.keys()
        if fixes and tenue.etat != EtatCampagne.PREPARATION:
            raise ValidationError("Sorte, grille, périmètre et période ne changent qu’en préparation.")
        if {"nature", "association"} & fixes:
            _verifier_sans_echantillon(tenue)
        if changes:
            avant, apres = ecrire(tenue, changes)
            journaliser(acteur, "modifier", tenue, avant=avant, apres=apres)
    return tenue


def _verifier_sans_echantillon(campagne: Campagne) -> None:
    """Kind and scope make the sample: what was drawn is published, hence neither can change any more."""
    origines = set(campagne.points.values_list("origine", flat=True))
    if origines & {PointCampagne.Origine.ALEATOIRE, PointCampagne.Origine.CIBLE}:
        raise ValidationError(
            "L’échantillon est tiré\u202f: sorte et périmètre ne changent plus. Annulez cette campagne, "
            "et ouvrez-en une autre."
        )
    if origines:
        raise ValidationError(
            "Retirez d’abord les points ajoutés\u202f: ils dépendent de la sorte et du périmètre."
        )


def avancer(
    acteur: Utilisateur,
    campagne: Campagne,
    version: int,
    vers: str,
    motif: str = "",
    jour: date | None = None,
) -> Campagne:
    """Move a campaign along one transition; freezing closes an evaluation, that its file is from then on:
    today's, or that of `jour` for a story told afterwards."""
    exiger_union(acteur)
    with verrou(campagne, version) as tenue:
        transition = PAR_PAIRE.get((tenue.etat, vers))
        if transition is None or vers in FINIES or not transition.vaut_pour(tenue.nature):
            de, a = tenue.get_etat_display(), EtatCampagne(vers).label
            raise ValidationError(
                f"Une campagne ne passe pas de «\u202f{de}\u202f» à «\u202f{a}\u202f».", code="transition"
            )
        if transition.motif:
            motif = verifier_motif(motif)
        _verifier_pas(tenue, transition)
        valeurs: dict[str, Any] = {"etat": vers}
        if vers == EtatCampagne.GEL:
            valeurs["evaluation"] = _geler(acteur, tenue, jour)
        elif vers in (EtatCampagne.REVUE, EtatCampagne.PREPARATION):
            valeurs["evaluation"] = None
        if transition.de == EtatCampagne.DECISION:
            valeurs |= {"decision": "", "motif_decision": ""}
        passer(acteur, tenue, valeurs, transition, motif)
        courriels_campagnes.annoncer(tenue)
    return tenue


def passer(
    acteur: Utilisateur, campagne: Campagne, valeurs: dict, transition: Transition, motif: str
) -> None:
    avant, apres = ecrire(campagne, valeurs)
    pas: dict[str, Any] = {"de": transition.de, "vers": transition.vers, "motif": motif}
    raconter(acteur, campagne, Nature.ETAT, avant=avant, apres=apres, **pas)


def verifier_motif(motif: str) -> str:
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi."}, code="motif")
    verifier_texte(motif, "motif")
    return motif.strip()


def ce_qui_manque(campagne: Campagne, transition: Transition) -> str:
    """What a move still waits for, in words; "" when nothing does. One statement at most."""
    points = PointCampagne.objects.filter(campagne=campagne)
    if transition.vers == EtatCampagne.AUTO_EVALUATION and transition.de == EtatCampagne.PREPARATION:
        return "" if points.exists() else "Choisissez d’abord l’échantillon."
    if transition.vers == EtatCampagne.REVUE and transition.de == EtatCampagne.AUTO_EVALUATION:
        reste = points.filter(remise_le=None).count()
        return f"{compte(reste, 'auto-évaluation')} à remettre encore." if reste else ""
    if transition.vers == EtatCampagne.AUDIT and campagne.debut_audit is None:
        return "Dites d’abord les jours de l’audit\u202f: «\u202fModifier\u202f»."
    if transition.vers == EtatCampagne.DECISION:
        reste = sans_reponse(campagne).count()
        return f"{compte(reste, 'constat')} sans réponse encore." if reste else ""
    return ""


def sans_reponse(campagne: Campagne) -> Any:
    """Findings that wait for their answer: none since they were last changed."""
    repondus = ReponseConstat.objects.filter(
        constat__campagne=campagne, le__gte=F("constat__modifie_le")
    ).values("constat")
    constats = ConstatAudit.objects.filter(campagne=campagne).exclude(grade__in=SANS_REPONSE)
    return constats.exclude(pk__in=repondus)


def _verifier_pas(campagne: Campagne, transition: Transition) -> None:
    manque = ce_qui_manque(campagne, transition)
    if manque:
        raise ValidationError(manque, code="manque")


def _geler(acteur: Utilisateur, campagne: Campagne, jour: date | None):
    evaluation = arreter(acteur, campagne.titre, uuid.uuid4(), campagne, jour)
    if evaluation.referentiel_id != campagne.referentiel_id:
        raise ValidationError(
            "La grille en vigueur n’est plus celle de la campagne\u202f: reprenez la préparation."
        )
    return evaluation
