"""What each party says of the mediation itself: its agreement, its refusal, its withdrawal (DEO-1, DEO-5)."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from accueil.ecritures import integrite_lisible
from accueil.models import Utilisateur
from mediation.cycle_de_vie import exiger_actif, verifier_jour, verrou
from mediation.echanges import echanges_de
from mediation.envois import deja_recu, exiger_meme
from mediation.mandats import finir_mandats
from mediation.models import Consentement, Dossier, Etape, Partie
from mediation.parties import tenir
from pimms.socle.journal import journaliser

Etat = Consentement.Etat
# What may follow each word; nothing was said yet: "".
SUITES: dict[str, tuple[str, ...]] = {
    "": (Etat.DEMANDE, Etat.DONNE, Etat.REFUSE),
    Etat.DEMANDE: (Etat.DONNE, Etat.REFUSE),
    Etat.DONNE: (Etat.RETIRE, Etat.DONNE),  # given by word of mouth, then in writing
    Etat.REFUSE: (Etat.DEMANDE, Etat.DONNE),
    Etat.RETIRE: (Etat.DEMANDE, Etat.DONNE),
}


@dataclass(frozen=True)
class Parole:
    """One word of a party, as typed. `donne_par`: the representative who said it."""

    etat: str
    jour: date
    forme: str = ""
    donne_par: Partie | None = None
    cle: uuid.UUID | None = None

    def colonnes(self) -> dict:
        return {
            "etat": self.etat,
            "jour": self.jour,
            "forme": self.forme if self.etat == Etat.DONNE else "",
            "donne_par_id": self.donne_par.pk if self.donne_par else None,
        }


def _verifier(dossier: Dossier, partie: Partie, parole: Parole) -> None:
    if not partie.principale:
        raise ValidationError(
            "L’accord est celui des parties\u202f: un représentant le donne au nom de la personne, "
            "un interprète n’en donne pas.",
            code="role",
        )
    verifier_jour(dossier, parole.jour)
    derniere = partie.consentements.order_by("-jour", "-id").first()
    if derniere and parole.jour < derniere.jour:
        raise ValidationError(
            {"jour": f"La dernière parole de cette partie est du {derniere.jour:%d/%m/%Y}."}, code="ordre"
        )
    if parole.etat not in SUITES[derniere.etat if derniere else ""]:
        dernier = derniere.get_etat_display().lower() if derniere else "rien n’est noté"
        raise ValidationError({"etat": f"Cela ne suit pas ce qui est noté ({dernier})."}, code="suite")
    if parole.etat == Etat.DONNE and not parole.forme:
        raise ValidationError({"forme": "Dites si l’accord est donné à l’oral ou par écrit."})
    _verifier_representant(partie, parole)


def _verifier_representant(partie: Partie, parole: Parole) -> None:
    # As it is now, the case being held: the form may have been opened before.
    representant = Partie.objects.filter(pk=parole.donne_par.pk).first() if parole.donne_par else None
    if parole.donne_par and (representant is None or representant.represente_id != partie.pk):
        raise ValidationError({"donne_par": "Cette personne ne représente pas cette partie."})
    if representant and representant.retiree_le and representant.retiree_le <= parole.jour:
        raise ValidationError(
            {
                "donne_par": f"{representant} s’est retirée le {representant.retiree_le:%d/%m/%Y}\u202f: "
                "elle ne parle plus pour cette partie."
            },
            code="retiree",
        )
    if parole.etat == Etat.DONNE and partie.protection and representant is None:
        qui = "un mineur" if partie.protection == Partie.Protection.MINEUR else "un majeur protégé"
        raise ValidationError(
            {"donne_par": f"Pour {qui}, le représentant donne l’accord\u202f: ajoutez-le d’abord."},
            code="representant",
        )


def _verifier_echanges(partie: Partie, jour: date) -> None:
    """A withdrawal can't come before an exchange in which the party took part; it may come the same
    day, for one leaves in the middle of a meeting."""
    dernier = echanges_de(partie).filter(jour__gt=jour).order_by("-jour").first()
    if dernier:
        raise ValidationError(
            {
                "jour": f"Cette partie a pris part à un échange le {dernier.jour:%d/%m/%Y}\u202f: "
                "son retrait ne peut pas le précéder."
            },
            code="echange",
        )


def _echange_sur_sa_parole(partie: Partie, jour: date) -> Etape | None:
    """The last exchange after that day which stands on what this representative said: of an adult, or once
    another representative has spoken, none does."""
    represente = partie.represente
    if represente is None or not represente.protection:
        return None
    for etape in echanges_de(represente).filter(jour__gt=jour).order_by("-jour"):
        parole = represente.consentements.filter(jour__lte=etape.jour).order_by("-jour", "-id").first()
        if parole and parole.donne_par_id == partie.pk:
            return etape
    return None


def _verifier_depart(partie: Partie, jour: date) -> None:
    """Who represents or interprets can't have left before a step at which they were, a word that they said
    for somebody, or an exchange that stands on it."""
    etape = Etape.objects.filter(presences__partie=partie, annulee_le__isnull=True, jour__gt=jour)
    presente = etape.order_by("-jour").first()
    parole = Consentement.objects.filter(donne_par=partie, jour__gt=jour).order_by("-jour").first()
    appuye = None if presente or parole else _echange_sur_sa_parole(partie, jour)
    if presente:
        fait = f"Cette personne était présente le {presente.jour:%d/%m/%Y}"
    elif parole:
        fait = f"Cette personne a parlé pour {parole.partie} le {parole.jour:%d/%m/%Y}"
    elif appuye:
        fait = f"{partie.represente} a pris part à un échange le {appuye.jour:%d/%m/%Y}, sur sa parole"
    else:
        return
    raise ValidationError({"jour": f"{fait}\u202f: son départ ne peut pas le précéder."}, code="depart")


def noter_parole(acteur: Utilisateur, partie: Partie, parole: Parole) -> tuple[Consentement, bool]:
    """Record what a party says; returns it and whether it is new. The word is never changed afterwards.

    An agreement given again brings back a party that had left. Raises ValidationError.
    """
    with integrite_lisible(Consentement), verrou(acteur, partie.dossier) as tenu:
        recue = deja_recu(Consentement, acteur, parole.cle)
        if recue:
            exiger_meme(recue, tenu.pk, partie_id=partie.pk, **parole.colonnes())
            return recue, False
        actuelle = tenir(Partie, tenu, partie)
        exiger_actif(tenu)
        _verifier(tenu, actuelle, parole)
        if parole.etat == Etat.RETIRE:
            _verifier_echanges(actuelle, parole.jour)
        consentement = Consentement.objects.create(
            partie=actuelle, point_id=tenu.point_id, saisi_par=acteur, cle=parole.cle, **parole.colonnes()
        )
        journaliser(
            acteur,
            "creer",
            consentement,
            point_id=tenu.point_id,
            apres={"partie": partie.pk} | parole.colonnes(),
        )
        _suivre_depart(acteur, actuelle, parole)
    return consentement, True


def _suivre_depart(acteur: Utilisateur, partie: Partie, parole: Parole) -> None:
    """A withdrawn agreement is a departure, an agreement given again a return."""
    depart = parole.jour if parole.etat == Etat.RETIRE else None
    if parole.etat in (Etat.RETIRE, Etat.DONNE) and partie.retiree_le != depart:
        _ecrire_depart(acteur, partie, depart)


def _ecrire_depart(acteur: Utilisateur, partie: Partie, depart: date | None) -> None:
    """Write that a party left on a day, its mandates with it, or that it came back."""
    if depart:
        finir_mandats(acteur, partie, depart)
    journaliser(
        acteur,
        "modifier",
        partie,
        point_id=partie.point_id,
        avant={"retiree_le": partie.retiree_le},
        apres={"retiree_le": depart},
    )
    partie.retiree_le = depart
    partie.version += 1
    partie.save(update_fields=["retiree_le", "version"])


def retirer_partie(acteur: Utilisateur, partie: Partie, jour: date, cle: uuid.UUID | None = None) -> None:
    """A party leaves the mediation, on a day, without having to say why (DEO-5).

    Raises ValidationError: before what they took part in, or once gone on another day.
    """
    with integrite_lisible(Partie), verrou(acteur, partie.dossier) as tenu:
        actuelle = tenir(Partie, tenu, partie)
        recue = deja_recu(Consentement, acteur, cle)
        if recue:
            exiger_meme(recue, tenu.pk, partie_id=partie.pk, jour=jour)
            return
        derniere = actuelle.consentements.order_by("-jour", "-id").first()
        if actuelle.principale and derniere and derniere.etat == Etat.DONNE:
            noter_parole(acteur, actuelle, Parole(Etat.RETIRE, jour, cle=cle))
            return
        refuse = actuelle.principale and (derniere is None or derniere.etat == Etat.DEMANDE)
        if refuse:
            noter_parole(acteur, actuelle, Parole(Etat.REFUSE, jour, cle=cle))
        exiger_actif(tenu)
        verifier_jour(tenu, jour)
        if not actuelle.principale:
            _verifier_depart(actuelle, jour)
        if actuelle.retiree_le is None:
            _ecrire_depart(acteur, actuelle, jour)
        elif actuelle.retiree_le != jour and not refuse:
            raise ValidationError(
                {"jour": f"Cette personne est déjà partie, le {actuelle.retiree_le:%d/%m/%Y}."}, code="deja"
            )
