"""What people read is found by point, and a reading told once a day a person and an object."""

from django.db import migrations, models
from django.db.models.fields.json import KT


class Migration(migrations.Migration):
    dependencies = [("socle", "0005_noms")]

    operations = [
        migrations.AddIndex(
            model_name="entreejournal",
            index=models.Index(
                fields=["point_id", "-id"],
                name="journal_consultations",
                condition=models.Q(("acte__in", ["lire", "chercher"])),
            ),
        ),
        migrations.AddConstraint(
            model_name="entreejournal",
            constraint=models.UniqueConstraint(
                "objet",
                "objet_id",
                "acteur_id",
                KT("apres__jour"),
                name="journal_lecture_du_jour",
                condition=models.Q(("acte", "lire")),
            ),
        ),
    ]
