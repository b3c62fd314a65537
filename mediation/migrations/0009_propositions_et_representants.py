"""What ends with what: a proposal with its entry, what a representative said with their departure.

Also: only an institution is a partner.
"""

from importlib import import_module

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

AVANT = import_module("mediation.migrations.0008_regles_du_dossier")

# What 0008 says, and: of a minor or a protected adult, the word of a representative who left counts no
# more; who represents or interprets takes part in nothing after leaving.
REPRESENTANTS = """
CREATE OR REPLACE FUNCTION mediation_d_accord(laquelle bigint, le date) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce((
    SELECT c.etat = 'donne' AND (p.protection = '' OR r.id IS NOT NULL AND (r.retiree_le > le) IS NOT FALSE)
    FROM mediation_consentement c JOIN mediation_partie p ON p.id = c.partie_id
    LEFT JOIN mediation_partie r ON r.id = c.donne_par_id
    WHERE c.partie_id = laquelle AND c.jour <= le ORDER BY c.jour DESC, c.id DESC LIMIT 1), false)
$$;

CREATE FUNCTION mediation_depart_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'mediation_partie' THEN
    IF EXISTS (SELECT FROM mediation_presence s JOIN mediation_etape e ON e.id = s.etape_id
        WHERE s.partie_id = NEW.id AND e.annulee_le IS NULL AND e.jour > NEW.retiree_le) THEN
      RAISE EXCEPTION 'Cette personne a pris part à une étape après son départ.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM mediation_verifier_echange(e.id) FROM mediation_presence s JOIN mediation_etape e ON e.id = s.etape_id
      WHERE s.partie_id = NEW.represente_id AND e.jour > NEW.retiree_le;
  ELSIF TG_TABLE_NAME = 'mediation_presence' THEN
    IF EXISTS (SELECT FROM mediation_partie p JOIN mediation_etape e ON e.id = NEW.etape_id
        WHERE p.id = NEW.partie_id AND p.role IN ('representant', 'interprete') AND p.retiree_le < e.jour) THEN
      RAISE EXCEPTION 'Cette personne s''était retirée.' USING ERRCODE = 'check_violation';
    END IF;
  ELSIF EXISTS (SELECT FROM mediation_presence s JOIN mediation_partie p ON p.id = s.partie_id
      WHERE s.etape_id = NEW.id AND p.role IN ('representant', 'interprete') AND p.retiree_le < NEW.jour) THEN
    RAISE EXCEPTION 'Cette personne s''était retirée.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER depart_garde AFTER UPDATE OF retiree_le ON mediation_partie FOR EACH ROW
  WHEN (NEW.role IN ('representant', 'interprete') AND NEW.retiree_le IS DISTINCT FROM OLD.retiree_le)
  EXECUTE FUNCTION mediation_depart_garde();
CREATE TRIGGER depart_garde AFTER INSERT ON mediation_presence
  FOR EACH ROW EXECUTE FUNCTION mediation_depart_garde();
CREATE TRIGGER depart_garde AFTER UPDATE OF jour ON mediation_etape FOR EACH ROW
  WHEN (NEW.jour > OLD.jour) EXECUTE FUNCTION mediation_depart_garde();

UPDATE mediation_partie SET partenaire_id = NULL WHERE nature <> 'institution' AND partenaire_id IS NOT NULL;
"""
REPRESENTANTS_RETOUR = """
DROP TRIGGER depart_garde ON mediation_etape; DROP TRIGGER depart_garde ON mediation_presence;
DROP TRIGGER depart_garde ON mediation_partie; DROP FUNCTION mediation_depart_garde();
""" + AVANT.ACCORD.split("CREATE FUNCTION mediation_consentement_garde")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


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
        migrations.RunSQL(REPRESENTANTS, REPRESENTANTS_RETOUR),
        migrations.AddConstraint(
            "partie",
            models.CheckConstraint(
                condition=models.Q(partenaire__isnull=True) | models.Q(nature="institution"),
                name="partie_partenaire_institution",
                violation_error_message="Seule une institution est un partenaire.",
            ),
        ),
    ]
