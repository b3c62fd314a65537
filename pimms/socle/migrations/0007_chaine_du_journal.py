"""The journal's chain, and the list of what the law had erased.

Both are only added to, as the journal is. The application no longer chooses an entry's number: one put
in a gap would belong to a link that is forged already.
"""

import django.utils.timezone
from django.db import migrations, models

AJOUT_SEUL = """
REVOKE UPDATE, DELETE, TRUNCATE ON socle_maillonjournal, socle_effacement FROM pimms_app;
CREATE TRIGGER maillon_ajout_seul BEFORE UPDATE OR DELETE ON socle_maillonjournal
  FOR EACH ROW EXECUTE FUNCTION socle_ajout_seul();
CREATE TRIGGER maillon_jamais_vide BEFORE TRUNCATE ON socle_maillonjournal
  FOR EACH STATEMENT EXECUTE FUNCTION socle_ajout_seul();
CREATE TRIGGER effacement_ajout_seul BEFORE UPDATE OR DELETE ON socle_effacement
  FOR EACH ROW EXECUTE FUNCTION socle_ajout_seul();
REVOKE INSERT ON socle_entreejournal FROM pimms_app;
GRANT INSERT (horodatage, acteur_id, requete, point_id, objet, objet_id, acte, avant, apres)
  ON socle_entreejournal TO pimms_app;
"""
RETOUR = """
REVOKE INSERT (horodatage, acteur_id, requete, point_id, objet, objet_id, acte, avant, apres)
  ON socle_entreejournal FROM pimms_app;
GRANT INSERT ON socle_entreejournal TO pimms_app;
DROP TRIGGER effacement_ajout_seul ON socle_effacement;
DROP TRIGGER maillon_jamais_vide ON socle_maillonjournal;
DROP TRIGGER maillon_ajout_seul ON socle_maillonjournal;
"""


class Migration(migrations.Migration):

    dependencies = [("socle", "0006_consultations")]

    operations = [
        migrations.CreateModel(
            name="MaillonJournal",
            fields=[
                ("numero", models.BigIntegerField(primary_key=True, serialize=False)),
                ("jusqu_a", models.BigIntegerField(unique=True, verbose_name="dernière entrée")),
                ("lignes", models.IntegerField()),
                ("fait_le", models.DateTimeField(verbose_name="fait le")),
                ("contenu", models.BinaryField()),
                ("empreinte", models.BinaryField()),
            ],
            options={"verbose_name": "maillon du journal", "ordering": ("-numero",)},
        ),
        migrations.CreateModel(
            name="Effacement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("objet", models.CharField(max_length=40)),
                ("objet_id", models.BigIntegerField()),
                ("motif", models.CharField(choices=[("conservation", "durée de conservation atteinte"), ("demande", "demande de la personne")], max_length=12)),
                ("acteur_id", models.BigIntegerField(null=True)),
                ("le", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("objet", "objet_id", "motif"), name="effacement_unique"),
                    models.CheckConstraint(condition=models.Q(("motif__in", ["conservation", "demande"])), name="effacement_motif_connu"),
                    models.CheckConstraint(condition=models.Q(models.Q(("motif", "demande"), _negated=True), ("acteur_id__isnull", False), _connector="OR"), name="effacement_demande_par_quelqu_un"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="entreejournal",
            index=models.Index(fields=["horodatage"], name="journal_horodatage"),
        ),
        migrations.RunSQL(AJOUT_SEUL, RETOUR),
    ]
