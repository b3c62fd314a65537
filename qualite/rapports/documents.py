"""The documents that a report tells of: as they stand, or as they stood when its evaluation was closed."""

from typing import Any

from django.db.models import Q

from accueil.models import Acces
from accueil.models.personnes import ROLES_DE_POINT
from pimms.socle.periodes import Periode
from qualite.evaluation import Cadre
from qualite.lecture_preuves import PreuveLue, lire_preuves, periodes
from qualite.models import Niveau, Preuve, PreuveArretee, Rapport

QUELQU_UN = "une personne de l’équipe"


def preuves(rapport: Rapport, cadre: Cadre, periode: Periode) -> list[dict[str, Any]]:
    """Documents that speak for the subject, those of the levels above included, in every state; of each, the
    versions that stay refused as well.

    Of a closed evaluation, those in force are the ones that it kept; what was added since is left out, and
    what became of one since stands beside it. Neither title nor name of file: what was typed may name
    someone. One about a person names nobody, by no word that was typed.
    """
    siennes = Preuve.objects.filter(_du_sujet(rapport, periode)).order_by("pk")
    lues = lire_preuves(siennes, rapport.au, periodes(cadre.exigences), rapport.evaluation)
    lues = [une for lue in lues for une in (*lue.refusees, lue)]
    if rapport.evaluation:
        arretees = PreuveArretee.objects.filter(evaluation=rapport.evaluation)
        gardees = set(arretees.values_list("version", flat=True))
        lues = [lue for lue in lues if not lue.etat.vaut or lue.version.pk in gardees]
    return [_preuve(lue) for lue in lues]


def _du_sujet(rapport: Rapport, periode: Periode) -> Q:
    """The documents of a report's subject: its own, those above, those of its people over the period, as
    employed by its association."""
    if rapport.niveau == Niveau.RESEAU:
        return Q()
    employeur = rapport.employeur
    des_personnes = Q(employeur=employeur)
    if rapport.point:
        postes = Acces.objects.filter(
            Q(fin__isnull=True) | Q(fin__gte=periode.du),
            point=rapport.point,
            role__in=ROLES_DE_POINT,
            debut__lte=periode.au,
        )
        des_personnes &= Q(personne__in=postes.values("personne"))
    siennes = Q(niveau=Niveau.RESEAU) | Q(association=employeur) | des_personnes
    return siennes | Q(point=rapport.point) if rapport.point else siennes


def _preuve(lue: PreuveLue) -> dict[str, Any]:
    version = lue.version
    d_une_personne = lue.preuve.niveau == Niveau.PERSONNE
    return {
        "reference": f"P-{lue.preuve.pk}.{version.numero}",
        "exigences": list(lue.preuve.exigences),
        "niveau": lue.preuve.niveau,
        "objet": QUELQU_UN if d_une_personne else lue.preuve.objet,
        "nature": version.get_nature_display(),
        "format": version.format,
        "debut": version.debut.isoformat(),
        "fin": lue.fin.isoformat() if lue.fin else None,
        "deposee_le": version.deposee_le.date().isoformat(),
        "etat": str(lue.etat),
        "vaut": lue.etat.vaut,
        "motif": "" if d_une_personne else lue.motif,
        "decidee_le": lue.decidee_le.date().isoformat() if lue.decidee_le else None,
        "empreinte": version.empreinte,
        "depuis": _depuis(lue, d_une_personne),
    }


def _depuis(lue: PreuveLue, d_une_personne: bool) -> dict[str, str] | None:
    """What became of it after its evaluation was closed."""
    if lue.depuis is None:
        return None
    etat, evenement = lue.depuis
    motif = "" if d_une_personne else evenement.motif
    return {"etat": str(etat), "le": evenement.le.date().isoformat(), "motif": motif}
