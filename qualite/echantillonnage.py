"""The sample of a campaign and its audit plan: draw, add, take out, hand in. The only doors."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import Role
from mediation.textes import verifier_texte
from pimms.socle.journal import journaliser
from qualite import echantillon
from qualite.campagnes import exiger_union, verrou
from qualite.echantillon import Candidat
from qualite.etats_campagne import MODIFIABLES, TIREES, EtatCampagne, NatureCampagne
from qualite.models import Campagne, Constat, JourneeAudit, PointCampagne, Tirage
from qualite.verdicts import Verdict

Origine = PointCampagne.Origine
PETITE, MOYENNE = 3, 7  # médiateurs in post, at most


def points_possibles(campagne: Campagne) -> QuerySet[PointAccueil]:
    """Points in service within the scope."""
    points = PointAccueil.objects.ouverts(timezone.localdate())
    return points.filter(association=campagne.association_id) if campagne.association_id else points


def candidats(campagne: Campagne) -> list[Candidat]:
    """What the draw knows of each point of the scope; one statement."""
    jour = timezone.localdate()
    equipe = Acces.objects.filter(point=OuterRef("pk"), role=Role.MEDIATEUR).en_vigueur(jour)
    constats = Constat.objects.filter(
        point=OuterRef("pk"),
        referentiel=campagne.referentiel_id,
        verdict__in=(Verdict.A_TRAITER, Verdict.PREUVE_MANQUANTE),
    )
    audits = PointCampagne.objects.filter(point=OuterRef("pk"), campagne__etat=EtatCampagne.CLOSE)
    audits = audits.exclude(campagne__nature=NatureCampagne.AUTO_EVALUATION)
    points: Any = (
        points_possibles(campagne)
        .select_related("commune__departement__region")
        .annotate(
            equipe=_nombre(equipe, "personne"),
            a_traiter=_nombre(constats, "pk"),
            vu_le=Subquery(_seul(audits).annotate(n=Max("campagne__fin_audit")).values("n")),
        )
    )
    return [
        Candidat(
            code=p.code,
            region=p.commune.departement.region.nom,
            type=p.get_nature_display(),
            taille=_taille(p.equipe),
            a_traiter=p.a_traiter,
            mois=None if p.vu_le is None else _mois(p.vu_le, jour),
        )
        for p in points
    ]


def _seul(lignes: QuerySet) -> QuerySet:
    """One group whatever the rows, for an aggregate within a sub-select."""
    return lignes.order_by().values("point")


def _nombre(lignes: QuerySet, colonne: str) -> Coalesce:
    return Coalesce(Subquery(_seul(lignes).annotate(n=Count(colonne, distinct=True)).values("n")), 0)


def _taille(equipe: int) -> str:
    if equipe <= PETITE:
        return "petite équipe"
    return "équipe moyenne" if equipe <= MOYENNE else "grande équipe"


def _mois(depuis: date, jour: date) -> int:
    return max(0, (jour.year - depuis.year) * 12 + jour.month - depuis.month)


def tirer(acteur: Utilisateur, campagne: Campagne, version: int, graine: str) -> Tirage:
    """Draw the sample by a published seed; the points of an earlier draw go, that draw itself stays."""
    exiger_union(acteur)
    graine = " ".join(graine.split())
    verifier_texte(graine, "graine")
    if not graine:
        raise ValidationError({"graine": "Donnez la graine publiée."})
    with verrou(campagne, version) as tenue:
        if tenue.etat != EtatCampagne.PREPARATION:
            raise ValidationError("L’échantillon se tire en préparation.")
        if tenue.nature not in TIREES:
            raise ValidationError("Les points d’un audit AFNOR sont choisis par le certificateur.")
        possibles = candidats(tenue)
        if not possibles:
            raise ValidationError("Aucun point en service dans ce périmètre.")
        entree = echantillon.entree(possibles)
        resultat = echantillon.rejouer(entree, tenue.nature, graine)
        tirage = Tirage.objects.create(
            campagne=tenue, graine=graine, entree=entree, resultat=resultat, par=acteur
        )
        tenue.points.exclude(origine=Origine.UNION).delete()
        deja = set(tenue.points.values_list("point__code", flat=True))
        cles = dict(points_possibles(tenue).values_list("code", "pk"))
        PointCampagne.objects.bulk_create(
            PointCampagne(
                campagne=tenue,
                point_id=cles[r["code"]],
                origine=str(r["choix"]),
                explication=r["explication"][:300],
            )
            for r in resultat
            if r["code"] not in deja
        )
        tenue.version += 1
        tenue.save(update_fields=["version"])
        apres = {"campagne": tenue.pk, "graine": graine, "points": [r["code"] for r in resultat]}
        journaliser(acteur, "tirer", tirage, apres=apres)
    return tirage


def rejouable(tirage: Tirage) -> bool:
    """Whether the kept entry and seed still give the kept sample."""
    refait = echantillon.rejouer(tirage.entree, tirage.campagne.nature, tirage.graine)
    return [{**r, "choix": str(r["choix"])} for r in refait] == tirage.resultat


def tirages_de(campagne: Campagne) -> list[Tirage]:
    """The draws behind a sample, the latest first: a successor took over those of the one it replaces."""
    liens = ("campagne__predecesseur", "par")
    tirages = list(Tirage.objects.filter(campagne=campagne).select_related(*liens))
    if tirages or campagne.predecesseur is None:
        return tirages
    return tirages_de(campagne.predecesseur)


def origine_de(campagne: Campagne) -> str:
    """How a point that is added by hand came to the sample."""
    if campagne.etat == EtatCampagne.AUDIT:
        return Origine.SUR_PLACE
    return Origine.CERTIFICATEUR if campagne.afnor else Origine.UNION


def ajouter_point(
    acteur: Utilisateur, campagne: Campagne, point: PointAccueil, explication: str
) -> PointCampagne:
    """Add a point by hand: the certifier's choice, an extension on the spot, or the union's, with why."""
    exiger_union(acteur)
    explication = explication.strip()
    if not explication:
        raise ValidationError({"explication": "Dites pourquoi ce point."})
    verifier_texte(explication, "explication")
    with verrou(campagne) as tenue:
        if tenue.etat not in (EtatCampagne.PREPARATION, EtatCampagne.AUDIT):
            raise ValidationError("L’échantillon ne change qu’en préparation, ou pendant l’audit.")
        if not points_possibles(tenue).filter(pk=point.pk).exists():
            raise ValidationError({"point": "Ce point n’est pas dans le périmètre."})
        if tenue.points.filter(point=point).exists():
            raise ValidationError({"point": "Ce point est déjà dans l’échantillon."})
        ligne = PointCampagne.objects.create(
            campagne=tenue, point=point, origine=origine_de(tenue), explication=explication
        )
        apres = {"campagne": tenue.pk, "origine": ligne.origine}
        journaliser(acteur, "creer", ligne, point_id=point.pk, apres=apres)
    return ligne


def retirer_point(acteur: Utilisateur, campagne: Campagne, point: PointAccueil) -> None:
    """Take out a point added by hand, in preparation; what was drawn stays, for the draw is published."""
    exiger_union(acteur)
    with verrou(campagne) as tenue:
        ligne = tenue.points.get(point=point)
        if tenue.etat != EtatCampagne.PREPARATION:
            raise ValidationError("L’échantillon ne change qu’en préparation.")
        if ligne.origine in (Origine.ALEATOIRE, Origine.CIBLE):
            raise ValidationError("Ce point vient du tirage : il ne se retire pas un à un.")
        avant = {"campagne": tenue.pk, "origine": ligne.origine}
        journaliser(acteur, "supprimer", ligne, point_id=point.pk, avant=avant)
        ligne.delete()


def remettre(acteur: Utilisateur, ligne: PointCampagne, remarque: str) -> PointCampagne:
    """Hand in a point’s self-evaluation, with what it wants to say; a second one replaces the first."""
    verifier_texte(remarque, "remarque")
    with verrou(ligne.campagne) as campagne:
        tenue = campagne.points.select_related("point").get(pk=ligne.pk)
        if not acteur.portee.gere(tenue.point):
            raise ValidationError("Qui gère le point remet son auto-évaluation.")
        if campagne.etat != EtatCampagne.AUTO_EVALUATION:
            raise ValidationError("Les auto-évaluations ne se remettent plus.")
        tenue.remarque, tenue.remise_le, tenue.remise_par = remarque.strip(), timezone.now(), acteur
        tenue.save(update_fields=["remarque", "remise_le", "remise_par"])
        apres = {"campagne": campagne.pk}
        journaliser(acteur, "remettre", tenue, point_id=tenue.point_id, apres=apres)
    return tenue


def prevoir_journee(acteur: Utilisateur, campagne: Campagne, journee: JourneeAudit) -> JourneeAudit:
    """Add a day to the audit plan: a site of the sample or the central function, and with whom to talk."""
    exiger_union(acteur)
    for champ, texte in (("objet", journee.objet), ("entretiens", ", ".join(journee.entretiens))):
        verifier_texte(texte, champ)
    with verrou(campagne) as tenue:
        if tenue.etat not in MODIFIABLES:
            raise ValidationError("Le plan d’audit ne change plus.")
        if journee.point and not tenue.points.filter(point=journee.point).exists():
            raise ValidationError({"point": "Ce point n’est pas dans l’échantillon."})
        debut, fin = tenue.debut_audit, tenue.fin_audit
        if debut is None or fin is None or not debut <= journee.jour <= fin:
            raise ValidationError({"jour": "Ce jour n’est pas dans ceux de l’audit."})
        journee.campagne = tenue
        journee.save(force_insert=True)
        apres = {"campagne": tenue.pk, "jour": journee.jour}
        journaliser(acteur, "creer", journee, point_id=journee.point_id, apres=apres)
    return journee


def retirer_journee(acteur: Utilisateur, campagne: Campagne, pk: int) -> None:
    """Take a day out of the audit plan."""
    exiger_union(acteur)
    with verrou(campagne) as tenue:
        if tenue.etat not in MODIFIABLES:
            raise ValidationError("Le plan d’audit ne change plus.")
        journee = tenue.journees.get(pk=pk)
        avant = {"campagne": tenue.pk, "jour": journee.jour}
        journaliser(acteur, "supprimer", journee, point_id=journee.point_id, avant=avant)
        journee.delete()
