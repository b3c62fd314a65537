"""Log a visit: the only door for it. `accueil.correction` changes one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accueil.models import Commune, Demande, NoteVisite, Partenaire, PointAccueil, Theme, Utilisateur
from accueil.models.visites import DUREE_PAR_DEFAUT, Canal, Visite
from pimms.socle.journal import journaliser

# Days back that an entry may be made or changed (network's rule, « à valider »).
RECUL_MEDIATEUR = 7
RECUL_RESPONSABLE = 60
# Attributes of the person, never written in the journal: it can't be erased, these coarsen with time.
PUBLIC = frozenset({"genre", "tranche_age", "situation", "commune", "premiere_visite"})
VERS_TEXTE = 6  # place of the free text among the values of a request's state
_CHAMPS = ("theme", "partenaire", "registre", "aide", "issue", "vers_partenaire", "vers_texte")


@dataclass(frozen=True)
class DemandeSaisie:
    """One request as typed and checked. `pk` is the recorded request that it corrects, None for a new one."""

    theme: Theme
    issue: str
    partenaire: Partenaire | None = None
    registre: int | None = None
    aide: str = ""
    vers_partenaire: Partenaire | None = None
    vers_texte: str = ""
    pk: int | None = None


@dataclass(frozen=True)
class VisiteSaisie:
    """One visit as typed and checked. `duree` in minutes, None when nobody chose one."""

    cle: uuid.UUID
    jour: date
    demandes: Sequence[DemandeSaisie]
    canal: str = Canal.SUR_PLACE
    duree: int | None = None
    personnes: int = 1
    genre: str = ""
    tranche_age: str = ""
    situation: str = ""
    commune: Commune | None = None
    premiere_visite: bool | None = None
    note: str = ""

    def colonnes(self) -> dict:
        """Values of the visit's own columns."""
        return {
            "canal": self.canal,
            "duree": self.duree or DUREE_PAR_DEFAUT,
            "duree_estimee": self.duree is None,
            "personnes": self.personnes,
            "nb_demandes": len(self.demandes),
            "genre": self.genre,
            "tranche_age": self.tranche_age,
            "situation": self.situation,
            "commune": self.commune,
            "premiere_visite": self.premiere_visite,
        }


class CleReprise(Exception):
    """The key of a recorded visit comes back with other values: `visite` is the recorded one."""

    def __init__(self, visite: Visite):
        super().__init__(visite)
        self.visite = visite


def recul_permis(acteur: Utilisateur, point: PointAccueil) -> int:
    """Number of days back this person may log or change entries at this point."""
    responsable = point.pk in acteur.portee.points_de_responsable
    return RECUL_RESPONSABLE if responsable else RECUL_MEDIATEUR


def verifier_jour(acteur: Utilisateur, point: PointAccueil, jour: date) -> None:
    """Refuse a day in the future, too far back, or on which the point does not exist.

    Raises ValidationError with a French message. Days are local to the point.
    """
    aujourdhui = point.aujourdhui()
    recul = recul_permis(acteur, point)
    if jour > aujourdhui:
        raise ValidationError("Ce jour n’est pas encore venu.", code="futur")
    if jour < aujourdhui - timedelta(days=recul):
        raise ValidationError(
            f"La saisie est possible jusqu’à {recul} jours en arrière. Au-delà, demandez à votre responsable."
            if recul == RECUL_MEDIATEUR
            else f"La saisie est possible jusqu’à {recul} jours en arrière.",
            code="trop_ancien",
        )
    if jour < point.ouvert_le:
        raise ValidationError(f"Le point n’ouvre que le {point.ouvert_le:%d/%m/%Y}.", code="avant_ouverture")
    if not point.est_ouvert_le(jour):
        raise ValidationError(f"Le point est fermé depuis le {point.ferme_le:%d/%m/%Y}.", code="point_ferme")


def lignes_de(visite: Visite, demandes: Sequence[DemandeSaisie]) -> list[Demande]:
    """Unsaved rows of these requests, new ones all, ranked in this order."""
    return [
        Demande(visite=visite, point_id=visite.point_id, rang=rang, **{c: getattr(d, c) for c in _CHAMPS})
        for rang, d in enumerate(demandes)
    ]


def _code_demande(demande: DemandeSaisie | Demande) -> list:
    """Coded values of a request for the journal; towards whom is told only when it is a partner."""
    return [
        demande.theme.code,
        demande.issue,
        demande.partenaire and demande.partenaire.pk,
        demande.registre,
        demande.aide,
        demande.vers_partenaire and demande.vers_partenaire.pk,
    ]


def enregistrer(acteur: Utilisateur, point: PointAccueil, saisie: VisiteSaisie) -> tuple[Visite, bool]:
    """Record a visit; returns it and whether it is new.

    The same `cle` from the same person returns the visit already recorded (double click, retry,
    resent form, or a race of two); CleReprise when it says something else than what was recorded.
    The caller has checked the day (`verifier_jour`) and the point.
    """
    maintenant = timezone.now()
    local = maintenant.astimezone(point.tz)
    retard = (local.date() - saisie.jour).days
    visite = Visite(
        point=point,
        auteur=acteur,
        cle=saisie.cle,
        jour=saisie.jour,
        heure=local.hour if retard == 0 else None,
        saisie_le=maintenant,
        retard=retard,
        **saisie.colonnes(),
    )
    try:
        with transaction.atomic():
            visite.save(force_insert=True)
            demandes = Demande.objects.bulk_create(lignes_de(visite, saisie.demandes))
            if saisie.note:
                NoteVisite.objects.create(visite=visite, point=point, texte=saisie.note)
            journaliser(acteur, "creer", visite, point_id=point.pk, apres=_pour_journal(saisie))
    except IntegrityError as erreur:
        if "visite_cle_unique" not in str(erreur):
            raise
        return _deja_enregistree(visite, saisie), False
    visite.demandes_liste = demandes  # type: ignore[attr-defined]
    return visite, True


def _deja_enregistree(refusee: Visite, saisie: VisiteSaisie) -> Visite:
    """The visit that holds this key, if it was recorded with these very values; CleReprise if not."""
    visite = Visite.objects.select_related("point").get(auteur=refusee.auteur, cle=refusee.cle)
    # What was typed then, whatever a correction has made of it since.
    premiere = visite.versions.filter(numero=1).values_list("etat", flat=True).first()
    recorde = premiere or etat(visite)
    tape = saisie.colonnes() | {
        "commune": saisie.commune and saisie.commune.pk,
        "jour": str(saisie.jour),
        "note": saisie.note,
        "demandes": [[*_code_demande(d), d.vers_texte] for d in saisie.demandes],
    }
    recorde = recorde | {"demandes": [d[: VERS_TEXTE + 1] for d in recorde["demandes"]]}
    if visite.point_id != refusee.point_id or any(recorde.get(c) != v for c, v in tape.items()):
        raise CleReprise(visite)
    return visite


def recouvre(acteur: Utilisateur, auteur: int, cle: uuid.UUID) -> Visite | None:
    """The visit that this author recorded with this key, at a point where `acteur` works today.

    For a form whose first sending went through under a session that has since changed hands.
    """
    return (
        Visite.objects.filter(auteur=auteur, cle=cle, point__in=acteur.portee.points_de_saisie)
        .select_related("point", "auteur")
        .first()
    )


def _pour_journal(saisie: VisiteSaisie) -> dict:
    colonnes = saisie.colonnes()
    return {c: v for c, v in colonnes.items() if c not in PUBLIC} | {
        "public": any(colonnes[c] not in ("", None) for c in PUBLIC),
        "jour": saisie.jour,
        "note": bool(saisie.note),
        "demandes": [_code_demande(d) for d in saisie.demandes],
    }


def etat(visite: Visite) -> dict:
    """Full state of a visit as JSON values, kept as a version row before it changes.

    A request is its coded values, towards whom in free text, and its key.
    """
    note = NoteVisite.objects.filter(visite=visite).values_list("texte", flat=True).first()
    return {
        "jour": str(visite.jour),
        "heure": visite.heure,
        "canal": visite.canal,
        "duree": visite.duree,
        "duree_estimee": visite.duree_estimee,
        "personnes": visite.personnes,
        "nb_demandes": visite.nb_demandes,
        "genre": visite.genre,
        "tranche_age": visite.tranche_age,
        "situation": visite.situation,
        "commune": visite.commune_id,
        "premiere_visite": visite.premiere_visite,
        "note": note or "",
        "annulee": visite.annulee_le is not None,
        "demandes": [
            [*_code_demande(d), d.vers_texte, d.pk]
            for d in visite.demandes.select_related("theme", "partenaire", "vers_partenaire")
        ],
    }
