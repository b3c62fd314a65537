"""A list of people, pasted or uploaded: read, checked line by line, shown, and only then counted.

Columns, by their head or in this order: e-mail, prénom, nom, point, rôle, du, au.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.utils import timezone

from accueil import equipe
from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import Origine, Role
from pimms.socle.textes import cle_tri

LIGNES_MAX = 500
LIGNE_MAX = 1_000  # characters kept of a line that no one can read
COLONNES = ("email", "prenom", "nom", "point", "role", "du", "au")
_TETES = {
    "email": {"email", "e mail", "mail", "courriel", "adresse", "adresse electronique", "adresse e mail"},
    "prenom": {"prenom"},
    "nom": {"nom", "nom de famille"},
    "point": {"point", "code", "code du point", "code point", "point d accueil"},
    "role": {"role", "fonction"},
    "du": {"du", "debut", "date de debut", "depuis", "arrivee", "premier jour"},
    "au": {"au", "fin", "date de fin", "depart", "jusqu au", "dernier jour"},
}
_ROLES = {
    "": Role.MEDIATEUR,
    "mediateur": Role.MEDIATEUR,
    "mediatrice": Role.MEDIATEUR,
    "responsable": Role.RESPONSABLE,
    "responsable de point": Role.RESPONSABLE,
    "direction": Role.DIRECTION,
    "directeur": Role.DIRECTION,
    "directrice": Role.DIRECTION,
    "direction d association": Role.DIRECTION,
}
_FORMATS_DATE = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")


@dataclass
class Ligne:
    """A line of the list: its number and text as typed, its values, what is wrong, what to know."""

    numero: int
    texte: str
    champs: dict[str, str]
    erreurs: list[str] = field(default_factory=list)
    avis: list[str] = field(default_factory=list)
    acces: Acces | None = None

    @property
    def juste(self) -> bool:
        return not self.erreurs


def decoder(octets: bytes) -> str:
    """Text of an uploaded file: UTF-8, else Windows-1252 as spreadsheets write it.

    Raises ValidationError for a workbook or another binary file.
    """
    if octets[:2] == b"PK" or b"\x00" in octets:
        raise ValidationError(
            "Ce fichier n’est pas du texte. Dans le tableur, choisissez «\u00a0Enregistrer sous\u00a0», "
            "format CSV, ou copiez les cellules et collez-les ici."
        )
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")


def _separateur(premiere: str) -> str:
    return max("\t;,", key=premiere.count)


def _colonnes(cellules: list[str]) -> list[str] | None:
    """Columns told by a head line, or None when the line is already someone's."""
    if any("@" in c for c in cellules):
        return None
    noms = [
        next((col for col, mots in _TETES.items() if cle_tri(cellule) in mots), "") for cellule in cellules
    ]
    return noms if "email" in noms else None


def lire(texte: str) -> list[Ligne]:
    """Cut the text into lines and fields; blank lines are skipped. Raises ValidationError if too long."""
    brutes = [(n, t) for n, t in enumerate(texte.splitlines(), 1) if t.strip(" \t;,")]
    if not brutes:
        raise ValidationError("La liste est vide\u202f: collez au moins une ligne, ou choisissez un fichier.")
    if len(brutes) > LIGNES_MAX + 1:
        raise ValidationError(f"{LIGNES_MAX} lignes au plus à la fois\u202f: coupez la liste en deux.")
    separateur = _separateur(brutes[0][1])
    tetes = _colonnes(_cellules(brutes[0][1], separateur))
    lignes = []
    for numero, brut in brutes[1:] if tetes else brutes:
        valeurs = dict(zip(tetes or COLONNES, _cellules(brut, separateur), strict=False))
        lignes.append(Ligne(numero, brut, {c: valeurs.get(c, "") for c in COLONNES}))
    return lignes


def _cellules(brut: str, separateur: str) -> list[str]:
    try:
        return [c.strip() for c in next(csv.reader(io.StringIO(brut), delimiter=separateur))]
    except csv.Error:  # a field beyond the reader's limit: no name is that long
        return [brut[:LIGNE_MAX]]


def _lire_date(texte: str) -> date | None:
    for forme in _FORMATS_DATE:
        try:
            return datetime.strptime(texte, forme).date()
        except ValueError:
            continue
    return None


class Controle:
    """Checks lines against what is recorded: three statements, whatever the number of lines."""

    def __init__(self, acteur: Utilisateur, lignes: Iterable[Ligne]):
        self.acteur = acteur
        lignes = list(lignes)
        emails = {ligne.champs["email"].lower() for ligne in lignes}
        codes = {ligne.champs["point"].upper() for ligne in lignes}
        self.points = {
            p.code: p
            for p in equipe.points_geres(acteur.portee).filter(code__in=codes).select_related("association")
        }
        connus = Utilisateur.objects.annotate(cle=Lower("email")).filter(cle__in=emails)
        self.personnes = {p.email.lower(): p for p in connus}
        self.acces: dict[tuple, list[Acces]] = {}
        for a in Acces.objects.filter(personne__in=self.personnes.values()):
            self.acces.setdefault(self._cle(a), []).append(a)

    @staticmethod
    def _cle(a: Acces) -> tuple:
        return (a.personne_id, a.role, a.point_id, a.association_id)

    def controler(self, lignes: list[Ligne]) -> list[Ligne]:
        """Fill each line's errors, notices and, when it is right, the role that it would give."""
        vues: dict[tuple, int] = {}
        for ligne in lignes:
            self._personne(ligne)
            self._acces(ligne)
            doublon = (ligne.champs["email"].lower(), ligne.champs["point"].upper(), ligne.champs["role"])
            if doublon in vues:
                ligne.erreurs.append(f"Déjà à la ligne {vues[doublon]}.")
            vues.setdefault(doublon, ligne.numero)
        return lignes

    def _personne(self, ligne: Ligne) -> None:
        c = ligne.champs
        try:
            validate_email(c["email"])
        except ValidationError:
            ligne.erreurs.append("Adresse électronique à corriger." if c["email"] else "Adresse manquante.")
        for cle, libelle in (("email", "Adresse"), ("prenom", "Prénom"), ("nom", "Nom")):
            longueur = getattr(Utilisateur._meta.get_field(cle), "max_length", None)
            if longueur and len(c[cle]) > longueur:
                ligne.erreurs.append(f"{libelle} : {longueur} caractères au plus.")
        connue = self.personnes.get(c["email"].lower())
        if connue is None:
            ligne.erreurs += [
                f"{libelle} manquant."
                for cle, libelle in (("prenom", "Prénom"), ("nom", "Nom"))
                if not c[cle]
            ]
            ligne.erreurs += [
                f"{libelle} trop long."
                for cle, libelle in (("prenom", "Prénom"), ("nom", "Nom"))
                if len(c[cle]) > 60
            ]
            return
        if connue.pk == self.acteur.pk:
            ligne.erreurs.append("C’est vous\u202f: nul ne s’accorde un accès à soi-même.")
        if not connue.is_active:
            ligne.erreurs.append("Ce compte est fermé.")
        if cle_tri(f"{c['prenom']} {c['nom']}") != cle_tri(f"{connue.prenom} {connue.nom}"):
            ligne.avis.append(f"Compte existant\u202f: {connue}. Ce nom est gardé.")
        else:
            ligne.avis.append("Compte existant.")

    def _acces(self, ligne: Ligne) -> None:
        c = ligne.champs
        point = self.points.get(c["point"].upper())
        if point is None:
            ligne.erreurs.append(
                f"Point inconnu\u202f: {c['point']}." if c["point"] else "Code du point manquant."
            )
        role = _ROLES.get(cle_tri(c["role"]))
        if role is None:
            ligne.erreurs.append(f"Rôle inconnu\u202f: {c['role']} (médiateur, responsable ou direction).")
        debut = _lire_date(c["du"]) if c["du"] else timezone.localdate()
        fin = _lire_date(c["au"]) if c["au"] else None
        if debut is None or (c["au"] and fin is None):
            ligne.erreurs.append("Date à écrire comme 01/09/2026.")
            return
        if fin and fin < debut:
            ligne.erreurs.append("La fin précède le début.")
        if ligne.erreurs or point is None or role is None:
            return
        ligne.acces = self._preparer(ligne, role, point, debut, fin)

    def _preparer(
        self, ligne: Ligne, role: Role, point: PointAccueil, debut: date, fin: date | None
    ) -> Acces:
        direction = role == Role.DIRECTION
        acces = Acces(
            personne=self.personnes.get(ligne.champs["email"].lower()),
            role=role,
            point=None if direction else point,
            association=point.association if direction else None,
            debut=debut,
            fin=fin,
            origine=Origine.LISTE,
        )
        if not self.acteur.portee.reseau and role not in equipe.roles_accordables(self.acteur.portee, point):
            ligne.erreurs.append("Vous ne pouvez pas accorder ce rôle ici.")
        for autre in self.acces.get(self._cle(acces), []):
            if (fin is None or autre.debut <= fin) and (autre.fin is None or autre.fin >= debut):
                ligne.erreurs.append("Cette personne a déjà ce rôle sur tout ou partie de la période.")
                break
        return acces


def controler(acteur: Utilisateur, texte: str) -> list[Ligne]:
    """Read and check a list; nothing is written."""
    lignes = lire(texte)
    return Controle(acteur, lignes).controler(lignes)


def importer(acteur: Utilisateur, lignes: list[Ligne], adresse: str) -> int:
    """Invite the people of the right lines, each in its own transaction; returns how many.

    A line that the database refuses meanwhile gets its error, and does not stop the others.
    """
    faites = 0
    for ligne in lignes:
        if not ligne.juste or ligne.acces is None:
            continue
        c = ligne.champs
        try:
            equipe.inviter(
                acteur, email=c["email"], prenom=c["prenom"], nom=c["nom"], acces=ligne.acces, adresse=adresse
            )
        except ValidationError as erreur:
            ligne.erreurs += erreur.messages
        else:
            faites += 1
    return faites


def reste(texte: str, lignes: list[Ligne]) -> str:
    """The head line, if there was one, and the lines that still have to be corrected."""
    brutes = [t for t in texte.splitlines() if t.strip(" \t;,")]
    tete = brutes[:1] if _colonnes(_cellules(brutes[0], _separateur(brutes[0]))) else []
    return "\n".join([*tete, *(ligne.texte for ligne in lignes)]) + "\n"
