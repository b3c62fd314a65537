"""Yearly accounts and partners' reports; who verifies an action; answers that an evaluation has seen."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What was asked for never changes; once a report has ended, all that may still be written is that it was seen,
# or that its file was found altered.
_RAPPORT = """
CREATE OR REPLACE FUNCTION qualite_rapport_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {vu}IF (OLD.genre, OLD.niveau, OLD.association_id, OLD.point_id, OLD.annee, OLD.numero, {du}OLD.au,
      OLD.evaluation_id, OLD.demande_par_id, OLD.demande_le, OLD.cle, OLD.coffre_id)
     IS DISTINCT FROM
     (NEW.genre, NEW.niveau, NEW.association_id, NEW.point_id, NEW.annee, NEW.numero, {au}NEW.au,
      NEW.evaluation_id, NEW.demande_par_id, NEW.demande_le, NEW.cle, NEW.coffre_id)
     OR OLD.precedent_id IS DISTINCT FROM NEW.precedent_id
        AND EXISTS (SELECT FROM qualite_instantanerapport WHERE rapport_id = NEW.id) THEN
    RAISE EXCEPTION 'Ce qui a été demandé ne change pas.' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.etat IN ('pret', 'annule')
     OR OLD.etat = 'echec' AND NEW.etat <> 'demande'
     OR OLD.etat = 'demande' AND NEW.etat NOT IN ('demande', 'en_cours', 'annule') THEN
    RAISE EXCEPTION 'Un rapport ne passe pas de % à %.', OLD.etat, NEW.etat USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.etat = 'pret' AND NOT EXISTS (SELECT FROM qualite_fichierrapport WHERE rapport_id = NEW.id) THEN
    RAISE EXCEPTION 'Un rapport prêt a son fichier signé.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""
_VU = """IF OLD.etat IN ('pret', 'echec') AND OLD.vu_le IS NULL
     AND to_jsonb(NEW) - 'vu_le' = to_jsonb(OLD) - 'vu_le'
     OR OLD.etat = 'pret' AND OLD.altere_le IS NULL
     AND to_jsonb(NEW) - 'altere_le' = to_jsonb(OLD) - 'altere_le' THEN
    RETURN NEW;
  END IF;
  """
RAPPORT = _RAPPORT.format(vu=_VU, du="OLD.partenaire_id, OLD.du, ", au="NEW.partenaire_id, NEW.du, ")
RAPPORT_RETOUR = _RAPPORT.format(vu="", du="", au="")

# As `qualite.droits_actions.peut_verifier`: neither who owned the action once, nor who ever said that it was
# done; of a team of two or fewer, nobody, whatever else they are.
_VERIFIEE = """
CREATE OR REPLACE FUNCTION qualite_verifiee_par_un_autre() RETURNS trigger LANGUAGE plpgsql AS $$
{declare}BEGIN
  IF EXISTS (SELECT FROM qualite_evenementaction e
             WHERE e.action_id = NEW.id AND {main}) THEN
    RAISE EXCEPTION '{refus}' USING ERRCODE = 'check_violation';
  END IF;
  {equipe}RETURN NEW;
END $$;
"""
_EQUIPE = """IF NEW.point_id IS NOT NULL AND NEW.verifiee_par_id IS NOT NULL THEN
    SELECT count(DISTINCT c.personne_id), bool_or(c.personne_id = NEW.verifiee_par_id) INTO nombre, present
    FROM accueil_pointaccueil p JOIN accueil_acces c ON c.point_id = p.id
      AND c.role IN ('mediateur', 'responsable')
      AND (now() AT TIME ZONE p.fuseau)::date BETWEEN c.debut AND coalesce(c.fin, 'infinity')
    JOIN accueil_utilisateur u ON u.id = c.personne_id AND u.is_active
    WHERE p.id = NEW.point_id;
    IF present AND nombre <= 2 THEN
      RAISE EXCEPTION 'Dans une équipe de deux, personne ne vérifie l''action de l''autre.'
        USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  """
VERIFIEE = _VERIFIEE.format(
    declare="DECLARE nombre integer; present boolean;\n",
    main="(e.pilote_id = NEW.verifiee_par_id\n             OR e.vers = 'realisee' AND e.par_id = NEW.verifiee_par_id)",
    refus="Qui a piloté une action, ou dit qu''elle était faite, ne la vérifie pas.",
    equipe=_EQUIPE,
)
VERIFIEE_RETOUR = _VERIFIEE.format(
    declare="",
    main="e.pilote_id = NEW.verifiee_par_id",
    refus="Qui a piloté une action ne la vérifie pas.",
    equipe="",
)


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0008_agregats'),
        ('qualite', '0012_rapports'),
        ('socle', '0006_consultations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rapport',
            name='rapport_genre_connu',
        ),
        migrations.AddField(
            model_name='calcul',
            name='avis',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='rapport',
            name='du',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='rapport',
            name='partenaire',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.partenaire'),
        ),
        migrations.AddField(
            model_name='rapport',
            name='vu_le',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='rapport',
            name='altere_le',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='rapport',
            name='genre',
            field=models.CharField(choices=[('dossier', 'Dossier d’audit'), ('plan', 'Plan d’actions'), ('attestations', 'Liste des attestations'), ('bilan', 'Bilan d’activité'), ('partenaire', 'Compte rendu à un partenaire')], default='dossier', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='rapport',
            constraint=models.CheckConstraint(condition=models.Q(('genre__in', ['dossier', 'plan', 'attestations', 'bilan', 'partenaire'])), name='rapport_genre_connu'),
        ),
        migrations.AddConstraint(
            model_name='rapport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('genre', 'bilan'), _negated=True), models.Q(('au__day', 31), ('au__month', 12)), _connector='OR'), name='rapport_bilan_d_une_annee'),
        ),
        migrations.AddConstraint(
            model_name='rapport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('du__isnull', False), ('du__lte', models.F('au')), ('genre', 'partenaire'), ('partenaire__isnull', False)), models.Q(models.Q(('genre', 'partenaire'), _negated=True), ('du__isnull', True), ('partenaire__isnull', True)), _connector='OR'), name='rapport_partenaire_et_periode'),
        ),
        migrations.AddIndex(
            model_name='rapport',
            index=models.Index(condition=models.Q(('etat__in', ['pret', 'echec']), ('vu_le__isnull', True)), fields=['demande_par'], name='rapport_a_voir'),
        ),
        migrations.RunSQL(RAPPORT, RAPPORT_RETOUR),
        # Those of before are no news.
        migrations.RunSQL(
            "UPDATE qualite_rapport SET vu_le = fini_le WHERE etat IN ('pret', 'echec')",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(VERIFIEE, VERIFIEE_RETOUR),
    ]
