"""Campaigns opened by mistake are cancelled before the freezing; a report is final once its campaign is closed.

What was there: each frozen evaluation is its campaign's, and a report that stood on an evaluation was printed
without « projet ».
"""

import django.db.models.deletion
from django.db import migrations, models

# Rows that never change are told once what they were made for.
REPRISE = """
ALTER TABLE qualite_evaluation DISABLE TRIGGER evaluation_ajout_seul;
ALTER TABLE qualite_rapport DISABLE TRIGGER rapport_garde;
UPDATE qualite_evaluation e SET campagne_id = c.id FROM qualite_campagne c WHERE c.evaluation_id = e.id;
UPDATE qualite_rapport r SET definitif = true WHERE evaluation_id IS NOT NULL
  AND EXISTS (SELECT FROM qualite_instantanerapport WHERE rapport_id = r.id);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE qualite_evaluation ENABLE TRIGGER evaluation_ajout_seul;
ALTER TABLE qualite_rapport ENABLE TRIGGER rapport_garde;
INSERT INTO qualite_transitioncampagne VALUES
  ('preparation', 'annulee', true, NULL), ('auto_evaluation', 'annulee', true, NULL), ('revue', 'annulee', true, NULL);
"""
GARDES = """
CREATE FUNCTION qualite_campagne_fin_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.etat = 'annulee' THEN
    RAISE EXCEPTION 'Une campagne annulée ne change pas.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.evaluation_id IS NOT NULL AND NEW.evaluation_id IS DISTINCT FROM OLD.evaluation_id
     AND NOT EXISTS (SELECT FROM qualite_evaluation WHERE id = NEW.evaluation_id AND campagne_id = NEW.id) THEN
    RAISE EXCEPTION 'Un dossier se gèle sur sa propre évaluation.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campagne_fin_garde BEFORE UPDATE ON qualite_campagne
  FOR EACH ROW EXECUTE FUNCTION qualite_campagne_fin_garde();

CREATE OR REPLACE FUNCTION qualite_acces_campagne_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT'
     AND EXISTS (SELECT FROM accueil_acces WHERE id = NEW.acces_id AND role = 'auditeur' AND origine = 'campagne')
     AND EXISTS (SELECT FROM qualite_campagne
                 WHERE id = NEW.campagne_id AND etat NOT IN ('close', 'annulee')) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Une invitation à auditer vient d''une campagne ouverte.' USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION qualite_rapport_projet_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.definitif = OLD.definitif THEN
    RETURN NEW;
  END IF;
  IF NEW.definitif AND NOT EXISTS (
       SELECT FROM qualite_evaluation e LEFT JOIN qualite_campagne c ON c.id = e.campagne_id
       WHERE e.id = NEW.evaluation_id AND (c.id IS NULL OR c.etat = 'close' AND c.evaluation_id = e.id))
     OR EXISTS (SELECT FROM qualite_instantanerapport WHERE rapport_id = NEW.id) THEN
    RAISE EXCEPTION 'Un rapport est définitif une fois sa campagne close, et ne change plus.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rapport_projet_garde BEFORE INSERT OR UPDATE ON qualite_rapport
  FOR EACH ROW EXECUTE FUNCTION qualite_rapport_projet_garde();
"""
RETOUR = (
    "DROP FUNCTION qualite_rapport_projet_garde() CASCADE; DROP FUNCTION qualite_campagne_fin_garde() CASCADE;"
    "DELETE FROM qualite_transitioncampagne WHERE vers = 'annulee';"
)


class Migration(migrations.Migration):

    dependencies = [
        ('qualite', '0013_bilan_d_activite'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='campagne',
            name='campagne_etat_connu',
        ),
        migrations.AddField(
            model_name='evaluation',
            name='campagne',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gels', to='qualite.campagne'),
        ),
        migrations.AddField(
            model_name='rapport',
            name='definitif',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='campagne',
            name='etat',
            field=models.CharField(choices=[('preparation', 'En préparation'), ('auto_evaluation', 'Auto-évaluation des points'), ('revue', 'Revue par l’union'), ('gel', 'Dossier gelé'), ('audit', 'Audit en cours'), ('reponse', 'Réponse des points'), ('decision', 'Décision'), ('close', 'Close'), ('annulee', 'Annulée')], default='preparation', max_length=16),
        ),
        migrations.AlterField(
            model_name='campagne',
            name='predecesseur',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successeurs', to='qualite.campagne'),
        ),
        migrations.AlterField(
            model_name='evenementcampagne',
            name='de',
            field=models.CharField(blank=True, choices=[('preparation', 'En préparation'), ('auto_evaluation', 'Auto-évaluation des points'), ('revue', 'Revue par l’union'), ('gel', 'Dossier gelé'), ('audit', 'Audit en cours'), ('reponse', 'Réponse des points'), ('decision', 'Décision'), ('close', 'Close'), ('annulee', 'Annulée')], max_length=16),
        ),
        migrations.AlterField(
            model_name='evenementcampagne',
            name='vers',
            field=models.CharField(blank=True, choices=[('preparation', 'En préparation'), ('auto_evaluation', 'Auto-évaluation des points'), ('revue', 'Revue par l’union'), ('gel', 'Dossier gelé'), ('audit', 'Audit en cours'), ('reponse', 'Réponse des points'), ('decision', 'Décision'), ('close', 'Close'), ('annulee', 'Annulée')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='campagne',
            constraint=models.CheckConstraint(condition=models.Q(('etat__in', ['preparation', 'auto_evaluation', 'revue', 'gel', 'audit', 'reponse', 'decision', 'close', 'annulee'])), name='campagne_etat_connu'),
        ),
        migrations.AddConstraint(
            model_name='campagne',
            constraint=models.UniqueConstraint(condition=models.Q(('etat', 'annulee'), _negated=True), fields=('predecesseur',), name='campagne_un_seul_successeur', violation_error_message='Cette campagne est déjà rouverte par une autre.'),
        ),
        migrations.AddConstraint(
            model_name='rapport',
            constraint=models.CheckConstraint(condition=models.Q(('definitif', False), ('evaluation__isnull', False), _connector='OR'), name='rapport_definitif_sur_evaluation'),
        ),
        migrations.RunSQL(REPRISE, migrations.RunSQL.noop),
        migrations.RunSQL(GARDES, RETOUR),
    ]
