"""What a dashboard shows of the visits: each figure, chart and share, with the list behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import quote_plus

from django.urls import reverse

from accueil.chiffres import Chiffres, Sommes, lire
from accueil.filtres import SANS_AIDE, SANS_PARTENAIRE, Filtre, Options
from accueil.models import Commune
from accueil.models.visites import Aide, Canal, Genre, Issue, Situation, TrancheAge
from pimms.pilotage.champ import Champ
from pimms.pilotage.courbe import DATES, debuts_des_pas, dessiner
from pimms.socle.graphiques import Chaleur, Courbe, Repartition, par_heure, repartir
from pimms.socle.periodes import Periode, finissant_le
from pimms.socle.typographie import compte, duree, nombre, pourcentage

TETE = 7  # themes, partners and communes named; the others are added up
NON_DEMANDE = "Non demandé"
SANS_REPONSE = ("", None)  # nothing was noted


@dataclass(frozen=True)
class Chiffre:
    """One figure: its value, what it says beside, and the list behind it, where there is one."""

    libelle: str
    valeur: str
    precision: str = ""
    ton: str = ""
    url: str = ""


@dataclass(frozen=True)
class Tableau:
    """The visits of a point or of several over a period, ready to be drawn."""

    chiffres: list[Chiffre]
    maintenant: list[Chiffre]
    courbe: Courbe
    chaleur: Chaleur | None
    repartitions: dict[str, Repartition]
    public: list[Repartition]
    total: Chiffres
    precedent: Sommes | None


def lire_tableau(champ: Champ, options: Options, avec_public: bool, par_point: bool = False) -> Tableau:
    """Read and arrange; six statements at most. Raises BudgetDepasse when crossed filters cover too much."""
    aujourdhui = options.aujourdhui(champ.point, champ.filtre.points)
    avant, restreint = champ.avant, champ.filtre.selectif
    proches = [] if restreint else [Periode(aujourdhui, aujourdhui), _semaine(aujourdhui)]
    autres = [*proches, *([avant] if avant else [])]
    debuts = debuts_des_pas(champ.filtre.periode, champ.pas)
    tranches = champ.tranches(debuts)
    coupes = sorted(set(tranches[:-1]))
    total, lues = lire(champ.filtre, autres, champ.pas, coupes, communes=avec_public, par_point=par_point)
    precedent = lues[-1] if avant else None
    liste = _listes(champ.filtre)
    repartitions = _repartitions(options, total, liste)
    return Tableau(
        chiffres=_chiffres(champ, total, precedent, liste, repartitions["issues"]),
        maintenant=_maintenant(lues[0], lues[1], liste) if proches else [],
        courbe=dessiner(champ, debuts, tranches, total.courbe, precedent.courbe if precedent else {}, liste),
        chaleur=_chaleur(total, liste()),
        repartitions=repartitions,
        public=public(total) if avec_public else [],
        total=total,
        precedent=precedent,
    )


def _listes(filtre: Filtre) -> Callable[..., str]:
    """Addresses of the lists behind figures: the same filter, some keys left out, others replaced."""
    journal = reverse("journal")

    @cache
    def debut(cle: str) -> str:
        # Written once: the lists of a distribution differ by their last word.
        return f"{journal}?{filtre.url(cle)}&{cle}="

    def liste(*sans: str, **autres: str) -> str:
        if sans or len(autres) != 1:
            return f"{journal}?{filtre.url(*sans, **autres)}"
        ((cle, valeur),) = autres.items()
        return debut(cle) + quote_plus(valeur)

    return liste


def _semaine(jour: date) -> Periode:
    return finissant_le(jour, jour.weekday() + 1)


def _maintenant(jour: Sommes, semaine: Sommes, liste: Callable[..., str]) -> list[Chiffre]:
    return [
        Chiffre(
            nom, compte(c.visites, "visite"), compte(c.demandes, "demande"), url=liste(*DATES, periode=code)
        )
        for nom, c, code in (("Aujourd’hui", jour, "aujourd_hui"), ("Cette semaine", semaine, "semaine"))
    ]


def _evolution(valeur: int, avant: int | None, champ: Champ) -> str:
    """How far a figure moved, in percent; an arrow and a word, no colour: more is not better by itself."""
    if avant is None:
        return ""
    if not avant:
        return f"aucune {champ.avant_en_mots}" if valeur else ""
    ecart = (valeur - avant) / avant
    fleche = "▲" if ecart > 0 else "▼" if ecart < 0 else "="
    return f"{fleche} {pourcentage(abs(ecart), 1)} {champ.en_mots}"


def _chiffres(
    champ: Champ, total: Chiffres, avant: Sommes | None, liste: Callable[..., str], issues: Repartition
) -> list[Chiffre]:
    # The share that the outcomes' chart says: rounded by itself, it could differ by one.
    resolues = next((p.part for p in issues.parts if p.libelle == Issue.RESOLU.label), 0)
    par_visite = f"{nombre(total.demandes / total.visites, 1)} par visite" if total.visites else ""
    return [
        Chiffre(
            "Visites",
            nombre(total.visites),
            _evolution(total.visites, avant.visites if avant else None, champ),
            url=liste(),
        ),
        Chiffre("Demandes", nombre(total.demandes), par_visite, url=liste()),
        Chiffre(
            "Résolues",
            f"{resolues}\u202f%" if total.demandes else "–",
            ", ".join(filter(None, (compte(total.resolues, "demande"), _points(total, avant)))),
            # Another outcome is looked at: none of its requests is resolved, whatever that list would find.
            url="" if champ.filtre.issue not in ("", Issue.RESOLU) else liste(issue=Issue.RESOLU),
        ),
        Chiffre("Passages", nombre(total.passages), "saisies groupées comprises", url=liste()),
        Chiffre(
            "Temps d’accueil",
            duree(total.minutes),
            f"dont {duree(total.minutes_estimees)} estimées" if total.minutes_estimees else "",
            url=liste(),
        ),
    ]


def _points(total: Sommes, avant: Sommes | None) -> str:
    """The move of the share resolved, in points."""
    if avant is None or not avant.demandes or not total.demandes:
        return ""
    parts = (c.resolues / c.demandes for c in (total, avant))
    ecart = round(100 * (next(parts) - next(parts)))
    fleche = "▲" if ecart > 0 else "▼" if ecart < 0 else "="
    return f"{fleche} {compte(abs(ecart), 'point')}"


def _chaleur(total: Chiffres, liste: str) -> Chaleur | None:
    def url(jour: int, heure: int) -> str:
        return f"{liste}&semaine={jour + 1}&heure={heure}"

    return par_heure("Quand vient-on\u202f?", "visites", total.chaleur, url)


def _repartitions(options: Options, total: Chiffres, liste: Callable[..., str]) -> dict[str, Repartition]:
    themes = {str(t.pk): t for t in options.themes.values()}
    comptes, sans_partenaire = total.repartitions, total.repartitions["partenaires"].get("", 0)
    par_theme = [
        (themes[c].nom_court, n, liste(theme=themes[c].code)) for c, n in comptes["themes"].items() if c
    ]
    par_partenaire = [
        (
            options.partenaires[c].nom if c in options.partenaires else "Autre partenaire",
            n,
            # A partner of the association that the point was of before: no filter of theirs knows it.
            liste(partenaire=c) if c in options.partenaires else "",
        )
        for c, n in comptes["partenaires"].items()
        if c
    ]
    sans = f"{compte(sans_partenaire, 'demande')} sans partenaire" if sans_partenaire else ""
    return {
        "themes": repartir("Thèmes des demandes", "demandes", par_theme, tete=TETE),
        "partenaires": repartir(
            "Partenaires concernés", "demandes", par_partenaire, sans, TETE, liste(partenaire=SANS_PARTENAIRE)
        ),
        "issues": repartir("Résultats", "demandes", _codes(Issue, comptes["issues"], liste, "issue")),
        "canaux": repartir("Canaux", "visites", _codes(Canal, comptes["canaux"], liste, "canal")),
        "aides": repartir("Type d’aide", "demandes", _codes(Aide, comptes["aides"], liste, "aide")),
    }


def _codes(choix: Any, comptes: Any, liste: Callable[..., str], cle: str) -> list[tuple[str, int, str]]:
    """Lines of a closed list, in its order, what was not asked last."""
    return [
        (choix(code).label if code else NON_DEMANDE, n, liste(**{cle: code or SANS_AIDE}))
        for code, n in comptes.items()
    ]


def public(total: Chiffres) -> list[Repartition]:
    """Who came, as far as was asked; no list stands behind, so that nobody is looked for."""
    comptes = total.repartitions
    # The others are added up without their names.
    codes = sorted(filter(None, comptes["communes"]), key=lambda c: -comptes["communes"][c])[: TETE + 1]
    noms = dict(Commune.objects.filter(pk__in=codes).values_list("pk", "nom")) if codes else {}
    premieres = {True: "Première visite", False: "Déjà venu"}
    lignes: list[tuple[str, str, Callable[[Any], str], int]] = [
        ("Âge", "ages", lambda c: TrancheAge(c).label, 0),
        ("Genre", "genres", lambda c: Genre(c).label, 0),
        ("Situation", "situations", lambda c: Situation(c).label, 0),
        ("Première visite", "premieres", lambda c: premieres[c], 0),
        ("Communes", "communes", lambda c: noms.get(c, ""), TETE),
    ]
    repartitions = []
    for titre, colonne, nom, tete in lignes:
        parts = [(nom(c), n, "") for c, n in comptes[colonne].items() if n and c not in SANS_REPONSE]
        repartitions.append(repartir(titre, "visites", parts, _sans_reponse(comptes[colonne]), tete))
    return repartitions


def public_masque(table: Mapping[str, Any]) -> Repartition:
    """A table of `qualite.rapports.bilan_public` as bars: what is masked is said, and not drawn."""
    lues = [(ligne["nom"], ligne["nombre"], "") for ligne in table["lignes"] if ligne["nombre"]]
    masquees = sum(ligne["nombre"] is None for ligne in table["lignes"])
    combien = compte(masquees, "réponse masquée,réponses masquées")
    note = f"{combien}\u202f: trop peu de visites." if masquees else ""
    return repartir(table["titre"], "visites", lues, note, 0)


def _sans_reponse(comptes: Mapping[Any, int]) -> str:
    """How many visits a share of the public leaves out."""
    sans = sum(n for c, n in comptes.items() if c in SANS_REPONSE)
    return f"{compte(sans, 'visite')} où rien n’a été noté." if sans else ""
