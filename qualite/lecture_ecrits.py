"""Complaints, requests and incidents as lists show them: a view, a point, fifty rows, the figures above."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.http import QueryDict

from accueil.models import PointAccueil

PAR_PAGE = 50
UN_AN = timedelta(days=365)


@dataclass(frozen=True)
class Vue:
    """One way to look at a list."""

    code: str
    libelle: str
    condition: Q


@dataclass(frozen=True)
class Page:
    """What a list shows. `suite`: the key from which the next page goes on."""

    vue: Vue
    point: PointAccueil | None
    lignes: list[Any]
    suite: int | None


def vues_de_saisine() -> list[Vue]:
    """What waits first; it is what one comes for. Late is told on each point's own day."""
    ouverte = Q(repondue_le__isnull=True)
    return [
        Vue("en_cours", "En cours", ouverte),
        Vue("en_retard", "En retard", ouverte & Q(terme_du__lt=F("ici"))),
        Vue("traitees", "Traitées", ~ouverte),
        Vue("toutes", "Toutes", Q()),
    ]


def vues_d_incident() -> list[Vue]:
    suivi = Q(suivi_le__isnull=False)
    return [
        Vue("a_suivre", "À suivre", ~suivi),
        Vue("suivis", "Suivis", suivi),
        Vue("tous", "Tous", Q()),
    ]


def lire(visibles: QuerySet, vues: list[Vue], points: list[PointAccueil], parametres: QueryDict) -> Page:
    """The rows asked for by the URL, the latest first; what makes no sense there is not applied."""
    vue = next((v for v in vues if v.code == parametres.get("vue")), vues[0])
    point = next((p for p in points if p.code == parametres.get("point")), None)
    lignes = visibles.filter(vue.condition)
    if point:
        lignes = lignes.filter(point=point)
    avant = parametres.get("avant", "")
    if avant.isdecimal():
        lignes = lignes.filter(pk__lt=min(int(avant), 2**62))
    lues = list(lignes.order_by("-pk")[: PAR_PAGE + 1])
    suite = lues[PAR_PAGE - 1].pk if len(lues) > PAR_PAGE else None
    return Page(vue, point, lues[:PAR_PAGE], suite)


def chiffres_de_saisine(visibles: QuerySet, jour: date) -> dict[str, int | None]:
    """How many wait and are late; how many came in a year, and in how many days they were answered."""
    recente = Q(recue_le__gt=jour - UN_AN)
    ouverte = Q(repondue_le__isnull=True)
    lus = visibles.aggregate(
        en_cours=Count("pk", filter=ouverte),
        en_retard=Count("pk", filter=ouverte & Q(terme_du__lt=F("ici"))),
        recues=Count("pk", filter=recente),
        hors_delai=Count("pk", filter=recente & Q(repondue_le__gt=F("terme_du"))),
        delai=Avg(F("repondue_le") - F("recue_le"), filter=recente),
    )
    delai = lus.pop("delai")
    return lus | {"delai": None if delai is None else round(delai / timedelta(days=1))}


def chiffres_d_incident(visibles: QuerySet, jour: date) -> dict[str, int]:
    """How many wait for their follow-up; how many there were in a year, and how many grave ones."""
    recent = Q(jour__gt=jour - UN_AN)
    return visibles.aggregate(
        a_suivre=Count("pk", filter=Q(suivi_le__isnull=True)),
        nombre=Count("pk", filter=recent),
        graves=Count("pk", filter=recent & Q(gravite=3)),
    )
