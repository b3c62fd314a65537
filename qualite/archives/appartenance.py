"""Which rows belong to an association, table by table, and which tables stay out, and why.

A test holds that each table of the three apps stands in exactly one of the lists below: a table to come is
decided upon, not forgotten.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accueil.models import Acces, Association, PointAccueil, Utilisateur
from accueil.models.personnes import Role
from pimms.socle.journal import CONSULTATIONS
from pimms.socle.models import EntreeJournal
from qualite.etats_campagne import CACHEES, EtatCampagne

POINT, ASSOCIATION = "point__association", "association"
_DES_DEUX = (POINT, ASSOCIATION)

# By which paths a table's rows lead to their association; any of them is enough.
PROPRES: dict[str, tuple[str, ...]] = {
    "accueil.Association": ("pk",),
    "accueil.ContratFranchise": (ASSOCIATION,),
    "accueil.PointAccueil": (ASSOCIATION,),
    "accueil.LabelFranceServices": (POINT,),
    "accueil.PlageHoraire": (POINT,),
    "accueil.Fermeture": (POINT,),
    "accueil.JourneeMobile": (POINT,),
    "accueil.Partenaire": (ASSOCIATION,),
    "accueil.Convention": (ASSOCIATION,),
    "accueil.Utilisateur": ("acces__point__association", "acces__association"),  # see `_personnes`
    "accueil.Acces": _DES_DEUX,
    "accueil.Absence": (POINT,),
    "accueil.Visite": (POINT,),
    "accueil.NoteVisite": (POINT,),
    "accueil.Demande": (POINT,),
    "accueil.Suivi": (POINT,),
    "accueil.VisiteVersion": (POINT,),
    "accueil.ChangementRegistre": (POINT,),
    "mediation.Dossier": (POINT,),
    "mediation.Lecteur": (POINT,),
    "mediation.Preavis": (POINT,),
    "mediation.Partie": (POINT,),
    "mediation.Consentement": (POINT,),
    "mediation.Document": (POINT,),
    "mediation.Mandat": (POINT,),
    "mediation.Etape": (POINT,),
    "mediation.Presence": ("etape__point__association",),
    "mediation.Engagement": (POINT,),
    "mediation.Evenement": (POINT,),
    "mediation.Attente": (POINT,),
    "mediation.ConflitInteret": (POINT,),
    "mediation.Redirection": (POINT,),
    "mediation.PropositionRegistre": (POINT,),
    "mediation.Action": (POINT,),
    "mediation.Action_partenaires": ("action__point__association",),
    "mediation.Action_equipe": ("action__point__association",),
    "mediation.Participation": ("action__point__association",),
    "mediation.Alerte": (POINT,),
    "mediation.Transmission": (POINT,),
    "qualite.ActionCorrective": _DES_DEUX,
    "qualite.EvenementAction": ("action__point__association", "action__association"),
    "qualite.Preuve": (*_DES_DEUX, "employeur"),
    "qualite.VersionPreuve": (
        "preuve__point__association",
        "preuve__association",
        "preuve__employeur",
    ),
    "qualite.EvenementPreuve": (
        "version__preuve__point__association",
        "version__preuve__association",
        "version__preuve__employeur",
    ),
    "qualite.Constat": _DES_DEUX,
    "qualite.Changement": _DES_DEUX,
    "qualite.SansObjet": _DES_DEUX,
    "qualite.Travail": _DES_DEUX,
    "qualite.PointCampagne": (POINT,),
    "qualite.ConstatAudit": (POINT,),
    "qualite.ReponseConstat": ("constat__point__association",),
    "qualite.SuiteConstat": ("constat__point__association",),
    "qualite.Attestation": ("employeurs__contains",),
    "qualite.DemandeDroits": (POINT,),
    "qualite.Incident": (POINT,),
    "qualite.Reclamation": (POINT,),
    "qualite.Qualification": (POINT,),
    "qualite.FormationSuivie": (POINT,),
    "qualite.Tutorat": (POINT,),
    "qualite.Questionnaire": (POINT,),
    "qualite.Avis": (POINT,),
    "qualite.CommentaireAvis": (POINT,),
    "qualite.SeanceCollective": (POINT,),
    "qualite.PointSeance": (POINT,),
    "qualite.PresenceSeance": ("lieu__point__association",),
    "qualite.Rapport": _DES_DEUX,
    "qualite.ArchiveAssociation": (ASSOCIATION,),
}
EN_AUDIT = (*CACHEES, EtatCampagne.AUDIT)
# What the direction's pages don't show either: campaigns hidden from it, findings while the audit lasts, and
# invitations of auditors, who are nobody's team.
MASQUEES = {
    "accueil.Acces": Q(role=Role.AUDITEUR),
    "qualite.PointCampagne": Q(campagne__etat__in=CACHEES),
    "qualite.ConstatAudit": Q(campagne__etat__in=EN_AUDIT),
    "qualite.ReponseConstat": Q(constat__campagne__etat__in=EN_AUDIT),
    "qualite.SuiteConstat": Q(constat__campagne__etat__in=EN_AUDIT),
}
# The network's lists that those rows name by key.
PARTAGEES = ("accueil.Theme", "accueil.Partenaire", "qualite.Charte")
# Given as files of their own, not as rows.
PIECES = ("mediation.Fichier", "qualite.FichierPreuve", "qualite.FichierRapport", "qualite.AttestationPdf")
CALCULE = "recalculé d’après les autres tables"
TECHNIQUE = "ne sert qu’au fonctionnement de l’application"
DU_RESEAU = "appartient au réseau"
ECARTEES: dict[str, str] = {
    "accueil.Region": "liste publique (Insee)",
    "accueil.Departement": "liste publique (Insee)",
    "accueil.Commune": "liste publique (Insee)",
    "accueil.AgregatJour": CALCULE,
    "accueil.AgregatMois": CALCULE,
    "accueil.ColonnesMois": CALCULE,
    "accueil.ReseauJour": DU_RESEAU,
    "accueil.ReseauMois": DU_RESEAU,
    "accueil.AbonnementResume": "réglage d’une personne",
    "accueil.OrdreFrequent": CALCULE,
    "accueil.MarqueAgregat": TECHNIQUE,
    "accueil.ControleAgregats": TECHNIQUE,
    "accueil.Export": TECHNIQUE,
    "accueil.CodeVerrou": "secret d’une personne",
    "accueil.SessionOuverte": "secret d’une personne",
    "accueil.Utilisateur_groups": TECHNIQUE,
    "accueil.Utilisateur_user_permissions": TECHNIQUE,
    "mediation.Compteur": TECHNIQUE,
    "qualite.Referentiel": DU_RESEAU,
    "qualite.Exigence": DU_RESEAU,
    "qualite.Parametre": DU_RESEAU,
    "qualite.Application": DU_RESEAU,
    "qualite.Valeur": DU_RESEAU,
    "qualite.BonnePratique": DU_RESEAU,
    "qualite.Evaluation": DU_RESEAU,
    "qualite.PreuveArretee": DU_RESEAU,
    "qualite.Echeance": DU_RESEAU,
    "qualite.Campagne": DU_RESEAU,
    "qualite.EvenementCampagne": DU_RESEAU,
    "qualite.AccesCampagne": DU_RESEAU,
    "qualite.Tirage": DU_RESEAU,
    "qualite.JourneeAudit": DU_RESEAU,
    "qualite.NoteAudit": "notes de l’auditeur",
    "qualite.Calcul": TECHNIQUE,
    "qualite.PassageConservation": DU_RESEAU,
    "qualite.RappelAction": TECHNIQUE,
    "qualite.RappelPreuve": TECHNIQUE,
    "qualite.RappelAttestation": TECHNIQUE,
    "qualite.RappelSaisine": TECHNIQUE,
    "qualite.InstantaneRapport": "dans le PDF du rapport",
}


def les_siennes(association: Association, nom: str) -> QuerySet:
    """Rows of a table that belong to the association and may be told to it, by key."""
    modele = apps.get_model(nom)
    if modele is Utilisateur:
        return _personnes(association)
    condition = Q()
    for chemin in PROPRES[nom]:
        cle = [association.pk] if chemin.endswith("__contains") else association.pk
        condition |= Q(**{chemin: cle})
    # A row reached by two paths is one row.
    siennes = modele._base_manager.filter(condition).exclude(MASQUEES.get(nom, Q(pk=None)))
    return modele._base_manager.filter(pk__in=siennes.order_by().values("pk")).order_by("pk")


def _personnes(association: Association) -> QuerySet[Utilisateur]:
    """Who has or had a role there; `en_poste`: has one today. Of the others a name is enough."""
    roles = les_siennes(association, "accueil.Acces")
    du_jour = Acces.objects.en_vigueur(timezone.localdate()).filter(
        pk__in=roles.values("pk"), personne=OuterRef("pk")
    )
    personnes = Utilisateur.objects.filter(pk__in=roles.order_by().values("personne"))
    return personnes.annotate(en_poste=Exists(du_jour)).order_by("pk")


# Acts about these are told as far as the rows themselves; about those, never: the auditor's and the union's.
_DITS_COMME_LEURS_LIGNES = tuple(nom for nom in MASQUEES if nom.startswith("qualite."))
_DE_L_AUDIT = ("noteaudit", "journeeaudit", "accescampagne")


def journal(association: Association) -> QuerySet[EntreeJournal]:
    """What was changed at its points. Who read what is told to the manager of the point alone."""
    points = PointAccueil.objects.filter(association=association)
    entrees = EntreeJournal.objects.filter(point_id__in=points.values("pk"))
    auditeurs = Acces.objects.filter(role=Role.AUDITEUR)
    tus = Q(objet__in=_DE_L_AUDIT) | Q(objet="acces", objet_id__in=auditeurs.order_by().values("pk"))
    for nom in _DITS_COMME_LEURS_LIGNES:
        dites = les_siennes(association, nom).order_by().values("pk")
        tus |= Q(objet=nom.split(".")[1].lower()) & ~Q(objet_id__in=dites)
    return entrees.exclude(tus).exclude(acte__in=CONSULTATIONS).order_by("pk")


def tables(association: Association) -> Iterator[tuple[str, QuerySet]]:
    """Each table of the archive: its name there, its rows."""
    for nom in PROPRES:
        yield nom.lower().replace(".", "_"), les_siennes(association, nom)
    for nom in PARTAGEES:
        yield f"liste_{nom.split('.')[1].lower()}", _partages(apps.get_model(nom))
    yield "journal", journal(association)


def _partages(modele: type[models.Model]) -> QuerySet:
    lignes = modele._base_manager.order_by("pk")
    # A partner of one association is known to it alone.
    nationaux = any(champ.name == "association" for champ in modele._meta.concrete_fields)
    return lignes.filter(association__isnull=True) if nationaux else lignes
