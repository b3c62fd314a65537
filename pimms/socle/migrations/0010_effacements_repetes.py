"""What was written since an erasure may be erased again: each erasure is a line of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("socle", "0009_courriels_en_html")]

    operations = [
        migrations.RemoveConstraint(model_name="effacement", name="effacement_unique"),
        migrations.AddConstraint(
            model_name="effacement",
            constraint=models.UniqueConstraint(
                fields=("objet", "objet_id", "motif", "le"), name="effacement_unique"
            ),
        ),
    ]
