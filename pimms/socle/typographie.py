"""French typography: numbers, hours, durations, dates and plurals as people read them.

Pure functions, without Django: the same text goes to pages, files and reports. Source: Imprimerie
nationale, « Lexique des règles typographiques » (no-break spaces, hours, thousands).
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

FINE = "\u202f"  # narrow no-break space: thousands, hours, before ; : ! ? %
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
MOIS_COURTS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip


def nombre(valeur: int | float | Decimal, decimales: int = 0) -> str:
    """Write a number with narrow no-break thousands and a decimal comma: 14212 → « 14 212 ».

    Halves are rounded up, away from zero; a minus is a true minus sign.
    """
    pas = Decimal(1).scaleb(-decimales)
    arrondi = Decimal(str(valeur)).quantize(pas, rounding=ROUND_HALF_UP)
    texte = f"{abs(arrondi):,.{decimales}f}".replace(",", FINE).replace(".", ",")
    return f"\u2212{texte}" if arrondi < 0 else texte


def pourcentage(part: float | Decimal, decimales: int = 0) -> str:
    """Write a share between 0 and 1 as a percentage: 0.814 → « 81 % »."""
    return f"{nombre(Decimal(str(part)) * 100, decimales)}{FINE}%"


def heure(moment: time | datetime) -> str:
    """Write a local time: 08:10 → « 8 h 10 », 09:00 → « 9 h ». Seconds are left out.

    A datetime is written as it stands: convert it to the point's time zone before.
    """
    if moment.minute == 0:
        return f"{moment.hour}{FINE}h"
    return f"{moment.hour}{FINE}h{FINE}{moment.minute:02d}"


def duree(minutes: int) -> str:
    """Write a duration given in whole minutes: 45 → « 45 min », 490 → « 8 h 10 ».

    Raises ValueError when it is negative.
    """
    if minutes < 0:
        raise ValueError("une durée ne peut pas être négative")
    heures, reste = divmod(minutes, 60)
    if not heures:
        return f"{reste}{FINE}min"
    if not reste:
        return f"{nombre(heures)}{FINE}h"
    return f"{nombre(heures)}{FINE}h{FINE}{reste:02d}"


def _quantieme(jour: date) -> str:
    return "1er" if jour.day == 1 else str(jour.day)


def date_longue(jour: date, avec_annee: bool = False) -> str:
    """Write a day with its weekday: « lundi 23 novembre », or « lundi 23 novembre 2026 »."""
    texte = f"{JOURS[jour.weekday()]} {_quantieme(jour)} {MOIS[jour.month - 1]}"
    return f"{texte} {jour.year}" if avec_annee else texte


def date_courte(jour: date) -> str:
    """Write a day in figures: « 23/11/2026 »."""
    return f"{jour.day:02d}/{jour.month:02d}/{jour.year}"


def mois(jour: date) -> str:
    """Write the month of a day: « novembre 2026 »."""
    return f"{MOIS[jour.month - 1]} {jour.year}"


def est_pluriel(quantite: float | Decimal) -> bool:
    """Say whether French puts the plural: from two on, so not for 0, 1 or 1,9."""
    return not -2 < quantite < 2


def accorder(quantite: float | Decimal, formes: str = "") -> str:
    """Give the ending or the word that agrees: formes is « pluriel » or « singulier,pluriel ».

    accorder(3) → « s »; accorder(1, "x") → « »; accorder(2, "journal,journaux") → « journaux ».
    """
    singulier, virgule, pluriel = formes.partition(",")
    if not virgule:
        singulier, pluriel = "", formes or "s"
    return pluriel if est_pluriel(quantite) else singulier


def compte(quantite: int, nom: str) -> str:
    """Write a quantity with its noun: (1208, « réponse ») → « 1 208 réponses ».

    A noun whose plural isn't in -s is given as « singulier,pluriel ».
    """
    formes = nom if "," in nom else f"{nom},{nom}s"
    return f"{nombre(quantite)}\u00a0{accorder(quantite, formes)}"


def nom_court(nom: str) -> str:
    """Last part of a name in parts, where room is scarce: « Lyon Métropole – Gerland » → « Gerland »."""
    return nom.rpartition(" – ")[2]


# First sounds that call « d’ »: vowels, a mute h (Hyères, Hérouville), y unless it glides (Yutz). Names in
# Ha-, Ho-, Hu- mostly have an aspirated h (Le Havre, Haguenau, Houilles).
_ELISION = re.compile(r"[aeiouœæ]|h[eyi]|y(?![aou])")


def de(nom: str) -> str:
    """Put « de » before a name: « d’Annonay », « de Lyon », « du Mans », « des Abymes ».

    Only the articles Le and Les of place names contract; La and L’ stay: « de La Rochelle ».
    """
    for article, contracte in (("Le ", "du "), ("Les ", "des ")):
        if nom.startswith(article):
            return contracte + nom.removeprefix(article)
    lettres = unicodedata.normalize("NFD", nom[:4]).lower()
    sans_accent = "".join(c for c in lettres if not unicodedata.combining(c))
    return f"d’{nom}" if _ELISION.match(sans_accent) else f"de {nom}"
