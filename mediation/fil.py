"""The time line of a case, newest first: each line in words, ready to be written. No query.

A case may have hundreds of lines: what a page would decide for each is decided here, once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any

from django.urls import reverse

from accueil.models import Utilisateur
from mediation.etapes import peut_corriger
from mediation.etats import Etat
from mediation.fiche import Fiche
from mediation.models import Attente, ConflitInteret, Etape, Evenement
from mediation.models.vie import RetraitDe
from pimms.socle.typographie import compte, date_courte, duree, heure

TARD = 7  # days after which a step noted late says so
ICONES_ETAPE: dict[str, str] = {
    Etape.Nature.ENTRETIEN: "chat-left-text",
    Etape.Nature.APPEL: "telephone",
    Etape.Nature.COURRIER: "envelope",
    Etape.Nature.DEMARCHE: "bank",
    Etape.Nature.NAVETTE: "arrow-left-right",
    Etape.Nature.TABLE_RONDE: "people",
    Etape.Nature.VISITE: "geo-alt",
    Etape.Nature.ACCORD: "patch-check",
}
ICONES_EVENEMENT: dict[str, str] = {
    Evenement.Nature.OUVERTURE: "folder-plus",
    Evenement.Nature.TRANSITION: "signpost-2",
    Evenement.Nature.PASSATION: "arrow-left-right",
    Evenement.Nature.TRANSFERT: "box-arrow-right",
    Evenement.Nature.RESTRICTION: "lock",
    Evenement.Nature.REGISTRE: "bookmark-star",
    Evenement.Nature.MODIFICATION: "pencil",
}


@dataclass(frozen=True)
class Ligne:
    """One line: `suite` is its grey line, `textes` what was written of it. Addresses are empty where this
    person may not go; `quoi` tells a step from the others to who hears the page."""

    jour: date
    note_le: datetime
    classe: str
    icone: str
    titre: str
    suite: str
    textes: tuple[str, ...] = ()
    prive: str = ""
    quoi: str = ""
    imprimer: str = ""
    corriger: str = ""
    annuler: str = ""
    registre: str = ""  # where another register is proposed for a step that bears one


def lignes(fiche: Fiche, utilisateur: Utilisateur) -> list[Ligne]:
    """Steps, events, waits and conflicts of interest, as this person reads them."""
    tz = fiche.dossier.point.tz
    fil = list(_etapes(fiche, utilisateur))
    fil += [_evenement(e, tz) for e in fiche.evenements]
    fil += [_attente(a, tz) for a in fiche.attentes]
    fil += [_conflit(c, tz) for c in fiche.conflits]
    return sorted(fil, key=lambda ligne: (ligne.jour, ligne.note_le), reverse=True)


def _soir(jour: date, tz: tzinfo) -> datetime:
    """The end of a day: what has no hour of its own comes last of its day."""
    return datetime.combine(jour, time.max, tzinfo=tz)


def _adresses(nom: str, reference: str) -> Callable[[int], str]:
    """Addresses of one kind for all numbers: the resolver is asked once."""
    debut, _, fin = reverse(nom, args=[reference, 0]).rpartition("/0/")
    return lambda numero: f"{debut}/{numero}/{fin}"


def _etapes(fiche: Fiche, utilisateur: Utilisateur) -> Iterator[Ligne]:
    dossier = fiche.dossier
    imprimer, corriger, annuler = (
        _adresses(nom, dossier.reference) for nom in ("accord_imprimer", "etape_modifier", "etape_annuler")
    )
    noms = dict(Etape.Nature.choices)
    chef = dossier.point_id in utilisateur.portee.points_de_responsable
    for etape in fiche.etapes:
        lu, n = etape.lu, etape.numero  # type: ignore[attr-defined]
        vaut = fiche.lecture.complete and not etape.annulee_le
        corrige = vaut and dossier.actif and peut_corriger(utilisateur, etape, dossier)
        retague = vaut and etape.registre and (chef or etape.auteur_id == utilisateur.pk)
        resume = lu.get("resume", "")
        yield Ligne(
            jour=etape.jour,
            note_le=etape.saisie_le,
            classe="frise-etape frise-annulee" if etape.annulee_le else "frise-etape",
            icone=ICONES_ETAPE[etape.nature],
            titre=str(noms[etape.nature]),
            suite=_suite(etape, dossier.registre),
            textes=(resume,) if resume else (),
            prive=lu.get("prive", ""),
            quoi=f" l’étape {n}",
            imprimer=imprimer(n) if vaut and etape.nature == Etape.Nature.ACCORD else "",
            corriger=corriger(n) if corrige else "",
            annuler=annuler(n) if corrige else "",
            registre=reverse("registre_proposer", args=["etape", etape.pk]) if retague else "",
        )


def _suite(etape: Any, registre: int) -> str:
    """Who took part, when, how long, by whom; in coded words. `registre`: the case's own."""
    presents = [p.nom_lu for p in etape.participants]
    mots = (
        "annulée" if etape.annulee_le else "",
        f"avec {', '.join(presents)}" if presents else "",
        etape.partenaire_nom if etape.partenaire_nom not in presents else "",
        heure(etape.heure) if etape.heure else "",
        duree(etape.duree) if etape.duree else "",
        f"par {etape.auteur_nom}",
        "sous mandat" if etape.mandat_id else "",
        f"aussi registre {etape.registre}" if etape.registre not in (None, registre) else "",
        f"notée {compte(etape.retard, 'jour')} après" if etape.retard > TARD else "",
    )
    return ", ".join(mot for mot in mots if mot)


def _evenement(e: Evenement, tz: tzinfo) -> Ligne:
    lu = e.lu  # type: ignore[attr-defined]
    textes = [lu["motif"]] if lu.get("motif") else []
    if lu.get("relais"):
        textes.append(f"Relais proposé\u202f: {lu['relais']}")
    return Ligne(
        jour=e.le.astimezone(tz).date(),
        note_le=e.le,
        classe="frise-evenement",
        icone=ICONES_EVENEMENT[e.nature],
        titre=_PHRASES[e.nature](e),
        suite=f"par {e.par}",
        textes=tuple(textes),
    )


def _attente(a: Attente, tz: tzinfo) -> Ligne:
    de = [a.get_de_display(), a.partenaire_nom or ""]  # type: ignore[attr-defined]
    fin = f"jusqu’au {date_courte(a.fin)}" if a.fin else f"à relancer le {date_courte(a.relance_le)}"
    titre = f"En attente\u202f: {', '.join(mot for mot in de if mot)}"
    return Ligne(a.debut, _soir(a.debut, tz), "frise-attente", "hourglass-split", titre, fin)


def _conflit(c: ConflitInteret, tz: tzinfo) -> Ligne:
    lu = c.lu  # type: ignore[attr-defined]
    decision = "décision attendue"
    if c.decide_le:
        decision = f"{c.get_decision_display()}, le {date_courte(c.decide_le)}"
    return Ligne(
        jour=c.declare_le,
        note_le=_soir(c.declare_le, tz),
        classe="frise-conflit",
        icone="exclamation-triangle",
        titre=f"Conflit d’intérêts déclaré par {c.prenom} {c.nom}",  # type: ignore[attr-defined]
        suite=decision,
        textes=tuple(lu[cle] for cle in ("motif", "justification") if lu.get(cle)),
    )


def _transition(e: Evenement) -> str:
    if e.de == Etat.CLOS:
        return f"Rouvert\u202f: {Etat(e.vers).label.lower()}"
    if e.vers == Etat.RETRAIT:
        retrait = "Retrait d’une partie"
        if e.retrait_de == RetraitDe.MEDIATEUR:
            retrait = "Retrait du médiateur" + (", relais proposé" if e.relais_propose else "")
        return retrait
    if e.vers == Etat.ORIENTE and e.partenaire:
        return f"Orienté vers {e.partenaire}"
    return str(Etat(e.vers).label)


def _restriction(e: Evenement) -> str:
    reserve = e.vers == "restreint"
    return "Accès réservé à des personnes nommées" if reserve else "Accès rouvert à l’équipe"


# What happened, in coded words: everyone who sees the case may read it.
_PHRASES: dict[str, Callable[[Evenement], str]] = {
    Evenement.Nature.OUVERTURE: lambda e: "Dossier ouvert",
    Evenement.Nature.TRANSITION: _transition,
    Evenement.Nature.PASSATION: lambda e: f"Confié à {e.personne}",
    Evenement.Nature.TRANSFERT: lambda e: "Transféré à un autre point",
    Evenement.Nature.RESTRICTION: _restriction,
    Evenement.Nature.REGISTRE: lambda e: f"Registre {e.registre_de or 'aucun'} devenu {e.registre_vers}",
    Evenement.Nature.MODIFICATION: lambda e: "Dossier modifié",
}
