"""Put a field or collective action on the calendar, change its plan. `mediation.compte_rendu` reports it."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accueil.ecritures import integrite_lisible
from accueil.models import Commune, Partenaire, PointAccueil, Utilisateur
from accueil.saisie import verifier_jour
from mediation.cycle_de_vie import ModifieEntretemps
from mediation.models import Action
from mediation.models.actions import REGISTRE_DE
from mediation.models.actions import EtatAction as Etat
from mediation.models.actions import NatureAction as Nature
from mediation.textes import verifier_texte
from pimms.socle.journal import differences, journaliser

AVANCE_MAX = 731  # days ahead that an action may be planned
TEXTES = frozenset({"titre", "lieu", "observations", "motif_annulation"})  # told as « modifié » only

ETALEES = frozenset({Nature.PROJET, Nature.CAMPAGNE})  # that last several days


@dataclass(frozen=True)
class Plan:
    """An action as planned and checked. Day and hours are local to the point."""

    nature: str
    jour: date
    titre: str = ""
    lieu: str = ""
    commune: Commune | None = None
    jour_fin: date | None = None
    debut: time | None = None
    fin: time | None = None
    projet: Action | None = None
    partenaires: Sequence[Partenaire] = ()
    equipe: Sequence[Utilisateur] = ()

    def colonnes(self) -> dict[str, Any]:
        """Values of the action's own columns; an action without a title bears its kind's name."""
        return {
            "jour": self.jour,
            "titre": self.titre or Nature(self.nature).label,
            "lieu": self.lieu,
            "commune_id": self.commune and self.commune.pk,
            "jour_fin": self.jour_fin,
            "debut": self.debut,
            "fin": self.fin,
            "projet_id": self.projet and self.projet.pk,
        }

    def liens(self) -> dict[str, list[int]]:
        return {
            "partenaires": sorted(p.pk for p in self.partenaires),
            "equipe": sorted(p.pk for p in self.equipe),
        }


def _liens(action: Action) -> dict[str, list[int]]:
    return {
        "partenaires": sorted(action.partenaires.order_by().values_list("pk", flat=True)),
        "equipe": sorted(action.equipe.order_by().values_list("pk", flat=True)),
    }


def _verifier(point: PointAccueil, plan: Plan, projet_garde: int | None = None) -> None:
    """Refuse a plan whose days, project or texts don't stand. A project that is kept is not checked again."""
    for texte, champ in ((plan.titre, "titre"), (plan.lieu, "lieu")):
        verifier_texte(texte, champ)
    if plan.jour_fin and plan.jour_fin < plan.jour:
        raise ValidationError({"jour_fin": "La fin précède le début."}, code="ordre")
    if plan.debut and plan.fin and plan.fin <= plan.debut:
        raise ValidationError({"fin": "La fin précède le début."}, code="ordre")
    if not point.est_ouvert_le(plan.jour):
        raise ValidationError({"jour": f"Le point {point.nom} n’est pas ouvert ce jour-là."}, code="ferme")
    if plan.jour > point.aujourdhui() + timedelta(days=AVANCE_MAX):
        raise ValidationError({"jour": "Une action se prévoit au plus deux ans à l’avance."}, code="loin")
    if plan.projet is None or plan.projet.pk != projet_garde:
        _verifier_projet(point, plan)


def _verifier_projet(point: PointAccueil, plan: Plan) -> None:
    projet = plan.projet
    if plan.nature == Nature.ETAPE_PROJET and projet is None:
        raise ValidationError({"projet": "Dites de quel projet c’est une étape."}, code="projet")
    if projet is None:
        return
    if projet.point_id != point.pk or projet.nature != Nature.PROJET:
        raise ValidationError({"projet": "Choisissez un projet de ce point."}, code="projet")
    # Its row is held, so that the project's balance is not made while a step is added.
    etat = Action.objects.select_for_update().order_by().values_list("etat", flat=True).get(pk=projet.pk)
    if etat != Etat.PREVUE:
        raise ValidationError({"projet": "Ce projet est terminé ou annulé."}, code="projet")


def prevoir(acteur: Utilisateur, point: PointAccueil, cle: uuid.UUID, plan: Plan) -> tuple[Action, bool]:
    """Put an action on the calendar of a point; returns it and whether it is new.

    The same `cle` from the same person returns the action already recorded, unless its content is
    another. Raises ValidationError for days that don't stand. The caller has checked that the person
    works there.
    """
    with transaction.atomic():
        deja = Action.objects.filter(auteur=acteur, cle=cle).first()
        if deja is None:
            if plan.jour < point.aujourdhui():
                _verifier_recul(acteur, point, plan.jour)
            _verifier(point, plan)
            try:
                with transaction.atomic():
                    return _inserer(acteur, point, cle, plan), True
            except IntegrityError as erreur:
                if "action_cle_unique" not in str(erreur):
                    raise
                deja = Action.objects.get(auteur=acteur, cle=cle)
        return _rejouer(deja, point, plan), False


def _verifier_recul(acteur: Utilisateur, point: PointAccueil, jour: date) -> None:
    """What was never announced is entered within the days that an entry at the desk has."""
    try:
        verifier_jour(acteur, point, jour)
    except ValidationError as erreur:
        raise ValidationError({"jour": erreur.messages}, code=erreur.code) from erreur


def _inserer(acteur: Utilisateur, point: PointAccueil, cle: uuid.UUID, plan: Plan) -> Action:
    action = Action(
        point=point,
        auteur=acteur,
        cle=cle,
        nature=plan.nature,
        registre=REGISTRE_DE[Nature(plan.nature)],
        **plan.colonnes(),
    )
    action.save(force_insert=True)
    _lier(action, plan)
    apres = {"nature": plan.nature, "registre": action.registre} | plan.colonnes() | plan.liens()
    _, apres = differences({}, {c: v for c, v in apres.items() if v not in (None, "", [])}, TEXTES)
    journaliser(acteur, "prevoir", action, point_id=point.pk, apres=apres)
    return action


def _lier(action: Action, plan: Plan) -> None:
    action.partenaires.set(plan.partenaires)
    action.equipe.set(plan.equipe)


def _rejouer(action: Action, point: PointAccueil, plan: Plan) -> Action:
    """The action already recorded under this key, if it is the same one."""
    colonnes = plan.colonnes()
    pareille = (
        action.point_id == point.pk
        and action.nature == plan.nature
        and {c: getattr(action, c) for c in colonnes} == colonnes
        and _liens(action) == plan.liens()
    )
    if not pareille:
        raise ValidationError(
            "Cette saisie est déjà enregistrée, avec un autre contenu\u202f: "
            "rechargez la page pour prévoir une autre action.",
            code="cle",
        )
    return action


@contextmanager
def verrou(acteur: Utilisateur, action: Action, version: int) -> Iterator[Action]:
    """Hold an action for one change, in one transaction; gives the row as it is now.

    Only someone who works at its point may change it (Action.DoesNotExist otherwise). `version` is
    what this person saw: ModifieEntretemps when the action was changed since.
    """
    with integrite_lisible(Action):
        lignes = Action.objects.modifiables_par(acteur).select_related("point")
        tenue = lignes.select_for_update(of=("self",)).get(pk=action.pk)
        if tenue.version != version:
            raise ModifieEntretemps
        yield tenue


def ecrire(
    acteur: Utilisateur, action: Action, acte: str, avant: Mapping[str, Any], apres: Mapping[str, Any]
) -> None:
    """Save the columns named in `apres` of an action that is held, and tell the journal what changed."""
    colonnes = {champ.attname for champ in Action._meta.concrete_fields}
    action.version += 1
    action.save(update_fields=["version", *(c for c in apres if c in colonnes)])
    de, vers = differences(avant, apres, TEXTES)
    journaliser(acteur, acte, action, point_id=action.point_id, avant=de, apres=vers)


def retard(dernier_jour: date, rapporte_le: date) -> int:
    """Days between the last day of an action and the day of its report."""
    return max(0, (rapporte_le - dernier_jour).days)


def modifier(acteur: Utilisateur, action: Action, version: int, plan: Plan) -> Action:
    """Change what was planned of an action, reported or not. Its kind and its point stay.

    A day before today that was not announced is held to the same delay as an entry at the desk.
    """
    with verrou(acteur, action, version) as tenue:
        point, aujourdhui = tenue.point, tenue.point.aujourdhui()
        if tenue.etat == Etat.ANNULEE:
            raise ValidationError("Cette action est annulée\u202f: remettez-la d’abord au calendrier.")
        if tenue.etat == Etat.FAITE and max(plan.jour, plan.jour_fin or plan.jour) > aujourdhui:
            champ = "jour" if plan.jour > aujourdhui else "jour_fin"
            raise ValidationError(
                {champ: "Cette action est déjà faite\u202f: ce jour n’est pas encore venu."}
            )
        if plan.jour < min(tenue.jour, aujourdhui):
            _verifier_recul(acteur, point, plan.jour)
        _verifier(point, plan, tenue.projet_id)
        avant = {c: getattr(tenue, c) for c in plan.colonnes()} | {"retard": tenue.retard} | _liens(tenue)
        for colonne, valeur in plan.colonnes().items():
            setattr(tenue, colonne, valeur)
        if tenue.rapportee_le:
            rapporte_le = tenue.rapportee_le.astimezone(point.tz).date()
            tenue.retard = retard(tenue.jour_fin or tenue.jour, rapporte_le)
        _lier(tenue, plan)
        ecrire(acteur, tenue, "modifier", avant, plan.colonnes() | {"retard": tenue.retard} | plan.liens())
    return tenue
