"""Tag an entry with another register: its author decides, its manager may propose; every change is told."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accueil.correction import changer_registre, tenir_demande, verifier_delai
from accueil.models import Acces, Demande, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT
from accueil.registres import RETAGAGE_TARDIF
from mediation.cycle_de_vie import raconter, verrou
from mediation.models import Action, Dossier, Etape, Evenement, Lecteur, PropositionRegistre
from pimms.socle.journal import journaliser

Decision = PropositionRegistre.Decision
Objet = Dossier | Etape | Action | Demande
ATTEND_DEJA = "Une proposition attend déjà une réponse pour cette entrée."


def auteur_de(objet: Objet) -> Utilisateur:
    """Who decides on the register of an entry: who is in charge of the case, or who logged the rest."""
    if isinstance(objet, Dossier):
        return objet.mediateur
    return objet.visite.auteur if isinstance(objet, Demande) else objet.auteur


def tardive(objet: Objet) -> bool:
    """Whether a change made now comes more than 30 days after the entry, or after an action that was
    planned ahead (days local to the point)."""
    if isinstance(objet, Dossier):
        saisie_le = objet.cree_le
    else:
        saisie_le = (objet.visite if isinstance(objet, Demande) else objet).saisie_le
    depuis = timezone.localtime(saisie_le, objet.point.tz).date()
    if isinstance(objet, Action):
        depuis = max(depuis, objet.jour_fin or objet.jour)
    return (objet.point.aujourdhui() - depuis).days > RETAGAGE_TARDIF


@contextmanager
def _tenir(acteur: Utilisateur, objet: Objet) -> Iterator[Objet]:
    """Hold the entry for a change by its author or its point's manager; ObjectDoesNotExist otherwise."""
    if isinstance(objet, Dossier):
        with verrou(acteur, objet) as dossier:
            yield dossier
        return
    if isinstance(objet, Etape):
        with verrou(acteur, objet.dossier) as dossier:
            etape = Etape.objects.select_related("auteur", "point").get(pk=objet.pk, annulee_le__isnull=True)
            etape.dossier = dossier
            yield etape
        return
    if isinstance(objet, Demande):
        with tenir_demande(acteur, objet) as demande:
            yield demande
        return
    with transaction.atomic():
        actions = Action.objects.modifiables_par(acteur).exclude(etat=Action.Etat.ANNULEE)
        yield actions.select_related("auteur", "point").select_for_update(of=("self",)).get(pk=objet.pk)


def _porte(objet: Objet, registre: int) -> int | None:
    """What an entry bears for that register: a step of the case's own bears none of its own."""
    return None if isinstance(objet, Etape) and registre == objet.dossier.registre else registre


def _verifier(objet: Objet, vers: int) -> None:
    if objet.registre in (vers, _porte(objet, vers)):
        raise ValidationError({"vers": "C’est déjà son registre."}, code="meme")


def sans_reponse(objets: Collection[Objet]) -> set[Objet]:
    """Those of these entries whose author can't answer any more: no longer works at the point, or
    doesn't read the case. Two statements, whatever their number."""
    auteurs = {auteur_de(o).pk for o in objets}
    roles = Acces.objects.filter(
        personne__in=auteurs,
        personne__is_active=True,
        point__in={o.point_id for o in objets},
        role__in=ROLES_DE_POINT,
    )
    jours: dict[int | None, date] = {o.point_id: o.point.aujourdhui() for o in objets}
    en_poste = {(a.point_id, a.personne_id) for a in roles if a.couvre(jours[a.point_id])}
    restreints = {o.dossier_id for o in objets if isinstance(o, Etape) and o.dossier.restreint}
    nommes = Lecteur.objects.filter(dossier__in=restreints).values_list("dossier", "personne")
    lecteurs = set(nommes) if restreints else set()
    return {
        o
        for o in objets
        if (o.point_id, auteur_de(o).pk) not in en_poste
        or (
            isinstance(o, Etape)
            and o.dossier_id in restreints
            and auteur_de(o).pk != o.dossier.mediateur_id
            and (o.dossier_id, auteur_de(o).pk) not in lecteurs
        )
    }


def peut_decider(acteur: Utilisateur, objet: Objet, decision: str, *, sans_auteur: bool) -> bool:
    """Who answers a proposal: the author; where they can't any more (`sans_auteur`) the point's manager,
    or who is in charge of the step's case. A manager may always withdraw it: that changes nothing.
    """
    if acteur.pk == auteur_de(objet).pk:
        return True
    gere = objet.point_id in acteur.portee.points_de_responsable
    if sans_auteur:
        return gere or (isinstance(objet, Etape) and acteur.pk == objet.dossier.mediateur_id)
    return gere and decision == Decision.REFUSEE


def proposer(acteur: Utilisateur, objet: Objet, vers: int, motif: str) -> PropositionRegistre:
    """Propose another register for an entry; returns the proposal, decided at once where nobody is to be
    asked: by the author, or when the author can't answer any more. That of its case takes a step's own
    one away.

    Raises ValidationError for a register that changes nothing, while another proposal waits or for a visit
    too old to be corrected, and ObjectDoesNotExist for someone who is neither author nor manager. A
    request's author corrects the visit: that is no proposal.
    """
    with _tenir(acteur, objet) as tenu:
        auteur = auteur_de(tenu)
        sienne = acteur.pk == auteur.pk and not isinstance(tenu, Demande)
        if not sienne and tenu.point_id not in acteur.portee.points_de_responsable:
            raise ObjectDoesNotExist
        if isinstance(tenu, Demande):
            verifier_delai(acteur, tenu.visite)
        _verifier(tenu, vers)
        proposition = PropositionRegistre(
            point_id=tenu.point_id,
            registre_de=tenu.registre,
            registre_vers=vers,
            motif=motif,
            tardive=tardive(tenu),
            par=acteur,
            **{type(tenu).__name__.lower(): tenu},
        )
        try:
            with transaction.atomic():
                proposition.save(force_insert=True)
        except IntegrityError as erreur:
            if "proposition_une_seule" not in str(erreur):
                raise
            raise ValidationError(ATTEND_DEJA, code="attend") from erreur
        journaliser(
            acteur,
            "proposer",
            proposition,
            point_id=tenu.point_id,
            apres={"registre": vers, "motif": motif, "tardive": proposition.tardive},
        )
        if acteur.pk == auteur.pk or sans_reponse([tenu]):
            _decider(acteur, proposition, tenu, Decision.ACCEPTEE)
    return proposition


def objet_de(proposition: PropositionRegistre) -> Objet:
    """The entry that a proposal is about."""
    objet = proposition.dossier or proposition.etape or proposition.action or proposition.demande
    assert objet is not None  # noqa: S101 — a constraint says so
    return objet


def decider(acteur: Utilisateur, proposition: PropositionRegistre, decision: str) -> PropositionRegistre:
    """Accept or refuse. Raises ValidationError when it was decided already, or the register has changed
    meanwhile; ObjectDoesNotExist for who may not (`peut_decider`)."""
    with _tenir(acteur, objet_de(proposition)) as objet:
        if not peut_decider(acteur, objet, decision, sans_auteur=bool(sans_reponse([objet]))):
            raise ObjectDoesNotExist
        tenue = PropositionRegistre.objects.select_for_update().get(pk=proposition.pk)
        if tenue.decision:
            raise ValidationError("Cette proposition a déjà sa réponse.", code="deja")
        if decision == Decision.ACCEPTEE and objet.registre != tenue.registre_de:
            raise ValidationError(
                "Le registre a changé depuis\u202f: refusez cette proposition.", code="change"
            )
        _decider(acteur, tenue, objet, decision)
    return tenue


def _decider(acteur: Utilisateur, proposition: PropositionRegistre, objet: Objet, decision: str) -> None:
    if decision == Decision.ACCEPTEE:
        # What counts is when the register changes: a proposal may have waited.
        proposition.tardive = tardive(objet)
    _conclure(acteur, proposition, decision)
    if decision == Decision.ACCEPTEE:
        _changer(acteur, objet, proposition)


def _conclure(acteur: Utilisateur, proposition: PropositionRegistre, decision: str) -> None:
    proposition.decision, proposition.decide_par = decision, acteur
    proposition.decide_le = timezone.now()
    proposition.save(update_fields=["decision", "decide_par", "decide_le", "tardive"])
    journaliser(
        acteur,
        "decider",
        proposition,
        point_id=proposition.point_id,
        apres={"decision": decision, "tardive": proposition.tardive},
    )


def rendre_caduque(acteur: Utilisateur, objet: Etape | Action) -> None:
    """Close the proposal that waits on an entry being cancelled; the entry is held by the caller."""
    attendent = PropositionRegistre.objects.select_for_update().filter(decision="")
    for proposition in attendent.filter(**{type(objet).__name__.lower(): objet}):
        _conclure(acteur, proposition, Decision.CADUQUE)


def _changer(acteur: Utilisateur, objet: Objet, proposition: PropositionRegistre) -> None:
    avant, apres = proposition.registre_de, proposition.registre_vers
    if isinstance(objet, Demande):
        changer_registre(acteur, objet, apres)
        return
    objet.registre = _porte(objet, apres)
    objet.version += 1
    objet.save(update_fields=["registre", "version"])
    if isinstance(objet, Dossier):
        raconter(acteur, objet, Evenement.Nature.REGISTRE, registre_de=avant, registre_vers=apres)
        return
    journaliser(
        acteur,
        "registre",
        objet,
        point_id=objet.point_id,
        avant={"registre": avant},
        apres={"registre": objet.registre, "tardif": proposition.tardive},
    )
