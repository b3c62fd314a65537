"""A proposal of another register ends with the entry that it is about."""

from django.db import migrations, models

CADUQUES = """
UPDATE mediation_propositionregistre r SET decision = 'caduque', decide_le = now()
WHERE decision = '' AND (
  EXISTS (SELECT FROM mediation_etape WHERE id = r.etape_id AND annulee_le IS NOT NULL)
  OR EXISTS (SELECT FROM mediation_action WHERE id = r.action_id AND etat = 'annulee'));

CREATE FUNCTION mediation_sans_proposition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM mediation_propositionregistre WHERE decision = ''
      AND CASE TG_TABLE_NAME WHEN 'mediation_etape' THEN etape_id ELSE action_id END = NEW.id) THEN
    RAISE EXCEPTION 'Une proposition attend encore sur une entrée annulée.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER etape_sans_proposition AFTER UPDATE OF annulee_le ON mediation_etape
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.annulee_le IS NOT NULL AND OLD.annulee_le IS NULL)
  EXECUTE FUNCTION mediation_sans_proposition();
CREATE CONSTRAINT TRIGGER action_sans_proposition AFTER UPDATE OF etat ON mediation_action
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.etat = 'annulee' AND OLD.etat <> 'annulee')
  EXECUTE FUNCTION mediation_sans_proposition();
"""
CADUQUES_RETOUR = """
DROP TRIGGER action_sans_proposition ON mediation_action;
DROP TRIGGER etape_sans_proposition ON mediation_etape; DROP FUNCTION mediation_sans_proposition();
UPDATE mediation_propositionregistre SET decision = 'refusee' WHERE decision = 'caduque';
"""


class Migration(migrations.Migration):
    dependencies = [("mediation", "0008_regles_du_dossier")]

    operations = [
        migrations.AlterField(
            model_name="propositionregistre",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("acceptee", "Acceptée"),
                    ("refusee", "Refusée"),
                    ("caduque", "Devenue sans objet"),
                ],
                max_length=8,
            ),
        ),
        migrations.RemoveConstraint("propositionregistre", "proposition_decision_connue"),
        migrations.AddConstraint(
            "propositionregistre",
            models.CheckConstraint(
                condition=models.Q(decision__in=["acceptee", "refusee", "caduque", ""]),
                name="proposition_decision_connue",
            ),
        ),
        migrations.RunSQL(CADUQUES, CADUQUES_RETOUR),
    ]
