"""Cases (dossiers), their life, who is in charge, who may read."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accueil.models import Demande, Partenaire, Theme
from accueil.models.bases import Periode, PeriodeQuerySet, fin_apres_debut
from accueil.registres import CHOIX as REGISTRES
from mediation.etats import ACTIFS, CHOIX_ISSUE, ISSUES, ISSUES_SUIVIES, OUVERTS, TRANSFERT, Etat
from mediation.models.bases import DuDossier, DuPoint, connu, fini_si_date
from pimms.socle.chiffrement import Coffre
from pimms.socle.models import CleDonnees

A_REVOIR_APRES = 60  # days without a step (MEO-3, « à valider »)


class Compteur(DuPoint):
    """Last number given to a case of a point in a year; its row is locked while one is given."""

    annee = models.SmallIntegerField()
    dernier = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "annee"], name="compteur_unique")]

    def __str__(self) -> str:
        return f"{self.annee} : {self.dernier}"


class DossierQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Cases this person may know of: those of one's points that are not restricted to others,
        and, under pseudonyms, all those of one's association or of the network.

        The manager knows that a restricted case exists, and reads it under pseudonyms.
        """
        portee = utilisateur.portee
        if portee.reseau:
            return self
        return self.filter(
            self.lisibles(utilisateur)
            | Q(point__in=portee.points_de_responsable)
            | Q(point__association__in=portee.associations)
        )

    def lisibles_par(self, utilisateur):
        """Cases whose identities and texts this person reads: a role at that very point, and named
        where the case is restricted."""
        return self.filter(self.lisibles(utilisateur))

    @staticmethod
    def lisibles(utilisateur) -> Q:
        nommes = Lecteur.objects.filter(personne=utilisateur).values("dossier")
        return Q(point__in=utilisateur.portee.points_de_role) & (
            Q(restreint=False) | Q(mediateur=utilisateur) | Q(pk__in=nommes)
        )

    def actifs(self):
        return self.filter(etat__in=ACTIFS)


class UrgenceDossier(models.TextChoices):
    NORMALE = "normale", "Normale"
    RAPIDE = "rapide", "À traiter dans la semaine"
    IMMEDIATE = "immediate", "À traiter aujourd’hui"


class OrigineDossier(models.TextChoices):
    PERSONNE = "personne", "La personne elle-même"
    INSTITUTION = "institution", "Une institution ou un partenaire"
    TEMOIN = "temoin", "Un témoin, un proche"
    NOUS = "nous", "Nous-mêmes"


class Dossier(DuPoint):
    """A mediation case. One principal register; days are local to the point.

    `scelle` holds subject and institution under the case's own key. A transfer closes here and
    opens a successor there (`predecesseur`); a case is never deleted by a person.
    """

    Urgence = UrgenceDossier
    Origine = OrigineDossier

    reference = models.CharField(max_length=24, unique=True)
    annee = models.SmallIntegerField()
    numero = models.IntegerField()
    cle = models.UUIDField()
    cle_donnees = models.OneToOneField(CleDonnees, on_delete=models.PROTECT, related_name="+")
    ouvert_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ouvert_le = models.DateField()
    cree_le = models.DateTimeField(default=timezone.now)
    mediateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="dossiers", verbose_name="médiateur"
    )
    registre = models.SmallIntegerField(choices=REGISTRES)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+", db_index=False)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    urgence = models.CharField(max_length=10, choices=Urgence, default=Urgence.NORMALE)
    origine = models.CharField(max_length=12, choices=Origine, default=Origine.PERSONNE)
    demande = models.ForeignKey(
        Demande, on_delete=models.PROTECT, null=True, blank=True, related_name="dossiers"
    )
    predecesseur = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successeur"
    )
    restreint = models.BooleanField(default=False)
    etat = models.CharField(max_length=18, choices=Etat, default=Etat.DEMANDE)
    issue = models.CharField(max_length=12, choices=CHOIX_ISSUE, blank=True)
    clos_le = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)
    # Highest letter of a party taken out: never given again, for an old page may still name it.
    derniere_otee = models.SmallIntegerField(default=0, db_default=0)
    scelle = models.BinaryField(null=True, editable=False)

    objects = DossierQuerySet.as_manager()

    class Meta:
        ordering = ("-ouvert_le", "-id")
        verbose_name = "dossier de médiation"
        verbose_name_plural = "dossiers de médiation"
        indexes = [
            models.Index(fields=["point", "-ouvert_le", "-id"], name="dossier_point"),
            models.Index(fields=["mediateur", "etat"], name="dossier_mediateur"),
            models.Index(fields=["ouvert_le", "point", "registre"], name="dossier_registre"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["point", "annee", "numero"], name="dossier_numero_unique"),
            models.UniqueConstraint(fields=["ouvert_par", "cle"], name="dossier_cle_unique"),
            models.UniqueConstraint(fields=["id", "point"], name="dossier_id_point"),
            models.CheckConstraint(condition=Q(registre__range=(1, 8)), name="dossier_registre_1_a_8"),
            connu("urgence", UrgenceDossier, "dossier_urgence_connue"),
            connu("origine", OrigineDossier, "dossier_origine_connue"),
            connu("etat", Etat, "dossier_etat_connu"),
            models.CheckConstraint(
                condition=Q(etat__in=OUVERTS, issue="")
                | Q(etat__in=ISSUES, issue=F("etat"))
                | Q(etat=Etat.SUIVI, issue__in=ISSUES_SUIVIES)
                | Q(etat=Etat.CLOS, issue__in=[*ISSUES, TRANSFERT]),
                name="dossier_issue_selon_etat",
            ),
            models.CheckConstraint(
                condition=Q(etat=Etat.CLOS, clos_le__isnull=False)
                | ~Q(etat=Etat.CLOS) & Q(clos_le__isnull=True),
                name="dossier_clos_date",
            ),
            models.CheckConstraint(
                condition=Q(clos_le__isnull=True) | Q(clos_le__gte=F("ouvert_le")),
                name="dossier_clos_apres_ouverture",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @cached_property
    def coffre(self) -> Coffre:
        return self.cle_donnees.coffre

    def sceller(self, valeurs: dict[str, Any]) -> None:
        """Seal `objet` (subject) and `institution`."""
        self.scelle = self.coffre.sceller_valeurs("dossier", valeurs)

    def valeurs(self) -> dict[str, Any]:
        """Open the subject. Go through `mediation.lecture`, which checks who reads."""
        return self.coffre.ouvrir_valeurs("dossier", self.scelle)

    @property
    def actif(self) -> bool:
        return self.etat != Etat.CLOS


class Lecteur(DuPoint):
    """A person named to read a restricted case, besides the one in charge."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="lecteurs", db_index=False)
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "personne"], name="lecteur_unique")]

    def __str__(self) -> str:
        return f"{self.personne}"


class RetraitDe(models.TextChoices):
    PARTIE = "partie", "Une partie"
    MEDIATEUR = "mediateur", "Le médiateur"


class NatureEvenement(models.TextChoices):
    OUVERTURE = "ouverture", "Ouverture"
    TRANSITION = "transition", "Changement d’état"
    PASSATION = "passation", "Passage à un autre médiateur"
    TRANSFERT = "transfert", "Transfert à un autre point"
    RESTRICTION = "restriction", "Accès restreint ou rouvert"
    REGISTRE = "registre", "Changement de registre"
    MODIFICATION = "modification", "Modification"


class Evenement(DuDossier):
    """What happened to a case, in order; append-only. `scelle` holds the reason (`motif`).

    A transition carries `de` and `vers`, an orientation its partner, a handing over the new person in
    charge, a retagging the registers before and after.
    """

    Nature = NatureEvenement

    nature = models.CharField(max_length=12, choices=Nature)
    le = models.DateTimeField(default=timezone.now)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    de = models.CharField(max_length=18, blank=True)
    vers = models.CharField(max_length=18, blank=True)
    personne = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    registre_de = models.SmallIntegerField(null=True)
    registre_vers = models.SmallIntegerField(null=True)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    retrait_de = models.CharField(max_length=9, choices=RetraitDe, blank=True)
    relais_propose = models.BooleanField(null=True)

    class Meta:
        ordering = ("numero",)
        constraints = [
            models.UniqueConstraint(fields=["dossier", "numero"], name="evenement_numero_unique"),
            models.CheckConstraint(
                condition=Q(vers="retrait", retrait_de__in=RetraitDe.values)
                | ~Q(vers="retrait") & Q(retrait_de=""),
                name="evenement_retrait_de_qui",
                violation_error_message="Dites qui se retire.",
            ),
            # DEO-5: a party leaves without a reason; a médiateur gives one and proposes a relay.
            models.CheckConstraint(
                condition=~Q(retrait_de="mediateur") | Q(scelle__isnull=False, relais_propose__isnull=False),
                name="evenement_retrait_motive",
                violation_error_message="Le médiateur qui se retire dit pourquoi et propose un relais.",
            ),
            connu("nature", NatureEvenement, "evenement_nature_connue"),
            models.CheckConstraint(
                condition=Q(nature__in=["transition"]) & ~Q(de="") & ~Q(vers="")
                | ~Q(nature__in=["transition"]) & Q(de=""),
                name="evenement_transition_complete",
            ),
            models.CheckConstraint(
                condition=~Q(nature__in=["passation", "transfert"]) | Q(scelle__isnull=False),
                name="evenement_motif_du",
                violation_error_message="Un motif est attendu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {self.numero}"


class DeAttente(models.TextChoices):
    INSTITUTION = "institution", "une institution"
    PARTIE = "partie", "une partie"
    TIERS = "tiers", "un tiers"


class Attente(DuPoint, Periode):
    """Days during which a case waits for a third party: reminders are suspended (MEO-3)."""

    De = DeAttente

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="attentes")
    de = models.CharField(max_length=12, choices=De)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    relance_le = models.DateField("relancer le")

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        ordering = ("-debut",)
        constraints = [
            fin_apres_debut("attente_fin_apres_debut"),
            connu("de", DeAttente, "attente_de_connue"),
            models.CheckConstraint(
                condition=Q(relance_le__gt=F("debut")),
                name="attente_relance_apres_debut",
                violation_error_message="La relance suit le début de l’attente.",
            ),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(fin__isnull=True), name="attente_une_seule_ouverte"
            ),
        ]

    def __str__(self) -> str:
        return f"En attente depuis le {self.debut}"


class DecisionConflitInteret(models.TextChoices):
    PASSE_LA_MAIN = "passe_la_main", "Le médiateur passe la main"
    JUSTIFIE = "justifie", "Le responsable justifie la poursuite"


class ConflitInteret(DuDossier):
    """A conflict of interest declared by a médiateur: they hand over, or the manager justifies."""

    Decision = DecisionConflitInteret

    declare_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declare_le = models.DateField()
    decision = models.CharField(max_length=14, choices=Decision, blank=True)
    decide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decide_le = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("numero",)
        constraints = [
            models.UniqueConstraint(fields=["dossier", "numero"], name="conflit_numero_unique"),
            connu("decision", DecisionConflitInteret, "conflit_decision_connue", vide=True),
            fini_si_date("decision", "decide_le", "conflit_decision_datee"),
            models.CheckConstraint(
                condition=~Q(decision="justifie") | ~Q(decide_par=F("declare_par")),
                name="conflit_justifie_par_un_autre",
                violation_error_message="Nul ne justifie son propre conflit d’intérêts.",
            ),
        ]

    def __str__(self) -> str:
        return f"Conflit d’intérêts déclaré le {self.declare_le}"


class DomaineRedirection(models.TextChoices):
    PENALE = "penale", "Médiation pénale"
    FAMILIALE = "familiale", "Médiation familiale"
    CONSOMMATION = "consommation", "Médiation de la consommation"
    COMMERCIALE = "commerciale", "Médiation commerciale"
    TRAVAIL = "travail", "Conflit du travail"


class Redirection(DuPoint):
    """A request out of scope, sent on to a named contact: never a case (CAD-1).

    `vers` names an office or a function, not a private person. That of a case is in `scelle`, under
    the case's key: with the rest of the case it would tell somebody's story.
    """

    Domaine = DomaineRedirection

    cle = models.UUIDField()
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    jour = models.DateField()
    saisie_le = models.DateTimeField(default=timezone.now)
    domaine = models.CharField(max_length=14, choices=Domaine)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    vers = models.CharField(max_length=120, blank=True)
    scelle = models.BinaryField(null=True, editable=False)
    demande = models.ForeignKey(
        Demande, on_delete=models.PROTECT, null=True, blank=True, related_name="redirections"
    )
    dossier = models.OneToOneField(
        Dossier, on_delete=models.PROTECT, null=True, blank=True, related_name="redirection"
    )

    class Meta:
        ordering = ("-jour", "-id")
        verbose_name = "réorientation hors champ"
        verbose_name_plural = "réorientations hors champ"
        indexes = [models.Index(fields=["point", "-jour"], name="redirection_point")]
        constraints = [
            models.UniqueConstraint(fields=["auteur", "cle"], name="redirection_cle_unique"),
            connu("domaine", DomaineRedirection, "redirection_domaine_connu"),
            models.CheckConstraint(
                condition=Q(partenaire__isnull=False) | ~Q(vers="") | Q(scelle__isnull=False),
                name="redirection_nommee",
                violation_error_message="Dites vers qui la personne est réorientée.",
            ),
            models.CheckConstraint(
                condition=Q(dossier__isnull=True, scelle__isnull=True) | Q(dossier__isnull=False, vers=""),
                name="redirection_d_un_dossier_scellee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_domaine_display()} → {self.partenaire or self.vers or 'un interlocuteur nommé'}"

    def sceller(self, vers: str) -> None:
        """Keep the contact of a case's redirection under the case's key."""
        assert self.dossier is not None  # noqa: S101 — without a case there is no key
        self.scelle = self.dossier.coffre.sceller_valeurs("redirection", {"vers": vers}) if vers else None

    def contact(self) -> str:
        """To whom, as typed. For a case's, go through `mediation.lecture`, which checks who reads."""
        if self.dossier is None:
            return self.vers
        return self.dossier.coffre.ouvrir_valeurs("redirection", self.scelle).get("vers", "")
