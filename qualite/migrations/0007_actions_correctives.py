"""Corrective actions: moves, order, who verifies; what happened is told, and only added to.

`qualite_transitionaction` holds the allowed moves, as `qualite.etats_action.TRANSITIONS` does (a test
compares them).
"""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TRANSITIONS = (
    # de, vers, words are due, a day is due
    ("a_faire", "en_cours", False, False),
    ("a_faire", "annulee", True, False),
    ("en_cours", "realisee", False, True),
    ("en_cours", "annulee", True, False),
    ("realisee", "efficace", True, True),
    ("realisee", "inefficace", True, True),
    ("realisee", "en_cours", True, False),
    ("efficace", "close", False, False),
    ("efficace", "en_cours", True, False),
    ("inefficace", "en_cours", True, False),
    ("inefficace", "annulee", True, False),
    ("close", "en_cours", True, False),
    ("annulee", "a_faire", True, False),
)
AJOUT_SEUL = ("evenementaction", "rappelaction")

TABLE = """
CREATE TABLE qualite_transitionaction (
  de varchar(10) NOT NULL, vers varchar(10) NOT NULL, motif boolean NOT NULL, jour boolean NOT NULL,
  PRIMARY KEY (de, vers)
);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON qualite_transitionaction FROM pimms_app;
INSERT INTO qualite_transitionaction VALUES """ + ", ".join(
    f"('{de}', '{vers}', {motif}, {jour})" for de, vers, motif, jour in TRANSITIONS
)

GARDES = """
CREATE FUNCTION qualite_action_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.etat <> 'a_faire' OR NEW.echeance <> NEW.echeance_initiale THEN
      RAISE EXCEPTION 'Une action commence à faire.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.niveau, NEW.association_id, NEW.point_id, NEW.provenance, NEW.exigence, NEW.verdict, NEW.phrase,
      NEW.ouverte_le, NEW.echeance_initiale, NEW.creee_par_id, NEW.creee_le, NEW.cle)
     IS DISTINCT FROM
     (OLD.niveau, OLD.association_id, OLD.point_id, OLD.provenance, OLD.exigence, OLD.verdict, OLD.phrase,
      OLD.ouverte_le, OLD.echeance_initiale, OLD.creee_par_id, OLD.creee_le, OLD.cle) THEN
    RAISE EXCEPTION 'Ce dont part une action ne change pas.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.etat IS DISTINCT FROM OLD.etat THEN
    IF NOT EXISTS (SELECT FROM qualite_transitionaction WHERE de = OLD.etat AND vers = NEW.etat) THEN
      RAISE EXCEPTION 'Une action ne passe pas de % à %.', OLD.etat, NEW.etat USING ERRCODE = 'check_violation';
    END IF;
  ELSIF OLD.etat IN ('close', 'annulee') THEN
    RAISE EXCEPTION 'Une action finie ne change pas.' USING ERRCODE = 'check_violation';
  END IF;
  -- Else who did the work could verify it, under another owner's name.
  IF NEW.pilote_id <> OLD.pilote_id AND (OLD.etat NOT IN ('a_faire', 'en_cours') OR NEW.etat <> OLD.etat) THEN
    RAISE EXCEPTION 'Le pilote ne change plus une fois l''action réalisée.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER actioncorrective_garde BEFORE INSERT OR UPDATE ON qualite_actioncorrective
  FOR EACH ROW EXECUTE FUNCTION qualite_action_garde();

CREATE FUNCTION qualite_action_racontee() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE a qualite_actioncorrective; un_etat varchar; un_jour date; un_pilote bigint;
BEGIN
  SELECT * INTO a FROM qualite_actioncorrective WHERE id = NEW.id;
  SELECT vers INTO un_etat FROM qualite_evenementaction
    WHERE action_id = NEW.id AND vers <> '' ORDER BY id DESC LIMIT 1;
  SELECT echeance INTO un_jour FROM qualite_evenementaction
    WHERE action_id = NEW.id AND echeance IS NOT NULL ORDER BY id DESC LIMIT 1;
  SELECT pilote_id INTO un_pilote FROM qualite_evenementaction
    WHERE action_id = NEW.id AND pilote_id IS NOT NULL ORDER BY id DESC LIMIT 1;
  IF (un_etat, un_jour, un_pilote) IS DISTINCT FROM (a.etat, a.echeance, a.pilote_id) THEN
    RAISE EXCEPTION 'Ce qui change d''une action a son événement.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER actioncorrective_racontee
  AFTER INSERT OR UPDATE OF etat, echeance, pilote_id ON qualite_actioncorrective
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION qualite_action_racontee();

CREATE FUNCTION qualite_evenement_action_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE permise qualite_transitionaction;
BEGIN
  SELECT * INTO permise FROM qualite_transitionaction WHERE de = NEW.de AND vers = NEW.vers;
  IF NOT FOUND OR (permise.motif AND NEW.motif = '') OR (permise.jour AND NEW.jour IS NULL) THEN
    RAISE EXCEPTION 'Une action ne passe pas de % à % sans le dire.', NEW.de, NEW.vers
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER evenementaction_garde BEFORE INSERT ON qualite_evenementaction
  FOR EACH ROW WHEN (NEW.nature = 'etat') EXECUTE FUNCTION qualite_evenement_action_garde();

CREATE FUNCTION qualite_pratique_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.action_id IS NOT NULL AND NOT EXISTS (
         SELECT FROM qualite_actioncorrective WHERE id = NEW.action_id AND etat = 'close') THEN
      RAISE EXCEPTION 'Une bonne pratique vient d''une action close.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.retiree_le IS NULL
     AND to_jsonb(NEW) - 'retiree_le' = to_jsonb(OLD) - 'retiree_le' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Une bonne pratique publiée ne change pas.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER bonnepratique_garde BEFORE INSERT OR UPDATE OR DELETE ON qualite_bonnepratique
  FOR EACH ROW EXECUTE FUNCTION qualite_pratique_garde();
REVOKE DELETE, TRUNCATE ON qualite_actioncorrective, qualite_bonnepratique FROM pimms_app;
"""
SEULS = "".join(
    f"REVOKE UPDATE, DELETE, TRUNCATE ON qualite_{t} FROM pimms_app;"
    f"CREATE TRIGGER {t}_ajout_seul BEFORE UPDATE OR DELETE ON qualite_{t}"
    " FOR EACH ROW EXECUTE FUNCTION socle_ajout_seul();"
    for t in AJOUT_SEUL
)
RETOUR = "".join(
    f"DROP TRIGGER {t}_ajout_seul ON qualite_{t}; GRANT UPDATE, DELETE ON qualite_{t} TO pimms_app;"
    for t in AJOUT_SEUL
) + """
GRANT DELETE ON qualite_actioncorrective, qualite_bonnepratique TO pimms_app;
DROP TRIGGER bonnepratique_garde ON qualite_bonnepratique; DROP FUNCTION qualite_pratique_garde();
DROP TRIGGER evenementaction_garde ON qualite_evenementaction; DROP FUNCTION qualite_evenement_action_garde();
DROP TRIGGER actioncorrective_racontee ON qualite_actioncorrective; DROP FUNCTION qualite_action_racontee();
DROP TRIGGER actioncorrective_garde ON qualite_actioncorrective; DROP FUNCTION qualite_action_garde();
DROP TABLE qualite_transitionaction;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0004_personnes_et_points'),
        ('qualite', "0006_ecoute"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ActionCorrective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('niveau', models.CharField(choices=[('reseau', 'réseau'), ('association', 'association'), ('point', 'point'), ('personne', 'personne')], max_length=12)),
                ('provenance', models.CharField(choices=[('constat', 'un constat'), ('audit', 'un audit'), ('equipe', 'l’équipe')], max_length=8)),
                ('exigence', models.CharField(blank=True, max_length=12)),
                ('verdict', models.CharField(blank=True, max_length=18)),
                ('phrase', models.CharField(blank=True, max_length=300)),
                ('titre', models.CharField(max_length=120)),
                ('description', models.TextField(validators=[django.core.validators.MaxLengthValidator(1500)], verbose_name='ce qui ne va pas')),
                ('cause', models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(1500)])),
                ('correction', models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(1500)])),
                ('mesure', models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(1500)], verbose_name='action corrective')),
                ('ouverte_le', models.DateField()),
                ('echeance', models.DateField(verbose_name='échéance')),
                ('echeance_initiale', models.DateField()),
                ('etat', models.CharField(choices=[('a_faire', 'À faire'), ('en_cours', 'En cours'), ('realisee', 'Réalisée'), ('efficace', 'Vérifiée efficace'), ('inefficace', 'Vérifiée inefficace'), ('close', 'Close'), ('annulee', 'Annulée')], default='a_faire', max_length=10)),
                ('realisee_le', models.DateField(blank=True, null=True)),
                ('verifiee_le', models.DateField(blank=True, null=True)),
                ('close_le', models.DateField(blank=True, null=True)),
                ('version', models.IntegerField(default=1)),
                ('cle', models.UUIDField()),
                ('creee_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('association', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.association')),
                ('creee_par', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pilote', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('point', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.pointaccueil')),
                ('realisee_par', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verificateur', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verifiee_par', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('echeance', 'id'),
                'indexes': [
                    models.Index(fields=['point', 'echeance', 'id'], name='corrective_point'),
                    models.Index(fields=['echeance', 'id'], name='corrective_echeance'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('creee_par', 'cle'), name='corrective_cle_unique'),
                    models.CheckConstraint(condition=models.Q(('etat__in', ['a_faire', 'en_cours', 'realisee', 'efficace', 'inefficace', 'close', 'annulee'])), name='corrective_etat_connu'),
                    models.CheckConstraint(condition=models.Q(('provenance__in', ['constat', 'audit', 'equipe']), models.Q(models.Q(('provenance', 'constat'), _negated=True), models.Q(('exigence', ''), _negated=True), _connector='OR')), name='corrective_d_un_constat', violation_error_message='Dites de quelle exigence vient le constat.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('association__isnull', True), ('niveau', 'reseau'), ('point__isnull', True)), models.Q(('association__isnull', False), ('niveau', 'association'), ('point__isnull', True)), models.Q(('association__isnull', True), ('niveau', 'point'), ('point__isnull', False)), _connector='OR'), name='corrective_niveau_et_objet'),
                    models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ['a_faire', 'en_cours', 'annulee']), ('close_le__isnull', True), ('realisee_le__isnull', True), ('realisee_par__isnull', True), ('verifiee_le__isnull', True), ('verifiee_par__isnull', True)), models.Q(('close_le__isnull', True), ('etat', 'realisee'), ('verifiee_le__isnull', True), ('verifiee_par__isnull', True), ('realisee_le__isnull', False), ('realisee_par__isnull', False)), models.Q(('close_le__isnull', True), ('etat__in', ['efficace', 'inefficace']), ('realisee_le__isnull', False), ('realisee_par__isnull', False), ('verifiee_le__isnull', False), ('verifiee_par__isnull', False)), models.Q(('close_le__isnull', False), ('etat', 'close'), ('realisee_le__isnull', False), ('realisee_par__isnull', False), ('verifiee_le__isnull', False), ('verifiee_par__isnull', False)), _connector='OR'), name='corrective_etat_et_dates'),
                    models.CheckConstraint(condition=models.Q(('echeance__gte', models.F('ouverte_le')), ('echeance_initiale__gte', models.F('ouverte_le')), models.Q(('realisee_le__isnull', True), ('realisee_le__gte', models.F('ouverte_le')), _connector='OR'), models.Q(('verifiee_le__isnull', True), ('verifiee_le__gt', models.F('realisee_le')), _connector='OR'), models.Q(('close_le__isnull', True), ('close_le__gte', models.F('verifiee_le')), _connector='OR')), name='corrective_jours_ordonnes', violation_error_message='La vérification vient un autre jour que la réalisation, après elle.'),
                    models.CheckConstraint(condition=models.Q(('verifiee_par__isnull', True), models.Q(models.Q(('verifiee_par', models.F('pilote')), _negated=True), models.Q(('verifiee_par', models.F('realisee_par')), _negated=True)), _connector='OR'), name='corrective_verifiee_par_un_autre', violation_error_message='Ni le pilote ni qui a réalisé l’action ne la vérifie.'),
                    models.CheckConstraint(condition=models.Q(('verificateur__isnull', True), models.Q(('verificateur', models.F('pilote')), _negated=True), _connector='OR'), name='corrective_verificateur_autre', violation_error_message='Le pilote ne vérifie pas sa propre action.'),
                    models.CheckConstraint(condition=models.Q(('realisee_le__isnull', True), models.Q(models.Q(('cause', ''), _negated=True), models.Q(('mesure', ''), _negated=True)), _connector='OR'), name='corrective_realisee_avec_sa_cause', violation_error_message='Dites d’abord la cause et l’action corrective.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='BonnePratique',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('titre', models.CharField(max_length=120)),
                ('texte', models.TextField(validators=[django.core.validators.MaxLengthValidator(1500)])),
                ('exigence', models.CharField(blank=True, max_length=12)),
                ('publiee_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('retiree_le', models.DateTimeField(blank=True, null=True)),
                ('cle', models.UUIDField()),
                ('action', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pratiques', to='qualite.actioncorrective')),
                ('publiee_par', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [
                    models.UniqueConstraint(fields=('publiee_par', 'cle'), name='pratique_cle_unique'),
                ],
            },
        ),
        migrations.CreateModel(
            name='EvenementAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('ouverture', 'ouverte'), ('etat', 'changement d’état'), ('report', 'échéance déplacée'), ('pilote', 'confiée à un autre pilote'), ('modification', 'textes modifiés')], max_length=12)),
                ('de', models.CharField(blank=True, choices=[('a_faire', 'À faire'), ('en_cours', 'En cours'), ('realisee', 'Réalisée'), ('efficace', 'Vérifiée efficace'), ('inefficace', 'Vérifiée inefficace'), ('close', 'Close'), ('annulee', 'Annulée')], max_length=10)),
                ('vers', models.CharField(blank=True, choices=[('a_faire', 'À faire'), ('en_cours', 'En cours'), ('realisee', 'Réalisée'), ('efficace', 'Vérifiée efficace'), ('inefficace', 'Vérifiée inefficace'), ('close', 'Close'), ('annulee', 'Annulée')], max_length=10)),
                ('jour', models.DateField(null=True)),
                ('avant', models.DateField(null=True)),
                ('echeance', models.DateField(null=True)),
                ('motif', models.CharField(blank=True, max_length=500)),
                ('le', models.DateTimeField(default=django.utils.timezone.now)),
                ('action', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='evenements', to='qualite.actioncorrective')),
                ('par', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pilote', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
                'indexes': [
                    models.Index(fields=['action', 'id'], name='evenement_action'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('echeance__isnull', False), ('nature', 'ouverture'), ('pilote__isnull', False), ('vers', 'a_faire')), models.Q(('echeance__isnull', True), ('nature', 'etat'), models.Q(('de', ''), _negated=True), models.Q(('vers', ''), _negated=True)), models.Q(('avant__isnull', False), ('echeance__isnull', False), ('nature', 'report'), ('vers', ''), models.Q(('motif', ''), _negated=True)), models.Q(('echeance__isnull', True), ('nature', 'pilote'), ('pilote__isnull', False), ('vers', '')), models.Q(('echeance__isnull', True), ('nature', 'modification'), ('vers', '')), _connector='OR'), name='evenement_action_connu'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RappelAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('echeance', models.DateField()),
                ('palier', models.SmallIntegerField()),
                ('le', models.DateTimeField(default=django.utils.timezone.now)),
                ('action', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='qualite.actioncorrective')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('action', 'echeance', 'palier'), name='rappel_action_une_fois'),
                ],
            },
        ),
        migrations.RunSQL(TABLE, migrations.RunSQL.noop),
        migrations.RunSQL(GARDES, migrations.RunSQL.noop),
        migrations.RunSQL(SEULS, RETOUR),
    ]
