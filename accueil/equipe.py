"""The team: who may give which role where, invitations, ends of assignment, delegations."""

from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accueil import invitations
from accueil.acces import Portee
from accueil.ecritures import enregistrer, integrite_lisible, retirer
from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT, Origine, Role
from pimms.socle.models import EntreeJournal

UN_JOUR = timedelta(days=1)
A_SOI_MEME = "Nul ne s’accorde un accès à soi-même\u202f: demandez à votre direction ou à l’union."

COMPTE_FERME = "Ce compte est fermé\u202f: rouvrez-le d’abord."
PAS_D_ICI = "Cette adresse ne peut pas être invitée d’ici\u202f: demandez à l’union nationale."


def points_geres(portee: Portee) -> QuerySet[PointAccueil]:
    """Points whose team this person looks after."""
    if portee.reseau:
        return PointAccueil.objects.all()
    return PointAccueil.objects.filter(
        Q(pk__in=portee.points_de_responsable) | Q(association__in=portee.associations)
    )


def acces_visibles(portee: Portee) -> QuerySet[Acces]:
    """Rows of roles, past and to come, that this person may read: those of the teams looked after.

    An auditor invited to a point is nobody's team: the union alone reads those rows.
    """
    acces = Acces.objects.select_related("personne", "point", "association")
    if portee.reseau:
        return acces
    siens = acces.filter(Q(point__in=points_geres(portee)) | Q(association__in=portee.associations))
    return siens.exclude(role=Role.AUDITEUR)


def personnes_visibles(portee: Portee) -> QuerySet[Utilisateur]:
    """People whose page this person may open: everyone for the union, the teams looked after else."""
    if portee.reseau:
        return Utilisateur.objects.all()
    return Utilisateur.objects.filter(pk__in=acces_visibles(portee).values("personne"))


def roles_accordables(portee: Portee, point: PointAccueil) -> list[Role]:
    """Roles that this person may give at a point: the higher one needs the association or the union."""
    if portee.reseau or point.association_id in portee.associations:
        return list(ROLES_DE_POINT)
    return [Role.MEDIATEUR] if point.pk in portee.points_de_responsable else []


def peut_regler(portee: Portee, acces: Acces) -> bool:
    """Whether this person may end or prolong that role (never one's own: see `fixer_fin`)."""
    if portee.reseau:
        return True
    if acces.point is None:
        return False
    if acces.role in roles_accordables(portee, acces.point):
        return True
    return acces.origine == Origine.DELEGATION and portee.gere(acces.point)


def _exiger_autre(acteur: Utilisateur, personne: Utilisateur) -> None:
    if acteur.pk == personne.pk:
        raise ValidationError(A_SOI_MEME)


def _exiger_droit(acteur: Utilisateur, acces: Acces) -> None:
    portee = acteur.portee
    if portee.reseau:
        return
    if acces.point is None or acces.role not in roles_accordables(portee, acces.point):
        role = acces.get_role_display()
        raise ValidationError(f"Vous ne pouvez pas accorder ici le rôle «\u00a0{role}\u00a0».")


def creer_personne(acteur: Utilisateur | None, email: str, prenom: str, nom: str) -> Utilisateur:
    """Open an account without password: only an invitation's link sets one."""
    personne = Utilisateur(email=email.lower(), prenom=prenom, nom=nom)
    personne.set_unusable_password()
    return enregistrer(acteur, personne)


def modifier_personne(acteur: Utilisateur, personne: Utilisateur) -> Utilisateur:
    """Change a name, an address or whether the account is active. Union only, never one's own account."""
    if not acteur.portee.reseau:
        raise ValidationError("Seule l’union nationale modifie un compte.")
    if acteur.pk == personne.pk and not personne.is_active:
        raise ValidationError("Vous ne pouvez pas fermer votre propre compte.")
    personne.email = personne.email.lower()
    with transaction.atomic():
        # allauth remembers addresses of its own: a former one must neither log in nor get a link.
        EmailAddress.objects.filter(user=personne).exclude(email__iexact=personne.email).delete()
        return enregistrer(acteur, personne)


def accorder(acteur: Utilisateur, acces: Acces, adresse: str) -> Acces:
    """Give a role to someone else, and tell them by mail.

    `acces` comes with person, role, scope and dates; `adresse` is the site's own. Raises
    ValidationError for a role beyond the actor's right, for oneself, or for an overlapping row.
    """
    _exiger_autre(acteur, acces.personne)
    _exiger_droit(acteur, acces)
    acces.accorde_par = acteur
    acces.origine = acces.origine or (Origine.UNION if acteur.portee.reseau else Origine.EQUIPE)
    with transaction.atomic():
        enregistrer(acteur, acces, acte="accorder")
        invitations.annoncer(acces.personne, acces, acteur, adresse)
    return acces


def inviter(acteur: Utilisateur, *, email: str, prenom: str, nom: str, acces: Acces, adresse: str) -> Acces:
    """Give a role to the person of this address, whose account is opened when there is none.

    An existing account keeps its name. Nothing returned or raised tells a manager what that address
    opens elsewhere.
    """
    with integrite_lisible(Utilisateur):
        personne = Utilisateur.objects.filter(email__iexact=email).first()
        if personne is None:
            personne = creer_personne(acteur, email, prenom, nom)
        elif not personne.is_active:
            raise ValidationError({"email": COMPTE_FERME if acteur.portee.reseau else PAS_D_ICI})
        acces.personne = personne
        accorder(acteur, acces, adresse)
    return acces


def mettre_en_service(*, email: str, prenom: str, nom: str, adresse: str) -> str:
    """Give the union's role to the first person, from the server itself; returns the one-time link.

    Raises ValidationError when someone of the union can invite from the screens already.
    """
    if Acces.objects.filter(role=Role.UNION).en_vigueur(timezone.localdate()).exists():
        raise ValidationError("L’union a déjà quelqu’un\u202f: les invitations se font depuis les écrans.")
    with integrite_lisible(Utilisateur):
        personne = Utilisateur.objects.filter(email__iexact=email).first()
        personne = personne or creer_personne(None, email, prenom, nom)
        acces = Acces(personne=personne, role=Role.UNION, debut=timezone.localdate(), origine=Origine.SYSTEME)
        enregistrer(None, acces, acte="accorder")
        lien = invitations.lien(personne, adresse)
        invitations.poster_gabarit(
            personne.email,
            "invitation",
            personne=personne,
            acces=acces,
            acteur="La mise en service",
            lien=lien,
        )
    return lien


def deleguer(acteur: Utilisateur, acces: Acces, adresse: str) -> Acces:
    """Delegate the manager's role at a point, between two dates, to a person of its team.

    A delegate does not delegate in turn. Raises ValidationError, by field where there is one.
    """
    _exiger_autre(acteur, acces.personne)
    point, jour = acces.point, acces.debut
    if point is None or not acteur.portee.gere(point):
        raise ValidationError("Vous ne gérez pas ce point.")
    if acces.fin is None:
        raise ValidationError({"fin": "Une délégation a toujours un dernier jour."})
    equipe = Acces.objects.filter(role=Role.MEDIATEUR, point=point, personne=acces.personne)
    if not equipe.en_vigueur(jour).exists():
        raise ValidationError({"personne": "Cette personne n’est pas en poste ici à cette date."})
    if jour < point.aujourdhui():
        raise ValidationError({"debut": "Une délégation commence aujourd’hui au plus tôt."})
    _exiger_poste(acces, acces.fin)
    _exiger_propre_mission(acteur, point, acces.fin)
    acces.role, acces.origine, acces.accorde_par = Role.RESPONSABLE, Origine.DELEGATION, acteur
    with transaction.atomic():
        enregistrer(acteur, acces, acte="deleguer")
        invitations.poster_gabarit(
            acces.personne.email, "delegation", acces=acces, acteur=acteur, lien=adresse
        )
    return acces


def _exiger_poste(acces: Acces, fin: date) -> None:
    """A delegation does not outlast the post, at that point, of the person who receives it."""
    postes = Acces.objects.filter(role=Role.MEDIATEUR, point=acces.point, personne=acces.personne)
    if not postes.en_vigueur(acces.debut).en_vigueur(fin).exists():
        raise ValidationError({"fin": "La délégation dépasserait la fin de mission de cette personne."})


def _exiger_propre_mission(acteur: Utilisateur, point: PointAccueil, fin: date) -> None:
    """A manager delegates a role of one's own, not beyond its end; union and direction always may."""
    portee = acteur.portee
    if portee.reseau or point.association_id in portee.associations:
        return
    missions = Acces.objects.en_vigueur(point.aujourdhui()).filter(
        personne=acteur, point=point, role=Role.RESPONSABLE
    )
    propres = [m for m in missions if m.origine != Origine.DELEGATION]
    if not propres:
        raise ValidationError("Un rôle reçu par délégation ne se délègue pas à son tour.")
    if not any(m.fin is None or m.fin >= fin for m in propres):
        raise ValidationError({"fin": "La délégation ne peut pas dépasser la fin de votre propre mission."})


def fixer_fin(acteur: Utilisateur, acces: Acces, dernier_jour: date | None) -> Acces | None:
    """Set the last day of a role; None leaves it without end. A delegation held there ends with it.

    With the day before its first one, a role that has not served yet is taken back (returns None);
    one that began today and has served ends today.
    Raises ValidationError for one's own role, or one that is already over.
    """
    if acteur.pk == acces.personne_id:
        raise ValidationError("Nul ne règle sa propre mission\u202f: demandez à votre direction.")
    if not peut_regler(acteur.portee, acces):
        raise ValidationError("Vous ne pouvez pas régler cette mission.")
    jour = acces.point.aujourdhui() if acces.point else timezone.localdate()
    if acces.fin and acces.fin < jour:
        raise ValidationError("Cette mission est terminée\u202f: pour un retour, ouvrez-en une nouvelle.")
    if acces.origine == Origine.DELEGATION and dernier_jour is None:
        raise ValidationError({"fin": "Une délégation a toujours un dernier jour."})
    if acces.origine == Origine.CAMPAGNE and dernier_jour is None:
        raise ValidationError({"fin": "L’accès d’un auditeur a toujours un dernier jour."})
    plus_tard = dernier_jour and acces.fin and dernier_jour > acces.fin
    if acces.origine == Origine.DELEGATION and acces.point and dernier_jour and plus_tard:
        _exiger_poste(acces, dernier_jour)
        _exiger_propre_mission(acteur, acces.point, dernier_jour)
    with transaction.atomic():
        return _terminer(acteur, acces, dernier_jour, jour)


def fixer_temps(acteur: Utilisateur, acces: Acces, quotite: int | None) -> Acces:
    """Say which share of a full-time post someone works at a point; None: not known.

    It gives no right, so that who looks after the point may say their own too.
    """
    if acces.point is None or not acteur.portee.gere(acces.point):
        raise ValidationError("Vous ne gérez pas ce point.")
    if acces.origine == Origine.DELEGATION:
        raise ValidationError("Une délégation n’est pas un temps de travail de plus.")
    acces.quotite = quotite
    return enregistrer(acteur, acces, acte="temps")


def _terminer(acteur: Utilisateur, acces: Acces, dernier_jour: date | None, jour: date) -> Acces | None:
    reste: Acces | None = acces
    if dernier_jour and dernier_jour < acces.debut:
        if acces.debut < jour:
            raise ValidationError({"fin": "Le dernier jour précède le début de la mission."})
        reste = _reprendre(acteur, acces, jour)
    else:
        acces.fin = dernier_jour
        enregistrer(acteur, acces, acte="terminer" if dernier_jour else "prolonger")
    if dernier_jour and acces.role == Role.MEDIATEUR:
        _borner_delegations(acteur, acces, dernier_jour, jour)
    return reste


def _a_servi(acces: Acces) -> bool:
    """Whether the person has written anything there since that role was given."""
    journal = EntreeJournal.objects.order_by("pk")
    octroi = journal.filter(objet="acces", objet_id=acces.pk).values_list("pk", flat=True).first()
    actes = journal.filter(acteur_id=acces.personne_id, pk__gt=octroi or 0)
    actes = actes.exclude(acte="accepter_invitation")
    return (actes.filter(point_id=acces.point_id) if acces.point_id else actes).exists()


def _reprendre(acteur: Utilisateur, acces: Acces, jour: date) -> Acces | None:
    """Take back a role that begins today or later; one that has served ends today, and stays."""
    if acces.debut > jour or not _a_servi(acces):
        retirer(acteur, acces)
        return None
    acces.fin = jour
    return enregistrer(acteur, acces, acte="terminer")


def _borner_delegations(acteur: Utilisateur, acces: Acces, dernier_jour: date, jour: date) -> None:
    delegations = Acces.objects.filter(
        personne=acces.personne, point=acces.point, origine=Origine.DELEGATION, fin__gt=dernier_jour
    )
    for delegation in delegations:
        if delegation.debut >= jour and delegation.debut > dernier_jour:
            _reprendre(acteur, delegation, jour)
        else:
            delegation.fin = max(dernier_jour, delegation.debut)
            enregistrer(acteur, delegation, acte="terminer")
