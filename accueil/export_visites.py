"""What an export of the journal holds: one line a request, and a heading that says who, when and what.

Free text and authors never leave. Public attributes (gender, age, situation, commune, first visit)
leave only for those who work at that very point; small communes are grouped (domain.md, Privacy).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from accueil.acces import Portee
from accueil.filtres import Filtre, Options
from accueil.models import Partenaire, PointAccueil, Utilisateur
from accueil.models.visites import Aide, Canal, Genre, Issue, Situation, Suivi, TrancheAge
from accueil.registres import PAR_NUMERO
from pimms.socle.exports import Cellule, Colonne, Tableau
from pimms.socle.typographie import FINE, date_longue, heure

PETITE_COMMUNE = 2_000  # inhabitants; below, the commune is told by its département only
LOT = 5_000  # rows fetched at once from the server-side cursor
PARIS = ZoneInfo("Europe/Paris")

AVANT_PUBLIC = (
    Colonne("visite", 11),
    Colonne("1re ligne de la visite", 12),
    Colonne("point", 28),
    Colonne("jour", 12),
    Colonne("heure", 8),
    Colonne("saisie après (jours)", 12),
    Colonne("canal", 14),
    Colonne("durée (min)", 11),
    Colonne("durée estimée", 12),
    Colonne("passages", 10),
)
PUBLIC = (
    Colonne("genre", 14),
    Colonne("âge", 16),
    Colonne("situation", 16),
    Colonne("commune", 28),
    Colonne("première visite", 14),
)
APRES_PUBLIC = (
    Colonne("rang", 7),
    Colonne("thème", 30),
    Colonne("partenaire", 20),
    Colonne("registre", 34),
    Colonne("aide", 18),
    Colonne("issue", 14),
    Colonne("orienté vers", 20),
    Colonne("suite", 20),
    Colonne("visite annulée", 12),
)
CE_QUI_EST_COMPTE = (
    "Une ligne par demande. Une visite à plusieurs demandes occupe plusieurs lignes, qui portent le même "
    "numéro « visite » : la somme de « 1re ligne de la visite » donne le nombre de visites. Canal, durée et "
    "passages sont ceux de la visite, répétés sur chacune de ses lignes. Un passage est une venue, jamais "
    "une personne distincte."
)
DEMANDES_DU_FILTRE = (
    "Seules les demandes qui répondent au filtre figurent ici, pas les autres demandes des mêmes visites."
)
ANNULEES_COMPRISES = "Les visites annulées sont comprises, et signalées dans la dernière colonne."
SANS_PUBLIC = (
    "Le public (genre, âge, situation, commune, première visite) n’est montré qu’aux personnes qui "
    "travaillent au point : ces colonnes ne figurent pas ici."
)
PUBLIC_PARTIEL = "Le public n’est montré que pour les points où vous travaillez."


class Ligne(NamedTuple):
    """The columns read from the database for one request."""

    visite: int
    point: int
    jour: Any
    heure: int | None
    retard: int
    canal: str
    duree: int
    duree_estimee: bool
    personnes: int
    annulee_le: datetime | None
    rang: int
    theme: int
    partenaire: int | None
    registre: int | None
    aide: str
    issue: str
    vers_partenaire: int | None
    suite: str | None
    genre: str = ""
    tranche_age: str = ""
    situation: str = ""
    premiere_visite: bool | None = None
    commune: str | None = None
    population: int | None = None
    departement: str | None = None


_DE_LA_VISITE = (
    "visite_id", "visite__point_id", "visite__jour", "visite__heure", "visite__retard", "visite__canal",
    "visite__duree", "visite__duree_estimee", "visite__personnes", "visite__annulee_le",
)  # fmt: skip
_DE_LA_DEMANDE = (
    "rang", "theme_id", "partenaire_id", "registre", "aide", "issue", "vers_partenaire_id", "suivi__suite",
)  # fmt: skip
_DU_PUBLIC = (
    "visite__genre", "visite__tranche_age", "visite__situation", "visite__premiere_visite",
    "visite__commune__nom", "visite__commune__population", "visite__commune__departement_id",
)  # fmt: skip


def _libelle(choix: Any, code: str | None) -> str:
    return choix(code).label if code else ""


def commune_groupee(nom: str | None, population: int | None, departement: str | None) -> str:
    """« Lyon (69) », or the group of small communes of its département, as they can name someone."""
    if not nom:
        return ""
    if (population or 0) < PETITE_COMMUNE:
        return f"commune de moins de 2{FINE}000 habitants ({departement})"
    return f"{nom} ({departement})"


def points_avec_public(filtre: Filtre, portee: Portee) -> frozenset[int]:
    """The points of the filter whose public attributes this person may read: those of their own roles."""
    roles = portee.points_de_role
    return roles if filtre.points is None else roles & filtre.points


class ExportVisites:
    """The export of a filter for one person: columns, lines and heading.

    `public`: keys of the points whose public attributes it shows, each within the person's own roles.
    """

    def __init__(self, filtre: Filtre, options: Options, public: frozenset[int]) -> None:
        self.filtre = filtre
        self.options = options
        self.points_avec_public = public

    @property
    def avec_public(self) -> bool:
        """Whether any line may show public attributes."""
        return bool(self.points_avec_public)

    def tableau(self, demande_par: Utilisateur, demande_le: datetime) -> Tableau:
        """All that the file holds; its lines are read as they are written."""
        public = PUBLIC if self.avec_public else ()
        return Tableau(
            titre="Journal des visites du réseau PIMMS",
            entete=self.entete(demande_par, demande_le),
            colonnes=(*AVANT_PUBLIC, *public, *APRES_PUBLIC),
            lignes=self.lignes(),
        )

    def entete(self, demande_par: Utilisateur, demande_le: datetime) -> list[tuple[str, str]]:
        """Who asked, when (local to the point), for which points and filters, and what is counted."""
        point = self.filtre.point
        local = demande_le.astimezone(point.tz if point else PARIS)
        fuseau = "heure du point" if point else "heure de Paris"
        quand = f"{date_longue(local.date(), avec_annee=True)} à {heure(local)} ({fuseau})"
        lignes = [
            ("Demandé par", str(demande_par)),
            ("Le", quand),
            ("Points", self._perimetre()),
            ("Période", self.filtre.periode.en_mots()),
            *((libelle, valeur) for _, libelle, valeur in self.filtre.mots()),
            ("Ce qui est compté", CE_QUI_EST_COMPTE),
        ]
        remarques = [
            (self.filtre.sur_demandes, DEMANDES_DU_FILTRE),
            (self.filtre.annulees, ANNULEES_COMPRISES),
            (not self.avec_public, SANS_PUBLIC),
            (self.avec_public and self.points_avec_public != self.filtre.points, PUBLIC_PARTIEL),
        ]
        return lignes + [("", texte) for applicable, texte in remarques if applicable]

    def _perimetre(self) -> str:
        if self.filtre.points is None:
            return "Tout le réseau"
        noms = [_nom_point(p) for p in self.options.points.values() if p.pk in self.filtre.points]
        return ", ".join(noms)

    def lignes(self) -> Iterator[tuple[Cellule, ...]]:
        """One tuple of typed cells a request, oldest visit first, from one statement's snapshot."""
        colonnes = (*_DE_LA_VISITE, *_DE_LA_DEMANDE, *(_DU_PUBLIC if self.avec_public else ()))
        demandes = self.filtre.demandes().values_list(*colonnes)
        demandes = demandes.order_by("visite__jour", "visite_id", "rang")
        noms = _Noms(self.options)
        precedente = None
        for valeurs in demandes.iterator(chunk_size=LOT):
            ligne = Ligne(*valeurs)
            yield self._cellules(ligne, noms, premiere=ligne.visite != precedente)
            precedente = ligne.visite

    def _cellules(self, ligne: Ligne, noms: "_Noms", premiere: bool) -> tuple[Cellule, ...]:
        return (
            ligne.visite,
            int(premiere),
            noms.points[ligne.point],
            ligne.jour,
            ligne.heure,
            ligne.retard,
            _libelle(Canal, ligne.canal),
            ligne.duree,
            ligne.duree_estimee,
            ligne.personnes,
            *(self._public(ligne) if self.avec_public else ()),
            ligne.rang + 1,
            noms.themes[ligne.theme],
            noms.partenaire(ligne.partenaire),
            f"{ligne.registre}. {PAR_NUMERO[ligne.registre].court}" if ligne.registre else "",
            _libelle(Aide, ligne.aide),
            _libelle(Issue, ligne.issue),
            noms.partenaire(ligne.vers_partenaire),
            _libelle(Suivi.Suite, ligne.suite),
            ligne.annulee_le is not None,
        )

    def _public(self, ligne: Ligne) -> tuple[Cellule, ...]:
        if ligne.point not in self.points_avec_public:
            return ("",) * len(PUBLIC)
        return (
            _libelle(Genre, ligne.genre),
            _libelle(TrancheAge, ligne.tranche_age),
            _libelle(Situation, ligne.situation),
            commune_groupee(ligne.commune, ligne.population, ligne.departement),
            ligne.premiere_visite,
        )


def _nom_point(point: PointAccueil) -> str:
    return f"{point.nom} ({point.code})"


class _Noms:
    """Names by key, loaded once: a join would carry them through the sort of every line."""

    def __init__(self, options: Options) -> None:
        self.points = {p.pk: _nom_point(p) for p in options.points.values()}
        self.themes = {t.pk: t.nom for t in options.themes.values()}
        self.partenaires = dict(Partenaire.objects.values_list("pk", "nom"))

    def partenaire(self, cle: int | None) -> str:
        return self.partenaires[cle] if cle else ""
