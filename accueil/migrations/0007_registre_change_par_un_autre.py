"""A register changed by somebody else than the visit's author leaves a row, on the day of the entry too.

Who corrects is known by the version that each correction leaves, in the same transaction.
"""

from importlib import import_module

from django.db import migrations

AVANT = import_module("accueil.migrations.0005_changements_de_registre")
DEBUT = "CREATE FUNCTION accueil_registre_raconte"
FONCTION = "CREATE OR REPLACE FUNCTION accueil_registre_raconte" + (
    AVANT.RACONTE.split(DEBUT)[1].split("CREATE CONSTRAINT TRIGGER")[0]
)
ANCIENNE = """  -- On the day of the entry a correction is still the entry.
  IF (v.saisie_le AT TIME ZONE f)::date < (now() AT TIME ZONE f)::date AND NOT EXISTS (
"""
NOUVELLE = """  -- On the day of the entry a correction by its author is still the entry.
  IF ((v.saisie_le AT TIME ZONE f)::date < (now() AT TIME ZONE f)::date OR EXISTS (
      SELECT FROM accueil_visiteversion WHERE visite_id = v.id AND numero = v.version - 1
        AND par_id <> v.auteur_id)) AND NOT EXISTS (
"""


class Migration(migrations.Migration):

    dependencies = [("accueil", "0006_acces_des_campagnes")]

    operations = [migrations.RunSQL(FONCTION.replace(ANCIENNE, NOUVELLE), FONCTION)]
