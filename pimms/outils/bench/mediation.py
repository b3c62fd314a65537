"""Opening a case, a case of two hundred steps, the registers of the network: each against its floor."""

import uuid
from typing import Any

from pimms.outils.bench import bases
from pimms.outils.bench.bases import Base
from pimms.outils.bench.client import CHAUFFE, Ouvrier, comparer
from pimms.outils.bench.resultats import Ligne, Tableau

ETAPES = 200
# Pairs of calls, and what is allowed over the floor.
PAIRES_COURTES, PAIRES_LONGUES = 150, 15
OUVRIR_MAX, DOSSIER_MAX, REGISTRES_MAX = 3.0, 4.0, 1.5
METHODE = """\
One process, the product's URL and its floor asked in turn (which comes first is drawn), same login. The
floor of the opening inserts the same rows (key, number, case, event, journal) and checks nothing; that of
the case reads and opens the same sealed rows and writes them as bare lines; that of the registers counts
the requests of twelve months by point and register in bare SQL, without cases, steps, actions or alerts.
{visites:,} visits in the database."""
# A busy médiateur's active case, grown to two hundred steps by the product's own sealing.
GRANDIR = """
import uuid
from mediation.models import Dossier, Etape
d = (Dossier.objects.filter(point__code="LYO-GER", mediateur_id={personne}).exclude(etat="clos")
     .select_related("cle_donnees").order_by("-id")[0])
n = d.etapes.count()
for i in range(n + 1, {etapes} + 1):
    e = Etape(dossier=d, point_id=d.point_id, numero=i, cle=uuid.uuid4(), nature="entretien",
              jour=d.ouvert_le, auteur_id={personne}, duree=30)
    e.sceller({{"resume": "Chacun a dit ce qu’il attend de la suite.", "prive": "Rappeler jeudi."}})
    e.save()
"""
PERSONNE = """
SELECT p.id, p.code, a.personne_id FROM accueil_acces a JOIN accueil_pointaccueil p ON p.id = a.point_id
WHERE p.code = 'LYO-GER' AND a.role = 'mediateur' AND a.fin IS NULL AND EXISTS (
  SELECT FROM mediation_dossier d
  WHERE d.point_id = p.id AND d.mediateur_id = a.personne_id AND d.etat <> 'clos')
ORDER BY a.id LIMIT 1
"""
LE_PLUS_LONG = """
SELECT d.reference FROM mediation_dossier d JOIN mediation_etape e ON e.dossier_id = d.id
WHERE d.mediateur_id = %s GROUP BY d.id, d.reference ORDER BY count(*) DESC LIMIT 1
"""


class Bureau:
    """A médiateur of Lyon – Gerland and the union, on one database."""

    def __init__(self, ouvrier: Ouvrier) -> None:
        self.ouvrier, self.base = ouvrier, ouvrier.base
        ((self.point, self.code, self.personne),) = self.base.lignes(PERSONNE)
        ((union,),) = self.base.lignes(
            "SELECT personne_id FROM accueil_acces WHERE role = 'union' AND fin IS NULL ORDER BY id LIMIT 1"
        )
        ((self.theme,),) = self.base.lignes("SELECT id FROM accueil_theme ORDER BY ordre LIMIT 1")
        self.session = ouvrier.session(self.personne, self.code)
        self.session_union = ouvrier.session(union)

    def lire(self, chemin: str, session: str) -> float:
        return self.ouvrier.obtenir(chemin, session)["secondes"]

    def ouvrir(self, chemin: str, cle: str = "") -> float:
        """Open a case; the product answers by leading to its page."""
        champs: dict[str, Any] = {
            "cle": cle or str(uuid.uuid4()),
            "demande": "",
            "champ": "dans",
            "objet": "Impayé avant coupure",
            "registre": 2,
            "theme": self.theme,
            "partenaire": "",
            "institution": "",
            "urgence": "normale",
            "origine": "personne",
            "mediateur": self.personne,
            "plancher-point": self.point,
            "plancher-code": self.code,
        }
        reponse = self.ouvrier.demander(methode="POST", chemin=chemin, session=self.session, donnees=champs)
        if reponse["statut"] not in (200, 302):
            raise RuntimeError(f"{chemin} répond {reponse['statut']}")
        return reponse["secondes"]


def _compter(base: Base) -> int:
    return base.lignes("SELECT count(*) FROM mediation_dossier")[0][0]


def mesurer(ouvrier: Ouvrier) -> Tableau:
    """The three rows; writes into the database, which must be a copy or about to go."""
    bureau, base = Bureau(ouvrier), ouvrier.base
    code = GRANDIR.format(personne=bureau.personne, etapes=ETAPES)
    bases.manage(base.nom, "shell", "-v0", "-c", code)
    ((reference,),) = base.lignes(LE_PLUS_LONG, [bureau.personne])
    avant = _compter(base)
    ouverture = comparer(
        lambda: bureau.ouvrir("/mediation/dossiers/nouveau/"),
        lambda: bureau.ouvrir("/banc/ouvrir/"),
        PAIRES_COURTES,
    )
    if _compter(base) - avant != 2 * (PAIRES_COURTES + CHAUFFE):
        raise RuntimeError("des dossiers envoyés n’ont pas été ouverts")
    page = comparer(
        lambda: bureau.lire(f"/mediation/dossiers/{reference}/", bureau.session),
        lambda: bureau.lire(f"/banc/dossier/{reference}/", bureau.session),
        PAIRES_COURTES,
    )
    registres = comparer(
        lambda: bureau.lire("/mediation/registres/", bureau.session_union),
        lambda: bureau.lire("/banc/registres/", bureau.session_union),
        PAIRES_LONGUES,
    )
    lignes = (
        Ligne("opening a case", ouverture[0], OUVRIR_MAX, "×", ouverture[1]),
        Ligne(f"a case of {ETAPES} steps", page[0], DOSSIER_MAX, "×", page[1]),
        Ligne("registers, 68 points, 12 months", registres[0], REGISTRES_MAX, "×", registres[1]),
    )
    return Tableau("Mediation", METHODE.format(visites=base.visites), lignes)
