"""Campaigns: moves, order, who signs; what happened is told, and only added to; a closed one is fixed.

`qualite_transitioncampagne` holds the allowed moves, as `qualite.etats_campagne.TRANSITIONS` does (a test
compares them).
"""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TRANSITIONS = (
    # de, vers, a reason is due, with an audit (None: with or without)
    ("preparation", "auto_evaluation", False, None),
    ("auto_evaluation", "revue", False, None),
    ("auto_evaluation", "preparation", True, None),
    ("revue", "gel", False, None),
    ("revue", "auto_evaluation", True, None),
    ("gel", "audit", False, True),
    ("gel", "decision", False, False),
    ("gel", "revue", True, None),
    ("audit", "reponse", False, True),
    ("reponse", "decision", False, True),
    ("reponse", "audit", True, True),
    ("decision", "close", False, None),
    ("decision", "reponse", True, True),
    ("decision", "revue", True, False),
)
# The cycle as announced on 28 January 2020; later days are for the union to confirm.
ECHEANCES = (
    ("initial", "2020-01-28", True),
    ("mi_cycle", "2022-01-28", False),
    ("renouvellement", "2024-01-28", False),
    ("mi_cycle", "2026-01-28", False),
    ("renouvellement", "2028-01-28", False),
)
AJOUT_SEUL = ("evenementcampagne", "tirage", "reponseconstat", "suiteconstat", "noteaudit")

TABLE = """
CREATE TABLE qualite_transitioncampagne (
  de varchar(16) NOT NULL, vers varchar(16) NOT NULL, motif boolean NOT NULL, audit boolean,
  PRIMARY KEY (de, vers)
);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON qualite_transitioncampagne FROM pimms_app;
INSERT INTO qualite_transitioncampagne VALUES """ + ", ".join(
    f"('{de}', '{vers}', {motif}, {'NULL' if audit is None else audit})" for de, vers, motif, audit in TRANSITIONS
) + """;
INSERT INTO qualite_echeance (nature, jour, confirmee, version) VALUES """ + ", ".join(
    f"('{nature}', '{jour}', {confirmee}, 1)" for nature, jour, confirmee in ECHEANCES
)

GARDES = """
CREATE FUNCTION qualite_signatures(une_campagne bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  SELECT DISTINCT s.par_id FROM qualite_evenementcampagne s
  WHERE s.campagne_id = une_campagne AND s.nature = 'signature' AND s.id > (
    SELECT max(e.id) FROM qualite_evenementcampagne e WHERE e.campagne_id = une_campagne AND e.vers <> '')
$$;

CREATE FUNCTION qualite_campagne_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.etat <> 'preparation' THEN
      RAISE EXCEPTION 'Une campagne commence en préparation.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.predecesseur_id IS NOT NULL AND NOT EXISTS (
         SELECT FROM qualite_campagne WHERE id = NEW.predecesseur_id AND etat = 'close') THEN
      RAISE EXCEPTION 'On ne succède qu''à une campagne close.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.etat = 'close' THEN
    RAISE EXCEPTION 'Une campagne close ne change pas.' USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.predecesseur_id, NEW.creee_par_id, NEW.creee_le, NEW.cle)
     IS DISTINCT FROM (OLD.predecesseur_id, OLD.creee_par_id, OLD.creee_le, OLD.cle)
     OR OLD.etat <> 'preparation'
     AND (NEW.nature, NEW.referentiel_id, NEW.association_id, NEW.du, NEW.au)
         IS DISTINCT FROM (OLD.nature, OLD.referentiel_id, OLD.association_id, OLD.du, OLD.au)
     OR OLD.etat IN ('reponse', 'decision')
     AND (NEW.debut_audit, NEW.fin_audit) IS DISTINCT FROM (OLD.debut_audit, OLD.fin_audit) THEN
    RAISE EXCEPTION 'Ce dont part une campagne ne change pas.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.etat = OLD.etat THEN
    IF NEW.evaluation_id IS DISTINCT FROM OLD.evaluation_id THEN
      RAISE EXCEPTION 'Un dossier gelé ne change pas.' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.decision, NEW.motif_decision) IS DISTINCT FROM (OLD.decision, OLD.motif_decision)
       AND EXISTS (SELECT qualite_signatures(OLD.id)) THEN
      RAISE EXCEPTION 'Une décision signée ne change pas.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NOT EXISTS (SELECT FROM qualite_transitioncampagne WHERE de = OLD.etat AND vers = NEW.etat
                 AND coalesce(audit, NEW.nature <> 'auto_evaluation') = (NEW.nature <> 'auto_evaluation')) THEN
    RAISE EXCEPTION 'Une campagne ne passe pas de % à %.', OLD.etat, NEW.etat USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.etat <> 'gel' AND NEW.evaluation_id IS NOT NULL
     AND NEW.evaluation_id IS DISTINCT FROM OLD.evaluation_id THEN
    RAISE EXCEPTION 'Un dossier ne se gèle qu''au gel.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.etat = 'auto_evaluation' AND NOT EXISTS (
       SELECT FROM qualite_pointcampagne WHERE campagne_id = NEW.id) THEN
    RAISE EXCEPTION 'L''échantillon est vide.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.etat = 'revue' AND OLD.etat = 'auto_evaluation' AND EXISTS (
       SELECT FROM qualite_pointcampagne WHERE campagne_id = NEW.id AND remise_le IS NULL) THEN
    RAISE EXCEPTION 'Des points n''ont pas remis leur auto-évaluation.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.etat = 'audit' AND NEW.debut_audit IS NULL THEN
    RAISE EXCEPTION 'L''audit n''a pas de dates.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.etat = 'decision' AND EXISTS (
       SELECT FROM qualite_constataudit c WHERE c.campagne_id = NEW.id AND c.grade <> 'point_fort'
       AND NOT EXISTS (SELECT FROM qualite_reponseconstat r WHERE r.constat_id = c.id AND r.le >= c.modifie_le)
     ) THEN
    RAISE EXCEPTION 'Des constats n''ont pas de réponse.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.etat = 'close' AND (SELECT count(*) FROM qualite_signatures(NEW.id)) < 2 THEN
    RAISE EXCEPTION 'Deux personnes signent une clôture.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campagne_garde BEFORE INSERT OR UPDATE ON qualite_campagne
  FOR EACH ROW EXECUTE FUNCTION qualite_campagne_garde();
REVOKE DELETE, TRUNCATE ON qualite_campagne, qualite_echeance, qualite_constataudit FROM pimms_app;

CREATE FUNCTION qualite_campagne_racontee() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE une_campagne bigint; un_etat varchar; dit varchar;
BEGIN
  une_campagne := CASE TG_TABLE_NAME WHEN 'qualite_campagne' THEN NEW.id
                  ELSE (to_jsonb(NEW) ->> 'campagne_id')::bigint END;
  SELECT etat INTO un_etat FROM qualite_campagne WHERE id = une_campagne;
  SELECT vers INTO dit FROM qualite_evenementcampagne
    WHERE campagne_id = une_campagne AND vers <> '' ORDER BY id DESC LIMIT 1;
  IF un_etat IS DISTINCT FROM dit THEN
    RAISE EXCEPTION 'Ce qui change d''une campagne a son événement.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER campagne_racontee AFTER INSERT OR UPDATE OF etat ON qualite_campagne
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION qualite_campagne_racontee();
CREATE CONSTRAINT TRIGGER evenementcampagne_suivi AFTER INSERT ON qualite_evenementcampagne
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION qualite_campagne_racontee();

CREATE FUNCTION qualite_evenement_campagne_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE permise qualite_transitioncampagne; dit varchar;
BEGIN
  IF NEW.nature = 'etat' THEN
    SELECT vers INTO dit FROM qualite_evenementcampagne
      WHERE campagne_id = NEW.campagne_id AND vers <> '' ORDER BY id DESC LIMIT 1;
    SELECT * INTO permise FROM qualite_transitioncampagne WHERE de = NEW.de AND vers = NEW.vers;
    IF NOT FOUND OR NEW.de IS DISTINCT FROM dit OR (permise.motif AND NEW.motif = '') THEN
      RAISE EXCEPTION 'Une campagne ne passe pas de % à % sans le dire.', NEW.de, NEW.vers
        USING ERRCODE = 'check_violation';
    END IF;
  ELSIF NEW.nature = 'signature' AND (
    NOT EXISTS (SELECT FROM qualite_campagne
                WHERE id = NEW.campagne_id AND etat = 'decision' AND decision <> '')
    OR NEW.par_id IN (SELECT qualite_signatures(NEW.campagne_id))) THEN
    RAISE EXCEPTION 'On signe une décision, une fois chacun.' USING ERRCODE = 'check_violation';
  ELSIF NEW.nature = 'reprise' AND NOT EXISTS (
    SELECT FROM qualite_campagne WHERE id = NEW.campagne_id AND etat = 'close') THEN
    RAISE EXCEPTION 'Seule une campagne close se reprend par une autre.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER evenementcampagne_garde BEFORE INSERT ON qualite_evenementcampagne
  FOR EACH ROW EXECUTE FUNCTION qualite_evenement_campagne_garde();

-- What belongs to a campaign is written in the states named by the trigger only. The row is held, so that
-- no move passes by meanwhile.
CREATE FUNCTION qualite_campagne_permet() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE un_etat varchar;
BEGIN
  SELECT etat INTO un_etat FROM qualite_campagne
    WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.campagne_id ELSE NEW.campagne_id END FOR SHARE;
  IF NOT un_etat = ANY (TG_ARGV) THEN
    RAISE EXCEPTION 'La campagne n''en est pas là.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER tirage_permis BEFORE INSERT ON qualite_tirage
  FOR EACH ROW EXECUTE FUNCTION qualite_campagne_permet('preparation');
CREATE TRIGGER constataudit_permis BEFORE INSERT OR UPDATE ON qualite_constataudit
  FOR EACH ROW EXECUTE FUNCTION qualite_campagne_permet('audit');
CREATE TRIGGER noteaudit_permise BEFORE INSERT ON qualite_noteaudit
  FOR EACH ROW EXECUTE FUNCTION qualite_campagne_permet('audit');
CREATE TRIGGER journeeaudit_permise BEFORE INSERT OR UPDATE OR DELETE ON qualite_journeeaudit
  FOR EACH ROW EXECUTE FUNCTION qualite_campagne_permet('preparation', 'auto_evaluation', 'revue', 'gel', 'audit');

CREATE FUNCTION qualite_point_campagne_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE c qualite_campagne;
BEGIN
  SELECT * INTO c FROM qualite_campagne
    WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.campagne_id ELSE NEW.campagne_id END FOR SHARE;
  IF TG_OP = 'UPDATE' THEN
    IF c.etat = 'auto_evaluation' AND (NEW.campagne_id, NEW.point_id, NEW.origine, NEW.explication)
       IS NOT DISTINCT FROM (OLD.campagne_id, OLD.point_id, OLD.origine, OLD.explication) THEN
      RETURN NEW;
    END IF;
  ELSIF TG_OP = 'DELETE' THEN
    IF c.etat = 'preparation' THEN RETURN OLD; END IF;
  ELSIF NEW.remise_le IS NULL
    AND (c.etat = 'preparation' AND NEW.origine <> 'sur_place' OR c.etat = 'audit' AND NEW.origine = 'sur_place')
    AND (NEW.origine NOT IN ('aleatoire', 'cible') OR c.nature IN ('auto_evaluation', 'audit_blanc'))
    AND (NEW.origine <> 'certificateur' OR c.nature NOT IN ('auto_evaluation', 'audit_blanc')) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'L''échantillon ne change pas ainsi.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER pointcampagne_garde BEFORE INSERT OR UPDATE OR DELETE ON qualite_pointcampagne
  FOR EACH ROW EXECUTE FUNCTION qualite_point_campagne_garde();

CREATE FUNCTION qualite_constat_audit_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.point_id IS NOT NULL AND NOT EXISTS (SELECT FROM qualite_pointcampagne
       WHERE campagne_id = NEW.campagne_id AND point_id = NEW.point_id) THEN
    RAISE EXCEPTION 'Ce point n''est pas dans l''échantillon.' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.campagne_id, NEW.numero, NEW.auteur_id, NEW.le, NEW.cle)
     IS DISTINCT FROM (OLD.campagne_id, OLD.numero, OLD.auteur_id, OLD.le, OLD.cle) THEN
    RAISE EXCEPTION 'Un constat garde son numéro et son auteur.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER constataudit_garde BEFORE INSERT OR UPDATE ON qualite_constataudit
  FOR EACH ROW EXECUTE FUNCTION qualite_constat_audit_garde();

CREATE FUNCTION qualite_reponse_constat_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE un_etat varchar;
BEGIN
  SELECT c.etat INTO un_etat FROM qualite_campagne c JOIN qualite_constataudit f ON f.campagne_id = c.id
    WHERE f.id = NEW.constat_id FOR SHARE OF c;
  IF un_etat <> 'reponse' THEN
    RAISE EXCEPTION 'La campagne n''en est pas aux réponses.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reponseconstat_garde BEFORE INSERT ON qualite_reponseconstat
  FOR EACH ROW EXECUTE FUNCTION qualite_reponse_constat_garde();

CREATE FUNCTION qualite_acces_campagne_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT'
     AND EXISTS (SELECT FROM accueil_acces WHERE id = NEW.acces_id AND role = 'auditeur' AND origine = 'campagne')
     AND EXISTS (SELECT FROM qualite_campagne WHERE id = NEW.campagne_id AND etat <> 'close') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Une invitation à auditer vient d''une campagne ouverte.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER accescampagne_garde BEFORE INSERT OR UPDATE ON qualite_accescampagne
  FOR EACH ROW EXECUTE FUNCTION qualite_acces_campagne_garde();
"""
SEULS = "".join(
    f"REVOKE UPDATE, DELETE, TRUNCATE ON qualite_{t} FROM pimms_app;"
    f"CREATE TRIGGER {t}_ajout_seul BEFORE UPDATE OR DELETE ON qualite_{t}"
    " FOR EACH ROW EXECUTE FUNCTION socle_ajout_seul();"
    for t in AJOUT_SEUL
)
FONCTIONS = (
    "qualite_acces_campagne_garde", "qualite_reponse_constat_garde", "qualite_constat_audit_garde",
    "qualite_point_campagne_garde", "qualite_campagne_permet", "qualite_evenement_campagne_garde",
    "qualite_campagne_racontee", "qualite_campagne_garde",
)
RETOUR = (
    "".join(f"DROP TRIGGER {t}_ajout_seul ON qualite_{t};" for t in AJOUT_SEUL)
    + "".join(f"DROP FUNCTION {f}() CASCADE;" for f in FONCTIONS)
    + "DROP FUNCTION qualite_signatures(bigint); DROP TABLE qualite_transitioncampagne;"
)


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0006_acces_des_campagnes'),
        ('qualite', '0010_effacements_et_lignees'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Campagne',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('titre', models.CharField(max_length=120)),
                ('nature', models.CharField(choices=[('auto_evaluation', 'Auto-évaluation'), ('audit_blanc', 'Audit blanc'), ('afnor_initial', 'Audit AFNOR initial'), ('afnor_mi_cycle', 'Audit AFNOR de mi-cycle'), ('afnor_renouv', 'Audit AFNOR de renouvellement')], max_length=16, verbose_name='sorte')),
                ('du', models.DateField(verbose_name='du')),
                ('au', models.DateField(verbose_name='au (inclus)')),
                ('debut_audit', models.DateField(blank=True, null=True, verbose_name='premier jour de l’audit')),
                ('fin_audit', models.DateField(blank=True, null=True, verbose_name='dernier jour de l’audit')),
                ('etat', models.CharField(choices=[('preparation', 'En préparation'), ('auto_evaluation', 'Auto-évaluation des points'), ('revue', 'Revue par l’union'), ('gel', 'Dossier gelé'), ('audit', 'Audit en cours'), ('reponse', 'Réponse des points'), ('decision', 'Décision'), ('close', 'Close')], default='preparation', max_length=16)),
                ('decision', models.CharField(blank=True, choices=[('favorable', 'Favorable'), ('reserves', 'Favorable avec réserves'), ('defavorable', 'Défavorable')], max_length=12)),
                ('motif_decision', models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(1500)])),
                ('version', models.IntegerField(default=1)),
                ('cle', models.UUIDField()),
                ('creee_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('association', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.association')),
                ('creee_par', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evaluation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='campagnes', to='qualite.evaluation')),
                ('pilote', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('predecesseur', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successeur', to='qualite.campagne')),
                ('referentiel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='qualite.referentiel')),
            ],
            options={
                'ordering': ('-du', '-id'),
                'constraints': [
                    models.UniqueConstraint(fields=('creee_par', 'cle'), name='campagne_cle_unique'),
                    models.CheckConstraint(condition=models.Q(('nature__in', ['auto_evaluation', 'audit_blanc', 'afnor_initial', 'afnor_mi_cycle', 'afnor_renouv'])), name='campagne_nature_connue'),
                    models.CheckConstraint(condition=models.Q(('etat__in', ['preparation', 'auto_evaluation', 'revue', 'gel', 'audit', 'reponse', 'decision', 'close'])), name='campagne_etat_connu'),
                    models.CheckConstraint(condition=models.Q(('au__isnull', True), ('au__gte', models.F('du')), _connector='OR'), name='campagne_periode', violation_error_message='La fin précède le début.'),
                    models.CheckConstraint(condition=models.Q(('fin_audit__isnull', True), ('fin_audit__gte', models.F('debut_audit')), _connector='OR'), name='campagne_jours_d_audit', violation_error_message='La fin précède le début.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('debut_audit__isnull', True), ('fin_audit__isnull', True)), models.Q(('debut_audit__isnull', False), ('fin_audit__isnull', False)), _connector='OR'), name='campagne_audit_borne', violation_error_message='Un audit a un premier et un dernier jour.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('gel', 'audit', 'reponse', 'decision', 'close')), ('evaluation__isnull', False)), models.Q(models.Q(('etat__in', ('gel', 'audit', 'reponse', 'decision', 'close')), _negated=True), ('evaluation__isnull', True)), _connector='OR'), name='campagne_gelee_sur_une_evaluation'),
                    models.CheckConstraint(condition=models.Q(('decision__in', ['', 'favorable', 'reserves', 'defavorable']), models.Q(('decision', ''), ('etat__in', ['decision', 'close']), _connector='OR'), models.Q(models.Q(('etat', 'close'), _negated=True), models.Q(('decision', ''), _negated=True), _connector='OR')), name='campagne_decision_en_son_temps'),
                    models.CheckConstraint(condition=models.Q(('predecesseur__isnull', True), models.Q(('predecesseur', models.F('pk')), _negated=True), _connector='OR'), name='campagne_succede_a_une_autre'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AccesCampagne',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acces', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='campagne_auditee', to='accueil.acces')),
                ('campagne', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='qualite.campagne')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='ConstatAudit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.SmallIntegerField()),
                ('exigence', models.CharField(blank=True, max_length=12)),
                ('grade', models.CharField(choices=[('point_fort', 'Point fort'), ('piste', 'Piste de progrès'), ('sensible', 'Point sensible'), ('mineure', 'Non-conformité mineure'), ('majeure', 'Non-conformité majeure')], max_length=10)),
                ('texte', models.TextField(validators=[django.core.validators.MaxLengthValidator(1500)])),
                ('le', models.DateTimeField(default=django.utils.timezone.now)),
                ('modifie_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.IntegerField(default=1)),
                ('cle', models.UUIDField()),
                ('auteur', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campagne', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='constats', to='qualite.campagne')),
                ('point', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.pointaccueil')),
            ],
            options={
                'ordering': ('numero',),
                'constraints': [
                    models.UniqueConstraint(fields=('campagne', 'numero'), name='constat_audit_numero'),
                    models.UniqueConstraint(fields=('auteur', 'cle'), name='constat_audit_cle_unique'),
                    models.CheckConstraint(condition=models.Q(('grade__in', ['point_fort', 'piste', 'sensible', 'mineure', 'majeure']), models.Q(('texte', ''), _negated=True)), name='constat_audit_grade_connu'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Echeance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('initial', 'Audit initial'), ('mi_cycle', 'Audit de mi-cycle'), ('renouvellement', 'Audit de renouvellement')], max_length=14)),
                ('jour', models.DateField(verbose_name='jour')),
                ('confirmee', models.BooleanField(default=False, verbose_name='date confirmée')),
                ('version', models.IntegerField(default=1)),
            ],
            options={
                'ordering': ('jour', 'id'),
                'constraints': [models.UniqueConstraint(fields=('jour',), name='echeance_jour_unique', violation_error_message='Une autre échéance a déjà ce jour.'), models.CheckConstraint(condition=models.Q(('nature__in', ['initial', 'mi_cycle', 'renouvellement'])), name='echeance_connue')],
            },
        ),
        migrations.AddField(
            model_name='campagne',
            name='echeance',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='campagnes', to='qualite.echeance'),
        ),
        migrations.CreateModel(
            name='EvenementCampagne',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('ouverture', 'créée'), ('etat', 'changement d’état'), ('signature', 'clôture signée'), ('reprise', 'rouverte par une autre')], max_length=10)),
                ('de', models.CharField(blank=True, choices=[('preparation', 'En préparation'), ('auto_evaluation', 'Auto-évaluation des points'), ('revue', 'Revue par l’union'), ('gel', 'Dossier gelé'), ('audit', 'Audit en cours'), ('reponse', 'Réponse des points'), ('decision', 'Décision'), ('close', 'Close')], max_length=16)),
                ('vers', models.CharField(blank=True, choices=[('preparation', 'En préparation'), ('auto_evaluation', 'Auto-évaluation des points'), ('revue', 'Revue par l’union'), ('gel', 'Dossier gelé'), ('audit', 'Audit en cours'), ('reponse', 'Réponse des points'), ('decision', 'Décision'), ('close', 'Close')], max_length=16)),
                ('motif', models.CharField(blank=True, max_length=500)),
                ('le', models.DateTimeField(default=django.utils.timezone.now)),
                ('campagne', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='evenements', to='qualite.campagne')),
                ('par', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
                'indexes': [
                    models.Index(fields=['campagne', 'id'], name='evenement_campagne'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('de', ''), ('nature', 'ouverture'), ('vers', 'preparation')), models.Q(('nature', 'etat'), models.Q(('de', ''), _negated=True), models.Q(('vers', ''), _negated=True)), models.Q(('de', ''), ('nature', 'signature'), ('vers', '')), models.Q(('de', ''), ('nature', 'reprise'), ('vers', ''), models.Q(('motif', ''), _negated=True)), _connector='OR'), name='evenement_campagne_connu'),
                ],
            },
        ),
        migrations.CreateModel(
            name='JourneeAudit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jour', models.DateField(verbose_name='jour')),
                ('objet', models.CharField(max_length=200, verbose_name='ce qui est regardé')),
                ('entretiens', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('campagne', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journees', to='qualite.campagne')),
                ('point', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.pointaccueil')),
            ],
            options={
                'ordering': ('jour', 'id'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('objet', ''), _negated=True), name='journee_audit_a_un_objet'),
                    models.UniqueConstraint(fields=('campagne', 'jour', 'point', 'objet'), name='journee_audit_une_fois', nulls_distinct=False),
                ],
            },
        ),
        migrations.CreateModel(
            name='NoteAudit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('entretien', 'Entretien'), ('observation', 'Observation')], max_length=11)),
                ('jour', models.DateField(verbose_name='jour')),
                ('fonction', models.CharField(blank=True, max_length=60, verbose_name='fonction rencontrée')),
                ('texte', models.TextField(validators=[django.core.validators.MaxLengthValidator(1500)])),
                ('le', models.DateTimeField(default=django.utils.timezone.now)),
                ('cle', models.UUIDField()),
                ('auteur', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campagne', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='qualite.campagne')),
                ('point', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.pointaccueil')),
            ],
            options={
                'ordering': ('-jour', '-id'),
                'constraints': [
                    models.UniqueConstraint(fields=('auteur', 'cle'), name='note_audit_cle_unique'),
                    models.CheckConstraint(condition=models.Q(models.Q(models.Q(('nature', 'entretien'), models.Q(('fonction', ''), _negated=True)), models.Q(('fonction', ''), ('nature', 'observation')), _connector='OR'), models.Q(('texte', ''), _negated=True)), name='note_audit_connue', violation_error_message='Dites la fonction de la personne rencontrée.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PointCampagne',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origine', models.CharField(choices=[('aleatoire', 'tiré au sort'), ('cible', 'choisi par le tirage'), ('certificateur', 'choisi par le certificateur'), ('sur_place', 'ajouté pendant l’audit'), ('union', 'ajouté par l’union')], max_length=14)),
                ('explication', models.CharField(max_length=300)),
                ('remarque', models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(1500)])),
                ('remise_le', models.DateTimeField(blank=True, null=True)),
                ('campagne', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='points', to='qualite.campagne')),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.pointaccueil')),
                ('remise_par', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
                'constraints': [
                    models.UniqueConstraint(fields=('campagne', 'point'), name='point_campagne_une_fois', violation_error_message='Ce point est déjà dans l’échantillon.'),
                    models.CheckConstraint(condition=models.Q(('origine__in', ['aleatoire', 'cible', 'certificateur', 'sur_place', 'union']), models.Q(('explication', ''), _negated=True)), name='point_campagne_explique'),
                    models.CheckConstraint(condition=models.Q(models.Q(('remarque', ''), ('remise_le__isnull', True), ('remise_par__isnull', True)), models.Q(('remise_le__isnull', False), ('remise_par__isnull', False)), _connector='OR'), name='point_campagne_remis_par_quelqu_un'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReponseConstat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texte', models.TextField(validators=[django.core.validators.MaxLengthValidator(1500)])),
                ('le', models.DateTimeField(default=django.utils.timezone.now)),
                ('constat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reponses', to='qualite.constataudit')),
                ('par', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('texte', ''), _negated=True), name='reponse_constat_dite'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SuiteConstat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='du_constat', to='qualite.actioncorrective')),
                ('constat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suites', to='qualite.constataudit')),
            ],
        ),
        migrations.CreateModel(
            name='Tirage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('graine', models.CharField(max_length=120)),
                ('entree', models.JSONField()),
                ('resultat', models.JSONField()),
                ('le', models.DateTimeField(default=django.utils.timezone.now)),
                ('campagne', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tirages', to='qualite.campagne')),
                ('par', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('graine', ''), _negated=True), name='tirage_a_une_graine'),
                ],
            },
        ),
        migrations.RunSQL(TABLE, migrations.RunSQL.noop),
        migrations.RunSQL(GARDES, migrations.RunSQL.noop),
        migrations.RunSQL(SEULS, RETOUR),
    ]
