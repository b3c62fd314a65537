"""The life of a case: the one door through which its state changes, and its events are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Model, Q

from accueil.models import Demande, Partenaire, Utilisateur
from accueil.models.visites import Issue
from mediation.etats import ISSUES, OUVERTS, PAR_PAIRE, TRANSFERT, Etat
from mediation.models import (
    Attente,
    ConflitInteret,
    Consentement,
    Dossier,
    Engagement,
    Etape,
    Evenement,
    Partie,
    Redirection,
)
from mediation.models.bases import DuDossier
from mediation.models.dossiers import DossierQuerySet
from pimms.socle.journal import journaliser
from pimms.socle.versions import ModifieEntretemps


def suivant(modele: type[Model], dossier: Dossier) -> int:
    """Next number of a part of the case; the caller holds the case's lock."""
    dernier = modele._default_manager.filter(dossier=dossier).aggregate(n=Max("numero"))["n"]
    return (dernier or 0) + 1


@contextmanager
def verrou(
    acteur: Utilisateur, dossier: Dossier, version: int | None = None, *, responsable: bool = False
) -> Iterator[Dossier]:
    """Hold the case for one change, in one transaction; gives the row as it is now.

    Only someone who reads the case may change it, or also the point's manager with `responsable`
    (Dossier.DoesNotExist otherwise). `version` is what this person saw: ModifieEntretemps when the
    case was changed since.
    """
    with transaction.atomic():
        permis = DossierQuerySet.lisibles(acteur)
        if responsable:
            permis |= Q(point__in=acteur.portee.points_de_responsable)
        lignes = Dossier.objects.filter(permis, anonymise_le__isnull=True).select_related(
            "point", "cle_donnees", "mediateur"
        )
        tenu = lignes.select_for_update(of=("self",)).get(pk=dossier.pk)
        if version is not None and tenu.version != version:
            raise ModifieEntretemps
        yield tenu


def exiger_actif(dossier: Dossier) -> None:
    """Refuse a change to a closed case."""
    if not dossier.actif:
        raise ValidationError("Ce dossier est clos : rouvrez-le d’abord.", code="clos")


def verifier_jour(dossier: Dossier, jour: date, champ: str = "jour") -> None:
    """Refuse a day in the future or before the case was opened. Days are local to the point."""
    if jour > dossier.point.aujourdhui():
        raise ValidationError({champ: "Ce jour n’est pas encore venu."}, code="futur")
    if jour < dossier.ouvert_le:
        raise ValidationError(
            {champ: f"Le dossier n’est ouvert que depuis le {dossier.ouvert_le:%d/%m/%Y}."},
            code="avant_ouverture",
        )


def raconter(
    acteur: Utilisateur,
    dossier: Dossier,
    nature: str,
    *,
    textes: dict[str, str] | None = None,
    changes: tuple[dict, dict] | None = None,
    **champs,
) -> Evenement:
    """Append an event to the case, and the journal's line; `textes` (motif…) are sealed.

    `changes`: coded values before and after, for the journal, when they are not the event's own.
    """
    evenement = Evenement(
        dossier=dossier,
        point_id=dossier.point_id,
        numero=suivant(Evenement, dossier),
        nature=nature,
        par=acteur,
        **champs,
    )
    evenement.sceller(textes or {})
    evenement.save(force_insert=True)
    avant, apres = changes or (None, champs or None)
    journaliser(acteur, nature, dossier, point_id=dossier.point_id, avant=avant, apres=apres)
    return evenement


def ajouter(ligne: DuDossier, textes: dict[str, str]) -> None:
    """Number (unless it has its number), seal and insert a new part of a case whose lock is held."""
    ligne.point_id = ligne.dossier.point_id
    ligne.numero = ligne.numero or suivant(type(ligne), ligne.dossier)
    ligne.sceller(textes)
    ligne.save(force_insert=True)


def accord_de(partie: Partie, jour: date) -> str:
    """State of a party's agreement to the mediation on a day; empty when nothing was asked, or when what
    was said is no agreement (a minor's own word, or that of a representative who left)."""
    paroles = partie.consentements.filter(jour__lte=jour).select_related("donne_par")
    dernier = paroles.order_by("-jour", "-id").first()
    if dernier is None or (dernier.etat == Consentement.Etat.DONNE and not partie.engagee_par(dernier, jour)):
        return ""
    return dernier.etat


def conflit_ouvert(dossier: Dossier) -> bool:
    """Whether a declared conflict of interest still waits for its decision."""
    return ConflitInteret.objects.filter(dossier=dossier, decision="").exists()


def _verifier_engagee(dossier: Dossier) -> None:
    """Before the mediation is engaged: who asks has agreed, no conflict of interest is pending."""
    demandeurs = [p for p in dossier.parties.all() if p.role == Partie.Role.DEMANDEUR and not p.retiree_le]
    jour = dossier.point.aujourdhui()
    if not demandeurs:
        raise ValidationError("Ajoutez d’abord la partie qui demande la médiation.", code="demandeur")
    if not all(accord_de(p, jour) == Consentement.Etat.DONNE for p in demandeurs):
        raise ValidationError(
            "L’accord de la partie qui demande n’est pas noté : la médiation ne peut pas commencer.",
            code="accord",
        )


def verifier_suites(dossier: Dossier) -> None:
    """Before closing: each commitment of an agreement has a known outcome."""
    restent = Engagement.objects.filter(dossier=dossier, suite="").count()
    if restent:
        raise ValidationError(
            f"{restent} engagement{'s' if restent > 1 else ''} sans suite connue : notez-la avant de clore.",
            code="engagements",
        )


def _verifier_champ(demande: int) -> None:
    """A case goes on only while its request is within scope at the desk."""
    tenue = Demande.objects.select_for_update(of=("self",)).get(pk=demande)
    if tenue.issue == Issue.HORS_CHAMP:
        raise ValidationError(
            "La demande de ce dossier est notée hors champ\u202f: corrigez d’abord la visite.",
            code="hors_champ",
        )


def _verifier(dossier: Dossier, vers: str, motif: str, partenaire: Partenaire | None) -> None:
    transition = PAR_PAIRE.get((dossier.etat, vers))
    if transition is None or transition.transfert or dossier.issue == TRANSFERT:
        raise ValidationError(
            f"Un dossier ne passe pas de « {dossier.get_etat_display()} » à « {Etat(vers).label} ».",
            code="transition",
        )
    if vers == Etat.SUIVI and dossier.issue == Etat.HORS_CHAMP:
        raise ValidationError("Un dossier hors champ ne se suit pas.", code="transition")
    reste_dehors = vers == Etat.HORS_CHAMP or (vers == Etat.CLOS and dossier.issue == Etat.HORS_CHAMP)
    if dossier.demande_id and not reste_dehors:
        _verifier_champ(dossier.demande_id)
    if transition.motif and not motif:
        raise ValidationError({"motif": "Dites pourquoi."}, code="motif")
    if vers == Etat.ORIENTE and partenaire is None:
        raise ValidationError({"partenaire": "Dites vers quel partenaire."}, code="partenaire")
    if vers not in (Etat.CLOS, Etat.HORS_CHAMP, Etat.REFUSE, Etat.RETRAIT) and conflit_ouvert(dossier):
        raise ValidationError(
            "Un conflit d’intérêts est déclaré : passez la main, ou attendez la décision du responsable.",
            code="conflit",
        )
    if vers == Etat.HORS_CHAMP and not Redirection.objects.filter(dossier=dossier).exists():
        raise ValidationError("Dites vers qui la personne est réorientée.", code="redirection")
    if vers == Etat.EN_COURS:
        _verifier_engagee(dossier)
    if vers == Etat.ACCORD and not dossier.etapes.filter(nature=Etape.Nature.ACCORD, annulee_le__isnull=True):
        raise ValidationError("Notez d’abord l’étape « Accord trouvé », avec ses engagements.", code="etape")
    if vers == Etat.CLOS:
        verifier_suites(dossier)


def _passer(dossier: Dossier, vers: str) -> None:
    """Write the state, and the outcome and the closing that go with it."""
    dossier.etat = vers
    if vers in OUVERTS:
        dossier.issue = ""
    elif vers in ISSUES:
        dossier.issue = vers
    dossier.clos_le = dossier.point.aujourdhui() if vers == Etat.CLOS else None
    dossier.version += 1
    dossier.save(update_fields=["etat", "issue", "clos_le", "version"])
    if vers == Etat.CLOS:
        finir_attente(dossier)


def avancer(
    acteur: Utilisateur,
    dossier: Dossier,
    vers: str,
    *,
    motif: str = "",
    partenaire: Partenaire | None = None,
    retrait_de: str = "",
    relais: str = "",
) -> None:
    """Move a case whose lock is held, along one transition, with its event.

    Raises ValidationError when the move is not in the table or its conditions don't hold. A médiateur
    who withdraws gives `motif` and a `relais` (to whom the parties may turn); a party gives nothing.
    """
    _verifier(dossier, vers, motif, partenaire)
    if retrait_de == "mediateur" and not (motif and relais):
        champ = "relais" if motif else "motif"
        raise ValidationError({champ: "Le médiateur qui se retire dit pourquoi et propose un relais."})
    avant = dossier.etat
    _passer(dossier, vers)
    raconter(
        acteur,
        dossier,
        Evenement.Nature.TRANSITION,
        textes={"motif": motif, "relais": relais},
        de=avant,
        vers=vers,
        partenaire=partenaire,
        retrait_de=retrait_de,
        relais_propose=bool(relais) if retrait_de == "mediateur" else None,
    )


def changer_etat(acteur: Utilisateur, dossier: Dossier, vers: str, *, depuis: str, **precisions) -> Dossier:
    """Move a case; `depuis` is the state that this person saw (ModifieEntretemps otherwise)."""
    with verrou(acteur, dossier) as tenu:
        if tenu.etat != depuis:
            raise ModifieEntretemps
        avancer(acteur, tenu, vers, **precisions)
    return tenu


def finir_attente(dossier: Dossier) -> int:
    """End the wait for a third party, if there is one; returns how many were ended."""
    jour = dossier.point.aujourdhui()
    return Attente.objects.filter(dossier=dossier, fin__isnull=True).update(fin=jour)
