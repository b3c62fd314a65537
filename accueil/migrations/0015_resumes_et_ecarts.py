import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accueil", "0014_agregats_du_reseau")]

    operations = [
        migrations.CreateModel(
            name="AbonnementResume",
            fields=[
                (
                    "personne",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="abonnement_resume",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("depuis", models.DateTimeField(default=django.utils.timezone.now)),
                ("dernier_lundi", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(dernier_lundi__isnull=True)
                        | models.Q(dernier_lundi__iso_week_day=1),
                        name="abonnement_resume_un_lundi",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="controleagregats",
            name="restes",
            field=models.JSONField(default=list),
        ),
    ]
