"""What a form sent once, the mandate of a step, and parts that stay within their case.

A party, a step, a mandate or a document named by another part belongs to the same case (foreign keys
over both columns). A step that becomes an exchange, or changes its day, is checked as a new one is.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MEME_DOSSIER = (
    # table, column, table it points to
    ("partie", "represente_id", "partie"),
    ("document", "partie_id", "partie"),
    ("mandat", "partie_id", "partie"),
    ("mandat", "document_id", "document"),
    ("etape", "mandat_id", "mandat"),
    ("engagement", "partie_id", "partie"),
    ("engagement", "etape_id", "etape"),
)
CLES = "".join(
    f"ALTER TABLE mediation_{table} ADD CONSTRAINT {table}_{colonne}_du_dossier"
    f" FOREIGN KEY ({colonne}, dossier_id) REFERENCES mediation_{vers} (id, dossier_id)"
    " DEFERRABLE INITIALLY DEFERRED;"
    for table, colonne, vers in MEME_DOSSIER
)
RETOUR_CLES = "".join(
    f"ALTER TABLE mediation_{table} DROP CONSTRAINT {table}_{colonne}_du_dossier;"
    for table, colonne, _ in MEME_DOSSIER
)

# DEO-1, as for a new presence (0002).
GARDE = """
CREATE FUNCTION mediation_echange_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM mediation_presence pr JOIN mediation_partie p ON p.id = pr.partie_id
    WHERE pr.etape_id = NEW.id AND p.role IN ('demandeur', 'autre_partie')
      AND (SELECT etat FROM mediation_consentement WHERE partie_id = p.id AND jour <= NEW.jour
           ORDER BY jour DESC, id DESC LIMIT 1) IS DISTINCT FROM 'donne'
  ) THEN
    RAISE EXCEPTION 'Une partie n''a pas donné son accord à la médiation.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER echange_garde BEFORE UPDATE OF nature, jour ON mediation_etape
  FOR EACH ROW WHEN (NEW.nature IN ('navette', 'table_ronde', 'accord') AND NEW.annulee_le IS NULL)
  EXECUTE FUNCTION mediation_echange_garde();
"""
RETOUR_GARDE = "DROP TRIGGER echange_garde ON mediation_etape; DROP FUNCTION mediation_echange_garde();"


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0003_donnees'),
        ('mediation', '0002_gardes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='consentement',
            name='cle',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='etape',
            name='mandat',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='etapes', to='mediation.mandat'),
        ),
        migrations.AddField(
            model_name='mandat',
            name='cle',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='mandat',
            name='saisi_par',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='partie',
            name='cle',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='partie',
            name='saisie_par',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='consentement',
            constraint=models.UniqueConstraint(fields=('saisi_par', 'cle'), name='consentement_cle_unique'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('id', 'dossier'), name='document_id_dossier'),
        ),
        migrations.AddConstraint(
            model_name='etape',
            constraint=models.UniqueConstraint(fields=('id', 'dossier'), name='etape_id_dossier'),
        ),
        migrations.AddConstraint(
            model_name='mandat',
            constraint=models.UniqueConstraint(fields=('saisi_par', 'cle'), name='mandat_cle_unique'),
        ),
        migrations.AddConstraint(
            model_name='mandat',
            constraint=models.UniqueConstraint(fields=('id', 'dossier'), name='mandat_id_dossier'),
        ),
        migrations.AddConstraint(
            model_name='partie',
            constraint=models.UniqueConstraint(fields=('saisie_par', 'cle'), name='partie_cle_unique'),
        ),
        migrations.AddConstraint(
            model_name='partie',
            constraint=models.UniqueConstraint(fields=('id', 'dossier'), name='partie_id_dossier'),
        ),
        migrations.RunSQL(CLES + GARDE, RETOUR_GARDE + RETOUR_CLES),
    ]
