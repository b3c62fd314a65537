"""Steps of a project and transmissions of an alert belong to the same point; what waits is found fast."""

from django.db import migrations, models

CLES = """
ALTER TABLE mediation_action ADD CONSTRAINT action_projet_et_point FOREIGN KEY (projet_id, point_id)
  REFERENCES mediation_action (id, point_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE mediation_transmission ADD CONSTRAINT transmission_alerte_et_point FOREIGN KEY (alerte_id, point_id)
  REFERENCES mediation_alerte (id, point_id) DEFERRABLE INITIALLY DEFERRED;
"""
RETOUR = """
ALTER TABLE mediation_transmission DROP CONSTRAINT transmission_alerte_et_point;
ALTER TABLE mediation_action DROP CONSTRAINT action_projet_et_point;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('mediation', '0004_noms_des_dossiers'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('etat', 'prevue')), fields=['point', 'jour'], name='action_due'),
        ),
        migrations.AddIndex(
            model_name='alerte',
            index=models.Index(condition=models.Q(('annulee_le__isnull', True), ('close_le__isnull', True)), fields=['point'], name='alerte_ouverte'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.UniqueConstraint(fields=('id', 'point'), name='action_id_point'),
        ),
        migrations.AddConstraint(
            model_name='alerte',
            constraint=models.UniqueConstraint(fields=('id', 'point'), name='alerte_id_point'),
        ),
        migrations.RemoveConstraint(
            model_name='transmission',
            name='transmission_reponse_datee',
        ),
        migrations.AddConstraint(
            model_name='transmission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reponse', ''), ('reponse_le__isnull', True)), models.Q(models.Q(('reponse', ''), _negated=True), ('reponse_le__gte', models.F('transmise_le')), ('reponse_le__isnull', False)), _connector='OR'), name='transmission_reponse_datee', violation_error_message='La réponse suit la transmission.'),
        ),
        migrations.RunSQL(CLES, RETOUR),
    ]
