"""What a row holds once opened, and the files that go with the rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet

from accueil.models import Association
from mediation import documents
from mediation.models import Fichier, Redirection
from mediation.models.bases import DuDossier
from mediation.models.dossiers import Dossier
from pimms.socle.chiffrement import Indechiffrable
from pimms.socle.models import CleDonnees
from qualite import attestation_pdf, preuves
from qualite.archives.appartenance import les_siennes
from qualite.models import Attestation, CommentaireAvis, FichierPreuve, FichierRapport, Rapport, VersionPreuve
from qualite.models.ecrits import ILLISIBLE, EcritScelle
from qualite.rapports import demandes
from qualite.rapports.pages import nom_du_fichier

# A person's own secrets, and what only serves the application.
TUES = {"accueil.Utilisateur": {"password", "is_superuser", "is_staff", "last_login"}}
# Of who has left, the other rows' keys need a name: nothing else is kept of them there.
NOM_SEUL = {"id", "prenom", "nom"}
ALTERE, ABSENT = "fichier altéré, laissé de côté", "sans fichier : un lien, ou une preuve effacée"
LOT = 500


def colonnes(modele: type[models.Model]) -> list[models.Field]:
    """The columns in clear: neither keys nor what they sealed."""
    tues = TUES.get(modele._meta.label, set())
    return [
        champ
        for champ in modele._meta.concrete_fields
        if not isinstance(champ, models.BinaryField)
        and champ.related_model is not CleDonnees
        and champ.name not in tues
    ]


def _commentaire(ligne: CommentaireAvis) -> dict[str, Any]:
    coffre = ligne.avis.questionnaire.coffre.coffre
    return {"texte": coffre.ouvrir(ligne.usage, ligne.scelle).decode()}


# model: what its key needs to be loaded along, how its words open.
_LECTURES: dict[type[models.Model], tuple[tuple[str, ...], Callable[[Any], Mapping[str, Any]]]] = {
    Dossier: (("cle_donnees",), Dossier.valeurs),
    Redirection: (("dossier__cle_donnees",), lambda ligne: {"vers": ligne.contact()}),
    DuDossier: (("dossier__cle_donnees",), DuDossier.valeurs),
    EcritScelle: (("coffre",), EcritScelle.textes),
    VersionPreuve: (("preuve__coffre",), VersionPreuve.valeurs),
    CommentaireAvis: (("avis__questionnaire__coffre",), _commentaire),
}


def _lecture(modele: type[models.Model]):
    return next((trouvee for classe, trouvee in _LECTURES.items() if issubclass(modele, classe)), None)


def scellee(modele: type[models.Model]) -> bool:
    """Whether rows of that table have words of their own, given as `textes`."""
    return _lecture(modele) is not None


def lignes(rangees: QuerySet) -> Iterator[dict[str, Any]]:
    """Each row as a dict of its columns, its words opened."""
    champs, lecture = colonnes(rangees.model), _lecture(rangees.model)
    if lecture:
        rangees = rangees.select_related(*lecture[0])
    for rangee in rangees.iterator(LOT):
        valeurs = {champ.attname: _valeur(rangee, champ.attname) for champ in champs}
        if lecture:
            valeurs["textes"] = _ouvrir(rangee, lecture[1])
        yield valeurs


def _valeur(rangee: models.Model, colonne: str) -> Any:
    partie = not getattr(rangee, "en_poste", True) and colonne not in NOM_SEUL
    return None if partie else getattr(rangee, colonne)


def _ouvrir(rangee: models.Model, ouvrir: Callable[[Any], Mapping[str, Any]]) -> Mapping[str, Any]:
    try:
        return ouvrir(rangee)
    except Indechiffrable:
        return {"texte": ILLISIBLE}


@dataclass(frozen=True)
class Piece:
    """A file of the archive; without bytes, `note` says why."""

    nom: str
    octets: bytes | None
    note: str = ""


def pieces(association: Association) -> Iterator[Piece]:
    """Each document, proof, report and attestation, one at a time in memory."""
    yield from _documents(association)
    yield from _preuves(association)
    yield from _rapports(association)
    yield from _attestations(association)


def _documents(association: Association) -> Iterator[Piece]:
    fichiers = Fichier.objects.filter(point__association=association).select_related(
        "document__dossier__cle_donnees"
    )
    for fichier in fichiers.order_by("pk").iterator(1):
        document = fichier.document
        extension = documents.EXTENSIONS[document.format]
        nom = f"documents/{document.dossier.reference}/{document.numero}.{extension}"
        try:
            yield Piece(nom, documents.ouvrir(fichier))
        except Indechiffrable:
            yield Piece(nom, None, ALTERE)


def _preuves(association: Association) -> Iterator[Piece]:
    versions = les_siennes(association, "qualite.VersionPreuve").select_related("preuve__coffre")
    for version in versions.iterator(LOT):
        extension = f".{documents.EXTENSIONS[version.format]}" if version.format else ""
        nom = f"preuves/P-{version.preuve_id}.{version.numero}{extension}"
        try:
            yield Piece(nom, preuves.ouvrir(version))
        except FichierPreuve.DoesNotExist:
            yield Piece(nom, None, ABSENT)
        except preuves.FichierAltere:
            yield Piece(nom, None, ALTERE)


def _rapports(association: Association) -> Iterator[Piece]:
    prets = les_siennes(association, "qualite.Rapport").filter(etat="pret").values_list("pk", flat=True)
    for pk in prets.iterator(LOT):
        rapport = Rapport.objects.select_related("point", "association", "partenaire", "coffre").get(pk=pk)
        fichier = FichierRapport.objects.get(rapport=rapport)
        fichier.rapport = rapport
        nom = f"rapports/{nom_du_fichier(rapport)}"
        try:
            yield Piece(nom, demandes.ouvrir(fichier))
        except demandes.FichierAltere:
            yield Piece(nom, None, ALTERE)


def _attestations(association: Association) -> Iterator[Piece]:
    attestations: QuerySet[Attestation] = les_siennes(association, "qualite.Attestation")
    for attestation in attestations.iterator(LOT):
        nom = f"attestations/{attestation.pk}.pdf"
        try:
            octets = attestation_pdf.lire(attestation)
        except attestation_pdf.PdfAltere:
            yield Piece(nom, None, ALTERE)
        else:
            yield Piece(nom, octets, "" if octets else "PDF pas encore fait")
