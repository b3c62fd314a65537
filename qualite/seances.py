"""Practice-analysis sessions and team meetings: who notes them, who was there. The only doors."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accueil.acces import Portee
from accueil.ecritures import enregistrer, integrite_lisible, retirer
from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT
from mediation.textes import verifier_texte
from pimms.socle.journal import journaliser
from qualite.envois import AUTRE_CONTENU, exiger_meme
from qualite.models import PointSeance, PresenceSeance, SeanceCollective
from qualite.personnel import encadre, refuser_noms

Nature, Mode = SeanceCollective.Nature, SeanceCollective.Mode
ENTREE_TARDIVE = timedelta(days=90)  # how far back the form looks for people who were in post


@dataclass(frozen=True)
class Saisie:
    """A session as filled in; `presents` are people of the point that notes it."""

    cle: uuid.UUID
    nature: str
    jour: date
    duree: int
    mode: str
    animateur: str = ""
    autres: list[PointAccueil] = field(default_factory=list)
    presents: list[Utilisateur] = field(default_factory=list)


def points_tenus(portee: Portee) -> QuerySet[PointAccueil]:
    """Points for which this person notes sessions: as manager or direction, not as the union."""
    return PointAccueil.objects.filter(pk__in=portee.points_de_responsable) | PointAccueil.objects.filter(
        association__in=portee.associations
    )


def equipe_le(point: PointAccueil, jour: date, depuis: date | None = None) -> QuerySet[Utilisateur]:
    """People with a role of the point on that day, or at some time since `depuis`."""
    acces = Acces.objects.filter(point=point, role__in=ROLES_DE_POINT, debut__lte=jour)
    acces = acces.exclude(fin__lt=depuis or jour)
    return Utilisateur.objects.filter(pk__in=acces.values("personne"))


def noter(acteur: Utilisateur, point: PointAccueil, saisie: Saisie) -> SeanceCollective:
    """Record a session held. Sent twice, it is recorded once. Raises ValidationError beside the field."""
    _exiger(acteur, point)
    _verifier(point, saisie)
    with integrite_lisible(SeanceCollective):
        Utilisateur.objects.select_for_update().get(pk=acteur.pk)  # one click at a time
        recue = SeanceCollective.objects.filter(saisi_par=acteur, cle=saisie.cle).first()
        if recue:
            _exiger_meme(recue, point, saisie)
            return recue
        seance = SeanceCollective(point=point, saisi_par=acteur, cle=saisie.cle)
        _remplir(seance, saisie)
        enregistrer(acteur, seance)
        _fixer_points(acteur, seance, [point, *saisie.autres])
        _fixer_presents(acteur, seance, point, saisie.presents)
    return seance


def modifier(acteur: Utilisateur, seance: SeanceCollective, saisie: Saisie) -> SeanceCollective:
    """Correct a session, by who looks after the point that noted it."""
    _exiger(acteur, seance.point)
    _verifier(seance.point, saisie)
    with integrite_lisible(SeanceCollective):
        tenue = SeanceCollective.objects.select_for_update().get(pk=seance.pk)
        change = (tenue.nature, tenue.jour) != (saisie.nature, saisie.jour)
        if change and _notee_ailleurs(tenue):
            raise ValidationError(
                "Un autre point y a noté ses présents\u202f: ni son jour ni sa nature ne changent plus."
            )
        _remplir(seance, saisie)
        enregistrer(acteur, seance)
        _fixer_points(acteur, seance, [seance.point, *saisie.autres])
        _fixer_presents(acteur, seance, seance.point, saisie.presents)
    return seance


def noter_presents(acteur: Utilisateur, lieu: PointSeance, presents: Iterable[Utilisateur]) -> None:
    """Say who of a point that took part was there: only that point's own managers do, and it then counts."""
    _exiger(acteur, lieu.point)
    with integrite_lisible(PresenceSeance):
        seance = SeanceCollective.objects.select_for_update().get(pk=lieu.seance_id)
        _fixer_presents(acteur, seance, lieu.point, presents)


def supprimer(acteur: Utilisateur, seance: SeanceCollective) -> None:
    """Take back a session noted by mistake; refused once another point has said who was there."""
    _exiger(acteur, seance.point)
    with integrite_lisible(SeanceCollective):
        SeanceCollective.objects.select_for_update().get(pk=seance.pk)
        if _notee_ailleurs(seance):
            raise ValidationError("Un autre point y a noté ses présents\u202f: elle ne se supprime plus.")
        retirer(acteur, seance)


def _notee_ailleurs(seance: SeanceCollective) -> bool:
    """Whether another point has said who of its own was there."""
    return PresenceSeance.objects.filter(lieu__seance=seance).exclude(lieu__point=seance.point_id).exists()


def _exiger_meme(recue: SeanceCollective, point: PointAccueil, saisie: Saisie) -> None:
    voulue = SeanceCollective()
    _remplir(voulue, saisie)
    exiger_meme(recue, {c: getattr(voulue, c) for c in ("nature", "jour", "duree", "mode", "animateur")})
    lieux = set(recue.lieux.values_list("point", flat=True))
    presences = PresenceSeance.objects.filter(lieu__seance=recue, lieu__point=point)
    presents = set(presences.values_list("personne", flat=True))
    if lieux != {point.pk, *(p.pk for p in saisie.autres)} or presents != {p.pk for p in saisie.presents}:
        raise ValidationError(AUTRE_CONTENU, code="rejeu")


def _exiger(acteur: Utilisateur, point: PointAccueil) -> None:
    if not encadre(acteur.portee, point):
        raise ValidationError("Vous ne gérez pas ce point.")


def _verifier(point: PointAccueil, saisie: Saisie) -> None:
    verifier_texte(saisie.animateur, "animateur")
    refuser_noms(saisie.animateur, "animateur", point)
    erreurs = {}
    if saisie.jour > point.aujourdhui():
        erreurs["jour"] = "Une séance se note une fois tenue."
    if saisie.jour < point.ouvert_le:
        erreurs["jour"] = "Le point n’était pas ouvert ce jour-là."
    if saisie.nature == Nature.ANALYSE and not saisie.animateur.strip():
        erreurs["animateur"] = "Dites qui l’anime\u202f: sa fonction ou son organisme, hors hiérarchie."
    if point in saisie.autres:
        erreurs["avec"] = "Choisissez un autre point que le vôtre."
    elif saisie.mode == Mode.AVEC_POINT and not saisie.autres:
        erreurs["avec"] = "Choisissez avec quel point."
    elif saisie.mode == Mode.SUR_PLACE and saisie.autres:
        erreurs["mode"] = "Un autre point était là\u202f: ce n’est pas «\u00a0sur place\u00a0»."
    if not saisie.presents:
        erreurs["presents"] = "Cochez au moins une personne présente."
    if erreurs:
        raise ValidationError(erreurs)


def _remplir(seance: SeanceCollective, saisie: Saisie) -> None:
    seance.nature, seance.jour, seance.duree = saisie.nature, saisie.jour, saisie.duree
    seance.mode = saisie.mode
    seance.animateur = saisie.animateur.strip() if saisie.nature == Nature.ANALYSE else ""


def _fixer_points(acteur: Utilisateur, seance: SeanceCollective, points: list[PointAccueil]) -> None:
    """The points that took part; one that has said who was there stays."""
    voulus = {p.pk: p for p in points}
    lieux = {lieu.point_id: lieu for lieu in seance.lieux.all()}
    partis = [lieu for cle, lieu in lieux.items() if cle not in voulus]
    if PresenceSeance.objects.filter(lieu__in=partis).exists():
        raise ValidationError({"avec": "Ce point y a noté ses présents\u202f: il reste."})
    nouveaux = [PointSeance(seance=seance, point=p) for cle, p in voulus.items() if cle not in lieux]
    PointSeance.objects.filter(pk__in=[lieu.pk for lieu in partis]).delete()
    PointSeance.objects.bulk_create(nouveaux)
    if nouveaux or partis:
        journaliser(
            acteur,
            "fixer_points",
            seance,
            point_id=seance.point_id,
            avant={"points": sorted(lieux)},
            apres={"points": sorted(voulus)},
        )


def _fixer_presents(
    acteur: Utilisateur, seance: SeanceCollective, point: PointAccueil, presents: Iterable[Utilisateur]
) -> None:
    """Who of a point was there; the journal, which is never erased, keeps their number only."""
    lieu = PointSeance.objects.get(seance=seance, point=point)
    voulus = {p.pk: p for p in presents}
    en_poste = set(equipe_le(point, seance.jour).filter(pk__in=voulus).values_list("pk", flat=True))
    absents = [str(p) for cle, p in voulus.items() if cle not in en_poste]
    if absents:
        raise ValidationError({"presents": f"Pas en poste ce jour-là\u202f: {', '.join(absents)}."})
    notes = set(lieu.presences.values_list("personne", flat=True))
    if notes == set(voulus):
        return
    lieu.presences.exclude(personne__in=voulus).delete()
    PresenceSeance.objects.bulk_create(
        PresenceSeance(lieu=lieu, personne=p) for cle, p in voulus.items() if cle not in notes
    )
    journaliser(
        acteur,
        "noter_presents",
        seance,
        point_id=point.pk,
        avant={"presents": len(notes)},
        apres={"presents": len(voulus)},
    )
