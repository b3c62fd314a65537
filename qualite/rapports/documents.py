"""The documents that a report tells of: as they stand, or as they stood when its evaluation was closed."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from accueil.models import Acces
from accueil.models.personnes import ROLES_DE_POINT
from pimms.socle.periodes import Periode
from qualite.controles import sui_3
from qualite.etat_preuve import EtatPreuve
from qualite.lecture_preuves import PreuveLue, lire_preuves, periodes
from qualite.lignees import trouver
from qualite.models import FichierPreuve, Niveau, Preuve, PreuveArretee, Rapport, VersionPreuve
from qualite.rapports.constats import Lecture
from qualite.verdicts import Verdict

# In which order they are told: those about people, the most numerous, last.
RANGS = (Niveau.RESEAU, Niveau.ASSOCIATION, Niveau.POINT, Niveau.PERSONNE)


def preuves(rapport: Rapport, lecture: Lecture) -> list[dict[str, Any]]:
    """Documents that speak for the subject, those of the levels above included, in every state; of each, the
    versions that stay refused as well; and the signed yearly accounts that prove a requirement.

    Of a closed evaluation, those in force are the ones that it kept; what was added since is left out, and
    what became of one since stands beside it. Neither title nor name of file: what was typed may name
    someone. One about a person names nobody, by no word that was typed.
    """
    siennes = Preuve.objects.filter(_du_sujet(rapport, lecture.faits.periode)).order_by("pk")
    lues = lire_preuves(siennes, rapport.au, periodes(lecture.cadre.exigences), rapport.evaluation)
    lues = [une for lue in lues for une in (*lue.refusees, lue)]
    if rapport.evaluation:
        arretees = PreuveArretee.objects.filter(evaluation=rapport.evaluation)
        gardees = set(arretees.values_list("version", flat=True))
        lues = [lue for lue in lues if not lue.etat.vaut or lue.version.pk in gardees]
    versions = [lue.version.pk for lue in lues]
    presents = set(FichierPreuve.objects.filter(version__in=versions).values_list("version", flat=True))
    dits = [_bilan(b, lecture) for b in _bilans(rapport, lecture)] + [_preuve(lue, presents) for lue in lues]
    return sorted(dits, key=lambda dit: RANGS.index(Niveau(dit["niveau"])))


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


def _preuve(lue: PreuveLue, presents: Collection[int]) -> dict[str, Any]:
    """A document; `presents`: versions whose file is stored."""
    version = lue.version
    perdu = version.nature == VersionPreuve.Nature.FICHIER and version.pk not in presents
    d_une_personne = lue.preuve.niveau == Niveau.PERSONNE
    return {
        "reference": f"P-{lue.preuve.pk}.{version.numero}",
        "exigences": list(lue.preuve.exigences),
        "niveau": lue.preuve.niveau,
        "objet": _quelqu_un(lue.preuve) if d_une_personne else lue.preuve.objet,
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
        "perdu": perdu and lue.preuve.coffre is not None,
        "depuis": _depuis(lue, d_une_personne),
    }


def _quelqu_un(preuve: Preuve) -> str:
    """Whom a document about a person is about, without a name."""
    return f"une personne de {preuve.employeur}" if preuve.employeur else "une personne"


def _depuis(lue: PreuveLue, d_une_personne: bool) -> dict[str, str] | None:
    """What became of it after its evaluation was closed."""
    if lue.depuis is None:
        return None
    etat, evenement = lue.depuis
    motif = "" if d_une_personne else evenement.motif
    return {"etat": str(etat), "le": evenement.le.date().isoformat(), "motif": motif}


def _bilans(rapport: Rapport, lecture: Lecture) -> QuerySet[Rapport]:
    """The signed yearly accounts that prove a requirement of the subject; of a closed evaluation, those that
    it kept."""
    if rapport.evaluation:
        cles = {b["association"]: b["rapport"] for b in rapport.evaluation.bilans}
    else:
        cles = {
            sujet[2]: r.lien.cle
            for sujet, r in lecture.resultats.items()
            if r.verdict == Verdict.ATTEINT and r.lien and r.lien.sujet == "bilan"
        }
    employeur = rapport.employeur
    siens = [cle for association, cle in cles.items() if employeur is None or association == employeur.pk]
    lus = Rapport.objects.filter(pk__in=siens).select_related("fichier", "association")
    return lus.defer("fichier__scelle").order_by("pk")


def _bilan(bilan: Rapport, lecture: Lecture) -> dict[str, Any]:
    """A signed account, as a document of its association; since when it was found altered, if it was."""
    exigence = trouver(lecture.cadre.exigences, sui_3.CODE)
    signe_le = bilan.fichier.signe_le.date().isoformat()
    altere_le = bilan.altere_le.date().isoformat() if bilan.altere_le else ""
    return {
        "reference": f"Bilan {bilan.reference}",
        "exigences": [exigence.code if exigence else sui_3.CODE],
        "niveau": str(Niveau.ASSOCIATION),
        "objet": str(bilan.association),
        "nature": "bilan d’activité signé",
        "format": "pdf",
        "debut": signe_le,
        "fin": None,
        "deposee_le": signe_le,
        "etat": str(EtatPreuve.EN_VIGUEUR),
        "vaut": True,
        "motif": "",
        "decidee_le": None,
        "empreinte": bilan.fichier.empreinte,
        "perdu": False,
        "depuis": {"etat": str(EtatPreuve.ALTEREE), "le": altere_le, "motif": ""} if altere_le else None,
    }
