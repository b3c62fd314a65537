"""Corrective actions: open one, write its cause and measures, hand it over. The only doors, with
`qualite.suites_action`, which moves one on.

Each takes the actor and, once the action exists, the `version` that this person saw (ModifieEntretemps when
it was changed since); each change is told by an event and in the journal, where texts are « modifié ».
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from accueil.ecritures import integrite_lisible
from accueil.models import Utilisateur
from mediation.textes import verifier_texte
from pimms.socle.journal import differences, journaliser
from pimms.socle.versions import ModifieEntretemps, ecrire_version
from qualite import courriels_actions, droits_actions
from qualite.envois import exiger_meme
from qualite.lecture_constats import constats_de, constats_du_point, retenir
from qualite.models import ActionCorrective, Constat, EvenementAction, Exigence, Provenance
from qualite.preuves import Objet

Nature = EvenementAction.Nature
ECHEANCE_MAX = timedelta(days=731)
TEXTES = frozenset({"titre", "description", "cause", "correction", "mesure"})
PAS_PERMIS = "Cette action n’est pas entre vos mains\u202f: demandez à qui la tient."


@dataclass(frozen=True)
class Fiche:
    """What is written of an action, as typed."""

    titre: str
    description: str
    cause: str = ""
    correction: str = ""
    mesure: str = ""


@dataclass(frozen=True)
class Ouverture:
    """A new action as filled in: for whom, where it comes from, who owns it, until when."""

    cle: uuid.UUID
    objet: Objet
    provenance: str
    fiche: Fiche
    pilote: Utilisateur
    echeance: date
    exigence: Exigence | None = None

    def colonnes(self) -> dict[str, Any]:
        return {
            "niveau": str(self.objet.niveau),
            "association_id": self.objet.association and self.objet.association.pk,
            "point_id": self.objet.point and self.objet.point.pk,
            "provenance": self.provenance,
            "exigence": self.exigence.code if self.exigence else "",
            "pilote_id": self.pilote.pk,
        } | asdict(self.fiche)


def ouvrir(acteur: Utilisateur, ouverture: Ouverture) -> ActionCorrective:
    """Open an action. Sent twice, it is opened once; another content under the same key is refused."""
    colonnes = ouverture.colonnes()
    with integrite_lisible(ActionCorrective):
        Utilisateur.objects.select_for_update().get(pk=acteur.pk)  # one click at a time
        deja = ActionCorrective.objects.filter(creee_par=acteur, cle=ouverture.cle).first()
        if deja:
            exiger_meme(deja, colonnes | {"echeance_initiale": ouverture.echeance})
            return deja
        _verifier_ouverture(acteur, ouverture)
        action = ActionCorrective(
            association=ouverture.objet.association,
            point=ouverture.objet.point,
            pilote=ouverture.pilote,
            echeance=ouverture.echeance,
            echeance_initiale=ouverture.echeance,
            cle=ouverture.cle,
            creee_par=acteur,
            **{c: v for c, v in colonnes.items() if not c.endswith("_id")},
        )
        action.ouverte_le = action.aujourdhui()
        constat = _constat(ouverture.objet, ouverture.exigence)
        if constat:
            action.verdict, action.phrase = constat.verdict, constat.phrase
        action.save(force_insert=True)
        _, apres = differences({}, {c: v for c, v in colonnes.items() if v}, TEXTES)
        apres["echeance"] = action.echeance
        raconter(
            acteur,
            action,
            Nature.OUVERTURE,
            apres=apres,
            vers=action.etat,
            echeance=action.echeance,
            pilote=action.pilote,
        )
        courriels_actions.confier(acteur, action)
    return action


def _verifier_ouverture(acteur: Utilisateur, ouverture: Ouverture) -> None:
    if not droits_actions.peut_ouvrir(acteur.portee, ouverture.objet):
        raise ValidationError("Vous ne pouvez pas ouvrir d’action ici.")
    if ouverture.provenance == Provenance.CONSTAT and ouverture.exigence is None:
        raise ValidationError({"exigence": "Dites de quelle exigence vient le constat."})
    _verifier_fiche(ouverture.fiche)
    jour = ActionCorrective(point=ouverture.objet.point).aujourdhui()
    verifier_echeance(ouverture.echeance, jour)
    _verifier_pilote(ouverture.objet, ouverture.pilote, jour)


def _verifier_fiche(fiche: Fiche) -> None:
    for champ, texte in asdict(fiche).items():
        verifier_texte(texte, champ)


def verifier_echeance(echeance: date, jour: date) -> None:
    if not jour <= echeance <= jour + ECHEANCE_MAX:
        raise ValidationError({"echeance": "Choisissez un jour à venir, dans les deux ans."})


def _verifier_pilote(objet: Objet, pilote: Utilisateur, jour: date) -> None:
    if not droits_actions.pilotes_possibles(objet, jour).filter(pk=pilote.pk).exists():
        raise ValidationError({"pilote": "Cette personne n’est pas en poste ici\u202f: prenez-en une autre."})


def _constat(objet: Objet, exigence: Exigence | None) -> Constat | None:
    """The finding that speaks for the subject, as it stands."""
    if exigence is None:
        return None
    if objet.point:
        return retenir(exigence, constats_du_point(objet.point, [exigence]))
    sujet = {"association": objet.association} if objet.association else {"association__isnull": True}
    parmi = Constat.objects.filter(point__isnull=True, **sujet)
    constats = [constat for _, constat in constats_de([exigence], parmi)]
    return constats[-1] if constats else None


@contextmanager
def verrou(acteur: Utilisateur, action: ActionCorrective, version: int) -> Iterator[ActionCorrective]:
    """Hold an action for one change, in one transaction; gives the row as it is now.

    Only for who may read it (ActionCorrective.DoesNotExist otherwise).
    """
    with integrite_lisible(ActionCorrective):
        lignes = ActionCorrective.objects.visibles_par(acteur)
        lignes = lignes.select_related("point__association", "association", "pilote", "verificateur")
        tenue = lignes.select_for_update(of=("self",)).get(pk=action.pk)
        if tenue.version != version:
            raise ModifieEntretemps
        yield tenue


def ecrire(action: ActionCorrective, valeurs: dict[str, Any]) -> tuple[dict, dict]:
    """Save these columns of an action that is held; returns what the journal says of it."""
    return ecrire_version(action, valeurs, TEXTES)


def raconter(
    acteur: Utilisateur,
    action: ActionCorrective,
    nature: str,
    *,
    avant: dict | None = None,
    apres: dict | None = None,
    echeance_avant: date | None = None,
    **champs,
) -> None:
    EvenementAction.objects.create(action=action, nature=nature, par=acteur, avant=echeance_avant, **champs)
    journaliser(acteur, str(nature), action, point_id=action.point_id, avant=avant, apres=apres)


def exiger_ouverte(action: ActionCorrective) -> None:
    if not action.ouverte:
        raise ValidationError("Cette action est finie\u202f: rouvrez-la d’abord.", code="finie")


def modifier(acteur: Utilisateur, action: ActionCorrective, version: int, fiche: Fiche) -> ActionCorrective:
    """Change what an open action says: its owner and who holds it."""
    with verrou(acteur, action, version) as tenue:
        exiger_ouverte(tenue)
        if not droits_actions.peut_travailler(acteur, tenue):
            raise ValidationError(PAS_PERMIS)
        _verifier_fiche(fiche)
        if tenue.realisee_le and not (fiche.cause and fiche.mesure):
            vide = "cause" if not fiche.cause else "mesure"
            raise ValidationError({vide: "Une action réalisée garde sa cause et son action corrective."})
        changes = {c: v for c, v in asdict(fiche).items() if v != getattr(tenue, c)}
        if changes:
            avant, apres = ecrire(tenue, changes)
            raconter(acteur, tenue, Nature.MODIFICATION, avant=avant, apres=apres)
    return tenue


def confier(
    acteur: Utilisateur,
    action: ActionCorrective,
    version: int,
    pilote: Utilisateur,
    verificateur: Utilisateur | None = None,
) -> ActionCorrective:
    """Hand an open action over to another owner, and say who is asked to verify it (None: whoever may)."""
    with verrou(acteur, action, version) as tenue:
        exiger_ouverte(tenue)
        if not droits_actions.tient(acteur.portee, tenue):
            raise ValidationError(PAS_PERMIS)
        jour = tenue.aujourdhui()
        change = pilote != tenue.pilote
        if change:
            if not droits_actions.change_de_pilote(tenue):
                raise ValidationError({"pilote": "Le pilote ne change plus une fois l’action réalisée."})
            _verifier_pilote(droits_actions.objet_de(tenue), pilote, jour)
        if verificateur == pilote:
            raise ValidationError({"verificateur": "Le pilote ne vérifie pas sa propre action."})
        deja = tenue.verificateur
        avant, apres = ecrire(tenue, {"pilote": pilote, "verificateur": verificateur})
        if verificateur and verificateur != deja:
            permis = droits_actions.verificateurs_possibles(tenue, jour)
            if not permis.filter(pk=verificateur.pk).exists():
                raise ValidationError({"verificateur": "Cette personne ne peut pas vérifier cette action."})
        if change:
            raconter(acteur, tenue, Nature.PILOTE, avant=avant, apres=apres, pilote=pilote)
            courriels_actions.confier(acteur, tenue)
        elif avant or apres:
            journaliser(acteur, "confier", tenue, point_id=tenue.point_id, avant=avant, apres=apres)
    return tenue
