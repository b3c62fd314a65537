"""Indexes for dashboards: what is open today, what was closed in a period and the steps of late, among the cases
of ten years."""

from django.db import migrations, models

ACTIFS = (
    "demande", "prise_de_contact", "en_cours", "accord", "desaccord", "oriente", "refuse", "retrait",
    "hors_champ", "suivi",
)  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [("mediation", "0015_dossier_anonymise_inchange")]

    operations = [
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("anonymise_le__isnull", True), ("etat__in", ACTIFS)),
                fields=["point"],
                name="dossier_en_cours",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("clos_le__isnull", False)), fields=["point", "clos_le"], name="dossier_clos"
            ),
        ),
        migrations.AddIndex(
            model_name="etape",
            index=models.Index(
                condition=models.Q(("annulee_le__isnull", True)), fields=["jour", "dossier"], name="etape_recente"
            ),
        ),
    ]
