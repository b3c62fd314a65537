"""A case with all its parts, as one person may read it, in a fixed number of statements."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BinaryField, CharField, F, Func, Model, OuterRef, Value
from django.db.models.functions import Coalesce, Concat, JSONObject, NullIf, Trim

from accueil.models import Utilisateur
from mediation.etats import TRANSFERT, Etat, Transition, depuis
from mediation.lecture import Lecture, lit
from mediation.models import (
    Attente,
    ConflitInteret,
    Consentement,
    Document,
    Dossier,
    Engagement,
    Etape,
    Evenement,
    Lecteur,
    Mandat,
    Partie,
    Presence,
    Redirection,
)
from mediation.models.bases import DuDossier

M = TypeVar("M", bound=Model)
L = TypeVar("L", bound=DuDossier)


def en_json(modele: type[Model], lien: str, **autres: str) -> ArraySubquery:
    """The rows of `modele` that point to the outer row by `lien`, as JSON: small sets cost no statement.

    `autres` are paths told besides the row's own columns.
    """
    champs: dict[str, Any] = {
        c.attname: Func(F(c.attname), Value("base64"), function="encode")
        if isinstance(c, BinaryField)
        else F(c.attname)
        for c in modele._meta.concrete_fields
    }
    champs |= {nom: F(chemin) for nom, chemin in autres.items()}
    lignes = modele._default_manager.filter(**{lien: OuterRef("pk")})
    return ArraySubquery(lignes.values(json=JSONObject(**champs)))


def relire(modele: type[M], json: dict[str, Any]) -> M:
    """A row of `modele` from what `en_json` gave; what was told besides becomes attributes."""
    colonnes = {c.attname: c for c in modele._meta.concrete_fields}
    ligne = modele(**{nom: colonnes[nom].to_python(v) for nom, v in json.items() if nom in colonnes})
    for nom in json.keys() - colonnes.keys():
        setattr(ligne, nom, json[nom])
    return ligne


@dataclass
class Fiche:
    """The case as this person reads it; each part bears its opened texts in `lu`.

    Who reads pseudonyms gets empty texts. Parties bear `nom_lu`, their last word today `accord_actuel`
    (`accord_vaut`: it is an agreement that counts) and all their words `paroles`; steps their
    `participants`, `auteur_nom` and `partenaire_nom`.
    """

    dossier: Dossier
    lecture: Lecture
    aujourdhui: date
    objet: str = ""
    institution: str = ""
    redirection: Redirection | None = None  # with its `contact_lu`; none once the case goes on
    parties: list[Partie] = field(default_factory=list)
    etapes: list[Etape] = field(default_factory=list)
    evenements: list[Evenement] = field(default_factory=list)
    engagements: list[Engagement] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    mandats: list[Mandat] = field(default_factory=list)
    attentes: list[Attente] = field(default_factory=list)
    conflits: list[ConflitInteret] = field(default_factory=list)
    lecteurs: list[Lecteur] = field(default_factory=list)

    @property
    def titre(self) -> str:
        """The subject, or what may be said of it to who reads pseudonyms."""
        return self.objet or f"Médiation {self.dossier.reference}"

    @property
    def attente(self) -> Attente | None:
        """The wait for a third party that runs now."""
        if self.dossier.anonymise_le:
            return None
        return next((a for a in self.attentes if a.fin is None), None)

    @property
    def conflit(self) -> ConflitInteret | None:
        """The conflict of interest that waits for a decision."""
        if self.dossier.anonymise_le:
            return None
        return next((c for c in self.conflits if not c.decision), None)

    def associe(self, utilisateur: Utilisateur) -> bool:
        """Whether this person reads the case and works on it, as `passations.travaille_sur` says it; no
        query."""
        siennes = (e for e in self.etapes if e.auteur_id == utilisateur.pk and not e.annulee_le)
        nommes = {lecteur.personne_id for lecteur in self.lecteurs}
        part = utilisateur.pk in {self.dossier.mediateur_id, *nommes} or any(siennes)
        return self.lecture.complete and part

    @property
    def transitions(self) -> list[Transition]:
        """Moves that this case may make now; none for a transferred one."""
        if self.dossier.issue == TRANSFERT:
            return []
        permises = depuis(self.dossier.etat)
        if self.dossier.issue == Etat.HORS_CHAMP:  # nothing was decided that could be followed up
            return [t for t in permises if t.vers != Etat.SUIVI]
        return permises

    @property
    def transferable(self) -> bool:
        return self.dossier.etat in (Etat.DEMANDE, Etat.PRISE_DE_CONTACT, Etat.EN_COURS)


def charger(dossiers) -> Any:
    """Add to a queryset of cases what the page shows of each, small sets included."""
    noms = {"prenom": "personne__prenom", "nom": "personne__nom"}
    return dossiers.select_related(
        "point__association",
        "cle_donnees",
        "mediateur",
        "theme",
        "partenaire",
        "demande__visite",
        "demande__theme",
        "predecesseur__point",
        "successeur__point",
        "redirection__partenaire",
    ).annotate(
        attentes_json=en_json(Attente, "dossier", partenaire_nom="partenaire__nom"),
        conflits_json=en_json(
            ConflitInteret, "dossier", prenom="declare_par__prenom", nom="declare_par__nom"
        ),
        lecteurs_json=en_json(Lecteur, "dossier", **noms),
        mandats_json=en_json(Mandat, "dossier"),
    )


def fiche(utilisateur: Utilisateur, dossier: Dossier) -> Fiche:
    """The whole case, `dossier` coming from `charger`: five statements."""
    lecteurs = [relire(Lecteur, j) for j in dossier.lecteurs_json]  # type: ignore[attr-defined]
    nommes = {lecteur.personne_id for lecteur in lecteurs}
    lecture = Lecture(utilisateur, dossier, lit(utilisateur, dossier, nommes))
    textes = lecture.textes(dossier)
    vue = Fiche(
        dossier=dossier,
        lecture=lecture,
        aujourdhui=dossier.point.aujourdhui(),
        objet=textes.get("objet", ""),
        institution=textes.get("institution", ""),
        attentes=[relire(Attente, j) for j in dossier.attentes_json],  # type: ignore[attr-defined]
        lecteurs=lecteurs,
    )
    vue.redirection = _redirection(lecture)
    vue.conflits = _lues(lecture, [relire(ConflitInteret, j) for j in dossier.conflits_json])  # type: ignore[attr-defined]
    vue.mandats = _lues(lecture, [relire(Mandat, j) for j in dossier.mandats_json])  # type: ignore[attr-defined]
    vue.parties = _parties(lecture, vue.aujourdhui)
    noms = {p.pk: p for p in vue.parties}
    vue.etapes = _etapes(lecture, noms)
    evenements = Evenement.objects.filter(dossier=dossier).select_related("par", "personne", "partenaire")
    vue.evenements = _lues(lecture, list(evenements))
    engagements = Engagement.objects.filter(dossier=dossier).select_related("constate_par")
    vue.engagements = _lues(lecture, list(engagements))
    documents = Document.objects.filter(dossier=dossier, retire_le__isnull=True).select_related("ajoute_par")
    vue.documents = _lues(lecture, list(documents))
    lies: list[Any] = [*vue.engagements, *vue.mandats, *vue.documents]
    for ligne in lies:
        ligne.partie = noms.get(ligne.partie_id)
    return vue


def _redirection(lecture: Lecture) -> Redirection | None:
    dossier = lecture.dossier
    if dossier.issue != Etat.HORS_CHAMP:
        return None
    redirection: Any = getattr(dossier, "redirection", None)
    if redirection:
        redirection.contact_lu = redirection.contact() if lecture.complete else ""
    return redirection


def _lues(lecture: Lecture, lignes: list[L]) -> list[L]:
    """Bind each part to its case and open its texts into `lu`."""
    for ligne in lignes:
        ligne.dossier = lecture.dossier
        ligne.lu = lecture.textes(ligne)  # type: ignore[attr-defined]
    return lignes


def _parties(lecture: Lecture, jour: date) -> list[Partie]:
    parties = Partie.objects.filter(dossier=lecture.dossier).select_related("partenaire")
    lignes: list[Any] = list(parties.annotate(paroles_json=en_json(Consentement, "partie")))
    _lues(lecture, lignes)
    toutes = {p.pk: p for p in lignes}
    for partie in lignes:
        partie.nom_lu = lecture.nom(partie)
        paroles = [relire(Consentement, j) for j in partie.paroles_json]
        paroles.sort(key=lambda c: (c.jour, c.pk))
        for parole in paroles:
            parole.donne_par = toutes.get(parole.donne_par_id)
        partie.paroles = paroles
        dits = [c for c in paroles if c.jour <= jour]
        partie.accord_actuel = dits[-1] if dits else None
        partie.accord_vaut = partie.engagee_par(partie.accord_actuel, jour)
    return lignes


def _etapes(lecture: Lecture, parties: dict[int, Partie]) -> list[Etape]:
    presences = Presence.objects.filter(etape=OuterRef("pk")).order_by("partie_id").values("partie_id")
    # Names, not rows: two hundred steps would make their author two hundred times.
    auteur = Trim(Concat("auteur__prenom", Value(" "), "auteur__nom"))
    etapes = Etape.objects.filter(dossier=lecture.dossier).annotate(
        presents=ArraySubquery(presences),
        auteur_nom=Coalesce(NullIf(auteur, Value("")), F("auteur__email"), output_field=CharField()),
        partenaire_nom=F("partenaire__nom"),
    )
    lignes: list[Any] = list(etapes)
    _lues(lecture, lignes)
    for etape in lignes:
        etape.participants = [parties[pk] for pk in etape.presents if pk in parties]
    return lignes
