"""Each night keeps the head of the chain that it saw, for the next ones to compare."""

from django.db import migrations, models

GARDE = """
CREATE TRIGGER controle_journal_jamais_vide BEFORE TRUNCATE ON socle_controlejournal
  FOR EACH STATEMENT EXECUTE FUNCTION socle_ajout_seul();
"""
RETOUR = "DROP TRIGGER controle_journal_jamais_vide ON socle_controlejournal;"


class Migration(migrations.Migration):

    dependencies = [("socle", "0010_effacements_repetes")]

    operations = [
        migrations.AddField(
            model_name="controlejournal",
            name="tete",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.RunSQL(GARDE, RETOUR),
    ]
