"""The night's verification of the journal's chain: what it found is kept, and told until it is mended."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from pimms.socle.chainage import verifier
from pimms.socle.courriels import poster
from pimms.socle.models import ControleJournal

SILENCE_MAX = timedelta(hours=50)  # two nights, and some
GARDES = (
    "effacement_ajout_seul",
    "effacement_jamais_vide",
    "journal_ajout_seul",
    "journal_jamais_vide",
    "maillon_ajout_seul",
    "maillon_jamais_vide",
    "maillon_suit",
)
EN_PLACE = "SELECT tgname FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled = 'O'"
SUJET = "[PIMMS] Le journal des actes n’est plus intact"
CORPS = """Bonjour,

La vérification de cette nuit a trouvé le journal des actes changé\u202f:
{motif} (maillon {rupture}).

N’effacez rien, gardez les sauvegardes et les courriels qui portent les têtes de la chaîne, et prévenez
l’administrateur. Ce message revient chaque nuit tant que la chaîne n’est pas intacte.
"""


def gardes_absentes() -> list[str]:
    """The triggers of append-only tables that the owner took away or put to sleep."""
    with connection.cursor() as curseur:
        curseur.execute(EN_PLACE, [list(GARDES)])
        presentes = {nom for (nom,) in curseur.fetchall()}
    return sorted(set(GARDES) - presentes)


def controler(temoins: Mapping[int, str], adresses: Iterable[str]) -> ControleJournal:
    """Verify the chain against these heads known from elsewhere and write down what was found; what is wrong
    is mailed to these addresses."""
    resultat = verifier(temoins)
    rupture, motif = resultat.rupture, resultat.motif
    if rupture is None and (absentes := gardes_absentes()):
        rupture, motif = 0, f"des gardes de la base manquent ou dorment\u202f: {', '.join(absentes)}"
    controle = ControleJournal.objects.create(
        maillons=resultat.maillons,
        lignes=resultat.lignes,
        temoins=len(temoins),
        rupture=rupture,
        motif=motif,
    )
    if not controle.bon:
        for adresse in adresses:
            poster(adresse, SUJET, CORPS.format(motif=motif, rupture=rupture))
    return controle


def dernier_controle() -> dict[str, Any]:
    """The last verification, for `/sante/`: not ok where it found something, or is too old; None before the
    first night. What it found is on the union's page and in the mail: anybody reads this."""
    dernier = ControleJournal.objects.first()
    if dernier is None:
        return {"ok": None}
    recent = timezone.now() - dernier.fait_le < SILENCE_MAX
    return {"ok": dernier.bon and recent, "fait_le": dernier.fait_le.isoformat(timespec="seconds")}
