"""What people decide about a requirement, beside what rules say: the progress of work, « sans objet ».

The only doors for both. Neither ever changes a measure: progress is shown apart from the verdict, and
« sans objet » takes the place of the verdict with its justification, which the page quotes.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accueil.acces import Portee
from accueil.models import PointAccueil, Utilisateur
from pimms.socle.journal import MODIFIE, journaliser
from pimms.socle.textes import refuser_nir
from qualite.lignees import actuels
from qualite.models import Avancement, Exigence, Niveau, SansObjet, Sujet, Travail

# From the most particular to the most general: what one level proves counts below.
NIVEAUX = (Niveau.POINT, Niveau.PERSONNE, Niveau.ASSOCIATION, Niveau.RESEAU)
_CLES = ("code", "niveau", "association_id", "point_id")


def sujet_de(exigence: Exigence, point: PointAccueil) -> Sujet:
    """Whom a decision taken from a point's page is about: the most particular level of the requirement."""
    niveau = next(n for n in NIVEAUX if n in exigence.niveaux)
    au_point = niveau in (Niveau.POINT, Niveau.PERSONNE)
    association = point.association_id if niveau == Niveau.ASSOCIATION else None
    return (exigence.code, str(niveau), association, point.pk if au_point else None)


def peut_avancer(portee: Portee, point: PointAccueil, niveau: str) -> bool:
    """Who says how far the work is: who looks after the point, the direction, the union, by level."""
    if portee.reseau or niveau == Niveau.RESEAU:
        return portee.reseau
    return portee.gere(point) if niveau != Niveau.ASSOCIATION else point.association_id in portee.associations


def avancer(acteur: Utilisateur, point: PointAccueil, exigence: Exigence, avancement: str) -> None:
    """Say how far the work on a requirement is. The same word again changes nothing."""
    sujet = sujet_de(exigence, point)
    if not peut_avancer(acteur.portee, point, sujet[1]):
        raise ValidationError("Ce travail n’est pas suivi d’ici.")
    if avancement not in Avancement.values:
        raise ValidationError("Choisissez à faire, en cours ou validé.")
    colonnes = dict(zip(_CLES, sujet, strict=True))
    with transaction.atomic():
        Utilisateur.objects.select_for_update().get(pk=acteur.pk)  # one click at a time
        dernier = Travail.objects.filter(**_de_la_lignee(exigence, colonnes)).first()
        if dernier and dernier.avancement == avancement:
            return
        ligne = Travail.objects.create(**colonnes, avancement=avancement, par=acteur)
        apres = {"code": ligne.code, "niveau": ligne.niveau, "avancement": avancement}
        journaliser(acteur, "avancer", ligne, point_id=ligne.point_id, apres=apres)


def declarer_sans_objet(acteur: Utilisateur, exigence: Exigence, point: PointAccueil, motif: str) -> None:
    """The union takes a requirement away from a subject; the justification is due, and names nobody."""
    motif = motif.strip()
    if not motif:
        raise ValidationError({"motif": "Dites pourquoi cette exigence est sans objet ici."})
    try:
        refuser_nir(motif)
    except ValidationError as erreur:
        raise ValidationError({"motif": erreur.messages}) from erreur
    _decider(acteur, exigence, point, motif)


def rendre_due(acteur: Utilisateur, exigence: Exigence, point: PointAccueil) -> None:
    """The union gives the requirement back: rules judge it again. Idempotent."""
    _decider(acteur, exigence, point, "")


def _decider(acteur: Utilisateur, exigence: Exigence, point: PointAccueil, motif: str) -> None:
    if not acteur.portee.reseau:
        raise ValidationError("Seule l’union nationale dit qu’une exigence est sans objet.")
    colonnes = dict(zip(_CLES, sujet_de(exigence, point), strict=True))
    with transaction.atomic():
        Utilisateur.objects.select_for_update().get(pk=acteur.pk)
        dernier = SansObjet.objects.filter(**_de_la_lignee(exigence, colonnes)).first()
        if (dernier.motif if dernier else "") == motif:
            return
        ligne = SansObjet.objects.create(**colonnes, motif=motif, leve=not motif, par=acteur)
        apres = {"code": ligne.code, "niveau": ligne.niveau, "leve": ligne.leve}
        apres |= {"motif": MODIFIE} if motif else {}
        journaliser(acteur, "decider", ligne, point_id=ligne.point_id, apres=apres)


def _de_la_lignee(exigence: Exigence, colonnes: dict) -> dict:
    """Look-ups of one subject, a missing key included, under any code that the requirement had."""
    reste = {c: v for c, v in colonnes.items() if c != "code"}
    exacts = {(f"{c}__isnull" if v is None else c): (True if v is None else v) for c, v in reste.items()}
    return exacts | {"code__in": exigence.lignee}


def ecartees(exigences: Iterable[Exigence], jour: date) -> dict[Sujet, str]:
    """Justifications of what is « sans objet » on a day, by subject; one statement."""
    return {sujet: decision.motif for sujet, decision in sans_objet_au(exigences, jour).items()}


def sans_objet_au(
    exigences: Iterable[Exigence], jour: date, moment: datetime | None = None
) -> dict[Sujet, SansObjet]:
    """The decision that makes a requirement « sans objet » on a day, by subject, those taken under older
    codes included; one statement. `moment`: without what was decided after it."""
    lignes, codes = SansObjet.objects.filter(le__date__lte=jour), actuels(exigences)
    if moment:
        lignes = lignes.filter(le__lte=moment)
    decidees = lignes.select_related("par", "association", "point").order_by("id")
    derniers = {(code, *d.sujet[1:]): d for d in decidees for code in codes.get(d.code, ())}
    return {sujet: decision for sujet, decision in derniers.items() if decision.motif}


def travaux_du_point(point: PointAccueil, exigences: Iterable[Exigence]) -> dict[tuple[str, str], Travail]:
    """Where the work on requirements stands for a point and the levels above, by code and level, what was
    said under older codes included; one statement."""
    lignes, codes = Travail.objects.au_sujet(point).select_related("par").order_by("id"), actuels(exigences)
    return {(code, t.niveau): t for t in lignes for code in codes.get(t.code, ())}
