"""What makes an exchange between parties, and what it takes before: each one's agreement (DEO-1).

Two parties at one step are an exchange whatever its kind; so are navette, table ronde and accord. A
party takes part itself or through who represents it. The triggers of `0008_regles_du_dossier` say the same.
"""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet

from mediation.cycle_de_vie import accord_de
from mediation.models import ConflitInteret, Consentement, Dossier, Etape, Partie, Presence


def _cles(presents: Collection[int]) -> set[int]:
    presentes = Partie.objects.filter(pk__in=presents).exclude(role=Partie.Role.INTERPRETE)
    return {represente or pk for pk, represente in presentes.values_list("pk", "represente")}


def concernees(presents: Collection[int]) -> list[Partie]:
    """The parties that are there, themselves or through their representative, each once."""
    return list(Partie.objects.filter(pk__in=_cles(presents)))


def sans_accord(parties: Collection[Partie], jour: date) -> list[Partie]:
    """Those whose agreement to the mediation is not given on that day."""
    return [p for p in parties if accord_de(p, jour) != Consentement.Etat.DONNE]


def verifier_echange(dossier: Dossier, nature: str, jour: date, presents: Collection[int]) -> None:
    """Refuse an exchange without each one's agreement on that day, or while a conflict of interest waits.

    Seeing one party alone, or writing to it, is no exchange: that may come before. Who represents or
    interprets takes part in nothing after leaving.
    """
    _verifier_departs(presents, jour)
    parties = concernees(presents)
    if nature in Etape.ECHANGES and len(parties) < 2:
        raise ValidationError(
            {"parties": "Un échange concerne au moins deux parties\u202f: cochez-les."}, code="parties"
        )
    if len(parties) < 2:
        return
    manquent = sans_accord(parties, jour)
    if manquent:
        noms = " et ".join(str(p) for p in manquent)
        raise ValidationError(
            {
                "parties": f"Sans l’accord de {noms} à la médiation le {jour:%d/%m/%Y}, cet échange ne peut "
                "pas être noté\u202f: personne n’est mis en présence sans l’avoir accepté. Notez d’abord cet "
                f"accord, oral ou écrit{_du_representant(manquent)}. Une rencontre avec une seule partie "
                "reste possible\u202f: ne cochez qu’elle."
            },
            code="accord",
        )
    if ConflitInteret.objects.filter(dossier=dossier, decision="", declare_le__lte=jour).exists():
        raise ValidationError(
            "Un conflit d’intérêts est déclaré\u202f: aucun échange entre parties avant que vous passiez la "
            "main, ou que le responsable justifie la poursuite.",
            code="conflit",
        )


def _verifier_departs(presents: Collection[int], jour: date) -> None:
    partis = Partie.objects.filter(
        pk__in=presents, role__in=(Partie.Role.REPRESENTANT, Partie.Role.INTERPRETE), retiree_le__lt=jour
    )
    for parti in partis:
        raise ValidationError(
            {
                "parties": f"{parti} s’est retirée le {parti.retiree_le:%d/%m/%Y}\u202f: elle ne prend plus "
                "part au dossier."
            },
            code="retiree",
        )


def _du_representant(parties: Collection[Partie]) -> str:
    """What to add when one of these parties does not agree by itself."""
    proteges = [str(p) for p in parties if p.protection]
    return f" (pour {' et '.join(proteges)}, celui de qui représente la personne)" if proteges else ""


def echanges_de(partie: Partie) -> QuerySet[Etape]:
    """Steps at which this party, or who represents it, met another one."""
    siennes = Q(partie=partie) | Q(partie__represente=partie)
    presences = Presence.objects.filter(etape=OuterRef("pk")).exclude(partie__role=Partie.Role.INTERPRETE)
    return Etape.objects.filter(
        Exists(presences.filter(siennes)), Exists(presences.exclude(siennes)), annulee_le__isnull=True
    )


def verifier_passes(partie: Partie, role: str, represente_id: int | None) -> None:
    """Refuse another role to someone whose past steps would become exchanges that not everybody agreed to."""
    devenue = None if role == Partie.Role.INTERPRETE else represente_id or partie.pk
    for etape in Etape.objects.filter(presences__partie=partie, annulee_le__isnull=True):
        autres = etape.presences.exclude(partie=partie).values_list("partie_id", flat=True)
        parties = list(Partie.objects.filter(pk__in=_cles(autres) | ({devenue} if devenue else set())))
        if len(parties) > 1 and sans_accord(parties, etape.jour):
            raise ValidationError(
                {
                    "role": f"Cette personne était présente le {etape.jour:%d/%m/%Y}\u202f: dans ce nouveau "
                    "rôle, cette étape serait un échange sans l’accord de chacun. Ajoutez-la comme une "
                    "nouvelle partie, ou corrigez d’abord l’étape."
                },
                code="echange",
            )
