"""How long cases are kept: the notice to the point, then the anonymisation. The only doors.

The database's own function decides whether a case's time has come, does the erasing and tells the journal
(`mediation.migrations.0012_anonymisation` and 0013); here it is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import DateField, Exists, F, Func, OuterRef, QuerySet

from accueil.effacement import effacer_note
from accueil.models import Utilisateur
from mediation.models import Dossier, Preavis
from pimms.socle.chiffrement import nouvelle_cle
from pimms.socle.contexte import requete_id
from pimms.socle.effacements import CONSERVATION, DEMANDE, ecrire
from pimms.socle.journal import journaliser

PREAVIS_MIN = 30  # days; the database's function asks for as many


def avec_contact(dossiers: QuerySet[Dossier]) -> Any:
    """Add `dernier_contact`, the day on which something last happened with the people of a case."""
    contact = Func(F("pk"), function="mediation_dernier_contact", output_field=DateField())
    return dossiers.annotate(dernier_contact=contact)


def _annonces(**conditions) -> Exists:
    """Whether a notice stands that no contact has made void."""
    return Exists(
        Preavis.objects.filter(
            dossier=OuterRef("pk"), annonce_le__gt=OuterRef("dernier_contact"), **conditions
        )
    )


def a_annoncer(contact_avant: date) -> QuerySet[Dossier]:
    """Cases without contact since before that day whose point has not been told."""
    # A case opened since has had a contact since: the index on the opening spares the others a look.
    anciens = Dossier.objects.filter(anonymise_le__isnull=True, ouvert_le__lt=contact_avant)
    return avec_contact(anciens).filter(~_annonces(), dernier_contact__lt=contact_avant).order_by("pk")


def jour_de_la_base() -> date:
    """The database's day (UTC's): it dates notices and judges them, whatever day it is in Paris."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_date")
        return curseur.fetchone()[0]


def a_anonymiser(contact_avant: date) -> QuerySet[Dossier]:
    """Cases without contact since before that day, whose notice said the database's day or an earlier one."""
    anciens = Dossier.objects.filter(anonymise_le__isnull=True, ouvert_le__lt=contact_avant)
    dus = _annonces(prevu_le__lte=jour_de_la_base())
    return avec_contact(anciens).filter(dus, dernier_contact__lt=contact_avant).order_by("pk")


def annoncees(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Of these cases, those under notice, with `prevu_le`; soonest first."""
    lignes = avec_contact(dossiers.filter(anonymise_le__isnull=True, preavis__isnull=False))
    lignes = lignes.filter(preavis__annonce_le__gt=F("dernier_contact"))
    return lignes.annotate(prevu_le=F("preavis__prevu_le")).order_by("prevu_le", "pk")


def annoncer(dossiers: Iterable[Dossier], prevu_le: date) -> list[Preavis]:
    """Write the notices; the caller tells the points."""
    preavis = [Preavis(dossier=d, point_id=d.point_id, prevu_le=prevu_le) for d in dossiers]
    with transaction.atomic():
        for p in preavis:
            p.save(force_insert=True)
            journaliser(None, "annoncer", p.dossier, point_id=p.point_id, apres={"prevu_le": prevu_le})
    return preavis


@dataclass(frozen=True)
class Anonymise:
    """What an anonymisation erased."""

    dossier: Dossier
    fichiers: int


def anonymiser(
    acteur: Utilisateur | None, dossier: Dossier, *, motif: str = CONSERVATION
) -> Anonymise | None:
    """Take names, texts and files away for ever, and the key that sealed them; None when it was done before.

    Without an actor the database checks that the case's time has come (IntegrityError otherwise).
    """
    with transaction.atomic():
        nommes = Dossier.objects.filter(anonymise_le__isnull=True)
        if not nommes.select_for_update().filter(pk=dossier.pk).exists():
            return None
        ecrire(acteur, dossier, motif)
        return oter_ce_qui_nomme(dossier)


def oter_ce_qui_nomme(dossier: Dossier) -> Anonymise | None:
    """The erasing itself, of what is written down as erased; done again after a restore."""
    with connection.cursor() as curseur:
        nom, enveloppe = nouvelle_cle()
        appel = "SELECT mediation_anonymiser(%s, %s, %s, %s)"
        curseur.execute(appel, [dossier.pk, nom, enveloppe, requete_id.get()])
        (fichiers,) = curseur.fetchone()
    return None if fichiers is None else Anonymise(dossier, fichiers)


def anonymiser_sur_demande(acteur: Utilisateur, dossier: Dossier) -> Anonymise | None:
    """As a person asked, for the manager of the point; Dossier.DoesNotExist for anyone else."""
    permis = Dossier.objects.filter(point__in=acteur.portee.points_de_responsable)
    with transaction.atomic():
        # The case before the visit, as whoever erases a party holds them.
        tenus = permis.select_for_update(of=("self",)).select_related("demande__visite")
        demande = tenus.get(pk=dossier.pk)
        effacer_la_note_d_origine(acteur, demande)
        return anonymiser(acteur, demande, motif=DEMANDE)


def effacer_la_note_d_origine(acteur: Utilisateur, dossier: Dossier) -> None:
    """The note of the visit that a case came from may tell the same story: it goes with it."""
    if dossier.demande:
        effacer_note(acteur, dossier.demande.visite)
