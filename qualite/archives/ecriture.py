"""The archive's ZIP, written from beginning to end into a stream: none of it is ever in clear on a disk.

Each table is there twice: JSON Lines, faithful, and CSV, for a spreadsheet. `schema.json` says what each
column is; `sha256sum -c SHA256SUMS` checks the whole.
"""

import csv
import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accueil.models import Association, PointAccueil
from pimms.socle.exports import neutraliser
from qualite.archives.appartenance import ECARTEES, tables
from qualite.archives.contenu import colonnes, lignes, pieces, scellee

TEXTES = "textes"
LISEZ_MOI = """\
Archive complète de {association}, faite le {jour}.

tables/*.jsonl   une ligne JSON par enregistrement, telle que l'application la garde (UTF-8)
tableur/*.csv    les mêmes, pour un tableur (UTF-8, virgules) ; un texte qui commencerait comme une
                 formule y est précédé d'une apostrophe
schema.json      ce qu'est chaque table et chaque colonne, et vers quelle table mène une clé
documents/       les documents des dossiers de médiation, par dossier
preuves/, rapports/, attestations/   les fichiers de la qualité
MANIFEST.json    ce qui est là, ce qui a été laissé de côté, et pourquoi
SHA256SUMS       se vérifie par : sha256sum -c SHA256SUMS

De qui n'a plus de rôle dans l'association, seul le nom est donné. Les constats d'un audit y sont une fois
l'audit fini ; les campagnes en préparation ou annulées n'y sont pas.

« textes » réunit ce qui est chiffré dans l'application : noms, récits, réponses. Gardez cette archive
comme vous gardez vos dossiers : elle dit tout, et rien ne la protège plus.
"""


class _Compteur:
    """What the ZIP writer writes to: counts and hashes what goes by."""

    def __init__(self, sortie: Any) -> None:
        self.sortie, self.somme, self.taille = sortie, hashlib.sha256(), 0

    def write(self, octets: bytes) -> int:
        self.somme.update(octets)
        self.taille += len(octets)
        self.sortie.write(octets)
        return len(octets)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Whoever opened `sortie` closes it."""


class Archive:
    """The ZIP being written; `terminer` closes it."""

    def __init__(self, sortie: Any, moment: datetime) -> None:
        self.compteur, self.moment = _Compteur(sortie), moment
        self.zip = zipfile.ZipFile(self.compteur, "w")
        self.sommes: list[str] = []

    @contextmanager
    def entree(self, nom: str, *, comprimer: bool = True) -> Iterator[Any]:
        """One file: what the block gives to `write` goes into it."""
        info = zipfile.ZipInfo(nom, self.moment.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if comprimer else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self.zip.open(info, "w", force_zip64=True) as brut:
            passage = _Compteur(brut)
            yield passage
        self.sommes.append(f"{passage.somme.hexdigest()}  {nom}\n")

    def ajouter(self, nom: str, octets: bytes, *, comprimer: bool = True) -> None:
        with self.entree(nom, comprimer=comprimer) as fichier:
            fichier.write(octets)

    def terminer(self) -> None:
        self.ajouter("SHA256SUMS", "".join(self.sommes).encode())
        self.zip.close()


class _Texte:
    """Gives csv a place to write text."""

    def __init__(self, octets: Any) -> None:
        self.octets = octets

    def write(self, texte: str) -> None:
        self.octets.write(texte.encode())


def archiver(association: Association, sortie: Any) -> dict[str, Any]:
    """Write the whole archive, as one snapshot of the database sees it; what there is to say of it."""
    moment = timezone.localtime()
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _archiver(association, Archive(sortie, moment))


def _archiver(association: Association, archive: Archive) -> dict[str, Any]:
    jour = f"{archive.moment:%d/%m/%Y à %Hh%M}"
    archive.ajouter("LISEZ-MOI.txt", LISEZ_MOI.format(association=association, jour=jour).encode())
    schema, nombres = {}, {}
    for nom, rangees in tables(association):
        schema[nom] = _schema(rangees.model)
        nombres[nom] = _en_json(archive, nom, rangees)
        _en_csv(archive, nom, rangees)
    notes = []
    gardees = 0
    for piece in pieces(association):
        if piece.octets is None:
            notes.append({"nom": piece.nom, "note": piece.note})
        else:
            archive.ajouter(piece.nom, piece.octets, comprimer=False)
            gardees += 1
    manifeste = {
        "association": str(association),
        "siret": association.siret,
        "faite_le": archive.moment.isoformat(timespec="seconds"),
        "points": _points(association),
        "lignes": nombres,
        "fichiers": gardees,
        "fichiers_absents": notes,
        "tables_ecartees": ECARTEES,
    }
    archive.ajouter("schema.json", _json(schema, indent=1))
    archive.ajouter("MANIFEST.json", _json(manifeste, indent=1))
    archive.terminer()
    compteur = archive.compteur
    return {
        "taille": compteur.taille,
        "empreinte": compteur.somme.hexdigest(),
        "lignes": sum(nombres.values()),
        "pieces": gardees,
    }


def _points(association: Association) -> list[dict[str, Any]]:
    """All of them, closed ones too."""
    points = PointAccueil.objects.filter(association=association).order_by("code")
    return [{"code": p.code, "nom": p.nom, "ferme_le": p.ferme_le} for p in points]


def _json(valeur: Any, **options: Any) -> bytes:
    return json.dumps(valeur, ensure_ascii=False, cls=DjangoJSONEncoder, **options).encode()


def _en_json(archive: Archive, nom: str, rangees: QuerySet) -> int:
    nombre = 0
    with archive.entree(f"tables/{nom}.jsonl") as fichier:
        for ligne in lignes(rangees):
            fichier.write(_json(ligne) + b"\n")
            nombre += 1
    return nombre


def _en_csv(archive: Archive, nom: str, rangees: QuerySet) -> None:
    titres = [champ.attname for champ in colonnes(rangees.model)]
    titres += [TEXTES] if scellee(rangees.model) else []
    with archive.entree(f"tableur/{nom}.csv") as fichier:
        sortie = csv.writer(_Texte(fichier))
        sortie.writerow(titres)
        for ligne in lignes(rangees):
            sortie.writerow([_cellule(ligne[titre]) for titre in titres])


def _cellule(valeur: Any) -> str:
    if valeur is None or valeur == {}:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, str):
        return neutraliser(valeur)
    if isinstance(valeur, dict | list):
        return _json(valeur).decode()
    return str(valeur)


def _schema(modele: type[models.Model]) -> dict[str, Any]:
    decrites = {}
    for champ in colonnes(modele):
        lieu: dict[str, Any] = {"type": champ.get_internal_type(), "libelle": str(champ.verbose_name)}
        if champ.related_model is not None:
            lieu["vers"] = champ.related_model._meta.label_lower.replace(".", "_")
        if champ.choices:
            lieu["valeurs"] = {str(code): str(libelle) for code, libelle in champ.flatchoices}
        decrites[champ.attname] = lieu | {"vide_permis": champ.null}
    if scellee(modele):
        decrites[TEXTES] = {"type": "JSON", "libelle": "textes chiffrés dans l’application"}
    return {"table": modele._meta.db_table, "nom": str(modele._meta.verbose_name), "colonnes": decrites}
