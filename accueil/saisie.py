"""Log, correct, cancel a visit: the only doors for those changes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accueil.models import Commune, Demande, NoteVisite, Partenaire, PointAccueil, Theme, Utilisateur
from accueil.models.visites import DUREE_PAR_DEFAUT, Canal, Visite, VisiteVersion
from pimms.socle.journal import differences, journaliser

# Days back that an entry may be made or changed (network's rule, « à valider »).
RECUL_MEDIATEUR = 7
RECUL_RESPONSABLE = 60
# Told in the journal as « modifié » only: the journal can't be erased, these coarsen with time.
PUBLIC = frozenset({"genre", "tranche_age", "situation", "commune", "premiere_visite"})
TEXTES_LIBRES = PUBLIC | {"note"}
_CHAMPS = ("theme", "partenaire", "registre", "aide", "issue", "vers_partenaire", "vers_texte")


@dataclass(frozen=True)
class DemandeSaisie:
    """One request as typed and checked."""

    theme: Theme
    issue: str
    partenaire: Partenaire | None = None
    registre: int | None = None
    aide: str = ""
    vers_partenaire: Partenaire | None = None
    vers_texte: str = ""


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


class ModifieeEntretemps(Exception):
    """Someone changed the visit since this person opened it."""


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


def _lignes(visite: Visite, demandes: Sequence[DemandeSaisie]) -> list[Demande]:
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
    resent form, or a race of two). The caller has checked the day (`verifier_jour`) and the point.
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
            demandes = Demande.objects.bulk_create(_lignes(visite, saisie.demandes))
            if saisie.note:
                NoteVisite.objects.create(visite=visite, point=point, texte=saisie.note)
            journaliser(acteur, "creer", visite, point_id=point.pk, apres=_pour_journal(saisie))
    except IntegrityError as erreur:
        if "visite_cle_unique" not in str(erreur):
            raise
        return Visite.objects.get(auteur=acteur, cle=saisie.cle), False
    visite.demandes_liste = demandes  # type: ignore[attr-defined]
    return visite, True


def _pour_journal(saisie: VisiteSaisie) -> dict:
    colonnes = saisie.colonnes()
    return {c: v for c, v in colonnes.items() if c not in PUBLIC} | {
        "public": any(colonnes[c] not in ("", None) for c in PUBLIC),
        "jour": saisie.jour,
        "note": bool(saisie.note),
        "demandes": [_code_demande(d) for d in saisie.demandes],
    }


def etat(visite: Visite) -> dict:
    """Full state of a visit as JSON values, kept as a version row before it changes."""
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
            [*_code_demande(d), d.vers_texte]
            for d in visite.demandes.select_related("theme", "partenaire", "vers_partenaire")
        ],
    }


def _verrouiller(acteur: Utilisateur, visite: Visite) -> Visite:
    """Lock the row for a change and check the time limit; raises ValidationError when it is past."""
    verrouillee = Visite.objects.select_for_update().get(pk=visite.pk)
    verrouillee.point = visite.point
    limite = visite.point.aujourdhui() - timedelta(days=recul_permis(acteur, visite.point))
    if verrouillee.jour < limite:
        raise ValidationError(
            f"Cette visite date de plus de {recul_permis(acteur, visite.point)} jours : "
            "elle ne se modifie plus.",
            code="trop_ancien",
        )
    return verrouillee


def _conserver(acteur: Utilisateur, visite: Visite) -> dict:
    avant = etat(visite)
    VisiteVersion.objects.create(
        visite=visite, point_id=visite.point_id, numero=visite.version, par=acteur, etat=avant
    )
    visite.version += 1
    return avant


def corriger(acteur: Utilisateur, visite: Visite, saisie: VisiteSaisie, version: int) -> Visite:
    """Correct a visit; its earlier state stays as a version row.

    `version` is the one this person saw: ModifieeEntretemps when it is no longer the last.
    Raises ValidationError past the time limit, or for a cancelled visit.
    """
    with transaction.atomic():
        visite = _verrouiller(acteur, visite)
        if visite.version != version:
            raise ModifieeEntretemps
        if visite.annulee_le:
            raise ValidationError("Cette visite est annulée : rétablissez-la d’abord.", code="annulee")
        if saisie.jour > visite.saisie_le.astimezone(visite.point.tz).date():
            raise ValidationError(
                {"jour": "Une visite ne peut pas suivre le jour de sa saisie."}, code="jour"
            )
        avant = _conserver(acteur, visite)
        if saisie.jour != visite.jour:
            visite.jour, visite.heure = saisie.jour, None
            visite.retard = max((visite.saisie_le.astimezone(visite.point.tz).date() - saisie.jour).days, 0)
        for colonne, valeur in saisie.colonnes().items():
            setattr(visite, colonne, valeur)
        visite.save()
        _remplacer_demandes(visite, saisie.demandes)
        _remplacer_note(visite, saisie.note)
        avant, apres = _diff(avant, etat(visite))
        journaliser(acteur, "corriger", visite, point_id=visite.point_id, avant=avant, apres=apres)
    return visite


def _diff(avant: dict, apres: dict) -> tuple[dict, dict]:
    """Changes for the journal: coded values only, so `vers_texte` is left out of the requests."""

    def coder(e: dict) -> dict:
        return e | {"demandes": [d[:-1] for d in e["demandes"]]}

    return differences(coder(avant), coder(apres), TEXTES_LIBRES)


def _remplacer_demandes(visite: Visite, demandes: Sequence[DemandeSaisie]) -> None:
    """Update row by row, so that a follow-up keeps its request; drop those taken away."""
    lignes = _lignes(visite, demandes)
    existantes = {d.rang: d for d in visite.demandes.all()}
    for ligne in lignes:
        ancienne = existantes.pop(ligne.rang, None)
        if ancienne:
            ligne.pk = ancienne.pk
        ligne.save(force_insert=ancienne is None, force_update=ancienne is not None)
    visite.demandes.filter(rang__in=list(existantes)).delete()


def _remplacer_note(visite: Visite, texte: str) -> None:
    if texte:
        NoteVisite.objects.update_or_create(
            visite=visite, defaults={"texte": texte, "point_id": visite.point_id}
        )
    else:
        NoteVisite.objects.filter(visite=visite).delete()


def annuler(acteur: Utilisateur, visite: Visite) -> Visite:
    """Cancel a visit: it counts no more, stays readable, and can be restored. Idempotent."""
    return _basculer(acteur, visite, annulee=True)


def retablir(acteur: Utilisateur, visite: Visite) -> Visite:
    """Restore a cancelled visit. Idempotent."""
    return _basculer(acteur, visite, annulee=False)


def _basculer(acteur: Utilisateur, visite: Visite, *, annulee: bool) -> Visite:
    with transaction.atomic():
        visite = _verrouiller(acteur, visite)
        if (visite.annulee_le is not None) == annulee:
            return visite
        _conserver(acteur, visite)
        visite.annulee_le = timezone.now() if annulee else None
        visite.save(update_fields=["annulee_le", "version"])
        journaliser(acteur, "annuler" if annulee else "retablir", visite, point_id=visite.point_id)
    return visite
