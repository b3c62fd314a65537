"""What the desk shows: keys, icons, the day's entries and figures."""

from django.db.models import Count, Prefetch, Sum

from accueil.models import Demande, PointAccueil, Visite
from accueil.models.visites import Canal, Issue
from pimms.socle.typographie import date_longue, heure

TUILES = 6  # themes with a tile and a key; the others are chips
PUCES = 5  # partners with a chip
LIGNES = 25  # entries shown beside the form

ICONES_ISSUE = {
    Issue.RESOLU: ("check2-circle", "R"),
    Issue.ORIENTE: ("signpost-2", "O"),
    Issue.A_SUIVRE: ("hourglass-split", "S"),
    Issue.NON_ABOUTI: ("x-circle", "N"),
    Issue.HORS_CHAMP: ("slash-circle", "H"),
}
ICONES_CANAL = {
    Canal.SUR_PLACE: "shop",
    Canal.TELEPHONE: "telephone",
    Canal.A_DISTANCE: "laptop",
    Canal.A_DOMICILE: "house",
    Canal.HORS_LES_MURS: "geo-alt",
}

RACCOURCIS = [
    ("1 à 6", "choisir un thème"),
    ("R O S N H", "choisir le résultat"),
    ("P", "chercher un partenaire"),
    ("D", "choisir la durée"),
    ("U", "décrire le public"),
    ("G", "registre d’intervention, type d’aide"),
    ("T", "écrire une note"),
    ("J", "saisir pour un autre jour"),
    ("X", "nombre de personnes"),
    ("+", "ajouter une demande à la visite"),
    (".", "remplir comme la visite précédente"),
    ("Entrée", "enregistrer"),
    ("Espace ou Suppr", "sur un choix facultatif : le retirer"),
    ("Échap", "quitter un champ"),
]


def avec_demandes():
    """Visits with all that one line of a list shows, in two statements."""
    demandes = Demande.objects.select_related("theme", "partenaire", "vers_partenaire", "suivi")
    return Visite.objects.select_related("point", "auteur").prefetch_related(
        Prefetch("demandes", queryset=demandes, to_attr="demandes_liste")
    )


def visites_du_jour(point: PointAccueil):
    """The point's last entries for today, the newest first; two statements."""
    return avec_demandes().filter(point=point, jour=point.aujourdhui()).order_by("-id")[:LIGNES]


def moment_de_saisie(visite: Visite) -> str:
    """When a visit was recorded, local to its point: « à 10 h 42 », with the day if it isn't today."""
    instant = visite.saisie_le.astimezone(visite.point.tz)
    moment = f"à {heure(instant)}"
    if instant.date() == visite.point.aujourdhui():
        return moment
    return f"le {date_longue(instant.date())} {moment}"


def resume_du_jour(point: PointAccueil) -> dict:
    """Today at the point: visits, requests, minutes, passages, and visits by hour; one statement."""
    heures = list(
        Visite.objects.actives()
        .filter(point=point, jour=point.aujourdhui())
        .values("heure")
        .annotate(
            visites=Count("pk"), demandes=Sum("nb_demandes"), minutes=Sum("duree"), passages=Sum("personnes")
        )
        .order_by("heure")
    )
    totaux = {c: sum(h[c] for h in heures) for c in ("visites", "demandes", "minutes", "passages")}
    par_heure = {h["heure"]: h["visites"] for h in heures if h["heure"] is not None}
    debut, fin = min([8, *par_heure]), max([17, *par_heure])
    return totaux | {
        "jour": point.aujourdhui(),
        "heure_courante": point.maintenant().hour,
        "heures": [(h, par_heure.get(h, 0)) for h in range(debut, fin + 1)],
    }
