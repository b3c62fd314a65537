"""The reports of the retention's runs: only added to."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

GARDE = """
REVOKE UPDATE, DELETE, TRUNCATE ON qualite_passageconservation FROM pimms_app;
CREATE TRIGGER passage_ajout_seul BEFORE UPDATE OR DELETE ON qualite_passageconservation
  FOR EACH ROW EXECUTE FUNCTION socle_ajout_seul();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("mediation", "0012_anonymisation"),
        ("qualite", "0014_campagnes_annulees_et_projets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PassageConservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jour", models.DateField()),
                ("commence_le", models.DateTimeField(verbose_name="commencé le")),
                ("fini_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="fini le")),
                ("a_blanc", models.BooleanField(default=False, verbose_name="à blanc")),
                ("seuils", models.JSONField()),
                ("comptes", models.JSONField()),
                ("visites_avant", models.DateField(null=True)),
                ("par", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "passage de la conservation",
                "verbose_name_plural": "passages de la conservation",
                "ordering": ("-id",),
            },
        ),
        migrations.RunSQL(GARDE, "DROP TRIGGER passage_ajout_seul ON qualite_passageconservation"),
    ]
