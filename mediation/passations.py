"""Who is in charge of a case: handing over, conflicts of interest, restriction to named people."""

from collections.abc import Collection

from django.core.exceptions import ValidationError

from accueil.models import Utilisateur
from mediation.cycle_de_vie import ModifieEntretemps, ajouter, exiger_actif, raconter, verrou
from mediation.equipe import en_poste
from mediation.lecture import lit
from mediation.models import ConflitInteret, Dossier, Etape, Evenement, Lecteur
from pimms.socle.journal import journaliser

Decision = ConflitInteret.Decision


def passer_la_main(acteur: Utilisateur, dossier: Dossier, a: Utilisateur, motif: str, *, de: int) -> Dossier:
    """Give a case to someone else of the point's team, with a reason; a declared conflict is settled.

    `de` is the key of who was in charge when this person looked (ModifieEntretemps otherwise). The
    manager may hand over a case that they don't read, but not to themselves: naming oneself would be
    a way to read it. Raises ValidationError.
    """
    if not motif:
        raise ValidationError({"motif": "Dites pourquoi."}, code="motif")
    with verrou(acteur, dossier, responsable=True) as tenu:
        exiger_actif(tenu)
        if tenu.mediateur_id != de:
            raise ModifieEntretemps
        _verifier_relais(acteur, tenu, a)
        tenu.mediateur = a
        tenu.version += 1
        tenu.save(update_fields=["mediateur", "version"])
        raconter(acteur, tenu, Evenement.Nature.PASSATION, textes={"motif": motif}, personne=a)
        regler_conflits(acteur, tenu, a)
    return tenu


def regler_conflits(acteur: Utilisateur, dossier: Dossier, a: Utilisateur) -> None:
    """Settle the conflicts that wait in a case being given to someone else; its lock is held."""
    for conflit in ConflitInteret.objects.filter(dossier=dossier, decision="").exclude(declare_par=a):
        _decider(acteur, dossier, conflit, Decision.PASSE_LA_MAIN)


def _verifier_relais(acteur: Utilisateur, dossier: Dossier, a: Utilisateur) -> None:
    if a.pk == dossier.mediateur_id:
        raise ValidationError({"a": "Cette personne est déjà chargée du dossier."}, code="meme")
    if not en_poste(dossier.point).filter(pk=a.pk).exists():
        raise ValidationError({"a": "Cette personne ne travaille pas dans ce point."}, code="equipe")
    if a.pk == acteur.pk and not lit(acteur, dossier):
        raise ValidationError(
            {"a": "Ce dossier est réservé à d’autres\u202f: confiez-le à quelqu’un d’autre que vous."},
            code="reserve",
        )
    if ConflitInteret.objects.filter(dossier=dossier, declare_par=a).exclude(decision="justifie").exists():
        raise ValidationError(
            {"a": "Cette personne a déclaré un conflit d’intérêts sur ce dossier."}, code="conflit"
        )


def declarer_conflit(acteur: Utilisateur, dossier: Dossier, motif: str) -> ConflitInteret:
    """Declare one's own conflict of interest; until it is settled the mediation doesn't go on.

    Raises ValidationError for who doesn't work on the case: nobody else stops it.
    """
    with verrou(acteur, dossier) as tenu:
        exiger_actif(tenu)
        exiger_au_travail(acteur, tenu)
        if ConflitInteret.objects.filter(dossier=tenu, decision="").exists():
            raise ValidationError("Un conflit d’intérêts est déjà déclaré\u202f: il attend sa suite.")
        conflit = ConflitInteret(dossier=tenu, declare_par=acteur, declare_le=tenu.point.aujourdhui())
        ajouter(conflit, {"motif": motif})
        journaliser(acteur, "declarer", conflit, point_id=tenu.point_id, apres={"dossier": tenu.pk})
    return conflit


def travaille_sur(acteur: Utilisateur, dossier: Dossier) -> bool:
    """Whether this person works on the case: in charge, named to read it, or who noted one of its steps."""
    return (
        acteur.pk == dossier.mediateur_id
        or Lecteur.objects.filter(dossier=dossier, personne=acteur).exists()
        or Etape.objects.filter(dossier=dossier, auteur=acteur, annulee_le__isnull=True).exists()
    )


def exiger_au_travail(acteur: Utilisateur, dossier: Dossier) -> None:
    """Refuse a conflict of interest declared by somebody who has no part in the case."""
    if not travaille_sur(acteur, dossier):
        raise ValidationError(
            "Un conflit d’intérêts se déclare par qui travaille sur le dossier\u202f: parlez-en à "
            f"{dossier.mediateur}, qui en est chargé.",
            code="conflit",
        )


def justifier_conflit(acteur: Utilisateur, dossier: Dossier, numero: int, justification: str) -> None:
    """The manager justifies that the médiateur goes on. Raises ValidationError for anyone else.

    Nobody justifies one's own conflict: another manager, or a handing over, settles it.
    """
    if not justification:
        raise ValidationError({"justification": "Dites pourquoi la médiation peut continuer."}, code="motif")
    if dossier.point_id not in acteur.portee.points_de_responsable:
        raise ValidationError("Seul le responsable du point justifie la poursuite.", code="responsable")
    with verrou(acteur, dossier, responsable=True) as tenu:
        conflit = ConflitInteret.objects.filter(dossier=tenu, numero=numero, decision="").first()
        if conflit is None:
            raise ModifieEntretemps
        if conflit.declare_par_id == acteur.pk:
            raise ValidationError("Nul ne justifie son propre conflit d’intérêts.", code="soi")
        conflit.dossier = tenu
        conflit.sceller(conflit.valeurs() | {"justification": justification})
        _decider(acteur, tenu, conflit, Decision.JUSTIFIE)


def _decider(acteur: Utilisateur, dossier: Dossier, conflit: ConflitInteret, decision: str) -> None:
    conflit.decision, conflit.decide_par = decision, acteur
    conflit.decide_le = dossier.point.aujourdhui()
    conflit.save(update_fields=["decision", "decide_par", "decide_le", "scelle"])
    apres = {"dossier": dossier.pk, "decision": decision}
    journaliser(acteur, "decider", conflit, point_id=dossier.point_id, apres=apres)


def reserver(
    acteur: Utilisateur, dossier: Dossier, personnes: Collection[Utilisateur], *, version: int
) -> Dossier:
    """Restrict a case to people of the team, besides who is in charge.

    Raises ValidationError when the actor would no longer read it, or names someone of elsewhere;
    ModifieEntretemps when the case was changed since.
    """
    with verrou(acteur, dossier, version) as tenu:
        equipe = set(en_poste(tenu.point).values_list("pk", flat=True))
        if any(p.pk not in equipe for p in personnes):
            raise ValidationError({"personnes": "Choisissez dans l’équipe du point."}, code="equipe")
        if acteur.pk != tenu.mediateur_id and acteur not in personnes:
            raise ValidationError(
                {
                    "personnes": "Vous ne liriez plus ce dossier\u202f: ajoutez-vous, ou laissez la personne "
                    "qui en est chargée le réserver."
                },
                code="soi",
            )
        _ecrire_lecteurs(acteur, tenu, personnes, True)
    return tenu


def rouvrir_a_l_equipe(acteur: Utilisateur, dossier: Dossier, *, version: int) -> Dossier:
    """Let the whole team of the point read the case again."""
    with verrou(acteur, dossier, version) as tenu:
        _ecrire_lecteurs(acteur, tenu, (), False)
    return tenu


def _ecrire_lecteurs(
    acteur: Utilisateur, dossier: Dossier, personnes: Collection[Utilisateur], restreint: bool
) -> None:
    avant = sorted(Lecteur.objects.filter(dossier=dossier).values_list("personne_id", flat=True))
    voulues = sorted(p.pk for p in personnes)
    if (avant, dossier.restreint) == (voulues, restreint):
        return
    Lecteur.objects.filter(dossier=dossier).exclude(personne__in=voulues).delete()
    nouvelles = [pk for pk in voulues if pk not in avant]
    Lecteur.objects.bulk_create(
        [Lecteur(dossier=dossier, point_id=dossier.point_id, personne_id=pk) for pk in nouvelles]
    )
    dossier.restreint = restreint
    dossier.version += 1
    dossier.save(update_fields=["restreint", "version"])
    raconter(
        acteur,
        dossier,
        Evenement.Nature.RESTRICTION,
        vers="restreint" if restreint else "ouvert",
        changes=({"lecteurs": avant}, {"lecteurs": voulues, "restreint": restreint}),
    )
