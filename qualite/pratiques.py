"""Good practices: the union tells every point what worked, and takes it back. The only doors."""

import uuid
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone

from accueil.ecritures import integrite_lisible
from accueil.models import Utilisateur
from mediation.textes import verifier_texte
from pimms.socle.journal import MODIFIE, journaliser
from qualite.envois import exiger_meme
from qualite.etats_action import EtatAction
from qualite.models import ActionCorrective, BonnePratique

RESERVE = "Seule l’union nationale publie ou retire une bonne pratique."


@dataclass(frozen=True)
class Texte:
    """A good practice as typed; `exigence` is the code of the requirement that it helps with, if any."""

    titre: str
    texte: str
    exigence: str = ""


def publiable(action: ActionCorrective) -> bool:
    """Only what was verified as effective and closed may be shown as an example."""
    return action.etat == EtatAction.CLOSE


def publier(
    acteur: Utilisateur, cle: uuid.UUID, texte: Texte, action: ActionCorrective | None = None
) -> BonnePratique:
    """Publish a good practice, alone or from a closed action. Sent twice, it is published once."""
    if not acteur.portee.reseau:
        raise ValidationError(RESERVE)
    for champ in ("titre", "texte"):
        verifier_texte(getattr(texte, champ), champ)
    with integrite_lisible(BonnePratique):
        Utilisateur.objects.select_for_update().get(pk=acteur.pk)  # one click at a time
        deja = BonnePratique.objects.filter(publiee_par=acteur, cle=cle).first()
        if deja:
            exiger_meme(deja, asdict(texte))
            return deja
        if action:
            action = ActionCorrective.objects.select_for_update().get(pk=action.pk)
            if not publiable(action):
                raise ValidationError("Seule une action close, effet vérifié, devient une bonne pratique.")
        pratique = BonnePratique.objects.create(action=action, publiee_par=acteur, cle=cle, **asdict(texte))
        apres = {"exigence": texte.exigence, "action": action and action.pk, "texte": MODIFIE}
        journaliser(acteur, "publier", pratique, apres=apres)
    return pratique


def retirer(acteur: Utilisateur, pratique: BonnePratique) -> None:
    """Take a good practice off the list; its row stays. Idempotent."""
    if not acteur.portee.reseau:
        raise ValidationError(RESERVE)
    with integrite_lisible(BonnePratique):
        tenue = BonnePratique.objects.select_for_update().get(pk=pratique.pk)
        if tenue.retiree_le is None:
            tenue.retiree_le = timezone.now()
            tenue.save(update_fields=["retiree_le"])
            journaliser(acteur, "retirer", tenue)
