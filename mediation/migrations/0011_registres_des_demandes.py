"""A manager proposes another register for a request too. What is out of scope is never a case: a request
on which one stands doesn't leave the scope, and a case found out of scope goes on only once it is back."""

import django.db.models.deletion
from django.db import migrations, models

CHAMP = """
CREATE FUNCTION mediation_au_champ() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM accueil_demande q JOIN mediation_dossier d ON d.demande_id = q.id
      WHERE q.id = CASE TG_TABLE_NAME WHEN 'accueil_demande' THEN NEW.id
                   ELSE (to_jsonb(NEW)->>'demande_id')::bigint END
        AND q.issue = 'hors_champ' AND d.issue <> 'hors_champ') THEN
    RAISE EXCEPTION 'Un dossier ne tient pas à une demande hors champ.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER demande_au_champ AFTER UPDATE OF issue ON accueil_demande
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.issue = 'hors_champ' AND OLD.issue <> 'hors_champ')
  EXECUTE FUNCTION mediation_au_champ();
CREATE CONSTRAINT TRIGGER dossier_au_champ AFTER INSERT OR UPDATE OF issue, demande_id ON mediation_dossier
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.demande_id IS NOT NULL AND NEW.issue <> 'hors_champ')
  EXECUTE FUNCTION mediation_au_champ();
"""
RETOUR = """
DROP TRIGGER dossier_au_champ ON mediation_dossier; DROP TRIGGER demande_au_champ ON accueil_demande;
DROP FUNCTION mediation_au_champ();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0008_agregats'),
        ('mediation', '0010_departs_et_mandats'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='propositionregistre',
            name='proposition_d_un_seul_objet',
        ),
        migrations.AddField(
            model_name='propositionregistre',
            name='demande',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='propositions', to='accueil.demande'),
        ),
        migrations.AddConstraint(
            model_name='propositionregistre',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action__isnull', True), ('demande__isnull', True), ('dossier__isnull', False), ('etape__isnull', True)), models.Q(('action__isnull', True), ('demande__isnull', True), ('dossier__isnull', True), ('etape__isnull', False)), models.Q(('action__isnull', False), ('demande__isnull', True), ('dossier__isnull', True), ('etape__isnull', True)), models.Q(('action__isnull', True), ('demande__isnull', False), ('dossier__isnull', True), ('etape__isnull', True)), _connector='OR'), name='proposition_d_un_seul_objet'),
        ),
        migrations.AddConstraint(
            model_name='propositionregistre',
            constraint=models.UniqueConstraint(condition=models.Q(('decision', '')), fields=('demande',), name='proposition_une_seule_demande'),
        ),
        migrations.RunSQL(CHAMP, RETOUR),
    ]
