"""Régions, départements and communes (INSEE codes), from the State's open data; read-only here."""

from django.db import models


class Region(models.Model):
    code = models.CharField(max_length=3, primary_key=True)
    nom = models.CharField(max_length=60)

    class Meta:
        ordering = ("nom",)
        verbose_name = "région"

    def __str__(self) -> str:
        return self.nom


class Departement(models.Model):
    code = models.CharField(max_length=3, primary_key=True)
    nom = models.CharField(max_length=60)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="departements", verbose_name="région"
    )

    class Meta:
        ordering = ("code",)
        verbose_name = "département"

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"


class Commune(models.Model):
    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    nom = models.CharField(max_length=80)
    nom_tri = models.CharField("clé de tri", max_length=80, db_index=True)
    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="communes", verbose_name="département"
    )
    codes_postaux = models.CharField(max_length=200, blank=True)
    population = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("nom_tri",)
        indexes = [
            models.Index(fields=["nom_tri"], name="commune_prefixe", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.departement_id})"
