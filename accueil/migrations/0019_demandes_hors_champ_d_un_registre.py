"""Requests out of scope that bear a register, few among all: the registers' count takes them away from the
aggregates', which know each register and each outcome, not the two together."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accueil", "0018_colonnes_par_mois")]

    operations = [
        migrations.AddIndex(
            model_name="demande",
            index=models.Index(
                condition=models.Q(("issue", "hors_champ"), ("registre__isnull", False)),
                fields=["point", "visite"],
                name="demande_hors_champ",
            ),
        ),
    ]
