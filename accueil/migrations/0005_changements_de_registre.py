"""A register that a correction changes leaves a row, late ones marked; nobody can change it without.

Rows are only added to. The check waits for the commit, and looks at updates of a register alone.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

RACONTE = """
REVOKE UPDATE, DELETE, TRUNCATE ON accueil_changementregistre FROM pimms_app;
CREATE TRIGGER changementregistre_ajout_seul BEFORE UPDATE OR DELETE ON accueil_changementregistre
  FOR EACH ROW EXECUTE FUNCTION socle_ajout_seul();

CREATE FUNCTION accueil_registre_raconte() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE v accueil_visite; f varchar;
BEGIN
  SELECT * INTO v FROM accueil_visite WHERE id = NEW.visite_id;
  SELECT fuseau INTO f FROM accueil_pointaccueil WHERE id = v.point_id;
  -- On the day of the entry a correction is still the entry.
  IF (v.saisie_le AT TIME ZONE f)::date < (now() AT TIME ZONE f)::date AND NOT EXISTS (
      SELECT FROM accueil_changementregistre WHERE visite_id = v.id
        AND registre_de IS NOT DISTINCT FROM OLD.registre AND registre_vers IS NOT DISTINCT FROM NEW.registre) THEN
    RAISE EXCEPTION 'Un registre changé après la saisie se raconte.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER demande_registre_raconte AFTER UPDATE OF registre ON accueil_demande
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.registre IS DISTINCT FROM NEW.registre)
  EXECUTE FUNCTION accueil_registre_raconte();
"""
RETOUR = """
DROP TRIGGER demande_registre_raconte ON accueil_demande; DROP FUNCTION accueil_registre_raconte();
DROP TRIGGER changementregistre_ajout_seul ON accueil_changementregistre;
GRANT UPDATE, DELETE ON accueil_changementregistre TO pimms_app;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0004_personnes_et_points'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangementRegistre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('registre_de', models.SmallIntegerField(choices=[(1, '1. Assurer une présence active de proximité'), (2, '2. Prévenir et gérer les situations conflictuelles'), (3, '3. Lever les incompréhensions entre les personnes et institutions'), (4, '4. Participer à une veille sociale et technique du territoire'), (5, '5. Mettre en relation avec un partenaire'), (6, '6. Favoriser la concertation entre les habitants et les institutions'), (7, '7. Favoriser les projets collectifs, supports de médiations sociales'), (8, '8. Informer, sensibiliser, former')], null=True)),
                ('registre_vers', models.SmallIntegerField(choices=[(1, '1. Assurer une présence active de proximité'), (2, '2. Prévenir et gérer les situations conflictuelles'), (3, '3. Lever les incompréhensions entre les personnes et institutions'), (4, '4. Participer à une veille sociale et technique du territoire'), (5, '5. Mettre en relation avec un partenaire'), (6, '6. Favoriser la concertation entre les habitants et les institutions'), (7, '7. Favoriser les projets collectifs, supports de médiations sociales'), (8, '8. Informer, sensibiliser, former')], null=True)),
                ('le', models.DateTimeField(default=django.utils.timezone.now)),
                ('tardif', models.BooleanField()),
                ('par', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('point', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.pointaccueil')),
                ('visite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changements_registre', to='accueil.visite')),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['point', 'le'], name='changement_registre_point')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('registre_de__isnull', True), ('registre_vers__range', (1, 8))), models.Q(('registre_de__range', (1, 8)), ('registre_vers__isnull', True)), models.Q(('registre_de__range', (1, 8)), ('registre_vers__range', (1, 8)), models.Q(('registre_de', models.F('registre_vers')), _negated=True)), _connector='OR'), name='changement_registre_autre')],
            },
        ),
        migrations.RunSQL(RACONTE, RETOUR),
    ]
