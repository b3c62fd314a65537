"""Answers of the public are counted by face from the index alone, without reading their rows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("qualite", "0017_rapport_de_points_choisis")]

    operations = [
        migrations.RemoveIndex(model_name="avis", name="avis_point_jour"),
        migrations.AddIndex(
            model_name="avis",
            index=models.Index(fields=["point", "jour"], include=("visage",), name="avis_par_visage"),
        ),
    ]
