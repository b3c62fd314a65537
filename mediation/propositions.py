"""Tag an entry with another register: its author decides, its manager may propose; every change is told."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from accueil.models import PointAccueil, Utilisateur
from mediation.cycle_de_vie import raconter, verrou
from mediation.equipe import en_poste
from mediation.models import Action, Dossier, Etape, Evenement, PropositionRegistre
from mediation.models.registres import TARDIF_APRES
from pimms.socle.journal import journaliser

Decision = PropositionRegistre.Decision
Objet = Dossier | Etape | Action
GENRES: dict[str, type[Model]] = {"dossier": Dossier, "etape": Etape, "action": Action}
ATTEND_DEJA = "Une proposition attend déjà une réponse pour cette entrée."


def auteur_de(objet: Objet) -> Utilisateur:
    """Who decides on the register of an entry: who is in charge of the case, or who logged the rest."""
    return objet.mediateur if isinstance(objet, Dossier) else objet.auteur


def _saisi_le(objet: Objet):
    return objet.cree_le if isinstance(objet, Dossier) else objet.saisie_le


def tardive(objet: Objet) -> bool:
    """Whether a change made now comes more than 30 days after the entry (days local to the point)."""
    saisie = timezone.localtime(_saisi_le(objet), objet.point.tz).date()
    return (objet.point.aujourdhui() - saisie).days > TARDIF_APRES


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
    with transaction.atomic():
        actions = Action.objects.modifiables_par(acteur).exclude(etat=Action.Etat.ANNULEE)
        yield actions.select_related("auteur", "point").select_for_update(of=("self",)).get(pk=objet.pk)


def _porte(objet: Objet, registre: int) -> int | None:
    """What an entry bears for that register: a step of the case's own bears none of its own."""
    return None if isinstance(objet, Etape) and registre == objet.dossier.registre else registre


def _verifier(objet: Objet, vers: int) -> None:
    if objet.registre in (vers, _porte(objet, vers)):
        raise ValidationError({"vers": "C’est déjà son registre."}, code="meme")


def _present(point: PointAccueil, personne: Utilisateur) -> bool:
    return en_poste(point).filter(pk=personne.pk).exists()


def proposer(acteur: Utilisateur, objet: Objet, vers: int, motif: str) -> PropositionRegistre:
    """Propose another register for an entry; returns the proposal, decided at once where nobody is to
    be asked: by its author, or by the manager when the author has left the point. That of its case takes
    a step's own one away.

    Raises ValidationError for a register that changes nothing or while another proposal waits, and
    ObjectDoesNotExist for someone who is neither author nor manager.
    """
    with _tenir(acteur, objet) as tenu:
        auteur = auteur_de(tenu)
        if acteur.pk != auteur.pk and tenu.point_id not in acteur.portee.points_de_responsable:
            raise ObjectDoesNotExist
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
        if acteur.pk == auteur.pk or not _present(tenu.point, auteur):
            _decider(acteur, proposition, tenu, Decision.ACCEPTEE)
    return proposition


def objet_de(proposition: PropositionRegistre) -> Objet:
    """The entry that a proposal is about."""
    objet = proposition.dossier or proposition.etape or proposition.action
    assert objet is not None  # noqa: S101 — a constraint says so
    return objet


def decider(acteur: Utilisateur, proposition: PropositionRegistre, decision: str) -> PropositionRegistre:
    """Accept or refuse, as the author of the entry. Raises ValidationError when it was decided already,
    or the register has changed meanwhile; ObjectDoesNotExist for anybody else."""
    with _tenir(acteur, objet_de(proposition)) as objet:
        if acteur.pk != auteur_de(objet).pk:
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
    proposition.decision, proposition.decide_par = decision, acteur
    proposition.decide_le = timezone.now()
    proposition.save(update_fields=["decision", "decide_par", "decide_le"])
    point_id = proposition.point_id
    journaliser(acteur, "decider", proposition, point_id=point_id, apres={"decision": decision})
    if decision == Decision.ACCEPTEE:
        _changer(acteur, objet, proposition)


def _changer(acteur: Utilisateur, objet: Objet, proposition: PropositionRegistre) -> None:
    avant, apres = proposition.registre_de, proposition.registre_vers
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
