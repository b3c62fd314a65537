"""One-time links by which an invited person sets a password, and the mails of the team."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accueil.jetons import Jeton
from accueil.models import Acces, Utilisateur
from pimms.socle.courriels import dernier_courriel, poster
from pimms.socle.journal import journaliser
from pimms.socle.models import Courriel


class JetonInvitation(Jeton):
    """The link of an invitation."""

    key_salt = "accueil.invitation"
    vie = settings.VIE_INVITATION


jeton_invitation = JetonInvitation()


def poster_gabarit(
    destinataire: str, gabarit: str, *, valable: timedelta | None = None, **contexte
) -> Courriel:
    """Queue the mail `courriels/GABARIT.txt`; its first line is the subject, `valable` its link's life."""
    texte = render_to_string(f"courriels/{gabarit}.txt", contexte)
    sujet, _, corps = texte.strip().partition("\n")
    return poster(destinataire, sujet, corps.strip() + "\n", valable=valable)


def en_attente(personne: Utilisateur) -> bool:
    """Whether this person never set a password: the invitation has not been used."""
    return not personne.has_usable_password()


def en_panne(personne: Utilisateur) -> bool:
    """Whether the latest message to someone who waits for a link could not be sent."""
    courriel = dernier_courriel(personne.email) if en_attente(personne) else None
    return courriel is not None and courriel.abandonne_le is not None


def lien(personne: Utilisateur, adresse: str) -> str:
    """The one-time link; `adresse` is the site's own (« https://… », without the last slash)."""
    uid = urlsafe_base64_encode(force_bytes(personne.pk))
    chemin = reverse("invitation", args=[uid, jeton_invitation.make_token(personne)])
    return f"{adresse.rstrip('/')}{chemin}"


def annoncer(personne: Utilisateur, acces: Acces, acteur: Utilisateur, adresse: str) -> None:
    """Tell someone of a new role: with the link for a new account, without it for an old one."""
    nouveau = en_attente(personne)
    poster_gabarit(
        personne.email,
        "invitation" if nouveau else "acces_ouvert",
        valable=settings.VIE_INVITATION if nouveau else None,
        personne=personne,
        acces=acces,
        acteur=acteur,
        lien=lien(personne, adresse) if nouveau else adresse,
    )


@transaction.atomic
def renvoyer(acteur: Utilisateur, personne: Utilisateur, adresse: str) -> None:
    """Send a new link; the former ones stop working. Raises ValidationError once it was used."""
    personne = Utilisateur.objects.select_for_update().get(pk=personne.pk)
    if not en_attente(personne):
        raise ValidationError("Cette personne a déjà choisi son mot de passe.")
    personne.set_unusable_password()  # another random value: earlier links die
    personne.save(update_fields=["password"])
    journaliser(acteur, "inviter", personne)
    acces = personne.acces.select_related("point", "association").last()
    poster_gabarit(
        personne.email,
        "invitation",
        valable=settings.VIE_INVITATION,
        personne=personne,
        acces=acces,
        acteur=acteur,
        lien=lien(personne, adresse),
    )
