"""Tables that know no trade: the journal, the outbox, the heartbeats."""

from functools import cached_property

from django.db import models
from django.db.models.fields.json import KT
from django.utils import timezone

from pimms.socle.chiffrement import Coffre, coffre, nouvelle_cle


class EntreeJournal(models.Model):
    """One change, written in the transaction of the change; append-only in the database itself.

    `avant` and `apres` hold coded values only; free text appears as « modifié ».
    No foreign key: an entry outlives what it speaks of.
    """

    horodatage = models.DateTimeField("date et heure", default=timezone.now)
    acteur_id = models.BigIntegerField(null=True)
    requete = models.CharField(max_length=36)
    point_id = models.BigIntegerField("clé du point", null=True)
    objet = models.CharField(max_length=40)
    objet_id = models.BigIntegerField("clé de l’objet")
    acte = models.CharField(max_length=40)
    avant = models.JSONField(null=True)
    apres = models.JSONField(null=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = "entrée du journal"
        verbose_name_plural = "entrées du journal"
        indexes = [
            models.Index(fields=["objet", "objet_id", "id"], name="journal_objet"),
            models.Index(fields=["horodatage"], name="journal_horodatage"),
            # Who read what at a point, latest first.
            models.Index(
                fields=["point_id", "-id"],
                name="journal_consultations",
                condition=models.Q(acte__in=["lire", "chercher"]),
            ),
        ]
        constraints = [
            # A person who reads the same thing ten times in a day is told of once.
            models.UniqueConstraint(
                "objet",
                "objet_id",
                "acteur_id",
                KT("apres__jour"),
                name="journal_lecture_du_jour",
                condition=models.Q(acte="lire"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acte} {self.objet} {self.objet_id}"


class MaillonJournal(models.Model):
    """One link of the journal's chain (`pimms.socle.chainage`); append-only in the database itself.

    It covers the entries numbered after the previous link's `jusqu_a` up to its own.
    """

    numero = models.BigIntegerField(primary_key=True)
    jusqu_a = models.BigIntegerField("dernière entrée", unique=True)
    lignes = models.IntegerField()
    fait_le = models.DateTimeField("fait le")
    contenu = models.BinaryField()  # sha256 of the entries
    empreinte = models.BinaryField()  # HMAC-SHA-256 of all this and of the previous link's

    class Meta:
        ordering = ("-numero",)
        verbose_name = "maillon du journal"

    def __str__(self) -> str:
        return f"Maillon {self.numero}"


class ControleJournal(models.Model):
    """What a verification of the chain found (`pimms.socle.controle_journal`). Append-only.

    `rupture`: the first link that is wrong, 0 when what is wrong is not a link. `motif` is empty when all is
    well. `tete`: the hash of link number `maillons`, the last one, where no link was wrong: the next nights
    compare.
    """

    fait_le = models.DateTimeField("fait le", default=timezone.now)
    maillons = models.BigIntegerField()
    lignes = models.BigIntegerField()
    temoins = models.IntegerField("empreintes connues par ailleurs")
    rupture = models.BigIntegerField(null=True)
    motif = models.CharField(max_length=300, blank=True)
    tete = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        ordering = ("-id",)
        verbose_name = "contrôle du journal"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rupture__isnull=True, motif="")
                | models.Q(rupture__isnull=False) & ~models.Q(motif=""),
                name="controle_journal_motive",
            ),
        ]

    def __str__(self) -> str:
        return f"Contrôle du {self.fait_le:%d/%m/%Y}"

    @property
    def bon(self) -> bool:
        return self.rupture is None


class Effacement(models.Model):
    """What the law had erased, told before it was, and kept apart from backups: they hold it still, so a
    restored one erases it again (`manage.py restaurer`). Append-only. Keys and codes only.
    """

    class Motif(models.TextChoices):
        CONSERVATION = "conservation", "durée de conservation atteinte"
        DEMANDE = "demande", "demande de la personne"

    objet = models.CharField(max_length=40)
    objet_id = models.BigIntegerField()
    motif = models.CharField(max_length=12, choices=Motif)
    acteur_id = models.BigIntegerField(null=True)
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = [
            # What was written since an erasure may be erased again: that is another line.
            models.UniqueConstraint(fields=["objet", "objet_id", "motif", "le"], name="effacement_unique"),
            models.CheckConstraint(
                condition=models.Q(motif__in=["conservation", "demande"]), name="effacement_motif_connu"
            ),
            models.CheckConstraint(
                condition=~models.Q(motif="demande") | models.Q(acteur_id__isnull=False),
                name="effacement_demande_par_quelqu_un",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objet} {self.objet_id}"


class Courriel(models.Model):
    """Outbox: a mail is a row first; a task sends it, once; losing Redis loses none.

    The body is wiped once sent or given up (it may hold a one-time link), but in the demo, which shows it.
    """

    destinataire = models.EmailField()
    sujet = models.CharField(max_length=200)
    corps = models.TextField(blank=True)
    html = models.TextField(blank=True)  # the same, for who reads mails as pages; most have none
    cree_le = models.DateTimeField("créé le", default=timezone.now)
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    abandonne_le = models.DateTimeField("abandonné le", null=True, blank=True)
    expire_le = models.DateTimeField("à envoyer avant le", null=True, blank=True)  # its link's end
    prochain_essai_le = models.DateTimeField("prochain essai le", default=timezone.now)
    pris_le = models.DateTimeField(null=True, blank=True)
    essais = models.PositiveSmallIntegerField(default=0)
    erreur = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(
                fields=["prochain_essai_le"],
                name="courriel_en_attente",
                condition=models.Q(envoye_le__isnull=True, abandonne_le__isnull=True),
            ),
            models.Index(
                fields=["abandonne_le"],
                name="courriel_abandonne",
                condition=models.Q(abandonne_le__isnull=False),
            ),
            models.Index(fields=["destinataire", "-id"], name="courriel_destinataire"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(envoye_le__isnull=True) | models.Q(abandonne_le__isnull=True),
                name="courriel_envoye_ou_abandonne",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sujet} → {self.destinataire}"


class Battement(models.Model):
    """Last sign of life of a background service, per queue, or of work that may fall behind; read by
    `/sante/`."""

    nom = models.CharField(max_length=40, primary_key=True)
    emis_le = models.DateTimeField("émis le")
    vu_le = models.DateTimeField("vu le")

    def __str__(self) -> str:
        return self.nom


class CleDonnees(models.Model):
    """A data key, wrapped by the key of the environment called `nom`; see `pimms.socle.chiffrement`."""

    nom = models.CharField(max_length=20)
    enveloppe = models.BinaryField()
    cree_le = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Clé {self.pk} sous {self.nom}"

    @classmethod
    def creer(cls) -> "CleDonnees":
        nom, enveloppe = nouvelle_cle()
        return cls.objects.create(nom=nom, enveloppe=enveloppe)

    @cached_property
    def coffre(self) -> Coffre:
        return coffre(self.nom, self.enveloppe)
