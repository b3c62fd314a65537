"""The dates of the certification cycle: add one, change one, take one out. The only doors."""

from datetime import date

from django.core.exceptions import ValidationError

from accueil.ecritures import integrite_lisible
from accueil.models import Utilisateur
from pimms.socle.journal import differences, journaliser
from pimms.socle.versions import ModifieEntretemps, ecrire_version
from qualite.campagnes import exiger_union
from qualite.models import Echeance


def ajouter(acteur: Utilisateur, nature: str, jour: date, confirmee: bool) -> Echeance:
    exiger_union(acteur)
    with integrite_lisible(Echeance):
        echeance = Echeance.objects.create(nature=nature, jour=jour, confirmee=confirmee)
        apres = {"nature": nature, "jour": jour, "confirmee": confirmee}
        journaliser(acteur, "creer", echeance, apres=apres)
    return echeance


def modifier(
    acteur: Utilisateur, echeance: Echeance, version: int, nature: str, jour: date, confirmee: bool
) -> Echeance:
    """Change a date; ModifieEntretemps when somebody else did since this person read it."""
    exiger_union(acteur)
    with integrite_lisible(Echeance):
        tenue = Echeance.objects.select_for_update().get(pk=echeance.pk)
        if tenue.version != version:
            raise ModifieEntretemps
        voulu = {"nature": nature, "jour": jour, "confirmee": confirmee}
        avant, apres = differences({c: getattr(tenue, c) for c in voulu}, voulu)
        if apres:
            ecrire_version(tenue, voulu)
            journaliser(acteur, "modifier", tenue, avant=avant, apres=apres)
    return tenue


def retirer(acteur: Utilisateur, echeance: Echeance) -> None:
    """Take out a date that was added by mistake; a confirmed one, or one that a campaign prepares, stays."""
    exiger_union(acteur)
    with integrite_lisible(Echeance):
        tenue = Echeance.objects.select_for_update().get(pk=echeance.pk)
        if tenue.confirmee:
            raise ValidationError(
                "Une date confirmée ne s’enlève pas\u202f: dites d’abord qu’elle ne l’est plus."
            )
        if tenue.campagnes.exists():
            raise ValidationError("Une campagne prépare cette date\u202f: elle reste.")
        avant = {"nature": tenue.nature, "jour": tenue.jour}
        journaliser(acteur, "supprimer", tenue, avant=avant)
        tenue.delete()
