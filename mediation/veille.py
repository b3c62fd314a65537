"""Veille of the territory: report an alert, pass it on, remind, note the answer, close it.

The only doors for alerts and their transmissions. What was typed freely stays at the point and out
of the journal.
"""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accueil.ecritures import integrite_lisible
from accueil.models import Commune, Partenaire, PointAccueil, Utilisateur
from accueil.saisie import verifier_jour
from mediation.cycle_de_vie import ModifieEntretemps
from mediation.models import Alerte, Transmission
from mediation.textes import verifier_texte
from pimms.socle.journal import differences, journaliser

RELANCER_APRES = 15  # days without an answer (network's rule, « à valider »)
RELANCER_AU_PLUS = 366  # days
TEXTES = frozenset({"quoi", "lieu", "reponse_texte"})  # told as « modifié » only


@dataclass(frozen=True)
class Signalement:
    """An alert as typed and checked. The day is local to the point."""

    jour: date
    nature: str
    gravite: int
    quoi: str
    lieu: str
    commune: Commune | None = None

    def colonnes(self) -> dict[str, Any]:
        return {
            "jour": self.jour,
            "nature": self.nature,
            "gravite": self.gravite,
            "quoi": self.quoi,
            "lieu": self.lieu,
            "commune_id": self.commune and self.commune.pk,
        }


def _verifier(acteur: Utilisateur, point: PointAccueil, signalement: Signalement) -> None:
    for champ in ("quoi", "lieu"):
        verifier_texte(getattr(signalement, champ), champ)
    try:
        verifier_jour(acteur, point, signalement.jour)
    except ValidationError as erreur:
        raise ValidationError({"jour": erreur.messages}, code=erreur.code) from erreur


def signaler(
    acteur: Utilisateur,
    point: PointAccueil,
    cle: uuid.UUID,
    signalement: Signalement,
    partenaire: Partenaire | None = None,
) -> tuple[Alerte, bool]:
    """Record an alert, passed on to `partenaire` at once if there is one; whether it is new.

    The same `cle` from the same person returns the alert already recorded, unless its content is
    another. The caller has checked that the person works at the point.
    """
    with transaction.atomic():
        deja = Alerte.objects.filter(auteur=acteur, cle=cle).first()
        if deja is None:
            _verifier(acteur, point, signalement)
            alerte = Alerte(point=point, auteur=acteur, cle=cle, **signalement.colonnes())
            try:
                with transaction.atomic():
                    _inserer(acteur, alerte, "signaler", signalement.colonnes())
                    if partenaire:
                        _transmettre(acteur, alerte, partenaire, point.aujourdhui(), None)
                    return alerte, True
            except IntegrityError as erreur:
                if "alerte_cle_unique" not in str(erreur):
                    raise
                deja = Alerte.objects.get(auteur=acteur, cle=cle)
        return _rejouer(deja, point, signalement, partenaire), False


def _rejouer(
    alerte: Alerte, point: PointAccueil, signalement: Signalement, partenaire: Partenaire | None
) -> Alerte:
    colonnes = signalement.colonnes()
    pareille = alerte.point_id == point.pk and {c: getattr(alerte, c) for c in colonnes} == colonnes
    if partenaire and not alerte.transmissions.filter(partenaire=partenaire).exists():
        pareille = False
    if not pareille:
        raise ValidationError(
            "Cette saisie est déjà enregistrée, avec un autre contenu\u202f: "
            "rechargez la page pour signaler autre chose.",
            code="cle",
        )
    return alerte


def _inserer(
    acteur: Utilisateur, ligne: Alerte | Transmission, acte: str, valeurs: Mapping[str, Any]
) -> None:
    ligne.save(force_insert=True)
    _, apres = differences({}, {c: v for c, v in valeurs.items() if v not in (None, "")}, TEXTES)
    journaliser(acteur, acte, ligne, point_id=ligne.point_id, apres=apres)


@contextmanager
def verrou(acteur: Utilisateur, alerte: Alerte, version: int | None = None) -> Iterator[Alerte]:
    """Hold an alert and its transmissions for one change, in one transaction.

    Only someone who works at its point may change it (Alerte.DoesNotExist otherwise). `version` is
    what this person saw: ModifieEntretemps when the alert was changed since.
    """
    with integrite_lisible(Transmission):
        lignes = Alerte.objects.modifiables_par(acteur).select_related("point")
        tenue = lignes.select_for_update(of=("self",)).get(pk=alerte.pk)
        if version is not None and tenue.version != version:
            raise ModifieEntretemps
        yield tenue


def _exiger_ouverte(alerte: Alerte) -> None:
    if alerte.close_le or alerte.annulee_le:
        raise ValidationError("Cette alerte est close\u202f: rouvrez-la d’abord.", code="close")


def _ecrire(acteur: Utilisateur, ligne: models.Model, acte: str, valeurs: Mapping[str, Any]) -> None:
    """Save these columns of a row whose alert is held, and tell the journal what changed."""
    avant = {c: getattr(ligne, c) for c in valeurs}
    for colonne, valeur in valeurs.items():
        setattr(ligne, colonne, valeur)
    colonnes = [*valeurs]
    if isinstance(ligne, Alerte):
        ligne.version += 1
        colonnes.append("version")
    ligne.save(update_fields=colonnes)
    de, vers = differences(avant, valeurs, TEXTES)
    journaliser(acteur, acte, ligne, point_id=getattr(ligne, "point_id", None), avant=de, apres=vers)


def corriger(acteur: Utilisateur, alerte: Alerte, version: int, signalement: Signalement) -> Alerte:
    """Change what an open alert says. A day that is kept may be older than an entry's delay."""
    with verrou(acteur, alerte, version) as tenue:
        _exiger_ouverte(tenue)
        if signalement.jour != tenue.jour:
            _verifier(acteur, tenue.point, signalement)
        for champ in ("quoi", "lieu"):
            verifier_texte(getattr(signalement, champ), champ)
        premiere = tenue.transmissions.order_by("transmise_le").first()
        if premiere and premiere.transmise_le < signalement.jour:
            raise ValidationError({"jour": "L’alerte a été transmise avant ce jour."}, code="ordre")
        _ecrire(acteur, tenue, "corriger", signalement.colonnes())
    return tenue


def _exiger_jour(alerte: Alerte, jour: date, depuis: date, champ: str, message: str) -> None:
    if jour > alerte.point.aujourdhui():
        raise ValidationError({champ: "Ce jour n’est pas encore venu."}, code="futur")
    if jour < depuis:
        raise ValidationError({champ: message}, code="ordre")


def _prochaine(jour: date, relance_le: date | None) -> date:
    """The day of the next reminder, checked; fifteen days later unless another was chosen."""
    prochaine = relance_le or jour + timedelta(days=RELANCER_APRES)
    if prochaine <= jour:
        raise ValidationError({"relance_le": "La relance suit la transmission."}, code="ordre")
    if prochaine > jour + timedelta(days=RELANCER_AU_PLUS):
        raise ValidationError({"relance_le": "Choisissez un jour dans l’année qui vient."}, code="loin")
    return prochaine


def transmettre(
    acteur: Utilisateur,
    alerte: Alerte,
    partenaire: Partenaire,
    jour: date,
    relance_le: date | None = None,
) -> Transmission:
    """Pass an open alert on to one more partner; the same again on the same day returns what is recorded."""
    with verrou(acteur, alerte) as tenue:
        deja = tenue.transmissions.filter(partenaire=partenaire).first()
        if deja and deja.transmise_le == jour and relance_le in (None, deja.relance_le):
            return deja
        if deja:
            raise ValidationError(
                {"partenaire": f"Déjà transmise à {partenaire} le {deja.transmise_le:%d/%m/%Y}."}, code="deja"
            )
        _exiger_ouverte(tenue)
        _exiger_jour(tenue, jour, tenue.jour, "transmise_le", "L’alerte est plus récente que ce jour.")
        return _transmettre(acteur, tenue, partenaire, jour, relance_le)


def _transmettre(
    acteur: Utilisateur, alerte: Alerte, partenaire: Partenaire, jour: date, relance_le: date | None
) -> Transmission:
    transmission = Transmission(
        point_id=alerte.point_id,
        alerte=alerte,
        partenaire=partenaire,
        transmise_le=jour,
        par=acteur,
        relance_le=_prochaine(jour, relance_le),
    )
    valeurs = {"alerte": alerte.pk, "partenaire": partenaire.pk, "transmise_le": jour}
    _inserer(acteur, transmission, "transmettre", valeurs | {"relance_le": transmission.relance_le})
    return transmission


@contextmanager
def _verrou_de(acteur: Utilisateur, transmission: Transmission) -> Iterator[tuple[Alerte, Transmission]]:
    """Hold the alert of a transmission; gives both as they are now, the alert still open."""
    with verrou(acteur, transmission.alerte) as alerte:
        _exiger_ouverte(alerte)
        yield alerte, Transmission.objects.select_related("partenaire").get(pk=transmission.pk)


def relancer(
    acteur: Utilisateur, transmission: Transmission, jour: date, relance_le: date | None = None
) -> Transmission:
    """Note that the partner was reminded, and when to do it again."""
    with _verrou_de(acteur, transmission) as (alerte, tenue):
        if tenue.reponse:
            raise ValidationError("Ce partenaire a déjà répondu.", code="repondue")
        _exiger_jour(alerte, jour, tenue.transmise_le, "jour", "La relance suit la transmission.")
        if tenue.relancee_le == jour and relance_le is None:
            return tenue
        valeurs = {"relancee_le": jour, "relance_le": _prochaine(jour, relance_le)}
        _ecrire(acteur, tenue, "relancer", valeurs)
    return tenue


def vue_de(transmission: Transmission) -> str:
    """What a person saw of a partner's answer: enough to tell that somebody changed it since."""
    if not transmission.reponse:
        return ""
    vu = f"{transmission.reponse}:{transmission.reponse_le}:{transmission.reponse_texte}"
    return blake2b(vu.encode(), digest_size=12).hexdigest()


def repondre(
    acteur: Utilisateur,
    transmission: Transmission,
    reponse: str,
    jour: date,
    texte: str = "",
    *,
    vue: str = "",
) -> Transmission:
    """Note a partner's answer, or correct it; « sans réponse » only after a reminder.

    `vue` tells the answer that this person saw (ModifieEntretemps when it is another one by now).
    """
    with _verrou_de(acteur, transmission) as (alerte, tenue):
        if (tenue.reponse, tenue.reponse_le, tenue.reponse_texte) == (reponse, jour, texte):
            return tenue  # the same form sent twice
        if vue_de(tenue) != vue:
            raise ModifieEntretemps
        verifier_texte(texte, "reponse_texte")
        _exiger_jour(alerte, jour, tenue.transmise_le, "reponse_le", "La réponse suit la transmission.")
        if reponse == Transmission.Reponse.SANS_REPONSE and tenue.relancee_le is None:
            raise ValidationError(
                {"reponse": "Relancez d’abord ce partenaire\u202f: aucune relance n’est notée."},
                code="relance",
            )
        valeurs = {"reponse": reponse, "reponse_le": jour, "reponse_texte": texte}
        _ecrire(acteur, tenue, "repondre", valeurs)
    return tenue


def clore(acteur: Utilisateur, alerte: Alerte, version: int) -> Alerte:
    """Close an alert whose partners have all answered, or that needed none."""
    with verrou(acteur, alerte, version) as tenue:
        _exiger_ouverte(tenue)
        if tenue.transmissions.filter(reponse="").exists():
            raise ValidationError(
                "Une transmission attend sa réponse\u202f: notez-la, "
                "ou «\u202fsans réponse après relance\u202f».",
                code="attente",
            )
        _ecrire(acteur, tenue, "clore", {"close_le": tenue.point.aujourdhui()})
    return tenue


def annuler(acteur: Utilisateur, alerte: Alerte, version: int) -> Alerte:
    """Take back an alert entered by mistake: its row stays and counts no more."""
    with verrou(acteur, alerte, version) as tenue:
        _exiger_ouverte(tenue)
        if tenue.transmissions.exists():
            raise ValidationError("Cette alerte est transmise\u202f: fermez-la plutôt.", code="transmise")
        _ecrire(acteur, tenue, "annuler", {"annulee_le": timezone.now()})
    return tenue


def rouvrir(acteur: Utilisateur, alerte: Alerte, version: int) -> Alerte:
    """Open again an alert that was closed or taken back."""
    with verrou(acteur, alerte, version) as tenue:
        if not (tenue.close_le or tenue.annulee_le):
            raise ValidationError("Cette alerte est déjà ouverte.", code="ouverte")
        _ecrire(acteur, tenue, "rouvrir", {"close_le": None, "annulee_le": None})
    return tenue
