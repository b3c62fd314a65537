"""The night's verification of the journal's chain: what it found is kept, and told until it is mended."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from pimms.socle.chainage import Verification, attend_depuis, verifier
from pimms.socle.courriels import poster
from pimms.socle.models import ControleJournal

SILENCE_MAX = timedelta(hours=50)  # two nights, and some
ATTENTE_MAX = timedelta(hours=1)  # links are forged each minute
# The triggers of append-only tables, and what each is: its table, its moment, its function, word for word. A
# guard that was emptied keeps its name.
GARDES = {
    "controle_journal_ajout_seul": "03bae7ec44d5978e9eb3d409dec86235",
    "controle_journal_jamais_vide": "3c57ebc93c7e9625f64fcd12f74e8345",
    "effacement_ajout_seul": "5ebbf45702355cd80246745033b2cf59",
    "effacement_jamais_vide": "2c73e1525f14f635b10dab6c359a1318",
    "journal_ajout_seul": "9235eebd757b8dbdb1e7561d26d0ac50",
    "journal_jamais_vide": "cc76a10d770af40bbe68bf76e4e0e89a",
    "maillon_ajout_seul": "36e8979348bf67b1195bf497f292727d",
    "maillon_jamais_vide": "5d535b4e24051b5ff5e6849b526137f7",
    "maillon_suit": "bb6a2bc9bdd4ac3d1e1d0aefd4b4cb73",
}
EN_PLACE = """
SELECT t.tgname, md5(concat_ws('|', c.relname, t.tgtype, t.tgqual IS NULL, p.proname, p.prosrc))
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgname = ANY(%s) AND t.tgenabled = 'O'
"""
SUJET = "[PIMMS] Le journal des actes n’est pas en ordre"
CORPS = """Bonjour,

La vérification de cette nuit n’a pas trouvé le journal des actes en ordre\u202f:
{motif} (maillon {rupture}).

N’effacez rien, gardez les sauvegardes et les courriels qui portent les têtes de la chaîne, et prévenez
l’administrateur. Ce message revient chaque nuit tant que le journal n’est pas en ordre.
"""


def gardes_absentes() -> list[str]:
    """The triggers of append-only tables that the owner took away, put to sleep or emptied."""
    with connection.cursor() as curseur:
        curseur.execute(EN_PLACE, [list(GARDES)])
        presentes = set(curseur.fetchall())
    return sorted(nom for nom, somme in GARDES.items() if (nom, somme) not in presentes)


def temoins_des_nuits() -> dict[int, str]:
    """The head of the chain as each night saw it, by number: whoever cuts the chain's end must rewrite these
    too."""
    vus = ControleJournal.objects.exclude(tete="").order_by("-pk")
    return dict(vus.values_list("maillons", "tete"))


def reunir(*sources: Mapping[int, str]) -> dict[int, str]:
    """Heads known from several sides; where two disagree, one that no chain can match."""
    connues: dict[int, str] = {}
    for source in sources:
        for numero, empreinte in source.items():
            if connues.setdefault(numero, empreinte) != empreinte:
                connues[numero] = "contredite"
    return connues


def defaut(resultat: Verification) -> tuple[int | None, str]:
    """What is wrong beside the links themselves: the number 0 and why in French; None and nothing else."""
    if not resultat.bonne:
        return resultat.rupture, resultat.motif
    if absentes := gardes_absentes():
        return 0, f"des gardes de la base manquent, dorment ou ont changé\u202f: {', '.join(absentes)}"
    if _trop_longue(resultat.depuis):
        return 0, f"{resultat.attente} entrées attendent un maillon, la première depuis plus d’une heure"
    return None, ""


def _trop_longue(depuis: datetime | None) -> bool:
    return depuis is not None and depuis < timezone.now() - ATTENTE_MAX


def controler(temoins: Mapping[int, str], adresses: Iterable[str]) -> ControleJournal:
    """Verify the chain against these heads known from elsewhere, and those of the nights before, and write
    down what was found; what is wrong is mailed to these addresses."""
    connues = reunir(temoins, temoins_des_nuits())
    resultat = verifier(connues)
    rupture, motif = defaut(resultat)
    controle = ControleJournal.objects.create(
        maillons=resultat.maillons,
        lignes=resultat.lignes,
        temoins=len(connues),
        rupture=rupture,
        motif=motif[:300],
        tete=resultat.tete if resultat.bonne else "",
    )
    if not controle.bon:
        for adresse in adresses:
            poster(adresse, SUJET, CORPS.format(motif=motif, rupture=rupture))
    return controle


def dernier_controle() -> dict[str, Any]:
    """The last verification, for `/sante/`: not ok where it found something, is too old, or where an entry
    waits for its link since; None before the first night. What it found is on the union's page and in the
    mail: anybody reads this."""
    dernier = ControleJournal.objects.first()
    if dernier is None:
        return {"ok": None}
    recent = timezone.now() - dernier.fait_le < SILENCE_MAX
    bon = dernier.bon and recent and not _trop_longue(attend_depuis())
    return {"ok": bon, "fait_le": dernier.fait_le.isoformat(timespec="seconds")}
