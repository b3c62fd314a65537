from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("socle", "0008_controle_du_journal")]

    operations = [
        migrations.AddField(model_name="courriel", name="html", field=models.TextField(blank=True)),
    ]
