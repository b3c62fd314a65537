"""Steps of a case: noted, corrected, cancelled. No exchange between parties without their agreement.

The register of a noted step changes by a proposal only (`mediation.propositions`), never by a correction.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from django.core.exceptions import ValidationError
from django.utils import timezone

from accueil.ecritures import integrite_lisible
from accueil.models import Partenaire, Utilisateur
from mediation.accords import (
    EngagementSaisi,
    enregistrer_engagements,
    lacher_engagements,
    verifier_engagements,
)
from mediation.cycle_de_vie import ajouter, avancer, exiger_actif, verifier_jour, verrou
from mediation.echanges import verifier_echange
from mediation.envois import deja_recu, exiger_meme
from mediation.etats import Etat
from mediation.models import Dossier, Etape, Mandat, Partie, Presence
from mediation.parties import tenir
from mediation.propositions import rendre_caduque
from pimms.socle.journal import differences, journaliser

_TEXTES = frozenset({"textes"})


@dataclass(frozen=True)
class EtapeSaisie:
    """A step as typed. `duree` in minutes; `textes`: prive, resume (sealed, apart from one another)."""

    nature: str
    jour: date
    textes: dict[str, str]
    parties: Sequence[Partie] = ()
    heure: time | None = None
    duree: int | None = None
    registre: int | None = None
    partenaire: Partenaire | None = None
    mandat: Mandat | None = None
    engagements: Sequence[EngagementSaisi] = ()
    cle: uuid.UUID | None = None

    def colonnes(self) -> dict:
        return {
            "nature": self.nature,
            "jour": self.jour,
            "heure": self.heure,
            "duree": self.duree,
            "registre": self.registre,
            "partenaire_id": self.partenaire.pk if self.partenaire else None,
            "mandat_id": self.mandat.pk if self.mandat else None,
        }

    @property
    def presents(self) -> list[int]:
        return sorted({p.pk for p in self.parties})


def peut_corriger(acteur: Utilisateur, etape: Etape, dossier: Dossier) -> bool:
    """Its author, the médiateur in charge and the point's manager correct a step."""
    return (
        acteur.pk in (etape.auteur_id, dossier.mediateur_id)
        or dossier.point_id in acteur.portee.points_de_responsable
    )


def _verifier(dossier: Dossier, saisie: EtapeSaisie, avant: Etape | None = None) -> None:
    """Refuse a day, people or a mandate that don't fit; what a correction leaves alone isn't judged again."""
    verifier_jour(dossier, saisie.jour)
    maintenant = timezone.now().astimezone(dossier.point.tz)
    if saisie.heure and saisie.jour == maintenant.date() and saisie.heure > maintenant.time():
        raise ValidationError({"heure": "Cette heure n’est pas encore venue."}, code="futur")
    if Partie.objects.filter(dossier=dossier, pk__in=saisie.presents).count() != len(saisie.presents):
        raise ValidationError({"parties": "Choisissez des parties de ce dossier."})
    if avant is None and saisie.registre == dossier.registre:
        raise ValidationError(
            {"registre": "C’est le registre du dossier\u202f: laissez vide, ou choisissez-en un autre."}
        )
    if avant and (avant.mandat_id, avant.jour) == (saisie.mandat and saisie.mandat.pk, saisie.jour):
        return
    mandat = Mandat.objects.filter(dossier=dossier, pk=saisie.mandat.pk).first() if saisie.mandat else None
    if saisie.mandat and not (mandat and mandat.vaut_le(saisie.jour)):
        raise ValidationError(
            {"mandat": "Ce mandat ne vaut pas ce jour-là, ou le document signé n’y est pas joint."},
            code="mandat",
        )


def noter_etape(acteur: Utilisateur, dossier: Dossier, saisie: EtapeSaisie) -> tuple[Etape, bool]:
    """Note a step; returns it and whether it is new. An agreement reached moves the case to « accord ».

    Raises ValidationError (closed case, day, missing agreement of a party…) and Dossier.DoesNotExist.
    """
    with integrite_lisible(Etape), verrou(acteur, dossier) as tenu:
        recue = deja_recu(Etape, acteur, saisie.cle, "auteur")
        if recue:
            recue.dossier = tenu
            recue.presents = sorted(recue.presences.values_list("partie_id", flat=True))  # type: ignore[attr-defined]
            exiger_meme(recue, tenu.pk, saisie.textes, presents=saisie.presents, **saisie.colonnes())
            return recue, False
        exiger_actif(tenu)
        _verifier(tenu, saisie)
        verifier_echange(tenu, saisie.nature, saisie.jour, saisie.presents)
        if saisie.nature == Etape.Nature.ACCORD:
            _verifier_accord(tenu)
            verifier_engagements(saisie.engagements, saisie.jour, saisie.presents)
        aujourdhui = tenu.point.aujourdhui()
        etape = Etape(
            dossier=tenu,
            cle=saisie.cle or uuid.uuid4(),
            auteur=acteur,
            retard=(aujourdhui - saisie.jour).days,
            **saisie.colonnes(),
        )
        ajouter(etape, saisie.textes)
        Presence.objects.bulk_create(Presence(etape=etape, partie_id=pk) for pk in saisie.presents)
        journaliser(acteur, "creer", etape, point_id=tenu.point_id, apres=_pour_journal(saisie))
        if saisie.nature == Etape.Nature.ACCORD:
            enregistrer_engagements(acteur, etape, saisie.engagements)
            if tenu.etat == Etat.EN_COURS:
                avancer(acteur, tenu, Etat.ACCORD)
    return etape, True


def _verifier_accord(dossier: Dossier) -> None:
    """An agreement is found in a mediation under way, or added to one that was."""
    if dossier.etat in (Etat.DEMANDE, Etat.PRISE_DE_CONTACT):
        raise ValidationError("La médiation n’est pas engagée\u202f: passez d’abord le dossier en cours.")
    if dossier.etat != Etat.EN_COURS and dossier.issue != Etat.ACCORD:
        raise ValidationError(
            f"Ce dossier est «\u202f{dossier.get_issue_display()}\u202f»\u202f: un accord ne s’y note pas. "
            "Reprenez d’abord la médiation.",
            code="issue",
        )


def _pour_journal(saisie: EtapeSaisie) -> dict:
    return saisie.colonnes() | {"parties": saisie.presents, "engagements": len(saisie.engagements)}


def _trouver(acteur: Utilisateur, tenu: Dossier, etape: Etape, version: int | None = None) -> Etape:
    actuelle = tenir(Etape, tenu, etape, version)
    exiger_actif(tenu)
    if not peut_corriger(acteur, actuelle, tenu):
        raise ValidationError(
            "Cette étape se corrige par qui l’a notée, par le médiateur en charge ou par le responsable.",
            code="auteur",
        )
    return actuelle


def corriger_etape(acteur: Utilisateur, etape: Etape, saisie: EtapeSaisie, version: int) -> Etape:
    """Correct a step; `version` is what this person saw (ModifieEntretemps when it is past)."""
    with integrite_lisible(Etape), verrou(acteur, etape.dossier) as tenu:
        actuelle = _trouver(acteur, tenu, etape, version)
        if actuelle.annulee_le:
            raise ValidationError("Cette étape est annulée\u202f: notez-en une autre.", code="annulee")
        if (saisie.nature == Etape.Nature.ACCORD) != (actuelle.nature == Etape.Nature.ACCORD):
            raise ValidationError(
                {"nature": "Un accord porte des engagements\u202f: annulez l’étape, notez-en une autre."}
            )
        saisie = replace(saisie, registre=actuelle.registre)
        _verifier(tenu, saisie, actuelle)
        presents = set(actuelle.presences.values_list("partie_id", flat=True))
        # An exchange that stands is not judged again: someone may have left it since, the same day.
        avant = (actuelle.nature, actuelle.jour, presents)
        if avant != (saisie.nature, saisie.jour, set(saisie.presents)):
            verifier_echange(tenu, saisie.nature, saisie.jour, saisie.presents)
        if saisie.nature == Etape.Nature.ACCORD:
            verifier_engagements(saisie.engagements, saisie.jour, saisie.presents, actuelle)
        _appliquer(acteur, actuelle, saisie, presents)
    return actuelle


def _appliquer(acteur: Utilisateur, etape: Etape, saisie: EtapeSaisie, presents: set[int]) -> None:
    avant = {c: getattr(etape, c) for c in saisie.colonnes()}
    avant |= {"parties": sorted(presents), "textes": etape.valeurs()}
    etape.sceller(saisie.textes)
    apres = saisie.colonnes() | {"parties": saisie.presents, "textes": etape.valeurs()}
    changes = [c for c, v in saisie.colonnes().items() if avant[c] != v]
    for colonne in changes:
        setattr(etape, colonne, apres[colonne])
    if "jour" in changes:
        saisie_le = etape.saisie_le.astimezone(etape.dossier.point.tz).date()
        etape.retard = max((saisie_le - etape.jour).days, 0)
    etape.version += 1
    etape.presences.exclude(partie__in=saisie.presents).delete()
    # Only what changed, for the database judges an exchange again when its kind or day is written.
    etape.save(update_fields=[*changes, "retard", "scelle", "version"])
    Presence.objects.bulk_create(
        Presence(etape=etape, partie_id=pk) for pk in saisie.presents if pk not in presents
    )
    engages = enregistrer_engagements(acteur, etape, saisie.engagements)
    avant, apres = differences(avant, apres, _TEXTES)
    if apres or engages:
        journaliser(
            acteur,
            "corriger",
            etape,
            point_id=etape.point_id,
            avant=avant,
            apres=apres | {"engagements": engages},
        )


def annuler_etape(acteur: Utilisateur, etape: Etape) -> Etape:
    """Cancel a step: it counts no more and stays readable. Idempotent.

    The agreement that the case's outcome rests on is not cancelled: the mediation is resumed first.
    """
    with verrou(acteur, etape.dossier) as tenu:
        actuelle = _trouver(acteur, tenu, etape)
        if actuelle.annulee_le:
            return actuelle
        if actuelle.nature == Etape.Nature.ACCORD and tenu.issue == Etat.ACCORD:
            autres = Etape.objects.filter(
                dossier=tenu, nature=Etape.Nature.ACCORD, annulee_le__isnull=True
            ).exclude(pk=actuelle.pk)
            if not autres.exists():
                raise ValidationError(
                    "Le dossier est conclu par cet accord\u202f: reprenez d’abord la médiation.",
                    code="accord",
                )
        actuelle.annulee_le = timezone.now()
        actuelle.version += 1
        actuelle.save(update_fields=["annulee_le", "version"])
        lacher_engagements(acteur, actuelle)
        rendre_caduque(acteur, actuelle)
        journaliser(acteur, "annuler", actuelle, point_id=tenu.point_id)
    return actuelle
