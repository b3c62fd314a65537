"""Parties of a case: who they are, whom they represent, what they were told."""

import uuid
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError

from accueil.ecritures import integrite_lisible
from accueil.models import Partenaire, Utilisateur
from mediation.cycle_de_vie import ModifieEntretemps, ajouter, exiger_actif, suivant, verifier_jour, verrou
from mediation.echanges import verifier_passes
from mediation.envois import deja_recu, exiger_meme
from mediation.models import Consentement, Dossier, Partie
from pimms.socle.chiffrement import index_exact
from pimms.socle.journal import MODIFIE, differences, journaliser

PARTIES_MAX = 26  # from A to Z
_COLONNES = ("nature", "role", "protection", "represente_id", "partenaire_id", "informee_le")
_TEXTES = frozenset({"textes"})


@dataclass(frozen=True)
class PartieSaisie:
    """A party as typed. `textes`: nom, telephone, courriel, adresse, remarque (sealed)."""

    role: str
    nature: str = Partie.Nature.PERSONNE
    protection: str = ""
    represente: Partie | None = None
    partenaire: Partenaire | None = None
    informee_le: date | None = None
    textes: dict[str, str] = field(default_factory=dict)
    cle: uuid.UUID | None = None

    def colonnes(self) -> dict:
        return {
            "nature": self.nature,
            "role": self.role,
            "protection": self.protection,
            "represente_id": self.represente.pk if self.represente else None,
            "partenaire_id": self.partenaire.pk if self.partenaire else None,
            "informee_le": self.informee_le,
        }


def empreinte(point_id: int, nom: str) -> bytes | None:
    """Keyed fingerprint by which a party is found by its exact name, within one point."""
    return index_exact(f"partie:{point_id}", nom) if nom.strip() else None


def _verifier(dossier: Dossier, saisie: PartieSaisie, soi: Partie | None = None) -> None:
    """Refuse what makes no sense; raises ValidationError beside the field."""
    erreurs: dict[str, str] = {}
    if not saisie.textes.get("nom") and not (
        saisie.partenaire and saisie.nature == Partie.Nature.INSTITUTION
    ):
        erreurs["nom"] = "Dites qui est cette partie."
    if saisie.protection and saisie.nature != Partie.Nature.PERSONNE:
        erreurs["protection"] = "Seule une personne peut être mineure ou protégée."
    if saisie.partenaire:
        erreurs |= _verifier_partenaire(dossier, saisie, soi)
    if saisie.role == Partie.Role.REPRESENTANT:
        represente = (
            saisie.represente and Partie.objects.filter(dossier=dossier, pk=saisie.represente.pk).first()
        )
        if saisie.represente is None:
            erreurs["represente"] = "Dites qui cette personne représente."
        elif represente is None or represente == soi:
            erreurs["represente"] = "Choisissez une autre partie de ce dossier."
        elif not represente.principale:
            erreurs["represente"] = "On représente un demandeur ou une autre partie."
    elif saisie.represente is not None:
        erreurs["represente"] = "Seul un représentant représente quelqu’un."
    if erreurs:
        raise ValidationError(erreurs)
    if saisie.informee_le:
        verifier_jour(dossier, saisie.informee_le, "informee_le")


def _verifier_partenaire(dossier: Dossier, saisie: PartieSaisie, soi: Partie | None) -> dict[str, str]:
    """Only an institution is a partner, and one that this association works with (or that it was already)."""
    assert saisie.partenaire is not None  # noqa: S101 — the caller looked
    if saisie.nature != Partie.Nature.INSTITUTION:
        return {"partenaire": "Seule une institution est un partenaire."}
    garde = soi is not None and soi.partenaire_id == saisie.partenaire.pk
    if not garde and not saisie.partenaire.est_utilisable(dossier.point.association_id):
        return {"partenaire": "Ce partenaire n’est pas, ou n’est plus, de ceux de votre association."}
    return {}


def ajouter_partie(acteur: Utilisateur, dossier: Dossier, saisie: PartieSaisie) -> tuple[Partie, bool]:
    """Add a party to a case; returns it and whether it is new (a form sent twice adds one).

    Raises ValidationError, Dossier.DoesNotExist for who does not read the case.
    """
    with integrite_lisible(Partie), verrou(acteur, dossier) as tenu:
        recue = deja_recu(Partie, acteur, saisie.cle, "saisie_par")
        if recue:
            recue.dossier = tenu
            exiger_meme(recue, tenu.pk, saisie.textes, **saisie.colonnes())
            return recue, False
        exiger_actif(tenu)
        _verifier(tenu, saisie)
        numero = max(suivant(Partie, tenu), tenu.derniere_otee + 1)
        if numero > PARTIES_MAX:
            raise ValidationError(f"Un dossier compte au plus {PARTIES_MAX} parties.", code="trop")
        partie = Partie(dossier=tenu, numero=numero, cle=saisie.cle, saisie_par=acteur, **saisie.colonnes())
        partie.empreinte = empreinte(tenu.point_id, saisie.textes.get("nom", ""))
        ajouter(partie, saisie.textes)
        journaliser(acteur, "creer", partie, point_id=tenu.point_id, apres=saisie.colonnes())
    return partie, True


def _pour_journal(partie: Partie) -> dict:
    """A party as the journal compares it. A protection that is told as changed tells that there is, or was,
    one: it counts among the texts."""
    colonnes = {c: getattr(partie, c) for c in _COLONNES if c != "protection"}
    return colonnes | {"textes": (partie.protection, partie.valeurs())}


def _verifier_role(partie: Partie, saisie: PartieSaisie) -> None:
    """A party that took part in its own name goes on doing so: its agreement was due. So does a
    representative who spoke for somebody."""
    avant, apres = (partie.role, partie.represente_id), (saisie.role, saisie.colonnes()["represente_id"])
    if avant == apres:
        return
    if Consentement.objects.filter(donne_par=partie).exists():
        raise ValidationError(
            {"role": "Cette personne a parlé au nom d’une partie\u202f: son rôle ne change plus."},
            code="utilisee",
        )
    quitte = partie.principale and saisie.role not in (Partie.Role.DEMANDEUR, Partie.Role.AUTRE_PARTIE)
    if quitte and partie.representants.exists():
        raise ValidationError({"role": "Quelqu’un représente cette partie\u202f: son rôle ne change pas."})
    if quitte and (partie.consentements.exists() or partie.presences.exists() or partie.engagements.exists()):
        raise ValidationError(
            {"role": "Cette partie a déjà pris part à la médiation\u202f: elle reste une partie."},
            code="utilisee",
        )
    verifier_passes(partie, *apres)


def tenir(modele, dossier: Dossier, ligne, version: int | None = None):
    """The row of a case as it is now, its case's lock being held (ModifieEntretemps if changed since)."""
    actuelle = modele.objects.filter(dossier=dossier).get(pk=ligne.pk)
    if version is not None and actuelle.version != version:
        raise ModifieEntretemps
    actuelle.dossier = dossier
    return actuelle


def modifier_partie(acteur: Utilisateur, partie: Partie, saisie: PartieSaisie, version: int) -> Partie:
    """Change a party; `version` is what this person saw (ModifieEntretemps when it is past)."""
    with integrite_lisible(Partie), verrou(acteur, partie.dossier) as tenu:
        actuelle = tenir(Partie, tenu, partie, version)
        exiger_actif(tenu)
        _verifier(tenu, saisie, actuelle)
        _verifier_role(actuelle, saisie)
        avant = _pour_journal(actuelle)
        for colonne, valeur in saisie.colonnes().items():
            setattr(actuelle, colonne, valeur)
        actuelle.sceller(saisie.textes)
        actuelle.empreinte = empreinte(tenu.point_id, saisie.textes.get("nom", ""))
        avant, apres = differences(avant, _pour_journal(actuelle), _TEXTES)
        if apres:
            actuelle.version += 1
            actuelle.save()
            journaliser(acteur, "modifier", actuelle, point_id=tenu.point_id, avant=avant, apres=apres)
    return actuelle


def usages(partie: Partie) -> list[str]:
    """What keeps a party in its case, in plain words; empty when it can be taken out."""
    tests = (
        (partie.engagements, "elle s’est engagée dans un accord"),
        (partie.presences, "elle a pris part à une étape"),
        (partie.consentements, "sa parole sur la médiation est notée"),
        (partie.mandats, "elle a donné un mandat"),
        (partie.documents, "un document la concerne"),
        (partie.representants, "quelqu’un la représente"),
    )
    raisons = [raison for lignes, raison in tests if lignes.exists()]
    if Consentement.objects.filter(donne_par=partie).exists():
        raisons.append("elle a parlé au nom d’une autre partie")
    return raisons


def supprimer_partie(acteur: Utilisateur, partie: Partie, version: int) -> None:
    """Take out a party added by mistake; ValidationError once the case's history holds it.

    `version` is what this person saw (ModifieEntretemps when it is past).
    """
    with verrou(acteur, partie.dossier) as tenu:
        actuelle = tenir(Partie, tenu, partie, version)
        exiger_actif(tenu)
        raisons = usages(actuelle)
        if raisons:
            raise ValidationError(
                f"{actuelle.pseudonyme} reste au dossier\u202f: {', '.join(raisons)}. "
                "Une partie qui ne veut plus de la médiation se retire.",
                code="utilisee",
            )
        avant = _pour_journal(actuelle) | {"textes": MODIFIE}
        journaliser(acteur, "supprimer", actuelle, point_id=tenu.point_id, avant=avant)
        actuelle.delete()
        if actuelle.numero > tenu.derniere_otee:
            tenu.derniere_otee = actuelle.numero
            tenu.save(update_fields=["derniere_otee"])
