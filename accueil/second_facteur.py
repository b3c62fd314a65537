"""The second factor: who owes one, where it stands in this session, how its secrets are kept.

Whoever has a role reads identities (médiateurs, managers), looks after people (direction), steers the
network (union) or judges it (auditors): where it is demanded, it is demanded of everyone.
"""

import base64

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from accueil import sessions
from accueil.models import Utilisateur
from pimms.socle.courriels import poster
from pimms.socle.journal import journaliser
from pimms.socle.models import CleDonnees

FAIT = "second_facteur"  # in the session: a factor was set up, hence proved, in it
USAGE = "second_facteur.secret"
VRAIS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # a recovery code stands in for one of them

OUBLIE = """Bonjour,

À votre demande, l’union nationale a retiré la deuxième vérification de votre compte : votre téléphone,
vos clés et vos codes de secours ne servent plus. À votre prochaine connexion, vous en choisirez une autre.

Vous n’avez rien demandé ? Prévenez tout de suite votre responsable.

— Le réseau PIMMS
"""


class Adaptateur(DefaultMFAAdapter):
    """Secrets are sealed by a data key of their own, so that rotation and erasure hold for them too."""

    def encrypt(self, text: str) -> str:
        cle = CleDonnees.creer()
        return f"{cle.pk}:{base64.b64encode(cle.coffre.sceller(USAGE, text.encode())).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        cle, _, scelle = encrypted_text.partition(":")
        return CleDonnees.objects.get(pk=cle).coffre.ouvrir(USAGE, base64.b64decode(scelle)).decode()

    def is_mfa_enabled(self, user, types=None) -> bool:
        """Asked several times a page: read once a request, with the person that the request loaded."""
        if user.is_anonymous:
            return False
        if not hasattr(user, "_moyens"):
            user._moyens = types_de(user)
        return bool(user._moyens & set(types) if types is not None else user._moyens)

    def generate_authenticator_name(self, user, type) -> str:
        return f"Clé {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"


def effacer_la_cle(sender, instance: Authenticator, **_) -> None:
    """With an authenticator goes the key of its secret (post_delete)."""
    for nom in ("secret", "seed"):
        cle = str(instance.data.get(nom, "")).partition(":")[0]
        if cle.isdecimal():
            CleDonnees.objects.filter(pk=cle).delete()


def noter_ajout(sender, request: HttpRequest, user, authenticator: Authenticator, **_) -> None:
    """One that was just set up was proved by it: this session needs nothing more. With the first one, those
    that were opened by the password alone are over."""
    journaliser(user, "ajouter_second_facteur", user, apres={"type": authenticator.type})
    if authenticator.type not in VRAIS:
        return
    request.session[FAIT] = True
    if Authenticator.objects.filter(user=user, type__in=VRAIS).count() == 1:
        sessions.fermer_les_autres(user, request.session.get(sessions.CLE))


def noter_retrait(sender, request: HttpRequest, user, authenticator: Authenticator, **_) -> None:
    journaliser(user, "retirer_second_facteur", user, avant={"type": authenticator.type})


def noter_nouveaux_codes(sender, request: HttpRequest, user, **_) -> None:
    journaliser(user, "renouveler_codes_de_secours", user)


def types_de(personne: Utilisateur) -> set[str]:
    """Kinds of authenticators that this person has; one statement."""
    return set(Authenticator.objects.filter(user=personne).values_list("type", flat=True))


def ou_choisir() -> str:
    """Where who has no second factor sets the first one up."""
    return reverse("compte")


def a_prouver(request: HttpRequest) -> str | None:
    """Where this session must go first, when a second factor is demanded and it has none; else None.

    No statement once it is proved: the session knows.
    """
    if settings.SECOND_FACTEUR != "exige" or request.session.get(FAIT):
        return None
    personne = request.user
    if any(r.get("method") == "mfa" for r in get_authentication_records(request, personne)):
        return None
    types = types_de(personne)  # type: ignore[arg-type]
    if not types & set(VRAIS):
        return ou_choisir()
    # Logged in before the factor was set up, on another device.
    vers = "mfa_reauthenticate" if types - {Authenticator.Type.WEBAUTHN} else "mfa_reauthenticate_webauthn"
    return (
        f"{reverse(vers)}?{urlencode({'next': request.get_full_path() if request.method == 'GET' else '/'})}"
    )


@transaction.atomic
def oublier(acteur: Utilisateur, personne: Utilisateur) -> None:
    """Take away the second factor of someone who lost it; they set up another one at their next login."""
    if not acteur.portee.reseau or acteur.pk == personne.pk:
        raise ValidationError("Seule l’union nationale le fait, et nul pour soi-même.")
    siens = Authenticator.objects.filter(user=personne)
    if not siens.exists():
        raise ValidationError("Cette personne n’a pas de deuxième vérification.")
    siens.delete()
    sessions.fermer_toutes(personne)  # the lost telephone may hold one
    journaliser(acteur, "oublier_second_facteur", personne)
    adresse = EmailAddress.objects.get_primary_email(personne) or personne.email
    poster(adresse, "Votre deuxième vérification est retirée", OUBLIE)
