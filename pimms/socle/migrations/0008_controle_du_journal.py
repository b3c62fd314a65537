"""Each link follows the one before, says the database; what the nightly verification found is kept."""

import django.utils.timezone
from django.db import migrations, models

GARDES = """
CREATE FUNCTION socle_maillon_suit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE tete socle_maillonjournal;
BEGIN
  SELECT * INTO tete FROM socle_maillonjournal ORDER BY numero DESC LIMIT 1;
  IF NEW.numero = coalesce(tete.numero, 0) + 1 AND NEW.jusqu_a > coalesce(tete.jusqu_a, 0) AND NEW.lignes > 0
     AND octet_length(NEW.contenu) = 32 AND octet_length(NEW.empreinte) = 32
     AND EXISTS (SELECT FROM socle_entreejournal WHERE id = NEW.jusqu_a) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Ce maillon ne suit pas celui d''avant.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER maillon_suit BEFORE INSERT ON socle_maillonjournal
  FOR EACH ROW EXECUTE FUNCTION socle_maillon_suit();
CREATE TRIGGER effacement_jamais_vide BEFORE TRUNCATE ON socle_effacement
  FOR EACH STATEMENT EXECUTE FUNCTION socle_ajout_seul();
REVOKE UPDATE, DELETE, TRUNCATE ON socle_controlejournal FROM pimms_app;
CREATE TRIGGER controle_journal_ajout_seul BEFORE UPDATE OR DELETE ON socle_controlejournal
  FOR EACH ROW EXECUTE FUNCTION socle_ajout_seul();
"""
RETOUR = """
DROP TRIGGER controle_journal_ajout_seul ON socle_controlejournal;
DROP TRIGGER effacement_jamais_vide ON socle_effacement;
DROP TRIGGER maillon_suit ON socle_maillonjournal;
DROP FUNCTION socle_maillon_suit();
"""


class Migration(migrations.Migration):

    dependencies = [("socle", "0007_chaine_du_journal")]

    operations = [
        migrations.CreateModel(
            name="ControleJournal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fait_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="fait le")),
                ("maillons", models.BigIntegerField()),
                ("lignes", models.BigIntegerField()),
                ("temoins", models.IntegerField(verbose_name="empreintes connues par ailleurs")),
                ("rupture", models.BigIntegerField(null=True)),
                ("motif", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "verbose_name": "contrôle du journal",
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("motif", ""), ("rupture__isnull", True)),
                            models.Q(("rupture__isnull", False), models.Q(("motif", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="controle_journal_motive",
                    )
                ],
            },
        ),
        migrations.RunSQL(GARDES, RETOUR),
    ]
